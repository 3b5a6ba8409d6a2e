"""Lesson 3: a checkpoint with renamed variables."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.lessons.checking import require

FUNCTION = "rename"

NAMES = {"Variable": "W_conv1", "Variable_1": "b_conv1"}

#: Contents of the old checkpoint. global_step is not in NAMES, and is not a float.
OLD: dict[str, Any] = {
    "Variable": np.arange(6, dtype=np.float32).reshape(2, 3) / 4,
    "Variable_1": np.array([0.5, -1, 2], np.float32),
    "global_step": np.int64(429),
}


def check(rename: Callable[[str, str, dict[str, str]], Any]) -> str:
    with tempfile.TemporaryDirectory() as directory:
        old, new = (str(Path(directory, name)) for name in ("old", "new"))
        _write_old(old)
        rename(old, new, dict(NAMES))
        require(
            Path(f"{new}.index").exists(),
            "There is no checkpoint at the path `new`. `saver.save(session, new)` writes it there.",
        )
        _check_names(tf.train.load_checkpoint(new))
        _check_values(tf.train.load_checkpoint(new))
        require(
            set(tf.train.load_checkpoint(old).get_variable_to_shape_map()) == set(OLD),
            "The old checkpoint has changed. Leave it as it is.",
        )
    return "Correct: only the names changed, and a saver of the new program finds the variables."


def _write_old(path: str) -> None:
    with tf.Graph().as_default() as graph:
        for name, value in OLD.items():
            tf.Variable(value, name=name)
        init, saver = tf.global_variables_initializer(), tf.train.Saver()
    with tf.Session(graph=graph) as session:
        session.run(init)
        saver.save(session, path)


def _check_names(reader: Any) -> None:
    found, expected = reader.get_variable_to_shape_map(), {NAMES.get(name, name) for name in OLD}
    require(
        not any(".ATTRIBUTES" in name for name in found),
        "The new checkpoint is object-based: its keys are paths through objects. Use "
        "`tf.train.Saver`, which writes names.",
    )
    old_names = sorted(set(NAMES) & set(found))
    require(not old_names, f"The new checkpoint still contains {', '.join(old_names)}.")
    require(
        "global_step" in found,
        "global_step is missing. A variable that is not in `names` keeps its name.",
    )
    require(
        set(found) == expected,
        f"The new checkpoint contains {sorted(found)}. Expected {sorted(expected)}.",
    )


def _check_values(reader: Any) -> None:
    for name, value in OLD.items():
        new = NAMES.get(name, name)
        found = reader.get_tensor(new)
        require(
            np.shape(found) == value.shape,
            f"{new} has the shape {np.shape(found)}. Expected {value.shape}, the shape of {name}.",
        )
        require(
            np.array_equal(found, value),
            f"The values of {new} differ from those of {name}. An initialiser sets a variable to "
            "the value it was created with.",
        )
        dtype = np.asarray(found).dtype
        require(
            dtype == value.dtype,
            f"{new} is {dtype}. Expected {value.dtype}, the dtype of {name}.",
        )
