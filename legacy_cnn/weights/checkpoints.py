"""Reads the arrays of a checkpoint in either of TensorFlow's formats."""

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import WeightsError, first_line
from legacy_cnn.outside.checkpoints import opened_checkpoint
from legacy_cnn.outside.opening import TEXT, check_file
from legacy_cnn.weights.optimizers import weights_among

#: The last bytes of the first format, one file, which was the default up to TensorFlow 0.11.
TABLE = bytes.fromhex("57fb808b247547db")

#: What a directory's list of checkpoints is called.
_LIST = "checkpoint"
#: What the names of a checkpoint's files end in.
_FILE = re.compile(r"\.(index|meta|data-\d+-of-\d+)$")


def is_checkpoint(prefix: Path) -> bool:
    """Whether a path is the prefix of a checkpoint's files, or a checkpoint in the first format."""
    return prefix.with_name(f"{prefix.name}.index").exists() or _is_table(prefix)


def checkpoint_at(path: Path) -> Path:
    """Finds the prefix of a checkpoint.

    Args:
      path: the prefix, one of its files, or the directory of which the latest is taken.

    Raises:
      WeightsError: the directory's list of checkpoints is no such file.
      FileNotFoundError: there is none.
    """
    if path.is_dir() and os.path.lexists(path / _LIST):
        path = _latest(path)
    bare = path.with_name(_FILE.sub("", path.name))
    for prefix in (bare, path):  # an .index looks like a checkpoint of the first format
        if is_checkpoint(prefix):
            return prefix
    raise FileNotFoundError(2, "No such checkpoint", str(path))


def read_checkpoint(prefix: Path) -> dict[str, NDArray[Any]]:
    """Reads the weights in a checkpoint.

    Args:
      prefix: the path that was given to `Saver.save`, with its step.

    Returns:
      Dict from the name of a variable to its value, without what optimizers keep.

    Raises:
      WeightsError: the checkpoint cannot be read.
    """
    import tensorflow as tf

    try:
        reader = opened_checkpoint(prefix, WeightsError)
        types = reader.get_variable_to_dtype_map()
        return {
            name: reader.get_tensor(name)
            for name in weights_among(reader.get_variable_to_shape_map())
            if np.dtype(types[name].as_numpy_dtype).kind == "f"
        }
    except WeightsError:
        raise
    # For each kind of damage, TensorFlow's reader raises another of Python's errors.
    except (ValueError, LookupError, TypeError, RuntimeError, tf.errors.OpError) as error:
        raise WeightsError(f"The checkpoint {prefix} is damaged: {first_line(error)}") from error


def _latest(folder: Path) -> Path:
    """The checkpoint that the list in a directory names last.

    TensorFlow 1 wrote absolute paths there, of the machine that it ran on. The files may have been
    moved since, and a list from outside may name any: they are looked for beside the list alone.
    """
    import tensorflow as tf

    check_file(folder / _LIST, TEXT, WeightsError, "a list of checkpoints")
    try:
        state = tf.train.get_checkpoint_state(str(folder))
    except UnicodeDecodeError:
        state = None
    if state is None or not state.model_checkpoint_path:
        raise WeightsError(f"{folder / _LIST} is no list of checkpoints.")
    return folder / re.split(r"[/\\]", state.model_checkpoint_path)[-1]


def _is_table(path: Path) -> bool:
    if not path.is_file() or path.stat().st_size < len(TABLE):
        return False
    with path.open("rb") as file:
        file.seek(-len(TABLE), os.SEEK_END)
        return file.read() == TABLE
