"""A lesson's blocks, run one after another as in a notebook."""

import linecache

from legacy_cnn.lessons import BLOCK
from legacy_cnn.streams import printed


def replayed(lesson):
    """The text of a lesson with the outputs that its blocks have here and now."""
    names: dict = {"__name__": f"lesson_{lesson.number}"}

    def again(block):
        said = _output(block["code"], f"<lesson {lesson.number}, {block.start()}>", names)
        if said and not said.endswith("\n"):
            said += "\n"
        shown = f"\n```output{block['approximate'] or ''}\n{said}```\n" if said else ""
        return f"```python\n{block['code']}```\n{shown}"

    return BLOCK.sub(again, lesson.text)


def _output(code, name, names):
    """What a block prints."""
    # AutoGraph reads the source of a function; this is where it looks for that of a file.
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    return printed(lambda: exec(compile(code, name, "exec"), names))
