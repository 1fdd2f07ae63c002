#!/usr/bin/env python3
"""Training on files from 60 MiB to 6 GiB: its anonymous memory, and its time for an epoch.

    tests/bench/larger.py build/cae/cae FOLDER

FOLDER needs room for the largest file, which stays in the page cache where that is larger. Prints a table;
the exit status is 1 where memory grows by more than 300 MiB, or time by more than a tenth beyond linear.
"""
import array
import random
import subprocess
import sys
import time
from pathlib import Path

COLUMNS = 784
SIZES = [60, 600, 6144]  # MiB


def write(path, mebibytes):
    rows = mebibytes * (1 << 20) // (4 * COLUMNS)
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {COLUMNS}), }}"
    header = header.ljust(117) + "\n"
    block = array.array("f", (random.random() for _ in range(100 * COLUMNS))).tobytes()
    with path.open("wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
        for first in range(0, rows, 100):
            file.write(block[:4 * COLUMNS * min(100, rows - first)])
    return rows


def anonymous(pid):
    """Resident anonymous memory in MiB; 0 once the process is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")) / 1024


def train(program, data, out):
    command = [program, "train", "--data", data, "--out", out, "--overwrite", "--encoder",
               f"{COLUMNS}-64:sigmoid", "--lambda", "0", "--batch", "500", "--epochs", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak, begin = 0, time.time()
    while process.poll() is None:
        peak = max(peak, anonymous(process.pid))
        time.sleep(0.02)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    rows = (Path(out) / "metrics.csv").read_text().splitlines()[1:]
    return peak, min(float(row.split(",")[-1]) for row in rows), time.time() - begin


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder = Path(sys.argv[2])
    data, results = folder / "larger.npy", []
    print("| MiB | samples | anonymous memory, MiB | an epoch, s | us a sample | all, s |\n"
          "| --- | --- | --- | --- | --- | --- |")
    random.seed(1)
    for size in SIZES:
        rows = write(data, size)
        peak, epoch, whole = train(sys.argv[1], data, folder / "larger-out")
        results.append((peak, epoch / rows))
        print(f"| {size} | {rows} | {peak:.0f} | {epoch:.2f} | {1e6 * epoch / rows:.2f} | {whole:.0f} |",
              flush=True)
    data.unlink()
    on_disk = [each for size, (_, each) in zip(SIZES, results) if size > 256]
    fits = results[-1][0] - results[0][0] < 300 and on_disk[-1] < 1.1 * on_disk[0]
    sys.exit(0 if fits else 1)


if __name__ == "__main__":
    main()
