"""Opens checkpoints whose files were checked, and do not claim more than they have."""

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

from legacy_cnn.errors import LegacyCnnError
from legacy_cnn.files import in_utf8
from legacy_cnn.outside.opening import check_file

if TYPE_CHECKING:
    import tensorflow as tf

#: Bytes that all arrays of a checkpoint may take, and the list of them.
LARGEST, LARGEST_INDEX = 600 * 10**6, 64 * 2**20

#: A checkpoint of the first format may be compressed, by Snappy: by at most this factor.
_MAX_RATIO = 32
#: Texts that a checkpoint may have; that of TensorFlow 2 has one, which describes its objects.
_MOST_TEXTS = 100_000


def opened_checkpoint(
    prefix: str | os.PathLike[str], failure: type[LegacyCnnError]
) -> "tf.train.CheckpointReader":
    """Opens a checkpoint.

    Args:
      prefix: what was given to `Saver.save`, with its step; of the first format, the file.
      failure: what is raised.

    Raises:
      `failure`: a file is no regular one, or is too large, or it claims to have more than it has.
      OSError: a file is missing or cannot be read.
      Exception: TensorFlow cannot open it; its reader raises errors of many kinds.
    """
    import tensorflow as tf

    size = _size(Path(prefix), failure)
    reader = tf.train.load_checkpoint(in_utf8(prefix, failure))
    claimed = texts = 0
    types = reader.get_variable_to_dtype_map()
    for name, shape in reader.get_variable_to_shape_map().items():
        elements = math.prod(shape)
        texts += elements if types[name] == tf.string else 0
        claimed += elements * max(1, types[name].size or 1)
    if claimed > size or texts > _MOST_TEXTS:
        raise failure(
            f"{prefix} claims to have arrays of {claimed:,} bytes, more than its files can hold."
        )
    return reader


def _size(prefix: Path, failure: type[LegacyCnnError]) -> int:
    """Bytes that the arrays of a checkpoint can take at most."""
    index = prefix.with_name(f"{prefix.name}.index")
    what = "a checkpoint"
    if not os.path.lexists(index):
        return check_file(prefix, LARGEST, failure, what) * _MAX_RATIO
    check_file(index, LARGEST_INDEX, failure, what)
    shards = prefix.parent.glob(f"{_literal(prefix.name)}.data-*-of-*")
    return sum(check_file(shard, LARGEST, failure, what) for shard in shards)


def _literal(name: str) -> str:
    """A name as a pattern that fits it alone."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
