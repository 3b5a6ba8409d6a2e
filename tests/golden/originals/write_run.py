"""Runs the listing with its seeds set in an old release, and writes what it drew and computed.

    python write_run.py run.npz

MNIST's files must be in /tmp/data, or in the directory that the environment variable MNIST names.
`tf.set_random_seed(7)` and `numpy.random.seed(3)` come before the listing, which takes 100 steps.
It runs on Python 2.7 and later, with TensorFlow 0.12 to 1.15 and NumPy. `python docs/experiments
release_runs` compares with today's program.
"""

from __future__ import print_function

import hashlib
import json
import os
import sys

import numpy
import tensorflow as tf
from sections import listing
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


class Drawn(object):
    """A set of the loader that remembers what it gave."""

    num_examples = STEPS * BATCH

    def __init__(self, data):
        self._data, self.batches = data, []

    def next_batch(self, size):
        images, labels = self._data.next_batch(size)
        self.batches.append(sha256(images, labels))
        return images, labels


class MNIST(object):
    """What the listing uses of the loader's sets."""

    def __init__(self, sets):
        self.train, self.test = Drawn(sets.train), sets.test


class Watched(object):
    """What the listing's session draws and computes."""

    def __init__(self):
        self.noises, self.masks, self.losses = [], [], []

    def session(self):
        """A class that runs what the listing runs, and looks at it."""
        watched = self

        class Session(tf.Session):
            def run(self, fetches, feed_dict=None):
                run = super(Session, self).run
                if feed_dict is None:
                    run(fetches)
                    watched.first = run(tf.trainable_variables())
                    return None
                is_step = isinstance(fetches, list)
                if not is_step:
                    watched.last = run(tf.trainable_variables())
                result, drawn, mask = run([fetches] + dropout_tensors(), feed_dict)
                watched.noises.append(sha256(drawn))
                watched.masks.append(sha256(mask.astype(bool)))
                if is_step:
                    watched.losses.append(float(result[1]))
                else:
                    watched.accuracy = float(result)
                return result

        return Session


def dropout_tensors():
    """What the dropout draws, and the mask that it makes of it."""
    operations = tf.get_default_graph().get_operations()
    inside = [op for op in operations if op.name.startswith("dropout")]
    (noise,) = [op.outputs[0] for op in inside if op.type == "RandomUniform"]
    (mask,) = [op.outputs[0] for op in inside if op.type in ("Floor", "GreaterEqual")]
    return [noise, mask]


def main(path):
    data = read().train
    large = [sha256(*data.next_batch(LARGE)) for _ in range(LARGE_BATCHES)]
    mnist, watched = MNIST(read()), Watched()
    names = {"tf": listing.Namespace(tf, watched.session()), "mnist": mnist}
    printed = listing.printed(listing.text(tf, {"hm_epochs = 10": "hm_epochs = 1"}), names)
    facts = {
        "release": tf.__version__,
        "python": "%d.%d" % sys.version_info[:2],
        "numpy": numpy.__version__,
        "graph_seed": GRAPH_SEED,
        "numpy_seed": NUMPY_SEED,
        "large_batches": large,
        "batches": mnist.train.batches,
        "noise": watched.noises[:-1],
        "masks": watched.masks[:-1],
        "losses": watched.losses,
        "accuracy": watched.accuracy,
        "evaluation_noise": watched.noises[-1],
        "evaluation_mask": watched.masks[-1],
    }
    arrays = {"first_%d" % index: value for index, value in enumerate(watched.first)}
    arrays.update({"last_%d" % index: value for index, value in enumerate(watched.last)})
    text = numpy.frombuffer(json.dumps(facts).encode("ascii"), numpy.uint8)
    numpy.savez(path, facts=text, **arrays)
    print("\n".join(printed))


if __name__ == "__main__":
    main(sys.argv[1])
