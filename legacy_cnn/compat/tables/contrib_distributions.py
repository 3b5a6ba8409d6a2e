"""`tensorflow.contrib.distributions`, as far as it became `tensorflow.distributions`."""

import math
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.arguments import renaming
from legacy_cnn.compat.classes import called_as
from legacy_cnn.compat.mixtures import Mixture
from legacy_cnn.compat.one_hot import OneHotCategorical
from legacy_cnn.compat.rows import Table

_PUBLIC: Any = tf.distributions

TABLE = Table(
    "tensorflow.contrib.distributions",
    real="tensorflow.compat.v1.distributions",
    note="the package tensorflow_probability has it",
)

#: Class -> what its arguments were called up to 1.0.
_RENAMED = {
    "Bernoulli": {"p": "probs"},
    "Beta": {"a": "concentration1", "b": "concentration0"},
    "Exponential": {"lam": "rate"},
    "Gamma": {"alpha": "concentration", "beta": "rate"},
    "Laplace": {"loc": "loc"},
    "Multinomial": {"n": "total_count", "p": "probs"},
    "Normal": {"mu": "loc", "sigma": "scale"},
    "Uniform": {"a": "low", "b": "high"},
}

for _name, _renamed in _RENAMED.items():
    _path = f"tf.distributions.{_name}"
    TABLE.value(_name, called_as(getattr(_PUBLIC, _name), renaming(_path, _renamed)), until="1.0")
TABLE.value("Mixture", Mixture)
TABLE.value("OneHotCategorical", OneHotCategorical)
TABLE.names({"kl": "tf.distributions.kl_divergence"}, until="1.0")


@TABLE.serves()
class MultivariateNormalDiag(_PUBLIC.Distribution):
    """Independent normal variables as one vector: the last dimension of `loc` and `scale_diag`."""

    def __init__(
        self,
        loc: Any = None,
        scale_diag: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiag",
    ) -> None:
        """Takes the means and the standard deviations; either is 0, or 1, if it is left out."""
        with tf.name_scope(name, values=[loc, scale_diag]) as scope:
            if loc is None:
                loc = tf.zeros_like(tf.convert_to_tensor(scale_diag))
            self._loc = tf.convert_to_tensor(loc, name="loc")
            ones = tf.ones_like(self._loc)
            self._scale = ones if scale_diag is None else ones * scale_diag
        super().__init__(
            dtype=self._loc.dtype,
            reparameterization_type=_PUBLIC.FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters={"loc": loc, "scale_diag": scale_diag},
            graph_parents=[self._loc, self._scale],
            name=scope,
        )

    @property
    def loc(self) -> tf.Tensor:
        """The means."""
        return self._loc

    def _batch_shape(self) -> tf.TensorShape:
        return self._loc.shape[:-1]

    def _batch_shape_tensor(self) -> tf.Tensor:
        return tf.shape(self._loc)[:-1]

    def _event_shape(self) -> tf.TensorShape:
        return self._loc.shape[-1:]

    def _event_shape_tensor(self) -> tf.Tensor:
        return tf.shape(self._loc)[-1:]

    def _sample_n(self, n: Any, seed: int | None = None) -> tf.Tensor:
        shape = tf.concat([[n], tf.shape(self._loc)], 0)
        return tf.random_normal(shape, dtype=self.dtype, seed=seed) * self._scale + self._loc

    def _log_prob(self, x: Any) -> tf.Tensor:
        each = -0.5 * tf.square((x - self._loc) / self._scale)
        return tf.reduce_sum(each - 0.5 * math.log(2 * math.pi) - tf.log(self._scale), -1)

    def _prob(self, x: Any) -> tf.Tensor:
        return tf.exp(self._log_prob(x))

    def _entropy(self) -> tf.Tensor:
        return tf.reduce_sum(0.5 + 0.5 * math.log(2 * math.pi) + tf.log(self._scale), -1)

    def _mean(self) -> tf.Tensor:
        return self._loc

    def _mode(self) -> tf.Tensor:
        return self._loc

    def _stddev(self) -> tf.Tensor:
        return self._scale

    def _variance(self) -> tf.Tensor:
        return tf.square(self._scale)


@_PUBLIC.RegisterKL(MultivariateNormalDiag, MultivariateNormalDiag)
def _divergence(one: Any, other: Any, name: str | None = None) -> tf.Tensor:
    """KL(one || other)."""
    with tf.name_scope(name, "kl_diag"):
        ratio = tf.square(one.stddev() / other.stddev())
        apart = tf.square((one.loc - other.loc) / other.stddev())
        return 0.5 * tf.reduce_sum(ratio + apart - 1 - tf.log(ratio), -1)
