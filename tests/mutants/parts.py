"""What mutants are made of: the two ports, cut into parts that a mistake can take the place of."""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import tensorflow as tf
from keras import layers

from legacy_cnn import parity
from legacy_cnn.ports import eager
from legacy_cnn.ports import keras as port

BATCH = 16


class Mutant(NamedTuple):
    """A port with one mistake planted in it, or an equal rewrite of a port."""

    name: str
    what: str  # in one sentence, as the port's author would say it
    make: Callable[[], Any]  # the candidate
    rung: str | None  # where it must be caught; None: it must pass
    tensor: str | None  # the first finding there that is different
    cause: str = ""  # what the finding's cause must contain; without one, it must be empty
    refused: str = ""  # what is said of a step that cannot be traced: the place is not reached


def compared(mutant, reference, data_dir):
    """The `Report` on a mutant.

    Args:
      mutant: a `Mutant`.
      reference: the tutorial's graph in a session.
      data_dir: of the set of which `mutants.data` has its batches.
    """
    settings = {"steps": 3, "batch_size": BATCH, "validation_size": 0, "data_dir": data_dir}
    try:
        return parity.compare(mutant.make(), reference=reference, **settings)
    finally:
        keras.backend.clear_session()


def changed(layer, **options):
    """The layer with some of its options changed."""
    return type(layer).from_config({**layer.get_config(), **options})


def conv1(**options):
    return changed(port.conv2d(32, "conv1"), **options)


def conv2(**options):
    return changed(port.conv2d(64, "conv2"), **options)


def fc(**options):
    return changed(port.dense(1024, "relu", "fc"), **options)


def logits(**options):
    return changed(port.dense(10, None, "logits"), **options)


def dropout(rate=1 - port.keep_rate, seed=0, **options):
    return layers.Dropout(rate, seed=seed, name="fc_dropped", **options)


def keras_net(kind=keras.Model, **parts):
    """The Keras port's network, not compiled.

    Args:
      kind: the class of the model.
      **parts: what stands in the place of a layer: another, or several in a tuple, or a function
        of its input.
    """
    stages = {
        "image": layers.Reshape([28, 28, 1], name="image"),
        "conv1": conv1(),
        "pool1": port.maxpool2d("pool1"),
        "conv2": conv2(),
        "pool2": port.maxpool2d("pool2"),
        "flat": layers.Flatten(name="flat"),
        "fc": fc(),
        "fc_dropped": dropout(),
        "logits": logits(),
    }
    x = inputs = keras.Input([784], name="x")
    for stage in {**stages, **parts}.values():
        for layer in stage if isinstance(stage, tuple) else (stage,):
            x = layer(x)
    return kind(inputs, x)


def adam(**options):
    return keras.optimizers.Adam(**{"learning_rate": 0.001, "epsilon": 1e-8, **options})


def compiled(model, optimizer=None, loss=None):
    """The model with the Keras port's optimizer and loss, or others."""
    model.compile(
        optimizer=optimizer or adam(),
        loss=loss or keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def keras_port(optimizer=None, loss=None, kind=keras.Model, **parts):
    """The Keras port with other parts; see `keras_net`."""
    return compiled(keras_net(kind, **parts), optimizer, loss)


class Program(eager.Tutorial):
    """The eager port with a method for each line of its network."""

    def image(self, x):
        return tf.reshape(x, shape=[-1, 28, 28, 1])  # (N, 784) -> (N, 28, 28, 1)

    def conv1(self, x):
        return tf.nn.relu(eager.conv2d(x, self.weights["W_conv1"]) + self.biases["b_conv1"])

    def pool1(self, x):
        return eager.maxpool2d(x)

    def conv2(self, x):
        return tf.nn.relu(eager.conv2d(x, self.weights["W_conv2"]) + self.biases["b_conv2"])

    def pool2(self, x):
        return eager.maxpool2d(x)

    def fc(self, x):
        x = tf.reshape(x, [-1, 7 * 7 * 64])  # (N, 3136)
        return tf.nn.relu(tf.matmul(x, self.weights["W_fc"]) + self.biases["b_fc"])

    def dropout(self, x, keep_prob, noise):
        return eager.dropout(x, keep_prob, noise)

    def output(self, x):
        return tf.matmul(x, self.weights["out"]) + self.biases["out"]

    def _predict(self, x, keep_prob, noise=None):
        conv1 = self.conv1(self.image(x))
        pool1 = self.pool1(conv1)
        conv2 = self.conv2(pool1)
        pool2 = self.pool2(conv2)
        fc = self.fc(pool2)
        fc_dropped = self.dropout(fc, keep_prob, noise)
        output = self.output(fc_dropped)
        return eager.Layers(conv1, pool1, conv2, pool2, fc, fc_dropped, output)


def eager_port(optimizer=None, **methods):
    """The eager port with other methods, and perhaps another optimizer."""
    program = type("Program", (Program,), methods)()
    if optimizer:
        optimizer.build(program.variables)
        program.optimizer = optimizer
    return program
