#!/usr/bin/python3
"""Compares a training step with PyTorch's, with its own floor and with a step written by hand.

Needs a build with -DCONTRACTIVE_BENCHMARKS=ON, python3-torch, python3-numpy and gnuplot; jemalloc
is tried if it is there. Writes README.md and units.png into the output folder.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

from cases import BUDGET, CASES, NETWORK, SCALAR_MEMORY, SCALARS, TRACKED
from contest import SETTINGS, SLOW, Choice, Turn, choose, fastest, say, take_turns, torch
from contestant import Contestant, Failed
from growth import draw, measure_depth, measure_growth, measure_units
from report import Report, Result, about_machine, kept, write

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = (*CASES, "memory", "growth", "depth", "units")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--cases",
        default=",".join(SECTIONS),
        help="separated by commas; memory is that of a large encoder's penalty, growth, depth and "
        "units are the fits, plans and the picture [%(default)s]",
    )
    parser.add_argument(
        "--runner", type=Path, default=ROOT / "build/tests/contractive_bench_runner"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "docs/benchmarks", metavar="FOLDER")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="three rounds of short turns; PyTorch's threads spin under its best way only",
    )
    chosen = parser.parse_args()
    chosen.cases = [{"S": SCALARS, "T": TRACKED, "N": NETWORK}.get(name, name) for name in chosen.cases.split(",")]
    if unknown := set(chosen.cases) - set(SECTIONS):
        parser.error(f"unknown cases {', '.join(unknown)}; expected some of {', '.join(SECTIONS)}")
    if not chosen.runner.is_file():
        parser.error(f"no {chosen.runner}; build it with -DCONTRACTIVE_BENCHMARKS=ON")
    if chosen.rounds < 1:
        parser.error(f"{chosen.rounds} rounds; expected at least 1")
    if chosen.quick:
        chosen.rounds = min(chosen.rounds, 3)
    return chosen


class Comparison:
    def __init__(self, chosen: argparse.Namespace, folder: Path, runner: Contestant) -> None:
        self.rounds, self.folder, self.runner = chosen.rounds, folder, runner
        self.command = [str(chosen.runner)]
        self.quick, self.seconds = chosen.quick, 0.1 if chosen.quick else 0.5  # of one turn
        names = runner.ask("list").split("\t")
        self.titles = {name.partition(" ")[0]: name for name in names}
        self.titles[SCALARS] = "S 100,000 operations on scalars"
        self.titles[TRACKED] = "T the same, all operands tracked"
        self.titles[NETWORK] = "N 1,000 gradients of 10-20-10, one sample"

    def choose(self, case: str, ways: tuple[str, ...]) -> list[Choice]:
        (self.folder / case).mkdir(exist_ok=True)
        self.runner.ask("write", case, self.folder / case)
        return choose(self.folder, case, ways, self.quick, self.seconds / 2) if ways else []

    def measure(self, case: str) -> Result:
        limits = CASES[case]
        generic = self.choose(case, limits.generic_ways)
        special = self.choose(case, (limits.special_way,) if limits.special_way else ())
        turns = {"ours": Turn(self.runner, case, "step")}
        if limits.has_floor:
            turns["floor"] = Turn(self.runner, case, "floor")
        if limits.by_hand:
            turns["by hand"] = Turn(self.runner, case, "hand")
        with ExitStack() as stack:
            for choice in generic + special:
                if choice.seconds < SLOW:
                    worker = stack.enter_context(torch(self.folder, choice.setting))
                    turns[choice.name] = Turn(worker, case, choice.way)
            seconds, restless = take_turns(self.runner, turns, self.rounds, self.seconds)
        best = (fastest(seconds, choices) for choices in (generic, special))
        return Result(self.titles.get(case, case), seconds, restless, *best)

    def peak(self, case: str, way: str = "step") -> float:
        with Contestant(self.command) as fresh:
            fresh.times(case, way, 1)
            return float(fresh.ask("peak"))


def compare(chosen: argparse.Namespace, folder: Path, runner: Contestant) -> Report:
    it = Comparison(chosen, folder, runner)
    with torch(folder, next(iter(SETTINGS))) as worker:
        report = Report(about_machine(runner.ask("about"), worker.ask("about")))
    for case in (name for name in CASES if name in chosen.cases):
        say(case)
        if CASES[case].generic_ways:
            report.rows[case] = float(runner.ask("rows", case, patience=600))
        report.results[case] = it.measure(case)
    if "E6" in chosen.cases:
        report.peaks["E6"] = it.peak("E6")
    if SCALARS in chosen.cases:
        report.peaks[SCALAR_MEMORY[0]] = it.peak(SCALAR_MEMORY[0])
    if "memory" in chosen.cases:
        report.budget = it.peak(BUDGET[0]), it.peak(BUDGET[0], "plain")
    if "growth" in chosen.cases:
        report.growth = measure_growth(runner, it.rounds, it.seconds / 2)
    if "depth" in chosen.cases:
        report.depth = measure_depth(runner, it.rounds)
    if "units" in chosen.cases:
        e1 = report.results.get("E1")
        generic = e1.generic if e1 else fastest({}, it.choose("E1", CASES["E1"].generic_ways))
        formula = e1.special if e1 else fastest({}, it.choose("E1", ("hand-formula",)))
        report.units = measure_units(runner, folder, generic, formula, it.rounds, it.seconds / 2)
    return report


def main() -> None:
    chosen = options()
    with tempfile.TemporaryDirectory() as folder, Contestant([str(chosen.runner)]) as runner:
        try:
            report = compare(chosen, Path(folder), runner)
        except Failed as failure:
            raise SystemExit(f"compare: {failure}") from None
    chosen.output.mkdir(parents=True, exist_ok=True)
    if report.units:
        draw(report.units, chosen.output / "units.png")
    page = chosen.output / "README.md"
    write(page, report.markdown() + kept(page))
    print(report.markdown())


if __name__ == "__main__":
    main()
