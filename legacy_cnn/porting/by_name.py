"""Which weight of a checkpoint is which variable of a port, where no graph tells: names, shapes."""

from pathlib import Path
from typing import Any

from legacy_cnn.errors import ParityError
from legacy_cnn.parity import arranging
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.pairing import Variable

#: What TensorFlow 1 calls the variables of a layer -> what Keras calls them.
ROLES = {"weights": "kernel", "w": "kernel", "biases": "bias", "b": "bias",
         "depthwise_weights": "depthwise_kernel"}  # fmt: skip


def fill(
    model: Any, arrays: dict[str, Array], name: str, mapping: dict[str, str], prefix: Path
) -> int:
    """Assigns the weights of a checkpoint to a model, and returns how many.

    Raises:
      ParityError: they do not fit, or several fit in one place.
    """
    if not model.weights:
        raise ParityError(f"{name} has no weights before its first call: give it a keras.Input.")
    trained = {id(variable) for variable in model.trainable_variables}
    variables = [
        Variable(id(v), _path(v), tuple(v.shape), str(v.dtype), id(v) in trained)
        for v in model.weights
        if "seed_generator" not in _path(v)
    ]
    shapes = {key: value.shape for key, value in arrays.items()}
    names = {key: _keras_names(key) for key in arrays}
    pairs, others = arranging.paired(shapes, names, variables, mapping, name)
    left = {v.key for v in variables} - {key for group in pairs.groups for key in group.keys}
    lacking = [variable.name for variable in variables if variable.key in left]
    missing = [*pairs.missing, *pairs.misfits]
    if lacking or missing:
        raise ParityError(
            f"The checkpoint {prefix} does not fit {name}: {_without(missing, lacking)}."
        )
    unsure = _unsure(pairs.parameters, names, shapes, mapping)
    if unsure or others:
        unsure = unsure or list(arrays)
        raise ParityError(
            f"Names and shapes do not tell which weights of {name} are {_listed(unsure)}: put "
            f"{prefix.name}.meta beside the checkpoint, or name the pairs in a mapping: "
            f'{{"candidate": {{"{unsure[0]}": "{variables[0].name}", ...}}}}.'
        )
    by_key = {id(variable): variable for variable in model.weights}
    for group in pairs.groups:
        for key, value in group.there(arrays).items():
            by_key[key].assign(value)
    return len(arrays)


def _path(variable: Any) -> str:
    return str(getattr(variable, "path", None) or variable.name.partition(":")[0])


def _keras_names(name: str) -> tuple[str, ...]:
    """The name, and that with Keras' word for the last part."""
    scope, _, role = name.rpartition("/")
    word = ROLES.get(role.lower(), role)
    layer = scope.rpartition("/")[2]
    return tuple(f"{one}/{word}" for one in dict.fromkeys((scope, layer)) if one)


def _unsure(
    parameters: dict[str, Variable],
    names: dict[str, tuple[str, ...]],
    shapes: dict[str, tuple[int, ...]],
    mapping: dict[str, str],
) -> list[str]:
    """Those that only their order among others of the same shape gave a place."""
    by_shape = [
        key
        for key, variable in parameters.items()
        if key not in mapping
        and not any(
            variable.name == one or variable.name.endswith(f"/{one}") for one in (key, *names[key])
        )
    ]
    sizes = [sorted(shapes[key]) for key in by_shape]
    return [key for key in by_shape if sizes.count(sorted(shapes[key])) > 1]


def _without(missing: list[str], lacking: list[str]) -> str:
    words = []
    if missing:
        words.append(f"it has no place for {_listed(missing)}")
    if lacking:
        words.append(f"the checkpoint has nothing for {_listed(lacking)}")
    return ", and ".join(words)


def _listed(names: Any) -> str:
    listed = list(names)
    return ", ".join(listed[:6]) + (f" and {len(listed) - 6} others" if len(listed) > 6 else "")
