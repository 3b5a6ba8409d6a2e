"""A smaller batch than the others, as the last one of an epoch may be."""

from collections.abc import Callable, Iterable, Iterator

import tensorflow as tf

from legacy_cnn.errors import first_line
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.sides.side import Batch
from legacy_cnn.results.report import NOT_COMPARED, Finding


def findings(
    ground: Ground, compare: Callable[[Batch, str], Iterable[Finding]]
) -> Iterator[Finding]:
    """Compares such a batch, if the reference takes one.

    Args:
      ground: both programs.
      compare: is given the batch, and words for it.
    """
    if ground.part is None:
        return
    note = f"in a batch of {len(ground.part.images)}"
    try:
        yield from list(compare(ground.part, note))
    except (tf.errors.OpError, ValueError) as error:
        ground.part = None
        note = f"the port cannot be trained {note}: {first_line(error)}"
        yield Finding("a smaller batch", NOT_COMPARED, note=note)
