"""Builds the listing in an old release of TensorFlow, and takes steps with it on request.

This file runs there: on Python 2.7 and later, TensorFlow 0.12 to 1.15, with NumPy and nothing else.

    python steps_there.py LISTING

The listing is run as it is until it opens its session. Requests, one JSON a line on stdin, name
files of arrays, .npz; replies, one JSON a line, go to stdout.
"""

import json
import os
import sys
import time

import numpy as np
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data


class Built(Exception):
    """The listing's graph is complete."""


def build(listing):
    """Adds the listing's graph to the default graph."""

    def stop(*arguments):
        raise Built

    session, tf.Session = tf.Session, stop
    input_data.read_data_sets = lambda *arguments, **options: None  # the arrays come from outside
    with open(listing) as file:
        source = file.read()
    try:
        exec(compile(source, listing, "exec"), {"__name__": "__main__"})
    except Built:
        pass
    finally:
        tf.Session = session


class Steps(object):
    """The listing's graph in a session."""

    def __init__(self):
        graph = tf.get_default_graph()
        self.variables = dict((value.op.name, value) for value in tf.global_variables())
        # var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad
        self.gradients = dict(
            (op.inputs[0].op.name, op.inputs[9])
            for op in graph.get_operations()
            if op.type == "ApplyAdam"
        )
        self.assignments = {}
        for name, value in self.variables.items():
            fed = tf.placeholder(value.dtype.base_dtype, value.get_shape())
            self.assignments[name] = fed, tf.assign(value, fed)
        self.session = tf.Session()

    def load(self, path):
        """Assigns all variables."""
        with np.load(path) as values:
            feed = dict((self.assignments[name][0], values[name]) for name in values.files)
            names = values.files
        self.session.run([self.assignments[name][1].op for name in names], feed)
        return {}

    def step(self, batch, result):
        """Takes a step with the arrays of one file, and writes what it computed to another."""
        with np.load(batch) as values:
            feed = dict((name + ":0", values[name]) for name in values.files)
        fetches = {"loss": "Mean:0", "logits": "add_3:0", "gradients": self.gradients}
        begin = time.time()
        computed, _ = self.session.run([fetches, "Adam"], feed)
        seconds = time.time() - begin
        arrays = {"loss": computed["loss"], "logits": computed["logits"]}
        for name, value in computed["gradients"].items():
            arrays["gradients/" + name] = value
        for name, value in self.session.run(self.variables).items():
            arrays["variables/" + name] = value
        with open(result, "wb") as file:
            np.savez(file, **arrays)
        return {"seconds": seconds}


def main(listing):
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what TensorFlow prints

    def reply(values):
        replies.write(json.dumps(values) + "\n")
        replies.flush()

    build(listing)
    steps = Steps()
    versions = {
        "python": "%d.%d.%d" % sys.version_info[:3],
        "numpy": np.__version__,
        "tensorflow": tf.__version__,
    }
    reply({"versions": versions, "variables": sorted(steps.variables)})
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        reply(steps.load(*request["load"]) if "load" in request else steps.step(*request["step"]))


if __name__ == "__main__":
    main(sys.argv[1])
