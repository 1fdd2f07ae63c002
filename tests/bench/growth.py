"""How the cost of our step grows, and the picture of cost against hidden units."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy

from cases import DEPTHS
from contest import Choice, Turn, say, take_turns, torch
from contestant import Contestant, Failed

# {} is replaced by each of the values.
SERIES: dict[tuple[str, str], tuple[str, tuple[int, ...]]] = {
    ("one layer", "batch"): ("784-1000:sigmoid@{}", (64, 128, 256, 512)),
    ("one layer", "hidden units"): ("784-{}:sigmoid", (500, 1000, 2000, 4000)),
    ("one layer", "input size"): ("{}-1000:sigmoid", (392, 784, 1568, 3136)),
    ("two layers", "batch"): ("784-512-256:sigmoid@{}", (32, 64, 128, 256)),
    ("two layers", "hidden units"): ("784-{}-256:sigmoid", (128, 256, 512, 1024)),
    ("two layers", "input size"): ("{}-512-256:sigmoid", (196, 392, 784, 1568)),
}
UNITS = (125, 250, 500, 1000, 2000, 4000)


@dataclass(frozen=True)
class Growth:
    encoder: str
    varied: str
    pattern: str
    values: tuple[int, ...]
    seconds: list[float]
    exponent: float
    predicted: float
    plans: list[str]  # of the smallest and the largest


def exponent(values: tuple[int, ...], costs: list[float]) -> float:
    """The slope of log cost over log value, by least squares."""
    return float(numpy.polyfit(numpy.log(values), numpy.log(costs), 1)[0])


def measure_growth(runner: Contestant, rounds: int, seconds: float) -> list[Growth]:
    result = []
    for (encoder, varied), (pattern, values) in SERIES.items():
        say(f"growth: {encoder}, {varied}")
        names = [pattern.format(value) for value in values]
        turns = {name: Turn(runner, name, "step") for name in names}
        medians, _ = take_turns(runner, turns, rounds, seconds)
        times = [medians[name] for name in names]
        counts = [float(runner.ask("count", name)) for name in names]
        plans = [_contraction(runner.ask("plan", name)) for name in (names[0], names[-1])]
        fits = exponent(values, times), exponent(values, counts)
        result.append(Growth(encoder, varied, pattern, values, times, *fits, plans))
    return result


@dataclass(frozen=True)
class Depth:
    """Seconds of a norm's value, and of all rows, by the number of layers."""

    kind: str
    layers: tuple[int, ...]
    norm: list[float]
    rows: list[float]

    @property
    def steepest(self) -> float:
        return max(b / a for a, b in zip(self.norm, self.norm[1:]))


def measure_depth(runner: Contestant, rounds: int) -> list[Depth]:
    say("depth")
    result = []
    for kind, layers in DEPTHS.items():
        turns = [
            [[float(t) for t in runner.ask("depth", kind, n).split()] for n in layers]
            for _ in range(rounds)
        ]
        norm, rows = numpy.median(turns, axis=0).T
        result.append(Depth(kind, layers, list(norm), list(rows)))
    return result


def _contraction(plan: str) -> str:
    """The line of explain_jacobian() that says what is done with the sweeps' blocks."""
    return plan.split("\t")[-2].strip()


@dataclass(frozen=True)
class Units:
    """Seconds by hidden units; None where nothing finished."""

    curves: dict[str, list[float | None]]


def measure_units(
    runner: Contestant,
    folder: Path,
    generic: Choice | None,
    formula: Choice | None,
    rounds: int,
    seconds: float,
) -> Units:
    names = [f"784-{units}:sigmoid" for units in UNITS]
    curves: dict[str, list[float | None]] = {}
    turns = {}
    for name in names:
        (folder / name).mkdir(exist_ok=True)
        runner.ask("write", name, folder / name)
        turns |= {f"ours {name}": Turn(runner, name, "step")}
        turns |= {f"floor {name}": Turn(runner, name, "floor")}
    say("units: ours and the floor")
    medians, _ = take_turns(runner, turns, rounds, seconds)
    curves["ours"] = [medians[f"ours {name}"] for name in names]
    curves["the floor"] = [medians[f"floor {name}"] for name in names]
    for label, choice in (("PyTorch, by hand", formula), ("PyTorch, generic", generic)):
        if choice:
            say(f"units: {label}: {choice.way} ({choice.setting})")
            curves[label] = _curve(folder, names, choice, rounds, seconds)
    return Units(curves)


def _curve(
    folder: Path, names: list[str], choice: Choice, rounds: int, seconds: float
) -> list[float | None]:
    times: list[float | None] = []
    with torch(folder, choice.setting) as worker:
        for name in names:
            try:
                times.append(float(numpy.median(worker.times(name, choice.way, rounds * seconds))))
            except Failed as failure:
                say(f"  {name}: {failure}")
                break
    return times + [None] * (len(names) - len(times))


def draw(units: Units, path: Path) -> None:
    """Writes a PNG by gnuplot, all or nothing."""
    part = path.with_suffix(".part")
    script = f"""
        set terminal pngcairo size 900,600 font ",12"
        set output "{part}"
        set logscale xy
        set xtics ({", ".join(map(str, UNITS))})
        set xrange [{UNITS[0] * 0.8}:{UNITS[-1] * 1.25}]
        set xlabel "hidden units of one sigmoid layer on 784 inputs"
        set ylabel "ms for a step of 128 samples"
        set grid
        set key top left
    """
    blocks = []
    for i, (label, times) in enumerate(units.curves.items()):
        points = "\n".join(f"{u} {1e3 * t}" for u, t in zip(UNITS, times) if t is not None)
        if points:
            script += f"$curve{i} << EOD\n{points}\nEOD\n"
            blocks.append(f'$curve{i} with linespoints linewidth 2 title "{label}"')
    script += "plot " + ", ".join(blocks) + "\n"
    subprocess.run(["gnuplot"], input=script.encode(), check=True)
    part.replace(path)
