"""A program like the tutorial's, but small: a comparison with it takes a sixth of the time."""

import keras as k
import tensorflow as tf
import tensorflow.compat.v1 as tf1

#: Parameter -> shape.
SHAPES = {
    "W_conv1": (5, 5, 1, 4), "b_conv1": (4,),
    "W_fc": (196, 16), "b_fc": (16,),
    "out_W": (16, 10), "out_b": (10,),
}  # fmt: skip
LAYERS = ["conv1", "pool1", "fc", "fc_dropped", "logits"]

NAMES = {
    "images": "x", "labels": "y", "keep_prob": "keep_prob", "loss": "loss", "train": "train",
    "layers": {**{name: name for name in LAYERS}, "fc_dropped": "dropout/SelectV2"},
    "parameters": {name: name for name in SHAPES},
    "keras": {
        "W_conv1": "conv1/kernel", "b_conv1": "conv1/bias", "W_fc": "fc/kernel",
        "b_fc": "fc/bias", "out_W": "logits/kernel", "out_b": "logits/bias",
    },
}  # fmt: skip


def graph():
    """A convolution, a pool, a hidden layer with dropout, and Adam, for MNIST's images."""
    x = tf1.placeholder(tf.float32, [None, 784], name="x")
    y = tf1.placeholder(tf.float32, [None, 10], name="y")
    keep_prob = tf1.placeholder(tf.float32, [], name="keep_prob")
    drawn = tf1.random_normal_initializer()
    w = {name: tf1.get_variable(name, shape, initializer=drawn) for name, shape in SHAPES.items()}
    image = tf.reshape(x, [-1, 28, 28, 1])
    convolved = tf.nn.conv2d(image, w["W_conv1"], strides=1, padding="SAME")
    conv1 = tf.nn.relu(convolved + w["b_conv1"], name="conv1")
    pool1 = tf.nn.max_pool2d(conv1, 4, 4, padding="SAME", name="pool1")
    fc = tf.nn.relu(tf.reshape(pool1, [-1, 196]) @ w["W_fc"] + w["b_fc"], name="fc")
    fc_dropped = tf1.nn.dropout(fc, rate=1 - keep_prob, name="dropout")
    logits = tf.add(fc_dropped @ w["out_W"], w["out_b"], name="logits")
    costs = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits)
    tf1.train.AdamOptimizer(0.001, name="train").minimize(tf.reduce_mean(costs, name="loss"))
    return NAMES


def drawn():
    """How the program draws its weights and biases, and the tutorial its own."""
    normal = k.initializers.RandomNormal(stddev=1.0)
    return {"kernel_initializer": normal, "bias_initializer": normal}


def network(kind=k.Model, shape=(784,), names=True, **stages):
    """The port's network, not compiled.

    Args:
      kind: the class of the model.
      shape: of an image.
      names: whether layers have the names of the reference's.
      **stages: what stands in the place of a layer: another, or several in a tuple.
    """
    name = {each: each if names else None for each in LAYERS}
    layers = {
        "image": k.layers.Reshape((28, 28, 1)),
        "conv1": convolution(name=name["conv1"]),
        "pool1": k.layers.MaxPooling2D(4, name=name["pool1"]),
        "flat": k.layers.Flatten(),
        "fc": k.layers.Dense(16, "relu", name=name["fc"], **drawn()),
        "fc_dropped": k.layers.Dropout(0.2, name=name["fc_dropped"]),
        "logits": k.layers.Dense(10, name=name["logits"], **drawn()),
    }
    x = inputs = k.Input(shape)
    for stage in {**layers, **stages}.values():
        for layer in stage if isinstance(stage, tuple) else (stage,):
            x = layer(x)
    return kind(inputs, x)


def convolution(activation="relu", name="conv1"):
    return k.layers.Conv2D(4, 5, padding="same", activation=activation, name=name, **drawn())


def compiled(model, optimizer=None, loss=None):
    """The model with the program's optimizer and loss, or others."""
    model.compile(
        optimizer or k.optimizers.Adam(0.001, epsilon=1e-8),
        loss or k.losses.CategoricalCrossentropy(from_logits=True),
    )
    return model


def port(optimizer=None, loss=None, **parts):
    """A sound port, or one with other parts; see `network`."""
    return compiled(network(**parts), optimizer, loss)


def sequential(*, last="softmax", loss="categorical_crossentropy", shape=(28, 28, 1)):
    """A port as somebody else would write it: other names, other input, other end."""
    layers = [
        k.Input(shape),
        k.layers.Reshape((28, 28, 1)),
        convolution(activation=None, name=None),
        k.layers.ReLU(),
        k.layers.MaxPooling2D(4),
        k.layers.Flatten(),
        k.layers.Dense(16, activation="relu", **drawn()),
        k.layers.Dropout(0.2),
        k.layers.Dense(10, activation=last, **drawn()),
    ]
    return compiled(k.Sequential(layers), loss=loss)
