"""The sizes of batches in which both programs are run."""

from collections.abc import Iterable

from legacy_cnn.parity.ground import PART, Ground

#: A whole batch.
WHOLE = 16


def batch_sizes(ground: Ground) -> tuple[int, ...]:
    """Two sizes, or the only one that the reference takes; none is above the test set's."""
    return _there(ground, (ground.only_size,) if ground.only_size else (WHOLE, PART))


def batch_sizes_of_loss(ground: Ground) -> tuple[int, ...]:
    """As `batch_sizes`, of a loss: its weights may have the size that a script chose."""
    whole = len(ground.batches[0].images)
    if whole > 1 and ground.part is None:
        return _there(ground, (whole,))
    return batch_sizes(ground)


def _there(ground: Ground, sizes: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(min(size, len(ground.test[0])) for size in sizes))
