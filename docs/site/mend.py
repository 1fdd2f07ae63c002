"""Mends what Doxygen 1.9.4 writes: headings in order, names for fields, no links that lead nowhere."""
import re

# What is written, and what should be.
MENDED = [
    # A page's title is its first heading, and sections come below it, level by level.
    (r'<div class="headertitle">\s*<div class="title">(.*?)</div>',
     r'<div class="headertitle"><h1 class="title">\1</h1>'),
]


def mended(text):
    for pattern, replacement in MENDED:
        text = re.sub(pattern, replacement, text, flags=re.S)
    names = set(re.findall(r'\bid="([^"]+)"', text))
    return re.sub(r'<a href="#([\w-]+)">([^<]*)</a>(?: &#124;)?',
                  lambda m: m[0] if m[1] in names or m[0].count("permalink") else "", text)


def mend(html):
    for path in html.rglob("*.html"):
        path.write_text(mended(path.read_text(encoding="utf-8")), encoding="utf-8")
