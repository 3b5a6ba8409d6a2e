"""Looking into a program leaves the program alone."""

import functools
import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, optimizers

from legacy_cnn.errors import LiftError
from legacy_cnn.programs.lifted import lift, lift_keras
from support import kinds
from support.lifting import X, Y, bits

pytestmark = pytest.mark.tensorflow


def test_the_state_of_the_session_is_its_own():
    """Weights of any size, a late iteration: the update follows, the user's model does not."""
    model = kinds.softmax(optimizers.Adam(0.01, name="adam")).model
    with lift_keras(model, X, Y) as lifted:
        before = lifted.state()
        (kernel,) = (name for name in before if name.endswith("/kernel"))
        moves = {}
        for iteration in (0, 100_000):
            lifted.load({**before, "adam/iteration": iteration})
            lifted.step(X, Y)
            state = lifted.state()
            assert state["adam/iteration"] == iteration + 1
            moves[iteration] = np.abs(state[kernel] - before[kernel]).mean()
        # Adam's correction: sqrt(1 - 0.999) / (1 - 0.9) of the rate in the first step, then all.
        assert moves[100_000] / moves[0] == pytest.approx(np.sqrt(10), 1e-2)
        lifted.load({kernel: np.full_like(before[kernel], np.nan)})
        assert np.isnan(lifted.step(X, Y)["loss"])
    assert not np.isnan(model.get_weights()[0]).any() and model.optimizer.iterations == 0


class Slotted:
    __slots__ = ["count"]

    def __init__(self):
        self.count = 0


class Nosy(layers.Layer):
    """Leaves traces of its calls in all sorts of places."""

    total = 0

    def __init__(self):
        super().__init__()
        self.calls, self.kept, self.log, self.by_name = 0, None, [], {}
        self.array = np.zeros(2)
        self.generator, self.slotted = np.random.default_rng(1), Slotted()

    def build(self, shape):
        self.mean = self.add_weight(shape=shape[-1:], initializer="zeros", trainable=False)

    def call(self, x, training=False):
        self.calls += 1
        type(self).total += 1
        self.kept, self.by_name["x"] = x, x
        self.log.append(x)
        SEEN.append(x)
        self.array += 1
        self.slotted.count += 1
        self.new = self.generator.random() + random.random() + np.random.random()
        self.add_loss(tf.reduce_mean(x))
        if training:
            self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(x, 0))
        return x - self.mean


SEEN = []


def remembered(model, layer):
    variables = [*model.variables, *model.optimizer.variables]
    return {
        "attributes": dict(vars(layer)),
        "containers": [dict(layer.by_name), list(layer.log), list(SEEN), list(model.losses)],
        "counts": [layer.array.tolist(), layer.slotted.count, Nosy.total],
        "generator": layer.generator.bit_generator.state,
        "global generators": [random.getstate(), str(np.random.get_state())],
        "values": bits({each.path: each for each in variables}),
        "metrics": [metric.name for metric in model.metrics],
        "is built": model.optimizer.built,
    }


def test_the_users_model_stays_as_it_is(tmp_path):
    layer = Nosy()
    model = keras.Sequential([keras.Input([6]), layer, layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    before = remembered(model, layer)
    with lift_keras(model, X, Y) as lifted:
        lifted.step(X, Y)
    assert remembered(model, layer) == before
    checkpoint = tf.train.Checkpoint(model=model).save(tmp_path / "checkpoint")
    model.fit(X, Y, verbose=0)
    assert layer.calls > before["attributes"]["calls"]
    tf.train.Checkpoint(model=model).restore(checkpoint)


def first_time(x):
    """Remembers its argument under a name that no global has."""
    global first_x
    first_x = x
    return x + 1


@pytest.mark.parametrize("decorate", [lambda step: step, tf.function])
def test_a_global_that_the_step_makes_is_deleted(decorate):
    lift(decorate(first_time), X)
    assert "first_x" not in globals()


def test_attributes_of_functions_are_put_back():
    def step(x):
        step.calls += 1
        step.x, part.x = x, x
        return x + 1

    step.calls = 0
    part = functools.partial(step)
    lift(part, X)
    assert vars(step) == {"calls": 0} and vars(part) == {}


def test_empty_cells_and_slots_are_empty_again():
    slotted = Slotted()
    del slotted.count

    def step(x):
        nonlocal kept, emptied
        kept, slotted.count = x, 1
        del emptied
        return x + 1

    kept, emptied = None, 1
    del kept
    lift(step, X)
    cells = dict(zip(step.__code__.co_freevars, step.__closure__, strict=True))
    with pytest.raises(ValueError, match="empty"):
        print(cells["kept"].cell_contents)
    assert emptied == 1 and not hasattr(slotted, "count")


def test_a_generator_without_a_state_is_no_hindrance():
    generator = random.SystemRandom()
    with lift(lambda x: x + generator.random(), X) as lifted:
        assert np.all(lifted.step(X) >= X)


class Summed(tf.Module):
    """Makes its variable in its first call, and loops over a tensor."""

    def __init__(self):
        super().__init__()
        self.variable, self.seen = None, {}

    @tf.function
    def add(self, x):
        if self.variable is None:
            self.variable = tf.Variable(tf.zeros(6))
        self.seen["x"] = x
        for row in x:
            self.variable.assign_add(row)
        return self.variable.read_value()

    def step(self, x):
        return 2 * self.add(x)


@pytest.mark.parametrize("method", ["add", "step"])
def test_what_is_made_in_the_first_call_is_made_later(method):
    program = Summed()
    with lift(getattr(program, method), X) as lifted:
        first = [lifted.step(X) for _ in range(2)]
    assert program.variable is None and dict(program.seen) == {}
    second = [getattr(program, method)(tf.constant(X)).numpy() for _ in range(2)]
    assert np.array_equal(first, second) and program.variable is not None


@pytest.mark.parametrize("eagerly", [False, True])
def test_the_global_switch_is_put_back(eagerly):
    tf.config.run_functions_eagerly(eagerly)
    try:
        lift(lambda x: x + 1, X)
        with pytest.raises(LiftError):
            lift(lambda x: x.numpy(), X)
        assert tf.config.functions_run_eagerly() == eagerly
    finally:
        tf.config.run_functions_eagerly(False)
