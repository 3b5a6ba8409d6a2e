"""`tensorflow.contrib.training`'s buckets: queues that batch what is about as long."""

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.training.python.training.bucket_ops")


@TABLE.serves()
def bucket(
    tensors: Any,
    which_bucket: Any,
    batch_size: int | Sequence[int],
    num_buckets: int,
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Sequence[int] | None = None,
    shapes: Sequence[Any] | None = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: Any = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[tf.Tensor, Any]:
    """Batches tensors in the bucket that each belongs to.

    Returns:
      Which bucket a batch is from, and the batch: as the tensors are, a list or a dictionary.
    """
    sizes: list[Any] = (
        list(batch_size) if isinstance(batch_size, (list, tuple)) else [batch_size] * num_buckets
    )
    if len(sizes) != num_buckets:
        raise ValueError("If batch_size is a list it must have num_buckets elements")
    capacities = bucket_capacities or [capacity] * num_buckets
    flat = _flat(tensors)
    with tf.name_scope(name, "bucket", flat):
        types, shapes = [each.dtype for each in flat], shapes or [each.shape for each in flat]
        queue = tf.PaddingFIFOQueue if dynamic_pad else tf.FIFOQueue
        queues = [
            queue(each, types, shapes, name=f"bucket_queue_{index}")
            for index, each in enumerate(capacities)
        ]
        is_known = not allow_smaller_final_batch and len(set(sizes)) == 1
        top = _top_queue(capacity, queues, sizes[0] if is_known else None, shared_name)
        enqueue = _enqueue(queues, flat, which_bucket, keep_input)
        forward = _forward(top, queues, sizes, allow_smaller_final_batch)
        _add_runners(top, queues, [enqueue] * num_threads, forward)
        which, *batch = top.dequeue(name="dequeue_top")
    return which, _as_given(tensors, batch)


def _flat(tensors: Any) -> list[tf.Tensor]:
    """Tensors as a list; those of a dictionary in the order of its keys."""
    if isinstance(tensors, Mapping):
        values = [tensors[key] for key in sorted(tensors)]
    else:
        values = list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]
    return [tf.convert_to_tensor(each) for each in values]


def _as_given(tensors: Any, batch: list[tf.Tensor]) -> Any:
    if isinstance(tensors, Mapping):
        return dict(zip(sorted(tensors), batch, strict=True))
    return batch if isinstance(tensors, (list, tuple)) else batch[0]


def _top_queue(capacity: int, queues: list[Any], size: int | None, name: str | None) -> Any:
    """The queue of batches, which has the bucket's number first."""
    shapes = [tf.TensorShape([size]).concatenate(each) for each in queues[0].shapes]
    return tf.PaddingFIFOQueue(
        capacity,
        [tf.int32, *queues[0].dtypes],
        [tf.TensorShape([]), *shapes],
        shared_name=name,
        name="top_queue",
    )


def _enqueue(queues: list[Any], tensors: list[tf.Tensor], which: Any, keep: Any) -> Any:
    """Puts tensors into their bucket, if they are kept."""
    which = tf.convert_to_tensor(which, tf.int32, name="which_bucket")

    def into(queue: Any, index: int) -> Any:
        wanted = tf.logical_and(tf.equal(which, index), keep)
        return tf.cond(wanted, lambda: queue.enqueue(tensors), tf.no_op)

    return tf.group(*[into(queue, index) for index, queue in enumerate(queues)])


def _forward(top: Any, queues: list[Any], sizes: list[Any], smaller: bool) -> list[Any]:
    """Puts each bucket's batches into the queue of batches."""
    operations = []
    for index, (queue, size) in enumerate(zip(queues, sizes, strict=True)):
        take = queue.dequeue_up_to if smaller else queue.dequeue_many
        batch = take(size, name=f"read_bucket_{index}")
        batch = list(batch) if isinstance(batch, (list, tuple)) else [batch]
        operations.append(top.enqueue([tf.constant(index), *batch]))
    return operations


def _add_runners(top: Any, queues: list[Any], enqueues: list[Any], forward: list[Any]) -> None:
    """What feeds the buckets, and what empties them, with all closed when either ends."""
    ends = (tf.errors.OutOfRangeError, tf.errors.CancelledError)
    runner = tf.train.QueueRunner
    tf.train.add_queue_runner(
        runner(
            queues[0],
            forward,
            close_op=top.close(),
            cancel_op=top.close(cancel_pending_enqueues=True),
            queue_closed_exception_types=ends,
        )
    )
    tf.train.add_queue_runner(
        runner(
            top,
            enqueues,
            close_op=tf.group(*[each.close() for each in queues]),
            cancel_op=tf.group(*[each.close(cancel_pending_enqueues=True) for each in queues]),
            queue_closed_exception_types=ends,
        )
    )


@TABLE.serves()
def bucket_by_sequence_length(
    input_length: Any,
    tensors: Any,
    batch_size: int | Sequence[int],
    bucket_boundaries: Sequence[int],
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Sequence[int] | None = None,
    shapes: Sequence[Any] | None = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: Any = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[tf.Tensor, Any]:
    """Batches tensors in buckets of lengths: below the first boundary, between two, above the last.

    Returns:
      The lengths, and the batch: as the tensors are, a list or a dictionary.
    """
    boundaries = list(bucket_boundaries)
    if not boundaries or boundaries != sorted(set(boundaries)):
        raise ValueError(
            f"Buckets must contain sequential increasing lengths, but saw: {boundaries}"
        )
    flat = _flat(tensors)
    with tf.name_scope(name, "bucket_by_sequence_length", [input_length, *flat]):
        length = tf.convert_to_tensor(input_length, tf.int32, name="input_length")
        which = tf.reduce_sum(tf.cast(length >= boundaries, tf.int32))
        _, (lengths, *batch) = bucket(
            [length, *flat],
            which,
            batch_size,
            len(boundaries) + 1,
            num_threads,
            capacity,
            bucket_capacities,
            [tf.TensorShape([]), *shapes] if shapes else None,
            dynamic_pad,
            allow_smaller_final_batch,
            keep_input,
            shared_name,
        )
    return lengths, _as_given(tensors, batch)
