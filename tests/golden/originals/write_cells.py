"""Writes cells.json: the op seeds in and after recurrent networks in an old release.

Run it once in each release; it replaces the part of that release:

    python write_cells.py cells.json

As `write_operations.py`, it runs on Python 2.7 and later, with TensorFlow 0.12 to 1.15.
"""

from __future__ import print_function

import json
import os
import sys

CELLS = ["BasicLSTMCell", "GRUCell", "layers"]
BATCHES = [None, 2]
WAYS = ["dynamic", "with lengths", "time major", "from a state", "static"]


def ways():
    """Names of all that is recorded."""
    return [
        " ".join((way, cell, str(batch))) for way in WAYS for cell in CELLS for batch in BATCHES
    ]


def seeds(tf, name):
    """The op seeds of a network, and of a random operation after it."""
    way, cell, batch = name.rsplit(" ", 2)
    batch = None if batch == "None" else int(batch)
    graph = tf.Graph()
    with graph.as_default():
        tf.set_random_seed(1)
        run(tf, way, made(tf, cell), batch)
        tf.random_normal([2])
    drawing = [each for each in graph.get_operations() if "seed2" in each.node_def.attr]
    return [int(each.get_attr("seed2")) for each in drawing]


def made(tf, name):
    cells = tf.contrib.rnn if tf.__version__ == "1.0.1" else tf.nn.rnn_cell
    if name == "layers":
        return cells.MultiRNNCell([cells.BasicLSTMCell(3) for _ in range(2)])
    return getattr(cells, name)(3)


def run(tf, way, cell, batch):
    inputs = tf.placeholder(tf.float32, [batch, 3, 4])
    if way == "static":
        old = tf.__version__ == "0.12.1"
        static = tf.nn.rnn if old else tf.contrib.rnn.static_rnn
        static(cell, tf.unstack(inputs, 3, 1), dtype=tf.float32)
    elif way == "with lengths":
        lengths = tf.placeholder(tf.int32, [batch])
        tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32, sequence_length=lengths)
    elif way == "from a state":
        tf.nn.dynamic_rnn(cell, inputs, initial_state=cell.zero_state(2, tf.float32))
    else:
        tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32, time_major=way == "time major")


def main(path):
    import tensorflow as tf

    recorded = {}
    if os.path.exists(path):
        with open(path) as file:
            recorded = json.load(file)
    recorded[tf.__version__] = {name: seeds(tf, name) for name in ways()}
    with open(path, "w") as file:
        json.dump(recorded, file, indent=1, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
