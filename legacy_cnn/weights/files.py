"""Files of weights: `.npz`, `.keras`, TensorFlow's checkpoints, and run directories.

All of them are from outside: nothing is unpickled, no code in them is run, and names, shapes and
types are checked before a value is read.
"""

import re
import warnings
import zipfile
from pathlib import Path

import numpy as np

from legacy_cnn import files, vocabulary
from legacy_cnn.errors import WeightsError
from legacy_cnn.weights.matching import match

#: Parameter -> its shape, and what it is called in the listing's checkpoints and in Keras' files.
EXPECTED = {
    name: (each.shape, (each.variable, each.keras)) for name, each in vocabulary.PARAMETERS.items()
}


def read(path):
    """The weights in a file, a checkpoint or a SavedModel, under the vocabulary.

    Args:
      path: an `.npz` or `.keras` file, a checkpoint's path prefix, or a SavedModel's directory.

    Returns:
      Dict from each name of the vocabulary to its value, float32.

    Raises:
      WeightsError: it cannot be read, or does not hold the net's weights.
      FileNotFoundError: it is not there.
    """
    path = Path(path)
    if path.suffix == ".npz":
        return _named(read_npz(path), path)
    if path.suffix == ".keras":
        return _named(arrays_of(load_keras(path, compiled=False)), path)
    if (path / "saved_model.pb").exists():
        return _named(_read_checkpoint(path / "variables" / "variables"), path)
    if path.with_name(f"{path.name}.index").exists():
        return _named(_read_checkpoint(path), path)
    if not path.exists():
        raise FileNotFoundError(2, "No such file or directory", str(path))
    raise WeightsError(
        f"{path} is no file of weights: expected .npz, .keras, a checkpoint's path without "
        f".index, a SavedModel or a run directory."
    )


def write(path, weights):
    """Writes `weights` (a dict by the vocabulary) to an `.npz` or `.keras` file, whole or not."""
    if path.suffix == ".npz":
        with files.replacing(path) as file:
            np.savez(file, **weights)
    else:
        _write_keras(path, weights)


def read_npz(path):
    """The arrays of an `.npz` file; raises WeightsError if it is not one."""
    most = 2 * sum(int(np.prod(shape)) * 8 for shape, _ in EXPECTED.values())
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > most:
            raise WeightsError(f"{path} would take {size:,} bytes, more than such a net's weights.")
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except WeightsError:
        raise
    except (zipfile.BadZipFile, ValueError, EOFError, KeyError, NotImplementedError) as error:
        raise WeightsError(f"{path} cannot be read as .npz ({error}).") from error
    # Of a member that is no .npy file NumPy returns the bytes.
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise WeightsError(f"{path} holds something else than arrays.")
    return arrays


def load_keras(path, compiled):
    """The model in a `.keras` file, in Keras' safe mode.

    Args:
      path: the file, a `Path`.
      compiled: whether with its loss and its optimizer.

    Raises:
      WeightsError: there is no model in it that can be loaded.
      FileNotFoundError: it is not there.
    """
    import keras

    from legacy_cnn.ports import keras as port

    if not path.exists():
        raise FileNotFoundError(2, "No such file or directory", str(path))
    own = {"FedDropout": port.FedDropout}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the optimizer of a model never trained
            return keras.saving.load_model(path, own, compile=compiled, safe_mode=True)
    except Exception as error:  # whatever a damaged or foreign file makes Keras raise
        raise WeightsError(f"{path} cannot be loaded by Keras: {first_line(error)}") from error


def arrays_of(model):
    """Dict from the path of each variable of a Keras model to its value."""
    return {variable.path: variable.numpy() for variable in model.variables}


def first_line(error):
    """What an error says, in one line."""
    plain = re.sub(r"\x1b\[\d*m", "", str(error))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Exception encountered when calling"):
        return lines[1]  # Keras' wrapping
    return lines[0] if lines else type(error).__name__


def _read_checkpoint(prefix):
    import tensorflow as tf

    try:
        reader = tf.train.load_checkpoint(str(prefix))
        slots = ("Adam", "Adam_1", "momentum", "velocity")
        return {
            name: reader.get_tensor(name)
            for name in reader.get_variable_to_shape_map()
            if not name.endswith(slots)
        }
    # TensorFlow's reader raises errors of Python's, a different one for each kind of damage.
    except (ValueError, LookupError, TypeError, RuntimeError, tf.errors.OpError) as error:
        raise WeightsError(f"The checkpoint {prefix} is damaged: {first_line(error)}") from error


def _named(arrays, path):
    found = {name: array.shape for name, array in arrays.items()}
    matched = match(EXPECTED, found, str(path))
    weights = {name: arrays[matched[name]] for name in EXPECTED}
    for name, array in weights.items():
        shape = EXPECTED[name][0]
        if array.shape != shape or array.dtype != np.float32:
            raise WeightsError(
                f"{path}: {matched[name]} is {array.dtype} {array.shape}, "
                f"{name} must be float32 {shape}."
            )
    return weights


def _write_keras(path, weights):
    from legacy_cnn.ports import keras as port

    model = port.build_model()
    for name, variable in port.parameters(model).items():
        variable.assign(weights[name])
    temporary = path.with_name(f".{path.name}.tmp.keras")
    try:
        model.save(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
