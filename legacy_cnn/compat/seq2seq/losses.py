"""Cross-entropies over sequences, weighted."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf


def sequence_loss_by_example(
    logits: Sequence[tf.Tensor],
    targets: Sequence[tf.Tensor],
    weights: Sequence[tf.Tensor],
    average_across_timesteps: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Cross-entropies of lists of steps, summed for each sequence.

    Args:
      logits: [batch, symbols] for each step.
      targets: integers [batch] for each step.
      weights: [batch] for each step.
      average_across_timesteps: whether each sum is divided by that of the weights, plus 1e-12.
      softmax_loss_function: what to use instead of the sparse softmax cross-entropy.
      name: of the operations' scope.

    Returns:
      The losses [batch], which are log-perplexities if they are averaged.
    """
    if not len(targets) == len(logits) == len(weights):
        raise ValueError(
            "Lengths of logits, weights, and targets must be the same "
            f"{len(logits)}, {len(weights)}, {len(targets)}."
        )
    with tf.name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        steps = zip(logits, targets, weights, strict=True)
        losses = [_loss(softmax_loss_function, *step[:2]) * step[2] for step in steps]
        total = tf.add_n(losses)
        return total / (tf.add_n(list(weights)) + 1e-12) if average_across_timesteps else total


def _loss(function: Callable[..., Any] | None, logits: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """The losses of a step, from a function that may be of any release.

    It was called with `(logits, labels)` in 0.x, with `(labels, logits)` in 1.0, and later with
    those names. What its parameters are called tells.
    """
    if function is None:
        target = tf.reshape(target, [-1])
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logits)
    names = list(inspect.signature(function).parameters)
    if {"labels", "logits"} <= set(names):
        return function(labels=target, logits=logits)
    is_label_first = bool(names) and names[0].startswith(("label", "target"))
    return function(target, logits) if is_label_first else function(logits, target)


def sequence_loss(
    logits: Sequence[tf.Tensor],
    targets: Sequence[tf.Tensor],
    weights: Sequence[tf.Tensor],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """The sum, or the mean, of `sequence_loss_by_example`."""
    with tf.name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        cost = tf.reduce_sum(
            sequence_loss_by_example(
                logits, targets, weights, average_across_timesteps, softmax_loss_function
            )
        )
        if not average_across_batch:
            return cost
        return cost / tf.cast(tf.shape(targets[0])[0], cost.dtype)


def dense_sequence_loss(
    logits: tf.Tensor,
    targets: tf.Tensor,
    weights: tf.Tensor,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
) -> tf.Tensor:
    """`tf.contrib.seq2seq.sequence_loss`: the weighted cross-entropy of whole sequences.

    Args:
      logits: [batch, time, symbols].
      targets: integers [batch, time].
      weights: [batch, time].
      average_across_timesteps: whether to divide by the weights, over time.
      average_across_batch: whether to divide by the weights, over the batch.
      softmax_loss_function: what to use instead of the sparse softmax cross-entropy.
      name: of the operations' scope.
      sum_over_timesteps: whether to sum over time, and to divide by the number of weights that
        are not zero.
      sum_over_batch: as that, over the batch.

    Raises:
      ValueError: a shape has not that rank, or both an average and a sum are asked for.
    """
    for tensor, rank, what in ((logits, 3, "Logits"), (targets, 2, "Targets")):
        if tensor.shape.rank != rank:
            raise ValueError(f"{what} must be a tensor of rank {rank}, not {tensor.shape}")
    if (average_across_timesteps and sum_over_timesteps) or (
        average_across_batch and sum_over_batch
    ):
        raise ValueError("average_across_* and sum_over_* cannot both be set to True.")
    with tf.name_scope(name, "sequence_loss", [logits, targets, weights]):
        flat = tf.reshape(logits, [-1, tf.shape(logits)[2]])
        losses = _loss(softmax_loss_function, flat, tf.reshape(targets, [-1]))
        losses *= tf.reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            return tf.div_no_nan(tf.reduce_sum(losses), tf.reduce_sum(weights))
        if sum_over_timesteps and sum_over_batch:
            count = tf.cast(tf.count_nonzero(weights), losses.dtype)
            return tf.div_no_nan(tf.reduce_sum(losses), count)
        losses = tf.reshape(losses, tf.shape(logits)[:2])
        if average_across_timesteps or average_across_batch:
            axis = [0] if average_across_batch else [1]
            total = tf.reduce_sum(weights, axis)
        elif sum_over_timesteps or sum_over_batch:
            axis = [0] if sum_over_batch else [1]
            total = tf.cast(tf.count_nonzero(weights, axis), losses.dtype)
        else:
            return losses
        return tf.div_no_nan(tf.reduce_sum(losses, axis), total)
