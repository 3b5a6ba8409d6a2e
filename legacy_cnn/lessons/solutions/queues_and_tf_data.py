import tensorflow.compat.v1 as tf


def epoch(images, labels, size):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(images.dtype, images.shape)
        y = tf.placeholder(labels.dtype, labels.shape)
        dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(size)
        iterator = tf.data.make_initializable_iterator(dataset)
        batch, digits = iterator.get_next()
        means = tf.reduce_mean(batch, axis=1)
    found = []
    with tf.Session(graph=graph) as session:
        session.run(iterator.initializer, {x: images, y: labels})
        while True:
            try:
                found.append(session.run((means, digits)))
            except tf.errors.OutOfRangeError:
                return found
