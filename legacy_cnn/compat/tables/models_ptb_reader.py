"""`tensorflow.models.rnn.ptb.reader`, which came with TensorFlow until 0.12."""

import collections
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.compat.rows import Table

_UNTIL = "0.12"

TABLE = Table("tensorflow.models.rnn.ptb.reader")


@TABLE.serves(until=_UNTIL)
def _read_words(filename: str) -> list[str]:
    """The words of a file, `<eos>` at the end of each line."""
    with tf.gfile.GFile(filename, "r") as file:
        text: str = file.read()
    return text.replace("\n", "<eos>").split()


@TABLE.serves(until=_UNTIL)
def _build_vocab(filename: str) -> dict[str, int]:
    """Word -> its number: the most frequent first, and by the alphabet where they are equal."""
    counted = collections.Counter(_read_words(filename)).items()
    ordered = sorted(counted, key=lambda pair: (-pair[1], pair[0]))
    return {word: number for number, (word, _) in enumerate(ordered)}


@TABLE.serves(until=_UNTIL)
def _file_to_word_ids(filename: str, word_to_id: dict[str, int]) -> list[int]:
    """The numbers of a file's words; those without one are left out."""
    return [word_to_id[word] for word in _read_words(filename) if word in word_to_id]


@TABLE.serves(until=_UNTIL)
def ptb_raw_data(data_path: str) -> tuple[list[int], list[int], list[int], int]:
    """The numbers of the words of `ptb.train.txt`, `ptb.valid.txt` and `ptb.test.txt`.

    Returns:
      The three lists, and how many words there are.
    """
    train, valid, test = (
        os.path.join(data_path, f"ptb.{part}.txt") for part in ("train", "valid", "test")
    )
    word_to_id = _build_vocab(train)
    lists = [_file_to_word_ids(each, word_to_id) for each in (train, valid, test)]
    return lists[0], lists[1], lists[2], len(word_to_id)


@TABLE.serves(until="0.10", note="ptb_producer in 0.12")
def ptb_iterator(
    raw_data: Sequence[int], batch_size: int, num_steps: int
) -> Iterator[tuple[NDArray[numpy.int32], NDArray[numpy.int32]]]:
    """Pairs of arrays [batch_size, num_steps]: words, and the word that follows each.

    Raises:
      ValueError: there are too few words.
    """
    length = len(raw_data) // batch_size
    words = numpy.array(raw_data[: batch_size * length], dtype=numpy.int32)
    data = words.reshape(batch_size, length)
    count = (length - 1) // num_steps
    if count == 0:
        raise ValueError("epoch_size == 0, decrease batch_size or num_steps")
    for start in range(0, count * num_steps, num_steps):
        yield data[:, start : start + num_steps], data[:, start + 1 : start + num_steps + 1]


@TABLE.serves(until=_UNTIL)
def ptb_producer(raw_data: Any, batch_size: int, num_steps: int, name: str | None = None) -> Any:
    """As `ptb_iterator`, as two tensors that a queue moves on."""
    with tf.name_scope(name, "PTBProducer", [raw_data, batch_size, num_steps]):
        words = tf.convert_to_tensor(raw_data, name="raw_data", dtype=tf.int32)
        length = tf.size(words) // batch_size
        data = tf.reshape(words[: batch_size * length], [batch_size, length])
        count = (length - 1) // num_steps
        message = "epoch_size == 0, decrease batch_size or num_steps"
        with tf.control_dependencies([tf.assert_positive(count, message=message)]):
            count = tf.identity(count, name="epoch_size")
        start = tf.train.range_input_producer(count, shuffle=False).dequeue() * num_steps
        size = [batch_size, num_steps]
        return tf.slice(data, [0, start], size), tf.slice(data, [0, start + 1], size)
