#!/usr/bin/env python3
"""Makes the site of the documentation: docs/site/site.py OUTPUT VERSION.

The pages are README.md and what docs/README.md lists, in its order and under its headings; the
reference is made of the public headers' comments. Both are written to OUTPUT/input as Doxygen
reads them; OUTPUT/html is the site. Fails where a link leads nowhere, a page is not listed, a
public name has no comment, or Doxygen warns of anything else.
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import check  # noqa: E402
import headers  # noqa: E402
import mend  # noqa: E402
import pages  # noqa: E402

SITE = Path(__file__).resolve().parent
ROOT = SITE.parent.parent
AWESOME = Path("/usr/share/doxygen-awesome-css")
KATEX = Path("/usr/share/javascript/katex")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def contents(page):
    """The sections of docs/README.md: title, name and text of each, and the pages that it lists."""
    for section in re.split(r"^## ", page.text, flags=re.M)[1:]:
        title, text = section.split("\n", 1)
        targets = [target for _, _, target in pages.LINK.findall(text)]
        listed = [page.resolved(target) for target in targets]
        yield title, pages.slug(title), text, [path for path in listed if path and path.endswith(".md")]


def all_pages():
    """All Markdown in docs/ but the list itself."""
    return {str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")} - {pages.CONTENTS}


def write_pages(folder, public):
    """Writes all pages, and returns the files that they show or link to."""
    listing = pages.Page(ROOT, pages.CONTENTS, public)
    sections = list(contents(listing))
    listed = [path for section in sections for path in section[3]]
    lost = all_pages() - set(listed)
    if lost:
        sys.exit(f"{pages.CONTENTS} does not list {', '.join(sorted(lost))}")
    links = set()
    for path in ["README.md", *listed]:
        page = pages.Page(ROOT, path, public)
        text = page.for_doxygen()
        if path == "README.md":
            text += "\n<h1>Documentation</h1>\n\n" + "".join(
                f"- \\subpage {name} \"{title}\"\n" for title, name, _, _ in sections)
            text += '- \\subpage sources "Sources"\n'
        write(folder / path, text)
        links |= page.links
    for title, name, text, _ in sections:
        part = pages.Page(ROOT, pages.CONTENTS, public, f"# {title}\n{text}", name)
        write(folder / f"sections/{name}.md", part.for_doxygen(subpages=True))
        links |= part.links
    return {path for path in links if path not in (*listed, "README.md", pages.CONTENTS, *public)}


def write_sources(folder, html, paths):
    """Pictures are copied; a source that a page links to becomes a page of its own."""
    listing = "# Sources {#sources}\n\nThe programs and settings behind the pages.\n\n"
    for path in sorted(paths):
        if Path(path).suffix in (".png", ".svg"):
            (html / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, html / path)
        else:
            language = Path(path).suffix or ".txt"
            text = (ROOT / path).read_text(encoding="utf-8").rstrip("\n")
            name = pages.name_of(path)
            listing += f"- \\subpage {name}\n"
            write(folder / f"sources/{name}.md",
                  f"# {path} {{#{name}}}\n\n~~~~~{{{language}}}\n{text}\n~~~~~\n")
    write(folder / "sections/sources.md", listing)


def write_headers(folder, public):
    for path in public:
        write(folder / "contractive" / path,
              headers.for_doxygen((ROOT / path).read_text(encoding="utf-8")))


def copy_styles(html):
    for path in AWESOME.glob("*.js"):
        shutil.copy(path, html)
    for name in ("katex.min.css", "katex.min.js", "contrib/auto-render.js"):
        shutil.copy(KATEX / name, html)
    shutil.copytree(KATEX / "fonts", html / "fonts",
                    ignore=lambda folder, names: [n for n in names if not n.endswith(".woff2")])


def doxygen(output, version):
    """Runs it. Its warnings name the project's files, by lines of OUTPUT/input."""
    run = subprocess.run(["doxygen", SITE / "Doxyfile"], cwd=output, text=True,
                         stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                         env={**os.environ, "SITE": str(SITE), "AWESOME": str(AWESOME),
                              "VERSION": version})
    warnings = "".join(sorted(set(run.stderr.splitlines(True))))
    warnings = re.sub(rf"({re.escape(str(output))}/)?input/(contractive/)?", "", warnings)
    warnings = re.sub(r"(\.hpp):\d+: (error|warning)", r"\1", warnings)
    if run.returncode or warnings:
        sys.exit(warnings + f"doxygen ended with {run.returncode}")


def main():
    output, version = Path(sys.argv[1]).resolve(), sys.argv[2]
    for folder in ("input", "html"):
        shutil.rmtree(output / folder, ignore_errors=True)
    html = output / "html"
    html.mkdir(parents=True)
    public = [str(path.relative_to(ROOT)) for path in headers.public(ROOT)]
    write_headers(output / "input", public)
    write_sources(output / "input", html, write_pages(output / "input", public))
    copy_styles(html)
    doxygen(output, version)
    mend.mend(html)
    check.check(html)
    print(f"The site: {html}/index.html")


if __name__ == "__main__":
    main()
