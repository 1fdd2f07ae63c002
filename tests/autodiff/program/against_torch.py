#!/usr/bin/python3
"""Random programs of the table of operations by PyTorch, in double: do values, gradients and
Hessian-vector products agree?

    tests/autodiff/program/against_torch.py build/tests/contractive_autodiff_tests --programs 1000

By hand: it needs Debian's python3-torch. A program whose slopes PyTorch itself takes differently,
at a maximum that two elements share, would be printed too; none is known.
"""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile

import torch
import torch.nn.functional as F

TOLERANCE = 1e-8  # relative to the largest element, or to 1


def image(x):
    return x.permute(0, 3, 1, 2)


def rows(x):
    return x.permute(0, 2, 3, 1)


def unfold(x, size, stride, padding):
    n, h, w, c = x.shape
    out = [(length + 2 * padding - size) // stride + 1 for length in (h, w)]
    columns = F.unfold(image(x), size, stride=stride, padding=padding)
    return columns.reshape(n, c, size * size, *out).permute(0, 3, 4, 2, 1).reshape(n, *out, -1)


def fold(x, size, h, w):
    n, oh, ow, k = x.shape
    columns = x.reshape(n, oh * ow, size * size, -1).permute(0, 3, 2, 1)
    return rows(F.fold(columns.reshape(n, -1, oh * ow), (h, w), size))


def convolution(x, w, stride, padding):
    return rows(F.conv2d(image(x), w.permute(3, 2, 0, 1), stride=stride, padding=padding))


def sandwich(v, axes):
    product = v[0][:, :, None] * v[1][:, None, :] * v[2][None]
    return product.sum(axes, keepdim=True) if axes else product


def weighted_gram(x, c):
    flat = x.reshape(-1, x.shape[-1])
    return flat.T @ (c.reshape(-1, 1) * flat)


def taken(x, places, axis):
    return x.index_select(axis, torch.tensor(places))


def scalars(x):
    return 1 + 2 * x - 3 / x + x ** 2 * (x - 1) / 2


OPERATIONS = {
    "negate": lambda x: -x, "exp": torch.exp, "log": torch.log, "log1p": torch.log1p,
    "expm1": torch.expm1, "sqrt": torch.sqrt, "square": torch.square, "abs +": torch.abs,
    "abs -": torch.abs, "sin": torch.sin, "cos": torch.cos, "tanh": torch.tanh,
    "sigmoid": torch.sigmoid, "softplus": F.softplus, "erf": torch.erf, "relu +": torch.relu,
    "relu -": torch.relu, "leaky +": F.leaky_relu, "leaky -": F.leaky_relu, "elu +": F.elu,
    "elu -": F.elu, "gelu": F.gelu, "silu": F.silu, "clip in": lambda x: x.clamp(-1, 1),
    "clip out": lambda x: x.clamp(-1, 1), "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y, "multiply": lambda x, y: x * y, "divide": lambda x, y: x / y,
    "power": torch.pow, "maximum a": lambda x, y: torch.maximum(x, y - 2.5),
    "maximum b": lambda x, y: torch.maximum(x, y + 2.5),
    "minimum a": lambda x, y: torch.minimum(x, y + 2.5),
    "minimum b": lambda x, y: torch.minimum(x, y - 2.5), "where": lambda x, y: x + y,
    "scalars": scalars,
    "sum": torch.sum, "sum 1": lambda x: x.sum(1), "sum -1 keep": lambda x: x.sum(-1, True),
    "sum 0 2": lambda x: x.sum((0, 2)), "sum_of_squares": lambda x: (x * x).sum((0, 2)),
    "sum_of_squares 1": lambda x: (x * x).sum(1, True), "mean": torch.mean,
    "mean 0 1": lambda x: x.mean((0, 1)), "max": lambda x: x.amax(), "max 1": lambda x: x.amax(1),
    "max 0 2 keep": lambda x: x.amax((0, 2), True),
    "logsumexp": lambda x: x.flatten().logsumexp(0), "logsumexp -1": lambda x: x.logsumexp(-1),
    "softmax": lambda x: x.softmax(-1), "log_softmax": lambda x: x.log_softmax(-1),
    "reshape": lambda x: x.reshape(3, -1, 2), "permute": lambda x: x.permute(2, 0, 1),
    "transposed": lambda x: x.transpose(-1, -2), "broadcast_to": lambda x: x.expand(2, 3, 4),
    "slice": lambda x: x[:, 1:].flip(2)[:, :, ::2], "slice axis": lambda x: x[:, -3:-1:2],
    "pad": lambda x: F.pad(x, (1, 1, 0, 2, 1, 0)), "pad value": lambda x: F.pad(x, (1, 1), value=7),
    "concatenate": lambda x, y: torch.cat((x, y, x), 1), "stack": lambda x, y: torch.stack((x, y), 1),
    "gather take": lambda x: taken(x, (2, 0, 2, 1), 1),
    "gather along": lambda x: torch.stack((x[2, 0], x[0, 1])).reshape(1, 2),
    "matmul": torch.matmul, "matmul a": lambda x, y: x.mT @ y, "matmul b": lambda x, y: x @ y.mT,
    "matmul both": lambda x, y: x.mT @ y.mT, "gram rows": lambda x: x @ x.mT,
    "gram columns": lambda x: x.mT @ x,
    "row_dot_symmetric": lambda a, m: ((a @ (m + m.T)) * a).sum(-1), "scale_rows": lambda x, y: x * y,
    "sandwich": lambda *v: sandwich(v, ()), "sandwich, dots": lambda *v: sandwich(v, (2,)),
    "sandwich, over rows": lambda *v: sandwich(v, (0,)),
    "sandwich, outer axes": lambda *v: sandwich(v, (1, 2)),
    "sandwich, first and last": lambda *v: sandwich(v, (0, 2)),
    "sandwich, sum": lambda *v: sandwich(v, (0, 1, 2)), "weighted_gram +": weighted_gram,
    "weighted_gram -": lambda x, c: -weighted_gram(x, c), "weighted_gram +-": weighted_gram,
    "unfold": lambda x: unfold(x, 3, 2, 1), "fold": lambda x: fold(x, 2, 3, 3),
    "conv2d": lambda x, w: convolution(x, w, 1, 0), "conv2d 2 1": lambda x, w: convolution(x, w, 2, 1),
    "conv_transpose2d": lambda x, w: rows(F.conv_transpose2d(image(x), w.permute(3, 2, 0, 1), stride=2)),
    "average_pool2d": lambda x: rows(F.avg_pool2d(image(x), 2, 1)),
    "max_pool2d": lambda x: rows(F.max_pool2d(image(x), 2, 2)),
}


def array(entry):
    return torch.tensor(entry["elements"], dtype=torch.double).reshape(entry["shape"])


def operand(entry, nodes):
    x = nodes[entry["node"]]
    if list(x.shape) != entry["shape"]:
        places = torch.arange(math.prod(entry["shape"])) % x.numel()
        x = x.reshape(-1)[places].reshape(entry["shape"])
    if entry["squashed"]:
        low, high = entry["squashed"]
        x = low + (high - low) * torch.sigmoid(x)
    return x


def disagreements(program):
    """What differs, as text; and the number of arrays that were compared."""
    inputs = [array(x).requires_grad_() for x in program["inputs"]]
    nodes = list(inputs)
    for step in program["steps"]:
        nodes.append(OPERATIONS[step["operation"]](*(operand(o, nodes) for o in step["operands"])))
    found, count = [], 0

    def compare(what, ours, theirs):
        nonlocal count
        for i, b in enumerate(theirs):
            count += 1
            a = array(ours[i]) if ours else torch.zeros_like(inputs[i])  # nothing was recorded
            b = torch.zeros_like(a) if b is None else b
            error = (a - b).abs().max().item() / max(1, b.abs().max().item()) if a.numel() else 0
            if a.shape != b.shape or not error <= TOLERANCE:
                found.append(f"{what} {i}: {error:.2g}")

    compare("value of node", program["values"], nodes)
    if program["gradients"]:
        slopes = torch.autograd.grad(nodes[-1].sum(), inputs, create_graph=True, allow_unused=True)
        compare("gradient in input", program["gradients"], slopes)
        along = sum(s.sum() for s in slopes if s is not None)
        if along.requires_grad:
            products = torch.autograd.grad(along, inputs, allow_unused=True)
            compare("Hessian-vector product in input", program["products"], products)
    return found, count


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("tests", help="the engine's test program")
    arguments.add_argument("--programs", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    faults = arrays = 0
    with tempfile.NamedTemporaryFile("r") as file:
        environment = {**os.environ, "CONTRACTIVE_PROGRAMS": str(options.programs),
                       "CONTRACTIVE_SEED": str(options.seed), "CONTRACTIVE_PROGRAMS_FILE": file.name}
        subprocess.run([options.tests, "-tc=programs:*"], env=environment, check=True)
        for seed, line in enumerate(file, options.seed):
            found, count = disagreements(json.loads(line))
            arrays += count
            faults += bool(found)
            for text in found:
                print(f"seed {seed}: {text}")
    print(f"summary: {options.programs} programs from seed {options.seed}, {arrays} arrays compared, "
          f"{faults} programs disagree")
    return faults > 0


if __name__ == "__main__":
    sys.exit(main())
