"""`tensorflow.contrib.framework.nest`: nested lists, tuples and dictionaries."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.framework.nest", real="tf.nest")

TABLE.names({"is_sequence": "tf.nest.is_nested", "is_sequence_or_composite": "tf.nest.is_nested"})


@TABLE.serves()
def flatten_dict_items(dictionary: dict[Any, Any]) -> dict[Any, Any]:
    """A dictionary whose keys and values are nested alike, with flat ones."""
    flat: dict[Any, Any] = {}
    for key, value in dictionary.items():
        keys, values = tf.nest.flatten(key), tf.nest.flatten(value)
        if len(keys) != len(values):
            raise ValueError(f"{key} and {value} do not have the same structure.")
        flat.update(zip(keys, values, strict=True))
    return flat
