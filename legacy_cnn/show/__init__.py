"""Results on the terminal and as pages of HTML. Needs the results only, and no TensorFlow.

A view is a module with two or three names: `title(result)` and `blocks(result)`, from which the
terminal and a plain page are made; and `page(result)`, where a page has more to show than blocks.
"""

import importlib
from types import ModuleType

from legacy_cnn.results import Record

__all__ = ["on_terminal", "page", "plain"]

#: The "kind" of a result -> the module that is its view. Imported when one is shown, as some need
#: matplotlib.
VIEWS = {
    "benchmark": "legacy_cnn.show.benchmark",
    "comparison": "legacy_cnn.show.comparison",
    "data summary": "legacy_cnn.show.data_summary",
    "evaluation": "legacy_cnn.show.evaluation",
    "explanation": "legacy_cnn.show.explanation",
    "inspection": "legacy_cnn.show.inspection",
    "originals": "legacy_cnn.show.originals",
    "own comparison": "legacy_cnn.show.own",
    "port": "legacy_cnn.show.port",
    "predictions": "legacy_cnn.show.predictions",
    "printed": "legacy_cnn.show.printed",
    "replay": "legacy_cnn.show.replay",
    "report": "legacy_cnn.show.report",
    "study": "legacy_cnn.show.study",
    "training": "legacy_cnn.show.training",
}


def on_terminal(result: Record) -> None:
    """Prints a result on stdout."""
    from legacy_cnn.show import terminal

    terminal.write(_view(result).blocks(result))


def plain(result: Record, width: int = 100) -> str:
    """Returns what `on_terminal` prints as plain text, with tables of at most `width` columns."""
    from legacy_cnn.show import terminal

    return terminal.plain(_view(result).blocks(result), width)


def page(result: Record) -> str:
    """Returns a result as one page of HTML, which loads nothing; all its texts are escaped."""
    from legacy_cnn.show import html

    view = _view(result)
    if hasattr(view, "page"):
        return view.page(result)
    return html.plain_page(view.title(result), view.blocks(result))


def _view(result: Record) -> ModuleType:
    return importlib.import_module(VIEWS[result.kind])
