"""Runs a lesson's blocks one after another, as in a notebook."""

import ast
import linecache
import re
from typing import Any, NamedTuple

from legacy_cnn.lessons import BLOCK, Lesson
from legacy_cnn.lessons.drawing import Drawing
from legacy_cnn.streams import printed


class Replay(NamedTuple):
    """A lesson as it comes out now."""

    text: str  #: its page, with what its blocks print
    pictures: dict[str, str]  #: file -> the SVG of a picture that a block ends with


def replayed(lesson: Lesson) -> Replay:
    """Runs the blocks of a lesson, and puts what they print and draw under them."""
    names: dict[str, Any] = {"__name__": f"lesson_{lesson.number}"}
    pictures: dict[str, str] = {}

    def run(block: re.Match[str]) -> str:
        output, value = _run(block["code"], f"<lesson {lesson.number}, {block.start()}>", names)
        if output and not output.endswith("\n"):
            output += "\n"
        shown = f"\n```output{block['approximate'] or ''}\n{output}```\n" if output else ""
        if isinstance(value, Drawing):
            pictures[f"{value.name}.svg"] = value._repr_svg_()
            shown += f"\n![{value.title}](pictures/{value.name}.svg)\n"
        return f"```python\n{block['code']}```\n{shown}"

    return Replay(BLOCK.sub(run, lesson.text), pictures)


def _run(code: str, name: str, names: dict[str, Any]) -> tuple[str, Any]:
    """Runs a block in a namespace; returns what it prints, and the value of its last line."""
    # AutoGraph reads the source of a function from this cache, as it does for a file.
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    tree, values = ast.parse(code, name), []
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None

    def run() -> None:
        exec(compile(tree, name, "exec"), names)
        if isinstance(last, ast.Expr):
            values.append(eval(compile(ast.Expression(last.value), name, "eval"), names))

    return printed(run), values[0] if values else None
