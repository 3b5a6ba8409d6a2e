"""Where Keras has the classes that rows name."""

import functools
import re

import keras

#: Module of Keras -> how a port names it.
_MODULES = {
    "layers": keras.layers,
    "keras.initializers": keras.initializers,
    "keras.regularizers": keras.regularizers,
    "keras.losses": keras.losses,
    "keras.optimizers.schedules": keras.optimizers.schedules,
    "keras.optimizers": keras.optimizers,
}
_CLASS = re.compile(r"(?<![\w.\"'])([A-Z]\w*)(?=\()")


def qualified(line: str, first: str = "keras.initializers") -> str:
    """A row's line with the module before each class: `layers.Dense(10)`.

    Args:
      line: as `inspect` shows it.
      first: the module of the outermost class, where several have one of that name.
    """
    modules = [first]

    def named(match: re.Match[str]) -> str:
        module = _module(match[1], modules[0])
        modules[0] = "keras.initializers"
        return f"{module}.{match[1]}" if module else match[1]

    return _CLASS.sub(named, line)


@functools.cache
def _module(name: str, first: str) -> str:
    """The first module that has a class; Keras' layers have no classes of initializers."""
    ordered = [first, *(module for module in _MODULES if module not in (first, "layers"))]
    return next((module for module in ordered if hasattr(_MODULES[module], name)), "")
