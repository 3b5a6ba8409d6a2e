"""Find the mistake: Keras ports of the tutorial with a mistake each, held against the graph."""

import dataclasses
import inspect
import json
import random
import tempfile
from pathlib import Path
from typing import Any

from legacy_cnn.errors import ParityError, UsageError
from legacy_cnn.ports import keras as port
from legacy_cnn.processes.child import Child
from legacy_cnn.results.report import DIFFERENT


@dataclasses.dataclass(frozen=True)
class Mistake:
    """A mistake in the port: a text of `ports/keras.py` is replaced by another."""

    named: str  #: what a learner chooses
    old: str
    new: str
    why: str  #: what it does, for the answer


#: In the order of their names in the list that a learner chooses from.
MISTAKES = (
    Mistake(
        "The second convolution has no activation.",
        'padding="same",\n        activation="relu",\n        kernel_initializer=normal(),',
        'padding="same",\n        activation="relu" if filters == 32 else None,\n'
        "        kernel_initializer=normal(),",
        "Without the relu, the second convolution and its bias are one linear map, and negative "
        "values pass.",
    ),
    Mistake(
        "The dropout gets the keep probability as its rate.",
        "layers.Dropout(1 - keep_prob",
        "layers.Dropout(keep_prob",
        "Keras' Dropout takes the share that is dropped. Given 0.8 it drops four units of five, "
        "in training only: predictions look right.",
    ),
    Mistake(
        "The loss takes logits for probabilities.",
        "CategoricalCrossentropy(from_logits=True)",
        "CategoricalCrossentropy()",
        "Keras' losses expect probabilities unless from_logits=True. The network is the same, "
        "so every layer agrees.",
    ),
    Mistake(
        "Adam has Keras' epsilon.",
        "keras.optimizers.Adam(learning_rate, epsilon=1e-8)",
        "keras.optimizers.Adam(learning_rate)",
        "TensorFlow 1 adds 1e-8 to the root of Adam's second moment, Keras 1e-7. It shows where "
        "gradients are small: in the update alone.",
    ),
    Mistake(
        "The weights begin as Keras' own.",
        "activation, kernel_initializer=normal(), bias_initializer=normal()",
        "activation",
        "Keras draws kernels by Glorot's rule, and biases are zero. Given the same weights, "
        "everything else agrees: only how they begin is another program.",
    ),
    Mistake(
        "The labels are smoothed.",
        "CategoricalCrossentropy(from_logits=True)",
        "CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)",
        "A tenth of each label is spread over all ten digits. The layers agree, the loss does not.",
    ),
    Mistake(
        "The pools have a window of 3 x 3.",
        'layers.MaxPool2D(2, padding="same", name=name)',
        'layers.MaxPool2D(3, strides=2, padding="same", name=name)',
        "A window of 3 x 3 that moves by 2 gives the same shapes as one of 2 x 2, so nothing "
        "complains.",
    ),
)

#: Rungs that a learner climbs; what lies between them is not shown.
RUNGS = ("weights", "forward", "dropout", "loss", "gradients", "update", "initial weights")


def source_of(mistake: Mistake) -> str:
    """The port with a mistake.

    Raises:
      ValueError: its text is not in the port once.
    """
    source = inspect.getsource(port)
    if source.count(mistake.old) != 1:
        raise ValueError(f"{mistake.named} has {source.count(mistake.old)} places in the port.")
    return source.replace(mistake.old, mistake.new)


def names() -> list[str]:
    """What a learner chooses from, in alphabetical order: the order tells nothing."""
    return sorted(mistake.named for mistake in MISTAKES)


class Search:
    """The ports, each compared when somebody first looks for its mistake."""

    def __init__(self, threads: int) -> None:
        """Chooses an order of the ports.

        Args:
          threads: of a comparison.
        """
        self._threads = threads
        self._order = random.Random(0).sample(range(len(MISTAKES)), len(MISTAKES))
        self._rungs: dict[int, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(MISTAKES)

    def port(self, number: int) -> str:
        """The source of the port with a number, from 0.

        Raises:
          UsageError: there is no such port.
        """
        return source_of(self._mistake(number))

    def climb(self, number: int, rung: str) -> dict[str, Any]:
        """What a rung says of a port.

        Returns:
          Dict: "status"; and, where it fails, "tensor", and "says", what differs and by how much.

        Raises:
          UsageError: there is no such port or rung.
          ParityError: the port cannot be compared.
        """
        mistake = self._mistake(number)
        if rung not in RUNGS:
            raise UsageError("There is no such rung.")
        if number not in self._rungs:
            self._rungs[number] = _compared(source_of(mistake), self._threads)
        found = self._rungs[number][rung]
        first = next((f for f in found["findings"] if f["verdict"] == DIFFERENT), None)
        answer: dict[str, Any] = {"status": found["status"], "compares": found["compares"]}
        if first is None:
            return answer
        figures = first["figures"] or {}
        here, there = figures.get("reference"), figures.get("candidate")
        if isinstance(here, float) and isinstance(there, float):
            says = f"the graph has {here:.6g} where the port has {there:.6g}"
        else:
            says = first["note"]
        return {**answer, "tensor": first["tensor"], "says": says}

    def check(self, number: int, named: str) -> dict[str, Any]:
        """Whether a learner has named the mistake.

        Raises:
          UsageError: there is no such port.
        """
        mistake = self._mistake(number)
        is_right = named == mistake.named
        return {"right": is_right, **({"why": mistake.why} if is_right else {})}

    def _mistake(self, number: int) -> Mistake:
        if not isinstance(number, int) or not 0 <= number < len(MISTAKES):
            raise UsageError("There is no such port.")
        return MISTAKES[self._order[number]]


def _compared(source: str, threads: int) -> dict[str, Any]:
    """Compares a port with the graph, in a process of its own: others go on meanwhile.

    Returns:
      Rung -> what `parity --json` tells of it.

    Raises:
      ParityError: it cannot be compared.
    """
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "port.py"
        path.write_text(source, encoding="utf-8")
        options = ["--except", "steps,fit,predictions", "--steps", "1", "--batch-size", "32"]
        words = ["parity", f"{path}:build_model", "--json", "--threads", str(threads), *options]
        with Child(["legacy_cnn", *words], pipes=True, tied=True, own_session=True) as child:
            printed = child.output()
            if not printed:
                raise ParityError(f"The port could not be compared: {child.failure()}")
    return {rung["name"]: rung for rung in json.loads(printed)["rungs"]}
