"""The results as Markdown."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cases import (
    BUDGET,
    CASES,
    NETWORK,
    PLANNING,
    ROWS,
    SCALAR_MEMORY,
    SCALAR_MICROSECONDS,
    SCALARS,
    TRACKED,
)
from contest import Choice
from growth import Depth, Growth, Units

HOW_TO_READ = """\
One step is the value of the reconstruction error (squared, summed over each sample, averaged over
the batch; a linear decoder with weights of its own) plus 0.1 times the mean over the samples of
||dh/dx||², and the gradient of both in all parameters. It is in single precision, on batches of
128 and two threads; P0 has no penalty, H1 estimates it from one random projection, and S is no
step but 100,000 multiplications and additions of double scalars in turn, forward, backward and
freed; in S the two operands are constants, in T they are tracked and differentiated in as well.
Both sides start from the same numbers, and no time is taken before value and gradients agree to
0.001. A1 is E1 with the update of all parameters by Adam; N is 1,000 gradients of a small network in
double; C1 and D1 say their batches themselves, 96 and 64.

*Floor* are the matrix products alone that such a step needs, by BLAS, timed in the same run; for
convolutions those of unfolded images, which we do not form. *Generic* are PyTorch's ways to the
exact penalty of any encoder: `vmap` of `jacrev` and of `jacfwd`, a loop over the code's units with
`create_graph`, and that loop in batches. *Special* is what one writes by hand for this case alone.
Of PyTorch's ways and its settings (allocator, and whether OpenMP's threads wait actively; in a
quick run they do so under the best way only) the two fastest are chosen first; the faster one in the
rounds counts. All take turns, each a process that is stopped while others run; times are medians of
rounds, and a round in which one and the same matrix product varies by more than 10 % is repeated. A
way that takes over 10 s a step is timed once, one that takes over two minutes or too much memory is
left out. A ratio is followed by its limit, if it has one.
"""


@dataclass
class Result:
    """What was found out about one case."""

    title: str
    seconds: dict[str, float]  # ours, floor, by hand
    restless: int  # rounds
    generic: Choice | None  # PyTorch's, as measured in the rounds
    special: Choice | None


@dataclass
class Report:
    machine: dict[str, str]
    results: dict[str, Result] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)  # MiB
    rows: dict[str, float] = field(default_factory=dict)  # distances from the loop over rows
    budget: tuple[float, float] | None = None  # MiB of a large encoder's step, and without penalty
    growth: list[Growth] = field(default_factory=list)
    depth: list[Depth] = field(default_factory=list)
    units: Units | None = None

    def markdown(self) -> str:
        parts = ["# What a training step costs\n", HOW_TO_READ, self._machine()]
        parts += [self._table()] if self.results else []
        parts += [self._remarks()]
        parts += [self._growth()] if self.growth else []
        parts += [self._depth()] if self.depth else []
        if self.units:
            parts.append("## Cost against hidden units\n\n![ms for a step](units.png)\n")
        return "\n".join(parts)

    def _machine(self) -> str:
        return "\n".join(f"- {name}: {value}" for name, value in self.machine.items()) + "\n"

    def _table(self) -> str:
        head = "case|ours ms|floor ms|ours / floor|PyTorch generic ms|generic / ours"
        head += "|PyTorch special ms|special / ours"
        rows = [head, "|".join(["---"] * 8)]
        for case, r in self.results.items():
            limits, ours, floor = CASES[case], r.seconds["ours"], r.seconds.get("floor")
            cells = [r.title, _ms(ours), _ms(floor), _ratio(ours, floor, at_most=limits.floor)]
            for choice, ways, limit in (
                (r.generic, limits.generic_ways, limits.generic),
                (r.special, limits.special_way, limits.special),
            ):
                time = choice.seconds if choice else None
                cells.append(_ms(time, choice) or ("none finished" if ways else ""))
                cells.append(_ratio(time, ours, at_least=limit))
            rows.append("|".join(cells))
        return "\n".join(f"| {row.replace('|', ' | ')} |" for row in rows) + "\n"

    def _remarks(self) -> str:
        lines = []
        for case, r in self.results.items():
            ours, by_hand = r.seconds["ours"], r.seconds.get("by hand")
            if by_hand:
                ratio = _ratio(ours, by_hand, at_most=CASES[case].by_hand)
                lines.append(f"{case} against our own step by hand, {_ms(by_hand)} ms: {ratio}.")
            if case in (SCALARS, TRACKED, NETWORK):
                each = 1e6 * ours / int(case.partition("@")[2])
                verdict = _verdict(each <= SCALAR_MICROSECONDS)
                limit = f" (≤ {SCALAR_MICROSECONDS}, {verdict})" if case == SCALARS else ""
                what = "a gradient" if case == NETWORK else "an operation"
                lines.append(f"{case}: {each:.3f} µs {what}{limit}.")
            if r.restless:
                lines.append(f"{case}: rounds in which the machine was not at rest: {r.restless}.")
        if self.rows:
            worst = max(self.rows, key=lambda case: self.rows[case])
            lines.append(
                "In double, penalties and their gradients in inputs and parameters are within "
                f"{self.rows[worst]:.1e} (at {worst}) of those of a loop over rows, relative "
                f"(≤ {ROWS:.0e}, {_verdict(self.rows[worst] <= ROWS)})."
            )
        if self.budget:
            added = self.budget[0] - self.budget[1]
            lines.append(
                f"{BUDGET[0]}: peak resident memory of a step {self.budget[0]:.0f} MiB, without "
                f"the penalty {self.budget[1]:.0f} MiB: {added:.0f} MiB for the penalty and its "
                f"gradient (≤ {BUDGET[1]}, {_verdict(added <= BUDGET[1])})."
            )
        for case, mib in self.peaks.items():
            line = f"{case}: peak resident memory of a fresh process {mib:.0f} MiB"
            if case == SCALAR_MEMORY[0]:
                megabytes = mib * 1.048576
                line += f" = {megabytes:.0f} MB (≤ {SCALAR_MEMORY[1]}, "
                line += f"{_verdict(megabytes <= SCALAR_MEMORY[1])})"
            lines.append(line + ".")
        return "\n".join(f"- {line}" for line in lines) + "\n"

    def _growth(self) -> str:
        rows = [
            "## How the cost of our step grows\n",
            "Exponents are slopes of log time over log size, by least squares; predicted are",
            "those of the plan's multiply-adds at the same points, fitted in the same way.\n",
            "| encoder | varied | ms | exponent | predicted | plan, smallest / largest |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for g in self.growth:
            times = ", ".join(f"{v}: {1e3 * t:.2f}" for v, t in zip(g.values, g.seconds))
            plans = " / ".join(dict.fromkeys(g.plans))
            rows.append(
                f"| {g.encoder}, `{g.pattern}` | {g.varied} | {times} | {g.exponent:.2f} "
                f"| {g.predicted:.2f} | {plans} |"
            )
        return "\n".join(rows) + "\n"


    def _depth(self) -> str:
        rows = [
            "## What a plan costs\n",
            "The norm's value through many small layers (4 samples of 8 units, double), against all",
            "rows of the same Jacobians: what the norm takes longer is its plan.\n",
            "| layers | µs, by their number | norm / rows at each | steepest growth by twice as many |",
            "| --- | --- | --- | --- |",
        ]
        for d in self.depth:
            times = ", ".join(f"{n}: {1e6 * t:.0f}" for n, t in zip(d.layers, d.norm))
            ratios = ", ".join(
                _ratio(a, b, at_most=PLANNING[0] if n == 80 else None)
                for n, a, b in zip(d.layers, d.norm, d.rows)
            )
            steepest = _ratio(d.steepest, 1, at_most=PLANNING[1])
            rows.append(f"| {d.kind} | {times} | {ratios} | {steepest} |")
        return "\n".join(rows) + "\n"


def about_machine(blas: str, torch: str) -> dict[str, str]:
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "machine": f"{models[0] if models else 'unknown'}, {os.cpu_count()} cores",
        "BLAS": blas,
        "PyTorch": torch,
        "date": date.today().isoformat(),
        "command": f"`{shlex.join(['python3', *sys.argv])}`",
    }


def kept(page: Path) -> str:
    """The page's last section, which contractive_bench_others measures."""
    text = page.read_text() if page.is_file() else ""
    _, heading, section = text.partition("\n## Against ADOL-C")
    return heading + section


def write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)


def _ms(seconds: float | None, choice: Choice | None = None) -> str:
    if seconds is None:
        return ""
    number = f"{1e3 * seconds:.2f}" if seconds < 0.1 else f"{1e3 * seconds:.0f}"
    return number + (f" {choice.way.replace('-', ' ')} ({choice.setting})" if choice else "")


def _ratio(
    a: float | None,
    b: float | None,
    at_most: float | None = None,
    at_least: float | None = None,
) -> str:
    if a is None or b is None:
        return ""
    ratio = f"{a / b:.2f}" if a < 100 * b else f"{a / b:.0f}"
    if at_most is not None:
        return f"{ratio} (≤ {at_most}, {_verdict(a / b <= at_most)})"
    if at_least is not None:
        return f"{ratio} (≥ {at_least}, {_verdict(a / b >= at_least)})"
    return ratio


def _verdict(met: bool) -> str:
    return "met" if met else "**missed**"
