"""Stages of a step: operations that a program runs one after another, each in a run of its own.

So the generator of a GAN takes its step by the gradients of what the discriminator has become.
"""

from collections.abc import Mapping, Sequence

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Arrays
from legacy_cnn.parity.sides.side import State
from legacy_cnn.parity.updates import updates_of


def whole(stages: Sequence[tf.Operation]) -> tf.Operation | None:
    """All stages of a step as one operation; None if there is none."""
    if len(stages) < 2:
        return next(iter(stages), None)
    with stages[0].graph.as_default(), tf.control_dependencies(None):
        return tf.group(*stages, name="all_stages")


def ends_of_stages(
    stages: Sequence[tf.Operation],
    variables: Mapping[str, str],
    losses: Mapping[str, tf.Tensor],
    gradients: Mapping[str, tf.Tensor],
) -> list[dict[str, tf.Tensor]]:
    """The losses and gradients by which each stage first updates variables, by name.

    Args:
      stages: in the order in which they are run.
      variables: parameter -> variable, of those that are trained.
      losses, gradients: by parameter.
    """
    ends: list[dict[str, tf.Tensor]] = []
    left = dict(variables)
    for updated in map(updates_of, stages):
        names = [name for name, variable in left.items() if variable in updated]
        own = {losses[name].name: losses[name] for name in names if name in losses}
        given = {f"gradient {name}": gradients[name] for name in names if name in gradients}
        ends.append({**own, **given})
        left = {name: variable for name, variable in left.items() if name not in names}
    return ends


def left_after(
    stages: Sequence[tf.Operation],
    at: int,
    variables: Mapping[str, str],
    weights: Arrays,
) -> State:
    """Those weights that a stage leaves, and no later one changes.

    Args:
      stages: in the order in which they are run.
      at: the place of one of them.
      variables: parameter -> variable.
      weights: after all stages, by parameter.
    """
    if not weights:
        return {}
    later = {name for one in stages[at + 1 :] for name in updates_of(one)}
    own = set(updates_of(stages[at])) - later
    return {variables[name]: value for name, value in weights.items() if variables[name] in own}
