"""The sizes of batches in which both programs are run."""

from legacy_cnn.parity.ground import PART, Ground

#: A whole batch.
WHOLE = 16


def batch_sizes(ground: Ground) -> tuple[int, ...]:
    """Two sizes, or the only one that the reference takes; none is above the test set's."""
    sizes = (ground.only_size,) if ground.only_size else (WHOLE, PART)
    return tuple(dict.fromkeys(min(size, len(ground.test[0])) for size in sizes))
