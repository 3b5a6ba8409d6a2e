"""Which of the reference's tensors the candidate returns, where it is not what meets the labels."""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.partners import Candidates, is_near
from legacy_cnn.parity.returned import returned
from legacy_cnn.parity.sides import flow

#: Two outputs this near, relative to their norm, are the same one.
EQUAL = 1e-4


def settle(ground: Ground) -> None:
    """Adds the tensor that the candidate returns to the reference's layers, as the last one.

    A loss may begin with a squared distance of which a port returns the root. So it is a tensor
    that the reference computes of its output; and the candidate has that output, too. Where there
    are several losses, a generator's and a discriminator's, it may be any tensor. A port may return
    logits where the reference's loss is computed from their softmax. Without labels, nothing tells
    which tensor of a reference is its output.
    """
    for tensor in ground.reference.chosen_by_switch()[:1]:
        _set(ground, tensor, keeps_layers=True)
    scene = ground.scenes[1]
    here, there = (values.output for values in scene.evaluated)
    if here is None or there is None or is_near(*returned("", here, there)[1:3], EQUAL):
        return
    reference = ground.reference
    logits = _before_softmax(reference.output)
    if logits is not None and _is_returned(ground, logits, there):
        _set(ground, logits, keeps_layers=False)
        return
    is_unlike = not reference.targets and here.size != there.size
    if reference.other_losses or is_unlike:
        tensors = reference.forward_tensors()
    elif Candidates(scene.evaluated[1].tensors).nearest(here, EQUAL) is not None:
        tensors = reference.after_output()
    else:
        return
    for tensor in tensors:
        if _is_returned(ground, tensor, there):
            _set(ground, tensor, keeps_layers=not (reference.other_losses or is_unlike))
            return


def _before_softmax(output: tf.Tensor) -> tf.Tensor | None:
    """The logits, where the last layer is their softmax: a loss may take either."""
    last = _source(output, "Reshape")
    return _source(last.op.inputs[0]) if last.op.type in ("Softmax", "LogSoftmax") else None


def _source(tensor: tf.Tensor, *also: str) -> tf.Tensor:
    """What a tensor passes on."""
    while tensor.op.type in (*flow.PASSING, *also):
        tensor = tensor.op.inputs[0]
    return tensor


def _is_returned(ground: Ground, tensor: tf.Tensor, output: Array) -> bool:
    state, images = ground.scenes[1].states[0], ground.batches[0].images
    value = ground.reference.fetch_evaluated(state, images, tensor)
    return value.size == output.size and is_near(value, output, EQUAL)


def _set(ground: Ground, tensor: tf.Tensor, keeps_layers: bool) -> None:
    ground.reference.set_output(tensor, keeps_layers)
    ground.__dict__.pop("scenes", None)  # they have seen another last layer
