"""Reads the arrays of a checkpoint in either of TensorFlow's formats."""

import os
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from legacy_cnn.errors import WeightsError, first_line

#: What the names of an optimizer's slots in a checkpoint end in.
SLOTS = ("Adam", "Adam_1", "momentum", "velocity")

#: The last bytes of the first format, one file, which was the default up to TensorFlow 0.11.
TABLE = bytes.fromhex("57fb808b247547db")


def is_checkpoint(prefix: Path) -> bool:
    """Whether a path is the prefix of a checkpoint's files, or a checkpoint in the first format."""
    return prefix.with_name(f"{prefix.name}.index").exists() or _is_table(prefix)


def read_checkpoint(prefix: Path) -> dict[str, NDArray[Any]]:
    """Reads the arrays of a checkpoint, without the slots of an optimizer.

    Args:
      prefix: the path that was given to `Saver.save`, with its step.

    Returns:
      Dict from the name of a variable to its value.

    Raises:
      WeightsError: the checkpoint cannot be read.
    """
    import tensorflow as tf

    try:
        reader = tf.train.load_checkpoint(str(prefix))
        return {
            name: reader.get_tensor(name)
            for name in reader.get_variable_to_shape_map()
            if not name.endswith(SLOTS)
        }
    # For each kind of damage, TensorFlow's reader raises another of Python's errors.
    except (ValueError, LookupError, TypeError, RuntimeError, tf.errors.OpError) as error:
        raise WeightsError(f"The checkpoint {prefix} is damaged: {first_line(error)}") from error


def _is_table(path: Path) -> bool:
    if not path.is_file() or path.stat().st_size < len(TABLE):
        return False
    with path.open("rb") as file:
        file.seek(-len(TABLE), os.SEEK_END)
        return file.read() == TABLE
