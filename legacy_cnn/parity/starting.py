"""The weights that a comparison begins with, from a file: of the tutorial, or of any reference."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import conversion, vocabulary
from legacy_cnn.errors import ParityError, WeightsError
from legacy_cnn.outside import npz
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.weights.checkpoints import checkpoint_at, read_checkpoint
from legacy_cnn.weights.matching import Expected, match
from legacy_cnn.weights.models import arrays_of, load_keras


def read_weights(reference: GraphSide, path: str | os.PathLike[str]) -> Arrays:
    """Reads the value of each parameter of a reference.

    Args:
      reference: the graph.
      path: for the tutorial's, what `conversion.read` reads. For others, an `.npz`, `.keras` or
        `.h5` file, a SavedModel or a checkpoint, whose arrays have the names of the reference's
        variables, or shapes that occur once.

    Raises:
      WeightsError: it has no value for a parameter, or one of another shape.
      OSError: it cannot be read.
    """
    shapes = reference.shapes()
    if shapes == {name: one.shape for name, one in vocabulary.PARAMETERS.items()}:
        return dict(conversion.read(path))
    arrays = _arrays(Path(path))
    expected = {
        name: Expected(shapes[name], (variable,)) for name, variable in reference.parameters.items()
    }
    by_name = {
        name: one
        for name, variable in reference.parameters.items()
        for one in (variable, name)
        if one in arrays
    }
    found = match(expected, {name: one.shape for name, one in arrays.items()}, str(path), by_name)
    like = reference.weights(reference.beginning())
    return {name: _checked(name, arrays[found[name]], like[name], path) for name in expected}


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    if path.suffix == ".npz":
        return npz.read(path, WeightsError)
    if path.suffix in (".keras", ".h5", ".hdf5"):
        return arrays_of(load_keras(path, compiled=False))
    if (path / "variables").is_dir():
        return read_checkpoint(path / "variables" / "variables")
    try:
        return read_checkpoint(checkpoint_at(path))
    except FileNotFoundError:
        if not path.exists():
            raise
    raise WeightsError(
        f"{path} contains no weights: expected an .npz, .keras or .h5 file, a checkpoint or a "
        f"SavedModel."
    )


def _checked(name: str, value: Array, like: Array, path: Any) -> Array:
    if value.shape != like.shape or value.dtype.kind not in "biuf":
        raise WeightsError(
            f"{path}: {name} is {value.dtype} {value.shape}, expected {like.dtype} {like.shape}."
        )
    return value.astype(like.dtype)


def check_names(reference: GraphSide, weights: Arrays) -> None:
    """Refuses weights in a dict that are not those of the reference's parameters.

    Raises:
      ParityError: some are missing, unexpected, or of another shape.
    """
    wrong = set(reference.names.parameters) ^ set(weights)
    if wrong:
        raise ParityError(f"Missing or unexpected weights: {', '.join(sorted(wrong))}.", "weights")
    for name, shape in reference.shapes().items():
        if np.shape(weights[name]) != shape:
            raise ParityError(
                f"weights: {name} has the shape {np.shape(weights[name])}, expected {shape}.",
                "weights",
            )
