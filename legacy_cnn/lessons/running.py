"""A lesson's blocks, run one after another as in a notebook."""

import contextlib
import linecache
import os
import sys
import tempfile

from legacy_cnn.lessons import BLOCK


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
    """What a block prints on stdout, from Python or from TensorFlow's kernels."""
    # AutoGraph reads the source of a function; this is where it looks for that of a file.
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    with tempfile.TemporaryFile("w+") as file:
        with _stdout_to(file):
            exec(compile(code, name, "exec"), names)
        file.seek(0)
        return file.read()


@contextlib.contextmanager
def _stdout_to(file):
    """Sends both Python's stdout and the process's to a file."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(file.fileno(), 1)
    try:
        text = open(os.dup(file.fileno()), "w", buffering=1)  # noqa: SIM115 - in the next line
        with text, contextlib.redirect_stdout(text):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
