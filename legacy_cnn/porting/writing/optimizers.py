"""The optimizer of a port."""

import dataclasses

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.updates import Update
from legacy_cnn.porting import updating
from legacy_cnn.porting.by_hand import keeps_more
from legacy_cnn.porting.origins import Origin, Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import momentum, of_rows, rates, slots, updates_by_hand
from legacy_cnn.porting.writing.lines import Line
from legacy_cnn.porting.writing.qualified import qualified


@dataclasses.dataclass
class Optimizer:
    """What `compile` is given."""

    text: str  #: an expression
    origin: Origin | None = None
    #: Classes that it needs, each its lines.
    definitions: list[list[Line]] = dataclasses.field(default_factory=list)
    comment: str = ""  #: above `compile`
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
    by_hand = _by_hand(reading, origins)
    if by_hand is not None:
        return by_hand
    parts = [part for part in updating.parts(reading) if part.keras[:1].isupper()]
    lines = list(dict.fromkeys(one.keras for one in parts if "use_ema=True" not in one.keras))
    origin = origins.of(side.stages[0]) if side.stages else None
    if len(lines) != 1:
        place = f"{origin.shown}: " if origin else ""
        what = " and ".join(lines) or "no optimizer of Keras"
        raise ParityError(f"{place}{side.name} is trained by {what}, which no row writes yet.")
    return written(reading, origins, lines[0], list(side.parameters.values()), origin)


def _by_hand(reading: Reading, origins: Origins) -> Optimizer | None:
    """The optimizer of updates that the script writes out; None for one of Keras.

    Raises:
      ParityError: an operation that trains a weight is followed by another.
    """
    side = reading.side
    trained = {v: side.updates[v] for v in side.parameters.values() if v in side.updates}
    several = next((u for u in trained.values() if u.optimizer and len(u.operations) > 1), None)
    if several is not None:
        first, *_, last = sorted(
            several.operations, key=lambda op: not op.type.startswith("Assign")
        )
        line = origins.line(first)
        place = f"{line.shown}: " if line else ""
        raise ParityError(
            f"{place}{first.type} ({first.name}) changes a weight that {last.type} trains in the "
            f"same step, which no row writes yet."
        )
    # Rows of an embedding, which Adam writes out, are updated by Adam.
    if not any(keeps_more(side, updating.update_of(v, side.updates)) for v in trained):
        return None
    lines = updates_by_hand.lines(reading, origins, list(trained))
    origin = origins.of(next(iter(trained.values())).operations[0])
    return Optimizer(f"{updates_by_hand.NAME}(learning_rate=1.0)", origin, [lines])


def written(
    reading: Reading, origins: Origins, line: str, variables: list[str], origin: Origin | None
) -> Optimizer:
    """The optimizer of a line, with the classes and statements that it needs.

    Args:
      reading: of the graph.
      origins: of its operations.
      line: as `inspect` shows it.
      variables: that it updates.
      origin: of the optimizer.

    Raises:
      ParityError: its rate cannot be computed.
    """
    updates = [updating.update_of(v, reading.side.updates) for v in variables
               if v in reading.side.updates]  # fmt: skip
    rate = next((u.numbers["learning_rate"] for u in updates if "learning_rate" in u.numbers), None)
    optimizer = Optimizer(line, origin, after=slots.lines(reading, line, updates))
    if rate is not None and reading.is_fed(rate):
        optimizer.comment = "The script feeds its rate: this is that of the first step."
    if rate is not None and reading.is_changing(source(rate)):
        optimizer.comment = "The script changes its rate: this is that of the first step."
    if rate is not None and "(...," in f"{line},".replace(")", ","):
        schedule = rates.schedule(reading, origins, rate)
        optimizer.definitions.append(schedule.lines)
        optimizer.text = line.replace("...", f"{schedule.name}()", 1)
    kind = line.partition("(")[0]
    if any(map(updating.moves_rows, updates)):
        own = momentum.OF_ROWS if kind == "SGD" else of_rows.name_of(kind)
        is_nesterov = "nesterov=True" in line
        made = momentum.lines_of_rows(is_nesterov) if kind == "SGD" else of_rows.lines(kind)
        optimizer.definitions.append(made)
        optimizer.text = own + optimizer.text.removeprefix(kind)
    elif _needs_old_momentum(reading, line, updates):
        optimizer.definitions.append(momentum.lines("nesterov=True" in line))
        optimizer.text = momentum.NAME + optimizer.text.removeprefix("SGD")
    optimizer.text = qualified(optimizer.text, "keras.optimizers")
    return optimizer


def _needs_old_momentum(reading: Reading, line: str, updates: list[Update]) -> bool:
    """Whether the rate changes under a momentum."""
    rates_ = [u.numbers["learning_rate"] for u in updates if "learning_rate" in u.numbers]
    changes = any(reading.still(one) is None and not rates.is_fed(one) for one in rates_)
    return changes and line.startswith("SGD(") and "momentum=" in line
