"""What is compared, by the names that cases.cpp and torch_worker.py know, and the limits."""

from __future__ import annotations

from dataclasses import dataclass

# PyTorch's ways to the exact penalty of any encoder.
GENERIC = ("vmap(jacrev)", "vmap(jacfwd)", "row-loop", "batched-rows")


@dataclass(frozen=True)
class Limits:
    """Ours is at most `floor` and `by_hand` times those; PyTorch's is at least `generic` and
    `special` times ours. Without a limit, the ratio is only reported."""

    floor: float | None = None
    by_hand: float | None = None
    generic: float | None = None
    special: float | None = None
    special_way: str | None = None  # PyTorch's, made for this case
    generic_ways: tuple[str, ...] = GENERIC
    has_floor: bool = True


SCALARS = "S@100000"  # one operand is tracked
TRACKED = "T@100000"  # all three are
NETWORK = "N@1000"  # gradients
CASES: dict[str, Limits] = {
    "E1": Limits(1.35, by_hand=1.15, generic=250, special=1, special_way="hand-formula"),
    "A1": Limits(special=1, special_way="hand-formula", generic_ways=()),
    "E2": Limits(1.35, generic=2.8),
    "E3": Limits(1.35, generic=1.6),
    "E4": Limits(2.5, generic=2.5),
    "C1": Limits(),
    "E5": Limits(1.5, generic=2.5),
    "E6": Limits(1.35, special_way="hand-formula"),
    "E7": Limits(1.5, generic=10),
    "D1": Limits(),
    "P0": Limits(1.3, special=1, special_way="plain", generic_ways=()),
    "H1": Limits(special=1, special_way="one-projection", generic_ways=()),
    SCALARS: Limits(special=8, special_way="plain", generic_ways=(), has_floor=False),
    TRACKED: Limits(special_way="plain", generic_ways=(), has_floor=False),
    NETWORK: Limits(special_way="plain", generic_ways=(), has_floor=False),
}

DEPTHS = {"dense": (20, 40, 80, 160), "residual": (20, 40, 80, 160), "linear": (25, 50, 100, 200),
          "elementwise": (50, 100, 200, 400)}  # layers
PLANNING = (3, 2.3)  # at most: a norm by its rows at 80 layers; its growth by twice the layers
ROWS = 1e-10  # at most: distance of the penalty and its gradients from a loop over rows, in double
BUDGET = ("784-512-512-4000:sigmoid", 1024)  # MiB that the penalty may add to a step's peak memory
SCALAR_MICROSECONDS = 0.5  # for one operation, forward and backward
SCALAR_MEMORY = ("S@1000000", 500)  # MB
