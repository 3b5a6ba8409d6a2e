"""Small checkpoints in both formats, written into `checkpoints` beside the goldens."""

from __future__ import absolute_import, division, print_function

import os

import numpy as np

from . import core

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "checkpoints")


def cases(tf):
    for version in ("V1", "V2"):
        yield version, _checkpoint(version)


def prefix(release, version):
    """The path of a checkpoint, without what the second format adds to it."""
    return os.path.join(FOLDER, "%s-%s.ckpt" % (release, version))


def _checkpoint(version):
    """A scope, a counter, and a step of Adam."""

    def case(tf, session, inputs):
        with tf.variable_scope("scope"):
            weights = tf.Variable(inputs.normal("w", 3, 2), name="w")
            biases = tf.Variable(inputs.normal("b", 2), name="b")
        step = tf.Variable(np.int64(0), trainable=False, name="global_step")
        loss = tf.reduce_sum(tf.square(weights)) + tf.reduce_sum(tf.square(biases))
        update = tf.train.AdamOptimizer(inputs.number(0.1)).minimize(loss, global_step=step)
        core.initialize(tf, session)
        session.run(update)
        values = session.run({each.op.name: each for each in tf.global_variables()})
        if inputs.is_exact:
            saver = tf.train.Saver(write_version=getattr(tf.train.SaverDef, version))
            if not os.path.isdir(FOLDER):
                os.makedirs(FOLDER)
            place = prefix(tf.__version__, version)
            saver.save(session, place, write_meta_graph=False, write_state=False)
        return values

    return case
