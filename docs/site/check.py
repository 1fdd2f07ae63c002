"""Checks a site: each link, anchor and picture is there, nothing is fetched from elsewhere, no page is
of private names."""
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Reader(HTMLParser):
    """The names that a page has, what it links to, and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.names, self.links, self.loads = {""}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ("id", "name"):
                self.names.add(value)
            elif key in ("src", "data") or (key == "href" and tag == "link"):
                self.loads.append(value)
            elif key == "href":
                self.links.append(value)


def faults(html):
    pages = {path: Reader(path.read_text(encoding="utf-8")) for path in html.rglob("*.html")}
    for path, page in pages.items():
        here = path.relative_to(html)
        if "detail_" in path.name or path.name.endswith("detail.html"):
            yield f"{here} is of names that are not public"
        for target in page.loads + page.links:
            parts = urlsplit(target)
            if parts.scheme == "javascript" or (parts.scheme and target in page.links):
                continue
            if parts.scheme or parts.netloc:
                yield f"{here} loads {target}, which is elsewhere"
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not file.is_file():
                yield f"{here} links to {target}, which is not there"
            elif file in pages and unquote(parts.fragment) not in pages[file].names:
                yield f"{here} links to {target}, where no such place is"


def check(html):
    found = sorted(set(faults(Path(html).resolve())))
    if found:
        sys.exit("\n".join(found))
