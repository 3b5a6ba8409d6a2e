"""The lessons: the tutorial's own program, one idea at a time."""

import dataclasses
import re
from pathlib import Path

from legacy_cnn.errors import UsageError

_PAGES = Path(__file__).with_name("pages")

#: A block of Python, and what it printed when it was recorded: "approximate" outputs hold figures
#: of the machine, such as times.
BLOCK = re.compile(
    r"^```python\n(?P<code>.*?)^```\n"
    r"(?:\n```output(?P<approximate> approximate)?\n(?P<output>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)


@dataclasses.dataclass(frozen=True)
class Lesson:
    """A page of Markdown: a problem, what to predict, blocks to run, why, and an exercise."""

    number: int
    path: Path

    @property
    def name(self):
        """As its file and its exercise's module are called: `dropout_at_test_time`."""
        return self.path.stem.split("_", 1)[1]

    @property
    def text(self):
        return self.path.read_text("utf-8")

    @property
    def title(self):
        return self.text.splitlines()[0].removeprefix("# ")

    @property
    def blocks(self):
        """Its code, a list of texts, in order."""
        return [block["code"] for block in BLOCK.finditer(self.text)]


def lessons():
    """All lessons, a list in their order."""
    return [Lesson(int(path.stem.split("_")[0]), path) for path in sorted(_PAGES.glob("*.md"))]


def lesson(number):
    """The lesson of that number, an int.

    Raises:
      UsageError: there is none.
    """
    found = {each.number: each for each in lessons()}
    if number not in found:
        raise UsageError(f"There is no lesson {number}; there are 1 to {len(found)}.")
    return found[number]
