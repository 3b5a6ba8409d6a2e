"""What a machine needs without a cluster: batches, gradients, and steps of a single process."""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments.support.cluster_runs import inputs_of
from experiments.support.scaling_processes import timed
from legacy_cnn.settings import Settings

if TYPE_CHECKING:
    from legacy_cnn.programs.graph import GraphProgram
    from legacy_cnn.programs.program import Inputs

Rows = list[dict[str, Any]]


def batches(sizes: Sequence[int], repeats: int) -> Rows:
    """Figures of making batches, by their size."""
    return [{"part": "batch", "of": size, **_prepared(size, repeats)} for size in sizes]


def steps(name: str, rows: Sequence[int], repeats: int, threads: int) -> Rows:
    """Figures of steps and gradients, in a process of its own.

    Args:
      name: what the names of the parts end with.
      rows: numbers of rows of which gradients are computed.
      repeats: of each measurement.
      threads: of each operation.
    """
    inputs = next(inputs_of(Settings()))
    found = _steps(name, threads, inputs, repeats)
    return found + _gradients(name, threads, inputs, rows, repeats)


def _prepared(size: int, repeats: int) -> dict[str, float]:
    batches = inputs_of(Settings(batch_size=size))
    return timed(lambda: next(batches), repeats)


def _steps(name: str, threads: int, inputs: "Inputs", repeats: int) -> Rows:
    """The step of `legacy-cnn train`."""
    from legacy_cnn.programs.graph import GraphProgram
    from legacy_cnn.programs.program import Options

    with GraphProgram(Options(threads=threads)) as program:
        _begin(program)
        figures = timed(lambda: program.step(*inputs), repeats)
    return [{"part": f"train{name}", "of": len(inputs.images), **figures}]


def _gradients(
    name: str, threads: int, inputs: "Inputs", rows: Sequence[int], repeats: int
) -> Rows:
    """Gradients as a worker computes them, for which a session runs operations side by side."""
    from legacy_cnn.cluster.replica import gradients_of
    from legacy_cnn.programs.graph import GraphProgram
    from legacy_cnn.programs.program import Options
    from legacy_cnn.programs.session import GraphSession

    class Worker(GraphProgram):
        """The tutorial's graph in a session like a worker's."""

        def _new_session(self) -> GraphSession:
            return GraphSession(self.graph, intra_threads=self.options.threads)

        def gradients(self, inputs: "Inputs") -> None:
            """Computes them, and leaves them where they are."""
            fetched = [tensor.op for tensor in gradients_of(self.graph).values()]
            feed = dict(zip(self._placeholders, inputs, strict=True))
            self._session.run([*fetched, self._ends.cost.op, self._ends.correct.op], feed)

    with Worker(Options(threads=threads)) as worker:
        _begin(worker)
        figures = timed(lambda: worker.step(*inputs), repeats)
        found = [{"part": f"step{name}", "of": len(inputs.images), **figures}]
        for number in rows:
            images, labels, keep_prob, noise = inputs
            one = type(inputs)(images[:number], labels[:number], keep_prob, noise[:number])
            figures = timed(functools.partial(worker.gradients, one), repeats)
            found.append({"part": f"gradient{name}", "of": number, **figures})
    return found


def _begin(program: "GraphProgram") -> None:
    from legacy_cnn import randomness

    program.initialise(randomness.initial_weights(Settings().seed))
