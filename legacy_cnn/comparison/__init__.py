"""The tutorial's dialects side by side: graph, eager, `tf.function` and Keras."""

from collections.abc import Callable
from typing import Any

from legacy_cnn import provenance
from legacy_cnn.comparison import timing, values
from legacy_cnn.results import Comparison, jsonvalues
from legacy_cnn.settings import CompareSettings

__all__ = ["compare"]


def compare(*, watch: Callable[[str], object] | None = None, **settings: Any) -> Comparison:
    """Runs all dialects with the same weights, batches and dropout noise.

    Args:
      watch: called with a text about what is being compared.
      **settings: fields of `CompareSettings`.

    Raises:
      UsageError, DataError: the data directory.
      BenchError: a dialect cannot be run.
    """
    chosen = CompareSettings(**settings)
    watch = watch or (lambda text: None)
    # First, as it finds out what is wrong with the data before any process is started.
    differences = values.differences(chosen, watch)
    return Comparison(
        settings=jsonvalues.to_json(chosen),
        versions=provenance.versions(),
        machine=provenance.machine(),
        dialects=timing.measure(chosen, watch),
        values=differences,
    )
