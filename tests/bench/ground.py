#!/usr/bin/env python3
"""Our kernels against the same as expressions of xtensor, as a page: docs/benchmarks/ground.md.

    tests/bench/ground.py build/tests/contractive_bench_ground [--rounds 41] [--repeat 3]

The program is started several times; of the medians that these runs give, the median counts.
"""
import argparse
import json
import os
import statistics
import subprocess
from collections import defaultdict
from pathlib import Path

from report import about_machine, write

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "ground.md"
TEXT = """# Our loops and xtensor's

What `autodiff/kernel` computes, beside the same as expressions of xtensor {version}: for each kernel our time
on one thread, in microseconds, and what xtensor takes in multiples of ours, below 1 where it is faster.
Three numbers stand for (4, 4), (128, 1000) and (2048, 2048) elements.

- *fresh*: `xt::eval`, to a container of its own, with xsimd.
- *plain*, *xsimd*: `xt::noalias` to memory from our pool, as xtensor comes and with XTENSOR_USE_XSIMD.
- *two threads*: that with XTENSOR_USE_TBB too, cut up from as many elements on as our loops, against our
  time on two threads.
- *values*: how many units in the last place they differ at most; *moves* where xtensor's bits depend on
  where in memory operands begin.
- *worst*: the largest of *xsimd* and *two threads*. A kernel may be an expression where this is at
  most 1.1, the values are equal, and its bits do not move.

All ways take turns in one process; ratios are within one turn, and medians of {rounds} turns, of which the
median of {repeat} runs counts. Ranks are known to the compiler on xtensor's side alone.

- machine: {machine}
- load at the beginning and the end: {load}; where others compute, ratios at the largest size scatter
- date: {date}
- command: {command}
"""


def three(values):
    return " / ".join(f"{v:.3g}" if v < 100 else f"{v:.0f}" for v in values)


def table(runs):
    lines = ["| kernel | ours, µs | fresh | plain | xsimd | two threads | worst | values |",
             "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    kernels = defaultdict(lambda: defaultdict(list))
    for run in runs:
        for line in run:
            kernels[line["kernel"]][line["rows"], line["threads"]].append(line)
    for kernel, cells in kernels.items():
        median = lambda key, value: statistics.median(value(line) for line in cells[key])
        sizes = sorted({rows for rows, _ in cells})
        ours = [1e6 * median((rows, 1), lambda line: line["ours"]) for rows in sizes]
        ways = [[median((rows, threads), lambda line: line["ratios"][way]) for rows in sizes]
                for threads, way in ((1, 0), (1, 1), (1, 2), (2, 0))]
        ulps = [line["ulps"] for of in cells.values() for line in of]
        values = "equal" if not any(ulps) else "others" if min(ulps) < 0 else f"{max(ulps):.2g} ulp"
        if not all(line["repeats"] for of in cells.values() for line in of):
            values += ", moves"
        lines.append(f"| {kernel} | {three(ours)} | {' | '.join(map(three, ways))} "
                     f"| {max(ways[2] + ways[3]):.3g} | {values} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    runs = {"float": [], "double": []}
    load = [f"{os.getloadavg()[1]:.1f}"]
    for _ in range(options.repeat):
        for kind, of in runs.items():
            out = subprocess.run([options.program, kind, str(options.rounds)], check=True,
                                 capture_output=True, text=True).stdout
            of.append([json.loads(line) for line in out.splitlines()])
    version = subprocess.run(["pkg-config", "--modversion", "xtensor"], capture_output=True,
                             text=True).stdout.strip()
    load.append(f"{os.getloadavg()[1]:.1f}")
    page = TEXT.format(version=version, load=", ".join(load), rounds=options.rounds,
                       repeat=options.repeat, **about_machine("", ""))
    write(PAGE, page + "".join(f"\n## {kind}\n\n{table(of)}" for kind, of in runs.items()))


if __name__ == "__main__":
    main()
