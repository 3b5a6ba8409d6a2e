"""Compares the listing's run in old releases, its seeds set, with `train --release --graph-seed`.

`tests/golden/originals/write_run.py`, run in each release, writes what the release drew and
computed: `legacy-cnn originals run 1.15.5 tests/golden/originals/write_run.py run.npz`. The record
has how much of it is the same here, and hashes and losses for the tests.
"""

import argparse
import contextlib
import hashlib
import itertools
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.support import apart, recorded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from legacy_cnn.randomness import Draws
    from legacy_cnn.settings import Settings

HELP = "compare runs of the listing in old releases with today's runs from the same seeds"
WRITES = ("release_runs.json",)
TAKES = "a minute for each release, after a run of one to three minutes in it"

WHAT = (
    "The listing with keyword arguments, after tf.set_random_seed and numpy.random.seed, in old "
    "releases and here (train --release --graph-seed): how many batches, draws and masks have "
    "the same bits, and how far weights and losses are apart. Batches of 20,000 cross the ends of "
    "two epochs. Hashes are the first 24 hex digits of SHA-256, as in tests/golden/originals."
)

#: Steps whose hashes are kept for the tests.
KEPT = 3


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "runs",
        metavar="RUN",
        nargs="+",
        type=Path,
        help="what tests/golden/originals/write_run.py has written in a release",
    )
    parser.add_argument(
        "--steps", type=int, default=100, help="number of steps to train here (default: 100)"
    )
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    steps = 2 if arguments.quick else arguments.steps
    runs = []
    for path in arguments.runs:
        runs.append(apart.call(compared, path=str(path), steps=steps))
        print(json.dumps(runs[-1]), file=sys.stderr)
    runs.sort(key=lambda run: [int(number) for number in run["version"].split(".")])
    recorded.write(arguments, "release_runs.json", {"what": WHAT, "runs": runs})


def compared(path: str, steps: int) -> dict[str, Any]:
    """Compares one release's run with the same run here."""
    import numpy as np

    from legacy_cnn import mnist, releases
    from legacy_cnn.settings import Settings
    from legacy_cnn.training.draws import draws_of

    with np.load(path, allow_pickle=False) as arrays:
        there = json.loads(arrays["facts"].tobytes())
        weights = {name: [arrays[f"{name}_{at}"] for at in range(8)] for name in ("first", "last")}
    release = releases.find(there["release"])
    seeds = {"release": release.name, "graph_seed": there["graph_seed"]}
    if not release.loader_seeded:
        seeds["numpy_seed"] = there["numpy_seed"]
    settings = Settings(**seeds)
    draws = draws_of(settings)
    files = mnist.load()
    losses, last, accuracy = trained(seeds, steps)
    initial = list(draws.initial_weights().values())
    return {
        "version": there["release"],
        **{name: there[name] for name in ("python", "numpy")},
        **seeds,
        "steps": steps,
        **same_bits(there, draws, settings, files, steps),
        "initial_weights": apart_by(weights["first"], initial),
        "weights_after": apart_by(weights["last"], last) if steps == len(there["losses"]) else None,
        "losses": there["losses"],
        "losses_apart": [
            abs(here - then) / then for here, then in zip(losses, there["losses"], strict=False)
        ],
        "accuracy": {"there": there["accuracy"], "here": accuracy},
        "kept": {
            **{name: there[name][:KEPT] for name in ("batches", "noise", "masks")},
            "large_batches": there["large_batches"],
            "evaluation_noise": there["evaluation_noise"],
            "initial_weights": [sha256(array) for array in weights["first"]],
        },
    }


def trained(seeds: dict[str, Any], steps: int) -> tuple[list[float], list[Any], float]:
    """Trains here: each step's loss, the weights after the last step, and the accuracy then."""
    from legacy_cnn import evaluate, open_run
    from legacy_cnn.training import Interrupted, train

    losses: list[float] = []
    with tempfile.TemporaryDirectory() as directory:
        place = f"{directory}/run"
        with contextlib.suppress(Interrupted):  # which is asked for
            train(
                place,
                on_step=lambda step: losses.append(step.loss),
                stop=lambda: len(losses) == steps,
                **seeds,
            )
        with open_run(place) as (program, _):
            weights = list(program.weights().values())
        return losses, weights, evaluate(place).accuracy_dropout_on


def same_bits(
    there: dict[str, Any], draws: "Draws", settings: "Settings", files: Any, steps: int
) -> dict[str, list[int]]:
    """How many batches, draws and masks have the bits of the release's: [equal, compared]."""
    import numpy as np

    from legacy_cnn import feeding
    from legacy_cnn.programs.program import EVALUATION_BATCH

    images, labels = feeding.training_set(files, settings)
    batches = feeding.batches(images, labels, settings, 0, draws)
    drawn = list(itertools.islice(batches, steps))
    dropped = np.float32(1) - np.float32(settings.keep_prob)
    large = draws.data_set(images, labels)
    sizes = [EVALUATION_BATCH] * (len(files.test_images) // EVALUATION_BATCH)
    # The release's run has taken all of its steps before it evaluates.
    after = len(there["losses"])
    evaluation = np.concatenate(
        [draws.evaluation_noise(after, at, size) for at, size in enumerate(sizes)]
    )
    here = {
        "large_batches": [sha256(*large.next_batch(20000)) for _ in there["large_batches"]],
        "batches": [sha256(batch.images, batch.labels) for batch in drawn],
        "noise": [sha256(batch.noise) for batch in drawn],
        "masks": [sha256(batch.noise >= dropped) for batch in drawn],
        "evaluation_noise": [sha256(evaluation)],
        "evaluation_mask": [sha256(evaluation >= dropped)],
    }
    then = {name: there[name] for name in here}
    for name in ("evaluation_noise", "evaluation_mask"):
        then[name] = [then[name]]
    return {
        name: [sum(a == b for a, b in zip(hashes, then[name], strict=False)), len(hashes)]
        for name, hashes in here.items()
    }


def apart_by(
    there: "list[NDArray[np.float32]]", here: "list[NDArray[np.float32]]"
) -> dict[str, float]:
    """How far weights are apart: share of elements that differ, and the largest difference."""
    import numpy as np

    then, now = (np.concatenate([array.ravel() for array in part]) for part in (there, here))
    return {
        "share_that_differs": float(np.mean(then != now)),
        "largest_difference": float(np.max(np.abs(then - now))),
    }


def sha256(*arrays: "NDArray[Any]") -> str:
    """The hash of arrays, as the releases write it."""
    import numpy as np

    digest = hashlib.sha256()
    for array in map(np.ascontiguousarray, arrays):
        digest.update((str(array.dtype) + str(array.shape)).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()[:24]
