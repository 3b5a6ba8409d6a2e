"""A checkpoint whose variables get other names."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.lessons.checking import require

ASKED_FOR = "rename"

NAMES = {"Variable": "W_conv1", "Variable_1": "b_conv1"}

#: What the old checkpoint holds; the step is not in NAMES, and no float.
OLD: dict[str, Any] = {
    "Variable": np.arange(6, dtype=np.float32).reshape(2, 3) / 4,
    "Variable_1": np.array([0.5, -1, 2], np.float32),
    "global_step": np.int64(429),
}


def check(rename):
    with tempfile.TemporaryDirectory() as directory:
        old, new = (str(Path(directory, name)) for name in ("old", "new"))
        _write(old)
        rename(old, new, dict(NAMES))
        require(
            Path(f"{new}.index").exists(),
            "There is no checkpoint at the path `new`: a saver writes there with "
            "`save(session, new)`.",
        )
        _names(tf.train.load_checkpoint(new))
        _values(tf.train.load_checkpoint(new))
        require(
            set(tf.train.load_checkpoint(old).get_variable_to_shape_map()) == set(OLD),
            "The old checkpoint has changed: it should stay as it was.",
        )
    return "Right: names are all that changed, and a saver of the new program finds them."


def _write(path):
    with tf.Graph().as_default() as graph:
        for name, value in OLD.items():
            tf.Variable(value, name=name)
        init, saver = tf.global_variables_initializer(), tf.train.Saver()
    with tf.Session(graph=graph) as session:
        session.run(init)
        saver.save(session, path)


def _names(reader):
    found, expected = reader.get_variable_to_shape_map(), {NAMES.get(name, name) for name in OLD}
    require(
        not any(".ATTRIBUTES" in name for name in found),
        "The new checkpoint is object-based: its keys are paths through objects. `tf.train.Saver` "
        "writes names.",
    )
    kept = sorted(set(NAMES) & set(found))
    require(not kept, f"The new checkpoint still has {', '.join(kept)}.")
    require(
        "global_step" in found,
        "global_step is gone: what `names` does not mention keeps its name, and stays.",
    )
    require(
        set(found) == expected,
        f"The new checkpoint has {sorted(found)}, and should have {sorted(expected)}.",
    )


def _values(reader):
    for name, value in OLD.items():
        new = NAMES.get(name, name)
        found = reader.get_tensor(new)
        require(
            np.shape(found) == value.shape,
            f"{new} has the shape {np.shape(found)}, and {name} had {value.shape}.",
        )
        require(
            np.array_equal(found, value),
            f"{new} has other values than {name} had: an initialiser gives a variable what it was "
            "made with.",
        )
        dtype = np.asarray(found).dtype
        require(dtype == value.dtype, f"{new} is {dtype}, and {name} was {value.dtype}.")
