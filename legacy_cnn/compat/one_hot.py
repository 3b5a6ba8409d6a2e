"""`tensorflow.contrib.distributions.OneHotCategorical`: one of several classes, as a row."""

from typing import Any

import tensorflow.compat.v1 as tf

_PUBLIC: Any = tf.distributions


class OneHotCategorical(_PUBLIC.Distribution):
    """A class of those of the last dimension of `logits`, drawn as 1 among zeros."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = tf.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "OneHotCategorical",
    ) -> None:
        """Takes logarithms of probabilities, or probabilities.

        Raises:
          ValueError: both or neither are given.
        """
        if (logits is None) == (probs is None):
            raise ValueError("Must pass probs or logits, but not both.")
        with tf.name_scope(name, values=[logits, probs]) as scope:
            if probs is None:
                self._logits = tf.convert_to_tensor(logits, name="logits")
                self._probs = tf.nn.softmax(self._logits, name="probs")
            else:
                self._probs = tf.convert_to_tensor(probs, name="probs")
                self._logits = tf.log(self._probs)
            self._event_size = tf.shape(self._logits)[-1]
        super().__init__(
            dtype=dtype,
            reparameterization_type=_PUBLIC.NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters={"logits": logits, "probs": probs},
            graph_parents=[self._logits, self._probs],
            name=scope,
        )

    @property
    def event_size(self) -> tf.Tensor:
        """The number of classes."""
        return self._event_size

    @property
    def logits(self) -> tf.Tensor:
        """The logarithms of the probabilities."""
        return self._logits

    @property
    def probs(self) -> tf.Tensor:
        """The probabilities."""
        return self._probs

    def _batch_shape(self) -> tf.TensorShape:
        return self._logits.shape[:-1]

    def _batch_shape_tensor(self) -> tf.Tensor:
        return tf.shape(self._logits)[:-1]

    def _event_shape(self) -> tf.TensorShape:
        return self._logits.shape[-1:]

    def _event_shape_tensor(self) -> tf.Tensor:
        return tf.shape(self._logits)[-1:]

    def _sample_n(self, n: Any, seed: int | None = None) -> tf.Tensor:
        shape = tf.concat([[n], tf.shape(self._logits)], 0)
        rows = tf.reshape(self._logits, [-1, self._event_size])
        drawn = tf.transpose(tf.multinomial(rows, n, seed=seed))
        return tf.reshape(tf.one_hot(drawn, self._event_size, dtype=self.dtype), shape)

    def _log_prob(self, x: Any) -> tf.Tensor:
        x = tf.cast(x, self._logits.dtype)
        return tf.reduce_sum(x * tf.nn.log_softmax(self._logits), -1)

    def _prob(self, x: Any) -> tf.Tensor:
        return tf.exp(self._log_prob(x))

    def _entropy(self) -> tf.Tensor:
        return -tf.reduce_sum(tf.nn.log_softmax(self._logits) * self._probs, -1)

    def _mode(self) -> tf.Tensor:
        return tf.one_hot(tf.argmax(self._logits, -1), self._event_size, dtype=self.dtype)

    def _variance(self) -> tf.Tensor:
        return self._probs * (1.0 - self._probs)

    def _covariance(self) -> tf.Tensor:
        products = -self._probs[..., None] * self._probs[..., None, :]
        return tf.matrix_set_diag(products, self._variance())


@_PUBLIC.RegisterKL(OneHotCategorical, OneHotCategorical)
def _divergence(one: Any, other: Any, name: str | None = None) -> tf.Tensor:
    """KL(one || other)."""
    with tf.name_scope(name, "kl_categorical_categorical"):
        apart = tf.nn.log_softmax(one.logits) - tf.nn.log_softmax(other.logits)
        return tf.reduce_sum(tf.nn.softmax(one.logits) * apart, -1)
