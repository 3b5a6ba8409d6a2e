"""The tutorial's dialects side by side: graph, eager, `tf.function` and Keras."""

import dataclasses

from legacy_cnn import provenance
from legacy_cnn.comparison import timing, values
from legacy_cnn.settings import CompareSettings

__all__ = ["compare"]


def compare(settings=None, watch=lambda text: None):
    """Runs all four with the same weights, batches and dropout noise.

    Args:
      settings: `CompareSettings`.
      watch: called with a text about what is going on.

    Returns:
      Dict of plain numbers, lists and texts: "settings", "versions", "machine";
        values: from each tensor's name to what `values.differences` returns of it;
        dialects: from each of `settings.IMPLEMENTATIONS` to what `timing.measure` returns of it.

    Raises:
      UsageError, DataError: the data directory.
      BenchError: one of them cannot be run.
    """
    settings = settings or CompareSettings()
    # First, as it finds out what is wrong with the data before anything is started.
    found = values.differences(settings, watch)
    return {
        "settings": dataclasses.asdict(settings),
        "versions": provenance.versions(),
        "machine": provenance.machine(),
        "dialects": timing.measure(settings, watch),
        "values": found,
    }
