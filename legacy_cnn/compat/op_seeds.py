"""The op seeds that old releases gave to random operations.

Up to TensorFlow 1.15, a random operation without a seed of its own took **the number of operations
in the graph so far** beside the graph's seed; today's TensorFlow counts the random operations. Most
calls make as many operations today as they made then; `op_rows.py` has those that do not.
"""

import contextlib
import functools
import re
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import notes, options, private
from legacy_cnn.compat.op_rows import ROWS, Row
from legacy_cnn.compat.patching import patched
from legacy_cnn.settings.running import RELEASES

_NO_MORE = Row((0, 0, 0, 0))
_COUNTED = {re.split(r"[(\[]", name)[0] for name in ROWS}
#: Graph -> how many operations more it would have had in the release.
_more: "weakref.WeakKeyDictionary[tf.Graph, int]" = weakref.WeakKeyDictionary()
#: Graph -> how many of those are of calls that the present one made of what the program gave it;
#: a graph is not in it outside of calls that have rows.
_inner: "weakref.WeakKeyDictionary[tf.Graph, int]" = weakref.WeakKeyDictionary()
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


def more(operations: int, *, lasting: bool = False) -> None:
    """Counts operations in the graph that the release made, and today's TensorFlow does not.

    Args:
      operations: how many.
      lasting: whether the row of the call that makes them does not have them.
    """
    graph = tf.get_default_graph()
    _more[graph] = _more.get(graph, 0) + operations
    if lasting and is_counting():
        _inner[graph] += operations


def is_counting() -> bool:
    """Whether a call that has a row is being made."""
    return tf.get_default_graph() in _inner


def counted(name: str, function: Any) -> Any:
    """A function that counts operations as the release did, if its number of them differs.

    Args:
      name: its dotted old name.
      function: what serves it.
    """
    # `contrib.layers.python.layers.layers.conv2d` and slim's are `contrib.layers.conv2d`.
    name = re.sub(r"\.(contrib\.\w+)\.python\..*\.", r".\1.", name)
    top, _, name = name.replace("contrib.slim.", "contrib.layers.").partition(".")
    if top == "tensorflow" and _UNKNOWN.fullmatch(name):
        return _uncounted(name, function)
    if top != "tensorflow" or name not in _COUNTED or getattr(function, _MARK, None) == name:
        return function
    call = _counted(name, function)
    setattr(call, _MARK, name)
    return call


#: What a function that counts has the name of its rows in; it may be served by several names.
_MARK = "counted_as"
#: Functions that made another number of operations, which is not known.
_UNKNOWN = re.compile(r".*seq2seq\.(attention|embedding)_\w+")


def _uncounted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        if tf.get_default_graph().seed is not None:
            notes.note(f"random operations in and after {name} have other op seeds")
        return function(*arguments, **keywords)

    return call


def _counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        names = _names(name, _variant(name, arguments, keywords))
        graph, at = tf.get_default_graph(), RELEASES.index(options.release())
        before, made, outer = _more.get(graph, 0), graph.version, _inner.get(graph)
        _more[graph], _inner[graph] = before + _row(names).inside[at], 0
        try:
            return function(*arguments, **keywords)
        finally:
            total = _row(names, graph.version - made).after[at] + _inner.pop(graph)
            _more[graph] = before + total
            if outer is not None:
                _inner[graph] = outer + total

    return call


def _names(name: str, variant: str) -> list[str]:
    """The names of the rows of a variant, and of parts of it: `(tensor)(batch)`, `(tensor)`."""
    parts = [f"({each}" for each in variant.split("(")[1:]]
    return [name + variant, *(name + each for each in parts), name]


def _row(names: list[str], made: int | None = None) -> Row:
    """The first of some rows that there is; those for a number of operations come first."""
    wanted = [*(f"{each}[{made}]" for each in names), *names]
    return next((ROWS[each] for each in wanted if each in ROWS), _NO_MORE)


def _variant(name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> str:
    """Which row it is, of a function that has several: as in `name(tensor)`."""
    if name == "transpose":
        return "(perm)" if len(arguments) > 1 or keywords.get("perm") is not None else ""
    if name == "get_variable":
        return "" if len(arguments) > 3 or keywords.get("initializer") is not None else "(default)"
    if name == "random_uniform":
        return "(unit)" if _is_unit(*arguments, **keywords) else ""
    shape: Any = getattr(next(iter((*arguments, *keywords.values())), None), "shape", None)
    rank = getattr(shape, "rank", None) or 0
    if name == "nn.softmax":
        return "(more)" if rank > 2 else ""
    batch = "(batch)" if rank and shape.as_list()[0] is None else ""
    if name in ("train.batch", "train.shuffle_batch"):
        given = arguments[0] if arguments else keywords.get("tensors")
        return f"({len(given)})" if isinstance(given, list | tuple | dict) else ""
    if name == "contrib.layers.batch_norm":
        return "(image)" * (rank == 4) + batch
    if name == "layers.dense":
        return f"(more){batch}" if rank > 2 else ""
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
