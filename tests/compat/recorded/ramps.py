"""What the recorded programs share: variables that hold a ramp, and what is printed of a model."""

from __future__ import print_function

import numpy as np
import tensorflow as tf
from tensorflow.python.util import nest


def ramp(shape, dtype=None, partition_info=None, **_):
    """An initializer, or with lists of numbers an input: -0.3 to 0.3 in seven steps."""
    shape = [int(each) for each in shape]
    values = (np.arange(int(np.prod(shape))) % 7 - 3).reshape(shape) * 0.1
    return tf.constant(values, dtype or tf.float32)


def inputs(*shape):
    """A ramp of five steps."""
    values = (np.arange(int(np.prod(shape))) % 5 - 2).reshape(shape) * 0.3
    return tf.constant(values, tf.float32)


def initialized(session):
    """Initializes variables; those that are random whatever the scope says hold a ramp, too."""
    session.run(tf.global_variables_initializer())
    for each in tf.global_variables():
        if "kernel_u" in each.name or each.op.name.endswith(("period", "phase")):
            each.load(session.run(ramp(each.get_shape()) + 1.0), session)


def show(values, is_trained=False):
    """Prints the variables, the shapes of tensors, and the sum of their squares."""
    for each in tf.global_variables():
        print(
            each.op.name,
            each.get_shape().as_list(),
            *[] if each in tf.trainable_variables() else ["fixed"],
        )
    flat = nest.flatten(values)
    loss = tf.add_n([tf.reduce_sum(tf.square(each)) for each in flat])
    gradients = (
        [each for each in tf.gradients(loss, tf.trainable_variables())] if is_trained else []
    )
    with tf.Session() as session:
        initialized(session)
        print("shapes", [list(each.shape) for each in session.run(flat)])
        print("loss %.5f" % session.run(loss))
        for each in session.run(gradients):
            print("gradient %.4f" % np.sum(each))


def run(cases, names):
    """Prints what each case does, as `test_recorded.py` reads it."""
    for name in names or sorted(cases):
        tf.reset_default_graph()
        print("[%s]" % name)
        cases[name]()
