"""What is called what: in the reference's graph, and in the candidate."""

import dataclasses
import json
from typing import Any

from legacy_cnn import vocabulary
from legacy_cnn.errors import ParityError


@dataclasses.dataclass(frozen=True)
class GraphNames:
    """Names of tensors (with or without `:0`) and operations in a TensorFlow 1 graph.

    The defaults are the tutorial's, under the one vocabulary.
    """

    images: str = "Placeholder"
    labels: str | None = "Placeholder_1"
    keep_prob: str | None = "Placeholder_2"
    noise: str | None = vocabulary.DROPOUT_NOISE  # uniform numbers behind the dropout mask
    dropped: str | None = "fc_dropped"  # the layer behind the dropout
    undropped: str | None = "fc"  # the layer before it
    layers: dict = dataclasses.field(  # what flows forward, in order; the last are the logits
        default_factory=lambda: {n: op for n, op in vocabulary.LAYERS.items() if n != "loss"}
    )
    loss: str | None = vocabulary.LAYERS["loss"]
    parameters: dict = dataclasses.field(  # name -> variable operation
        default_factory=lambda: {n: each.variable for n, each in vocabulary.PARAMETERS.items()}
    )
    keras: dict = dataclasses.field(  # parameter -> path of the variable in a Keras port
        default_factory=lambda: {n: each.keras for n, each in vocabulary.PARAMETERS.items()}
    )
    train: str | None = "Adam"  # the operation that takes a step

    @property
    def output(self):
        return list(self.layers)[-1]

    def changed(self, given, source):
        """These names with those of the dict `given` in their place.

        Raises:
          ParityError: `given` has a key that is none of these, or a value of another type.
        """
        known = {field.name for field in dataclasses.fields(self)}
        for key, value in given.items():
            if key not in known:
                raise ParityError(f"{source}: unknown name {key!r}; known are {sorted(known)}.")
            of_names = isinstance(getattr(self, key), dict)
            if not isinstance(value, dict if of_names else (str, type(None))):
                raise ParityError(f"{source}: {key} cannot be {value!r}.")
        return dataclasses.replace(self, **given)


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
