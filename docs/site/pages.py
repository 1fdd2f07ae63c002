"""Markdown as GitHub reads it, turned into Markdown as Doxygen reads it: formulas, links, pictures.

Pages are known by their paths below the project's root: docs/how-to/cmake.md is how-to_cmake.html.
"""
import html
import os
import re
from pathlib import Path

LINK = re.compile(r'(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)(?: "[^"]*")?\)')
FORMULA = re.compile(r"\$\$([^$]+)\$\$|(?<![\w$\\])\$(?=\S)([^$\n]+(?:\n[^$\n]+)?)(?<=\S)\$(?!\w)")
# Fenced, indented behind a blank line, or between backticks.
CODE = re.compile(r"^```.*?^```$|(?<=\n\n)(?: {4}[^\n]*\n|\n(?= {4}))+|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)",
                  re.M | re.S)
CONTENTS = "docs/README.md"


def name_of(path):
    """The name of a page, or of a source that is shown as one."""
    if path in ("README.md", CONTENTS):
        return "index"
    path = re.sub(r"^docs/|(/README)?\.md$", "", path) if path.endswith(".md") else "source/" + path
    return re.sub(r"[^\w-]", "_", path) or "documentation"


def slug(heading):
    """The anchor that GitHub gives a heading."""
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)|`", r"\1", heading.strip().lower())
    return re.sub(r"[^\w -]", "", heading).replace(" ", "-")


class Code:
    """The code of a text, taken out of it: a mark stands for each piece."""

    def __init__(self, text):
        self.pieces = []
        self.text = CODE.sub(self.keep, text)

    def keep(self, match):
        self.pieces.append(match[0])
        return f"\0{len(self.pieces) - 1}\0"

    def put_back(self, text):
        return re.sub("\0(\\d+)\0", lambda m: self.pieces[int(m[1])], text)


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
        if (self.root / path / "README.md").is_file():
            path = os.path.join(path, "README.md")
        if not (self.root / path).exists():
            raise SystemExit(f"{self.path}: a dead link: {target}")
        return path

    def address(self, target):
        """Where a link leads in the site; a folder is no page, and leads nowhere."""
        file, _, anchor = target.partition("#")
        path = self.resolved(file)
        if path is None:
            return target
        if (self.root / path).is_dir():
            return ""
        self.links.add(path)
        if path in self.headers:
            return f"@ref contractive/{path}"
        return f"{name_of(path)}.html" + (anchor and f"#{name_of(path)}_{anchor}")

    def link(self, match):
        picture, text, target = match[1], match[2], match[3]
        address = self.address(target)
        if picture:
            path = self.resolved(target)
            return f'\\htmlonly<img src="{path}" alt="{html.escape(text)}">\\endhtmlonly'
        if self.subpages and (self.resolved(target) or "").endswith(".md"):
            return f'\\subpage {name_of(self.resolved(target))} "{text}"'
        return f"[{text}]({address})" if address else text

    def heading(self, level, text):
        """A heading in plain text: Doxygen's lists of them know no other."""
        text, anchor = re.sub("[`$]", "", text), f"{self.name}_{slug(text)}"
        n = len(level)
        if self.name == "index":  # whose sections are not part of the navigation
            return f"# {text}" if n == 1 else f"<h{n - 1}>\\anchor {anchor} {text}</h{n - 1}>"
        return f"{level} {text} {{#{self.name if n == 1 else anchor}}}"

    def formula(self, match):
        return f"\\f[{match[1]}\\f]" if match[1] else f"\\f${match[2]}\\f$"

    def for_doxygen(self, subpages=False):
        """The whole page. With `subpages`, those that it links to are below it in the navigation."""
        self.subpages = subpages

        code = Code(self.text)
        text = re.sub(r"^(#+) (.+)$", lambda m: self.heading(m[1], code.put_back(m[2])), code.text,
                      flags=re.M)
        text = re.sub(r"@(?=\w)", r"\\@", text)  # no command of Doxygen's
        text = text.replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}")
        text = FORMULA.sub(self.formula, text)
        text = re.sub(r"^(\[[^\]]+\]: )(\S+)$", lambda m: m[1] + self.address(m[2]), text, flags=re.M)
        text = code.put_back(LINK.sub(self.link, text))
        if text.count("\n## ") > 2 and self.name != "index":
            text = text.replace("\n\n", "\n\n[TOC]\n\n", 1)
        return text
