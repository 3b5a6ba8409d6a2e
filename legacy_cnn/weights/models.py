"""Loads models from `.keras` and `.h5` files in Keras' safe mode, after a rehearsal."""

import ctypes
import importlib
import math
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import WeightsError, first_line
from legacy_cnn.outside import kerasfiles
from legacy_cnn.outside.kerasfiles import Claim

if TYPE_CHECKING:
    import keras

#: Seconds that Keras may take to build a model; loading it takes as long once more.
PATIENCE = 25

#: Bytes beside its weights that a model may take for what is not saved, such as seeds.
_AROUND = 2**20


def load_keras(path: Path, compiled: bool, limit: int = kerasfiles.LARGEST) -> "keras.Model":
    """Loads the model in a `.keras` or `.h5` file.

    A file that Keras 3 cannot read may be one of Keras 2: it is tried with tf_keras, if that is
    installed.

    Args:
      path: the file.
      compiled: whether to load its loss and its optimizer, too.
      limit: bytes that it may have.

    Raises:
      WeightsError: Keras cannot load the file, or its layers are larger than its weights.
      OSError: there is no such file, or it cannot be read.
    """
    from legacy_cnn.ports import keras as port

    check = kerasfiles.check_keras if path.suffix == ".keras" else kerasfiles.check_h5
    claim = check(path, limit, WeightsError)
    try:
        return _loaded("keras", path, compiled, claim, {"FedDropout": port.FedDropout})
    except WeightsError:
        raise
    except Exception as error:  # whatever a damaged or foreign file makes Keras raise
        failure = error
    if not claim.version.startswith("3"):
        try:
            return _loaded("tf_keras", path, compiled, claim, None)
        except WeightsError:
            raise
        except Exception:  # likewise, or it is not installed
            pass
    raise WeightsError(f"Keras cannot load {path}: {first_line(failure)}") from failure


def _loaded(library: str, path: Path, compiled: bool, claim: Claim, layers: Any) -> "keras.Model":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the optimizer of a model never trained
        keras = importlib.import_module(library)

        def load(compile: bool) -> Any:
            return keras.saving.load_model(str(path), layers, compile=compile, safe_mode=True)

        def build() -> Any:
            deserialize = keras.saving.deserialize_keras_object
            return deserialize(claim.config, custom_objects=layers, safe_mode=True)

        # Only with its weights does Keras read the description in an .h5 file.
        try:
            needed = _rehearsed(build if claim.config else lambda: load(compile=False))
        except _TooLong as error:
            raise WeightsError(f"{path} takes Keras more than {PATIENCE} s to build.") from error
        if needed > claim.size + _AROUND:
            raise WeightsError(
                f"{path} is damaged: its layers need {needed:,} bytes of weights, but it has "
                f"{claim.size:,}."
            )
        return load(compiled)


class _TooLong(BaseException):
    """Building takes too long; no `except Exception` of a library stops this."""


def _rehearsed(build: Callable[[], Any]) -> int:
    """Builds a model in a graph, where nothing is allocated; returns the bytes of its variables.

    In a thread of its own: what Keras remembers, such as names, it remembers for each thread.
    """
    import tensorflow as tf

    sizes: list[int] = []
    errors: list[BaseException] = []

    def rehearse() -> None:
        try:
            with tf.Graph().as_default():
                for variable in build().weights:
                    dtype = tf.as_dtype(variable.dtype)
                    sizes.append(math.prod(variable.shape) * max(1, dtype.size or 1))
        except (Exception, _TooLong) as error:
            errors.append(error)

    thread = threading.Thread(target=rehearse)
    thread.start()
    thread.join(PATIENCE)
    if thread.is_alive():
        _stop(thread)
        raise _TooLong
    if errors:
        raise errors[0]
    return sum(sizes)


def _stop(thread: threading.Thread) -> None:
    """Raises _TooLong in a thread until it ends.

    Once is not enough: in a finalizer Python prints it and goes on, and TensorFlow's C++ makes
    another error of it. What the thread's finalizers raise meanwhile is not shown.
    """
    shown = sys.unraisablehook

    def show(ignored: "sys.UnraisableHookArgs") -> None:
        if threading.current_thread() is not thread:
            shown(ignored)

    sys.unraisablehook = show
    try:
        while thread.is_alive():
            ident = ctypes.c_ulong(thread.ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(_TooLong))
            thread.join(0.1)
    finally:
        sys.unraisablehook = shown


def arrays_of(model: "keras.Model") -> dict[str, NDArray[Any]]:
    """Maps the path of each variable of a Keras model to its value."""
    return {variable.path: np.asarray(variable.numpy()) for variable in model.variables}
