RIGHT = """
import numpy as np
import tensorflow.compat.v1 as tf


def is_swapped(loss):
    logits = np.random.default_rng(0).standard_normal((4, 10)).astype(np.float32)
    y = np.eye(10, dtype=np.float32)[[3, 1, 4, 1]]
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 10])
        out = loss(x, tf.constant(y))
        as_it_is, raised = (session.run(out, {x: each}) for each in (logits, logits + 5))
    return not np.allclose(as_it_is, raised, atol=1e-3)
"""

_LAST = "not np.allclose(as_it_is, raised, atol=1e-3)"

#: What is changed in the right one, and what is said of that.
WRONG = [
    ("return not", "return", "It says True of the tutorial's loss, and should say False"),
    (_LAST, "(as_it_is < 0).any() or (raised - 10 < 0).all()", "True of the tutorial's loss"),
    (
        "(logits, logits + 5))\n    return " + _LAST,
        "(logits - 50, logits))\n    return (as_it_is < 0).any()",
        "It is never below zero, and is swapped all the same",
    ),
    (
        "(logits, logits + 5))\n    return " + _LAST,
        "(0 * logits, logits))\n    return not np.allclose(as_it_is, np.log(10), atol=1e-3)",
        "With equal logits it is not 2.303, and it is not swapped",
    ),
    (
        "(logits, logits + 5))\n    return " + _LAST,
        "(0 * logits, 100 * y))\n    return (raised > 1).any()",
        "It cannot come near zero, and it is not swapped",
    ),
    (
        "(logits, logits + 5))\n    return " + _LAST,
        "(100 * y, 100 * y[::-1]))\n    return as_it_is.mean() > raised.mean()",
        "It says False of `mistakes.swapped_loss`, and should say True",
    ),
    (
        "    return " + _LAST,
        "        downhill = tf.gradients(out, x)[0]\n"
        "        if downhill is None:\n"
        "            return False\n    return " + _LAST,
        "It has no gradient; its values tell",
    ),
    (
        "        as_it_is, raised",
        "        tf.train.AdamOptimizer().minimize(tf.reduce_mean(loss(tf.Variable(logits), y)))\n"
        "        as_it_is, raised",
        "is_swapped stopped: ValueError: No gradients provided for any variable",
    ),
    ("loss(x, tf.constant(y))", "loss(x, tf.constant([3, 1, 4, 1]))", "both (N, 10)"),
]
