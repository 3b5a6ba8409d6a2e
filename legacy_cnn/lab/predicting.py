"""What the net answers to a drawing, once or twelve times."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import tutorial
from legacy_cnn.errors import UsageError
from legacy_cnn.lab.learners import Learner
from legacy_cnn.lab.room import Room
from legacy_cnn.prediction import softmax

#: Runs side by side.
MOST_RUNS = 12
#: Test images among which those are looked for whose answer changes, and how many are tried.
SEARCHED, TRIED, OFFERED = 2000, 60, 12


def predict(
    room: Room, learner: Learner, image: NDArray[np.float32], body: dict[str, Any]
) -> dict[str, Any]:
    """Runs the session with an image, once or several times.

    Args:
      room: with the session.
      learner: whose weights are used.
      image: float32 `(784,)`.
      body: "keep_prob", "runs", and "published": whether the keep probability is the listing's,
        whatever is asked for.

    Returns:
      Dict: "logits" and "probabilities", a row of ten for each run.

    Raises:
      UsageError: a number is out of range.
    """
    keep_prob, runs = body.get("keep_prob", 1.0), body.get("runs", 1)
    if not isinstance(keep_prob, int | float) or not 0 < keep_prob <= 1:
        raise UsageError("The keep probability is above 0, and at most 1.")
    if not isinstance(runs, int) or not 1 <= runs <= MOST_RUNS:
        raise UsageError(f"There are 1 to {MOST_RUNS} runs.")
    if body.get("published") is True:
        keep_prob = tutorial.keep_rate
    room.use(learner)
    logits = np.concatenate([room.logits(image[None], keep_prob) for _ in range(runs)])
    return {"logits": finite(logits), "probabilities": finite(softmax(logits))}


def finite(rows: NDArray[Any]) -> list[list[float | None]]:
    """Rows of numbers in JSON, which has no NaN: null."""
    return [[float(n) if np.isfinite(n) else None for n in row] for row in rows.tolist()]


def wavering(room: Room, learner: Learner) -> list[dict[str, Any]]:
    """Test images whose answer changes most from mask to mask: most images' hardly does.

    Returns:
      Of each: "at", its number; "label"; "spread", the largest range of a probability over twelve
      masks.
    """
    room.use(learner)
    images = room.sets.test_images[:SEARCHED]
    likeliest = np.sort(softmax(room.logits(images, 1.0)), axis=1)
    nearest = np.argsort(likeliest[:, -1] - likeliest[:, -2])[:TRIED]
    runs = np.stack(
        [softmax(room.logits(images[nearest], tutorial.keep_rate)) for _ in range(MOST_RUNS)]
    )
    spread = np.ptp(runs, axis=0).max(axis=1)
    best = np.argsort(-spread)[:OFFERED]
    return [
        {
            "at": int(nearest[one]),
            "label": int(room.sets.test_labels[nearest[one]]),
            "spread": float(spread[one]),
        }
        for one in best
    ]
