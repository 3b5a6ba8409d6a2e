RIGHT = """
import numpy as np
import tensorflow as tf


def saliency(program, images, labels):
    x = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = program.predict(x, tf.constant(1.0)).logits
        cost = program.cost(logits, labels)
    gradient = tape.gradient(cost, x)
    return np.abs(gradient)
"""

#: What is changed in the right one, and what is said of that.
WRONG = [
    ("        tape.watch(x)\n", "", "None came from the tape"),
    ("        cost = program", "    cost = program", "None came from the tape"),
    ("return np.abs(gradient)", "np.abs(gradient)", "Nothing came back"),
    ("np.abs(gradient)", "gradient.numpy()", "Some are negative"),
    ("program.cost(logits, labels)", "4 * program.cost(logits, labels)", "4 times too large"),
    ("tf.constant(1.0)", "tf.constant(0.5)", "with the keep probability 1.0"),
    ("tape.gradient(cost, x)", "tape.gradient(cost, program.variables[0])", "has their shape"),
    ("np.abs(gradient)", "np.abs(gradient).mean(0)", "An array of (784,) came back"),
    (
        "    gradient = tape",
        "    program.step(x, tf.constant(labels), tf.constant(1.0))\n    gradient = tape",
        "The weights have changed",
    ),
]
