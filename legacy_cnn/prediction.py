"""Predicts the digits in pictures with a trained run."""

import os
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import files
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.results import Prediction, Predictions

#: For each digit the path of its picture, and the image, float32 `(784,)`.
Digits = tuple[list[str], list[NDArray[np.float32]]]


def predict(
    run: str | os.PathLike[str],
    pictures: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    several: bool = False,
    show: str | os.PathLike[str] | None = None,
    warn: Callable[[str], object] | None = None,
) -> Predictions:
    """Reads pictures and predicts their digits, with the dropout off.

    Args:
      run: the run directory.
      pictures: path of a PNG or JPEG file, or a list of paths.
      several: whether a picture may show several digits. Otherwise it must show one.
      show: a PNG file to write: what each step made of each picture, up to what the network is
        given. It is written even if a picture is refused.
      warn: called with a sentence about a damaged checkpoint that was skipped; None makes Python's
        warning of it.

    Returns:
      For each digit the path of its picture, the digit and ten probabilities: in the order of the
      pictures, and in each from left to right.

    Raises:
      UsageError: there is no picture, or what is given is no path.
      ImageError: a picture cannot be read, or shows no digit, or several; then none is predicted.
      RunError: as `open_run`, or the network computes NaN.
    """
    return classify(run, read(pictures, several=several, show=show), warn=warn)


def read(
    pictures: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    several: bool = False,
    show: str | os.PathLike[str] | None = None,
) -> Digits:
    """Reads the digits in pictures, without TensorFlow; arguments and errors as of `predict`."""
    return _digits(_paths(pictures), several, show)


def classify(
    run: str | os.PathLike[str],
    digits: Digits,
    *,
    warn: Callable[[str], object] | None = None,
) -> Predictions:
    """Predicts digits that were read; arguments and errors as of `predict`."""
    from legacy_cnn.training import open_run

    names, images = digits
    with open_run(run, warn=warn) as (model, _):
        logits = model.logits(np.stack(images))
    if not np.isfinite(logits).all():
        raise RunError(
            f"The network of {run} computes no probabilities, but NaN: its weights are not finite."
        )
    return Predictions(
        tuple(
            Prediction(name, int(row.argmax()), tuple(row.tolist()))
            for name, row in zip(names, softmax(logits), strict=True)
        )
    )


def _paths(
    pictures: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
) -> list[str | os.PathLike[str]]:
    paths = [pictures] if isinstance(pictures, str | os.PathLike) else pictures
    paths = list(paths) if isinstance(paths, Iterable) else [paths]
    for path in paths:
        if not isinstance(path, str | os.PathLike):
            raise UsageError(
                f"pictures must be a path or a list of paths; it has the {type(path).__name__} "
                f"{str(path)[:40]!r}.",
                "pictures",
            )
    if not paths:
        raise UsageError("pictures is empty; pass at least one picture.", "pictures")
    return paths


def _digits(
    pictures: Sequence[str | os.PathLike[str]],
    several: bool,
    show: str | os.PathLike[str] | None,
) -> Digits:
    if show is not None:
        files.check(show)
    # SciPy, which it needs, changes how Python warns as soon as it is imported.
    from legacy_cnn.pictures import read, write_steps

    readings = [read(picture) for picture in pictures]
    if show is not None:
        write_steps(show, readings)
    found = [(each.path, each.digits() if several else [each.digit()]) for each in readings]
    names = [str(path) for path, digits in found for _ in digits]
    return names, [digit for _, digits in found for digit in digits]


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Turns logits `(n, 10)` into probabilities `(n, 10)`."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
