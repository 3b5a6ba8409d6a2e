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

from legacy_cnn.compat import normalization_rows, notes, options, origins, private
from legacy_cnn.compat.op_rows import ROWS, Row
from legacy_cnn.compat.patching import patched
from legacy_cnn.settings.running import RELEASES

_NO_MORE = Row((0, 0, 0, 0))
_COUNTED = {*(re.split(r"[(\[]", name)[0] for name in ROWS), *normalization_rows.NAMES}
#: Graph -> how many operations more it would have had in the release.
_more: "weakref.WeakKeyDictionary[tf.Graph, int]" = weakref.WeakKeyDictionary()
#: Graph -> how many of those are of calls that the present one made of what the program gave it;
#: a graph is not in it outside of calls that have rows.
_inner: "weakref.WeakKeyDictionary[tf.Graph, int]" = weakref.WeakKeyDictionary()
#: Graph -> how many of its operations were looked at, and how many of them fill variables.
_filling: "weakref.WeakKeyDictionary[tf.Graph, tuple[int, int]]" = weakref.WeakKeyDictionary()
_SIZE_OF_FILLED = re.compile(r"Initializer/(zeros|ones)/shape_as_tensor$")


@contextlib.contextmanager
def old_op_seeds() -> Iterator[None]:
    """Gives random operations the seeds that they had in the release, in the block."""
    module: Any = private.module("op seeds")
    get_seed = module.get_seed

    @functools.wraps(get_seed)
    def get_old_seed(op_seed: int | None) -> Any:
        graph = tf.get_default_graph()
        if op_seed is None and graph.seed is not None and not tf.executing_eagerly():
            op_seed = graph.version + _more.get(graph, 0) - _filled(graph)
            unknown = origins.first_unknown(graph)
            if unknown:
                notes.note_at(unknown.place, f"op seeds after {unknown.name} may be others")
        return get_seed(op_seed)

    with patched(module, "get_seed", get_old_seed):
        yield


def _filled(graph: tf.Graph) -> int:
    """How many operations fill variables that began as one constant up to 1.4, of any size."""
    if options.release() == options.RELEASE:
        return 0
    seen, found = _filling.get(graph, (0, 0))
    operations = graph.get_operations()
    found += 2 * sum(bool(_SIZE_OF_FILLED.search(each.name)) for each in operations[seen:])
    _filling[graph] = len(operations), found
    return found


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
    if name.partition(".")[0] in _SECTIONS:
        name = _whole_names().get(id(function), name)
    if top != "tensorflow" or name not in _COUNTED or getattr(function, _MARK, None) == name:
        return function
    call = _counted(name, function)
    setattr(call, _MARK, name)
    return call


@functools.cache
def _whole_names() -> dict[int, str]:
    """The identities of functions that have rows -> their names; sections list them once more."""
    found = {}
    for name in _COUNTED:
        function: Any = tf
        for part in name.split("."):
            function = getattr(function, part, None)
        if function is not None:
            found[id(function)] = name
    return found


#: Modules that list functions of others.
_SECTIONS = ("debugging", "feature_column", "linalg", "math", "random", "sparse")

#: What a function that counts has the name of its rows in; it may be served by several names.
_MARK = "counted_as"


def _counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def counted_call(*arguments: Any, **keywords: Any) -> Any:
        is_normalization = name in normalization_rows.NAMES
        given = function, arguments, keywords
        special = normalization_rows.row(name, *given) if is_normalization else None
        names = _names(name, _variant(name, arguments, keywords))
        graph, at = tf.get_default_graph(), RELEASES.index(options.release())
        before, made, outer = _more.get(graph, 0), graph.version, _inner.get(graph)
        _more[graph], _inner[graph] = before + (_row(names) or _NO_MORE).inside[at], 0
        try:
            return function(*arguments, **keywords)
        finally:
            row = special if is_normalization else _row(names, graph.version - made)
            if row is None and graph.version > made:
                origins.is_unknown(name)
            total = (row or _NO_MORE).after[at] + _inner.pop(graph)
            _more[graph] = before + total
            if outer is not None:
                _inner[graph] = outer + total

    return counted_call


def _names(name: str, variant: str) -> list[str]:
    """The names of the rows of a variant, and of parts of it: `(tensor)(batch)`, `(tensor)`."""
    parts = [f"({each}" for each in variant.split("(")[1:]]
    return [name + variant, *(name + each for each in parts), name]


def _row(names: list[str], made: int | None = None) -> Row | None:
    """The first of some rows that there is; those for a number of operations come first."""
    wanted = [*(f"{each}[{made}]" for each in names), *names]
    return next((ROWS[each] for each in wanted if each in ROWS), None)


def _variant(name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> str:
    """Which row it is, of a function that has several: as in `name(tensor)`."""
    if name == "transpose":
        return "(perm)" if len(arguments) > 1 or keywords.get("perm") is not None else ""
    if name == "get_variable":
        return "" if len(arguments) > 3 or keywords.get("initializer") is not None else "(default)"
    if name == "random_uniform":
        return "(unit)" if _is_unit(*arguments, **keywords) else ""
    if name == "one_hot":
        values = len(arguments) > 2 or not {"on_value", "off_value"}.isdisjoint(keywords)
        return "(values)" if values else ""
    if name == "gather" and keywords.get("axis"):
        return "(axis)"
    if name == "layers.conv2d_transpose" and "same" in (*arguments, keywords.get("padding")):
        return "(same)"
    if name == "layers.conv2d" and keywords.get("dilation_rate", 1) not in (1, (1, 1), [1, 1]):
        return "(dilated)"
    if name.endswith("layers.dropout") and isinstance(_second(arguments, keywords), tf.Tensor):
        return "(rate)"
    if name.startswith("reduce_"):
        whole = not any(each in keywords for each in ("axis", "reduction_indices"))
        if not whole or len(arguments) != 1:
            return ""
        if isinstance(arguments[0], tf.Variable):
            return "(variable)"
        return "(number)" if getattr(arguments[0], "shape", None) == () else ""
    if name in ("foldl", "map_fn", "scan"):
        arguments = (*arguments, keywords.get("elems"))[1:2]
    shape: Any = getattr(next(iter((*arguments, *keywords.values())), None), "shape", None)
    rank = getattr(shape, "rank", None) or 0
    if name in ("einsum", "tensordot"):
        tensors = arguments[1:] if name == "einsum" else arguments
        return f"({getattr(getattr(tensors[0], 'shape', None), 'rank', None)})" if tensors else ""
    if name.startswith("image.random_flip"):
        return "(images)" if rank > 3 else ""
    if name == "nn.softmax":
        return "(more)" if rank > 2 else ""
    batch = "(batch)" if rank and shape.as_list()[0] is None else ""
    if name in ("train.batch", "train.shuffle_batch"):
        given = arguments[0] if arguments else keywords.get("tensors")
        return f"({len(given)})" if isinstance(given, list | tuple | dict) else ""
    if name == "layers.dense":
        return f"(more){batch}" if rank > 2 else ""
    return _with_tensor(arguments, keywords) + batch


def _second(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """The rate of a dropout."""
    return arguments[1] if len(arguments) > 1 else keywords.get("keep_prob", keywords.get("rate"))


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
