"""The inputs of a model."""

import re

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.porting.calls import call
from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.writing.statements import Statement, new_mark

#: Names that TensorFlow gives placeholders, and what stands for what queues and datasets deliver.
_OF_LIBRARY = re.compile(r"Placeholder|IteratorGetNext|\w*Dequeue")


def statement_of(tensor: tf.Tensor, origins: Origins) -> Statement:
    """`x = keras.Input((784,))`.

    Raises:
      ParityError: its shape is not known.
    """
    origin = origins.of(tensor.op)
    shape = tensor.shape
    if shape.rank is None:
        place = f"{origin.shown}: " if origin else ""
        raise ParityError(f"{place}the input {tensor.op.name} has no shape, which Keras needs.")
    _, *sizes = shape.as_list() if shape.rank else [None]
    dtype = None if tensor.dtype == tf.float32 else tensor.dtype.name
    text = str(call("keras.Input", tuple(sizes), dtype=dtype))
    wish = origin.name if origin and origin.name else tensor.op.name.rpartition("/")[2]
    wish = "x" if _OF_LIBRARY.match(wish) else wish
    return Statement(new_mark(), text, wish, origin=origin, operation=tensor.op.name)
