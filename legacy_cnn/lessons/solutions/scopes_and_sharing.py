import tensorflow.compat.v1 as tf


def shared(network, name):
    with tf.variable_scope(name) as scope:
        pass

    def call(x):
        with tf.variable_scope(scope, reuse=tf.AUTO_REUSE):
            return network(x)

    return call
