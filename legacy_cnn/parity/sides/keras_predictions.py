"""What a Keras model computes and returns outside of training."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.sides import drawn_outside, noise_pairs
from legacy_cnn.parity.sides.keras_inputs import Inputs
from legacy_cnn.parity.sides.lifted_side import LiftedSide
from legacy_cnn.parity.sides.side import State, Values


class Always(NamedTuple):
    """What the reference draws outside of training, too."""

    drawn: Sequence[tf.Tensor]
    of: Callable[[int], list[Array]]  #: what each of them draws for so many examples


class KerasPredictions(LiftedSide):
    """A Keras model that is called, and predicts."""

    _inputs: Inputs
    _classes: int | None  #: of the reference's output
    #: Which of several outputs is the reference's, where values tell it.
    output_at: int | None = None
    #: What is fed outside of training, if something is.
    always: Always | None = None

    def evaluate(self, state: State, images: Array) -> Values:
        tensors, outputs = self._fetched("call", state, images)
        others = {f"output {at}": np.asarray(one) for at, one in enumerate(outputs, 1)}
        if len(outputs) == 1:
            return Values(tensors, outputs[0])
        return Values(tensors, others=others)

    def predict(self, state: State, images: Array) -> Array:
        return self._chosen(self.predicted(state, images))

    def predicted(self, state: State, images: Array) -> list[Any]:
        """All outputs that are predicted."""
        if self.always is not None:
            return self._fetched("predict", state, images)[1]
        self._load("predict", state)
        return list(tf.nest.flatten(self._steps["predict"].step(self._inputs.of(images))))

    def predict_apart(self, state: State, images: Array) -> Array:
        # What is fetched is computed by a kernel of its own.
        return self._chosen(self._fetched("predict", state, images)[1])

    def _fetched(self, step: str, state: State, images: Array) -> tuple[Arrays, list[Any]]:
        """The tensors and outputs of a step of evaluation, with the noise that is always drawn."""
        given, _ = self._drawn_outside(step, images)
        return self._fetch(step, state, (self._inputs.of(images),), given)

    def _drawn_outside(self, step: str, images: Array) -> tuple[dict[Any, Array], int]:
        """The noise that a step of evaluation is fed, and for how many draws of the reference."""
        if self.always is None:
            return {}, 0
        own = drawn_outside.drawn(self._steps[step], (self._inputs.of(images),))
        noise = self.always.of(len(images))
        feds = self.noise or noise_pairs.by_order(
            self.always.drawn, noise, [(tensor, value.shape) for tensor, value in own]
        )
        return drawn_outside.feed(own, feds, noise)

    def is_fed_outside(self, images: Array) -> bool:
        """Whether evaluation draws everything that it would be fed."""
        assert self.always is not None
        return self._drawn_outside("call", images)[1] == len(self.always.drawn)

    def _chosen(self, outputs: list[Any]) -> Array:
        """Of several outputs the one that is chosen, or with as many numbers as the reference's."""
        if self.output_at is not None:
            return np.asarray(outputs[self.output_at])
        alike = [output for output in outputs if np.shape(output)[-1:] == (self._classes,)]
        return np.asarray((alike or outputs)[0])
