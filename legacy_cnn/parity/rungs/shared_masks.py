"""Whether the dropouts of a port drop different units in a step, as those of the reference do.

Masks that are read are given to the reference, so that one mask in two places would pass.
"""

import itertools
from collections.abc import Iterator

from legacy_cnn.parity import masks, own_noise
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.rungs.drawn_noise import repeated
from legacy_cnn.parity.rungs.mask_places import Place
from legacy_cnn.parity.sides.dropouts import Mask, mask_of
from legacy_cnn.results.report import DIFFERENT, Finding


def findings(ground: Ground, places: dict[int, Place], images: int) -> Iterator[Finding]:
    """Compares the masks of one step with each other.

    Args:
      ground: both programs.
      places: among the reference's random operations -> where the port drops units.
      images: in a batch, at least.
    """
    if len(places) < 2 or not any(ground.is_masked[at] for at in places):
        return
    drawn = _drawn(ground, places, images)
    names = [tensor.name for tensor in ground.reference.drawn]
    for (one, first), (other, second) in itertools.combinations(drawn.items(), 2):
        if first.kept.size != second.kept.size or masks.overlap(first, second) is None:
            continue
        state, batch = ground.scenes[1].states[0], ground.batches[0]
        (own,) = ground.reference.draws(state, batch, names, 1)
        if not own_noise.alike(own[one], own[other]):
            label, another = (_name(ground, places[at]) for at in (one, other))
            note = f"in each step, it drops the units that {another} drops"
            yield Finding(f"mask of {label}", DIFFERENT, note=note)
            return


def _drawn(ground: Ground, places: dict[int, Place], images: int) -> dict[int, Mask]:
    """The masks of one step with the candidate's own random numbers."""
    state, batch = ground.scenes[1].states[1], ground.as_given(repeated(ground, images))
    names = [
        (place.entering.name, place.leaving)
        for place in places.values()
        if place.entering is not None and place.leaving is not None
    ]
    (values,) = ground.candidate.draws(state, batch, [name for pair in names for name in pair], 1)
    read = {
        at: mask_of(before, after.reshape(before.shape))
        for at, before, after in zip(places, values[::2], values[1::2], strict=True)
    }
    noise = ground.batches[0].noise
    return {at: masks.of_draws(mask, noise[at].shape) for at, mask in read.items() if mask}


def _name(ground: Ground, place: Place) -> str:
    return ground.reference.layers.name_of(place.dropout.leaving)
