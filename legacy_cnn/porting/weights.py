"""The trained weights of a reference in its port, as a `.keras` file."""

from collections.abc import Callable
from pathlib import Path

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.names import Mapping
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.opening import build_model
from legacy_cnn.porting import converting


def moved(
    target: Path, port: Path, side: GraphSide, names: Mapping, warn: Callable[[str], object]
) -> bool:
    """Writes the port with the reference's checkpoint, if it has one.

    Args:
      target: the file to write.
      port: `port.py`.
      side: the reference.
      names: pairs of parameters.
      warn: called with a sentence if the checkpoint's weights do not fit the port.

    Returns:
      Whether it was written: what the port then computes was compared.
    """
    if not side.is_trained:
        return False
    pairs = Mapping(candidate=names.candidate)
    try:
        model = build_model(f"{port}:build_model")
        converting.moved(model, side, str(port), pairs)
        converting.prove(model, side, str(port), pairs)
    except ParityError as error:
        warn(f"{target.name} was not written. {error}")
        return False
    converting.write(model, target)
    return True
