"""`tensorflow`: initializers that 0.x called with a shape."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.classes import called_as
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow")


def _initializer(real: Any) -> Any:
    """An initializer's class that is a function of the shape, too.

    In 0.12 `zeros_initializer` was such a function, `(shape, dtype)`; from 1.0 on it is a class
    that takes a type.
    """

    def construct(*arguments: Any, **keywords: Any) -> Any:
        if "shape" in keywords or (arguments and not _is_dtype(arguments[0])):
            keywords.pop("partition_info", None)
            return real()(*arguments, **keywords)
        return real(*arguments, **keywords)

    return called_as(real, construct)


def _is_dtype(value: Any) -> bool:
    try:
        tf.as_dtype(value)
    except TypeError:
        return False
    return not isinstance(value, (int, list, tuple))


TABLE.value("zeros_initializer", _initializer(tf.zeros_initializer), until="0.12")
TABLE.value("ones_initializer", _initializer(tf.ones_initializer), until="0.12")


def _sparse_tensor(*arguments: Any, **keywords: Any) -> tf.SparseTensor:
    if "shape" in keywords:
        keywords["dense_shape"] = keywords.pop("shape")
    return tf.SparseTensor(*arguments, **keywords)


TABLE.value("SparseTensor", called_as(tf.SparseTensor, _sparse_tensor), until="0.12")
