# The Python behind pytorch.md: to be run where the program pytorch has left its files.
import json

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn import Conv2d, ConvTranspose2d, Flatten, LayerNorm, Linear, MaxPool2d, ReLU
from torch.nn import Sequential, Sigmoid
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import SGD, Adam, AdamW, RMSprop
from torch.utils.checkpoint import checkpoint

try:
    from torch.func import grad, hessian, jacrev, jvp, vjp, vmap
except ImportError:  # PyTorch 1.13
    from functorch import grad, hessian, jacrev, jvp, vjp, vmap

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)


def second_derivative():
    x = torch.tensor(0.5, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.tanh(x), x, create_graph=True)
    (curvature,) = torch.autograd.grad(slope, x)
    print(f"tanh''(0.5) = {curvature:.3f}")


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            kind = {"F32": "<f4", "F64": "<f8", "I64": "<i8"}[entry["dtype"]]
            array = np.frombuffer(data[begin:end], kind).reshape(entry["shape"])
            tensors[name] = torch.from_numpy(array.copy())
    return tensors


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        array = tensor.detach().contiguous().numpy()
        kind = {"float32": "F32", "float64": "F64", "int64": "I64"}[array.dtype.name]
        offsets = [len(data), len(data) + array.nbytes]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": offsets}
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


class Autoencoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Sequential(
            Conv2d(1, 4, 5, stride=2), ReLU(), Flatten(), Linear(4 * 12 * 12, 16), Sigmoid()
        )
        self.decoder = Linear(16, 784)


def load(model, tensors):
    names = model.state_dict().keys()
    model.load_state_dict({name: tensors[name] for name in names})


def penalty(model, x):
    jacobians = vmap(jacrev(lambda one: model.encoder(one[None])[0]))(x)
    return jacobians.flatten(1).square().sum(1)


def penalty_by_loops(model, x):
    x = x.clone().requires_grad_()
    total = 0
    for unit in model.encoder(x).sum(0):
        (row,) = torch.autograd.grad(unit, x, create_graph=True)
        total = total + row.flatten(1).square().sum(1)
    return total


def train(model, images, steps):
    optimiser = Adam(model.parameters(), lr=0.002)
    for step in range(steps):
        x = images[20 * step : 20 * step + 20]
        logits = model.decoder(model.encoder(x))
        loss = F.binary_cross_entropy_with_logits(logits, x.flatten(1), reduction="none")
        objective = loss.sum(1).mean() + 0.01 * penalty(model, x).mean()
        optimiser.zero_grad()
        objective.backward()
        optimiser.step()


# What the table's names mean.


def through(module, x):
    for p in module.parameters():
        p.data = torch.cos(torch.arange(p.numel(), dtype=p.dtype)).reshape(p.shape)
    if x.dim() == 4:  # channels last outside, first inside
        return module(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    return module(x)


def steps(optimiser, **options):
    w = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
    descent = optimiser([w], **options)
    for step in range(1, 6):
        w.grad = step * torch.tensor([1.0, -2.0, 3.0])
        descent.step()
    return w


def clipped(clip, gradient, limit):
    w = torch.zeros_like(gradient, requires_grad=True)
    w.grad = gradient.clone()
    clip([w], limit)
    return w.grad


def check_table():
    table = read_safetensors("table.safetensors")
    inputs = {name: tensor for name, tensor in table.items() if name.isidentifier()}
    x, w = inputs["x"].requires_grad_(), inputs["w"]
    f = lambda x: torch.tanh(x @ w)
    loss = lambda x: f(x).square().mean()
    known = {**globals(), **inputs, "f": f, "loss": loss, "h": f(x), "y": loss(x)}
    rows = table.keys() - inputs.keys()
    for row in rows:
        result = eval(row, known)
        torch.testing.assert_close(result.detach(), table[row], rtol=1e-6, atol=1e-9, msg=row)
    print(f"the table: {len(rows)} rows agree")


def agree(a, b):
    return "yes" if (a - b).abs().max() < 1e-6 * b.abs().max() else "no"


def main():
    second_derivative()

    start, here = read_safetensors("start.safetensors"), read_safetensors("here.safetensors")
    model = Autoencoder()
    load(model, start)
    x = start["x"]
    print("h agrees:", agree(model.encoder(x), start["h"]))
    print("vmap(jacrev) agrees:", agree(penalty(model, x), start["penalty"]))
    print("loops agree:", agree(penalty_by_loops(model, x), start["penalty"]))

    train(model, x, 10)
    for name, weight in model.state_dict().items():
        print(f"{name} agrees after 10 steps: {agree(weight, here[name])}")

    train(model, x, 10)
    x = x[:100]
    outputs = {"x": x, "h": model.encoder(x), "penalty": penalty(model, x)}
    write_safetensors("there.safetensors", {**model.state_dict(), **outputs})

    check_table()


main()
