"""PyTorch's side of compare.py: the same steps, from the same start. Speaks as runner.cpp does.

about                   PyTorch's version, and the BLAS that is loaded
check CASE WAY          how far value and gradients are from those in FOLDER/CASE, relative
run CASE WAY SECONDS    seconds of each step
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Callable

import numpy
import torch
from functorch import jacfwd, jacrev, vmap
from torch import Tensor
from torch.autograd import grad
from torch.nn.functional import conv2d, softplus

LAMBDA = 0.1
CHUNK = 64  # rows at once, where they are batched
Encoder = Callable[[Tensor, "list[Tensor]"], Tensor]


def chain(activation: Callable[[Tensor], Tensor]) -> Encoder:
    def encode(x: Tensor, p: list[Tensor]) -> Tensor:
        for weight, bias in zip(p[::2], p[1::2]):
            x = activation(x @ weight + bias)
        return x

    return encode


def convolutions(x: Tensor, p: list[Tensor]) -> Tensor:
    c = softplus(conv2d(x, p[0], p[1], stride=2))
    c = softplus(conv2d(c, p[2], p[3], stride=2))
    return torch.tanh(c.flatten(-3) @ p[4] + p[5])


def uneven_convolutions(x: Tensor, p: list[Tensor]) -> Tensor:
    c = torch.tanh(conv2d(x, p[0], p[1], stride=2))
    c = softplus(conv2d(c, p[2], p[3]))
    c = torch.tanh(conv2d(c, p[4], p[5], stride=2))
    return c.flatten(-3) @ p[6] + p[7]


def residual(x: Tensor, p: list[Tensor]) -> Tensor:
    h = torch.tanh(x @ p[0] + p[1])
    h = h + torch.tanh(h @ p[2] + p[3])
    h = h + torch.tanh(h @ p[4] + p[5])
    return h @ p[6] + p[7]


sigmoids, tanhs = chain(torch.sigmoid), chain(torch.tanh)
ENCODERS: dict[str, Encoder] = {
    "E1": sigmoids,
    "A1": sigmoids,
    "P0": sigmoids,
    "E2": sigmoids,
    "H1": sigmoids,
    "E3": tanhs,
    "E4": convolutions,
    "C1": uneven_convolutions,
    "E5": residual,
    "E6": sigmoids,
    "E7": tanhs,
    "D1": sigmoids,
}
# The weights behind the convolutions, and these' grid and channels.
IMAGES = {"E4": (4, (6, 6, 32)), "C1": (6, (4, 4, 12))}


def encoder_of(case: str) -> Encoder:
    """Of a case, or of a chain such as 784-512-256:sigmoid."""
    return ENCODERS[case] if case in ENCODERS else chain(getattr(torch, case.split(":")[1]))


def channels_first(case: str, name: str, a: Tensor) -> Tensor:
    """An array as PyTorch lays images out; everything else is the same on both sides."""
    if case not in IMAGES:
        return a
    layer, grid = IMAGES[case]
    if name == "x":
        return a.permute(0, 3, 1, 2).contiguous()
    if a.dim() == 4:  # (height, width, in, out)
        return a.permute(3, 2, 0, 1).contiguous()
    if name in (f"p{layer}", f"g{layer}"):
        return a.reshape(*grid, -1).permute(2, 0, 1, 3).reshape(a.shape)
    return a


class Step:
    """One case's start; called, it gives the objective and the gradients in all parameters."""

    def __init__(self, folder: Path, case: str) -> None:
        self.case, self.folder, self.encoder = case, folder / case, encoder_of(case)
        self.x = self.load("x")
        count = len(list(self.folder.glob("p*.npy")))
        self.p = [self.load(f"p{i}").requires_grad_() for i in range(count)]
        self.directions: Tensor | None = None
        self.adam = torch.optim.Adam(self.p) if case == "A1" else None

    def update(self, gradients: tuple[Tensor, ...]) -> None:
        if self.adam:
            for p, g in zip(self.p, gradients):
                p.grad = g
            self.adam.step()

    def load(self, name: str) -> Tensor:
        array = torch.from_numpy(numpy.load(self.folder / f"{name}.npy"))
        return channels_first(self.case, name, array)

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x, self.p[:-2])

    def __call__(self, way: str) -> tuple[Tensor, tuple[Tensor, ...]]:
        x = self.x.detach().requires_grad_(way in FROM_X)
        h = self.encode(x)
        y = h @ self.p[-2] + self.p[-1]
        value = (y - self.x.flatten(1)).square().sum(1).mean()
        if way != "plain":
            value = value + LAMBDA * PENALTIES[way](self, h, x)
        return value, grad(value, self.p)


def by_vmap(jacobian: Callable) -> Callable[[Step, Tensor, Tensor], Tensor]:
    return lambda step, h, x: vmap(jacobian(step.encode))(x).square().sum() / len(x)


def row_loop(step: Step, h: Tensor, x: Tensor) -> Tensor:
    total = torch.zeros(())
    for j in range(h.shape[1]):
        (row,) = grad(h[:, j].sum(), x, create_graph=True)
        total = total + row.square().sum()
    return total / len(x)


def batched_rows(step: Step, h: Tensor, x: Tensor) -> Tensor:
    total, units = torch.zeros(()), torch.eye(h.shape[1])
    for seeds in units.split(CHUNK):
        (rows,) = grad(h.sum(0), x, seeds, create_graph=True, is_grads_batched=True)
        total = total + rows.square().sum()
    return total / len(x)


def hand_formula(step: Step, h: Tensor, x: Tensor) -> Tensor:
    """One sigmoid layer: sum_j (h_j (1 - h_j))^2 ||w_j||^2. Rifai et al. 2011."""
    return ((h * (1 - h)).square() @ step.p[0].square().sum(0)).mean()


def one_projection(step: Step, h: Tensor, x: Tensor) -> Tensor:
    v = step.directions
    if v is None:
        v = torch.randint(0, 2, h.shape, dtype=h.dtype) * 2 - 1
    (row,) = grad(h, x, v, create_graph=True)
    return row.square().sum() / len(x)


# Each the mean over samples of ||dh_b/dx_b||^2, or an estimate of it.
PENALTIES = {
    "vmap(jacrev)": by_vmap(jacrev),
    "vmap(jacfwd)": by_vmap(jacfwd),
    "row-loop": row_loop,
    "batched-rows": batched_rows,
    "hand-formula": hand_formula,
    "one-projection": one_projection,
}
FROM_X = ("row-loop", "batched-rows", "one-projection")


class Overhead:
    """What overhead.hpp says of S@N, T@N and N@N."""

    def __init__(self, folder: Path, case: str) -> None:
        self.kind, self.folder, self.times = case[0], folder / case, int(case[2:])
        count = len(list(self.folder.glob("p*.npy")))
        self.operands = [self.load(f"p{i}") for i in range(count)]
        self.p = self.operands[: {"S": 1, "T": 3, "N": 4}[self.kind]]
        for p in self.p:
            p.requires_grad_()
        self.directions: Tensor | None = None

    def update(self, gradients: tuple[Tensor, ...]) -> None:
        """Nothing is trained."""

    def load(self, name: str) -> Tensor:
        return torch.from_numpy(numpy.load(self.folder / f"{name}.npy"))

    def network(self) -> Tensor:
        w, b, v, c, x = self.operands
        return torch.tanh(torch.tanh(x @ w + b) @ v + c).square().sum()

    def __call__(self, way: str) -> tuple[Tensor, tuple[Tensor, ...]]:
        if self.kind == "N":
            for _ in range(self.times):
                y = self.network()
                gradients = grad(y, self.p)
            return y, gradients
        y, a, b = self.operands
        for i in range(self.times):
            y = y * a if i % 2 == 0 else y + b
        return y, grad(y, self.p)


def check(step: Step | Overhead, way: str) -> float:
    """The largest distance from what the runner wrote, relative to its norm."""
    given = step.folder / "directions.npy"
    step.directions = step.load("directions") if given.exists() else None
    value, gradients = step(way)
    step.directions = None
    ours = [step.load("value")] + [step.load(f"g{i}") for i in range(len(step.p))]
    both = zip((value.detach(), *gradients), ours)
    return max(float((a - b).norm() / b.norm()) for a, b in both)


def run(step: Step | Overhead, way: str, seconds: float) -> list[float]:
    """At least one step; the first only warms up, unless the time allows no second."""
    times: list[float] = []
    while not times or sum(times) < seconds:
        start = time.perf_counter()
        _, gradients = step(way)
        step.update(gradients)
        times.append(time.perf_counter() - start)
    return times[1:] or times


def answer(folder: Path, steps: dict[str, Step | Overhead], line: str) -> str:
    command, *words = line.split()
    if command == "about":
        files = {Path(line.split()[-1]) for line in open("/proc/self/maps") if "blas" in line}
        return ", ".join([torch.__version__, *sorted(f"{f.parent.name}/{f.name}" for f in files)])
    case, way, *seconds = words
    if case not in steps:
        steps[case] = (Overhead if case[1:2] == "@" else Step)(folder, case)
    if command == "check":
        return str(check(steps[case], way))
    return " ".join(map(str, run(steps[case], way, float(seconds[0]))))


def main() -> None:
    torch.set_num_threads(2)
    steps: dict[str, Step | Overhead] = {}
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            print(answer(Path(sys.argv[1]), steps, line), flush=True)
        except Exception as error:  # also out of memory: the next way may do with less
            message = str(error).splitlines()
            print("error", type(error).__name__, message[0] if message else "", flush=True)


if __name__ == "__main__":
    main()
