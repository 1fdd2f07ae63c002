"""Markdown as GitHub reads it, turned into Markdown as Doxygen reads it: formulas, links, pictures.

Pages are known by their paths below the project's root: docs/how-to/cmake.md is how-to_cmake.html.
"""
import html
import os
import re
from pathlib import Path

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
FORMULA = re.compile(r"\$\$([^$]+)\$\$|(?<![\w$\\])\$(?=\S)([^$\n]+(?:\n[^$\n]+)?)(?<=\S)\$(?!\w)")
# Fenced, indented behind a blank line, or between backticks.
CODE = re.compile(r"^```.*?^```$|(?<=\n\n)(?: {4}[^\n]*\n|\n(?= {4}))+|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)",
                  re.M | re.S)
CONTENTS = "docs/README.md"


def name_of(path):
    """The name of a page, or of a source that is shown as one."""
    if path == "README.md":
        return "index"
    path = re.sub(r"^docs/|(/README)?\.md$", "", path) if path.endswith(".md") else "source/" + path
    return re.sub(r"[^\w-]", "_", path) or "documentation"


def slug(heading):
    """The anchor that GitHub gives a heading."""
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)|`", r"\1", heading.strip().lower())
    return re.sub(r"[^\w -]", "", heading).replace(" ", "-")


def outside_code(text, change):
    """The text changed by a function that sees a mark in place of each piece of code."""
    pieces = []

    def keep(match):
        pieces.append(match[0])
        return f"\0{len(pieces) - 1}\0"

    return re.sub("\0(\\d+)\0", lambda m: pieces[int(m[1])], change(CODE.sub(keep, text)))


class Page:
    """One page. `links` collects the files of the project that it links to or shows."""

    def __init__(self, root, path, headers, text=None, name=None):
        self.root, self.path, self.headers = root, path, headers
        self.links = set()
        text = text or (root / path).read_text(encoding="utf-8")
        self.text = re.sub(r"\A<!--.*?-->\s*", "", text, flags=re.S)
        self.name = name or name_of(path)

    def resolved(self, target):
        """A link's target as a path below the root, or None where it leads out of the project."""
        if re.match(r"\w+:", target):
            return None
        path = os.path.normpath(Path(self.path).parent / target) if target else self.path
        if (self.root / path).is_dir():
            path = os.path.join(path, "README.md")
        if not (self.root / path).is_file():
            raise SystemExit(f"{self.path}: a dead link: {target}")
        return path

    def link(self, match):
        picture, text, (target, _, anchor) = match[1], match[2], match[3].partition("#")
        path = self.resolved(target)
        if path is None:
            return match[0]
        self.links.add(path)
        if picture:
            return f'\\htmlonly<img src="{path}" alt="{html.escape(text)}">\\endhtmlonly'
        if path in self.headers:
            return f"[{text}](@ref contractive/{path})"
        if self.subpages and path.endswith(".md"):
            return f'\\subpage {name_of(path)} "{text}"'
        anchor = anchor and f"#{name_of(path)}_{anchor}"
        return f"[{text}]({name_of(path)}.html{anchor})"

    def heading(self, match):
        level, text = match[1], match[2]
        anchor = f"{self.name}_{slug(text)}"
        if self.name == "index":  # whose sections are not part of the navigation
            n = len(level) - 1
            return match[0] if n == 0 else f"<h{n}>\\anchor {anchor} {text}</h{n}>"
        return f"{match[0]} {{#{self.name if level == '#' else anchor}}}"

    def formula(self, match):
        return f"\\f[{match[1]}\\f]" if match[1] else f"\\f${match[2]}\\f$"

    def for_doxygen(self, subpages=False):
        """The whole page. With `subpages`, those that it links to are below it in the navigation."""
        self.subpages = subpages

        def change(text):
            text = FORMULA.sub(self.formula, text)
            text = re.sub(r"^(#+) (.+)$", self.heading, text, flags=re.M)
            return LINK.sub(self.link, text)

        text = outside_code(self.text, change)
        if text.count("\n## ") > 2 and self.name != "index":
            text = text.replace("\n\n", "\n\n[TOC]\n\n", 1)
        return text
