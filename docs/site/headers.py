"""Public headers as Doxygen is to see them: the house's comments in its own way of writing.

In the sources, a comment of `///` stands for all declarations under it up to the next comment or
blank line; one that a blank line, an #include or a namespace follows is the header's text.
"""
import re

COMMENT = re.compile(r" *///(?!<)")
PRIVATE = re.compile(r"namespace ((?:\w+::)*(?:detail|instances|kernel)) \{")
NOT_CALLED = re.compile(r" *(friend class .*;|.*~\w+\(\).*|.*\) (noexcept )?= (delete|default);|//(?!/).*)$")

# What templates need and no reader does: constraints, and private types for what is said in words.
SIMPLER = [
    (r",\s*class = [^{};\n]*>(?=\n| [A-Z]\w*\()", ">"),
    (r" = detail::(list<F>|number_in<X>)", ""),
    (r"detail::each_of<X>", "X"),
    (r"(const F& f.*)detail::Like<T>", r"\1Variable<T>"),
    (r"detail::Like<T>", "Array<T>"),
    (r"detail::Operand<T, \w+>", "auto"),
    (r"(?m)^ *#(define|undef) (.*\\\n)*.*$", ""),
]


def public(root):
    """The headers that CMake installs: of each library, its lists HEADERS."""
    for room in ("autodiff", "nn", "cae"):
        text = (root / room / "CMakeLists.txt").read_text(encoding="utf-8")
        for names in re.findall(r"\bHEADERS\s+([^)]+)\)", text):
            yield from (root / room / name for name in names.split())


def shown(text):
    """The lines, but for private namespaces, macros, attributes, remarks, what cannot be called."""
    end, before = None, ""
    for pattern, simple in SIMPLER:
        text = re.sub(pattern, simple, text)
    for line in text.split("\n"):
        start = PRIVATE.match(line)
        end = end or (start and "} // namespace " + start[1])
        if end:
            end = None if line.startswith(end) else end
            yield ""
        elif COMMENT.match(before) or not NOT_CALLED.match(line):
            yield line if COMMENT.match(line) else re.sub(r"\[\[\w+\]\] ", "", line)
        before = line


def escaped(comment):
    """What is no command or tag of Doxygen's, though it looks like one; `code` stays."""
    parts = comment.split("`")
    parts[::2] = [re.sub(r"(<(?=[\w/!])|(?<!\w)_|(?<!\S)[#%@](?=\w)|\\)", r"\\\1", part)
                  for part in parts[::2]]
    return "`".join(parts)


def first_sentence(comment):
    text = " ".join(line.strip()[3:].strip() for line in comment)
    return re.split(r"(?<=[\w)])[.:]\s", text)[0].rstrip(".") + "."


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
        about = about or ["/// \\file", "/// " + first_sentence(comment), ""]
        indent = re.match(" *", comment[0])[0]
        for copy in list(declarations(lines, number, indent))[1:]:
            if not re.search(r"///<|\boverride\b", lines[copy]):
                before[copy] = comment
    described = any(b == ["/// \\file"] for b in before.values())
    head = [] if described else about
    return "\n".join(head + [out for n, line in enumerate(lines)
                             for out in (*before.get(n, ()), line)])
