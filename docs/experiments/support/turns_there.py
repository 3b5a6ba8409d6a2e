"""Runs the listing in an old release of TensorFlow, and times its steps on request.

This file runs there: on Python 2.7 and later, TensorFlow 0.12 to 1.15, and with nothing else.

    python turns_there.py LISTING THREADS

The listing runs as it is, with the release's own loader and random numbers; only its session is
given the number of threads. Requests and replies are those of `legacy_cnn.bench.worker`: a request,
one JSON a line on stdin, is `{"train": N}`. The reply has the seconds of N steps. As there, a turn
begins with a step that is not timed.
"""

import itertools
import json
import os
import sys
from timeit import default_timer

import numpy as np
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data


class Turns(object):
    """Counts and times the steps of the listing, and stops it between the turns asked for."""

    def __init__(self):
        self.replies = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)  # what TensorFlow and the listing print
        self.wanted = 0  # timed steps of this turn; 0 before the first one
        self.seconds = []
        self.last = None  # when the step before ended; None at a turn's begin

    def after_step(self):
        now = default_timer()
        if not self.wanted:
            self.reply({"versions": versions()})
            return self.wait()
        if self.last is not None:
            self.seconds.append(now - self.last)
        self.last = now
        if len(self.seconds) == self.wanted:
            self.reply({"seconds": self.seconds})
            self.wait()

    def reply(self, values):
        self.replies.write(json.dumps(values) + "\n")
        self.replies.flush()

    def wait(self):
        """Waits for the next turn; ends the process when there are no more."""
        line = sys.stdin.readline()
        if not line:
            sys.exit()
        self.wanted, self.seconds, self.last = json.loads(line)["train"], [], None


def versions():
    return {
        "python": "%d.%d.%d" % sys.version_info[:3],
        "numpy": np.__version__,
        "tensorflow": tf.__version__,
    }


def main(listing, threads):
    turns = Turns()
    read, session = input_data.read_data_sets, tf.Session

    def watched(*arguments, **options):
        data = read(*arguments, **options)
        next_batch, batches = data.train.next_batch, itertools.count()

        def after_step(size):
            # The listing asks for a batch before each step, and for nothing after one.
            if next(batches):
                turns.after_step()
            return next_batch(size)

        data.train.next_batch = after_step
        return data

    input_data.read_data_sets = watched
    config = tf.ConfigProto(intra_op_parallelism_threads=threads)
    tf.Session = lambda: session(config=config)
    with open(listing) as file:
        source = file.read()
    exec(compile(source, listing, "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
