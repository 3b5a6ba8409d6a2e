"""matplotlib as it was: methods and arguments that it no longer has."""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

from legacy_cnn.compat.patching import patched

#: Of the blocks of `old_matplotlib` that have begun: what undoes the changes.
_blocks: list[contextlib.ExitStack] = []


@contextlib.contextmanager
def old_matplotlib() -> Iterator[None]:
    """Has matplotlib take what it took in 2017, in the block; it is not loaded for it."""
    with contextlib.ExitStack() as undo:
        _blocks.append(undo)
        if "matplotlib.pyplot" in sys.modules:
            change_matplotlib()
        try:
            yield
        finally:
            _blocks.remove(undo)


def change_matplotlib() -> None:
    """Changes matplotlib in the block that has begun; whoever loads it calls this."""
    from matplotlib import axes, backend_bases, figure, style
    from matplotlib.backends import backend_agg

    if not _blocks or hasattr(axes.Axes.hist, "__wrapped_by__"):
        return
    add = _blocks[-1].enter_context
    for owner, name, method in (
        (backend_bases.FigureCanvasBase, "set_window_title", _set_window_title),
        (backend_agg.FigureCanvasAgg, "tostring_rgb", _tostring_rgb),
        (axes.Axes, "hold", _hold),
        (axes.Axes, "set_axis_bgcolor", axes.Axes.set_facecolor),
    ):
        if not hasattr(owner, name):
            add(_added(owner, name, method))
    add(patched(axes.Axes, "hist", _renaming(axes.Axes.hist, "normed", "density")))
    subplot = figure.Figure.add_subplot
    add(patched(figure.Figure, "add_subplot", _renaming(subplot, "axisbg", "facecolor")))
    add(patched(figure.Figure, "gca", _with_projection(figure.Figure.gca)))
    add(patched(style, "use", _style(style.use)))


@contextlib.contextmanager
def _added(owner: type, name: str, method: Any) -> Iterator[None]:
    setattr(owner, name, method)
    try:
        yield
    finally:
        delattr(owner, name)


def _set_window_title(self: Any, title: str) -> None:
    """Names the window, if there is one."""
    if self.manager is not None:
        self.manager.set_window_title(title)


def _tostring_rgb(self: Any) -> bytes:
    """The picture's bytes, [height, width, 3]."""
    import numpy

    return numpy.asarray(self.buffer_rgba())[..., :3].tobytes()


def _hold(self: Any, b: bool | None = None) -> None:
    """Has no effect: what is drawn stays, as it did by default."""


def _renaming(real: Callable[..., Any], old: str, new: str) -> Callable[..., Any]:
    @functools.wraps(real)
    def called(*arguments: Any, **keywords: Any) -> Any:
        if old in keywords:
            keywords[new] = keywords.pop(old)
        return real(*arguments, **keywords)

    called.__wrapped_by__ = __name__  # type: ignore[attr-defined]  # a mark on a function
    return called


def _with_projection(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def gca(self: Any, **keywords: Any) -> Any:
        """The current axes, or new ones of a projection."""
        return self.add_subplot(**keywords) if keywords else real(self)

    return gca


def _style(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def use(style: Any) -> Any:
        """Uses a style; seaborn's are called by their version today."""
        if isinstance(style, str) and style.split("-")[0] == "seaborn":
            style = style.replace("seaborn", "seaborn-v0_8", 1)
        return real(style)

    return use
