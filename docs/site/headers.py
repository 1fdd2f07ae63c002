"""Public headers as Doxygen is to see them: the house's comments in its own way of writing.

In the sources, a comment of `///` stands for all declarations under it up to the next comment or
blank line; one that a blank line, an #include or a namespace follows is the header's text.
"""
import re

COMMENT = re.compile(r" *///(?!<)")
PRIVATE = re.compile(r"namespace (detail|instances|kernel) \{")
NOT_CALLED = re.compile(r" *(friend class .*;|.*~\w+\(\).*;|.*\) (noexcept )?= (delete|default);|//(?!/).*)$")


def public(root):
    """The headers that CMake installs: of each library, its lists HEADERS."""
    for room in ("autodiff", "nn", "cae"):
        text = (root / room / "CMakeLists.txt").read_text(encoding="utf-8")
        for names in re.findall(r"\bHEADERS\s+([^)]+)\)", text):
            yield from (root / room / name for name in names.split())


def shown(text):
    """The lines, but for private namespaces, macros, attributes, remarks, what cannot be called."""
    end, before = None, ""
    text = re.sub(r"(?m)^ *#(define|undef) (.*\\\n)*.*$", "", text)
    for line in text.split("\n"):
        start = PRIVATE.match(line)
        end = end or (start and "} // namespace " + start[1])
        if end:
            end = None if line.startswith(end) else end
            yield ""
        elif COMMENT.match(before) or not NOT_CALLED.match(line):
            yield re.sub(r"\[\[\w+\]\] ", "", line)
        before = line


def escaped(comment):
    """What is no command or tag of Doxygen's, though it looks like one; `code` stays."""
    parts = comment.split("`")
    parts[::2] = [re.sub(r"(<(?=[\w/!])|(?<!\w)_|(?<!\S)[#%@](?=\w)|\\)", r"\\\1", part)
                  for part in parts[::2]]
    return "`".join(parts)


def ended(declaration):
    """Whether these lines are a whole declaration."""
    code = re.sub(r"//.*", "", declaration).rstrip()
    return (bool(re.search(r"[;}]$|^ *[A-Z_]+\(\w+\)$", code))
            and all(code.count(a) == code.count(b) for a, b in ("()", "{}")))


def declarations(lines, first, indent):
    """The numbers of the lines that begin a declaration, from `first` up to a blank or a comment."""
    declaration = ""
    for number in range(first, len(lines)):
        line = lines[number]
        if not declaration:
            if not line.startswith(indent) or line[len(indent):][:1] in ("", " ", "}") \
                    or COMMENT.match(line) or line.endswith(":"):
                return
            yield number
        declaration += line + "\n"
        if ended(declaration):
            declaration = ""


def for_doxygen(text):
    """The header, and its text or else its first comment, which says what it is for."""
    lines = list(shown(text))
    before = {}  # lines to put in front of a line
    about = []
    number = 0
    while number < len(lines):
        first = number
        while number < len(lines) and COMMENT.match(lines[number]):
            number += 1
        if number == first:
            number += 1
            continue
        comment = [escaped(line) for line in lines[first:number]]
        lines[first:number] = comment
        if re.match(r"$|#include|namespace", lines[number]):
            before[first] = ["/// \\file"]
            about = ["/// \\file"]
            continue
        about = about or ["/// \\file", *(line.lstrip() for line in comment), ""]
        indent = re.match(" *", comment[0])[0]
        for copy in list(declarations(lines, number, indent))[1:]:
            if "///<" not in lines[copy]:
                before[copy] = comment
    described = any(b == ["/// \\file"] for b in before.values())
    head = [] if described else about
    return "\n".join(head + [out for n, line in enumerate(lines)
                             for out in (*before.get(n, ()), line)])
