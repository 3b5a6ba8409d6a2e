import math

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial


def facts(network):
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph(network=network)
        parameters = sum(math.prod(each.shape.as_list()) for each in tf.trainable_variables())
    images = np.random.default_rng(0).random((2, 784), np.float32)
    with tf.Session(graph=graph) as session:
        session.run(ends.init)
        output = session.run(ends.prediction, {ends.x: images, ends.keep_prob: 1.0})
    softmax = output.min() >= 0 and np.allclose(output.sum(1), 1, atol=1e-3)
    return {"parameters": parameters, "rows": len(output) // len(images), "softmax": softmax}
