#!/usr/bin/env python3
"""Holds the page of errors against the headers and the compiler.

    check_errors.py PAGE --headers FOLDER ... --source FILE --command COMPILER ARGUMENT ...

Every type of exception in the headers has a message in the page's blocks of text, `TYPE: message`. Every line
of the source that ends in `// error` is refused by the compiler, and no other line. The page's blocks of C++
(```c++) stand in the source, and those of the compiler's messages (```log) among what g++ says.
"""
import argparse
import os
import re
import subprocess
import sys
from pathlib import Path


def blocks(page, language):
    return re.findall(rf"^```{re.escape(language)}\n(.*?)^```$", page, re.M | re.S)


def exception_types(folders):
    text = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in Path(folder).rglob("*.hpp"))
    found, size = {"std::exception", "std::runtime_error", "std::logic_error"}, 0
    while len(found) > size:  # derived from what was found
        size = len(found)
        bases = "|".join(map(re.escape, found))
        found |= set(re.findall(rf"\b(?:struct|class)\s+(\w+)(?:\s+final)?\s*:\s*(?:public\s+)?(?:{bases})\b", text))
    return {name for name in found if not name.startswith("std::")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page")
    parser.add_argument("--headers", nargs="+", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--command", nargs=argparse.REMAINDER, required=True)
    given = parser.parse_args()
    page = Path(given.page).read_text(encoding="utf-8")
    source = Path(given.source).read_text(encoding="utf-8")
    wrong = []

    types = exception_types(given.headers)
    if len(types) < 5:
        wrong.append(f"only {types} were found in {given.headers}")
    messages = "\n".join(blocks(page, "text"))
    wrong += [f"no message of {name} is shown" for name in sorted(types)
              if not re.search(rf"^{name}: ", messages, re.M)]

    said = subprocess.run([*given.command, "-fsyntax-only", given.source], capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C"}).stderr
    meant = {i for i, line in enumerate(source.splitlines(), 1) if line.endswith("// error")}
    refused = {int(line) for line in re.findall(rf"^{re.escape(given.source)}:(\d+):\d+: error", said, re.M)}
    if meant != refused:
        wrong.append(f"lines {sorted(meant)} should be refused, lines {sorted(refused)} are:\n{said}")
    plain = "\n".join(line.strip() for line in source.splitlines())
    wrong += [f"not in {given.source}:\n{block}" for block in blocks(page, "c++") if block not in plain]
    if "clang" not in os.path.basename(os.path.realpath(given.command[0])):
        wrong += [f"the compiler does not say:\n{line}\nbut\n{said}" for block in blocks(page, "log")
                  for line in block.splitlines() if line not in said]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{given.page}: {len(types)} types of errors are shown, {len(meant)} lines are refused")


if __name__ == "__main__":
    main()
