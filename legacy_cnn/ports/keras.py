"""The tutorial in Keras 3: the same network, initial weights, loss and optimizer.

The layers have the names of `vocabulary.py`. Run it with `python -m legacy_cnn.ports.keras`.
"""

from typing import Any

import keras
import tensorflow as tf
from keras import layers

from legacy_cnn import input_data, vocabulary

batch_size = 128
keep_rate = 0.8
hm_epochs = 10


@keras.saving.register_keras_serializable("legacy_cnn")
class FedDropout(layers.Layer):
    """Dropout that takes its noise as an input: float32 in [0, 1), of the shape of `x`.

    In training, an element is kept if its noise is at least the drop rate. The arithmetic rounds
    as in the graph: the tutorial feeds its keep probability in float32.
    """

    def __init__(self, keep_prob: float, **options: Any) -> None:
        super().__init__(**options)
        self.keep_prob = keep_prob

    def call(self, x: tf.Tensor, noise: tf.Tensor, training: bool = False) -> tf.Tensor:
        if not training:
            return x
        one = keras.ops.ones((), x.dtype)
        rate = one - keras.ops.cast(self.keep_prob, x.dtype)
        return keras.ops.where(noise >= rate, x / (one - rate), 0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "keep_prob": self.keep_prob}


def normal() -> keras.Initializer:
    return keras.initializers.RandomNormal(stddev=1.0)  # N(0, 1), unscaled, as tf.random_normal


def conv2d(filters: int, name: str) -> layers.Layer:
    return layers.Conv2D(
        filters,
        5,
        padding="same",
        activation="relu",
        kernel_initializer=normal(),
        bias_initializer=normal(),
        name=name,
    )


def maxpool2d(name: str) -> layers.Layer:
    return layers.MaxPool2D(2, padding="same", name=name)


def dense(units: int, activation: str | None, name: str) -> layers.Layer:
    return layers.Dense(
        units, activation, kernel_initializer=normal(), bias_initializer=normal(), name=name
    )


def convolutional_neural_network(keep_prob: float = keep_rate, noise: bool = False) -> keras.Model:
    """Builds the network, from images `(N, 784)` in 0.0-1.0 to logits `(N, 10)`.

    Args:
      keep_prob: keep probability of dropout.
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


def build_model(
    learning_rate: float = 0.001,
    keep_prob: float = keep_rate,
    noise: bool = False,
    loss: Any = None,
) -> keras.Model:
    """Builds and compiles it: `model.fit(images, labels, batch_size=128)` is the tutorial.

    Args:
      learning_rate: the learning rate of Adam.
      keep_prob, noise: as for `convolutional_neural_network`.
      loss: a loss for `compile`; None is softmax cross-entropy.
    """
    model = convolutional_neural_network(keep_prob, noise)
    model.compile(
        # Keras' default epsilon is 1e-7.
        optimizer=keras.optimizers.Adam(learning_rate, epsilon=1e-8),
        loss=loss or keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.optimizer.build(model.trainable_variables)  # creates its slots before the first step
    return model


def parameters(model: keras.Model) -> dict[str, keras.Variable]:
    """Maps each name of the vocabulary to its variable in a model that was built here."""
    variables = {variable.path: variable for variable in model.variables}
    return {name: variables[parameter.keras] for name, parameter in vocabulary.PARAMETERS.items()}


def main() -> None:
    mnist = input_data.read_data_sets("/tmp/data/", one_hot=True)
    model = build_model()
    # fit shuffles as the loader does, but also trains on the last 88 images of an epoch.
    model.fit(mnist.train.images, mnist.train.labels, batch_size, hm_epochs, verbose=2)
    print("Accuracy:", model.evaluate(mnist.test.images, mnist.test.labels, verbose=0)[1])


if __name__ == "__main__":
    main()
