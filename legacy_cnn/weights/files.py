"""Reads and writes weights: `.npz` and `.keras` files, checkpoints and SavedModels.

These files come from outside: nothing is unpickled, no code in them runs, and names, shapes and
types are checked before a value is used.
"""

import contextlib
import io
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import files, vocabulary
from legacy_cnn.errors import WeightsError
from legacy_cnn.outside import npz
from legacy_cnn.weights.checkpoints import checkpoint_at, read_checkpoint
from legacy_cnn.weights.matching import Expected, Shapes, match
from legacy_cnn.weights.models import arrays_of, load_keras

#: Parameter -> its shape, and its names in the listing's checkpoints and in Keras files.
EXPECTED = {
    name: Expected(parameter.shape, (parameter.variable, parameter.keras))
    for name, parameter in vocabulary.PARAMETERS.items()
}

#: Largest `.npz` file: twice all weights in float64.
MAX_BYTES = 2 * sum(int(np.prod(expected.shape)) * 8 for expected in EXPECTED.values())


def read(path: str | os.PathLike[str]) -> dict[str, NDArray[np.float32]]:
    """Reads the weights in a file, a checkpoint or a SavedModel.

    Args:
      path: an `.npz` or `.keras` file, the path prefix of a checkpoint (in either of TensorFlow's
        formats), one of its files, or the directory of which the latest is taken, a frozen graph
        X.pb or X.pbtxt, the directory of a SavedModel, or the one that `export` wrote.

    Returns:
      Dict from each name of the vocabulary to its value, float32.

    Raises:
      WeightsError: `path` cannot be read, or does not contain the weights of the network.
      FileNotFoundError: there is no such file.
    """
    path = Path(path)
    if path.suffix == ".npz":
        return _named(read_npz(path), path)
    if path.suffix == ".keras":
        return _named(arrays_of(load_keras(path, compiled=False, limit=4 * MAX_BYTES)), path)
    if (path / "weights.npz").exists():
        return read(path / "weights.npz")
    if (path / "saved_model.pb").exists():
        return _named(read_checkpoint(path / "variables" / "variables"), path)
    if path.suffix in (".pb", ".pbtxt") and path.exists():
        return _frozen(path)
    with contextlib.suppress(FileNotFoundError):
        return _named(read_checkpoint(checkpoint_at(path)), path)
    if not path.exists():
        raise FileNotFoundError(2, "No such file or directory", str(path))
    raise WeightsError(
        f"{path} contains no weights: expected an .npz or .keras file, a checkpoint's path "
        f"without .index, a SavedModel, an export or a run directory."
    )


def _frozen(path: Path) -> dict[str, NDArray[np.float32]]:
    """The weights of a frozen graph, which are constants there."""
    import tensorflow as tf

    from legacy_cnn.outside import graphs

    nodes = graphs.read(path, WeightsError).graph_def.node
    found = {one.name: one.attr["value"].tensor for one in nodes if one.op == "Const"}
    shapes = {name: tuple(d.size for d in one.tensor_shape.dim) for name, one in found.items()}
    # A large array may be a few bytes of a file: only those are made that fit.
    return _chosen(shapes, lambda name: tf.make_ndarray(found[name]), path)


def write(path: str | os.PathLike[str], weights: Mapping[str, NDArray[np.float32]]) -> None:
    """Writes weights to a file, completely or not at all.

    Args:
      path: an `.npz` or `.keras` file.
      weights: dict from each name of the vocabulary to its value.
    """
    path = Path(path)
    if path.suffix == ".npz":
        with files.replacing(path) as file:
            file.write(_npz(weights))
    else:
        _write_keras(path, weights)


def _npz(weights: Mapping[str, NDArray[np.float32]]) -> memoryview:
    """The content of an `.npz` file."""
    # In memory, because NumPy 2.0 prints a traceback of its own if it meets a full disk.
    arrays: dict[str, Any] = {**weights}  # NumPy's types take a name for one of its own options
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getbuffer()


def read_npz(path: Path) -> dict[str, NDArray[Any]]:
    """Reads the arrays of an `.npz` file.

    Raises:
      WeightsError: it is not one, or larger than the network's weights can be.
    """
    return npz.read(path, WeightsError, MAX_BYTES, " for the network's weights")


def _named(arrays: Mapping[str, NDArray[Any]], path: Path) -> dict[str, NDArray[np.float32]]:
    """The arrays under the names of the vocabulary, checked."""
    return _chosen({name: array.shape for name, array in arrays.items()}, arrays.__getitem__, path)


def _chosen(
    shapes: Shapes, value: Callable[[str], NDArray[Any]], path: Path
) -> dict[str, NDArray[np.float32]]:
    """Those of some arrays that are the weights, under the names of the vocabulary, checked."""
    matched = match(EXPECTED, shapes, str(path))
    weights = {name: value(matched[name]) for name in EXPECTED}
    for name, array in weights.items():
        shape = EXPECTED[name].shape
        if array.shape != shape or array.dtype != np.float32:
            raise WeightsError(
                f"{path}: {matched[name]} is {array.dtype} {array.shape}, but "
                f"{name} must be float32 {shape}."
            )
    return weights


def _write_keras(path: Path, weights: Mapping[str, NDArray[np.float32]]) -> None:
    from legacy_cnn.ports import keras as port

    model = port.build_model()
    for name, variable in port.parameters(model).items():
        variable.assign(weights[name])
    with tempfile.TemporaryDirectory() as directory, files.replacing(path) as file:
        saved = Path(directory) / "model.keras"  # Keras writes only to a name that ends so
        model.save(saved)
        file.write(saved.read_bytes())
