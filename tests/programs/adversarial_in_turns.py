"""A discriminator and a generator that take their steps in turns, each with noise of its own."""

import keras
import tensorflow as tf2
import tensorflow.compat.v1 as tf

NOISE, INPUTS, UNITS = 4, 10, 14

PLACES = {"wrong_labels": "loss", "wrong_beta": "update", "wrong_slope": "forward"}


def _dense(x, units, name):
    begin = tf.random_normal_initializer(stddev=0.3)
    w = tf.get_variable(f"{name}_w", [x.shape[1], units], initializer=begin)
    b = tf.get_variable(f"{name}_b", [units], initializer=tf.zeros_initializer())
    return tf.matmul(x, w) + b


def _judged(x):
    with tf.variable_scope("discriminator", reuse=tf.AUTO_REUSE):
        return _dense(tf.nn.leaky_relu(_dense(x, UNITS, "hidden"), 0.2), 1, "output")


def _mean(logits, label):
    labels = label * tf2.ones_like(logits)
    return tf2.reduce_mean(tf2.nn.sigmoid_cross_entropy_with_logits(labels, logits))


def build():
    x = tf.placeholder(tf.float32, [None, INPUTS], name="x")
    z = tf.random_normal([tf.shape(x)[0], NOISE])
    with tf.variable_scope("generator"):
        made = _dense(tf.nn.relu(_dense(z, UNITS, "hidden")), INPUTS, "output")
    real, fake = _judged(x), _judged(made)
    losses = {
        "discriminator": _mean(real, 1.0) + _mean(fake, 0.0),
        "generator": _mean(fake, 1.0),
    }
    for scope, loss in losses.items():
        variables = tf.trainable_variables(scope)
        tf.train.AdamOptimizer(1e-3, beta1=0.5, name=scope).minimize(loss, var_list=variables)


class Adversarial(keras.Model):
    """Draws anew for each of its two updates, as in Keras' guide."""

    def __init__(self, label=1.0, slope=0.2, beta=0.5):
        super().__init__()
        begin = {"kernel_initializer": keras.initializers.RandomNormal(stddev=0.3)}
        dense = keras.layers.Dense
        self.generator = keras.Sequential(
            [keras.Input((NOISE,)), dense(UNITS, "relu", **begin), dense(INPUTS, **begin)]
        )
        leaky = keras.layers.LeakyReLU(slope)
        self.discriminator = keras.Sequential(
            [keras.Input((INPUTS,)), dense(UNITS, **begin), leaky, dense(1, **begin)]
        )
        self.label = label
        self.compile(
            keras.optimizers.Adam(1e-3, beta_1=0.5, epsilon=1e-8),
            keras.optimizers.Adam(1e-3, beta_1=beta, epsilon=1e-8),
        )

    def compile(self, optimizer, of_generator):
        super().compile(optimizer)
        self.of_generator = of_generator
        optimizer.build(self.discriminator.trainable_variables)
        of_generator.build(self.generator.trainable_variables)

    def call(self, x):
        noise = keras.random.normal((keras.ops.shape(x)[0], NOISE))
        return self.discriminator(self.generator(noise))

    def train_step(self, data):
        x = data[0] if isinstance(data, tuple) else data
        with tf2.GradientTape() as tape:
            judging = _mean(self.discriminator(x), self.label) + _mean(self(x), 0.0)
        variables = self.discriminator.trainable_variables
        self.optimizer.apply(tape.gradient(judging, variables), variables)
        with tf2.GradientTape() as tape:
            deceiving = _mean(self(x), 1.0)
        variables = self.generator.trainable_variables
        self.of_generator.apply(tape.gradient(deceiving, variables), variables)
        return {"loss": judging, "deceiving": deceiving}


def right():
    return Adversarial()


def wrong_labels():
    return Adversarial(label=0.9)


def wrong_beta():
    return Adversarial(beta=0.9)


def wrong_slope():
    return Adversarial(slope=0.3)
