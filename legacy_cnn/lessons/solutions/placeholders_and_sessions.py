import tensorflow.compat.v1 as tf

with tf.Graph().as_default() as graph:
    x = tf.placeholder("float", [None, 784])
    mean = tf.reduce_mean(x, axis=1)


def means(images):
    with tf.Session(graph=graph) as session:
        return session.run(mean, {x: images})
