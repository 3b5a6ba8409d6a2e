"""Which of the reference's tensors the candidate returns, where it is not what meets the labels."""

from collections.abc import Iterable

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.finding.paths import Paths, variable_of
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.partners import Candidates, is_near
from legacy_cnn.parity.returned import returned
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.keras_side import KerasSide
from legacy_cnn.parity.updates import closure

#: Two outputs this near, relative to their norm, are the same one.
EQUAL = 1e-4

#: What makes another power of a number, and what leaves it as it is.
_POWERS = ("Square", "Sqrt", "Reshape", "Squeeze", "Identity")


def settle(ground: Ground) -> None:
    """Adds the tensor that the candidate returns to the reference's layers, as the last one.

    A loss may begin with a squared distance of which a port returns the root. So it is a tensor
    that the reference computes of its output; and the candidate has that output, too. Where there
    are several losses, a generator's and a discriminator's, it may be any tensor. A port may return
    logits where the reference's loss is computed from their softmax. Without labels, nothing tells
    which tensor of a reference is its output.
    """
    for tensor in _chosen_by_switch(ground.reference)[:1]:
        _set(ground, tensor, keeps_layers=True)
    scene = ground.scenes[1]
    here, there = (values.output for values in scene.evaluated)
    if there is None and here is not None and isinstance(ground.candidate, KerasSide):
        there = _chosen(ground, ground.candidate, here)
    if here is not None and there is not None and _takes_towers(ground, here, np.asarray(there)):
        return
    if here is None or there is None or is_near(*returned("", here, there)[1:3], EQUAL):
        return
    reference = ground.reference
    logits = _before_softmax(reference.output)
    if logits is not None and _is_returned(ground, logits, there):
        _set(ground, logits, keeps_layers=False)
        return
    is_unlike = here.size != there.size
    is_free = bool(reference.other_losses) or is_unlike
    if is_free:
        tensors = _without_labels(reference, _outputs(reference.forward_operations))
    else:
        has_output = Candidates(scene.evaluated[1].tensors).nearest(here, EQUAL) is not None
        tensors = _after_output(reference) if has_output else []
    before = [] if is_free else _before_output(reference)
    for tensor in [*tensors, *before]:
        if _is_returned(ground, tensor, there):
            tensor = next((t for t in _shifted(tensor) if _is_returned(ground, t, there)), tensor)
            _set(ground, tensor, keeps_layers=not is_free and tensor not in before)
            return
    if is_unlike and (joined := _joined(ground, tensors, np.asarray(there), -1)) is not None:
        _set(ground, joined, keeps_layers=False)


def settle_in_training(ground: Ground) -> None:
    """Takes for the output what the candidate returns in training, where nothing else tells.

    What it returns otherwise, embeddings that are not normalised, may be in the reference, too.
    """
    reference, candidate = ground.reference, ground.candidate
    if reference.targets or not isinstance(candidate, KerasSide):
        return
    here, there = ground.scenes[1].trained
    returned = candidate.returned_in_training(there)
    own = here.tensors.get(reference.output.name)
    if own is None or not returned or _is_among(own, returned):
        return
    tensors = _without_labels(reference, _outputs(reference.forward_operations))
    for tensor in reversed(tensors):
        value = here.tensors.get(tensor.name)
        if value is not None and _is_among(value, returned):
            _set(ground, tensor, keeps_layers=False)
            candidate.output_at = None
            state, images = ground.scenes[1].states[0], ground.batches[0].images
            _chosen(ground, candidate, reference.predict(state, images))
            return


def _is_among(value: Array, outputs: list[Array]) -> bool:
    alike = (output for output in outputs if output.size == value.size)
    return any(is_near(output.reshape(value.shape), value, EQUAL) for output in alike)


def _takes_towers(ground: Ground, here: Array, there: Array) -> bool:
    """Takes the outputs of all towers, where each has a part of the batch and a port has none."""
    if not here.ndim or here.shape[1:] != there.shape[1:] or len(there) <= len(here):
        return False
    tensors = _without_labels(ground.reference, _outputs(ground.reference.forward_operations))
    joined = _joined(ground, tensors, there, 0)
    if joined is not None:
        _set(ground, joined, keeps_layers=True)
    return joined is not None


def _joined(ground: Ground, tensors: list[tf.Tensor], output: Array, axis: int) -> tf.Tensor | None:
    """Several tensors side by side, if that is what is returned: the embeddings of a triplet."""
    state, images = ground.scenes[1].states[0], ground.batches[0].images
    values = map(np.asarray, ground.reference.fetch_of_pass(state, images, None, tensors))
    parts = [(t, value) for t, value in zip(tensors, values, strict=True) if value.ndim]
    found, at = [], 0
    while at < output.shape[axis]:
        fitting = (
            (tensor, value.shape[axis])
            for tensor, value in parts
            if value.ndim == output.ndim
            if is_near(_slice(output, axis, at, value.shape[axis]), value, EQUAL)
        )
        tensor, size = next(fitting, (None, 0))
        if tensor is None or not size:
            return None
        found.append(tensor)
        at += size
    return ground.reference.joined(found, axis)


def _slice(value: Array, axis: int, at: int, size: int) -> Array:
    return value.take(range(at, min(at + size, value.shape[axis])), axis)


def _chosen(ground: Ground, candidate: KerasSide, expected: Array) -> Array | None:
    """Chooses the one of several outputs that the reference's is; returns what is predicted."""
    state, images = ground.scenes[1].states[1], ground.given(ground.batches[0].images)
    for at, output in enumerate(map(np.asarray, candidate.predicted(state, images))):
        if output.size == expected.size and is_near(
            output.reshape(expected.shape), expected, EQUAL
        ):
            candidate.output_at = at
            break
    return candidate.predict(state, images)


def _before_output(reference: GraphSide) -> list[tf.Tensor]:
    """What the last layer is the square or the root of: a loss may begin with either."""
    tensor, found = reference.output, []
    while tensor.op.type in _POWERS:
        tensor = tensor.op.inputs[0]
        found.append(tensor)
    return found


def _after_output(reference: GraphSide) -> list[tf.Tensor]:
    """What is computed of the last layer without labels."""
    output = reference.output
    after = flow.between([output], reference.tensors())
    fetchable = [op for op in after if reference.graph.is_fetchable(op)]
    return _without_labels(reference, [t for t in _outputs(fetchable) if t.op is not output.op])


def _shifted(tensor: tf.Tensor) -> list[tf.Tensor]:
    """What a bias is added to a tensor: one that is 0 tells nothing yet."""
    adding = [op for op in tensor.consumers() if op.type in ("BiasAdd", "Add", "AddV2")]
    return [op.outputs[0] for op in adding if any(variable_of(t) for t in op.inputs)]


def _outputs(operations: Iterable[tf.Operation]) -> list[tf.Tensor]:
    return [tensor for op in operations for tensor in op.outputs]


def _without_labels(reference: GraphSide, tensors: list[tf.Tensor]) -> list[tf.Tensor]:
    """The floats among some tensors that no labels are needed for."""
    later = _later(reference, (tensor.op for tensor in reference.targets))
    return [
        tensor
        for tensor in tensors
        if tensor.dtype.base_dtype.is_floating and tensor.op.name not in later
    ]


def _later(reference: GraphSide, ops: Iterable[tf.Operation]) -> set[str]:
    """The names of the operations that run after some, these included."""
    return Paths(reference.graph).after(ops, control=True)


def _chosen_by_switch(reference: GraphSide) -> list[tf.Tensor]:
    """What a switch that the last layer does not depend on chooses of that layer.

    So averages of weights are evaluated and the weights themselves are trained.
    """
    needed = {op.name for op in closure([reference.output.op])}
    idle = [switch.op for switch in reference.feeds.switches if switch.op.name not in needed]
    switched = _later(reference, idle)
    return [
        tensor
        for tensor in _after_output(reference)
        if tensor.op.type in ("Select", "SelectV2", "Merge", "If", "StatelessIf")
        and tensor.op.inputs[0].op.name in switched
        and tensor.shape.is_compatible_with(reference.output.shape)
    ]


def _before_softmax(output: tf.Tensor) -> tf.Tensor | None:
    """The logits, where the last layer is their softmax: a loss may take either."""
    last = flow.source(output, "Reshape")
    return flow.source(last.op.inputs[0]) if last.op.type in ("Softmax", "LogSoftmax") else None


def _is_returned(ground: Ground, tensor: tf.Tensor, output: Array) -> bool:
    state, images = ground.scenes[1].states[0], ground.batches[0].images
    value = np.asarray(ground.reference.fetch_of_pass(state, images, None, tensor))
    return value.size == output.size and is_near(value, output, EQUAL)


def _set(ground: Ground, tensor: tf.Tensor, keeps_layers: bool) -> None:
    ground.reference.set_output(tensor, keeps_layers)
    ground.__dict__.pop("scenes", None)  # they have seen another last layer
