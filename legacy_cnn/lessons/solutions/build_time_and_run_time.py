import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial


def when(network):
    with tf.Graph().as_default() as graph:
        try:
            ends = tutorial.build_graph(network=network)
        except ValueError:
            return "build"
    images, labels = np.zeros((2, 784)), np.eye(10)[:2]
    with tf.Session(graph=graph) as session:
        session.run(ends.init)
        try:
            session.run(ends.cost, {ends.x: images, ends.y: labels, ends.keep_prob: 1.0})
        except tf.errors.InvalidArgumentError:
            return "run"
    return "never"
