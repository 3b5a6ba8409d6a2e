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


def test_a_mixture(old):
    ds = old.contrib.distributions
    cat = ds.Categorical(probs=[0.3, 0.7])
    made = ds.Mixture(cat=cat, components=[ds.Normal(-1.0, 0.1), ds.Normal(1.0, 0.5)])
    assert (made.num_components, made.cat, made.dtype) == (2, cat, old.float32)
    assert (made.batch_shape.as_list(), made.event_shape.as_list()) == ([], [])
    one, two = (math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) for z in (20.0, 0.0))
    np.testing.assert_allclose(value(old, made.prob(1.0)), 0.3 * one / 0.1 + 0.7 * two / 0.5, 1e-5)
    np.testing.assert_allclose(value(old, made.log_prob(1.0)), math.log(0.7 * two / 0.5), 1e-5)
    np.testing.assert_allclose(value(old, made.cdf(1.0)), 0.3 + 0.35, 1e-5)
    np.testing.assert_allclose(value(old, made.mean()), 0.4, 1e-5)
    spread = math.sqrt(0.3 * (0.01 + 1) + 0.7 * (0.25 + 1) - 0.16)
    np.testing.assert_allclose(value(old, made.stddev()), spread, 1e-5)
    lower = sum(p * (0.5 + 0.5 * math.log(2 * math.pi) + math.log(s)) for p, s in LOWER)
    np.testing.assert_allclose(value(old, made.entropy_lower_bound()), lower, 1e-5)
    samples = value(old, made.sample(20000, seed=1))
    assert samples.shape == (20000,) and abs((samples < 0).mean() - 0.32) < 0.03
    np.testing.assert_allclose([samples.mean(), samples.std()], [0.4, spread], atol=0.03)


LOWER = ((0.3, 0.1), (0.7, 0.5))


def test_a_mixture_of_vectors(old):
    ds = old.contrib.distributions
    parts = [ds.MultivariateNormalDiag([[m, m]] * 3, [[1.0, 1.0]] * 3) for m in (-5.0, 5.0)]
    made = ds.Mixture(ds.Categorical(logits=[[0.0, 0.0]] * 3), parts)
    assert (made.batch_shape.as_list(), made.event_shape.as_list()) == ([3], [2])
    samples = value(old, made.sample(500, seed=2))
    assert (
        samples.shape == (500, 3, 2)
        and (np.sign(samples[..., 0]) == np.sign(samples[..., 1])).all()
    )
    assert value(old, made.mean()).tolist() == [[0, 0]] * 3
    with pytest.raises(ValueError, match=r"cat.num_classes != len\(components\): 2 vs. 1"):
        ds.Mixture(ds.Categorical(logits=[0.0, 0.0]), [ds.Normal(0.0, 1.0)])
    with pytest.raises(TypeError, match="cat must be a Categorical distribution"):
        ds.Mixture(ds.Normal(0.0, 1.0), [ds.Normal(0.0, 1.0)])


def test_one_class_as_a_row(old):
    """Drawn, and numbers, as 1.15.5 printed them."""
    old.set_random_seed(3)
    ds = old.contrib.distributions
    one = ds.OneHotCategorical(logits=[[1.0, 2.0, 0.5], [0.0, 0.0, 3.0]], dtype=old.float32)
    shares = [[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]
    other = ds.OneHotCategorical(probs=shares)
    assert value(old, one.sample(3, seed=4)).argmax(-1).tolist() == [[1, 2], [1, 1], [1, 2]]
    drawn = value(old, other.sample(seed=5))
    assert (drawn.dtype, drawn.tolist()) == (np.int32, [[1, 0, 0], [1, 0, 0]])
    for found, expected in (
        (one.log_prob([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), [-0.4643688, -0.09492292]),
        (other.prob([[0, 1, 0], [0, 0, 1]]), [0.3, 0.8]),
        (one.entropy(), [0.90595925, 0.36659393]),
        (one.mode(), [[0, 1, 0], [0, 0, 1]]),
        (one.covariance()[0, 0], [0.17775941, -0.14533155, -0.03242785]),
        (ds.kl_divergence(one, other), [0.3201263, 0.04485761]),
    ):
        np.testing.assert_allclose(value(old, found), expected, 1e-5)
    assert (one.batch_shape.as_list(), one.event_shape.as_list()) == ([2], [3])
    with pytest.raises(NotImplementedError, match="mean is not implemented"):
        one.mean()
    with pytest.raises(ValueError, match="Must pass probs or logits, but not both"):
        ds.OneHotCategorical()
