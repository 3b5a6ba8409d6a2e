"""Writes operations.json: how many operations a call made in an old release, and its op seeds.

Run it once in each release; it replaces the part of that release:

    python write_operations.py operations.json

Up to TensorFlow 1.15, a random operation without a seed took the number of operations in the graph
so far. This file runs on Python 2.7 and later, with TensorFlow 0.12 to 1.15 and nothing else; the
tests evaluate the same calls, which are in `calls.txt`, with the old names of today. A call that a
release does not have is left out.
"""

from __future__ import print_function

import json
import os
import sys

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "calls.txt")) as _file:
    #: One a line.
    CALLS = _file.read().splitlines()


def graph_of(tf, call):
    """The graph that a call makes, empty before, and its op seeds."""

    def x(*shape):
        return tf.placeholder(tf.float32, list(shape))

    def v(*shape):
        return tf.Variable(tf.zeros(list(shape)))

    graph = tf.Graph()
    with graph.as_default():
        tf.set_random_seed(1)
        eval(call, {"tf": tf, "x": x, "v": v})
    drawing = [
        each
        for each in graph.get_operations()
        # This one has a seed, and draws nothing.
        if "seed2" in each.node_def.attr and each.type != "ComputeAccidentalHits"
    ]
    return graph, [int(each.get_attr("seed2")) for each in drawing]


def counted(tf, call):
    """The number of operations that a call makes, and its op seeds."""
    graph, seeds = graph_of(tf, call)
    return [len(graph.get_operations()), seeds]


def text_of(recorded):
    """The recorded numbers as JSON, a call in each line."""
    parts = []
    for release in sorted(recorded):
        calls = recorded[release]
        lines = ["  %s: %s" % (json.dumps(each), json.dumps(calls[each])) for each in sorted(calls)]
        parts.append(" %s: {\n%s\n }" % (json.dumps(release), ",\n".join(lines)))
    return "{\n%s\n}\n" % ",\n".join(parts)


def main(path):
    import tensorflow as tf

    recorded = {}
    if os.path.exists(path):
        with open(path) as file:
            recorded = json.load(file)
    of_release = recorded[tf.__version__] = {}
    for call in CALLS:
        try:
            of_release[call] = counted(tf, call)
        except Exception:  # the release does not have it, or not so
            pass
    with open(path, "w") as file:
        file.write(text_of(recorded))


if __name__ == "__main__":
    main(sys.argv[1])
