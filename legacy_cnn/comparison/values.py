"""What each dialect computes in a step of training, and how far that is from the graph's."""

import contextlib

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import mnist, tutorial
from legacy_cnn.parity.candidates import open_candidate
from legacy_cnn.parity.difference import difference
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.ports import eager, keras
from legacy_cnn.training import feeding, randomness


def _graph():
    with tf.Graph().as_default() as graph:
        tutorial.build_graph()
    return graph, {}


#: `settings.IMPLEMENTATIONS` -> makes what `open_candidate` takes, from the keep probability.
PROGRAMS = {
    "graph": lambda keep_prob: _graph(),
    "eager": lambda keep_prob: eager.Program(),
    "function": lambda keep_prob: eager.Program(function=True),
    "keras": lambda keep_prob: keras.build_model(keep_prob=keep_prob, noise=True),
}


def differences(settings, watch):
    """
    Args:
      settings: `CompareSettings`.
      watch: called with a text about what is going on.

    Returns:
      Dict from each tensor of the step, in the order in which they come to be (layers, loss,
      "gradient by W_conv1" and so on, "W_conv1 after the step"), to a dict from each dialect but
      the graph to its largest difference over the largest value of the graph's.
    """
    found: dict[str, dict] = {}
    expected: dict = {}
    for name, make in PROGRAMS.items():
        watch(f"values: {name}")
        own = _step(make(settings.keep_prob), settings, expected)
        expected = expected or own
        for tensor, value in own.items():
            if name != "graph":
                figures = difference(expected[tensor], value, ulps=False)
                found.setdefault(tensor, {})[name] = figures.relative
    return found


def _step(program, settings, expected):
    """All tensors of the first step of training: dict from name to array."""
    names = GraphNames.of_tutorial()
    shapes = {"images": (784,), **{name: value.shape[1:] for name, value in expected.items()}}
    weights = randomness.initial_weights(settings.seed)
    shapes |= {name: value.shape for name, value in weights.items()}
    images, labels, noise = _first_batch(settings)
    candidate = open_candidate(program, names, shapes, {}, settings.keep_prob)
    with contextlib.ExitStack() as stack:
        stack.callback(candidate.release)
        candidate.begin(weights)
        passed = candidate.backward(images, labels, noise)
        candidate.step(images, labels, noise)
        return {
            **{name: passed.layers[name] for name in names.layers if name in passed.layers},
            "loss": np.asarray(passed.loss),
            **{f"gradient by {name}": passed.gradients[name] for name in weights},
            **{f"{name} after the step": value for name, value in candidate.weights().items()},
        }


def _first_batch(settings):
    images, labels = feeding.training_set(mnist.load(settings.data_dir), settings)
    return next(feeding.fed(images, labels, settings))
