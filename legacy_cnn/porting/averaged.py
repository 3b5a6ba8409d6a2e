"""Outputs that are computed by moving averages of the weights outside of training."""

import re

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import PASSING, source
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.programs.variables import is_variable

#: What `tf.train.ExponentialMovingAverage` calls the average of a variable.
AVERAGE = re.compile(r"/ExponentialMovingAverage(_\d+)?$")
_HANDING = (*PASSING, "Switch", "RefSwitch")


def averages_of_weights(side: GraphSide) -> dict[str, str]:
    """Average -> parameter, of `tf.train.ExponentialMovingAverage` of weights.

    Those of the moments of batches are what normalisation predicts with.
    """
    parameters = set(side.parameters.values())
    found = {name: AVERAGE.sub("", name) for name in side.updates if AVERAGE.search(name)}
    return {name: of for name, of in found.items() if of in parameters}


def trained_of(output: tf.Tensor, side: GraphSide) -> tf.Tensor | None:
    """What training has of an output that is computed by averages otherwise; None for another."""
    averages = averages_of_weights(side)
    if not averages or output.op.type not in ("Select", "SelectV2", "Merge"):
        return None
    choices = list(output.op.inputs)[-2:]
    for trained, other in (choices, choices[::-1]):
        if _is_averaged(trained, other, averages):
            return trained
    return None


def is_evaluated(end: tf.Tensor, side: GraphSide) -> bool:
    """Whether an output is chosen in training, and otherwise one that averages compute."""
    chosen = [op.outputs[0] for op in end.consumers() if op.outputs]
    return any(trained_of(one, side) is not None for one in (end, *chosen))


def _is_averaged(trained: tf.Tensor, other: tf.Tensor, averages: dict[str, str]) -> bool:
    """Whether one tensor is computed as another is, with averages for its weights."""
    found: set[str] = set()
    waiting, seen = [(trained, other)], set()
    while waiting:
        pair = waiting.pop()
        one, another = (source(tensor, _HANDING) for tensor in pair)
        if one is another or (one.name, another.name) in seen:
            continue
        seen.add((one.name, another.name))
        if is_variable(one) and averages.get(another.name) == one.name:
            found.add(one.name)
        elif one.type != another.type or len(one.inputs) != len(another.inputs) or not one.inputs:
            return False
        else:
            waiting.extend(zip(one.inputs, another.inputs, strict=True))
    return bool(found)
