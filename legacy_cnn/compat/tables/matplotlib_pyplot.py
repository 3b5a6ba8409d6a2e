"""`matplotlib.pyplot` and `pylab`: with `--headless`, what waits for somebody returns at once."""

from typing import Any

from legacy_cnn.compat import options
from legacy_cnn.compat.matplotlib_effects import change_matplotlib
from legacy_cnn.compat.rows import Table

TABLE = Table("matplotlib.pyplot", real="matplotlib.pyplot")
change_matplotlib()


@TABLE.serves(note="what is drawn stays, as it did by default")
def hold(b: bool | None = None) -> None:
    """Has no effect."""


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

#: `pylab`, which has everything of pyplot and NumPy.
PYLAB = Table("pylab", real="pylab")
PYLAB.include(TABLE)
PYLAB.names({"np": "=numpy", "plt": "=matplotlib.pyplot"})
