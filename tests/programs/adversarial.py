"""A generator and a discriminator: two losses, each of which trains its own variables."""

import keras
import tensorflow as tf2
import tensorflow.compat.v1 as tf

NOISE, INPUTS, UNITS = 5, 8, 12

PLACES = {"wrong_half": "gradients", "wrong_rate": "update", "wrong_generator": "forward"}


def _dense(x, units, name, activation=None):
    with tf.variable_scope(name, reuse=tf.AUTO_REUSE):
        begin = tf.random_normal_initializer(stddev=0.1)
        w = tf.get_variable("w", [x.shape[1], units], initializer=begin)
        b = tf.get_variable("b", [units], initializer=tf.zeros_initializer())
    y = tf.nn.xw_plus_b(x, w, b)
    return activation(y) if activation else y


def _generated(z):
    h = _dense(z, UNITS, "generator/hidden", tf.nn.relu)
    return _dense(h, INPUTS, "generator/output", tf.nn.sigmoid)


def _judged(x):
    return _dense(_dense(x, UNITS, "discriminator/hidden", tf.nn.relu), 1, "discriminator/output")


def _mean(logits, labels):
    return tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=labels(logits))
    )


def build():
    x = tf.placeholder(tf.float32, [None, INPUTS], name="x")
    z = tf.placeholder(tf.float32, [None, NOISE], name="z")
    real, fake = _judged(x), _judged(_generated(z))
    of_discriminator = _mean(real, tf.ones_like) + _mean(fake, tf.zeros_like)
    of_generator = _mean(fake, tf.ones_like)
    steps = [
        tf.train.AdamOptimizer(1e-3).minimize(
            loss, var_list=tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope)
        )
        for loss, scope in ((of_discriminator, "discriminator"), (of_generator, "generator"))
    ]
    tf.group(*steps)


class Pair(keras.Model):
    """Both nets; a call judges what is generated."""

    def __init__(self, generator, discriminator, weight):
        super().__init__()
        self.generator, self.discriminator, self.weight = generator, discriminator, weight
        self.built = True

    def call(self, inputs):
        return self.discriminator(self.generator(inputs[1]))

    def compile(self, optimizer, of_generator):
        super().compile(optimizer)
        self.of_generator = of_generator
        optimizer.build(self.discriminator.trainable_variables)
        of_generator.build(self.generator.trainable_variables)

    def train_step(self, data):
        (x, z), _ = data
        with tf2.GradientTape(persistent=True) as tape:
            real, fake = self.discriminator(x), self.call((x, z))
            judging = self.weight * (_mean(real, tf2.ones_like) + _mean(fake, tf2.zeros_like))
            deceiving = _mean(fake, tf2.ones_like)
        for loss, net, optimizer in (
            (judging, self.discriminator, self.optimizer),
            (deceiving, self.generator, self.of_generator),
        ):
            variables = net.trainable_variables
            optimizer.apply(tape.gradient(loss, [v.value for v in variables]), variables)
        return {"loss": judging, "deceiving": deceiving}


def _net(inputs, outputs, hidden, activation):
    begin = {"kernel_initializer": keras.initializers.RandomNormal(stddev=0.1)}
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(UNITS, hidden, **begin),
            keras.layers.Dense(outputs, activation, **begin),
        ]
    )


def _port(weight=1.0, rate=1e-3, hidden="relu"):
    generator = _net(NOISE, INPUTS, hidden, "sigmoid")
    model = Pair(generator, _net(INPUTS, 1, "relu", None), weight)
    optimizers = [keras.optimizers.Adam(one, epsilon=1e-8) for one in (1e-3, rate)]
    model.compile(*optimizers)
    return model


def right():
    return _port()


def wrong_half():
    return _port(weight=0.5)


def wrong_rate():
    return _port(rate=1e-4)


def wrong_generator():
    return _port(hidden="elu")
