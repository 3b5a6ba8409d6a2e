"""The function `batches` of a port, where `fit` cannot take the arrays as the script does."""

import dataclasses

from legacy_cnn.porting.writing.lines import Line, plain
from legacy_cnn.porting.writing.running.data import Data
from legacy_cnn.porting.writing.running.lengths import Length

#: Epochs of which each shows its loss.
SHOWN = 100


@dataclasses.dataclass
class Schedule:
    """How `fit` goes through the data."""

    epochs: int = 1
    steps: int | None = None  #: of an epoch, where the data do not tell
    repeats: bool = False  #: whether an epoch goes on where the one before has ended
    drops: bool = False  #: whether a last batch that is not full is left out

    @property
    def is_streamed(self) -> bool:
        return self.repeats or self.drops


def schedule_of(data: Data, length: Length) -> Schedule:
    """As many steps as the script takes, of as many examples."""
    size, examples = data.batch_size, data.examples
    if not (size and examples and data.is_whole) or data.has_several:
        return Schedule(length.epochs or 1)
    (whole, rest), is_made = divmod(examples, size), data.noise is not None
    if length.epochs:
        in_epoch = (length.steps or 0) // length.epochs
        return _of_epochs(length.epochs, in_epoch, whole, bool(rest), is_made)
    if length.steps is None:
        return Schedule(1, whole, repeats=True) if is_made else Schedule()
    if not is_made and length.steps <= whole:
        return Schedule(1, length.steps if length.steps < whole or rest else None)
    if not is_made and not rest and length.steps % whole == 0:
        return Schedule(length.steps // whole)
    shown = _shown(length, whole)
    return Schedule(length.steps // shown, shown, repeats=True)


def _of_epochs(epochs: int, in_epoch: int, whole: int, has_rest: bool, is_made: bool) -> Schedule:
    """Of a script that counts epochs, and takes some steps in each."""
    if is_made:
        return Schedule(epochs, in_epoch or whole, repeats=True)
    if in_epoch in (0, whole + has_rest):
        return Schedule(epochs)
    if in_epoch == whole:
        return Schedule(epochs, drops=True)
    return Schedule(epochs, in_epoch, repeats=True)


def _shown(length: Length, whole: int) -> int:
    """The steps after which a loss is shown: as the script does, or after each pass."""
    steps = length.steps or whole
    few = (n for n in (length.shown, whole) if n and steps % n == 0 and steps // n <= SHOWN)
    return next(few, steps)


def definition(schedule: Schedule, data: Data, names: list[str]) -> list[Line]:
    """The function.

    Args:
      schedule: how the data are used.
      data: what is used.
      names: of the arrays that it takes.
    """
    given = f"({', '.join(names)})" if len(names) > 1 else names[0]
    calls = ".shuffle(len(x))" if data.shuffles else ""
    calls += ".repeat()" if schedule.repeats else ""
    calls += f".batch({data.batch_size}{', drop_remainder=True' if schedule.drops else ''})"
    calls += ".map(with_noise)" if data.noise else ""
    return [
        Line(f"def batches({', '.join(names)}):"),
        Line(f'    """{_said(schedule, data)}"""'),
        *plain(f"data = tf.data.Dataset.from_tensor_slices({given})", 4),
        *plain(f"return data{calls}", 4),
    ]


def _said(schedule: Schedule, data: Data) -> str:
    order = "in a new order in each pass" if data.shuffles else "in order"
    new = ", with new noise in each" if data.noise else ""
    end = "; one that is not full is left out" if schedule.drops else ", without an end"
    return f"Batches of {data.batch_size} {order}{new}{end}."
