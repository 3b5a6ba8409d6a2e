"""`matplotlib.pyplot`: with `--headless`, whatever waits for somebody returns at once."""

from typing import Any

from legacy_cnn.compat import options
from legacy_cnn.compat.rows import Table

TABLE = Table("matplotlib.pyplot", real="matplotlib.pyplot")


def _unless_headless(name: str) -> None:
    def function(*arguments: Any, **keywords: Any) -> Any:
        if options.current.headless:
            return None
        from matplotlib import pyplot

        return getattr(pyplot, name)(*arguments, **keywords)

    function.__name__ = name
    TABLE.serves()(function)


for _name in ("ginput", "pause", "show", "waitforbuttonpress"):
    _unless_headless(_name)
