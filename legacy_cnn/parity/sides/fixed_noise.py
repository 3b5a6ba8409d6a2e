"""Random operations replaced by fixed numbers for a while, so that two runs have the same."""

import contextlib
import math
from collections.abc import Iterable, Iterator
from typing import Any
from unittest import mock

import tensorflow as tf

from legacy_cnn.compat import private

#: Random operations that keep a state of their own, which cannot be set.
STATEFUL = (
    "RandomUniform", "RandomUniformInt", "RandomStandardNormal", "TruncatedNormal",
    "ParameterizedTruncatedNormal", "RandomGamma", "RandomPoisson", "RandomPoissonV2",
    "RandomShuffle", "Multinomial",
)  # fmt: skip

#: Knuth's multiplier, and that of a linear congruential generator, both for 32 bits.
_MULTIPLIERS = 2_654_435_761, 1_664_525


@contextlib.contextmanager
def fixed_noise() -> Iterator[None]:
    """Lets the usual random operations draw the same numbers, of their shape alone, at any time.

    It holds for what is traced, or run eagerly, meanwhile. So a program that draws by
    `tf.nn.dropout`, whose state cannot be set, and one that is compiled by XLA, which draws others
    from the same seed, are comparable.
    """
    # The functions that make the operations are replaced.
    with (
        mock.patch.multiple(
            private.module("random operations"),
            random_uniform=_uniform,
            random_standard_normal=_normal,
            truncated_normal=_truncated,
            random_uniform_int=_integers,
        ),
        mock.patch.multiple(
            private.module("stateless random operations"),
            stateless_random_uniform_v2=_uniform,
            stateless_random_normal_v2=_normal,
            stateless_truncated_normal_v2=_truncated,
        ),
    ):
        yield


def _uniform(shape: Any, *key: Any, dtype: Any = tf.float32, **others: Any) -> tf.Tensor:
    """Numbers in [0, 1) by integer arithmetic, which has the same bits in every kernel."""
    dtype = next((one for one in key if isinstance(one, tf.DType)), dtype)
    count = tf.reduce_prod(tf.cast(shape, tf.int64))
    bits = tf.range(count) * _MULTIPLIERS[0] % 2**32
    bits = tf.bitwise.bitwise_xor(bits, bits // 2**15) * _MULTIPLIERS[1] % 2**32
    uniform = tf.cast(bits // 2**8, tf.float32) / 2**24
    return tf.cast(tf.reshape(uniform, shape), dtype)


def _normal(shape: Any, *key: Any, **others: Any) -> tf.Tensor:
    return _from_uniform(_uniform(shape, *key, **others))


def _truncated(shape: Any, *key: Any, **others: Any) -> tf.Tensor:
    within = math.erf(2 / math.sqrt(2))  # the share within two standard deviations
    return _from_uniform((1 - within) / 2 + within * _uniform(shape, *key, **others))


def _from_uniform(uniform: tf.Tensor) -> tf.Tensor:
    wide = tf.cast(uniform, tf.float32)
    return tf.cast(
        math.sqrt(2) * tf.math.erfinv(2 * wide * (1 - 2**-23) - 1 + 2**-23), uniform.dtype
    )


def _integers(shape: Any, minval: Any, maxval: Any, **others: Any) -> tf.Tensor:
    low, high = (tf.cast(bound, tf.float32) for bound in (minval, maxval))
    drawn = low + tf.floor(_uniform(shape) * (high - low))
    return tf.cast(drawn, tf.convert_to_tensor(minval).dtype)


def unrepeatable(graph: tf.Graph) -> list[str]:
    """The kinds of random operations in a graph, and in its functions, that have such a state."""
    definition = graph.as_graph_def()
    nodes: list[Iterable[Any]] = [definition.node]
    nodes += [function.node_def for function in definition.library.function]
    return sorted({node.op for part in nodes for node in part if node.op in STATEFUL})
