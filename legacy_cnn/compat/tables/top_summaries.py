"""`tensorflow`: the summaries of 0.x, whose tags are what they are given, without a name scope."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow")

_0X = "0.12"


@TABLE.serves(until=_0X)
def scalar_summary(
    tags: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> tf.Tensor:
    """A summary with a scalar for each tag; `tags` and `values` have one shape."""
    given = {"tags": tags, "values": values}
    return _summary(tf.raw_ops.ScalarSummary, given, collections, name, "ScalarSummary")


@TABLE.serves(until=_0X)
def histogram_summary(
    tag: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> tf.Tensor:
    """A summary with a histogram."""
    given = {"tag": tag, "values": values}
    return _summary(tf.raw_ops.HistogramSummary, given, collections, name, "HistogramSummary")


@TABLE.serves(until=_0X, note="the third argument is max_images")
def image_summary(
    tag: Any,
    tensor: Any,
    max_images: int = 3,
    collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """A summary with up to `max_images` images, of a tensor `(batch, height, width, 1|3|4)`."""
    given = {"tag": tag, "tensor": tensor, "max_images": max_images}
    return _summary(tf.raw_ops.ImageSummary, given, collections, name, "ImageSummary")


@TABLE.serves(until=_0X)
def audio_summary(
    tag: Any,
    tensor: Any,
    sample_rate: Any,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """A summary with up to `max_outputs` sounds, of a tensor `(batch, frames[, channels])`."""
    rate = tf.convert_to_tensor(sample_rate, tf.float32, name="sample_rate")
    given = {"tag": tag, "tensor": tensor, "sample_rate": rate, "max_outputs": max_outputs}
    return _summary(tf.raw_ops.AudioSummaryV2, given, collections, name, "AudioSummary")


@TABLE.serves(until=_0X)
def merge_summary(
    inputs: Sequence[tf.Tensor], collections: Sequence[str] = (), name: str | None = None
) -> tf.Tensor:
    """A summary with all that is in others; it is in no collection unless asked for."""
    with tf.name_scope(name, "MergeSummary", inputs):
        merged = tf.raw_ops.MergeSummary(inputs=list(inputs), name=name)
    for each in collections or ():
        tf.add_to_collection(each, merged)
    return merged


@TABLE.serves(until=_0X)
def merge_all_summaries(key: str = tf.GraphKeys.SUMMARIES) -> tf.Tensor | None:
    """A summary with all that a collection of the graph has; None if it is empty."""
    collected = tf.get_collection(key)
    return merge_summary(collected) if collected else None


def _summary(
    operation: Callable[..., tf.Tensor],
    given: dict[str, Any],
    collections: Sequence[str] | None,
    name: str | None,
    default_name: str,
) -> tf.Tensor:
    """Adds an operation to the graph, and to collections."""
    with tf.name_scope(name, default_name, [*given.values()]) as scope:
        made = operation(**given, name=scope)
    for each in (tf.GraphKeys.SUMMARIES,) if collections is None else collections:
        tf.add_to_collection(each, made)
    return made
