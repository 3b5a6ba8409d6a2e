"""Statements that a loop of the script made again and again: the loop that writes them once."""

import functools
import io
import keyword
import tokenize
from collections.abc import Sequence
from typing import NamedTuple

from legacy_cnn.porting.origins import Place
from legacy_cnn.porting.writing.statements import Statement

#: What layers call their arguments by position: part of the layer's name -> arguments.
_POSITIONS = {
    "Dense": ("units", "activation"),
    "Depthwise": ("kernel_size",),
    "Conv": ("filters", "kernel_size"),
    "Dropout": ("rate",),
    "GaussianNoise": ("stddev",),
    "LSTM": ("units",),
    "GRU": ("units",),
    "SimpleRNN": ("units",),
    "Pooling": ("pool_size",),
    "L2": ("factor",),
    "Activation": ("activation",),
}
#: Different literals that one loop may count through.
_MOST = 3


class Written(NamedTuple):
    """A statement with its names."""

    statement: Statement
    texts: tuple[str, ...]  #: its lines
    operations: tuple[str, ...]  #: of the graph, whose values it computes

    @property
    def calls(self) -> tuple[Place, ...]:
        """Where the script made it."""
        return self.statement.origin.calls if self.statement.origin else ()


class Repeat(NamedTuple):
    """`for ... in ...:` and its body."""

    before: str  #: 'net = images', or ""
    head: str
    body: "tuple[Written | Repeat, ...]"


class _Token(NamedTuple):
    kind: int
    text: str
    start: int

    @property
    def is_literal(self) -> bool:
        return self.kind in (tokenize.NUMBER, tokenize.STRING)


class _Varied(NamedTuple):
    """A literal that differs from one time to the next."""

    at: tuple[int, int, int]  #: statement, line, token
    values: tuple[str, ...]


def repeats(statements: Sequence[Written], taken: set[str]) -> tuple[Written | Repeat, ...]:
    """The statements, where those that differ in literals alone are in loops.

    A loop has the same statements as the script's own: they were made by the same calls, and their
    text is the same but for literals, and for what the first one begins with.

    Args:
      statements: in order.
      taken: names that they use.
    """
    found: list[Written | Repeat] = []
    at = 0
    while at < len(statements):
        sizes = range(1, (len(statements) - at) // 2 + 1)
        loops = [one for size in sizes if (one := _loop(statements[at:], size, taken))]
        found.append(max(loops, key=lambda one: one[1])[0] if loops else statements[at])
        at += max((used for _, used in loops), default=1)
    return tuple(found)


def _loop(statements: Sequence[Written], size: int, taken: set[str]) -> tuple[Repeat, int] | None:
    """The longest loop whose body is the first statements, and how many statements it writes."""
    blocks = [statements[:size]]
    if not all(one.calls for one in blocks[0]):
        return None
    before = ""
    for begun in range(size, len(statements) - size + 1, size):
        block = statements[begun : begun + size]
        carried = _carried(blocks[-1], block)
        if carried is None or (carried and len(blocks) > 1):
            break
        before = before or carried
        blocks.append(block)
    varied = _varied(blocks) if len(blocks) > 1 else []
    while len(varied) > _MOST and len(blocks) > 2:
        blocks.pop()
        varied = _varied(blocks)
    saved = (len(blocks) - 1) * sum(len(one.texts) for one in blocks[0]) - 1 - bool(before)
    if len(blocks) < 2 or len(varied) > _MOST or saved < 1:
        return None
    names, head = _head(varied, len(blocks), blocks[1], taken)
    body = _with_names(blocks, varied, names)
    return Repeat(before, head, repeats(body, taken | set(names))), size * len(blocks)


def _carried(first: Sequence[Written], second: Sequence[Written]) -> str | None:
    """What makes the first block the same as the second: "" for nothing, 'net = images'.

    None where nothing does.
    """
    pairs: set[tuple[str, str]] = set()
    assigned: set[str] = set()
    for one, other in zip(first, second, strict=True):
        if one.calls != other.calls or len(one.texts) != len(other.texts):
            return None
        for text, again in zip(one.texts, other.texts, strict=True):
            found = _differing(text, again)
            if found is None or any(name in assigned for _, name in found):
                return None
            pairs |= found
            assigned |= set(_targets(text))
    if not pairs:
        return ""
    (given, name), *others = pairs
    if others or name not in assigned or given in assigned or _is_read(name, first):
        return None
    return f"{name} = {given}"


def _is_read(name: str, block: Sequence[Written]) -> bool:
    """Whether a block needs the value that a name had before it."""
    for text in (text for one in block for text in one.texts):
        if name in {token.text for token in _tokens(text.partition(" = ")[2])}:
            return True
        if name in _targets(text):
            return False
    return False


def _differing(text: str, again: str) -> set[tuple[str, str]] | None:
    """The names in which two lines differ; None where they differ in more than literals."""
    tokens, others = _tokens(text), _tokens(again)
    if len(tokens) != len(others) or _targets(text) != _targets(again):
        return None
    found = set()
    for one, other in zip(tokens, others, strict=True):
        if one.text == other.text or (one.is_literal and one.kind == other.kind):
            continue
        is_name = one.kind == other.kind == tokenize.NAME
        if not is_name or keyword.iskeyword(one.text) or keyword.iskeyword(other.text):
            return None
        found.add((one.text, other.text))
    return found


def _varied(blocks: Sequence[Sequence[Written]]) -> list[_Varied]:
    """The literals that are not the same in all blocks; each that varies alike once."""
    found: dict[tuple[str, ...], _Varied] = {}
    for statement, one in enumerate(blocks[0]):
        for line, text in enumerate(one.texts):
            tokens = [_tokens(block[statement].texts[line]) for block in blocks]
            for at, token in enumerate(_tokens(text)):
                values = tuple(each[at].text for each in tokens)
                if token.is_literal and len(set(values)) > 1:
                    found.setdefault(values, _Varied((statement, line, at), values))
    return list(found.values())


def _head(
    varied: list[_Varied], times: int, block: Sequence[Written], taken: set[str]
) -> tuple[list[str], str]:
    """What varies is called, and `for ... in ...:`."""
    names: list[str] = []
    for one in varied:
        statement, line, at = one.at
        wish = _argument(_tokens(block[statement].texts[line]), at)
        numbered = (wish if n == 1 else f"{wish}_{n}" for n in range(1, len(taken) + _MOST + 2))
        names.append(next(name for name in numbered if name not in taken and name not in names))
    if not varied:
        return names, f"for _ in range({times}):"
    if len(varied) == 1:
        return names, f"for {names[0]} in {_counted(varied[0].values, names[0])}:"
    rows = zip(*(one.values for one in varied), strict=True)
    listed = ", ".join(f"({', '.join(row)})" for row in rows)
    return names, f"for {', '.join(names)} in ({listed}):"


def _counted(values: tuple[str, ...], name: str) -> str:
    """What a loop goes through: '(32, 64)', or 'range(3)' for an index."""
    if name == "i" and values == tuple(str(at) for at in range(len(values))):
        return f"range({len(values)})"
    return f"({', '.join(values)})"


def _argument(tokens: list[_Token], at: int) -> str:
    """What the argument is called that a literal stands in."""
    depth, position = 0, 0
    for index in range(at - 1, -1, -1):
        text = tokens[index].text
        depth += (text in ")]}") - (text in "([{")
        if depth == 0 and text == "=" and tokens[index - 1].kind == tokenize.NAME:
            return tokens[index - 1].text
        position += depth == 0 and text == ","
        if depth < 0 and tokens[index - 1].kind == tokenize.NAME:
            return "i" if text == "[" else _by_position(tokens[index - 1].text, position)
        if depth < 0:  # a tuple, or a list, which is an argument itself
            return _argument(tokens, index)
    return "value"


def _by_position(called: str, position: int) -> str:
    for part, names in _POSITIONS.items():
        if part in called and position < len(names):
            return names[position]
    return "value"


def _with_names(
    blocks: Sequence[Sequence[Written]], varied: list[_Varied], names: list[str]
) -> list[Written]:
    """The second block, whose names are right, with names for what varies."""
    called = {one.values: name for one, name in zip(varied, names, strict=True)}
    body = []
    for at, one in enumerate(blocks[1]):
        texts = []
        for line, text in enumerate(one.texts):
            tokens = [_tokens(block[at].texts[line]) for block in blocks]
            for index in range(len(tokens[1]) - 1, -1, -1):
                token = tokens[1][index]
                name = called.get(tuple(each[index].text for each in tokens))
                if token.is_literal and name:
                    end = token.start + len(token.text)
                    text = text[: token.start] + name + text[end:]
            texts.append(text)
        operations = tuple(name for block in blocks for name in block[at].operations)
        body.append(Written(blocks[0][at].statement, tuple(texts), operations))
    return body


@functools.lru_cache(maxsize=4096)
def _tokens(text: str) -> list[_Token]:
    found = tokenize.generate_tokens(io.StringIO(text).readline)
    return [_Token(one.type, one.string, one.start[1]) for one in found if one.string.strip()]


def _targets(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.partition(" = ")[0].split(","))
