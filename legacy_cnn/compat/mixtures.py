"""`tensorflow.contrib.distributions.Mixture`: a distribution that is drawn from several."""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

_PUBLIC: Any = tf.distributions


class Mixture(_PUBLIC.Distribution):
    """One of several distributions, which a `Categorical` draws."""

    def __init__(
        self,
        cat: Any,
        components: Sequence[Any],
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        use_static_graph: bool = False,
        name: str = "Mixture",
    ) -> None:
        """Takes the distribution of the index, and the distributions.

        Raises:
          TypeError: `cat` is no Categorical, or `components` are no distributions of one type.
          ValueError: there are none, or another number than `cat` has classes.
        """
        _check(cat, components)
        self._cat, self._components = cat, list(components)
        self._event, self._batch = components[0].event_shape, cat.batch_shape
        for each in components:
            self._event = self._event.merge_with(each.event_shape)
            self._batch = self._batch.merge_with(each.batch_shape)
        with tf.name_scope(name, values=[cat.logits]) as scope:
            super().__init__(
                dtype=components[0].dtype,
                reparameterization_type=_PUBLIC.NOT_REPARAMETERIZED,
                validate_args=validate_args,
                allow_nan_stats=allow_nan_stats,
                parameters={"cat": cat, "components": components},
                graph_parents=[cat.logits],
                name=scope,
            )

    @property
    def cat(self) -> Any:
        """The distribution of the index."""
        return self._cat

    @property
    def components(self) -> list[Any]:
        """The distributions."""
        return self._components

    @property
    def num_components(self) -> int:
        """How many there are."""
        return len(self._components)

    def _batch_shape(self) -> tf.TensorShape:
        return self._batch

    def _batch_shape_tensor(self) -> tf.Tensor:
        return self._cat.batch_shape_tensor()

    def _event_shape(self) -> tf.TensorShape:
        return self._event

    def _event_shape_tensor(self) -> tf.Tensor:
        return self._components[0].event_shape_tensor()

    def _sample_n(self, n: Any, seed: int | None = None) -> tf.Tensor:
        """Draws from all, and then one of them."""
        drawn = [each.sample(n, seed=_salted(seed, at)) for at, each in enumerate(self._components)]
        index = self._cat.sample(n, seed=seed)
        every = tf.stack(drawn, -1 - self._event.ndims)
        chosen = tf.one_hot(index, self.num_components, True, False, dtype=tf.bool)
        chosen = self._for_event(chosen)
        return tf.reduce_sum(
            tf.where_v2(chosen, every, tf.zeros_like(every)), -1 - self._event.ndims
        )

    def _for_event(self, x: tf.Tensor) -> tf.Tensor:
        """Numbers of a batch, which count for all of an event."""
        for _ in range(self._event.ndims):
            x = tf.expand_dims(x, -1)
        return x

    def _shares(self) -> list[tf.Tensor]:
        return tf.unstack(tf.nn.softmax(self._cat.logits), self.num_components, axis=-1)

    def _log_prob(self, x: Any) -> tf.Tensor:
        return self._log_of_all([each.log_prob(x) for each in self._components])

    def _prob(self, x: Any) -> tf.Tensor:
        return tf.exp(self._log_prob(x))

    def _log_cdf(self, x: Any) -> tf.Tensor:
        return self._log_of_all([each.log_cdf(x) for each in self._components])

    def _cdf(self, x: Any) -> tf.Tensor:
        return tf.exp(self._log_cdf(x))

    def _log_of_all(self, logs: list[tf.Tensor]) -> tf.Tensor:
        shares = tf.unstack(tf.nn.log_softmax(self._cat.logits), self.num_components, axis=-1)
        both = [share + each for share, each in zip(shares, logs, strict=True)]
        return tf.reduce_logsumexp(tf.stack(both, 0), [0])

    def _mean(self) -> tf.Tensor:
        shares = [self._for_event(each) for each in self._shares()]
        means = [each.mean() for each in self._components]
        return tf.add_n([share * each for share, each in zip(shares, means, strict=True)])

    def _variance(self) -> tf.Tensor:
        mean, shares = self._mean(), [self._for_event(each) for each in self._shares()]
        squares = [tf.square(each.stddev()) + tf.square(each.mean()) for each in self._components]
        second = tf.add_n([share * each for share, each in zip(shares, squares, strict=True)])
        return second - tf.square(mean)

    def _stddev(self) -> tf.Tensor:
        return tf.sqrt(self._variance())

    def entropy_lower_bound(self, name: str = "entropy_lower_bound") -> tf.Tensor:
        """The mean of the distributions' entropies, which is not above that of the mixture."""
        with tf.name_scope(name):
            entropies = [each.entropy() for each in self._components]
            pairs = zip(self._shares(), entropies, strict=True)
            return tf.add_n([share * each for share, each in pairs])


def _salted(seed: int | None, at: int) -> int | None:
    return None if seed is None else (seed * 31 + at + 1) % 2**31


def _check(cat: Any, components: Any) -> None:
    """Checks what a mixture is made of.

    Raises:
      TypeError, ValueError: as `Mixture` says.
    """
    if not isinstance(cat, _PUBLIC.Categorical):
        raise TypeError(f"cat must be a Categorical distribution, but saw: {cat}")
    if not components:
        raise ValueError("components must be a non-empty list or tuple")
    if not isinstance(components, (list, tuple)):
        raise TypeError(f"components must be a list or tuple, but saw: {components}")
    if not all(isinstance(each, _PUBLIC.Distribution) for each in components):
        raise TypeError(f"all entries in components must be Distribution instances: {components}")
    if len({each.dtype for each in components}) > 1:
        dtypes = [(each.name, each.dtype) for each in components]
        raise TypeError(f"All components must have the same dtype, but saw dtypes: {dtypes}")
    classes = tf.get_static_value(cat.event_size)
    if classes is not None and int(classes) != len(components):
        raise ValueError(f"cat.num_classes != len(components): {classes} vs. {len(components)}")
