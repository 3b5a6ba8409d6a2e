"""From what the user names, a file or a function or an object, to a candidate."""

import dataclasses
import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from legacy_cnn.errors import ParityError, WeightsError, first_line
from legacy_cnn.weights.files import load_keras


@dataclasses.dataclass(frozen=True)
class Port:
    """A port with more than its model: what it trains on, and what it is tested on."""

    #: A `keras.Model`, a program with the face of `ports.eager.Tutorial`, or a pair of a `tf.Graph`
    #: and a dict of those of its names (fields of `GraphNames`) that are not the reference's.
    model: Any
    #: Called for an iterable over batches (images, labels) in the order of training.
    train: Callable[[], Iterable] | None = None
    #: Called for an iterable over batches (images, labels) of the test set.
    test: Callable[[], Iterable] | None = None


def open_candidate(given, names, shapes, mapping, keep_prob):
    """The `Candidate` for what the user gave.

    Args:
      given: a `Port`, what it holds, or the name of one: a path that ends in `.keras` or `.npz`,
        a SavedModel's directory, or `module:function`.
      names: the reference's `GraphNames`.
      shapes: see `KerasCandidate`.
      mapping: dict from names of the vocabulary to the candidate's own.
      keep_prob: keep probability of the training.

    Raises:
      ParityError: there is no such thing, or it has no counterpart for a parameter.
    """
    name = given if isinstance(given, str | Path) else _name_of(given)
    made = _resolve(given)
    if isinstance(made, Path):
        from legacy_cnn.parity.candidates.files import NpzCandidate, SavedModelCandidate

        kind = NpzCandidate if made.suffix == ".npz" else SavedModelCandidate
        return kind(made, str(name), names, shapes, mapping)
    port = made if isinstance(made, Port) else Port(made)
    candidate = _of_model(port.model, str(name), names, shapes, mapping, keep_prob)
    candidate.train, candidate.test = port.train, port.test
    return candidate


def _of_model(model, name, names, shapes, mapping, keep_prob):
    import keras
    import tensorflow as tf

    if isinstance(model, keras.Model):
        from legacy_cnn.parity.candidates.kerasmodel import KerasCandidate

        return KerasCandidate(model, name, names, shapes, mapping)
    if all(hasattr(model, each) for each in ("variables", "predict", "cost", "step", "optimizer")):
        from legacy_cnn.parity.candidates.program import ProgramCandidate

        return ProgramCandidate(model, name, names, keep_prob)
    if isinstance(model, tuple) and [type(each) for each in model] == [tf.Graph, dict]:
        from legacy_cnn.parity.candidates.graph import GraphCandidate

        graph, given = model
        return GraphCandidate(graph, given, name, names, keep_prob)
    raise ParityError(
        f"{name} is a {type(model).__name__}: expected a keras.Model, a Port, a pair of a tf.Graph "
        f"and its names, or a program with variables, predict, cost, step and optimizer."
    )


def _resolve(given):
    """An object, or a path of data."""
    if not isinstance(given, str | Path):
        return given
    path = Path(given)
    if path.suffix == ".keras":
        try:
            return load_keras(path, compiled=True)
        except WeightsError as error:
            raise ParityError(
                f"{error} (a layer of your own needs a module:function that makes the model)"
            ) from error
    if path.suffix == ".npz" or (path / "saved_model.pb").exists():
        if not path.exists():
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return path
    return call_named(str(given), "candidate")


def call_named(given, role):
    """Imports `module:function` and returns what the function returns.

    Raises:
      ParityError: it cannot be imported or called.
    """
    module, colon, function = given.partition(":")
    if not colon:
        raise ParityError(
            f"The {role} {given} is no .keras or .npz file, no SavedModel's directory and no "
            f"module:function."
        )
    try:
        return getattr(importlib.import_module(module), function)()
    except Exception as error:  # whatever the user's module raises
        raise ParityError(
            f"The {role} {given} could not be made: {type(error).__name__}: {first_line(error)}"
        ) from error


def _name_of(given):
    model = given.model if isinstance(given, Port) else given
    return getattr(model, "name", None) or type(model).__name__
