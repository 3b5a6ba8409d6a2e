"""Mistakes in the step of training and around it, which the rungs below do not run."""

import keras
import tensorflow as tf

from mutants.parts import Mutant, adam, eager_port, keras_port


class Trained(keras.Model):
    """A model with a step of its own, as Keras' guide has it."""

    def train_step(self, data):
        x, y, *_ = data
        with tf.GradientTape() as tape:
            loss = self.loss_of(x, y)
        variables = self.trainable_variables
        self.update(tape.gradient(loss, variables), variables)
        return {"loss": loss}

    def loss_of(self, x, y):
        return self.compute_loss(x=x, y=y, y_pred=self(x, training=True))

    def update(self, gradients, variables):
        self.optimizer.apply(gradients, variables)


class WithoutTraining(Trained):
    """Does not say that it trains."""

    def loss_of(self, x, y):
        return self.compute_loss(x=x, y=y, y_pred=self(x))


class Clipped(Trained):
    """Clips the gradients by their norm."""

    def update(self, gradients, variables):
        super().update(tf.clip_by_global_norm(gradients, 1.0)[0], variables)


class Twice(Trained):
    """Applies its gradients, and so does the loop."""

    def update(self, gradients, variables):
        super().update(gradients, variables)
        super().update(gradients, variables)


class Decaying(Trained):
    """Lowers the learning rate after each step, not after each epoch."""

    def update(self, gradients, variables):
        super().update(gradients, variables)
        self.optimizer.learning_rate.assign(self.optimizer.learning_rate * 0.9)


# Of the eager port: `self` is the program ---------------------------------------------------------


def computed(self, x, y, keep_prob, noise, variables=None):
    """The cost, what was right, and the gradients."""
    with tf.GradientTape() as tape:
        prediction = self._predict(x, keep_prob, noise).logits
        cost = self.cost(prediction, y)
    correct = tf.equal(tf.argmax(prediction, 1), tf.argmax(y, 1))
    return cost, correct, tape.gradient(cost, variables or self.variables)


def stale(self, x, y, keep_prob, noise=None):
    cost, correct, gradients = computed(self, x, y, keep_prob, noise)
    zeros = [tf.zeros_like(each) for each in gradients]
    self.optimizer.apply(getattr(self, "last", zeros), self.variables)
    self.last = gradients
    return cost, correct


def weights_alone(self, x, y, keep_prob, noise=None):
    weights = list(self.weights.values())
    cost, correct, gradients = computed(self, x, y, keep_prob, noise, weights)
    self.optimizer.apply(gradients, weights)
    return cost, correct


def biases_faster(self, x, y, keep_prob, noise=None):
    """Biases learn twice as fast, as in Caffe."""
    before = [tf.identity(each) for each in self.biases.values()]
    cost, correct, gradients = computed(self, x, y, keep_prob, noise)
    self.optimizer.apply(gradients, self.variables)
    for bias, old in zip(self.biases.values(), before, strict=True):
        bias.assign_add(bias - old)
    return cost, correct


def every_second(self, x, y, keep_prob, noise=None):
    cost, correct, gradients = computed(self, x, y, keep_prob, noise)
    if hasattr(self, "last"):
        pairs = zip(self.last, gradients, strict=True)
        self.optimizer.apply([(one + other) / 2 for one, other in pairs], self.variables)
        del self.last
    else:
        self.last = gradients
    return cost, correct


def half_of_the_batch(self, x, y, keep_prob, noise=None):
    half = len(x) // 2
    cost, correct, gradients = computed(self, x[:half], y[:half], keep_prob, noise[:half])
    self.optimizer.apply(gradients, self.variables)
    return cost, correct


def new_optimizer(self, x, y, keep_prob, noise=None):
    cost, correct, gradients = computed(self, x, y, keep_prob, noise)
    adam().apply(gradients, self.variables)
    return cost, correct


def initialised_late(self, x, y, keep_prob, noise=None):
    if not hasattr(self, "initialised"):
        for variable in self.variables:
            variable.assign(tf.random.normal(variable.shape, seed=1))
        self.initialised = True
    cost, correct, gradients = computed(self, x, y, keep_prob, noise)
    self.optimizer.apply(gradients, self.variables)
    return cost, correct


def noisy(self, x, y, keep_prob, noise=None):
    cost, correct, gradients = computed(self, x, y, keep_prob, noise)
    self.optimizer.apply(gradients, self.variables)
    for variable in self.variables:
        variable.assign_add(tf.random.normal(variable.shape, stddev=1e-4, seed=1))
    return cost, correct


#: The trace has the first of two kinds of steps alone.
UNCHANGED = "this step changes no parameter of the port"


def steps(name, what, kind, tensor, cause):
    return Mutant(name, what, lambda: keras_port(kind=kind), "steps", tensor, cause)


def eager_steps(name, what, step, tensor, cause="", refused=""):
    return Mutant(name, what, lambda: eager_port(_step=step), "steps", tensor, cause, refused)


MUTANTS = (
    Mutant(
        "step-without-training",
        "The training step calls the model with training=False.",
        lambda: keras_port(kind=WithoutTraining),
        "dropout",
        "fc_dropped",
    ),
    steps(
        "step-clips",
        "The training step clips the gradients.",
        Clipped,
        "W_conv1",
        "gradients are clipped by global norm at 1; the reference clips none",
    ),
    steps(
        "step-applies-twice",
        "Each gradient is applied twice.",
        Twice,
        "W_conv1",
        "each step applies its gradients twice",
    ),
    steps(
        "step-lowers-rate",
        "The learning rate decreases in each step.",
        Decaying,
        "W_conv1",
        "the learning rate is 0.00081 after 2 steps; the reference's is still 0.001",
    ),
    eager_steps(
        "eager-step-stale",
        "A step applies the gradients of the previous step.",
        stale,
        "W_conv1",
        UNCHANGED,
    ),
    Mutant(
        "eager-step-weights-alone",
        "The biases are not trained.",
        lambda: eager_port(_step=weights_alone),
        "gradients",
        "gradient with respect to out_b",
    ),
    eager_steps(
        "eager-step-biases-faster",
        "The biases have twice the learning rate.",
        biases_faster,
        "b_conv1",
    ),
    Mutant(
        "eager-step-accumulates",
        "Every second step updates the weights, with the mean gradient.",
        lambda: eager_port(_step=every_second),
        "update",  # the trace hands nothing to the optimizer
        "W_conv1",
        UNCHANGED,
    ),
    eager_steps(
        "eager-step-of-half",
        "A step trains on only half of its batch.",
        half_of_the_batch,
        "loss",
        refused="len is not well defined for a symbolic Tensor",
    ),
    eager_steps(
        "eager-step-new-optimizer",
        "Each step creates a new optimizer.",
        new_optimizer,
        "m of W_conv1",
        refused="tf.function only supports singleton tf.Variables",
    ),
    Mutant(
        "eager-step-initialises",
        "The first step draws new weights, after weights have been loaded.",
        lambda: eager_port(_step=initialised_late),
        "dropout",  # the first layer in training
        "conv1",
    ),
    Mutant(
        "fit-moving-average",
        "The moving average of the weights replaces them at the end of fit.",
        lambda: keras_port(adam(use_ema=True)),
        "fit",
        "W_conv1",
        "fit ends by writing",
    ),
    eager_steps(
        "eager-step-noisy", "Noise is added to the weights after each step.", noisy, "W_conv1"
    ),
)
