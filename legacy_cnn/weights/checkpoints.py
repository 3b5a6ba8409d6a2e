"""Reads the arrays of a checkpoint in either of TensorFlow's formats."""

import os
import re
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from legacy_cnn.errors import WeightsError, first_line
from legacy_cnn.outside.checkpoints import opened_checkpoint

#: What the names of an optimizer's slots in a checkpoint end in.
SLOTS = ("Adam", "Adam_1", "momentum", "velocity")

#: The last bytes of the first format, one file, which was the default up to TensorFlow 0.11.
TABLE = bytes.fromhex("57fb808b247547db")

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
      FileNotFoundError: there is none.
    """
    import tensorflow as tf

    if path.is_dir() and (latest := tf.train.latest_checkpoint(str(path))):
        return Path(latest)
    bare = path.with_name(_FILE.sub("", path.name))
    for prefix in (bare, path):  # an .index looks like a checkpoint of the first format
        if is_checkpoint(prefix):
            return prefix
    raise FileNotFoundError(2, "No such checkpoint", str(path))


def read_checkpoint(prefix: Path, with_slots: bool = False) -> dict[str, NDArray[Any]]:
    """Reads the arrays of a checkpoint.

    Args:
      prefix: the path that was given to `Saver.save`, with its step.
      with_slots: whether to return the slots of optimizers, too.

    Returns:
      Dict from the name of a variable to its value.

    Raises:
      WeightsError: the checkpoint cannot be read.
    """
    import tensorflow as tf

    try:
        reader = opened_checkpoint(prefix, WeightsError)
        return {
            name: reader.get_tensor(name)
            for name in reader.get_variable_to_shape_map()
            if with_slots or not name.endswith(SLOTS)
        }
    except WeightsError:
        raise
    # For each kind of damage, TensorFlow's reader raises another of Python's errors.
    except (ValueError, LookupError, TypeError, RuntimeError, tf.errors.OpError) as error:
        raise WeightsError(f"The checkpoint {prefix} is damaged: {first_line(error)}") from error


def _is_table(path: Path) -> bool:
    if not path.is_file() or path.stat().st_size < len(TABLE):
        return False
    with path.open("rb") as file:
        file.seek(-len(TABLE), os.SEEK_END)
        return file.read() == TABLE
