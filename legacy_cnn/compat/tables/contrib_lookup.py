"""`tensorflow.contrib.lookup`: tables of words and numbers."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import private
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.lookup")

_tables: Any = private.module("lookup tables")

for _name in (
    "FastHashSpec",
    "HasherSpec",
    "IdTableWithHashBuckets",
    "InitializableLookupTableBase",
    "KeyValueTensorInitializer",
    "LookupInterface",
    "MutableHashTable",
    "StrongHashSpec",
    "TableInitializerBase",
    "TextFileIdTableInitializer",
    "TextFileIndex",
    "TextFileInitializer",
    "TextFileStringTableInitializer",
    "index_table_from_file",
    "index_to_string_table_from_file",
):
    TABLE.value(_name, getattr(_tables, _name))
TABLE.value("MutableDenseHashTable", _tables.DenseHashTable)


@TABLE.serves()
class HashTable(_tables.StaticHashTableV1):
    """A table that an initializer fills, once."""

    def __init__(
        self, initializer: Any, default_value: Any, shared_name: Any = None, name: Any = None
    ) -> None:
        super().__init__(initializer, default_value, name=name)

    @property
    def init(self) -> Any:
        """What fills it; `initializer` since 1.13."""
        return self.initializer


@TABLE.serves()
def index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: Any = _tables.FastHashSpec,
    dtype: tf.DType = tf.string,
    name: str | None = None,
) -> Any:
    """Words to their indices in a list."""
    if mapping is None:
        raise ValueError("mapping must be specified.")
    return _tables.index_table_from_tensor(
        mapping, num_oov_buckets, default_value, hasher_spec, dtype, name
    )


@TABLE.serves()
def index_to_string_table_from_tensor(
    mapping: Any, default_value: str = "UNK", name: str | None = None
) -> Any:
    """Indices in a list to its words."""
    if mapping is None:
        raise ValueError("mapping must be specified.")
    return _tables.index_to_string_table_from_tensor(mapping, default_value, name)


@TABLE.serves()
def string_to_index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: Any = _tables.FastHashSpec,
    name: str | None = None,
) -> Any:
    """Words to the numbers of their lines in a file."""
    return _tables.index_table_from_file(
        vocabulary_file,
        num_oov_buckets,
        vocab_size,
        default_value,
        hasher_spec,
        key_dtype=tf.string,
        name=name,
    )


@TABLE.serves()
def string_to_index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: Any = _tables.FastHashSpec,
    name: str | None = None,
) -> Any:
    """`index_table_from_tensor` of words."""
    return index_table_from_tensor(
        mapping, num_oov_buckets, default_value, hasher_spec, name=name or "string_to_index"
    )


@TABLE.serves()
def string_to_index(
    tensor: Any, mapping: Any, default_value: int = -1, name: str | None = None
) -> tf.Tensor:
    """The indices of words in a list."""
    return index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


@TABLE.serves()
def index_to_string(
    tensor: Any, mapping: Any, default_value: str = "UNK", name: str | None = None
) -> tf.Tensor:
    """The words of a list at indices."""
    return index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)
