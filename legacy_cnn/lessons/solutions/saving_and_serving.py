import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial


def export(checkpoint, directory):
    with tf.Graph().as_default(), tf.Session() as session:
        images = tf.placeholder(tf.float32, [None, 784])
        logits = tutorial.convolutional_neural_network(images, 1.0)
        tf.train.Saver().restore(session, checkpoint)
        outputs = {"probabilities": tf.nn.softmax(logits)}
        tf.saved_model.simple_save(session, directory, {"images": images}, outputs)
