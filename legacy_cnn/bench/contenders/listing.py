"""The listing as it stands in `tutorial.py`, in a session without settings."""

import tempfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import input_data, tutorial, vocabulary
from legacy_cnn.bench.contenders.loop import FOREVER, AfterStep, Loop
from legacy_cnn.programs.session import GraphSession


class Listing(Loop):
    """The tutorial's own loop and evaluation."""

    def train(self, after_step: AfterStep) -> None:
        with tempfile.TemporaryDirectory() as directory:
            mnist = input_data.read_data_sets(directory, one_hot=True)
        with tf.Graph().as_default():
            watched = mnist._replace(train=_Watched(mnist.train, after_step))
            tutorial.train_neural_network(tutorial.build_graph(), watched, hm_epochs=FOREVER)

    def initialise(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        with tf.Graph().as_default() as graph:
            self._ends = tutorial.build_graph()
        self._session = GraphSession(graph)
        parameters = vocabulary.PARAMETERS
        self._session.initialise({parameters[name].variable: weights[name] for name in weights})

    def logits(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        feed = {self._ends.x: images, self._ends.keep_prob: 1.0}  # all at once
        return self._session.run(self._ends.prediction, feed)


class _Watched:
    """A `DataSet`; the listing asks it for a batch before each step, and nothing after one."""

    def __init__(self, data: input_data.DataSet, after_step: AfterStep) -> None:
        self._data, self._after_step = data, after_step
        self._started = False

    @property
    def num_examples(self) -> int:
        return self._data.num_examples

    def next_batch(self, size: int) -> Any:
        if self._started:
            self._after_step()
        self._started = True
        return self._data.next_batch(size)
