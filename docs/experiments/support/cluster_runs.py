"""Clusters on this machine: places of processes, and small runs to which something happens."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.support import small_runs
from legacy_cnn.cluster.place import PATIENCE, Place
from legacy_cnn.settings import Settings

if TYPE_CHECKING:
    from legacy_cnn.programs.program import Inputs

Words = tuple[object, ...]
End = dict[str, Any]

#: Epoch losses may be so far apart, relative: two roundings drift in so many steps.
APART = 0.01


def places(workers: int, patience: float = PATIENCE) -> tuple[Place, list[Place]]:
    """A parameter server and workers on loopback."""
    from legacy_cnn.cluster import here

    ps, *others = here.free_addresses(workers + 1)
    at = (ps,), tuple(others)
    return (
        Place(*at, "ps", 0, patience),
        [Place(*at, "worker", number, patience) for number in range(workers)],
    )


def inputs_of(settings: Settings) -> "Iterator[Inputs]":
    """What the steps of a run are fed."""
    from legacy_cnn import feeding, mnist
    from legacy_cnn.programs.program import Inputs

    sets = feeding.training_set(mnist.load(), settings)
    for images, labels, noise in feeding.batches(*sets, settings):
        yield Inputs(images, labels, settings.keep_prob, noise)


def ends(
    kinds: Mapping[str, int],
    seed: int,
    end: Callable[[Path, Words, str, Any, list[float]], End],
) -> dict[str, list[End]]:
    """Trains small runs to which something happens.

    Args:
      kinds: what happens -> how often.
      seed: of the generator of moments.
      end: called with the directory of a run, the words for `train` but for that, what happens, the
        generator, and the losses of a whole run; returns how it has ended.

    Returns:
      What happens -> how each run has ended.
    """
    import numpy as np

    generator = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = ("--data-dir", small_runs.data(folder / "data"), *small_runs.TRAIN, "--threads", 1)
        small_runs.sound("train", *words, "--run-dir", folder / "whole")
        losses = losses_of(folder / "whole")
        return {
            kind: [
                end(folder / f"{kind} {number}", words, kind, generator, losses)
                for number in range(times)
            ]
            for kind, times in kinds.items()
        }


def losses_of(run_dir: Path) -> list[float]:
    """The losses of a complete run."""
    result = json.loads((run_dir / "results.json").read_text())
    return [epoch["loss"] for epoch in result["epochs"]] if result["status"] == "complete" else []


def agrees(run_dir: Path) -> bool:
    """Whether the newest checkpoint has the weights that the run recorded."""
    from legacy_cnn.training import open_run
    from legacy_cnn.training.record import weights_digest

    recorded_digest = json.loads((run_dir / "results.json").read_text())["weights_sha256"]
    with open_run(run_dir) as (program, _):
        return weights_digest(program.weights()) == recorded_digest
