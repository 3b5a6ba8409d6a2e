"""Causes of differences: each is proved by making the mistake in the reference."""

from types import SimpleNamespace

import keras as k
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.parity import reenacted
from legacy_cnn.parity.partners import Candidates
from legacy_cnn.parity.reenacting import precision
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.sides import rules

pytestmark = pytest.mark.tensorflow

FEATURES, CLASSES = 6, 3


def reference(optimizer=None, clip=None, loss=None):
    """A function that builds a program with a hidden layer of four units."""

    def build():
        x = tf1.placeholder(tf.float32, [None, FEATURES], name="x")
        y = tf1.placeholder(tf.float32, [None, CLASSES], name="y")
        hidden = tf.tanh(x @ variable("w1", [FEATURES, 4]) + variable("b1", [4]))
        logits = tf.add(hidden @ variable("w2", [4, CLASSES]), variable("b2", [CLASSES]))
        value = (loss or cross_entropy)(y, logits)
        rule = (optimizer or (lambda: tf1.train.GradientDescentOptimizer(0.1)))()
        if clip is None:
            rule.minimize(value, global_step=tf1.train.get_or_create_global_step())
        else:
            gradients, variables = zip(*rule.compute_gradients(value), strict=True)
            rule.apply_gradients(zip(clip(gradients), variables, strict=True))

    return build


def variable(name, shape):
    return tf1.get_variable(name, shape, initializer=tf1.random_normal_initializer())


def cross_entropy(labels, logits):
    return tf1.losses.softmax_cross_entropy(labels, logits)


def port(optimizer=None, loss=None, frozen=False):
    hidden = k.layers.Dense(4, "tanh", trainable=not frozen)
    model = k.Sequential([k.Input((FEATURES,)), hidden, k.layers.Dense(CLASSES)])
    model.compile(
        optimizer or k.optimizers.SGD(0.1),
        loss or k.losses.CategoricalCrossentropy(from_logits=True),
    )
    return model


@pytest.fixture(scope="module")
def first():
    generator = np.random.default_rng(0)
    images = generator.standard_normal((64, FEATURES)).astype(np.float32)
    data = images, np.eye(CLASSES, dtype=np.float32)[generator.integers(0, CLASSES, 64)]

    def first(built, candidate, *rungs):
        """The first difference."""
        left_out = tuple(name for name in RUNGS if name not in rungs)
        settings = {"data": data, "steps": 2, "batch_size": 16, "except_for": left_out}
        report = parity.compare(candidate, reference=built, **settings)
        return report.first[1] if report.first else None

    return first


# Layers -----------------------------------------------------------------------------------------


def test_dropout_is_recognised_whichever_units_it_drops():
    value = np.random.default_rng(0).standard_normal((8, 16)).astype(np.float32)
    kept = np.abs(value) < np.abs(value).max()  # the largest is dropped
    stage = SimpleNamespace(batch=None, partners=Candidates({"x": value * kept * np.float32(1.25)}))
    ((cause, _),) = reenacted._scaled(stage, value)
    assert cause == (
        "dropout is on here: 0.01 of the units are 0, the others are multiplied by 1.25"
    )


# Updates ----------------------------------------------------------------------------------------


def momentum(nesterov=False):
    return lambda: tf1.train.MomentumOptimizer(0.1, 0.9, use_nesterov=nesterov)


def falling():
    step = tf1.train.get_or_create_global_step()
    return tf1.train.GradientDescentOptimizer(tf1.train.exponential_decay(0.1, step, 1, 0.5))


def by_global_norm(gradients):
    return tf.clip_by_global_norm(gradients, 0.5)[0]


def centered():
    return tf1.train.RMSPropOptimizer(0.1, epsilon=1e-7, centered=True)


class Own(k.optimizers.SGD):
    """A user's class: its name says nothing."""


def constant_after(step, rate):
    return k.optimizers.schedules.PiecewiseConstantDecay([step], [0.1, rate])


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("built", "optimizer", "cause"),
    [
        (reference(), Own(0.02), "the learning rate is 0.02 instead of 0.1"),
        (reference(falling), None, "the learning rate is still 0.1 after 2 steps; "
         "the reference's is 0.025"),
        (reference(momentum()), k.optimizers.SGD(0.1, 0.9, nesterov=True), "the optimizer has "
         "Nesterov momentum, the reference momentum without Nesterov's look ahead"),
        (reference(momentum()), k.optimizers.Adam(0.1), "the optimizer is Adam instead of SGD"),
        (reference(), k.optimizers.SGD(0.1, weight_decay=0.02),
         "a step takes 0.02 times the learning rate off each weight (weight decay)"),
        (reference(clip=by_global_norm), None,
         "the clipping of gradients by global norm at 0.5 is missing"),
        (reference(), k.optimizers.SGD(0.2), "the learning rate is 0.2 instead of 0.1"),
        (reference(), constant_after(0, 0.05), "the learning rate is 0.05 after 2 steps; "
         "the reference's is still 0.1"),
        (reference(momentum(True)), k.optimizers.SGD(0.1, 0.8, nesterov=True),
         "the momentum is 0.8 instead of 0.9"),
        (reference(centered), k.optimizers.RMSprop(0.1), "the optimizer is not centered, "
         "the reference's is"),
        (reference(clip=by_global_norm), k.optimizers.SGD(0.1, clipnorm=0.5),
         "gradients are clipped by the norm of each at 0.5 instead of by global norm at 0.5"),
        (reference(), k.optimizers.SGD(0.1, clipvalue=0.25),
         "gradients are clipped by value at 0.25; the reference clips none"),
    ],
)  # fmt: skip
def test_an_update(first, built, optimizer, cause):
    if isinstance(optimizer, k.optimizers.schedules.LearningRateSchedule):
        optimizer = k.optimizers.SGD(optimizer)
    assert first(built, port(optimizer), "update").cause == cause


@pytest.mark.slow
def test_a_layer_that_is_not_trained(first):
    assert first(reference(), port(frozen=True), "update").cause == "w1, b1 are not trained"


@pytest.mark.slow
def test_another_epsilon_goes_with_its_power(first):
    built = reference(lambda: tf1.train.AdamOptimizer(0.01, beta1=0.5, epsilon=1e-3))
    optimizer = k.optimizers.Adam(0.01, beta_1=0.9, epsilon=1e-2)
    finding = first(built, port(optimizer), "update")
    assert (
        finding.cause == "the beta_1 is 0.9 instead of 0.5 and the epsilon is 0.01 instead of 0.001"
    )


class ByHand(k.optimizers.Optimizer):
    """Adam without its corrections, as BERT has it."""

    def build(self, variables):
        super().build(variables)
        self.m = [self.add_variable_from_reference(each, "momentum") for each in variables]
        self.v = [self.add_variable_from_reference(each, "velocity") for each in variables]

    def update_step(self, gradient, variable, learning_rate):
        m, v = (each[self._get_variable_index(variable)] for each in (self.m, self.v))
        m.assign(0.9 * m + 0.1 * gradient)
        v.assign(0.999 * v + 0.001 * gradient**2)
        variable.assign_sub(learning_rate * m / (k.ops.sqrt(v) + 1e-7))


def adam():
    return tf1.train.AdamOptimizer(0.01, epsilon=1e-7)


def adam_by_hand(loss):
    """A step of Adam without its corrections, in operations."""
    steps = []
    for one, gradient in zip(
        tf1.trainable_variables(), tf.gradients(loss, tf1.trainable_variables()), strict=True
    ):
        m, v = (tf1.get_variable(f"{one.op.name}/{kind}", one.shape, trainable=False,
                initializer=tf1.zeros_initializer()) for kind in "mv")  # fmt: skip
        new = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        move = 0.01 * new[0] / (tf.sqrt(new[1]) + 1e-7)
        steps += [one.assign_sub(move), m.assign(new[0]), v.assign(new[1])]
    return tf.group(*steps)


def trained(steps):
    """A port whose optimizer has counted steps."""
    model = port(k.optimizers.Adam(0.01))
    model.optimizer.build(model.trainable_variables)
    model.optimizer.iterations.assign(steps)
    return model


@pytest.mark.slow
@pytest.mark.parametrize(
    ("candidate", "cause"),
    [
        (lambda: port(ByHand(0.01)), "the moments are not corrected for their bias (Adam divides "
         "each by 1 - beta^step)"),
        (lambda: trained(40), "the port's optimizer begins as if it had taken 40 steps"),
        (lambda: port(k.optimizers.Adam(0.01, gradient_accumulation_steps=2)), "a step applies the "
         "mean of the gradients of two batches, every other step none"),
        (lambda: port(k.optimizers.Adam(0.02)), "the learning rate is 0.02 instead of 0.01"),
    ],
)  # fmt: skip
def test_what_looks_like_another_rate_in_one_step(first, candidate, cause):
    assert first(reference(adam), candidate(), "update").cause == cause


def uncorrected():
    """Builds a program with a step of Adam by hand."""
    x = tf1.placeholder(tf.float32, [None, FEATURES], name="x")
    y = tf1.placeholder(tf.float32, [None, CLASSES], name="y")
    hidden = tf.tanh(x @ variable("w1", [FEATURES, 4]) + variable("b1", [4]))
    logits = tf.add(hidden @ variable("w2", [4, CLASSES]), variable("b2", [CLASSES]))
    adam_by_hand(cross_entropy(y, logits))


def corrected(first):
    return first(uncorrected, port(k.optimizers.Adam(0.01)), "update")


@pytest.fixture(scope="module")
def of_moments(first):
    return corrected(first)


@pytest.mark.slow
def test_moments_that_only_the_port_corrects(of_moments):
    assert of_moments.cause == (
        "the moments are corrected for their bias (Adam), those of the reference are not"
    )


@pytest.mark.slow
def test_a_comparison_gives_the_same_numbers_again(first, of_moments):
    """TensorFlow lists control inputs in any order, and noise is drawn for what is found."""
    findings = of_moments, corrected(first), corrected(first)
    assert len({finding.figures.ratio for finding in findings}) == 1


class Twice(k.Sequential):
    """Applies its gradients, and does so again, perhaps with new ones."""

    is_computed_again = False

    def train_step(self, data):
        x, y = data
        for at in range(2):
            if not at or self.is_computed_again:
                with tf.GradientTape() as tape:
                    loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
                gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


class Repeated(Twice):
    is_computed_again = True


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (Twice, "each step applies its gradients twice"),
        (Repeated, "each batch is trained on twice"),
    ],
)
@pytest.mark.parametrize("rules", [(None, k.optimizers.SGD), (adam, k.optimizers.Adam)])
def test_a_step_that_updates_twice(first, rules, kind, cause):
    built, optimizer = rules
    model = kind(port().layers)
    model.compile(optimizer(0.01 if built else 0.1), categorical())
    finding = first(reference(built), model, "update", "steps")
    assert finding.cause == cause and "after" not in finding.tensor


class Unknown(k.optimizers.SGD):
    """A rule that no known mistake explains."""

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(k.ops.sign(gradient) * k.ops.sqrt(k.ops.abs(gradient)), variable, 0.1)


@pytest.mark.slow
def test_a_name_alone_is_no_cause(first):
    assert first(reference(), port(Unknown(0.1)), "update").cause == ""


class Silent(k.optimizers.schedules.LearningRateSchedule):
    """A user's schedule that does not tell how it is made."""

    def __call__(self, step):
        return 0.1


def test_an_optimizer_that_cannot_be_made_again_has_no_numbers():
    optimizer = k.optimizers.SGD(Silent())
    assert rules.again(optimizer) is None and rules.rule_of(optimizer) == {"optimizer": "SGD"}
    assert rules.rule_of(k.optimizers.SGD(0.2))["learning_rate"] == pytest.approx(0.2)


# Losses -----------------------------------------------------------------------------------------


def smoothed(labels, logits):
    return tf1.losses.softmax_cross_entropy(labels, logits, label_smoothing=0.1)


def penalized(labels, logits):
    penalties = [tf.nn.l2_loss(v) for v in tf1.trainable_variables() if v.shape.rank == 2]
    return cross_entropy(labels, logits) + 0.01 * tf.add_n(penalties)


def squared(labels, logits):
    return tf.reduce_mean(tf.square(labels - logits))


def categorical(**settings):
    return k.losses.CategoricalCrossentropy(**{"from_logits": True, **settings})


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("loss", "of_port", "cause"),
    [
        (cross_entropy, categorical(reduction="sum"), "the loss is 16 times the reference's: it is "
         "summed over the batch in place of a mean"),
        (penalized, None, "the penalty (L2) of w1, w2 is missing"),
        (smoothed, None, "label smoothing is missing; the reference's is 0.1"),
        (cross_entropy, categorical(from_logits=False),
         "the loss takes logits for probabilities (from_logits=True is missing)"),
        (cross_entropy, lambda y, x: tf.nn.softmax_cross_entropy_with_logits(y, tf.nn.softmax(x)),
         "softmax is applied twice: the loss takes probabilities for logits"),
        (cross_entropy, lambda y, x: categorical()(k.ops.roll(y, 1, -1), x),
         "labels are off by one: each class is the next"),
        (cross_entropy, categorical(label_smoothing=0.2),
         "label smoothing is 0.2; the reference's is none"),
        (squared, k.losses.MeanAbsoluteError(), "the loss is the mean absolute error"),
        (cross_entropy, lambda y, x: 0.7 * categorical()(y, x),
         "the loss is 0.7 times the reference's"),
    ],
)  # fmt: skip
def test_a_loss(first, loss, of_port, cause):
    finding = first(reference(loss=loss), port(loss=of_port), "loss")
    assert finding.tensor == "loss" and finding.cause == cause


def regularized(kind):
    """A port with a penalty of kernels or biases."""
    penalty = {f"{kind}_regularizer": k.regularizers.L2(0.01)}
    layers = k.layers.Dense(4, "tanh", **penalty), k.layers.Dense(CLASSES, **penalty)
    model = k.Sequential([k.Input((FEATURES,)), *layers])
    model.compile(k.optimizers.SGD(0.1), categorical())
    return model


@pytest.mark.slow
def test_a_penalty_that_is_doubled(first):
    cause = first(reference(loss=penalized), regularized("kernel"), "loss").cause
    assert cause == "the penalty (L2) of w1, w2 is 2 times the reference's"


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "some"), [("kernel", "w1, w2"), ("bias", "b1, b2")])
def test_a_penalty_that_only_the_port_has(first, kind, some):
    cause = first(reference(), regularized(kind), "loss").cause
    assert cause == f"a penalty (L2) of {some} is added, 0.01 times the sum of their squares"


# Layers -----------------------------------------------------------------------------------------


def pictures():
    """A convolution, a leaky relu, a pool and a dense layer."""
    x = tf1.placeholder(tf.float32, [None, 8, 8, 2], name="x")
    y = tf1.placeholder(tf.float32, [None, CLASSES], name="y")
    convolved = tf.nn.conv2d(x, variable("w", [3, 3, 2, 4]), strides=1, padding="SAME")
    relu = tf.nn.leaky_relu(convolved + variable("b", [4]), 0.2)
    pool = tf.nn.max_pool2d(relu, 2, 2, padding="SAME")
    logits = tf.add(tf.reshape(pool, [-1, 64]) @ variable("w1", [64, 3]), variable("b1", [3]))
    tf1.train.GradientDescentOptimizer(0.1).minimize(cross_entropy(y, logits))


def port_of_pictures(slope=0.2, pool=None, padding=((1, 1), (1, 1)), dtype=None):
    layers = [
        k.Input((8, 8, 2)),
        k.layers.ZeroPadding2D(padding),
        k.layers.Conv2D(4, 3, dtype=dtype),
        k.layers.LeakyReLU(negative_slope=slope),
        pool or k.layers.MaxPooling2D(2, padding="same"),
        k.layers.Flatten(),
        k.layers.Dense(CLASSES),
    ]
    model = k.Sequential(layers)
    model.compile(k.optimizers.SGD(0.1), categorical())
    return model


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("parts", "cause"),
    [
        ({"slope": 0.3}, "the slope of the leaky relu is 0.3 instead of 0.2"),
        ({"pool": k.layers.AveragePooling2D(2)}, "the pool is average 2 x 2 in steps of 2 x 2, "
         "padding SAME instead of max 2 x 2 in steps of 2 x 2, padding SAME"),
        ({"padding": ((2, 0), (1, 1))}, "the convolution pads (2, 0) rows and (1, 1) columns "
         "before and after, the reference ((1, 1), (1, 1))"),
        ({"dtype": "mixed_bfloat16"},
         "every value here is one of bfloat16: it is computed in mixed precision"),
        ({"pool": k.layers.MaxPooling2D(3, 2, padding="same")}, "the pool is max 3 x 3 in steps "
         "of 2 x 2, padding SAME instead of max 2 x 2 in steps of 2 x 2, padding SAME"),
    ],
)  # fmt: skip
def test_a_layer(parts, cause):
    assert report_of_pictures(**parts).first[1].cause == cause


def test_layers_without_a_mistake_are_the_same():
    assert report_of_pictures().first is None


def report_of_pictures(**parts):
    generator = np.random.default_rng(0)
    images = generator.standard_normal((64, 8, 8, 2)).astype(np.float32)
    data = images, np.eye(CLASSES, dtype=np.float32)[generator.integers(0, CLASSES, 64)]
    left_out = tuple(name for name in RUNGS if name != "forward")
    settings = {"data": data, "steps": 1, "batch_size": 16, "except_for": left_out}
    return parity.compare(port_of_pictures(**parts), reference=pictures, **settings)


def test_a_number_is_in_mixed_precision_if_all_are():
    values = np.linspace(0.1, 1, 50, dtype=np.float32)
    exact = precision.rounded(values, np.float16)
    assert precision.cause_of(values, exact).startswith("every value here is one of float16")
    assert not precision.cause_of(values, values) and not precision.cause_of(exact, exact)
    assert not precision.cause_of(values, exact[::-1])


def test_a_moving_variance_that_is_divided_by_another_number():
    """TensorFlow 1's fused normalisation averages the sum of squares over n - 1, Keras' over n."""

    def build():
        x = tf1.placeholder(tf.float32, [None, 2, 2, 3], name="x")
        y = tf1.placeholder(tf.float32, [None, CLASSES], name="y")
        training = tf1.placeholder(tf.bool, [], name="training")
        gamma, beta = (tf1.get_variable(name, [3]) for name in ("gamma", "beta"))
        zeros, ones = tf1.zeros_initializer(), tf1.ones_initializer()
        mean = tf1.get_variable("mean", [3], initializer=zeros, trainable=False)
        variance = tf1.get_variable("variance", [3], initializer=ones, trainable=False)
        moments = tf1.nn.moments(x, [0, 1, 2])
        count = tf.cast(tf.size(x) / 3, tf.float32)
        moved = moments[0], moments[1] * count / (count - 1)
        averages = [
            tf1.assign_sub(one, tf.where(training, 0.1, 0.0) * (one - new))
            for one, new in zip((mean, variance), moved, strict=True)
        ]
        used = [
            tf.where(training, new, tf.identity(average))
            for new, average in zip(moments, (mean, variance), strict=True)
        ]
        normalised = tf.reshape(tf1.nn.batch_normalization(x, *used, beta, gamma, 1e-3), [-1, 12])
        loss = cross_entropy(y, normalised @ variable("w", [12, CLASSES]))
        with tf.control_dependencies(averages):
            tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    layers = [k.layers.BatchNormalization(momentum=0.9), k.layers.Flatten()]
    dense = k.layers.Dense(CLASSES, use_bias=False)
    model = k.Sequential([k.Input((2, 2, 3)), *layers, dense])
    model.compile(k.optimizers.SGD(0.1), k.losses.CategoricalCrossentropy(from_logits=True))
    left_out = tuple(name for name in RUNGS if name not in ("weights", "steps"))
    report = parity.compare(
        model, reference=build, feeds={"training": [True, False]}, batch_size=8, except_for=left_out
    )
    cause = "the variance that variance averages is divided by n, not by n - 1"
    assert report.first and report.first[1].cause == cause
