"""Gradients that are sums over a batch: numbers that are nearly equal, added up one by one."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.summing import feeds_of_rows, sums_over_rows
from legacy_cnn.parity.updates import powers_of

pytestmark = pytest.mark.tensorflow

ROWS = 4096


def gradient_of(build, x):
    bias = tf.get_variable("bias", [3], initializer=tf.zeros_initializer())
    (gradient,) = tf.gradients(build(x, bias), [bias])
    return gradient


def added(x, bias):
    return tf.reduce_mean(tf.square(tf.add(x, bias)))


def bias_added(x, bias):
    return tf.reduce_mean(tf.square(tf.nn.bias_add(x, bias)))


def regularized(x, bias):
    return bias_added(x, bias) + 0.1 * tf.nn.l2_loss(bias)


def channels_first(x, bias):
    turned = tf.reshape(tf.transpose(x), [1, 3, -1, 1])
    return tf.reduce_mean(tf.square(tf.nn.bias_add(turned, bias, data_format="NCHW")))


@pytest.mark.parametrize("build", [added, bias_added, regularized, channels_first])
def test_equal_numbers_are_added_in_both_ways(build):
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 3])
        gradient = gradient_of(build, x)
        operations = sums_over_rows([gradient])
        assert len(operations) == 1
        given = {x: np.full((ROWS, 3), 0.3, np.float32)}
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            generator = np.random.default_rng(0)
            ways = [
                feeds_of_rows(operations, lambda t: session.run(t, given), generator)
                for _ in range(10)
            ]
    values = np.float64([way[operations[0].outputs[0]].ravel() for way in ways])
    np.testing.assert_allclose(values, 0.2, rtol=1e-3)
    # One by one, 4,096 equal numbers are rounded the same way in each binade.
    apart = np.abs(values / 0.2 - 1).max(axis=1)
    assert apart.min() < 3e-7 and apart.max() > 3e-6


def test_a_sum_of_one_row_is_left_alone():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 3])
        operations = sums_over_rows([gradient_of(added, x)])
        given = {x: np.full((1, 3), 0.3, np.float32)}
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            run = lambda tensors: session.run(tensors, given)  # noqa: E731
            assert not feeds_of_rows(operations, run, np.random.default_rng(0))


def test_powers_that_a_step_computes_are_numbers_of_its_update():
    with tf.Graph().as_default():
        w = tf.Variable(1.0)
        loss = tf.pow(w, 2.0)
        power = tf.pow(tf.constant(0.999), tf.Variable(1.0, trainable=False))
        train = tf.assign_sub(w, 1 - power).op
        assert [tensor.name for tensor in powers_of(train, [loss])] == [power.name]


def test_a_gradient_is_fed_where_the_update_takes_it():
    with tf.Graph().as_default():
        gradient = tf.constant([1.0]) * 2
        aside = tf.identity(gradient)
        _, passed = tf.identity_n([tf.constant(1.0), gradient])
        last = tf.identity(passed)
        names = {gradient.name, passed.name, last.name}
        assert flow.passed_on(gradient, names) is last
        assert flow.passed_on(gradient, {*names, aside.name}) in (last, aside)
        assert flow.passed_on(gradient, {gradient.name}) is gradient
