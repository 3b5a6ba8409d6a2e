"""Expressions of Python as text, with parentheses where they are needed."""

from typing import NamedTuple

from legacy_cnn.porting import calls

#: How tightly an operator binds.
COMPARING, ADDING, MULTIPLYING, NEGATING, POWER, ATOM = range(6)


class Expr(NamedTuple):
    """An expression, and how tightly its last operator binds."""

    text: str
    level: int = ATOM

    def within(self, level: int) -> str:
        """The text as an operand of an operator that binds so tightly."""
        return self.text if self.level >= level else f"({self.text})"


def binary(left: Expr, operator: str, right: Expr, level: int) -> Expr:
    """Two operands; those of one level are grouped from the left."""
    return Expr(f"{left.within(level)} {operator} {right.within(level + 1)}", level)


def negative(operand: Expr) -> Expr:
    return Expr(f"-{operand.within(NEGATING)}", NEGATING)


def literal(value: object) -> Expr:
    """A number or a nest of numbers."""
    text = calls.written(value)
    return Expr(text, NEGATING if text.startswith("-") else ATOM)


def call(name: str, /, *arguments: object, **keywords: object) -> Expr:
    """A call; arguments are expressions or values, those that are None are left out."""
    given = [_argument(value) for value in arguments if value is not None]
    named = [f"{key}={_argument(value)}" for key, value in keywords.items() if value is not None]
    return Expr(f"{name}({', '.join([*given, *named])})")


def _argument(value: object) -> str:
    if isinstance(value, Expr):
        return value.text
    if isinstance(value, list):
        return f"[{', '.join(map(_argument, value))}]"
    return calls.written(value)
