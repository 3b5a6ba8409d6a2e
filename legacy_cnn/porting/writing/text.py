"""Lines of at most 100 columns, broken where ruff would break them."""

import io
import re
import tokenize

WIDTH = 100
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def wrapped(line: str, indent: int = 0, after: str = "") -> list[str]:
    """A statement on as few lines as it needs.

    Args:
      line: one logical line without indentation.
      indent: columns before it.
      after: what stands right after it: a comma.
    """
    space = " " * indent
    if indent + len(line) + len(after) <= WIDTH:
        return [f"{space}{line}{after}"]
    for opening, closing in _brackets(line):
        head, inner, tail = line[: opening + 1], line[opening + 1 : closing], line[closing:]
        is_too_long = indent + len(head) > WIDTH or indent + len(tail) + len(after) > WIDTH
        if inner.strip() and not is_too_long:
            content = _content(inner, indent + 4, _is_group(line, opening))
            return [f"{space}{head}", *content, f"{space}{tail}{after}"]
    targets, equals, value = line.partition(" = ")
    if equals and re.fullmatch(r"\w+(, \w+)+", targets):
        return wrapped(f"({targets}) = {value}", indent, after)
    return [f"{space}{line}{after}"]


def _is_group(line: str, opening: int) -> bool:
    """Whether brackets hold operands together, and are those of no call and no list."""
    before = line[opening - 1 : opening]
    return line[opening] == "(" and not (before.isalnum() or (before and before in "_)]"))


def _content(inner: str, indent: int, is_group: bool) -> list[str]:
    parts = _split(inner)
    if indent + len(inner) <= WIDTH:
        return [f"{' ' * indent}{inner.rstrip(', ')}"]
    is_single = len(parts) == 1 and (" for " in inner or is_group)
    comma = "" if is_single else ","
    return [text for part in parts for text in wrapped(part, indent, comma)]


def _brackets(line: str) -> list[tuple[int, int]]:
    """The outermost pairs of brackets, the one to break first: the last that does break enough."""
    pairs = [pair for pair in _pairs(line) if pair[2] == 0]
    ordered = [(opening, closing) for opening, closing, _ in reversed(pairs)]
    # A call of what a call returns, `layers.Dense(...)(x)`, is broken in its longest bracket.
    return sorted(ordered, key=lambda pair: -(pair[1] - pair[0]))


def _pairs(line: str) -> list[tuple[int, int, int]]:
    """Opening, closing and depth of each pair of brackets; none within strings."""
    open_at: list[int] = []
    found = []
    for token in tokenize.generate_tokens(io.StringIO(line).readline):
        if token.type == tokenize.OP and token.string in _CLOSING:
            open_at.append(token.start[1])
        elif token.type == tokenize.OP and token.string in _CLOSING.values():
            found.append((open_at.pop(), token.start[1], len(open_at)))
    return sorted(found)


def _split(inner: str) -> list[str]:
    """The parts between the outermost commas."""
    parts, depth, begun = [], 0, 0
    for token in tokenize.generate_tokens(io.StringIO(f"({inner})").readline):
        if token.type != tokenize.OP:
            continue
        depth += (token.string in _CLOSING) - (token.string in _CLOSING.values())
        if token.string == "," and depth == 1:
            parts.append(inner[begun : token.start[1] - 1].strip())
            begun = token.end[1] - 1
    parts.append(inner[begun:].strip())
    return [part for part in parts if part]


def commented(line: str, comment: str, indent: int = 0) -> list[str]:
    """A statement with a comment at the end of its only line, or on a line of its own before."""
    lines = wrapped(line, indent)
    if not comment:
        return lines
    if len(lines) == 1 and len(lines[0]) + len(comment) + 4 <= WIDTH:
        return [f"{lines[0]}  # {comment}"]
    return [*_comment(comment, indent), *lines]


def _comment(comment: str, indent: int) -> list[str]:
    import textwrap

    start = f"{' ' * indent}# "
    return textwrap.wrap(comment, WIDTH, initial_indent=start, subsequent_indent=start)
