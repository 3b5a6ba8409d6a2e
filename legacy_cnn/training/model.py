"""The tutorial's graph in a session of its own, fed and fetched under the one vocabulary."""

import time

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial, vocabulary

#: Images at a time in an evaluation: conv1's output takes 100 kB an image, so 10,000 at once,
#: as the tutorial had it, take a gigabyte for that layer alone.
EVALUATION_BATCH = 500


class Model:
    """Wraps the graph from outside: a session, a Saver, nothing added to the tutorial's nodes."""

    def __init__(self, learning_rate, threads):
        """Builds the graph.

        Args:
          learning_rate: of Adam.
          threads: of one operation and between operations; sums depend on it in the last bit.
        """
        self.tf_graph = tf.Graph()
        with self.tf_graph.as_default():
            self.graph = tutorial.build_graph(learning_rate)
            self._parameters = dict(
                zip(vocabulary.PARAMETERS, tf.trainable_variables(), strict=True)
            )
            self._draws = {name: each.initial_value for name, each in self._parameters.items()}
            self.variables = _named(tf.global_variables())
            self._saver = tf.train.Saver(self.variables, max_to_keep=0)
        self._noise = f"{vocabulary.DROPOUT_NOISE}:0"
        config = tf.ConfigProto(
            intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads
        )
        self._session = tf.Session(graph=self.tf_graph, config=config)
        self.seconds_in_run = 0.0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._session.close()

    def initialise(self, weights):
        """Runs the graph's own initialiser with `weights` (a dict by name) fed for its draws."""
        self._run(self.graph.init, {self._draws[name]: weights[name] for name in self._draws})

    def step(self, images, labels, keep_prob, noise):
        """One step of training.

        Args:
          images: float32 `(N, 784)` in 0.0-1.0.
          labels: one-hot `(N, 10)`.
          keep_prob: keep probability.
          noise: float32 `(N, 1024)` in [0, 1).

        Returns:
          The loss before the update, a float, and how many of the N were right, an int.
        """
        graph = self.graph
        feed = {graph.x: images, graph.y: labels, graph.keep_prob: keep_prob, self._noise: noise}
        _, loss, correct = self._run([graph.optimizer, graph.cost, graph.correct], feed)
        return float(loss), int(np.count_nonzero(correct))

    def logits(self, images, keep_prob=1.0, noise=None):
        """The net's output, computed in batches.

        Args:
          images: array `(n, 784)` in 0.0-1.0.
          keep_prob: keep probability; 1.0 is the dropout off.
          noise: called with the number and the size of a batch for its dropout noise; None leaves
            it to the graph, where it has no effect with the dropout off.

        Returns:
          float32 array `(n, 10)`.
        """
        parts = []
        for batch, start in enumerate(range(0, len(images), EVALUATION_BATCH)):
            part = images[start : start + EVALUATION_BATCH]
            feed = {self.graph.x: part, self.graph.keep_prob: keep_prob}
            if noise:
                feed[self._noise] = noise(batch, len(part))
            parts.append(self._run(self.graph.prediction, feed))
        return np.concatenate(parts)

    def weights(self):
        """Dict from each name of the vocabulary to its value, float32."""
        return self._run(self._parameters, {})

    def save(self, prefix):
        """Writes the variables to a checkpoint of that path prefix, and nothing else."""
        with self.tf_graph.as_default():  # outside of its graph a Saver turns eager
            self._saver.save(self._session, prefix, write_meta_graph=False, write_state=False)

    def restore(self, prefix):
        """Reads the variables from a checkpoint."""
        with self.tf_graph.as_default():
            self._saver.restore(self._session, prefix)

    def _run(self, fetches, feed):
        started = time.perf_counter()
        try:
            return self._session.run(fetches, feed)
        finally:
            self.seconds_in_run += time.perf_counter() - started


def _named(variables):
    """Renames the graph's variables, and Adam's slots for them, to the vocabulary."""
    names = {each.variable: name for name, each in vocabulary.PARAMETERS.items()}
    renamed = {}
    for variable in variables:
        owner, *slot = variable.op.name.split("/")  # Variable_2, or Variable_2/Adam_1
        renamed["/".join([names.get(owner, owner), *slot])] = variable
    return renamed
