#!/usr/bin/env python3
"""Do the tests notice? Changes single tokens of a room's sources, one at a time, and runs its tests.

    tests/mutation/mutate.py --seed 1 --count 120
    tests/mutation/mutate.py --seed 1 --count 60 'nn/*/*.?pp' 'cae/*/*.?pp'

It works on a copy of the tree below build/mutation, where what a change touches is rebuilt, and needs
nobody. A change that the tests do not notice is a survivor: it wants a test, or a line in
tests/mutation/reasons.txt that says why no test can see it. The exit status is the number of survivors
without a reason. The same seed picks the same changes as long as the sources stay as they are.
"""
import argparse
import random
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REASONS = Path(__file__).with_name("reasons.txt")
TESTS = {"autodiff": ["autodiff"], "nn": ["nn", "cae"], "cae": ["cae"]}  # room -> whose tests, in turn
MEMORY = 12 << 30  # of address space: a changed size must not take the machine with it

# What a token may become. Blanks around an operator tell it from a template's bracket or a pointer.
CHANGES = [
    (r" < ", [" <= ", " >= "]),
    (r" <= ", [" < ", " > "]),
    (r" > ", [" >= ", " <= "]),
    (r" >= ", [" > ", " < "]),
    (r" == ", [" != "]),
    (r" != ", [" == "]),
    (r" && ", [" || "]),
    (r" \|\| ", [" && "]),
    (r" \+ ", [" - "]),
    (r" - ", [" + "]),
    (r" \* ", [" / "]),
    (r" / ", [" * "]),
    (r" % ", [" / "]),
    (r" \+= ", [" -= ", " = "]),
    (r" -= ", [" += "]),
    (r" \*= ", [" /= "]),
    (r"\+\+", ["--"]),
    (r"--", ["++"]),
    (r"(?<=[ (\[{!])-(?=[\w(])", [""]),
    (r"(?<=[ (])!(?=[\w(])", [""]),
    (r"\btrue\b", ["false"]),
    (r"\bfalse\b", ["true"]),
    (r"(?<![\w.'])0(?![\w.'])", ["1"]),
    (r"(?<![\w.'])1(?![\w.'])", ["0", "2"]),
    (r"(?<![\w.'])[2-9](?![\w.'])", ["1"]),
    (r"\bbreak;", [";"]),
    (r"\bcontinue;", ["break;"]),
    (r"\bstd::min\b", ["std::max"]),
    (r"\bstd::max\b", ["std::min"]),
]


def code_of(text):
    """The text with comments, literals, includes and static checks blanked, of the same length."""
    blank = lambda match: re.sub(r"[^\n]", "\0", match.group())
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'(?!\w)|^#[^\n]*'
                  r"|static_assert\(.*?\);|^template [^;{]*;", blank, text, flags=re.S | re.M)


class Mutant:
    """One token of one file, and what it becomes."""

    def __init__(self, path, text, begin, end, new):
        self.path, self.text, self.begin, self.end, self.new = path, text, begin, end, new

    def apply(self):
        return self.text[:self.begin] + self.new + self.text[self.end:]

    def lines(self):
        """The line as it was and as it becomes, without indentation."""
        first = self.text.rfind("\n", 0, self.begin) + 1
        last = self.text.find("\n", self.end)
        old = self.text[first:last]
        new = self.text[first:self.begin] + self.new + self.text[self.end:last]
        return old.strip(), new.strip()

    def key(self):
        return " | ".join([self.path, *self.lines()])

    def tests(self):
        return TESTS[self.path.split("/")[0]]

    def place(self):
        return f"{self.path}:{self.text.count(chr(10), 0, self.begin) + 1}"


def mutants(files):
    found = []
    for path in files:
        text = (ROOT / path).read_text()
        code = code_of(text)
        for pattern, results in CHANGES:
            for match in re.finditer(pattern, code):
                found += [Mutant(path, text, *match.span(), new) for new in results]
    return found


def run(command, seconds, log):
    """True if the command succeeds in the time given; hanging is failing."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with open(log, "w") as output:
        try:
            return subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, timeout=seconds,
                                  preexec_fn=limit).returncode == 0
        except subprocess.TimeoutExpired:
            return False


def reasons():
    """survivor -> reason: a line 'path | old line | new line', then indented lines of reason."""
    found, key = {}, None
    for line in REASONS.read_text().splitlines():
        if line.startswith(" "):
            found[key] = (found.get(key, "") + " " + line.strip()).strip()
        elif line and not line.startswith("#"):
            key = line
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--count", type=int, default=120)
    arguments.add_argument("--only", type=lambda s: {int(i) for i in s.split(",")},
                           help="numbers of the changes to try again: 3,17")
    arguments.add_argument("--list", action="store_true", help="show the changes, try none")
    arguments.add_argument("files", nargs="*", default=["autodiff/*/*.cpp"], help="what is changed")
    arguments.add_argument("--folder", type=Path, default=ROOT / "build" / "mutation")
    arguments.add_argument("--cmake", action="append", default=[], help="--cmake=-DNAME=VALUE")
    options = arguments.parse_args()

    files = sorted({str(path.relative_to(ROOT)) for glob in options.files for path in ROOT.glob(glob)})
    every = mutants(files)
    chosen = random.Random(options.seed).sample(every, len(every))
    if options.list:
        for number, mutant in enumerate(chosen[:options.count], 1):
            print(number, mutant.place(), *mutant.lines(), sep=" | ")
        return 0

    source, build, log = (options.folder / part for part in ("source", "build", "log.txt"))
    for name in subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True,
                               capture_output=True, text=True).stdout.splitlines():
        old, new = ROOT / name, source / name
        if not old.is_file():
            continue
        new.parent.mkdir(parents=True, exist_ok=True)
        if not new.exists() or new.read_bytes() != old.read_bytes():
            shutil.copyfile(old, new)
    tests = {room: f"contractive_{room}_tests" for mutant in every for room in mutant.tests()}
    builds = lambda room, seconds=None: run(["cmake", "--build", build, "--target", tests[room]],
                                            seconds, log)
    passes = lambda room, seconds=None: run([build / "tests" / tests[room], "--abort-after=1"],
                                            seconds, log)
    subprocess.run(["cmake", "-S", source, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                    "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -D_GLIBCXX_ASSERTIONS", *options.cmake], check=True,
                   stdout=subprocess.DEVNULL)
    print(f"{len(every)} changes in {len(files)} files; building the tests ...", flush=True)
    start = time.monotonic()
    if not all(builds(room) and passes(room) for room in tests):
        sys.exit(f"the tests do not pass as they are: {log}")
    patience = 60 + 4 * (time.monotonic() - start)
    start = time.monotonic()
    for room in tests:
        passes(room)
    usual = time.monotonic() - start
    print(f"the tests pass, in {usual:.0f} s", flush=True)

    explained, counts, bare = reasons(), {}, 0
    tried = 0
    for number, mutant in enumerate(chosen, 1):
        if tried == options.count:
            break
        if options.only and number not in options.only:
            if number > max(options.only):
                break
            continue
        target = source / mutant.path
        target.write_text(mutant.apply())
        start = time.monotonic()
        if not all(builds(room, patience) for room in mutant.tests()):
            outcome = "does not compile"  # not counted: another one takes its place
        elif not all(passes(room, 60 + 4 * usual) for room in mutant.tests()):
            outcome = "noticed"
        elif mutant.key() in explained:
            outcome = "survived, with a reason"
        else:
            outcome = "SURVIVED"
            bare += 1
        target.write_text(mutant.text)
        tried += outcome != "does not compile"
        counts[outcome] = counts.get(outcome, 0) + 1
        print(f"{number:4} {outcome} ({time.monotonic() - start:.0f} s): {mutant.place()}", flush=True)
        if outcome == "SURVIVED":
            print(f"{mutant.key()}", flush=True)
    print(f"summary: seed {options.seed}: " +
          ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))
    return bare


if __name__ == "__main__":
    sys.exit(main())
