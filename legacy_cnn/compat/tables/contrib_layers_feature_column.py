"""`tensorflow.contrib.layers`' feature columns: those of tf.feature_column take their place."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.layers.python.layers.feature_column")

_columns = tf.feature_column

TABLE.gone(
    "scattered_embedding_column",
    "hashed_embedding_column",
    note="its kernel is not in TensorFlow 2; use tf.feature_column.embedding_column",
)


@TABLE.serves()
def real_valued_column(
    column_name: str,
    dimension: int = 1,
    default_value: Any = None,
    dtype: tf.DType = tf.float32,
    normalizer: Any = None,
) -> Any:
    """`dimension` numbers for each example."""
    return _columns.numeric_column(column_name, (dimension,), default_value, dtype, normalizer)


@TABLE.serves()
def bucketized_column(source_column: Any, boundaries: Sequence[float]) -> Any:
    """Which of the intervals between the boundaries a number is in."""
    return _columns.bucketized_column(source_column, list(boundaries))


@TABLE.serves()
def sparse_column_with_hash_bucket(
    column_name: str,
    hash_bucket_size: int,
    combiner: str = "sum",
    dtype: tf.DType = tf.string,
    hash_keys: Any = None,
) -> Any:
    """Categories by their hash."""
    return _columns.categorical_column_with_hash_bucket(column_name, hash_bucket_size, dtype)


@TABLE.serves()
def sparse_column_with_integerized_feature(
    column_name: str, bucket_size: int, combiner: str = "sum", dtype: tf.DType = tf.int64
) -> Any:
    """Categories that are numbers already."""
    return _columns.categorical_column_with_identity(column_name, bucket_size)


@TABLE.serves()
def sparse_column_with_keys(
    column_name: str,
    keys: Sequence[Any],
    default_value: int = -1,
    combiner: str = "sum",
    dtype: tf.DType = tf.string,
) -> Any:
    """Categories that are listed."""
    return _columns.categorical_column_with_vocabulary_list(column_name, keys, dtype, default_value)


@TABLE.serves()
def sparse_column_with_vocabulary_file(
    column_name: str,
    vocabulary_file: str,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    combiner: str = "sum",
    dtype: tf.DType = tf.string,
) -> Any:
    """Categories that a file lists, one a line."""
    return _columns.categorical_column_with_vocabulary_file(
        column_name,
        vocabulary_file,
        vocab_size,
        num_oov_buckets,
        None if num_oov_buckets else default_value,
        dtype,
    )


@TABLE.serves()
def weighted_sparse_column(
    sparse_id_column: Any, weight_column_name: str, dtype: tf.DType = tf.float32
) -> Any:
    """Categories with weights that another feature has."""
    return _columns.weighted_categorical_column(sparse_id_column, weight_column_name, dtype)


@TABLE.serves()
def crossed_column(
    columns: Iterable[Any],
    hash_bucket_size: int,
    combiner: str = "sum",
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    hash_key: int | None = None,
) -> Any:
    """Combinations of categories by their hash."""
    # A hash of hashes is refused today: the features themselves are crossed, as then.
    keys = [getattr(each, "key", each) if _is_hashed(each) else each for each in columns]
    return _columns.crossed_column(keys, hash_bucket_size, hash_key)


def _is_hashed(column: Any) -> bool:
    return hasattr(column, "hash_bucket_size") and hasattr(column, "key")


@TABLE.serves()
def one_hot_column(sparse_id_column: Any) -> Any:
    """Ones for the categories that an example has."""
    return _columns.indicator_column(sparse_id_column)


@TABLE.serves()
def embedding_column(
    sparse_id_column: Any,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> Any:
    """A vector for each category; they begin with a deviation of 1 / sqrt(categories)."""
    return _columns.embedding_column(
        sparse_id_column,
        dimension,
        combiner,
        initializer or _initializer(sparse_id_column),
        ckpt_to_load_from,
        tensor_name_in_ckpt,
        max_norm,
        trainable,
    )


@TABLE.serves()
def shared_embedding_columns(
    sparse_id_columns: Sequence[Any],
    dimension: int,
    combiner: str = "mean",
    shared_embedding_name: str | None = None,
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> list[Any]:
    """Columns of embeddings that have one variable."""
    columns: list[Any] = _columns.shared_embedding_columns(
        sparse_id_columns,
        dimension,
        combiner,
        initializer or _initializer(sparse_id_columns[0]),
        shared_embedding_name,
        ckpt_to_load_from,
        tensor_name_in_ckpt,
        max_norm,
        trainable,
    )
    return columns


def _initializer(column: Any) -> Any:
    return tf.truncated_normal_initializer(0.0, 1 / math.sqrt(column.num_buckets))


@TABLE.serves()
def infer_real_valued_columns(features: Any) -> list[Any]:
    """A column for each feature, or for the only one, whose name is empty."""
    if not isinstance(features, dict):
        features = {"": features}
    return [
        real_valued_column(name, math.prod(tensor.shape.as_list()[1:]), dtype=tensor.dtype)
        for name, tensor in features.items()
    ]


@TABLE.serves()
def create_feature_spec_for_parsing(feature_columns: Any) -> dict[str, Any]:
    """What `tf.parse_example` needs to know of the columns' features."""
    columns = feature_columns.values() if isinstance(feature_columns, dict) else feature_columns
    spec: dict[str, Any] = _columns.make_parse_example_spec(list(columns))
    return spec


@TABLE.serves()
def parse_feature_columns_from_examples(
    serialized: Any, feature_columns: Any, name: str | None = None, example_names: Any = None
) -> Any:
    """The features of serialized examples, by their names."""
    return tf.parse_example(
        serialized,
        create_feature_spec_for_parsing(feature_columns),
        name=name,
        example_names=example_names,
    )


@TABLE.serves()
def input_from_feature_columns(
    columns_to_tensors: Mapping[str, Any],
    feature_columns: Iterable[Any],
    weight_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
    cols_to_outs: Any = None,
) -> tf.Tensor:
    """The columns' values, one after another, as the input of a layer: `NAME_embedding/weights`."""
    with tf.variable_scope(scope, "input_from_feature_columns", custom_getter=_old_inputs):
        return _columns.input_layer(
            columns_to_tensors,
            list(feature_columns),
            weight_collections,
            trainable,
            cols_to_output_tensors=cols_to_outs,
        )


def _old_inputs(getter: Callable[..., Any], name: str, **keywords: Any) -> Any:
    """A variable of an input layer, by its old name."""
    name = re.sub(r"(^|/)input_layer(_\d+)?/", r"\1", name)
    return getter(re.sub(r"/embedding_weights$", "/weights", name), **keywords)


@TABLE.serves()
def weighted_sum_from_feature_columns(
    columns_to_tensors: Mapping[str, Any],
    feature_columns: Iterable[Any],
    num_outputs: int,
    weight_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> tuple[tf.Tensor, dict[Any, Any], Any]:
    """A linear model: its output, the variables of each column, and the bias.

    They are `NAME/weights`, or `NAME/weight` of a column of numbers, and `bias_weight`.
    """
    columns, made = list(feature_columns), dict[str, list[Any]]()
    getter = _old_weights({each.name for each in columns if _is_number(each)}, made)
    with tf.variable_scope(scope, "weighted_sum_from_feature_columns", custom_getter=getter):
        output = _columns.linear_model(
            columns_to_tensors,
            columns,
            num_outputs,
            weight_collections=weight_collections,
            trainable=trainable,
        )
    named = {each.name for each in columns} | {_BIAS}
    nameless = [one for name, own in made.items() if name not in named for one in own]
    variables = {each: made.get(each.name, nameless) for each in columns}
    return output, variables, made[_BIAS][0]


#: The name of a linear model's bias.
_BIAS = "bias_weight"


def _is_number(column: Any) -> bool:
    """Whether a column is one of numbers as they are."""
    return hasattr(column, "variable_shape") and not hasattr(column, "num_buckets")


def _old_weights(numbers: set[str], made: dict[str, list[Any]]) -> Callable[..., Any]:
    """What makes the variables of a linear model, by their old names.

    Args:
      numbers: the names of columns of numbers.
      made: is given the variables of each column, and the bias.
    """

    def named(getter: Callable[..., Any], name: str, **keywords: Any) -> Any:
        *scope, column, last = re.sub(r"(^|/)linear_model(_\d+)?/", r"\1", f"/{name}").split("/")
        if "" in numbers and column.startswith("private_"):
            column = ""  # Keras gives its layer a name if the column has none
        if last == f"{_BIAS}s":
            column_name, last = _BIAS, _BIAS
        else:
            column_name = column
            last = last.removesuffix("s") if column in numbers else last
        variable = getter("/".join([*scope, column, last]).lstrip("/"), **keywords)
        made.setdefault(column_name, []).append(variable)
        return variable

    return named
