"""How a random operation of a candidate is fed what the reference is fed."""

import itertools
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides import random_numbers


class Fed:
    """A random operation whose draw is fed."""

    def __init__(
        self,
        tensor: tf.Tensor,
        shape: tuple[int, ...],
        is_turned: bool = False,
        is_by_step: bool = False,
        at: int = 0,
    ) -> None:
        """Names it.

        Args:
          tensor: what it draws.
          shape: of what it drew once.
          is_turned: whether the program keeps what the reference drops: it is fed 1 - u, or -x
            where numbers are normal.
          is_by_step: whether the reference is fed the time steps of a loop, one after another.
          at: its place among the random operations of its step.
        """
        self.tensor, self.shape, self.at = tensor, shape, at
        self.is_turned, self.is_by_step = is_turned, is_by_step
        #: Further draws, of a later stage of the step, which the reference draws by this operation.
        self.again: list[tf.Tensor] = []
        #: Whether it is drawn for parts of the batch one after another, as for towers, and not for
        #: steps of time.
        self.is_by_part = False
        #: Whether the loop begins with the last time step, as a backward network does.
        self.is_backward = False
        #: Whether it draws for the last step of the loop alone: nothing uses the others.
        self.is_of_last = False

    @property
    def tensors(self) -> list[tf.Tensor]:
        """What is fed."""
        return [self.tensor, *self.again]

    def names_alike(self, tensor: tf.Tensor) -> int:
        """How many names of scopes, from the inside, another draw has in common: its layer's too.

        Around a layer's name, each step of training has the model under another one.
        """
        pairs = zip(*(reversed(one.name.split("/")) for one in (self.tensor, tensor)), strict=False)
        return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))

    def feed(self, *noise: Array) -> dict[tf.Tensor, Array]:
        """What to feed for what the reference is fed."""
        return dict.fromkeys(self.tensors, self.value(*noise))

    def value(self, *noise: Array) -> Array:
        """What to feed for what the reference is fed: by one draw, or by one for each time step."""
        parts = tuple(noise[0]) if self.is_by_step else noise
        parts = parts[::-1] if self.is_backward else parts
        parts = parts[-1:] if self.is_of_last else parts
        joined = parts[0] if len(parts) == 1 else self.joined(parts)
        turned = self._turned(joined) if self.is_turned else joined
        return turned.reshape(-1, *self.shape[1:]) if joined.ndim else turned

    def _turned(self, noise: Array) -> Array:
        if random_numbers.kind(self.tensor) != "uniform":
            return -noise
        # The numbers of a uniform draw are below 1, and so must be those that are turned.
        return np.float32(1 - 2**-24) - noise

    def likewise(self, tensor: tf.Tensor, shape: tuple[int, ...]) -> "Fed":
        """How the same operation of another step is fed."""
        other = Fed(tensor, shape, self.is_turned, self.is_by_step)
        other.is_backward, other.is_by_part = self.is_backward, self.is_by_part
        other.is_of_last = self.is_of_last
        return other

    def joined(self, parts: Sequence[Array]) -> Array:
        """The time steps that the reference has one by one, as this program has them."""
        if self.is_by_part:
            return np.concatenate(parts)
        is_time_first = self.shape[:1] == (len(parts),) != self.shape[1:2]
        return np.stack(parts, axis=0 if is_time_first else 1)


class FedInSteps(Fed):
    """Random operations that draw for one time step each, where the reference draws in a loop."""

    def __init__(self, steps: Sequence[Fed]) -> None:
        """Names them, in order."""
        first = steps[0]
        super().__init__(first.tensor, (len(steps), *first.shape), is_by_step=True, at=first.at)
        self._steps = steps

    @property
    def tensors(self) -> list[tf.Tensor]:
        return [fed.tensor for fed in self._steps]

    def feed(self, *noise: Array) -> dict[tf.Tensor, Array]:
        parts = noise[0][::-1] if self.is_backward else noise[0]
        turned = self._turned(parts) if self.is_turned else parts
        return {
            fed.tensor: part.reshape(-1, *fed.shape[1:])
            for fed, part in zip(self._steps, turned, strict=True)
        }
