"""What the ladder asks of a candidate."""

import abc
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np


class Pass(NamedTuple):
    """What a pass through the candidate left behind."""

    layers: dict  # layer of the vocabulary -> array; those that the candidate has
    mask: np.ndarray | None = None  # bool: what the dropout kept; None where none was at work
    alive: np.ndarray | None = None  # bool: the units that were not 0 before it
    dropped: tuple = ()  # where else something is another in training: its name, and the layer
    loss: np.ndarray | None = None  # scalar
    layer_gradients: dict | None = None  # layer -> gradient of the loss by it
    gradients: dict | None = None  # parameter -> gradient of the loss by it; None: it has none


class Candidate(abc.ABC):
    """A program under comparison; every array goes in and out under the vocabulary.

    What it lacks, the ladder does not compare: `lacks` says of which rung, and why.
    """

    name: str
    #: Called for an iterable over its own batches, and over its own test set; None: it has none.
    train: Callable[[], Iterable] | None = None
    test: Callable[[], Iterable] | None = None
    #: Rung -> why it cannot be compared.
    lacks: dict[str, str]
    #: Whether the last layer is `logits` or its softmax, "probabilities".
    output: str = "logits"

    @abc.abstractmethod
    def shapes(self):
        """Dict from each parameter to (shape, dtype name) as the candidate has it."""

    @abc.abstractmethod
    def weights(self):
        """Dict from each parameter to its value."""

    @abc.abstractmethod
    def begin(self, weights):
        """Sets the weights, and the optimizer to its beginning."""

    @abc.abstractmethod
    def forward(self, images, noise=None):
        """A `Pass` with layers; in training, with `noise` to drop by if the candidate takes it,
        otherwise, with noise None, as for an evaluation."""

    def backward(self, images, labels, noise):
        """A `Pass` in training, with layers, loss and gradients."""
        raise NotImplementedError

    def rule(self):
        """The optimizer's name ("optimizer") and its numbers, as Keras calls them."""
        raise NotImplementedError

    def apply(self, gradients):
        """One update of the optimizer with the given `gradients` (a dict by parameter)."""
        raise NotImplementedError

    def step(self, images, labels, noise):
        """One step of training; a `Pass` with mask and loss."""
        raise NotImplementedError

    def state(self):
        """Parameters and slots: dict from name, or (slot, name), to array."""
        raise NotImplementedError

    def load(self, state):
        """Puts back what `state` returned."""
        raise NotImplementedError

    def skip_to(self, step):
        """Makes the optimizer believe that `step` steps are done."""
        raise NotImplementedError

    def release(self):
        """Leaves the program as it was found."""
        return None

    @abc.abstractmethod
    def predict(self, images):
        """Logits or probabilities, `(N, classes)`, as the candidate's user gets them."""


def kept(before, after):
    """Reads a dropout's mask from what went in and came out.

    Returns:
      The mask, and which units were not 0 before, both bool. What was 0 before is 0 after, kept
      or dropped; it counts as kept, and makes no difference.
    """
    alive = before != 0
    return (after != 0) | ~alive, alive


def is_dropout(before, after):
    """Whether some elements are set to 0 and all others multiplied by one number."""
    if before.shape != after.shape:
        return False
    left = (before != 0) & (after != 0)
    factors = after[left] / before[left]
    return bool(np.allclose(factors, np.median(factors), rtol=1e-5)) if factors.size else True
