"""Layer norm and gelu by hand, and an Adam by hand that decays kernels and corrects no bias."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

SIZE, UNITS, CLASSES = 6, 8, 3

FEEDS = {"dropout": (0.1, 0.0)}

PLACES = {
    "wrong_gelu": "forward",
    "wrong_order": "forward",
    "wrong_epsilon": "forward",
    "wrong_correction": "update",
    "wrong_decay": "update",
}


def _dense(x, units, name):
    begin = tf.truncated_normal_initializer(stddev=0.2)
    w = tf.get_variable(f"{name}/kernel", [x.shape[1], units], initializer=begin)
    return tf.matmul(x, w) + tf.get_variable(
        f"{name}/bias", [units], initializer=tf.zeros_initializer()
    )


def _norm(x):
    beta = tf.get_variable("norm/beta", [SIZE], initializer=tf.zeros_initializer())
    gamma = tf.get_variable("norm/gamma", [SIZE], initializer=tf.ones_initializer())
    mean, variance = tf.nn.moments(x, [-1], keep_dims=True)
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-12)


def _adam(loss, rate=0.01, decay=0.05):
    steps, variables = [], tf.trainable_variables()
    for variable, gradient in zip(variables, tf.gradients(loss, variables), strict=True):
        m, v = (
            tf.get_variable(
                f"{variable.op.name}/{name}",
                variable.shape,
                trainable=False,
                initializer=tf.zeros_initializer(),
            )
            for name in ("adam_m", "adam_v")
        )
        new_m, new_v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * tf.square(gradient)
        step = new_m / (tf.sqrt(new_v) + 1e-6)
        if "kernel" in variable.op.name:
            step += decay * variable
        steps += [variable.assign(variable - rate * step), m.assign(new_m), v.assign(new_v)]
    tf.group(*steps, name="train")


def build():
    x = tf.placeholder(tf.float32, [None, SIZE], name="x")
    y = tf.placeholder(tf.int32, [None], name="y")
    rate = tf.placeholder(tf.float32, [], name="dropout")
    h = _dense(x, UNITS, "intermediate")
    h = _dense(h * 0.5 * (1.0 + tf.erf(h / tf.sqrt(2.0))), SIZE, "output")
    h = _norm(tf.nn.dropout(h, rate=rate) + x)
    logits = tf.identity(_dense(h, CLASSES, "classifier"), name="logits")
    logarithms = tf.nn.log_softmax(logits, axis=-1)
    _adam(tf.reduce_mean(-tf.reduce_sum(tf.one_hot(y, CLASSES) * logarithms, -1)))


class Adam(keras.optimizers.Optimizer):
    def __init__(self, decayed):
        super().__init__(learning_rate=0.01)
        self.decayed = decayed

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.is_decayed = [self.decayed in variable.path for variable in variables]
            self.ms, self.vs = (
                [self.add_variable_from_reference(variable, name) for variable in variables]
                for name in ("m", "v")
            )

    def update_step(self, gradient, variable, learning_rate):
        i = self._get_variable_index(variable)
        self.ms[i].assign(0.9 * self.ms[i] + 0.1 * gradient)
        self.vs[i].assign(0.999 * self.vs[i] + 0.001 * ops.square(gradient))
        step = self.ms[i] / (ops.sqrt(self.vs[i]) + 1e-6)
        if self.is_decayed[i]:
            step = step + 0.05 * variable
        variable.assign_sub(ops.cast(learning_rate, variable.dtype) * step)


def _port(tanh=False, before=False, epsilon=1e-12, optimizer=None, decayed="kernel"):
    def dense(units):
        normal = keras.initializers.TruncatedNormal(stddev=0.2)
        return layers.Dense(units, kernel_initializer=normal)

    x, norm = keras.Input((SIZE,)), layers.LayerNormalization(epsilon=epsilon)
    h = ops.gelu(dense(UNITS)(norm(x) if before else x), approximate=tanh)
    h = layers.Dropout(0.1)(dense(SIZE)(h)) + x
    model = keras.Model(x, dense(CLASSES)(h if before else norm(h)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer or Adam(decayed), loss)
    return model


def right():
    return _port()


def wrong_gelu():
    return _port(tanh=True)


def wrong_order():
    return _port(before=True)


def wrong_epsilon():
    return _port(epsilon=1e-3)


def wrong_correction():
    adam = keras.optimizers.AdamW(0.01, weight_decay=0.05, epsilon=1e-6)
    adam.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return _port(optimizer=adam)


def wrong_decay():
    return _port(decayed="")
