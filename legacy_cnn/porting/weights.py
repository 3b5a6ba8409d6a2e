"""The trained weights of a reference in its port, as a `.keras` file."""

from pathlib import Path

from legacy_cnn.parity.names import Mapping
from legacy_cnn.parity.sides.graph_side import GraphSide


def moved(target: Path, port: Path, side: GraphSide, names: Mapping) -> bool:
    """Writes the port with the reference's checkpoint; returns whether it has one."""
    return False
