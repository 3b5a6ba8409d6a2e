"""The listing as it stands in `tutorial.py`, in a session without settings."""

import tempfile

import tensorflow.compat.v1 as tf

from legacy_cnn import input_data, tutorial
from legacy_cnn.bench.contenders.base import FOREVER, Program


class Listing(Program):
    def train(self, after_step):
        with tempfile.TemporaryDirectory() as directory:
            mnist = input_data.read_data_sets(directory, one_hot=True)
        with tf.Graph().as_default():
            watched = mnist._replace(train=_Watched(mnist.train, after_step))
            tutorial.train_neural_network(tutorial.build_graph(), watched, hm_epochs=FOREVER)

    def load(self, weights):
        with tf.Graph().as_default() as graph:
            self._ends = tutorial.build_graph()
            drawn = [each.initial_value for each in tf.trainable_variables()]
        self._session = tf.Session(graph=graph)
        self._session.run(self._ends.init, dict(zip(drawn, weights.values(), strict=True)))

    def logits(self, images):
        feed = {self._ends.x: images, self._ends.keep_prob: 1.0}  # all at once
        return self._session.run(self._ends.prediction, feed)


class _Watched:
    """A `DataSet`; the listing asks it for a batch before each step, and nothing after one."""

    def __init__(self, data, after_step):
        self._data, self._after_step = data, after_step
        self._begun = False

    @property
    def num_examples(self):
        return self._data.num_examples

    def next_batch(self, size):
        if self._begun:
            self._after_step()
        self._begun = True
        return self._data.next_batch(size)
