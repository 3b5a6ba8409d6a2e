"""Candidates that are files: an `.npz` of weights, and what such have in common."""

from pathlib import Path

from legacy_cnn.errors import ParityError
from legacy_cnn.outside import npz
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.pairing import Variable
from legacy_cnn.parity.sides.side import Batch, Side, State, Values


class FileSide(Side):
    """Variables by name; there is no step of training."""

    missing = {"initial": "a file of weights does not tell how they begin"}
    _values: State

    def beginning(self) -> State:
        return dict(self._values)

    def variables_for_parameters(self) -> list[Variable]:
        return [
            Variable(name, name, value.shape, str(value.dtype), is_trained=False)
            for name, value in self._values.items()
        ]

    def train(self, state: State, batch: Batch) -> tuple[Values, State]:
        raise NotImplementedError

    def update(self, state: State, gradients: State) -> State:
        raise NotImplementedError


class NpzSide(FileSide):
    """Arrays by name; there is nothing that computes."""

    missing = {
        **FileSide.missing,
        **dict.fromkeys(("computation", "training"), "an .npz file has weights and no program"),
    }

    def __init__(self, path: Path, name: str) -> None:
        """Reads the arrays.

        Args:
          path: the `.npz` file.
          name: its name in the report.

        Raises:
          ParityError: the file cannot be read.
        """
        self.name = name
        self._values = dict(npz.read(path, ParityError))

    def evaluate(self, state: State, images: Array) -> Values:
        raise NotImplementedError

    def predict(self, state: State, images: Array) -> Array:
        raise NotImplementedError
