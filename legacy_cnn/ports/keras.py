"""The tutorial in Keras 3: the same net, initial weights, loss and optimizer.

Layers are called as in `vocabulary.py`. Run it with `python -m legacy_cnn.ports.keras`.
"""

import keras
from keras import layers

from legacy_cnn import input_data, vocabulary

batch_size = 128
keep_rate = 0.8
hm_epochs = 10


@keras.saving.register_keras_serializable("legacy_cnn")
class FedDropout(layers.Layer):
    """Dropout whose noise is an input: float32 in [0, 1), of the shape of what it drops.

    In training an element is kept where its noise is at least the drop rate. The arithmetic is
    that of the graph, rounding for rounding: the tutorial feeds a keep probability in float32.
    """

    def __init__(self, keep_prob, **options):
        super().__init__(**options)
        self.keep_prob = keep_prob

    def call(self, x, noise, training=False):
        if not training:
            return x
        one = keras.ops.ones((), x.dtype)
        rate = one - keras.ops.cast(self.keep_prob, x.dtype)
        return keras.ops.where(noise >= rate, x / (one - rate), 0)

    def get_config(self):
        return {**super().get_config(), "keep_prob": self.keep_prob}


def normal():
    return keras.initializers.RandomNormal(stddev=1.0)  # N(0, 1), unscaled, as tf.random_normal


def conv2d(filters, name):
    return layers.Conv2D(
        filters,
        5,
        padding="same",
        activation="relu",
        kernel_initializer=normal(),
        bias_initializer=normal(),
        name=name,
    )


def maxpool2d(name):
    return layers.MaxPool2D(2, padding="same", name=name)


def dense(units, activation, name):
    return layers.Dense(
        units, activation, kernel_initializer=normal(), bias_initializer=normal(), name=name
    )


def convolutional_neural_network(keep_prob=keep_rate, noise=False):
    """The net, from images `(N, 784)` in 0.0-1.0 to logits `(N, 10)`.

    Args:
      keep_prob: keep probability of the dropout.
      noise: whether the dropout noise, `(N, 1024)` in [0, 1), is a second input.
    """
    x = keras.Input([784], name="x")
    image = layers.Reshape([28, 28, 1], name="image")(x)  # (N, 784) -> (N, 28, 28, 1)

    conv1 = conv2d(32, "conv1")(image)  # (N, 28, 28, 32)
    pool1 = maxpool2d("pool1")(conv1)  # (N, 14, 14, 32)

    conv2 = conv2d(64, "conv2")(pool1)  # (N, 14, 14, 64)
    pool2 = maxpool2d("pool2")(conv2)  # (N, 7, 7, 64)

    flat = layers.Flatten(name="flat")(pool2)  # (N, 3136)
    fc = dense(1024, "relu", "fc")(flat)  # (N, 1024)
    if noise:
        u = keras.Input([1024], name="noise")
        fc_dropped = FedDropout(keep_prob, name="fc_dropped")(fc, u)
        inputs = {"x": x, "noise": u}
    else:
        fc_dropped = layers.Dropout(1 - keep_prob, name="fc_dropped")(fc)
        inputs = x

    logits = dense(10, None, "logits")(fc_dropped)  # (N, 10)
    return keras.Model(inputs, logits)


def build_model(learning_rate=0.001, keep_prob=keep_rate, noise=False, loss=None):
    """The net, compiled: `model.fit(images, labels, batch_size=128)` is the tutorial."""
    model = convolutional_neural_network(keep_prob, noise)
    model.compile(
        # Keras' own default of epsilon is 1e-7.
        optimizer=keras.optimizers.Adam(learning_rate, epsilon=1e-8),
        loss=loss or keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.optimizer.build(model.trainable_variables)  # so that it is whole before the first step
    return model


def parameters(model):
    """Dict from each name of the vocabulary to its variable in a model made here."""
    variables = {variable.path: variable for variable in model.variables}
    return {name: variables[each.keras] for name, each in vocabulary.PARAMETERS.items()}


def main():
    mnist = input_data.read_data_sets("/tmp/data/", one_hot=True)
    model = build_model()
    # fit shuffles as the loader did, and unlike it also trains on an epoch's last 88 images.
    model.fit(mnist.train.images, mnist.train.labels, batch_size, hm_epochs, verbose=2)
    print("Accuracy:", model.evaluate(mnist.test.images, mnist.test.labels, verbose=0)[1])


if __name__ == "__main__":
    main()
