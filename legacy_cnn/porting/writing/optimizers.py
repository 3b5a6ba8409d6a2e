"""The optimizer of a port."""

import dataclasses

from legacy_cnn.errors import ParityError
from legacy_cnn.porting import updating
from legacy_cnn.porting.origins import Origin, Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing.lines import Line
from legacy_cnn.porting.writing.qualified import qualified


@dataclasses.dataclass
class Optimizer:
    """What `compile` is given."""

    text: str  #: an expression
    origin: Origin | None = None
    #: Classes that it needs, each its lines.
    definitions: list[list[Line]] = dataclasses.field(default_factory=list)
    #: Statements of `build_model` after `compile`, with their indentation.
    after: list[Line] = dataclasses.field(default_factory=list)


def optimizer_of(reading: Reading, origins: Origins) -> Optimizer | None:
    """The optimizer of a graph; None for one that is not trained.

    Raises:
      ParityError: Keras has none like it.
    """
    side = reading.side
    if not side.updates:
        return None
    parts = [part for part in updating.parts(reading) if part.keras[:1].isupper()]
    lines = list(dict.fromkeys(part.keras for part in parts))
    origin = origins.of(side.stages[0]) if side.stages else None
    if len(lines) != 1:
        place = f"{origin.shown}: " if origin else ""
        what = " and ".join(lines) or "no optimizer of Keras"
        raise ParityError(f"{place}{side.name} is trained by {what}, which no row writes yet.")
    return Optimizer(qualified(lines[0], "keras.optimizers"), origin)
