"""An implementation with its weights and batches, as `legacy-cnn train` runs it."""

from collections.abc import Iterator
from typing import Any

from legacy_cnn import feeding, mnist, programs, randomness
from legacy_cnn.comparison import operations, printing
from legacy_cnn.programs.program import Options, Program
from legacy_cnn.settings import CompareSettings


def options_of(settings: CompareSettings) -> Options:
    """The options that a program is built with."""
    return Options(keep_prob=settings.keep_prob, threads=settings.threads)


def batches(settings: CompareSettings) -> Iterator[feeding.Batch]:
    """Yields the inputs of each step."""
    files = mnist.load_present(settings.data_dir)
    return feeding.batches(*feeding.training_set(files, settings), settings)


class Dialect:
    """A program with its initial weights and its batches."""

    def __init__(self, name: str, settings: CompareSettings) -> None:
        """Builds the program.

        Args:
          name: one of `programs.IMPLEMENTATIONS`.
          settings: those of the comparison.
        """
        self.name, self._settings = name, settings
        self.program: Program = programs.build(name, options_of(settings))
        self.program.initialise(randomness.initial_weights(settings.seed))
        self._batches = batches(settings)

    def step(self) -> None:
        """Takes a step of training."""
        images, labels, noise = next(self._batches)
        self.program.step(images, labels, self._settings.keep_prob, noise)

    def inspect(self) -> dict[str, Any]:
        """Counts the operations of a step and captures what it prints.

        Returns:
          Dict: "trace" (seconds) and "operations", see `operations.traced`; "handed_over", see
          `operations.handed_over`; and "prints", see `printing.lines`.
        """
        seconds, count = operations.traced(self.program, self._settings.batch_size)
        return {
            "trace": seconds,
            "operations": count,
            "handed_over": operations.handed_over(self.program, self.step),
            "prints": printing.lines(self.name, self._settings, next(batches(self._settings))),
        }
