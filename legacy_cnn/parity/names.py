"""The names of tensors and variables, in the reference's graph and in the candidate."""

import dataclasses
from collections.abc import Collection
from reprlib import repr as shortened
from typing import Any, Self

from legacy_cnn import vocabulary
from legacy_cnn.errors import ParityError
from legacy_cnn.files import AnyPath
from legacy_cnn.outside.jsonfiles import read_json


@dataclasses.dataclass(frozen=True)
class GraphNames:
    """Names of tensors (with or without `:0`) and operations in a TensorFlow 1 graph.

    None means that the graph has no such tensor; it is not compared.
    """

    images: Any  #: a name, or a list of them for several inputs
    layers: dict[str, str]  #: in the order of computation; the last one is the logits
    parameters: dict[str, str]  #: name -> variable operation
    keras: dict[str, str] = dataclasses.field(default_factory=dict)  #: parameter -> path in a port
    labels: Any = None  #: likewise
    keep_prob: str | None = None
    noise: str | None = None  #: uniform random numbers behind the dropout mask
    undropped: str | None = None  #: the layer before dropout
    dropped: str | None = None  #: the layer after dropout
    loss: str | None = None
    #: Variable -> the loss that it is trained by, where there are several.
    losses: dict[str, str] = dataclasses.field(default_factory=dict)
    train: Any = None  #: the operation that takes a step, or several that do one after another
    #: Other placeholder -> what it is fed in training, and otherwise.
    feeds: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def output(self) -> str:
        """The name of the last layer."""
        return list(self.layers)[-1]

    @classmethod
    def of_tutorial(cls) -> Self:
        """Returns the names in the tutorial's graph, by the vocabulary."""
        return cls(
            images="Placeholder",
            layers={name: op for name, op in vocabulary.LAYERS.items() if name != "loss"},
            parameters={name: one.variable for name, one in vocabulary.PARAMETERS.items()},
            keras={name: one.keras for name, one in vocabulary.PARAMETERS.items()},
            labels="Placeholder_1",
            keep_prob="Placeholder_2",
            noise=vocabulary.DROPOUT_NOISE,
            undropped="fc",
            dropped="fc_dropped",
            loss=vocabulary.LAYERS["loss"],
            train="Adam",
        )

    @classmethod
    def checked(cls, names: dict[str, Any], source: str) -> Self:
        """Checks names from outside.

        Args:
          names: fields of this class.
          source: what they are, in plural, for messages.

        Raises:
          ParityError: one is missing, unknown, or of another type.
        """
        cls.check_types(names, source)
        for key in ("images", "layers", "parameters"):
            if not names.get(key):
                raise ParityError(f"{source}: {key!r} is required, but missing.")
        return cls(**names)

    @classmethod
    def check_types(cls, names: dict[str, Any], source: str) -> None:
        """Checks names from outside of which some may be missing.

        Raises:
          ParityError: one is unknown, or of another type.
        """
        fields = {field.name for field in dataclasses.fields(cls)}
        known = ", ".join(sorted(fields))
        for key, value in names.items():
            if key not in fields:
                raise ParityError(
                    f"{source}: unknown name {shortened(key)}; expected one of {known}."
                )
            _check_type(key, value, source)


def _check_type(key: str, value: Any, source: str) -> None:
    if key == "feeds":
        if not isinstance(value, dict) or not all(_is_pair(pair) for pair in value.values()):
            raise ParityError(
                f"{source}: feeds must map placeholders to pairs of values, in training and "
                f"otherwise, not {shortened(value)}."
            )
    elif key in ("images", "labels", "train") and isinstance(value, list | tuple):
        if not value or not all(isinstance(name, str) for name in value):
            what = "operations" if key == "train" else "tensors"
            raise ParityError(f"{source}: {key} must be names of {what}, not {shortened(value)}.")
    elif key not in ("layers", "parameters", "keras", "losses"):
        if not isinstance(value, str | None):
            raise ParityError(f"{source}: {key} must be a string or null, not {shortened(value)}.")
    elif not (isinstance(value, dict) and all(isinstance(name, str) for name in value.values())):
        raise ParityError(
            f"{source}: {key} must be an object that maps names to strings, not {shortened(value)}."
        )


def listed(names: str | list[str] | None) -> list[str]:
    """One name, several or none as a list."""
    return [names] if isinstance(names, str) else list(names or [])


def check_variables(parameters: dict[str, str], known: Collection[str], graph: str) -> None:
    """Checks the variables of parameters.

    Args:
      parameters: parameter -> variable.
      known: the variables of the graph.
      graph: its name, for messages.

    Raises:
      ParityError: the graph has no variable of one of the names.
    """
    for name, variable in parameters.items():
        if variable not in known:
            raise ParityError(
                f"{graph} has no variable {variable} for {name}; it has {', '.join(known)}."
            )


def _is_pair(value: Any) -> bool:
    return (isinstance(value, list | tuple) and len(value) == 2) or role(value) is not None


def role(value: Any) -> str | None:
    """ "input" or "labels" if that is what is said about a placeholder."""
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) and value in ("input", "labels") else None


@dataclasses.dataclass(frozen=True)
class Mapping:
    """What the user says about names.

    In JSON: `{"reference": {...}, "candidate": {...}}`. "reference" contains fields of
    `GraphNames`; "candidate" maps layers and parameters of the vocabulary to the candidate's names.
    """

    reference: dict[str, Any] = dataclasses.field(default_factory=dict)
    candidate: dict[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def read(cls, path: AnyPath) -> Self:
        """Reads a mapping from a JSON file.

        Raises:
          ParityError: the file does not contain a mapping.
          OSError: it cannot be read.
        """
        content = read_json(path, ParityError, "a mapping")
        parts = {"reference", "candidate"}
        if not isinstance(content, dict) or not parts.issuperset(content):
            raise ParityError(
                f'{path} must contain a JSON object whose only keys are "reference" and '
                f'"candidate".'
            )
        mapping = cls(**content)
        for key, part in content.items():
            if not isinstance(part, dict):
                raise ParityError(f'{path}: "{key}" must be an object, not {shortened(part)}.')
        if not all(isinstance(name, str) for name in mapping.candidate.values()):
            raise ParityError(f'{path}: "candidate" must map names to strings.')
        return mapping
