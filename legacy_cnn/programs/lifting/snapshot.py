"""What the Python objects behind a function hold, to put it back after a trace.

A trace runs the user's Python with symbolic tensors: a layer counts its calls, keeps an
activation, a model collects losses, metrics are built. None of that may stay.
"""

import random
import sys
import types
from collections.abc import Callable
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf

from legacy_cnn.programs.lifting import contents

#: Kinds that hold nothing which could change.
ATOMS = (str, bytes, int, float, complex, types.NoneType, types.ModuleType, np.generic)


class Snapshot:
    """The contents of everything that can be reached from some objects.

    Reached are attributes, of functions as well, containers, arrays, closures, the globals that
    functions name, class attributes, random generators, and values of TensorFlow variables. Not
    reached are iterators, the caches of `functools.cache`, and what functions take from a module by
    the name of the module, such as `module.count`.
    """

    def __init__(self, *roots: Any) -> None:
        """Records what the objects hold now.

        Args:
          roots: functions, methods, models, or any other objects.
        """
        self._roots = roots
        self._undo: list[Callable[[], object]] = _global_generators()
        self._seen: dict[int, Any] = {}  # keeps the objects, so that each id stays one object's
        waiting = list(roots)
        while waiting:
            obj = waiting.pop()
            if id(obj) not in self._seen and not isinstance(obj, ATOMS):
                self._seen[id(obj)] = obj
                content, undo = contents.visit(obj)
                waiting.extend(content)
                self._undo.append(undo)

    def restore(self) -> None:
        """Puts back whatever has changed."""
        for undo in self._undo:
            undo()

    def again(self) -> Self:
        """A snapshot of what can be reached from the same objects now."""
        return type(self)(*self._roots)

    def variables(self) -> list[tf.Variable]:
        """TensorFlow's variables that were reached."""
        return [obj for obj in self._seen.values() if isinstance(obj, tf.Variable)]

    def functions(self) -> list[tf.types.experimental.GenericFunction]:
        """The `tf.function`s that were reached."""
        kind = tf.types.experimental.GenericFunction
        return [obj for obj in self._seen.values() if isinstance(obj, kind)]

    def keras_variables(self) -> list[keras.Variable]:
        """Keras 3's variables that were reached."""
        return [obj for obj in self._seen.values() if isinstance(obj, keras.Variable)]

    def initializers(self) -> list[keras.initializers.Initializer]:
        """Keras 3's initializers that were reached, in no order."""
        kind = keras.initializers.Initializer
        return [obj for obj in self._seen.values() if isinstance(obj, kind)]

    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """Keras 3's optimizers that were reached."""
        kind = keras.optimizers.Optimizer
        return [obj for obj in self._seen.values() if isinstance(obj, kind)]

    def metrics(self) -> list[Any]:
        """Keras' metrics that were reached, those that a compiled model has not built among them.

        `Model.metrics` has only what is built.
        """
        own = [keras, *filter(None, [sys.modules.get("tf_keras")])]
        kinds = tuple(each.metrics.Metric for each in own)
        return [obj for obj in self._seen.values() if isinstance(obj, kinds)]


def _global_generators() -> list[Callable[[], object]]:
    python, numpy = random.getstate(), np.random.get_state()
    return [lambda: random.setstate(python), lambda: np.random.set_state(numpy)]
