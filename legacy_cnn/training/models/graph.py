"""The graph in a session of its own; nothing is added to its nodes."""

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import mistakes, optimised, tutorial, vocabulary
from legacy_cnn.training.models import base

#: `Settings.graph` -> what `tutorial.build_graph` is given besides the learning rate.
GRAPHS = {
    "tutorial": {},
    "optimised": {"network": optimised.convolutional_neural_network},
    "swapped-loss": {"loss": mistakes.swapped_loss},
}


def build(settings):
    return GraphModel(settings.graph, settings.learning_rate, settings.threads)


class GraphModel(base.Model):
    def __init__(self, name, learning_rate, threads):
        """Builds the graph.

        Args:
          name: one of `settings.GRAPHS`.
          learning_rate: of Adam.
          threads: of an operation; sums depend on it in the last bit.
        """
        super().__init__()
        self.tf_graph = tf.Graph()
        with self.tf_graph.as_default():
            self.graph = tutorial.build_graph(learning_rate, **GRAPHS[name])
            self._parameters = dict(
                zip(vocabulary.PARAMETERS, tf.trainable_variables(), strict=True)
            )
            self._variables = _named(tf.global_variables())
            self._draws = {name: each.initial_value for name, each in self._variables.items()}
        self._noise = f"{vocabulary.DROPOUT_NOISE}:0"
        # One operation at a time: each of the large ones keeps all threads busy, and several at
        # once are no faster (docs/performance.md).
        config = tf.ConfigProto(
            intra_op_parallelism_threads=threads, inter_op_parallelism_threads=1
        )
        self._session = tf.Session(graph=self.tf_graph, config=config)

    def __exit__(self, *exception):
        self._session.close()

    def initialise(self, weights):
        # The graph's own initialiser, with the values fed in the place of its draws; what is
        # not fed, Adam's slots and powers, takes the initial value it has in the graph.
        feed = {self._draws[name]: value for name, value in weights.items()}
        self._session.run(self.graph.init, feed)

    load = initialise

    def state(self):
        return self._session.run(self._variables)

    def shapes(self):
        return {name: each.shape.as_list() for name, each in self._variables.items()}

    def weights(self):
        return self._session.run(self._parameters)

    def _step(self, images, labels, keep_prob, noise):
        graph = self.graph
        feed = {graph.x: images, graph.y: labels, graph.keep_prob: keep_prob, self._noise: noise}
        fetches = [graph.optimizer, graph.cost, graph.correct]
        _, loss, correct = self._session.run(fetches, feed)
        return float(loss), int(np.count_nonzero(correct))

    def _logits(self, images, keep_prob, noise):
        feed = {self.graph.x: images, self.graph.keep_prob: keep_prob}
        if noise is not None:
            feed[self._noise] = noise
        return self._session.run(self.graph.prediction, feed)


def _named(variables):
    """Renames the graph's variables, and Adam's slots for them, to the vocabulary."""
    names = {each.variable: name for name, each in vocabulary.PARAMETERS.items()}
    renamed = {}
    for variable in variables:
        owner, *slot = variable.op.name.split("/")  # Variable_2, or Variable_2/Adam_1
        renamed["/".join([names.get(owner, owner), *slot])] = variable
    return renamed
