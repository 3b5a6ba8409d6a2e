"""`tensorflow.contrib.data`: data sets as 1.2 and 1.3 had them, and their transformations."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.data", real="tf.data.experimental")

_DATA_SETS = "=tensorflow.contrib.data.python.ops.dataset_ops"

TABLE.names({"Iterator": "tf.data.Iterator", "Counter": "tf.data.experimental.Counter"})
TABLE.names(
    {
        each: f"{_DATA_SETS}.{each}"
        for each in ("Dataset", "FixedLengthRecordDataset", "TFRecordDataset", "TextLineDataset")
    },
    until="1.4",
)
TABLE.gone("LMDBDataset", note="use tensorflow_io")
TABLE.gone("CheckpointInputPipelineHook", note="tf.data.experimental.make_saveable_from_iterator")
TABLE.gone("assert_element_shape", note="use tf.ensure_shape in Dataset.map")
TABLE.gone("reduce_dataset", note="use Dataset.reduce")
TABLE.gone("StatsAggregator", "latency_stats", "set_stats_aggregator", note="use tf.profiler")

_Transformation = Callable[[tf.data.Dataset], tf.data.Dataset]


@TABLE.serves()
def batch_and_drop_remainder(batch_size: Any) -> _Transformation:
    """Batches, without a last one that is smaller."""
    return lambda data: data.batch(batch_size, drop_remainder=True)


@TABLE.serves()
def padded_batch_and_drop_remainder(
    batch_size: Any, padded_shapes: Any, padding_values: Any = None
) -> _Transformation:
    """Batches of what is padded, without a last one that is smaller."""
    return lambda data: data.padded_batch(
        batch_size, padded_shapes, padding_values, drop_remainder=True
    )


@TABLE.serves()
def sloppy_interleave(
    map_func: Callable[..., Any], cycle_length: int, block_length: int = 1
) -> _Transformation:
    """`parallel_interleave` in any order."""
    return tf.data.experimental.parallel_interleave(
        map_func, cycle_length, block_length, sloppy=True
    )


@TABLE.serves()
def sliding_window_batch(
    window_size: int,
    stride: int | None = None,
    window_shift: int | None = None,
    window_stride: int = 1,
) -> _Transformation:
    """Batches that overlap: each begins `window_shift` elements after the one before."""
    shift = window_shift or stride or 1

    def together(*windows: Any) -> tf.data.Dataset:
        parts = tf.nest.map_structure(lambda each: each.batch(window_size), windows)
        return parts[0] if len(parts) == 1 else tf.data.Dataset.zip(parts)

    return lambda data: data.window(
        window_size, shift, window_stride, drop_remainder=True
    ).flat_map(together)


@TABLE.serves()
def read_batch_features(
    file_pattern: Any,
    batch_size: int,
    features: Any,
    reader: Any = None,
    reader_args: Any = None,
    randomize_input: bool = True,
    num_epochs: int | None = None,
    capacity: int = 10000,
) -> Any:
    """The next batch of the features of examples in files."""
    data = tf.data.experimental.make_batched_features_dataset(
        file_pattern,
        batch_size,
        features,
        reader or tf.data.TFRecordDataset,
        reader_args=reader_args,
        num_epochs=num_epochs,
        shuffle=randomize_input,
        shuffle_buffer_size=capacity,
    )
    return tf.data.make_one_shot_iterator(data).get_next()
