RIGHT = """
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
"""

#: What is changed in the right one, and what is said of that.
WRONG = [
    ("session.run(ends.cost", "session.run(ends.prediction", "it is the cost that must be run"),
    (
        "np.zeros((2, 784)), np.eye(10)[:2]",
        "np.zeros((1, 784)), np.eye(10)[:1]",
        "one image does not show it",
    ),
    ("    images, labels", '    return "never"\n    images, labels', "No session ran"),
    ('return "run"', 'return "build"', "the run must not be in the same `try`"),
    ("except ValueError", "except TypeError", "when stopped: ValueError: "),
    ('return "build"', 'return "run"', "and no session is needed to see that"),
    (
        "tf.errors.InvalidArgumentError",
        "ValueError",
        "when stopped: InvalidArgumentError: logits and labels must be broadcastable",
    ),
    ("build_graph(network=network)", "build_graph()", "`when` never called"),
    ('    return "never"', "    return None", "it returned None, which is none of"),
]
