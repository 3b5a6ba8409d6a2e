"""The tutorial's listing: twelve steps, the accuracy, and what it prints.

The listing runs as it was published but for `REPLACED`. What is random in it, its batches, initial
weights and dropout noise, is fed.
"""

from __future__ import absolute_import, division, print_function

import gzip
import io
import os
import re
import sys

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "..")


def _published():
    """The listing without its imports and the line that reads MNIST."""
    with open(os.path.join(ROOT, "legacy_cnn", "originals", "listing.txt")) as file:
        source = file.read()
    return source[source.index("n_classes = 10") :]


LISTING = _published()
EPOCHS, STEPS, BATCH, TEST = 2, 6, 32, 200
#: What is another here, so that it takes seconds.
REPLACED = {"hm_epochs = 10": "hm_epochs = 2", "batch_size = 128": "batch_size = 32"}
#: From TensorFlow 1.0 on; up to 0.12 the two were taken by position, in this order.
LOSS = "(prediction,y)"
KEYWORDS = "(logits=prediction,labels=y)"
#: The variables in the order of the listing, and what is written of them.
SHAPES = (
    (5, 5, 1, 32), (5, 5, 32, 64), (3136, 1024), (1024, 10), (32,), (64,), (1024,), (10,),
)  # fmt: skip
#: Steps after which weights and slots are written.
SEEN = (1, 2, 12)


def cases(tf):
    yield "program", _program


def _data(name, header, count, size):
    """The first bytes of a file of the MNIST that comes with this project."""
    path = os.path.join(ROOT, "legacy_cnn", "mnist", "data", name + ".gz")
    with io.BufferedReader(gzip.open(path)) as file:
        data = file.read(header + count * size)[header:]
    return np.frombuffer(data, np.uint8)


def images_and_labels(name, count):
    """The first images and labels of a set, scaled and one-hot as the old loader gave them."""
    images = _data(name + "-images-idx3-ubyte", 16, count, 784).reshape(count, 784)
    labels = _data(name + "-labels-idx1-ubyte", 8, count, 1)
    return images.astype(np.float32) * np.float32(1 / 255), np.eye(10)[labels]


class Set(object):
    """A set with what the listing uses of the loader's."""

    num_examples = STEPS * BATCH

    def __init__(self, name, count, inputs):
        images, self.labels = images_and_labels(name, count)
        self.images = inputs.array(images)
        self._start = 0

    def next_batch(self, size):
        part = slice(self._start, self._start + size)
        self._start += size
        return self.images[part], self.labels[part]


class MNIST(object):
    def __init__(self, inputs):
        self.train = Set("train", EPOCHS * STEPS * BATCH, inputs)
        self.test = Set("t10k", TEST, inputs)


def initial_weights(inputs):
    """What the variables begin with, N(0, 1) as in the listing."""
    return [inputs.normal("weights %d" % i, *shape) for i, shape in enumerate(SHAPES)]


def noise(inputs, step, count):
    """The dropout noise of a step, [0, 1)."""
    return inputs.uniform("noise %d" % step, count, 1024)


def text(tf, replaced):
    """The listing in the form that a release runs.

    Args:
      replaced: dict from lines of it to what stands in their place.
    """
    listing = LISTING
    for old, new in replaced.items():
        assert old in listing
        listing = listing.replace(old, new)
    return listing if _by_position(tf) else listing.replace(LOSS, KEYWORDS)


def _by_position(tf):
    return tf.__version__.startswith("0.")


class Namespace(object):
    """TensorFlow, but for its Session."""

    def __init__(self, tf, session):
        self._tf, self.Session = tf, session

    def __getattr__(self, name):
        return getattr(self._tf, name)


def _program(tf, session, inputs):
    return watched(tf, inputs, lambda names: printed(text(tf, REPLACED), names))


def watched(tf, inputs, program):
    """What a program of the tutorial computes and prints, with all that is random fed.

    Args:
      program: is called with the names `tf` and `mnist`, and returns the lines that it prints.
    """
    seen = {}

    class Session(tf.Session):
        """Feeds what is random, and looks at what a step does."""

        steps = 0

        def run(self, fetches, feed_dict=None, **others):
            run = super(Session, self).run
            if feed_dict is None:
                return run(fetches, initial(tf, inputs))
            self.steps += 1
            feed = fed(feed_dict, inputs, self.steps)
            if not isinstance(fetches, list):
                seen["accuracy"] = run(fetches, feed)
                return seen["accuracy"]
            updates = operations(tf, "ApplyAdam")
            gradients = {
                "gradient of " + each.inputs[0].op.name: each.inputs[9] for each in updates
            }
            result, gradients = run([fetches, gradients], feed)
            seen["loss %d" % self.steps] = result[1]
            if self.steps == 1:
                seen.update(gradients)
            if self.steps in SEEN:
                names = {"%s after %d" % (each.op.name, self.steps): each for each in arrays(tf)}
                seen.update(run(names))
            return result

    lines = program({"tf": Namespace(tf, Session), "mnist": MNIST(inputs)})
    seen["printed"] = [re.sub(NUMBER, "#", line) for line in lines]
    seen["printed numbers"] = np.array([float(re.search(NUMBER, line).group()) for line in lines])
    return seen


def operations(tf, kind):
    """The operations of a type in the current graph, in their order."""
    return [each for each in tf.get_default_graph().get_operations() if each.type == kind]


def arrays(tf):
    """Weights and slots in the current graph."""
    return [each for each in tf.global_variables() if "power" not in each.op.name]


def initial(tf, inputs):
    """What is fed in place of the random initial values."""
    drawn = [each.inputs[1] for each in operations(tf, "Assign")[: len(SHAPES)]]
    return dict(zip(drawn, initial_weights(inputs)))


def fed(feed, inputs, step):
    """What a program feeds, with the dropout's noise, and the dropout on as published."""
    count = max(len(value) for value in feed.values() if np.ndim(value))
    feed = {tensor: value if np.ndim(value) else 0.8 for tensor, value in feed.items()}
    feed["dropout/random_uniform/RandomUniform:0"] = noise(inputs, step, count)
    return feed


NUMBER = r"[0-9]+\.[0-9]+"


def printed(listing, names):
    """Runs a program and returns the lines that it prints."""
    before, sys.stdout = sys.stdout, io.BytesIO() if sys.version_info[0] == 2 else io.StringIO()
    try:
        exec(compile(listing, "listing", "exec", 0, True), names)
        return sys.stdout.getvalue().splitlines()
    finally:
        sys.stdout = before
