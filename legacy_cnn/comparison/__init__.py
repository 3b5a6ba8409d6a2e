"""The tutorial's dialects side by side: graph, eager, `tf.function` and Keras."""

import dataclasses
from collections.abc import Callable
from typing import Any

from legacy_cnn import provenance
from legacy_cnn.comparison import timing, values
from legacy_cnn.settings import CompareSettings

__all__ = ["compare"]


def compare(*, watch: Callable[[str], object] | None = None, **settings: Any) -> dict[str, Any]:
    """Runs all four with the same weights, batches and dropout noise.

    Args:
      watch: called with a text about what is being compared.
      **settings: fields of `CompareSettings`.

    Returns:
      Dict of plain numbers, lists and texts: "settings", "versions", "machine";
        values: from each tensor's name to what `values.differences` returns of it;
        dialects: from each of `settings.IMPLEMENTATIONS` to what `timing.measure` returns of it.

    Raises:
      UsageError, DataError: the data directory.
      BenchError: one of them cannot be run.
    """
    chosen = CompareSettings(**settings)
    watch = watch or (lambda text: None)
    # First, as it finds out what is wrong with the data before anything is started.
    differences = values.differences(chosen, watch)
    return {
        "settings": dataclasses.asdict(chosen),
        "versions": provenance.versions(),
        "machine": provenance.machine(),
        "dialects": timing.measure(chosen, watch),
        "values": differences,
    }
