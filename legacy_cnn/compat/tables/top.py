"""`tensorflow`: what its top had, in 0.x above all."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow", real="tensorflow.compat.v1")

_0X = "0.12"

TABLE.names(
    {
        "mul": "tf.multiply",
        "sub": "tf.subtract",
        "neg": "tf.negative",
        "pack": "tf.stack",
        "unpack": "tf.unstack",
        "initialize_all_variables": "tf.global_variables_initializer",
        "initialize_variables": "tf.variables_initializer",
        "initialize_local_variables": "tf.local_variables_initializer",
        "merge_all_summaries": "tf.summary.merge_all",
        "merge_summary": "tf.summary.merge",
        "select": "tf.where",
        "batch_matmul": "tf.matmul",
        "complex_abs": "tf.abs",
        "inv": "tf.reciprocal",
        "listdiff": "tf.setdiff1d",
    },
    until=_0X,
)


@TABLE.serves(until=_0X, note="the axis first, as 0.x had it, or last")
def concat(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`concat(concat_dim, values)` of 0.x, or `concat(values, axis)`: the axis is the integer."""
    names: tuple[str, ...] = ("values", "axis", "name")
    if "concat_dim" in keywords:
        keywords["axis"] = keywords.pop("concat_dim")
        names = ("values", "name")
    elif arguments and _is_axis(arguments[0]):
        names = ("axis", "values", "name")
    return tf.concat(**dict(zip(names, arguments, strict=False)), **keywords)


@TABLE.serves(until=_0X, note="the axis first, as 0.x had it, or last")
def split(*arguments: Any, **keywords: Any) -> Any:
    """`split(split_dim, num_split, value)` of 0.x, or `split(value, num_or_size_splits, axis)`."""
    old = {"split_dim": "axis", "num_split": "num_or_size_splits"}
    keywords = {old.get(name, name): value for name, value in keywords.items()}
    names: tuple[str, ...] = ("value", "num_or_size_splits", "axis", "num", "name")
    if len(arguments) > 1 and _is_axis(arguments[0]) and _is_axis(arguments[1]):
        names = ("axis", "num_or_size_splits", "value", "name")
    return tf.split(**dict(zip(names, arguments, strict=False)), **keywords)


def _is_axis(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
