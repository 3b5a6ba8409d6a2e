"""Runs a lesson's blocks one after another, as in a notebook."""

import linecache
import re
from typing import Any

from legacy_cnn.lessons import BLOCK, Lesson
from legacy_cnn.streams import printed


def replayed(lesson: Lesson) -> str:
    """Returns the text of a lesson with the outputs that its blocks print now."""
    names: dict[str, Any] = {"__name__": f"lesson_{lesson.number}"}

    def run(block: re.Match[str]) -> str:
        output = _output(block["code"], f"<lesson {lesson.number}, {block.start()}>", names)
        if output and not output.endswith("\n"):
            output += "\n"
        shown = f"\n```output{block['approximate'] or ''}\n{output}```\n" if output else ""
        return f"```python\n{block['code']}```\n{shown}"

    return BLOCK.sub(run, lesson.text)


def _output(code: str, name: str, names: dict[str, Any]) -> str:
    """Runs a block in a namespace, and returns what it prints."""
    # AutoGraph reads the source of a function from this cache, as it does for a file.
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    return printed(lambda: exec(compile(code, name, "exec"), names))
