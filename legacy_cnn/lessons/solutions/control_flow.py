import tensorflow.compat.v1 as tf


def clipped(x, limit):
    mean = tf.reduce_mean(x)
    return tf.cond(mean > limit, lambda: x / mean, lambda: x)
