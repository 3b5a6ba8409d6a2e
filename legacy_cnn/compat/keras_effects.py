"""Keras as it was: summaries of models, names of layers, and names of recurrent weights."""

import contextlib
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options, private
from legacy_cnn.compat.faces import resolved
from legacy_cnn.compat.hook import faces
from legacy_cnn.compat.keras_progress import Line, old_update
from legacy_cnn.compat.keras_summary import Layout, old_summary
from legacy_cnn.compat.op_rows import KERAS
from legacy_cnn.compat.op_seeds import counted, is_counting, more
from legacy_cnn.compat.patching import patched
from legacy_cnn.settings.running import RELEASES

#: The name of Keras where it is not TensorFlow's.
_ALONE = "keras"
#: Names of layers that were made of their classes' names in another way.
_RENAMED = {"conv_lstm2d": "conv_lst_m2d"}

#: Of the blocks of `old_keras` that have begun: what undoes the changes.
_blocks: list[contextlib.ExitStack] = []


@contextlib.contextmanager
def old_keras() -> Iterator[None]:
    """Has Keras 2 behave as its releases of then, in the block; it is not loaded for it."""
    with contextlib.ExitStack() as undo:
        _blocks.append(undo)
        faces("program").drop(_ALONE)
        if "tf_keras" in sys.modules:
            change_keras()
            count_layers()
        try:
            yield
        finally:
            _blocks.remove(undo)


def change_keras() -> None:
    """Changes Keras in the block that has begun; whoever loads it calls this."""
    names: Any = private.module("names of layers")
    if not _blocks or hasattr(names.unique_object_name, "__wrapped__"):
        return
    import tf_keras

    model = next(each for each in tf_keras.Model.__mro__ if "summary" in vars(each))
    layers = tf_keras.layers
    for owner, name, changed in (
        (model, "summary", old_summary(model.summary, _layout)),
        (tf_keras.utils.Progbar, "update", old_update(tf_keras.utils.Progbar.update, _line)),
        (names, "unique_object_name", _counted(names.unique_object_name)),
        (layers.RNN, "build", _in_own_scope(layers.RNN.build, lambda layer: [layer.cell])),
        (
            layers.StackedRNNCells,
            "build",
            _in_own_scope(layers.StackedRNNCells.build, lambda layer: layer.cells),
        ),
    ):
        _blocks[-1].enter_context(patched(owner, name, changed))
    for name in {each.partition("(")[0] for each in KERAS}:
        kind = resolved(f"tf_keras.api._v1.keras.layers.{name}")
        owner = next(each for each in kind.__mro__ if "call" in vars(each))
        _blocks[-1].enter_context(patched(owner, "call", _counting(name, owner.call)))


def count_layers() -> None:
    """Changes `tf.layers` in the block that has begun; whoever loads it calls this."""
    layer: Any = resolved("tf_keras.api._v1.keras.__internal__.legacy.layers.Layer")
    if _blocks and not hasattr(layer.__call__, "__wrapped__"):
        called = _counting_as_function(layer.__call__)
        _blocks[-1].enter_context(patched(layer, "__call__", called))


def _counting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    """`Layer.call`, its operations counted as the release did."""

    @functools.wraps(real)
    def call(self: Any, inputs: Any, *arguments: Any, **keywords: Any) -> Any:
        if tf.executing_eagerly() or is_counting():
            return real(self, inputs, *arguments, **keywords)
        shape: Any = getattr(inputs, "shape", None)
        variants = f"{name}(image)", f"{name}(known)"
        fits = getattr(shape, "rank", None) == 4, shape is not None and shape.is_fully_defined()
        given = [each for each, fit in zip(variants, fits, strict=True) if fit and each in KERAS]
        row = KERAS[given[0] if given else name]
        at = RELEASES.index(options.release())
        more(row.inside[at])
        outputs = real(self, inputs, *arguments, **keywords)
        more(row.after[at] - row.inside[at])
        return outputs

    called: Callable[..., Any] = tf.autograph.experimental.do_not_convert(call)
    # Keras looks there whether a layer takes `training` and `mask`, and follows no wrappers.
    called.__signature__ = inspect.signature(real)  # type: ignore[attr-defined]
    return called


def _counting_as_function(real: Callable[..., Any]) -> Callable[..., Any]:
    """`tf.layers.Dense(...)(x)` is counted as `tf.layers.dense(x, ...)` is."""

    @functools.wraps(real)
    def call(self: Any, *arguments: Any, **keywords: Any) -> Any:
        bound = functools.partial(real, self)
        if tf.executing_eagerly() or is_counting():
            return bound(*arguments, **keywords)
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()
        return counted(f"tensorflow.layers.{name}", bound)(*arguments, **keywords)

    return call


def _is_alone() -> bool:
    """Whether the program imports `keras`, and not TensorFlow's."""
    return faces("program").has_given(_ALONE)


def _layout() -> Layout:
    if _is_alone():
        return Layout(listed_inputs=False)
    if options.release() == options.RELEASE:
        return Layout()
    return Layout(title=False, width=100, listed_inputs=False)


def _line() -> Line:
    if _is_alone():
        return Line(begins=" - ")
    return Line() if options.release() == options.RELEASE else Line("", times_steps=False)


def _counted(real: Callable[..., str]) -> Callable[..., str]:
    """Keras counted its layers from 1: `dense_1`; TensorFlow 1.15's begin with `dense`."""

    @functools.wraps(real)
    def unique_object_name(name: str, *arguments: Any, **keywords: Any) -> str:
        if _is_alone():
            keywords["zero_based"] = False
        return real(_RENAMED.get(name, name), *arguments, **keywords)

    return unique_object_name


def _in_own_scope(real: Any, cells: Callable[[Any], list[Any]]) -> Callable[..., Any]:
    """The weights of a layer's cells were named by the layer: `lstm/kernel`."""

    @functools.wraps(real)
    def build(self: Any, *arguments: Any, **keywords: Any) -> Any:
        scope = "" if tf.executing_eagerly() else tf.get_default_graph().get_name_scope()
        with contextlib.ExitStack() as names:
            for cell in cells(self) if scope else []:
                names.enter_context(patched(type(cell), "name", f"{scope}/"))
            return real(self, *arguments, **keywords)

    return build
