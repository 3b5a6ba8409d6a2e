"""The graph, its session and MNIST: what all browsers share, one after another."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import mnist, tutorial, vocabulary
from legacy_cnn.feeding import Sets
from legacy_cnn.lab.drawing import Drawing
from legacy_cnn.lab.learners import Learner, State
from legacy_cnn.programs.graph import variables_of
from legacy_cnn.programs.session import GraphSession
from legacy_cnn.randomness import SeededDraws
from legacy_cnn.settings.lab import LabSettings

#: The tutorial's placeholders, by the names that the page has for them.
PLACEHOLDERS = {"x": "Placeholder", "y": "Placeholder_1", "keep_prob": "Placeholder_2"}

#: What the session has loaded: the weights that all begin with.
_FIRST = ("", 0)


@dataclasses.dataclass
class Beginning:
    """How the weights came about that all browsers begin with."""

    step: int = 0
    steps: int = 0  #: when the training ends; 0 for a run
    loss: float | None = None
    accuracy: float | None = None  #: on 1,000 test images, with the dropout off


class Room:
    """The tutorial's graph in a session, which has the weights of one browser at a time."""

    def __init__(self, settings: LabSettings) -> None:
        """Builds the graph and reads the data.

        Args:
          settings: of the lab.

        Raises:
          DataError: the files of `data_dir` are no set of digits.
        """
        self.settings = settings
        with tf.Graph().as_default() as self.graph:
            self.ends = tutorial.build_graph()
        # Graph rewriting fuses operations, whose tensors and times would then be missing.
        self.session = GraphSession(
            self.graph, intra_threads=settings.threads, inter_threads=1, rewriting=False
        )
        self.drawing = Drawing(self.graph)
        files = mnist.load_present(settings.data_dir)
        self.sets = Sets.of(files, settings)
        self.beginning = Beginning()
        self._names = variables_of(self.session)
        self._loaded = _FIRST
        self._first: State = {}

    def draws(self, scaled: bool) -> SeededDraws:
        """All random numbers of a training; its first weights are scaled, or as published."""
        return SeededDraws.of(self.settings.seed)._replace(scaled=scaled)

    def begin(self, state: State) -> None:
        """Sets the weights that all browsers begin with.

        Args:
          state: name as in `Program.state` -> array; slots that are missing begin anew.
        """
        self.session.initialise({self._names[name]: value for name, value in state.items()})
        self._loaded = _FIRST

    def use(self, learner: Learner) -> None:
        """Puts a browser's weights into the session."""
        wanted = (learner.key, learner.version) if learner.state else _FIRST
        if wanted == self._loaded:
            return
        if self._loaded == _FIRST:
            self._first = self.session.state()  # it may have been trained meanwhile
        self._loaded = ("?", 0)  # if it is interrupted, the session has a bit of both
        self.session.load(learner.state or self._first)
        self._loaded = wanted

    def make_own(self, learner: Learner) -> None:
        """Gives a browser a copy of the weights that all begin with, if it has none."""
        self.use(learner)
        if learner.state is None:
            self._first = self.session.state()
            learner.keep(self._first)
            self._loaded = (learner.key, learner.version)

    def keep(self, learner: Learner) -> None:
        """Gives a browser the weights that the session now has."""
        learner.keep(self.session.state())
        self._loaded = (learner.key, learner.version)

    def weights(self, learner: Learner) -> dict[str, NDArray[np.float32]]:
        """The weights of a browser, by the vocabulary."""
        self.use(learner)
        variables = {name: one.variable for name, one in vocabulary.PARAMETERS.items()}
        state = self.session.state()
        return {name: state[variable] for name, variable in variables.items()}

    def logits(self, images: NDArray[np.float32], keep_prob: float) -> NDArray[np.float32]:
        """Runs the net with the weights that the session has.

        Args:
          images: float32 `(n, 784)`, 0.0-1.0.
          keep_prob: keep probability.
        """
        feed = {self.ends.x: images, self.ends.keep_prob: keep_prob}
        return self.session.run(self.ends.prediction, feed)

    def accuracy(self, keep_prob: float, count: int = 500) -> float:
        """The share of so many test images that the weights in the session classify correctly."""
        logits = self.logits(self.sets.test_images[:count], keep_prob)
        return float(np.mean(logits.argmax(1) == self.sets.test_labels[:count]))

    def first_training(self) -> Iterator[None]:
        """Trains the scaled net for an epoch, a step each time, while browsers may look on."""
        draws = self.draws(scaled=True)
        self.begin(draws.initial_weights())
        size = self.settings.batch_size
        data = draws.data_set(self.sets.images, self.sets.labels)
        self.beginning = Beginning(0, self.sets.steps)
        nobody = Learner("")
        for step in range(self.sets.steps):
            images, labels = data.next_batch(size)
            self.use(nobody)
            feed = {
                self.ends.x: images,
                self.ends.y: labels,
                self.ends.keep_prob: tutorial.keep_rate,
                f"{vocabulary.DROPOUT_NOISE}:0": draws.training_noise(step, size),
            }
            _, loss = self.session.run([self.ends.optimizer, self.ends.cost], feed)
            self.beginning.step, self.beginning.loss = step + 1, float(loss)
            if (step + 1) % 20 == 0 or step + 1 == self.sets.steps:
                self.beginning.accuracy = self.accuracy(1.0, 1000)
            yield
