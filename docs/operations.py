#!/usr/bin/env python3
"""Writes docs/operations.md, the page of all operations, from the headers that declare them.

    docs/operations.py [--check]

A comment of `///` documents the declarations under it up to the next comment or blank line; one
that a blank line or the namespace follows is the section's text. A function without a comment is
an error, unless it is an overload that reads like one before. With --check nothing is written; it
fails, with the difference, where the page is not what would be written.
"""
import difflib
import re
import sys
import textwrap
from pathlib import Path

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "operations.md"
TEXT = """\
<!-- Written by docs/operations.py from the comments in the headers: change these, and run it. -->

# Operations

All operations by kind, with the derivative that they have where it is not plain: at kinks, ties,
poles and the ends of a domain. Each derivative can be differentiated again. The headers have the
arguments' types and defaults; arguments at the end that have one can be left out. Derivatives and
Jacobians are listed in short.
"""
# Title, headers below autodiff/, and whether of each comment the first sentence is enough.
SECTIONS = [
    ("Arithmetic", ["operation/arithmetic.hpp"], False),
    ("Elementwise functions", ["operation/elementwise.hpp"], False),
    ("Reductions", ["operation/reduce.hpp"], False),
    ("Moves", ["operation/move.hpp"], False),
    ("Products", ["operation/product.hpp"], False),
    ("Linear algebra", ["operation/linear_algebra.hpp"], False),
    ("Images", ["operation/image.hpp"], False),
    ("Derivatives", ["derivative/derivative.hpp"], True),
    ("Jacobians, sample by sample",
     ["jacobian/jacobian.hpp", "jacobian/operator_norm.hpp", "jacobian/estimate.hpp"], True),
]
GLUE = "\0"
CALL = re.compile(r"(\w+)\(((?:[^()]|\([^()]*\))*)\)")
TYPE = re.compile(r"(?:struct|enum class) (\w+)(?: (\{ .+ \}))?")


def bare(text):
    """A header without what no reader calls: private names, macros, remarks and bodies."""
    for pattern in (r"(?s)\nnamespace detail \{\n.*?\n\} // namespace detail",
                    r"(?m)^#(?:.*\\\n)*.*\n", r"(?m)^ *//(?!/).*\n", r"(?m)(?<=\{)\n(?: .*\n)+(?=\})",
                    r"(?m)(?<=\{) return .*(?=\}$)"):
        text = re.sub(pattern, "", text)
    return text


def without_templates(code):
    previous = None
    while previous != code:
        previous, code = code, re.sub(r"<[^<>]*>", "", code)
    return code


def names_in(code, types):
    """What some code declares, as `name(a, b)`; of types, the name."""
    match = TYPE.match(code)
    found = [" ".join(filter(None, match.groups()))] if match and types else []
    for name, parameters in CALL.findall(without_templates(code)):
        last = [re.search(r"\w+$", p.split("=")[0].strip())[0] for p in parameters.split(",")]
        found.append(f"{last[0]}(x, axes, keep)" if name == "CONTRACTIVE_REDUCTION"
                     else f"{name}({', '.join(last)})")
    return list(dict.fromkeys(found))


def prose(comment, short):
    """A comment as Markdown."""
    text = " ".join(line[3:].strip() for line in comment.splitlines())
    if short:
        text = re.split(r"(?<=[\w)])\.\s", text)[0].rstrip(".") + "."
    parts = text.split("`")  # every second one is code
    parts[::2] = [re.sub(r"(<(?=[\w/!])|\*(?=\S)|(?<!\w)_)", r"\\\1", part) for part in parts[::2]]
    # What would begin a list or quotation stays off the beginning of a line.
    return re.sub(r" (?=(?:[-+*>#]|\d+[.)]) )", GLUE, "`".join(parts))


def entries(header, short):
    """Pairs of names and their text, in the header's order; a section's text has no names."""
    seen = set()
    text = bare((DOCS.parent / "autodiff" / header).read_text(encoding="utf-8"))
    for comment, code in re.findall(r"((?:///.*\n)*)((?:(?!///).+\n)*)\n*", text):
        names = [name for name in names_in(code, not short) if name not in seen]
        seen.update(names)
        if names and not comment:
            sys.exit(f"operations.py: {header}: {', '.join(names)}: no comment")
        if names:
            yield names, prose(comment, short)
        elif comment and (not code or code.startswith("namespace")):
            yield [], prose(comment, False)


def page():
    lines = [TEXT]
    for title, headers, short in SECTIONS:
        links = ", ".join(f"[{Path(h).name}](../autodiff/{h})" for h in headers)
        lines += [f"## {title}", "", links, ""]
        for names, text in (entry for header in headers for entry in entries(header, short)):
            lead = "- " + ", ".join(f"`{name}`" for name in names) + ": " if names else ""
            if not names and lines[-1]:
                lines += [""]
            lines += textwrap.wrap(lead + text, 100, subsequent_indent=" " * 2 * bool(names),
                                   break_long_words=False, break_on_hyphens=False)
            lines += [] if names else [""]
        lines += [""]
    return re.sub(r"(?<=\n)\n+", "\n", "\n".join(lines)).replace(GLUE, " ")


def main():
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
        return
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), text.splitlines(True),
                                               str(PAGE), "what the headers say"))
    if old != text:
        sys.exit("operations.md is not what the headers say: run docs/operations.py")


if __name__ == "__main__":
    main()
