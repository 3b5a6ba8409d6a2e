"""A Q network and its target, which no step trains: five inputs, no labels, Huber's loss."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

STATE, UNITS, ACTIONS = 4, 6, 3

PLACES = {
    "wrong_beginning": "initial weights",
    "wrong_squares": "loss",
    "wrong_end": "loss",
    "wrong_target": "gradients",
}


def _net(state, scope):
    with tf.variable_scope(scope):
        trained = {"trainable": scope == "online"}
        begin = tf.random_normal_initializer(stddev=0.3)
        w = tf.get_variable("w", [STATE, UNITS], initializer=begin, **trained)
        v = tf.get_variable("v", [UNITS, ACTIONS], initializer=begin, **trained)
    return tf.matmul(tf.nn.relu(tf.matmul(state, w)), v)


def build():
    state = tf.placeholder(tf.float32, [None, STATE], name="state")
    action = tf.placeholder(tf.int32, [None], name="action")
    reward = tf.placeholder(tf.float32, [None], name="reward")
    following = tf.placeholder(tf.float32, [None, STATE], name="following")
    end = tf.placeholder(tf.float32, [None], name="end")
    q = tf.identity(_net(state, "online"), name="q")
    best = tf.reduce_max(_net(following, "target"), axis=1)
    target = tf.stop_gradient(reward + 0.9 * (1.0 - end) * best)
    error = target - tf.reduce_sum(q * tf.one_hot(action, ACTIONS), axis=1)
    size = tf.abs(error)
    loss = tf.reduce_mean(tf.where(size < 1.0, 0.5 * tf.square(error), size - 0.5))
    tf.train.RMSPropOptimizer(0.01, decay=0.95, epsilon=0.01).minimize(loss)
    variables = map(tf.global_variables, ("target", "online"))
    tf.group(*[tf.assign(*pair) for pair in zip(*variables, strict=False)], name="replace")


class Q(keras.Model):
    def __init__(self, squares, end, trained):
        super().__init__()
        self.squares, self.end, self.trained = squares, end, trained
        self.online, self.target = self._net(), self._net()
        self.target.trainable = trained
        self.built = True

    def _net(self):
        normal = keras.initializers.RandomNormal(stddev=0.3)
        settings = {"use_bias": False, "kernel_initializer": normal}
        dense = layers.Dense(UNITS, "relu", **settings), layers.Dense(ACTIONS, **settings)
        return keras.Sequential([keras.Input((STATE,)), *dense])

    def call(self, inputs):
        return self.online(inputs[0])

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        _, action, reward, following, end = x
        target = reward + 0.9 * (1.0 - self.end * end) * ops.max(self.target(following), 1)
        target = target if self.trained else ops.stop_gradient(target)
        size = ops.abs(target - ops.sum(y_pred * ops.one_hot(action, ACTIONS), 1))
        square = 0.5 * ops.square(size)
        return ops.mean(square if self.squares else ops.where(size < 1.0, square, size - 0.5))


def _port(squares=False, end=1.0, trained=False, begin=1.0):
    model = Q(squares, end, trained)
    model.compile(keras.optimizers.RMSprop(0.01, rho=0.95, epsilon=0.01))
    model.optimizer.build(model.trainable_variables)
    for variable in model.optimizer.variables:
        if variable.path.endswith("velocity"):
            variable.assign(begin * ops.ones_like(variable))
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(begin=0.0)


def wrong_squares():
    return _port(squares=True)


def wrong_end():
    return _port(end=0.0)


def wrong_target():
    return _port(trained=True)
