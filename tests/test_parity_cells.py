"""How the weights of recurrent cells, and parts of variables, lie in other programs."""

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import parity
from legacy_cnn.parity import arranging, cells
from legacy_cnn.parity.pairing import Variable
from legacy_cnn.parity.rungs import RUNGS

pytestmark = pytest.mark.tensorflow

LSTM, GRU, SIMPLE = cells.KINDS
INPUTS, UNITS, STEPS = 3, 2, 4


def variables_of(layer):
    return [
        Variable(at, variable.path, tuple(variable.shape), "float32", True)
        for at, variable in enumerate(layer.trainable_variables)
    ]


def paired(shapes, layer):
    return arranging.paired(shapes, {}, variables_of(layer), {}, "the port")


def built(layer):
    layer.build((None, STEPS, INPUTS))
    return layer


def drawn(shapes):
    generator = np.random.default_rng(0)
    return {
        name: generator.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()
    }


def as_keras(shapes, layer):
    """What Keras' layer makes of an input with the weights of TensorFlow 1's cell."""
    pairs, _ = paired(shapes, layer)
    assert not pairs.count
    weights = drawn(shapes)
    (group,) = pairs.shared
    there = group.there(weights)
    layer.set_weights([there[at] for at in range(len(there))])
    for name, value in group.here(there).items():
        np.testing.assert_allclose(value, weights[name], rtol=0, atol=1e-6)
    return weights, np.asarray(layer(inputs()))


def inputs():
    return np.random.default_rng(1).standard_normal((1, STEPS, INPUTS)).astype(np.float32)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_a_basic_lstm_cell_is_keras_lstm_with_other_gates_and_a_forget_bias():
    shapes = {"kernel": (INPUTS + UNITS, 4 * UNITS), "bias": (4 * UNITS,)}
    weights, actual = as_keras(shapes, built(keras.layers.LSTM(UNITS)))
    c = h = np.zeros((1, UNITS))
    for x in inputs()[0]:
        z = np.concatenate([x[None], h], 1) @ weights["kernel"] + weights["bias"]
        i, j, f, o = np.split(z, 4, 1)
        c = c * sigmoid(f + 1) + sigmoid(i) * np.tanh(j)
        h = np.tanh(c) * sigmoid(o)
    np.testing.assert_allclose(actual, h, atol=1e-6)


def test_a_simple_cell_with_the_shapes_of_an_lstm_is_a_simple_cell():
    inputs, units = 2, 8  # an LSTM of two units and eight inputs has these shapes, too
    layer = keras.layers.SimpleRNN(units)
    layer.build((None, STEPS, inputs))
    shapes = {"kernel": (inputs + units, units), "bias": (units,)}
    pairs, _ = paired(shapes, layer)
    weights = drawn(shapes)
    there = pairs.shared[0].there(weights)
    np.testing.assert_array_equal(there[0], weights["kernel"][:inputs])
    np.testing.assert_array_equal(there[1], weights["kernel"][inputs:])
    np.testing.assert_array_equal(there[2], weights["bias"])


def test_a_gru_cell_is_keras_gru_that_resets_before_the_product():
    shapes = {
        "gates/kernel": (INPUTS + UNITS, 2 * UNITS),
        "gates/bias": (2 * UNITS,),
        "candidate/kernel": (INPUTS + UNITS, UNITS),
        "candidate/bias": (UNITS,),
    }
    weights, actual = as_keras(shapes, built(keras.layers.GRU(UNITS, reset_after=False)))
    h = np.zeros((1, UNITS))
    for x in inputs()[0]:
        z = np.concatenate([x[None], h], 1) @ weights["gates/kernel"] + weights["gates/bias"]
        r, u = np.split(sigmoid(z), 2, 1)
        both = np.concatenate([x[None], r * h], 1)
        c = np.tanh(both @ weights["candidate/kernel"] + weights["candidate/bias"])
        h = u * h + (1 - u) * c
    np.testing.assert_allclose(actual, h, atol=1e-6)


def test_gradients_and_slots_are_moved_without_the_forget_bias():
    shapes = {"kernel": (INPUTS + UNITS, 4 * UNITS), "bias": (4 * UNITS,)}
    pairs, _ = paired(shapes, built(keras.layers.LSTM(UNITS)))
    (group,) = pairs.shared
    nothing = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    assert not any(value.any() for value in group.moved(nothing).values())
    slots = group.of_slot("m", group.keys).there({("m", n): v for n, v in nothing.items()})
    assert not any(value.any() for value in slots.values())
    assert list(group.there(nothing)[2]) == [0, 0, 1, 1, 0, 0, 0, 0]
    assert list(group.shifts_here()["bias"]) == [0, 0, 0, 0, 1, 1, 0, 0]


def test_stacked_cells_are_paired_in_their_order():
    one, two = built(keras.layers.LSTM(UNITS)), keras.layers.LSTM(UNITS)
    two.build((None, STEPS, UNITS))
    shapes = {
        "cell_0/kernel": (INPUTS + UNITS, 4 * UNITS), "cell_0/bias": (4 * UNITS,),
        "cell_1/kernel": (2 * UNITS, 4 * UNITS), "cell_1/bias": (4 * UNITS,),
    }  # fmt: skip
    variables = [
        Variable((at, place), "", tuple(v.shape), "float32", True)
        for at, layer in enumerate((one, two))
        for place, v in enumerate(layer.trainable_variables)
    ]
    pairs, _ = arranging.paired(shapes, {}, variables, {}, "the port")
    assert not pairs.count
    assert [group.names for group in pairs.shared] == [
        ("cell_0/kernel", "cell_0/bias"),
        ("cell_1/kernel", "cell_1/bias"),
    ]
    assert [group.keys for group in pairs.shared] == [
        ((0, 0), (0, 1), (0, 2)),
        ((1, 0), (1, 1), (1, 2)),
    ]


def test_another_kind_of_cell_is_no_other_layout():
    shapes = {"kernel": (INPUTS + UNITS, 4 * UNITS), "bias": (4 * UNITS,)}
    pairs, _ = paired(shapes, built(keras.layers.GRU(UNITS)))
    assert pairs.count and not pairs.shared


def test_every_order_of_gates_is_an_option_once():
    found = list(cells.options(LSTM, (0.0,)))
    assert found[0] == ("ijfo", 1.0)
    assert len(found) == len(set(found)) == 48
    assert len(list(cells.options(GRU, (0.0,)))) == 6


@pytest.mark.parametrize("axis", [0, 1])
def test_parts_of_a_variable_are_the_whole_one(axis):
    parts = [(2, 4), (3, 4)] if axis == 0 else [(5, 1), (5, 3)]
    shapes = {f"w/part_{at}": shape for at, shape in enumerate(parts)}
    whole = Variable("key", "dense/kernel", (5, 4), "float32", True)
    pairs, _ = arranging.paired(shapes, {}, [whole], {}, "the port")
    assert not pairs.count
    weights = drawn(shapes)
    (group,) = pairs.groups
    there = group.there(weights)
    np.testing.assert_array_equal(there["key"], np.concatenate(list(weights.values()), axis))
    for name, value in group.here(there).items():
        np.testing.assert_array_equal(value, weights[name])


@pytest.mark.slow
@pytest.mark.parametrize("begins_with_1", [True, False])
def test_a_forget_bias_that_the_port_does_not_begin_with_is_the_cause(begins_with_1):
    def build():
        x = tf.placeholder(tf.float32, [None, STEPS, INPUTS], name="x")
        y = tf.placeholder(tf.float32, [None, UNITS], name="y")
        kernel = tf.get_variable("kernel", [INPUTS + UNITS, 4 * UNITS])
        bias = tf.get_variable("bias", [4 * UNITS], initializer=tf.zeros_initializer())
        c = h = tf.zeros([tf.shape(x)[0], UNITS])
        for step in range(STEPS):
            i, j, f, o = tf.split(tf.concat([x[:, step], h], 1) @ kernel + bias, 4, axis=1)
            c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
            h = tf.tanh(c) * tf.sigmoid(o)
        loss = tf.reduce_mean(tf.square(h - y))
        tf.train.GradientDescentOptimizer(0.1).minimize(loss)

    layer = keras.layers.LSTM(UNITS, unit_forget_bias=begins_with_1)
    model = keras.Sequential([keras.Input((STEPS, INPUTS)), layer])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    rungs = "weights", "forward", "initial weights"
    left_out = tuple(name for name in RUNGS if name not in rungs)
    report = parity.compare(model, reference=build, batch_size=8, except_for=left_out)
    biases = [f for rung in report.rungs for f in rung.findings if f.tensor == "bias"]
    assert any("adds a forget bias of 1" in each.cause for each in biases) != begins_with_1
