"""The tutorial's dialects side by side: graph, eager, `tf.function` and Keras."""

import json
from collections.abc import Callable
from typing import Any

from legacy_cnn import feeding, mnist, programs, provenance
from legacy_cnn.comparison import timing
from legacy_cnn.processes.worker import Worker
from legacy_cnn.results import Comparison, jsonvalues
from legacy_cnn.settings import CompareSettings

__all__ = ["compare"]

VALUES = "legacy_cnn.comparison.values_worker"


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
    feeding.training_set(mnist.load_present(chosen.data_dir), chosen)  # before processes start
    differences = _differences(chosen, watch)
    return Comparison(
        settings=jsonvalues.to_json(chosen),
        versions=provenance.versions(),
        machine=provenance.machine(),
        dialects=timing.measure(chosen, watch),
        values=differences,
    )


def _differences(
    settings: CompareSettings, watch: Callable[[str], object]
) -> dict[str, dict[str, float]]:
    """What `values.differences` returns: found in a process, which gives its memory back."""
    arguments = json.dumps(jsonvalues.to_json(settings)), *programs.IMPLEMENTATIONS
    with Worker("The comparison of values", VALUES, arguments) as worker:
        while "values" not in (reply := worker.reply()):
            watch(reply["watch"])
        differences: dict[str, dict[str, float]] = reply["values"]
        return differences
