#!/usr/bin/env python3
"""Runs the commands of a page, and holds what it shows against what they print, write and draw.

    check_commands.py PAGE [--programs FOLDER] [--same-picture PROGRAM] [--files FILE ...]

In a block ```console, `$ ` begins a command, which a backslash at its end continues. Commands are run in an
empty folder, one after another. What follows it is its output, if it is shown: `...` on a line of its
own stands for any lines, and within a line for anything; numbers with a point may differ by a twentieth, or
by one in the last digit; `^C` is where Ctrl-C is pressed. A command has to succeed, unless its output ends in
an error: a line that begins with `cae: `.

A file is copied to that folder, and the page's blocks of Python and TOML have to stand in one of them. A
picture images/PAGE/some/path is the one at some/path; without --same-picture, it is put there.
"""
import argparse
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

NUMBER = r"\d+(?:\.\d+)?(?:e[+-]?\d+)?"
DECIMAL = re.compile(r"\d+\.\d+(?:e[+-]?\d+)?|\.\.\.")


def same_line(shown, printed):
    parts, special = DECIMAL.split(shown), DECIMAL.findall(shown)
    pattern = re.escape(parts[0])
    for found, part in zip(special, parts[1:]):
        pattern += (".*" if found == "..." else f"({NUMBER})") + re.escape(part)
    match = re.fullmatch(pattern, printed)
    numbers = [number for number in special if number != "..."]
    return match is not None and all(map(same_number, numbers, match.groups()))


def same_number(shown, printed):
    mantissa, _, exponent = shown.partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return abs(float(shown) - float(printed)) <= max(1.001 * unit, 0.05 * abs(float(shown)))


def first_missing(shown, printed):
    """The first of the lines shown that the lines printed do not have in its place, or None."""
    at, skipping = 0, False
    for line in shown:
        if line == "...":
            skipping = True
            continue
        while skipping and at < len(printed) and not same_line(line, printed[at]):
            at += 1
        if at == len(printed) or not same_line(line, printed[at]):
            return line
        at, skipping = at + 1, False
    return None if skipping or at == len(printed) else "(no line " + printed[at] + ")"


def run(command, before_interrupt):
    """The lines that a command prints, and its exit status. With lines given, it is interrupted after them."""
    process = subprocess.Popen(["/bin/sh", "-c", command], text=True, start_new_session=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if before_interrupt and first_missing(before_interrupt, lines) is None:
            os.killpg(process.pid, signal.SIGINT)
            lines.append("^C")
            before_interrupt = None
    status = process.wait()
    return lines, status if status >= 0 else 128 - status  # as a shell counts signals


def commands(page):
    """(command, lines shown) of all blocks."""
    for block in re.findall(r"^```console\n(.*?)^```$", page, re.M | re.S):
        block = block.replace("\\\n", "")
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, *shown = part.splitlines()
            yield command, shown


def check_command(command, shown):
    interrupted = "^C" in shown
    printed, status = run(command, shown[:shown.index("^C")] if interrupted else None)
    report = f"$ {command}\n" + "\n".join(printed)
    fails = bool(shown) and re.match("cae: (?!note:)", shown[-1]) is not None
    expected = status == 130 if interrupted else (status != 0) == fails
    if expected:
        missing = first_missing(shown, printed) if shown else None
        if missing is None:
            return
        sys.exit(f"{report}\nThe page shows, but this is not there: {missing}")
    sys.exit(f"{report}\nended with {status}")


def check_blocks(page, files):
    contents = [open(file, encoding="utf-8").read() for file in files]
    for block in itertools.chain(*(re.findall(rf"^```{kind}\n(.*?)^```$", page, re.M | re.S)
                                   for kind in ("python", "toml"))):
        if not any(block in content for content in contents):
            sys.exit(f"The page shows what is in none of {files}:\n{block}")


def check_pictures(page, path, program):
    name = os.path.splitext(os.path.basename(path))[0]
    for shown, drawn in re.findall(rf"\]\((\S*/images/{name}/(\S+))\)", page):
        shown = os.path.join(os.path.dirname(path), shown)
        if program:
            if subprocess.run([program, shown, drawn]).returncode != 0:
                sys.exit(1)
        else:
            os.makedirs(os.path.dirname(shown), exist_ok=True)
            shutil.copy(drawn, shown)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page")
    parser.add_argument("--programs", default="", help="a folder of programs that the commands may call")
    parser.add_argument("--same-picture", help="what compares two pictures")
    parser.add_argument("--files", nargs="*", default=[])
    given = parser.parse_args()
    os.environ["PATH"] = os.path.abspath(given.programs) + os.pathsep + os.environ["PATH"]
    path = os.path.abspath(given.page)
    page = open(path, encoding="utf-8").read()
    check_blocks(page, given.files)
    with tempfile.TemporaryDirectory() as folder:
        for file in given.files:
            shutil.copy(file, folder)
        os.chdir(folder)
        count = 0
        for count, (command, shown) in enumerate(commands(page), 1):
            check_command(command, shown)
        check_pictures(page, path, given.same_picture)
    if count == 0:
        sys.exit(f"{path} shows no block of console")
    print(f"{path}: {count} commands hold")


if __name__ == "__main__":
    main()
