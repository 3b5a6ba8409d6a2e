RIGHT = """
import tensorflow.compat.v1 as tf


def clipped(x, limit):
    mean = tf.reduce_mean(x)
    return tf.cond(mean > limit, lambda: x / mean, lambda: x)
"""

#: What is changed in the right one, and what is said of that.
WRONG = [
    (
        "return tf.cond(mean > limit, lambda: x / mean, lambda: x)",
        "return x / mean if mean > limit else x",
        "Python's `if` was asked about a tensor",
    ),
    ("return tf.cond(mean > limit, lambda: x / mean, lambda: x)", "return x", "Nothing is divided"),
    ("mean > limit", "mean < limit", "Nothing is divided"),
    ("mean > limit", "mean > 0", "It divides always"),
    ("mean > limit", "mean > 3", "the limit is a tensor, another at each run"),
    (
        "    mean = tf.reduce_mean(x)\n"
        "    return tf.cond(mean > limit, lambda: x / mean, lambda: x)",
        "    mean = tf.reduce_mean(x, 1, keepdims=True)\n"
        "    return tf.where_v2(mean > limit, x / mean, x)",
        "With a mean of 4 and a limit of 3 it is",
    ),
    ("x / mean", "x / limit", "With a mean of 4 and a limit of 3 it is"),
    ("    return", "    tf.constant(0); lambda: ", "What came back is None"),
]
