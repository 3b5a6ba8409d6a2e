"""Opens a candidate: from a file, a function or an object to a `Candidate`."""

import dataclasses
import importlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from legacy_cnn import programs
from legacy_cnn.errors import ParityError, UserCodeError, WeightsError
from legacy_cnn.parity.candidates.candidate import Candidate
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.parity.usercode import described_with_place
from legacy_cnn.programs.program import Options
from legacy_cnn.weights.files import load_keras
from legacy_cnn.weights.matching import Shape

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
    candidate: Any,
    names: GraphNames,
    shapes: Mapping[str, Shape],
    mapping: Mapping[str, str],
    options: Options,
) -> Candidate:
    """Opens what the user has given.

    Args:
      candidate: a `Port`, its model, or the name of one: one of `programs.IMPLEMENTATIONS`, a path
        that ends in `.keras` or `.npz`, the directory of a SavedModel, or `module:function`.
      names: the reference's names.
      shapes: dict from "images" and each layer and parameter of the reference to its shape; of
        images and layers without the batch.
      mapping: dict from names of the vocabulary to the candidate's names.
      options: what a registered program is built with, and the keep probability in training.

    Raises:
      ParityError: there is no such candidate, or a parameter has no counterpart in it.
      FileNotFoundError: there is no such file.
    """
    name = str(candidate) if isinstance(candidate, str | Path) else _name_of(candidate)
    resolved = _resolve(candidate, options)
    if isinstance(resolved, Path):
        from legacy_cnn.parity.candidates.files import NpzCandidate, SavedModelCandidate

        kind = NpzCandidate if resolved.suffix == ".npz" else SavedModelCandidate
        return kind(resolved, name, names, shapes, mapping)
    port = resolved if isinstance(resolved, Port) else Port(resolved)
    opened = _of_model(port.model, name, names, shapes, mapping, options.keep_prob)
    opened.train, opened.test = port.train, port.test
    return opened


def _of_model(
    model: Any,
    name: str,
    names: GraphNames,
    shapes: Mapping[str, Shape],
    mapping: Mapping[str, str],
    keep_prob: float,
) -> Candidate:
    import keras
    import tensorflow as tf

    if isinstance(model, keras.Model):
        from legacy_cnn.parity.candidates.kerasmodel import KerasCandidate

        return KerasCandidate(model, name, names, shapes, mapping)
    if all(hasattr(model, attribute) for attribute in PROGRAM):
        from legacy_cnn.parity.candidates.program import ProgramCandidate

        return ProgramCandidate(model, name, names, keep_prob)
    if isinstance(model, tuple) and [type(part) for part in model] == [tf.Graph, dict]:
        from legacy_cnn.parity.candidates.graph import GraphCandidate

        graph, changed_names = model
        return GraphCandidate(graph, changed_names, name, names, keep_prob)
    raise ParityError(
        f"{name} is of type {type(model).__name__}: expected a keras.Model, a Port, a pair of a "
        f"tf.Graph and its names, or a program with variables, predict, cost, step and optimizer."
    )


def _resolve(candidate: Any, options: Options) -> Any:
    """The object itself, the object that a name stands for, or the path of a file."""
    if not isinstance(candidate, str | Path):
        return candidate
    if candidate in programs.IMPLEMENTATIONS:
        with programs.build(str(candidate), options) as program:
            return program.as_candidate()
    path = Path(candidate)
    if path.suffix == ".keras":
        try:
            return load_keras(path, compiled=True)
        except WeightsError as error:
            raise ParityError(
                f"{error} (A model with custom layers needs a module:function that builds it.)"
            ) from error
    if path.suffix == ".npz" or (path / "saved_model.pb").exists():
        if not path.exists():
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return path
    names = ", ".join(programs.IMPLEMENTATIONS)
    kinds = f"{names}, a .keras or .npz file, the directory of a SavedModel"
    return call_named(str(candidate), "candidate", kinds)


def call_named(name: str, role: str, kinds: str) -> Any:
    """Imports `module:function`, calls it, and returns the result.

    Args:
      name: the module and the function.
      role: "candidate" or "reference", for messages.
      kinds: what else it may be, for messages.

    Raises:
      ParityError: it cannot be imported or called; UserCodeError if it raises.
    """
    module, colon, function = name.partition(":")
    if not colon:
        raise ParityError(f"The {role} must be {kinds}, or module:function, not {name}.")
    try:
        return getattr(importlib.import_module(module), function)()
    except Exception as error:  # whatever the user's module raises
        raise UserCodeError(
            f"The {role} {name} cannot be built: {described_with_place(error)}"
        ) from error


def _name_of(candidate: Any) -> str:
    model = candidate.model if isinstance(candidate, Port) else candidate
    return str(getattr(model, "name", None) or type(model).__name__)
