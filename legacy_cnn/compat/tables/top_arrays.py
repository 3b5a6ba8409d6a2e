"""`tensorflow`: joining, splitting and choosing, whose arguments had other orders or names."""

import contextlib
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.arguments import named, renaming
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow")

_0X = "0.12"


TABLE.value("pack", renaming("tf.stack", name="pack"), until=_0X)
TABLE.value("unpack", renaming("tf.unstack", name="unpack"), until=_0X)
TABLE.value("concat_v2", renaming("tf.concat", name="concat_v2"), until=_0X)
TABLE.value("select", renaming("tf.where", {"t": "x", "e": "y"}), until=_0X)
TABLE.value("sparse_concat", renaming("tf.sparse_concat", {"concat_dim": "axis"}), until=_0X)
TABLE.value(
    "split_v",
    renaming(
        "tf.split", {"size_splits": "num_or_size_splits", "split_dim": "axis"}, name="split_v"
    ),
    until=_0X,
)


@TABLE.serves(until=_0X, note="the axis first, as 0.x had it, or last")
def concat(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`concat(concat_dim, values)` of 0.x, or `concat(values, axis)`: the axis is the integer."""
    old = "concat_dim" in keywords or (len(arguments) > 0 and _is_axis(arguments[0]))
    names: tuple[str, ...] = ("axis", "values", "name") if old else ("values", "axis", "name")
    if "concat_dim" in keywords:
        names = names[1:]
    return tf.concat(**named("concat", names, arguments, keywords, {"concat_dim": "axis"}))


@TABLE.serves(until=_0X, note="the axis first, as 0.x had it, or last")
def split(*arguments: Any, **keywords: Any) -> Any:
    """`split(split_dim, num_split, value)` of 0.x, or `split(value, num_or_size_splits, axis)`."""
    renamed = {"split_dim": "axis", "num_split": "num_or_size_splits"}
    names: tuple[str, ...] = ("value", "num_or_size_splits", "axis", "num", "name")
    if renamed.keys() & keywords.keys() or (len(arguments) > 0 and _is_axis(arguments[0])):
        given = {renamed.get(each, each) for each in keywords}
        order = ("axis", "num_or_size_splits", "value", "name")
        names = tuple(each for each in order if each not in given)
    return tf.split(**named("split", names, arguments, keywords, renamed))


@TABLE.serves(until=_0X, note="the axis first, as 0.x had it; 1.x took keywords only")
def sparse_split(*arguments: Any, **keywords: Any) -> Any:
    """`sparse_split(split_dim, num_split, sp_input)` of 0.x."""
    names = ("axis", "num_split", "sp_input", "name")
    return tf.sparse_split(
        **named("sparse_split", names, arguments, keywords, {"split_dim": "axis"})
    )


@TABLE.serves(until=_0X, note="dims of booleans, one for each dimension, as 0.x had it, or axes")
def reverse(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`reverse(tensor, dims)` of 0.x, where `dims` are booleans, or `reverse(tensor, axis)`."""
    given = named("reverse", ("tensor", "axis", "name"), arguments, keywords, {"dims": "axis"})
    if tf.convert_to_tensor(given["axis"]).dtype != tf.bool:
        return tf.reverse(**given)
    dims = given.pop("axis")
    with tf.name_scope(given.pop("name", None), "Reverse") as scope:
        return tf.raw_ops.Reverse(**given, dims=dims, name=scope)


@TABLE.serves(until=_0X)
def op_scope(
    values: Any, name: str | None, default_name: str | None = None
) -> contextlib.AbstractContextManager[str]:
    """`name_scope(name, default_name, values)`, with the values first."""
    scope: contextlib.AbstractContextManager[str] = tf.name_scope(name, default_name, values)
    return scope


def _is_axis(value: Any) -> bool:
    """Whether an argument is an axis: an integer, or a scalar tensor."""
    if isinstance(value, (list, tuple, bool)):
        return False
    if isinstance(value, tf.Tensor):
        return value.dtype.is_integer and value.shape.rank == 0
    return getattr(value, "ndim", 0) == 0 and hasattr(value, "__index__")
