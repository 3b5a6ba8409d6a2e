"""`tensorflow.contrib.distributions`; values by the formulas."""

import math

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


def value(tf, tensor):
    with tf.Session() as session:
        return session.run(tensor)


@pytest.mark.parametrize(
    "name, arguments, mean",
    [
        ("Normal", {"mu": 1.0, "sigma": 2.0}, 1),
        ("Normal", {"loc": 1.0, "scale": 2.0}, 1),
        ("Bernoulli", {"p": 0.25}, 0.25),
        ("Uniform", {"a": 1.0, "b": 3.0}, 2),
        ("Beta", {"a": 1.0, "b": 3.0}, 0.25),
        ("Exponential", {"lam": 2.0}, 0.5),
        ("Gamma", {"alpha": 3.0, "beta": 2.0}, 1.5),
        ("Multinomial", {"n": 4.0, "p": [0.5, 0.5]}, 2),
        ("Laplace", {"loc": 1.0, "scale": 2.0}, 1),
    ],
)
def test_arguments_of_1_0(old, name, arguments, mean):
    made = getattr(old.contrib.distributions, name)(**arguments)
    assert isinstance(made, getattr(old.distributions, name))
    np.testing.assert_allclose(value(old, made.mean()), mean)


def test_the_diagonal_normal(old):
    ds = old.contrib.distributions
    made = ds.MultivariateNormalDiag([[1.0, 2.0]], [[1.0, 2.0]])
    assert (made.batch_shape.as_list(), made.event_shape.as_list()) == ([1], [2])
    log = -0.5 * (4 + 1) - math.log(2 * math.pi) - math.log(2)
    near = {"rtol": 1e-6}
    np.testing.assert_allclose(value(old, made.log_prob([[3.0, 4.0]])), [log], **near)
    np.testing.assert_allclose(value(old, made.prob([[3.0, 4.0]])), [math.exp(log)], **near)
    entropy = 1 + math.log(2 * math.pi) + math.log(2)
    np.testing.assert_allclose(value(old, made.entropy()), [entropy], **near)
    for each in (made.mean(), made.mode(), made.loc):
        assert value(old, each).tolist() == [[1, 2]]
    assert value(old, made.variance()).tolist() == [[1, 4]]
    samples = value(old, made.sample(20000, seed=1))
    assert samples.shape == (20000, 1, 2)
    np.testing.assert_allclose(samples.mean((0, 1)), [1, 2], atol=0.05)
    np.testing.assert_allclose(samples.std((0, 1)), [1, 2], atol=0.05)


def test_the_divergence_of_diagonal_normals(old):
    ds = old.contrib.distributions
    one = ds.MultivariateNormalDiag(loc=[1.0, 0.0])
    other = ds.MultivariateNormalDiag(scale_diag=[2.0, 1.0])
    expected = 0.5 * (0.25 + 0.25 - 1 + math.log(4))
    for divergence in (ds.kl, ds.kl_divergence):
        np.testing.assert_allclose(value(old, divergence(one, other)), expected, rtol=1e-6)


def test_others_are_gone(old):
    with pytest.raises(AttributeError) as error:
        old.contrib.distributions.WishartFull  # noqa: B018
    assert "tensorflow_probability" in error.value.__notes__[0]
