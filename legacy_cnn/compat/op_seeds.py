"""The op seeds that old releases gave to random operations.

Up to TensorFlow 1.15, a random operation without a seed of its own took **the number of operations
in the graph so far** beside the graph's seed; today's TensorFlow counts the random operations. Most
calls make as many operations today as they made then; `_ROWS` has those that do not.
"""

import contextlib
import functools
import re
import weakref
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import notes, options, private
from legacy_cnn.compat.patching import patched
from legacy_cnn.settings.running import RELEASES


class _Row(NamedTuple):
    """A call that made another number of operations than today; numbers are by `RELEASES`."""

    after: tuple[int, int, int, int]  #: how many more, in all
    inside: tuple[int, int, int, int] = (0, 0, 0, 0)  #: before its own random operation


_CONVOLUTION = _Row((2, 2, 1, 1))
_FLATTEN = _Row((0, 0, 6, 0))
#: Many equal elements were a constant up to 1.4, and are filled today.
_FILLED = _Row((-2, -2, -2, 0))

#: Old name -> its row; `name(tensor)` where an argument that is usually a number is a tensor,
#: `name[3]` where the call makes three operations today.
_ROWS = {
    "boolean_mask": _Row((-13, -6, -6, 0)),
    "clip_by_norm": _Row((-5, -5, -5, 0)),
    "contrib.layers.conv2d": _Row(_CONVOLUTION.after, inside=(1, 0, 0, 0)),
    "contrib.layers.dropout": _Row((4, 4, 4, 8), inside=(1, 1, 1, 1)),
    "contrib.layers.flatten": _FLATTEN,
    "contrib.layers.flatten(batch)": _Row((0, 0, 6, 6)),
    "contrib.layers.fully_connected": _Row((2, 0, 0, 0), inside=(3, 0, 0, 0)),
    "einsum": _Row((0, 6, 6, 0)),
    "eye": _Row((1, 1, -4, -4)),
    "gather": _Row((-1, -1, -1, 0)),
    "get_variable": _Row((0, 0, 0, 0), inside=(1, 0, 0, 0)),
    "get_variable(default)": _Row((0, 0, 0, 0)),  # `first_values` counts in the initializer
    "image.random_brightness": _Row((1, 1, 1, 0)),
    "image.random_contrast": _Row((1, 1, 1, 0)),
    "image.random_flip_left_right": _Row((-4, 1, 2, 2), inside=(-1, -1, 0, 0)),
    "layers.batch_normalization": _Row((0, 18, 0, 0)),
    "layers.batch_normalization(batch)": _Row((0, 23, 0, 0)),
    # Of images, then of rows: with `training` True, False and a tensor.
    "layers.batch_normalization[28]": _Row((0, 30, 0, 2)),
    "layers.batch_normalization[17]": _Row((0, 15, 1, 1)),
    "layers.batch_normalization[52]": _Row((0, 33, 1, 0)),
    "layers.batch_normalization[24]": _Row((0, 8, 0, 0)),
    "layers.batch_normalization[72]": _Row((0, 13, -4, 0)),
    "layers.conv1d": _CONVOLUTION,
    "layers.conv2d": _CONVOLUTION,
    "layers.conv2d_transpose": _Row((0, 10, 10, 14)),
    "layers.dropout": _Row((4, 4, 4, 8), inside=(1, 1, 1, 1)),
    "layers.dropout[1]": _Row((0, 0, 0, 0)),  # without training
    "layers.dropout(tensor)": _Row((4, 4, 4, 8)),
    "layers.dropout(tensor)(batch)": _Row((4, 4, 4, 8), inside=(1, 1, 1, 1)),
    "layers.flatten": _FLATTEN,
    "layers.flatten(batch)": _Row((0, 0, 6, 6)),
    "linspace": _Row((-70, -70, -70, -70)),
    "losses.absolute_difference": _Row((0, 7, 7, -3)),
    "losses.mean_squared_error": _Row((0, 8, 7, -3)),
    "losses.sigmoid_cross_entropy": _Row((0, 7, 7, -3)),
    "losses.softmax_cross_entropy": _Row((0, 6, 6, -3)),
    "losses.sparse_softmax_cross_entropy": _Row((0, 7, 7, -3)),
    "metrics.accuracy": _Row((0, 4, 4, 0)),
    "nn.dropout": _Row((4, 4, 4, 8), inside=(1, 1, 1, 1)),
    "nn.dropout[0]": _Row((1, 1, 1, 0)),  # a keep probability of 1
    "nn.dropout(tensor)": _Row((1, 1, 1, 7), inside=(-3, -3, -3, -1)),
    "nn.embedding_lookup": _Row((-2, -2, -2, 0)),
    "nn.in_top_k": _Row((-1, -1, 0, 0)),
    "nn.leaky_relu": _Row((0, 0, 2, 0)),
    "nn.moments": _Row((3, 10, 0, 0)),
    "nn.nce_loss": _Row((-7, -7, -4, 0)),
    "nn.softmax": _Row((0, 0, 0, 0)),
    "nn.softmax(more)": _Row((13, 13, 13, 0)),
    "nn.softmax_cross_entropy_with_logits": _Row((-1, -1, -1, 0)),
    "random_gamma": _Row((-4, -4, -2, -2), inside=(-2, -2, -2, -2)),
    "random_uniform": _Row((0, 0, 0, 0)),
    "random_uniform[5]": _Row((2, 2, 2, 2)),  # from 0 to another number than 1
    "random_uniform(unit)": _Row((5, 5, 5, 5), inside=(2, 2, 2, 2)),
    "sequence_mask": _Row((-1, 0, 0, 0)),
    "split": _Row((0, 0, 1, 1)),
    "tensordot": _Row((0, 69, 69, 10)),
    "transpose": _Row((6, 6, 6, 0)),
    "transpose(perm)": _Row((0, 0, 0, 0)),
    "ones[3]": _FILLED,
    "zeros[3]": _FILLED,
}
_NO_MORE = _Row((0, 0, 0, 0))
_NAMES = {re.split(r"[(\[]", name)[0] for name in _ROWS}
#: Graph -> how many operations more it would have had in the release.
_more: "weakref.WeakKeyDictionary[tf.Graph, int]" = weakref.WeakKeyDictionary()
#: Graph -> how many of its operations have been looked at.
_seen: "weakref.WeakKeyDictionary[tf.Graph, int]" = weakref.WeakKeyDictionary()


@contextlib.contextmanager
def old_op_seeds() -> Iterator[None]:
    """Gives random operations the seeds that they had in the release, in the block."""
    module: Any = private.module("op seeds")
    get_seed = module.get_seed

    @functools.wraps(get_seed)
    def get_old_seed(op_seed: int | None) -> Any:
        graph = tf.get_default_graph()
        if op_seed is None and graph.seed is not None and not tf.executing_eagerly():
            op_seed = graph.version + _more.get(graph, 0)
            if _has_new_uncounted(graph):
                notes.note("random operations after gradients and loops have other op seeds")
        return get_seed(op_seed)

    with patched(module, "get_seed", get_old_seed):
        yield


def _has_new_uncounted(graph: tf.Graph) -> bool:
    """Whether an operation since the last call is of an uncounted part; each is looked at once."""
    operations = graph.get_operations()
    new = operations[_seen.get(graph, 0) :]
    _seen[graph] = len(operations)
    return any(_is_uncounted(each) for each in new)


def _is_uncounted(operation: tf.Operation) -> bool:
    """Whether it is of a part of a graph whose number of operations then is not known."""
    return operation.type == "Enter" or operation.name.startswith("gradients")


def more(operations: int) -> None:
    """Counts operations in the graph that the release made, and today's TensorFlow does not."""
    graph = tf.get_default_graph()
    _more[graph] = _more.get(graph, 0) + operations


def counted(name: str, function: Any) -> Any:
    """A function that counts operations as the release did, if its number of them differs.

    Args:
      name: its dotted old name.
      function: what serves it.
    """
    # `contrib.layers.python.layers.layers.conv2d` and slim's are `contrib.layers.conv2d`.
    name = re.sub(r"\.(contrib\.\w+)\.python\..*\.", r".\1.", name)
    top, _, name = name.replace("contrib.slim.", "contrib.layers.").partition(".")
    return _counted(name, function) if top == "tensorflow" and name in _NAMES else function


def _counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        row = _row(name, _variant(name, arguments, keywords))
        graph, at = tf.get_default_graph(), RELEASES.index(options.release())
        before, made = _more.get(graph, 0), graph.version
        _more[graph] = before + row.inside[at]
        try:
            return function(*arguments, **keywords)
        finally:
            row = _ROWS.get(f"{name}[{graph.version - made}]", row)
            _more[graph] = before + row.after[at]

    return call


def _row(name: str, variant: str) -> _Row:
    """The row of a variant, or of the part of it that has one: `(tensor)(batch)`, `(tensor)`."""
    parts = [f"({each}" for each in variant.split("(")[1:]]
    wanted = [name + variant, *(name + each for each in parts), name]
    return next((_ROWS[each] for each in wanted if each in _ROWS), _NO_MORE)


def _variant(name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> str:
    """Which row it is, of a function that has several: as in `name(tensor)`."""
    if name == "transpose":
        return "(perm)" if len(arguments) > 1 or keywords.get("perm") is not None else ""
    if name == "get_variable":
        return "" if len(arguments) > 3 or keywords.get("initializer") is not None else "(default)"
    if name == "random_uniform":
        return "(unit)" if _is_unit(*arguments, **keywords) else ""
    shape: Any = getattr(next(iter((*arguments, *keywords.values())), None), "shape", None)
    rank = getattr(shape, "rank", None)
    if name == "nn.softmax":
        return "(more)" if (rank or 0) > 2 else ""
    batch = "(batch)" if rank and shape.as_list()[0] is None else ""
    return _with_tensor(arguments, keywords) + batch


def _is_unit(shape: Any, minval: Any = 0, maxval: Any = None, *_: Any, **__: Any) -> bool:
    """Whether numbers are drawn from 0 to 1, for which today's TensorFlow scales nothing."""
    numbers = minval, 1 if maxval is None else maxval
    return all(isinstance(each, int) for each in numbers) and numbers == (0, 1)


def _with_tensor(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> str:
    others = [
        *arguments[1:],
        *(value for key, value in keywords.items() if key not in ("x", "inputs")),
    ]
    return "(tensor)" if any(isinstance(each, tf.Tensor) for each in others) else ""
