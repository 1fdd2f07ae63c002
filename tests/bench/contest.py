"""How a case is measured: PyTorch's best way is chosen first, then all take turns."""

from __future__ import annotations

import sys
from ctypes.util import find_library
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from statistics import median

from contestant import PATIENCE, Contestant, Failed

TOLERANCE = 1e-3  # of value and gradients, relative, in float
HOPELESS = 5  # times slower than the best so far: given up, or not tried under further settings
STARTING = 2.0  # seconds that a first step may need besides
FINALISTS, CLOSE = 2, 1.5  # how many take part in the rounds, if within this factor of the best
SLOW = 10.0  # seconds for a step, from which on one timing is enough
UNREST = 0.1  # by which the reference product may vary within a round

THREADS = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
ALLOCATORS = {  # first the one that is seldom far from the best
    "large malloc": {
        "MALLOC_MMAP_THRESHOLD_": "4294967296",
        "MALLOC_TRIM_THRESHOLD_": "17179869184",
    },
    "malloc": {},
    "jemalloc": {"LD_PRELOAD": find_library("jemalloc") or ""},
}
SETTINGS = {
    f"{allocator}, {policy}": {**THREADS, **variables, "OMP_WAIT_POLICY": policy}
    for policy, (allocator, variables) in product(("passive", "active"), ALLOCATORS.items())
    if allocator != "jemalloc" or variables["LD_PRELOAD"]
}


def say(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)


def torch(folder: Path, setting: str) -> Contestant:
    worker = Path(__file__).parent / "torch_worker.py"
    return Contestant([sys.executable, "-W", "ignore", str(worker), str(folder)], SETTINGS[setting])


@dataclass(frozen=True)
class Choice:
    """A way of PyTorch's under a setting, and the seconds of a step."""

    way: str
    setting: str
    seconds: float

    @property
    def name(self) -> str:
        return f"{self.way} ({self.setting})"


def fastest(seconds: dict[str, float], choices: list[Choice]) -> Choice | None:
    """The best of these, with the time that was measured in rounds where there is one."""
    measured = [replace(c, seconds=seconds.get(c.name, c.seconds)) for c in choices]
    return min(measured, key=lambda c: c.seconds, default=None)


def choose(
    folder: Path, case: str, ways: tuple[str, ...], quick: bool, seconds: float
) -> list[Choice]:
    """The fastest of these ways and settings, by one timing each, and the next if it is close;
    every way is first held against our value and gradients. When quick, threads spin (the slower
    choice in nearly all cases, and by far) only under the best way and allocator so far. Empty if
    no way finishes."""
    tried: list[Choice] = []
    for setting in (s for s in SETTINGS if not quick or s.endswith("passive")):
        here = _try(folder, case, ways, setting, seconds, tried)
        tried += here
        best = min((c.seconds for c in here), default=0)
        ways = tuple(c.way for c in here if c.seconds <= HOPELESS * best)
    if quick and tried:
        best_way = min(tried, key=lambda c: c.seconds)
        spinning = best_way.setting.replace("passive", "active")
        tried += _try(folder, case, (best_way.way,), spinning, seconds, tried)
    ranked = sorted(tried, key=lambda c: c.seconds)
    return [c for c in ranked[:FINALISTS] if c.seconds <= CLOSE * ranked[0].seconds]


def _try(
    folder: Path, case: str, ways: tuple[str, ...], setting: str, seconds: float, tried: list[Choice]
) -> list[Choice]:
    best = min((c.seconds for c in tried), default=PATIENCE)
    patience = min(PATIENCE, seconds + HOPELESS * best + STARTING)
    here: list[Choice] = []
    with torch(folder, setting) as worker:
        for way in ways:
            try:
                if not tried:
                    _agree(worker, case, way)
                times = worker.times(case, way, seconds, patience)
                here.append(Choice(way, setting, median(times)))
                say(f"  {case}, {here[-1].name}: {1e3 * here[-1].seconds:.4g} ms")
            except Failed as failure:
                say(f"  {case}, {way} ({setting}): {failure}")
    return here


def _agree(worker: Contestant, case: str, way: str) -> None:
    distance = float(worker.ask("check", case, way))
    if not distance <= TOLERANCE:
        raise SystemExit(
            f"compare: {case}: PyTorch's {way} differs from our value or gradients by "
            f"{distance:.1e}, relative; expected at most {TOLERANCE:.0e}"
        )


@dataclass(frozen=True)
class Turn:
    contestant: Contestant
    case: str
    way: str


def take_turns(
    runner: Contestant, turns: dict[str, Turn], rounds: int, seconds: float
) -> tuple[dict[str, float], int]:
    """Medians by the turns' names, and how many rounds were restless.

    In a round each has its turn, between two timings of one and the same matrix product. Where that
    varies, the round is repeated; of all these repetitions there are no more than of rounds. A turn
    of PyTorch's that fails is its last.
    """
    turns = dict(turns)
    calm: list[dict[str, float]] = []
    restless: list[dict[str, float]] = []
    while len(calm) < rounds and len(calm) + len(restless) < 2 * rounds:
        before = _reference(runner)
        times = {}
        for name, turn in list(turns.items()):
            try:
                times[name] = median(turn.contestant.times(turn.case, turn.way, seconds))
            except Failed as failure:
                if turn.contestant is runner:
                    raise
                say(f"  {name}: {failure}")
                del turns[name]
        varied = abs(_reference(runner) / before - 1)
        (calm if varied <= UNREST else restless).append(times)
    kept = (calm + restless)[:rounds]
    if len(calm) < rounds:
        say(f"  the machine was not at rest in {rounds - len(calm)} of {rounds} rounds")
    medians = {name: median(times[name] for times in kept) for name in turns}
    return medians, max(0, rounds - len(calm))


def _reference(runner: Contestant) -> float:
    return median(runner.times("reference", "floor", 0.15))
