"""Mends what Doxygen 1.9.4 writes, for those who hear a page or use no mouse.

Headings go down level by level from the page's title; what is wider than the screen is scrolled by
keys too; a page's parts have names; and a summary links to nothing that is not there.
"""
import re

# What is written, and what should be.
MENDED = [
    (r'<div class="title">(.*?)</div>', lambda m: '<h1 class="title">'
     + m[1].replace("&lt; ", "&lt;").replace(" &gt;", "&gt;") + "</h1>"),
    (r'<h3>(<a id="index_.*?)</h3>', r"<h1>\1</h1>"),  # a letter's members
    (r"<h3>Table of Contents</h3>", '<h3 aria-level="2">Contents</h3>'),
    (r"<(/?)h([1-5])>", lambda m: f"<{m[1]}h{int(m[2]) + 1}>"),
    (r'<h2 class="memtitle">(.*?)</h2>', r'<h3 class="memtitle">\1</h3>'),
    (r'<div class="fragment">', '<div class="fragment" tabindex="0">'),
    (r'<table class="markdownTable">', '<table class="markdownTable"><tbody tabindex="0">'),
    (r'<div id="top">', '<div id="top" role="banner">'),
    (r'<div id="side-nav"', '<div id="side-nav" role="navigation" aria-label="Pages"'),
    (r'<div id="nav-path"', '<div id="nav-path" role="navigation" aria-label="Where this page is"'),
    (r'<div id="doc-content">', '<div id="doc-content" role="main">'),
    (r'<pre class="fragment">', '<pre class="fragment" tabindex="0">'),
    (r'id="MSearchField"', 'id="MSearchField" aria-label="Search"'),
    (r'id="MSearchClose"', 'id="MSearchClose" aria-label="Close the search"'),
    (r'<iframe src="javascript:void\(0\)"', '<iframe title="What was found" src="javascript:void(0)"'),
]


def mended(text):
    for pattern, replacement in MENDED:
        text = re.sub(pattern, replacement, text, flags=re.S)
    title = re.search("<title>(.*) - ", text)
    if title and 'class="title"' not in text:  # as in lists of members
        text = text.replace('<div class="contents">', '<div class="header"><div class="headertitle">'
                            f'<h1 class="title">{title[1]}</h1></div></div><div class="contents">', 1)
    names = set(re.findall(r'\bid="([^"]+)"', text))
    return re.sub(r'<a href="#([\w-]+)">[^<]*</a> &#124;\s',
                  lambda m: m[0] if m[1] in names else "", text)


def mend(html):
    for path in (*html.rglob("*.html"), html / "menu.js"):  # which writes the search box
        path.write_text(mended(path.read_text(encoding="utf-8")), encoding="utf-8")
