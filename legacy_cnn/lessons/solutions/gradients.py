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
