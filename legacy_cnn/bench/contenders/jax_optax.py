"""The network in JAX, with optax's Adam, as their users write it."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from legacy_cnn.bench.contenders.loop import AfterStep, Loop
from legacy_cnn.bench.contenders.sets import BATCH, training_set
from legacy_cnn.randomness import initial_weights

#: Images of a part of an evaluation.
PART = 500

Weights = dict[str, jax.Array]


def on_device(weights: Mapping[str, NDArray[np.float32]]) -> Weights:
    """The weights by the vocabulary, copied: a step gives its weights' memory away."""
    return {name: jnp.array(value) for name, value in weights.items()}


def convolved(x: jax.Array, filters: jax.Array, bias: jax.Array) -> jax.Array:
    """A convolution with its bias and relu, and the largest of each 2 x 2."""
    layout = ("NHWC", "HWIO", "NHWC")
    x = jax.lax.conv_general_dilated(x, filters, (1, 1), "SAME", dimension_numbers=layout)
    x = jax.nn.relu(x + bias)
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "SAME")


def network(weights: Weights, rows: jax.Array, kept: jax.Array | None) -> jax.Array:
    """Logits `(n, 10)` of images `(n, 784)`; `kept`: the units that dropout keeps, if it is on."""
    x = rows.reshape(-1, 28, 28, 1)
    x = convolved(x, weights["W_conv1"], weights["b_conv1"])
    x = convolved(x, weights["W_conv2"], weights["b_conv2"])
    x = jax.nn.relu(x.reshape(len(x), -1) @ weights["W_fc"] + weights["b_fc"])
    if kept is not None:
        x = jnp.where(kept, x / 0.8, 0)
    return x @ weights["out_W"] + weights["out_b"]


def cost_of(weights: Weights, rows: jax.Array, labels: jax.Array, key: jax.Array) -> jax.Array:
    """The loss of a batch, with the dropout on."""
    kept = jax.random.bernoulli(key, 0.8, (len(rows), 1024))
    logits = network(weights, rows, kept)
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()


class Jax(Loop):
    """The usual loop: one jitted step, which gives its weights and slots back in place."""

    def train(self, after_step: AfterStep) -> None:
        rows, labels = training_set()
        optimizer = optax.adam(0.001)
        weights = on_device(initial_weights(seed=0))
        slots = optimizer.init(weights)

        def step(weights: Weights, slots: Any, rows: Any, labels: Any, key: Any) -> Any:
            cost, gradients = jax.value_and_grad(cost_of)(weights, rows, labels, key)
            updates, slots = optimizer.update(gradients, slots)
            return optax.apply_updates(weights, updates), slots, cost

        jitted = jax.jit(step, donate_argnums=(0, 1))
        generator, key = np.random.default_rng(0), jax.random.key(1)
        epoch_loss = 0.0
        while True:
            order = generator.permutation(len(rows))
            for at in range(len(rows) // BATCH):
                batch = order[at * BATCH : (at + 1) * BATCH]
                key, own = jax.random.split(key)
                weights, slots, cost = jitted(weights, slots, rows[batch], labels[batch], own)
                epoch_loss += float(cost)
                after_step()

    def initialise(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._weights = on_device(weights)
        self._evaluated = jax.jit(lambda weights, rows: network(weights, rows, None))

    def logits(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        parts = np.split(images, range(PART, len(images), PART))
        return np.concatenate([self._evaluated(self._weights, part) for part in parts])

    def details(self) -> dict[str, Any]:
        return {"evaluation_batch": PART}
