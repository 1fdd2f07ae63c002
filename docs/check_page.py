"""Holds a page against its programs: it may only show what is true.

    check_page.py PAGE --source FILE ... --program COMMAND ...

Run where the programs are to write their files. Every block of code in the language stands in a source, but
for indentation. Every block of text behind such code is part of what the programs print. Every picture is
one that they draw there under the same name, or that is in the folder --pictures, or that Graphviz draws of
their NAME.dot as NAME.svg. Each row `a` | `b` of a table with the header "| PyTorch | here |" stands in the
source as {"a", b}, but for spaces; of one with "| 0.1 | 0.2 |", as b.
"""
import argparse
import re
import shlex
import subprocess
import sys
from pathlib import Path


def blocks(page, language):
    """(kind, text) of the blocks of code in the language, and of text behind them."""
    spoken = "cpp"
    for kind, text in re.findall(r"^```(cpp|python|text)\n(.*?)^```$", page, re.M | re.S):
        if kind != "text":
            spoken = kind
        if spoken == language:
            yield kind, text


def table_rows(page):
    """What the rows of the tables under these headers are in the source."""
    for header, code in (("PyTorch | here", '{{"{}",{}}}'), ("0.1 | 0.2", "{1}")):
        for table in re.findall(rf"^\| {re.escape(header)} \|.*\n\|.*\n((?:\|.*\n)+)", page, re.M):
            for row in table.splitlines():
                yield code.format(*re.match(r"\| `([^`]*)` \| `([^`]*)` \|", row).groups())


def drawn(name, arguments):
    """Where the picture of that name is, as the programs drew it; None where it cannot be known."""
    graph = Path(name).with_suffix(".dot")
    if graph.exists():
        if not arguments.dot:
            return None
        svg = subprocess.run([arguments.dot, "-Tsvg", graph], check=True, capture_output=True, text=True).stdout
        Path(name).write_text(re.sub(r"<!-- Generated[^>]*>\n", "", svg), encoding="utf-8") # not its version
    for folder in (Path("."), Path(arguments.pictures)):
        if (folder / name).exists():
            return folder / name
    return Path(name) # which is not there


def faults(page, arguments):
    def without_indentation(text):
        return re.sub(r"\n +", "\n", text)

    source = "".join(path.read_text(encoding="utf-8") for path in arguments.source)
    shown = list(blocks(page, arguments.language))
    for kind in (arguments.language, "text"):
        if not any(kind == other for other, _ in shown):
            yield f"no block of {kind}"
    output = ""
    for program in arguments.program:
        done = subprocess.run(shlex.split(program), capture_output=True, text=True)
        output += done.stdout
        if done.returncode:
            yield f"{program} ended with {done.returncode}: {done.stderr}"
            return
    for kind, text in shown:
        if kind == "text" and text not in output:
            yield f"text that is not so:\n{text}\nThe programs print:\n{output}"
        elif kind != "text" and without_indentation(text) not in without_indentation(source):
            yield f"code that is in no source:\n{text}"
    if arguments.language != "cpp":
        return
    dense = re.sub(r"\s", "", source)
    for row in table_rows(page):
        if re.sub(r"\s", "", row) not in dense:
            yield f"a row that is in no source: {row}"
    for target in re.findall(r"!\[[^]]*\]\(([^)]*)\)", page):
        picture = drawn(Path(target).name, arguments)
        if picture is None:
            print(f"{target} is not compared, as there is no Graphviz")
            continue
        same = subprocess.run([arguments.same_picture, arguments.page.parent / target, picture],
                              capture_output=True, text=True)
        if same.returncode:
            yield same.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("--source", type=Path, action="append", required=True)
    parser.add_argument("--program", action="append", required=True)
    parser.add_argument("--language", default="cpp")
    parser.add_argument("--same-picture")
    parser.add_argument("--pictures", default=".")
    parser.add_argument("--dot")
    arguments = parser.parse_args()
    found = list(faults(arguments.page.read_text(encoding="utf-8"), arguments))
    for fault in found:
        print(f"{arguments.page} shows {fault}", file=sys.stderr)
    sys.exit(bool(found))


main()
