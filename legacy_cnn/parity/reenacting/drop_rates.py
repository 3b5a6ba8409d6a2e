"""How much of its units a dropout in a loop drops: found by noise that is one number everywhere."""

import dataclasses
from collections.abc import Callable

import numpy as np

from legacy_cnn.parity import loop_noise
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.sides import random_numbers
from legacy_cnn.parity.sides.dropouts import KEEP
from legacy_cnn.parity.sides.side import Batch

#: A rate is found to this.
NEAR = 1e-3


def cause_of(ground: Ground) -> str:
    """Names the dropouts in loops that drop another share than the port's, or ""."""
    reference, scene = ground.reference, ground.scenes[1]
    pairs = zip(reference.drawn, getattr(ground.candidate, "noise", []), strict=False)
    words = []
    for at, (tensor, fed) in enumerate(pairs):
        noise = loop_noise.of_tensor(tensor)
        if noise is None or fed is None or random_numbers.kind(tensor) != "uniform":
            continue

        def here(batch: Batch) -> float:
            return reference.loss_fed(scene.states[0], batch, {})

        def there(batch: Batch) -> float:
            loss = ground.candidate.train(scene.states[1], ground.as_given(batch))[0].loss
            return float(np.sum(loss)) if loss is not None else np.nan

        rates = [_rate(_at_number(ground.batches[0], at, loss)) for loss in (here, there)]
        if abs(rates[0] - rates[1]) > 2 * NEAR:
            name = noise.drawn.removesuffix("/drawn").partition("/random_uniform")[0]
            words.append(f"{name} drops {rates[0]:.3g} of its units, the port {rates[1]:.3g}")
    return " and ".join(words)


def _at_number(
    batch: Batch, at: int, loss: Callable[[Batch], float]
) -> Callable[[np.float32], float]:
    """The loss where one random operation draws a number everywhere, and others keep all."""

    def of(number: np.float32) -> float:
        numbers = [number if place == at else KEEP for place in range(len(batch.noise))]
        pairs = zip(numbers, batch.noise, strict=True)
        noise = tuple(np.full_like(one, number) for number, one in pairs)
        return loss(dataclasses.replace(batch, noise=noise))

    return of


def _rate(loss: Callable[[np.float32], float]) -> float:
    """The number from which on all units are kept: each is if it draws the drop rate, or more."""
    kept, least, most = loss(KEEP), 0.0, 1.0
    if loss(np.float32(0)) == kept:
        return 0.0
    while most - least > NEAR:
        middle = (least + most) / 2
        least, most = (least, middle) if loss(np.float32(middle)) == kept else (middle, most)
    return (least + most) / 2
