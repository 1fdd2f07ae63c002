#!/usr/bin/env python3
"""Two processes with one thread each against one process with two threads, and what more would take.

    tests/bench/processes.py measure build/tests/contractive_bench_processes
    tests/bench/processes.py plan --latency 2e-6 --bandwidth 12e9

`measure` starts both in turn, prints a table of medians, and writes them to docs/benchmarks/processes.json;
`plan` takes that file and a network's latency (s) and bandwidth (bytes/s), and prints what a step would
take on P processes: at one batch for all (strong scaling), at one batch for each (weak scaling), and the
batch at which adding takes a tenth of the step. Its assumptions are in docs/how-to/processes.md.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "processes.json"
CASES = [
    ("E1", "784-1000:sigmoid", 128, 60),
    ("E1", "784-1000:sigmoid", 1024, 20),
    ("E2", "784-512-256:sigmoid", 128, 12),
    ("E4", "conv(16,3,stride=2):softplus,conv(32,3,stride=2):softplus,linear(64):tanh", 128, 12),
]
WAYS = {"one": (1, 1, 2), "two": (2, 2, 1)}  # processes, parts, threads


def run(program, encoder, batch, steps, way, mpirun):
    processes, parts, threads = WAYS[way]
    command = [program, encoder, str(batch), str(parts), str(threads), str(steps)]
    if processes > 1:
        command = [*mpirun, "-n", str(processes), *command]
    root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    out = subprocess.run(command, env={**os.environ, **root}, check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def measure(options):
    results = []
    print("| encoder | batch | one process, two threads, ms | two processes, ms | times | of these: "
          "computing | adding | updating |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, encoder, batch, steps in CASES:
        runs = {way: [] for way in WAYS}
        for _ in range(options.repeat):
            for way in WAYS:
                runs[way].append(run(options.program, encoder, batch, steps, way, options.mpirun.split()))
        both = {way: {key: statistics.median(r[key] for r in of) for key in of[0]}
                for way, of in runs.items()}
        ratio = statistics.median(b["step"] / a["step"] for a, b in zip(runs["one"], runs["two"]))
        results.append({"name": name, "encoder": encoder, "batch": batch, "ratio": ratio, **both})
        ms = [f"{1000 * both['two'][key]:.3g}" for key in ("computing", "adding", "updating")]
        print(f"| {name} | {batch} | {1000 * both['one']['step']:.3g} | {1000 * both['two']['step']:.3g} | "
              f"{ratio:.2f} | {' | '.join(ms)} |", flush=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


def adding(bytes_, processes, latency, bandwidth):
    """A tree there and a tree back: ceil(log2 P) messages each, one after another; each sum read and
    written once at the bandwidth of memory, 10 GB/s, on the way there."""
    levels = math.ceil(math.log2(processes)) if processes > 1 else 0
    return levels * (2 * (latency + bytes_ / bandwidth) + 3 * bytes_ / 10e9)


def plan(options):
    for case in json.loads(RESULTS.read_text()):
        two, batch = case["two"], case["batch"]
        each, update, bytes_ = two["computing"] / (batch / 2), two["updating"], two["bytes"]
        print(f"\n{case['name']}, {each * 1e6:.0f} us a sample on one process, {bytes_ / 1e6:.1f} MB to add, "
              f"updating {update * 1e3:.2f} ms\n\n| P | strong: ms at batch {batch} | times one | "
              f"weak: ms at {batch} each | of one process' samples a second, times | adding, ms |\n"
              "| --- | --- | --- | --- | --- | --- |")
        one = each * batch + update
        for processes in (1, 2, 4, 8, 16, 32, 64):
            add = adding(bytes_, processes, options.latency, options.bandwidth)
            strong = each * math.ceil(batch / processes) + add + update
            weak = each * batch + add + update
            print(f"| {processes} | {strong * 1e3:.3g} | {one / strong:.1f} | {weak * 1e3:.3g} | "
                  f"{processes * one / weak:.1f} | {add * 1e3:.3g} |")
        add = adding(bytes_, 16, options.latency, options.bandwidth)
        tenth = max(1, math.ceil((9 * add - update) / each))
        print(f"\nAdding takes a tenth of the step at {tenth} samples for each of 16 processes.")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("measure")
    one.add_argument("program")
    one.add_argument("--repeat", type=int, default=9)
    one.add_argument("--mpirun", default="mpirun --bind-to core")
    one.set_defaults(run=measure)
    two = commands.add_parser("plan")
    two.add_argument("--latency", type=float, required=True)
    two.add_argument("--bandwidth", type=float, required=True)
    two.set_defaults(run=plan)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
