"""Runs the listing with its seeds set in an old release, and writes what it drew and computed.

    python write_run.py run.npz

MNIST's files must be in /tmp/data, or in the directory that the environment variable MNIST names.
The listing has keyword arguments in its loss, as TensorFlow 1.0 and later want them. Before it come
`tf.set_random_seed(7)` and `numpy.random.seed(3)`. This one file runs on Python 2.7 and later, with
TensorFlow 0.12 to 1.15 and nothing else beside it. `python docs/experiments release_runs` compares
with today's program.
"""

from __future__ import print_function

import hashlib
import json
import os
import sys

import numpy
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

GRAPH_SEED, NUMPY_SEED = 7, 3
STEPS = 100
BATCH = 128
#: Batches of this size cross two ends of an epoch of 55,000 images.
LARGE, LARGE_BATCHES = 20000, 7


def sha256(*arrays):
    """The first 24 hex digits over `str(dtype) + str(shape)` and the bytes of each array."""
    digest = hashlib.sha256()
    for array in arrays:
        array = numpy.ascontiguousarray(array)
        digest.update((str(array.dtype) + str(array.shape)).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()[:24]


def read():
    """Seeds, and reads MNIST."""
    tf.set_random_seed(GRAPH_SEED)
    numpy.random.seed(NUMPY_SEED)
    return input_data.read_data_sets(os.environ.get("MNIST", "/tmp/data/"), one_hot=True)


def listing():
    """The listing's graph, up to the accuracy, and its variables."""
    n_classes = 10
    x = tf.placeholder("float", [None, 784])
    y = tf.placeholder("float")
    keep_rate = 0.8
    tf.placeholder(tf.float32)

    def conv2d(x, W):
        return tf.nn.conv2d(x, W, strides=[1, 1, 1, 1], padding="SAME")

    def maxpool2d(x):
        return tf.nn.max_pool(x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")

    shapes = ([5, 5, 1, 32], [5, 5, 32, 64], [7 * 7 * 64, 1024], [1024, n_classes])
    weights = [tf.Variable(tf.random_normal(shape)) for shape in shapes]
    biases = [tf.Variable(tf.random_normal([size])) for size in (32, 64, 1024, n_classes)]

    inputs = x
    x = tf.reshape(x, shape=[-1, 28, 28, 1])
    conv1 = maxpool2d(tf.nn.relu(conv2d(x, weights[0]) + biases[0]))
    conv2 = maxpool2d(tf.nn.relu(conv2d(conv1, weights[1]) + biases[1]))
    fc = tf.reshape(conv2, [-1, 7 * 7 * 64])
    fc = tf.nn.relu(tf.matmul(fc, weights[2]) + biases[2])
    fc = tf.nn.dropout(fc, keep_rate)
    prediction = tf.matmul(fc, weights[3]) + biases[3]

    loss = tf.nn.softmax_cross_entropy_with_logits(logits=prediction, labels=y)
    cost = tf.reduce_mean(loss)
    optimizer = tf.train.AdamOptimizer().minimize(cost)
    init = tf.initialize_all_variables()
    correct = tf.equal(tf.argmax(prediction, 1), tf.argmax(y, 1))
    accuracy = tf.reduce_mean(tf.cast(correct, "float"))
    return inputs, y, weights + biases, cost, optimizer, init, accuracy


def dropout_tensors():
    """What the dropout draws, and the mask that it makes of it."""
    operations = tf.get_default_graph().get_operations()
    inside = [each for each in operations if each.name.startswith("dropout")]
    (noise,) = [each.outputs[0] for each in inside if each.type == "RandomUniform"]
    (mask,) = [each.outputs[0] for each in inside if each.type in ("Floor", "GreaterEqual")]
    return noise, mask


def main(path):
    mnist = read()
    large = [sha256(*mnist.train.next_batch(LARGE)) for _ in range(LARGE_BATCHES)]
    mnist = read()
    x, y, variables, cost, optimizer, init, accuracy = listing()
    noise, mask = dropout_tensors()
    batches, noises, masks, losses = [], [], [], []
    with tf.Session() as session:
        session.run(init)
        first = session.run(variables)
        for _ in range(STEPS):
            images, labels = mnist.train.next_batch(BATCH)
            fetches = [optimizer, cost, noise, mask]
            _, loss, drawn, kept = session.run(fetches, {x: images, y: labels})
            batches.append(sha256(images, labels))
            noises.append(sha256(drawn))
            masks.append(sha256(kept.astype(bool)))
            losses.append(float(loss))
        last = session.run(variables)
        feed = {x: mnist.test.images, y: mnist.test.labels}
        measured, drawn, kept = session.run([accuracy, noise, mask], feed)
    facts = {
        "release": tf.__version__,
        "python": "%d.%d" % sys.version_info[:2],
        "numpy": numpy.__version__,
        "graph_seed": GRAPH_SEED,
        "numpy_seed": NUMPY_SEED,
        "large_batches": large,
        "batches": batches,
        "noise": noises,
        "masks": masks,
        "losses": losses,
        "accuracy": float(measured),
        "evaluation_noise": sha256(drawn),
        "evaluation_mask": sha256(kept.astype(bool)),
    }
    arrays = {"first_%d" % index: value for index, value in enumerate(first)}
    arrays.update({"last_%d" % index: value for index, value in enumerate(last)})
    text = numpy.frombuffer(json.dumps(facts).encode("ascii"), numpy.uint8)
    numpy.savez(path, facts=text, **arrays)
    print("Accuracy:", measured, "after", STEPS, "steps; the last loss is", losses[-1])


if __name__ == "__main__":
    main(sys.argv[1])
