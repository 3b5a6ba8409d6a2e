"""One trained network, examined: its filters, its confusion matrix and its worst mistakes."""

import base64
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import feeding, mnist
from legacy_cnn.errors import RunError
from legacy_cnn.evaluation import confusion_matrix
from legacy_cnn.outside.jsonfiles import read_json
from legacy_cnn.results import jsonvalues
from legacy_cnn.results.study import Mistake, Specimen
from legacy_cnn.rundir import RunDirectory
from legacy_cnn.training import open_run
from legacy_cnn.training.draws import draws_of

#: Mistakes that are recorded.
MOST = 15


#: File of a run that was trained where the study is not.
FILE = "specimen.json"


def to_json(run: RunDirectory) -> dict[str, Any]:
    """Examines a run; returns the content of its `FILE`, which says of which weights it is."""
    weights = run.read_results().weights_sha256
    return {"weights_sha256": weights, "specimen": jsonvalues.to_json(examine(run.path))}


def of(run: RunDirectory) -> Specimen:
    """Returns what is in a run's `FILE`, or examines its last checkpoint, if it went on since."""
    path = run.path / FILE
    if path.exists():
        found = read_json(path, RunError, "a specimen")
        if found["weights_sha256"] == run.read_results().weights_sha256:
            return jsonvalues.from_json(found["specimen"], Specimen, str(path))
    return examine(run.path)


def examine(path: str | os.PathLike[str]) -> Specimen:
    """Examines a trained network, with the dropout off.

    Args:
      path: its run directory.
    """
    with open_run(path) as (model, settings):
        files = mnist.load_present(settings.data_dir)
        images, labels = feeding.evaluation_set(files)
        logits = model.logits(images)
        after = model.weights()["W_conv1"]
    before = draws_of(settings).initial_weights()["W_conv1"]
    matrix = confusion_matrix(labels, logits.argmax(1))
    return Specimen(
        seed=settings.seed,
        filters_before=_filters(before),
        filters_after=_filters(after),
        confusion=tuple(tuple(map(int, row)) for row in matrix),
        mistakes=_mistakes(files.test_images, labels, logits),
    )


def _filters(weights: NDArray[np.float32]) -> tuple[tuple[float, ...], ...]:
    """From (5, 5, 1, 32) to 32 rows of 25 values, to four digits."""
    return tuple(
        tuple(float(f"{value:.4g}") for value in filter_) for filter_ in weights.reshape(25, -1).T
    )


def _mistakes(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], logits: NDArray[np.float32]
) -> tuple[Mistake, ...]:
    predictions = logits.argmax(1)
    margins = logits.max(1) - logits[np.arange(len(labels)), labels]
    worst = np.argsort(-margins, kind="stable")[:MOST]
    return tuple(
        Mistake(
            index=int(at),
            label=int(labels[at]),
            prediction=int(predictions[at]),
            margin=float(margins[at]),
            pixels=base64.b64encode(images[at].tobytes()).decode(),
        )
        for at in worst
        if margins[at] > 0
    )
