"""What is called what: in the reference's graph, and in the candidate."""

import dataclasses
import json
from typing import Any

from legacy_cnn import vocabulary
from legacy_cnn.errors import ParityError


@dataclasses.dataclass(frozen=True)
class GraphNames:
    """Names of tensors (with or without `:0`) and operations in a TensorFlow 1 graph.

    What is None is not there, and is not compared.
    """

    images: str
    layers: dict[str, str]  #: what flows forward, in order; the last are the logits
    parameters: dict[str, str]  #: name -> variable operation
    keras: dict[str, str] = dataclasses.field(default_factory=dict)  #: parameter -> path in a port
    labels: str | None = None
    keep_prob: str | None = None
    noise: str | None = None  #: uniform numbers behind the dropout mask
    undropped: str | None = None  #: the layer before the dropout
    dropped: str | None = None  #: the layer behind it
    loss: str | None = None
    train: str | None = None  #: the operation that takes a step

    @property
    def output(self):
        return list(self.layers)[-1]

    @classmethod
    def of_tutorial(cls):
        """Those of the tutorial's graph, under the one vocabulary."""
        return cls(
            images="Placeholder",
            layers={name: op for name, op in vocabulary.LAYERS.items() if name != "loss"},
            parameters={name: each.variable for name, each in vocabulary.PARAMETERS.items()},
            keras={name: each.keras for name, each in vocabulary.PARAMETERS.items()},
            labels="Placeholder_1",
            keep_prob="Placeholder_2",
            noise=vocabulary.DROPOUT_NOISE,
            undropped="fc",
            dropped="fc_dropped",
            loss=vocabulary.LAYERS["loss"],
            train="Adam",
        )

    @classmethod
    def checked(cls, given, source):
        """The names in the dict `given`.

        Raises:
          ParityError: one is missing, unknown, or of another type.
        """
        fields = {field.name: field for field in dataclasses.fields(cls)}
        for key, value in given.items():
            if key not in fields:
                raise ParityError(f"{source}: unknown name {key!r}; known are {sorted(fields)}.")
            if not _fits(value, key in ("layers", "parameters", "keras")):
                raise ParityError(f"{source}: {key} cannot be {value!r}.")
        for key in ("images", "layers", "parameters"):
            if not given.get(key):
                raise ParityError(f"{source} lack {key!r}.")
        return cls(**given)


def _fits(value, of_names):
    if of_names:
        return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    return isinstance(value, str | type(None))


@dataclasses.dataclass(frozen=True)
class Mapping:
    """What the user says about names.

    As JSON: `{"reference": {...}, "candidate": {...}}`. The first has fields of `GraphNames`; the
    second has, for layers and parameters of the vocabulary, the candidate's own names.
    """

    reference: dict[str, Any] = dataclasses.field(default_factory=dict)
    candidate: dict[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def read(cls, path):
        """Raises ParityError if the file is not such a mapping, OSError if it cannot be read."""
        with open(path, encoding="utf-8") as file:
            try:
                content = json.load(file)
            except ValueError as error:
                raise ParityError(f"{path} is no JSON ({error}).") from error
        parts = {"reference", "candidate"}
        if not isinstance(content, dict) or not parts.issuperset(content):
            raise ParityError(f'{path} must be an object with "reference" and "candidate".')
        mapping = cls(**content)
        for part in (mapping.reference, mapping.candidate):
            if not isinstance(part, dict):
                raise ParityError(f"{path}: {part!r} must be an object.")
        if not all(isinstance(name, str) for name in mapping.candidate.values()):
            raise ParityError(f'{path}: "candidate" must map names to names.')
        return mapping
