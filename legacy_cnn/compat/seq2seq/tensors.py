"""Small things on tensors that decoders and attention share."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf


def zero_tensors(size: Any, batch_size: Any, dtype: Any) -> tf.Tensor:
    """Zeros [batch, ...]; `size` is a number, a scalar, or a TensorShape."""
    if isinstance(size, tf.Tensor):
        rest, static = [size], [tf.get_static_value(size)]
    else:
        rest = static = tf.TensorShape(size).as_list()
    zeros = tf.zeros(tf.stack([batch_size, *rest]), dtype)
    batch = tf.get_static_value(tf.convert_to_tensor(batch_size))
    zeros.set_shape([None if batch is None else int(batch), *static])
    return zeros


def swapped(tensor: tf.Tensor) -> tf.Tensor:
    """A tensor with its first two axes in each other's place; with fewer it stays as it is."""
    rank = tensor.shape.rank
    if rank is not None and rank < 2:
        return tensor
    made = tf.transpose(tensor, tf.concat([[1, 0], tf.range(2, tf.rank(tensor))], 0))
    if rank is not None:
        made.set_shape([tensor.shape[1], tensor.shape[0], *tensor.shape[2:]])
    return made


def embedding_function(embedding: Any) -> Callable[[Any], tf.Tensor]:
    """What embeds symbols: the function that is given, or a lookup in the matrix that is."""
    if callable(embedding) and not isinstance(embedding, tf.Variable):
        return embedding
    return lambda ids: tf.nn.embedding_lookup(embedding, ids)


def first_length(tensor: tf.Tensor, axis: int) -> Any:
    """The length of an axis: a number if it is known while the graph is built."""
    return tf.dimension_value(tensor.shape[axis]) or tf.shape(tensor)[axis]
