"""Opens a candidate: from a file, a function or an object to a `Side`."""

import dataclasses
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from legacy_cnn import programs
from legacy_cnn.errors import ParityError, WeightsError
from legacy_cnn.parity.named import call_named, check_eager
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.parity.sides.side import Batch, Side
from legacy_cnn.programs.program import Options
from legacy_cnn.weights.models import load_keras

#: What a program must have to be compared; `ports.eager.Tutorial` is one.
PROGRAM = ("variables", "predict", "cost", "step", "optimizer")


@dataclasses.dataclass(frozen=True)
class Port:
    """A port with the data that it is trained and tested on."""

    #: A `keras.Model`, a program with the interface of `ports.eager.Tutorial`, or a pair of a
    #: `tf.Graph` and a dict of those fields of `GraphNames` that differ from the reference's.
    model: Any
    #: Returns the batches (images, labels) of an epoch, in the order of training.
    train: Callable[[], Iterable[Any]] | None = None
    #: Returns the batches (images, labels) of the test set.
    test: Callable[[], Iterable[Any]] | None = None


def open_candidate(
    candidate: Any, names: GraphNames, sample: Batch, options: Options, own: Any = None
) -> Side:
    """Opens what the user has given.

    Args:
      candidate: a `Port`, its model, or the name of one: one of `programs.IMPLEMENTATIONS`, a path
        that ends in `.keras` or `.npz`, the directory of a SavedModel, or `module:function`.
      names: the reference's names.
      sample: a batch as the reference takes it.
      options: what a registered program is built with, and the keep probability in training.
      own: images as the candidate takes them, if these are others.

    Raises:
      ParityError: there is no such candidate.
      FileNotFoundError: there is no such file.
    """
    name = str(candidate) if isinstance(candidate, str | Path) else _name_of(candidate)
    check_eager("The reference, or this program,")
    resolved = _resolve(candidate, options)
    if isinstance(resolved, Path):
        from legacy_cnn.parity.sides.files import NpzSide
        from legacy_cnn.parity.sides.saved_model import SavedModelSide

        return (
            NpzSide(resolved, name)
            if resolved.suffix == ".npz"
            else SavedModelSide(resolved, name, sample)
        )
    port = resolved if isinstance(resolved, Port) else Port(resolved)
    opened = _of_model(port.model, name, names, sample, options.keep_prob)
    if isinstance(candidate, str):
        opened.rebuild = lambda: _model_of(_resolve(candidate, options))
    opened.train_data, opened.test_data = port.train, port.test
    return opened


def _model_of(resolved: Any) -> Any:
    return resolved.model if isinstance(resolved, Port) else resolved


def _of_model(model: Any, name: str, names: GraphNames, sample: Batch, keep_prob: float) -> Side:
    import keras
    import tensorflow as tf

    if isinstance(model, keras.Model) or (
        hasattr(model, "train_step") and hasattr(model, "compile")
    ):
        return _of_keras(model, name, sample)
    if all(hasattr(model, attribute) for attribute in PROGRAM):
        from legacy_cnn.parity.sides.program_side import ProgramSide

        return ProgramSide(model, name, sample, keep_prob)
    if isinstance(model, tuple) and [type(part) for part in model] == [tf.Graph, dict]:
        from legacy_cnn.parity.sides.graph_side import GraphSide

        graph, changed_names = model
        fields = {**dataclasses.asdict(names), **changed_names}
        checked = GraphNames.checked(fields, f"The names of {name}")
        return GraphSide(name, graph, checked, keep_prob)
    raise ParityError(
        f"{name} is of type {type(model).__name__}: expected a keras.Model, a Port, a pair of a "
        f"tf.Graph and its names, or a program with variables, predict, cost, step and optimizer."
    )


def _of_keras(model: Any, name: str, sample: Batch) -> Side:
    """Of a model that is run eagerly because it must be, its values in an eager run."""
    from legacy_cnn.parity.sides.eager_side import EagerSide
    from legacy_cnn.parity.sides.keras_side import KerasSide, Untrainable

    try:
        return KerasSide(model, name, sample)
    except Untrainable:
        if not getattr(model, "run_eagerly", False):
            raise
    return EagerSide(model, name, sample)


def _resolve(candidate: Any, options: Options) -> Any:
    """The object itself, the object that a name stands for, or the path of a file."""
    if not isinstance(candidate, str | Path):
        return candidate
    if candidate in programs.IMPLEMENTATIONS:
        with programs.build(str(candidate), options) as program:
            return program.as_candidate()
    path = Path(candidate)
    if path.suffix in (".keras", ".h5", ".hdf5"):
        try:
            return load_keras(path, compiled=True)
        except WeightsError as error:
            raise ParityError(
                f"{error} (A model with custom layers needs a module:function that builds it.)"
            ) from error
    if path.suffix == ".npz" or any(
        (path / name).exists() for name in ("saved_model.pb", "saved_model.pbtxt")
    ):
        if not path.exists():
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return path
    names = ", ".join(programs.IMPLEMENTATIONS)
    kinds = f"{names}, a .keras, .h5 or .npz file, the directory of a SavedModel"
    named = call_named(str(candidate), "candidate", kinds)
    check_eager(f"The candidate {candidate}")
    return named


def build_model(into: Any) -> Any:
    """The model of a port, to be given weights.

    Args:
      into: a model, a function that returns one, `module:function`, `file.py:function`, or a
        `.keras` file.

    Raises:
      ParityError: it is no Keras model.
    """
    if isinstance(into, str | Path):
        into = _resolve(into, Options())
    elif callable(into) and not hasattr(into, "weights"):
        into = into()
    model = _model_of(into)
    if not (hasattr(model, "weights") and hasattr(model, "save")):
        raise ParityError(
            f"The port must be a keras.Model to be written as a file, not {type(model).__name__}."
        )
    return model


def _name_of(candidate: Any) -> str:
    """The name that its author gave a model; its class where Keras has named it by a counter."""
    model = candidate.model if isinstance(candidate, Port) else candidate
    name, kind = str(getattr(model, "name", None) or ""), type(model).__name__
    counted = re.sub(r"_\d+$", "", name).replace("_", "").lower() == kind.replace("_", "").lower()
    return kind if counted or not name else name
