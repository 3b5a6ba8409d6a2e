"""Arrays as inputs of `tf.contrib.learn`'s Estimators: in batches, shuffled as they were."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy
import tensorflow.compat.v1 as tf


def input_fn_of(
    x: Any, y: Any, batch_size: int | None, is_training: bool
) -> Callable[[], tf.data.Dataset]:
    """An input function over arrays, or dictionaries of them.

    Without a batch size, each batch has all examples. In training they come in an order that a
    generator with the seed 42 draws for each epoch, and the last batch of an epoch may be smaller.
    """
    values = (_arrays(x),) if y is None else (_arrays(x), _arrays(y))
    count = len(tf.nest.flatten(values)[0])
    size = batch_size or count

    def batches() -> Iterator[Any]:
        generator = numpy.random.RandomState(42)
        while True:
            order = generator.permutation(count) if is_training else numpy.arange(count)
            for start in range(0, count, size):
                places = order[start : start + size]
                picked = tf.nest.map_structure(lambda each: each[places], values)  # noqa: B023
                yield picked if y is not None else picked[0]
            if not is_training:
                return

    def input_fn() -> tf.data.Dataset:
        structure = values if y is not None else values[0]
        types = tf.nest.map_structure(lambda each: tf.as_dtype(each.dtype), structure)
        shapes = tf.nest.map_structure(lambda each: (None, *each.shape[1:]), structure)
        return tf.data.Dataset.from_generator(batches, types, _shapes(shapes, structure))

    return input_fn


def _arrays(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _arrays(each) for name, each in values.items()}
    if hasattr(values, "values") and not callable(values.values):  # of pandas
        values = values.values
    if not hasattr(values, "__array__") and not isinstance(values, list | tuple):
        values = list(values)
    return numpy.asarray(values)


def _shapes(shapes: Any, structure: Any) -> Any:
    return tf.nest.map_structure(lambda each: tf.TensorShape((None, *each.shape[1:])), structure)
