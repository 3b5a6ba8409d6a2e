"""Batch normalisation by the fused operation."""

import ast
from collections.abc import Mapping
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.statements import tree_of
from legacy_cnn.parity.updates import is_assigning
from legacy_cnn.porting.calls import Code, call
from legacy_cnn.porting.constants import number_of
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.initializers import argument
from legacy_cnn.porting.reading import THROUGH, Reading
from legacy_cnn.porting.recurrence.values import SELECTING

ORDER = 30

_LIKE_MOVING = "no Keras line for momentum: no moving average is updated by an operation here"


def fused(reading: Reading, op: tf.Operation) -> Found | None:
    """The part of a fused operation; None where another branch has the same."""
    scale = reading.variable(op.inputs[1])
    key = scale or reading.variable(op.inputs[2])
    entering, leaving = with_branch(op.inputs[0], op.outputs[0])
    is_chosen = leaving is not op.outputs[0]
    owner = reading.owners.get(key) if key else None
    if key and owner is not None:
        return None if owner == leaving.op.name else _again(reading, key, entering, leaving)
    if key:
        reading.owners[key] = leaving.op.name
    is_first = op.node_def.attr["data_format"].s == b"NCHW"
    momentum, note = momentum_of(reading, [op])
    named = _given({"gamma": scale, "beta": reading.variable(op.inputs[2])})
    line = call(
        "BatchNormalization",
        axis=1 if is_first else None,
        momentum=momentum,
        epsilon=op.get_attr("epsilon"),
        center=None if reading.variable(op.inputs[2]) else False,
        scale=None if scale else False,
        **first_values(reading, named),
    )
    entering, leaving = _without_places(reading, entering, leaving)
    return Found(
        op.name,
        op.type,
        str(line),
        note,
        (entering,),
        leaving,
        named,
        call="" if is_chosen else f"training={op.get_attr('is_training')}",
        is_fused=is_chosen and momentum is not None and not note,
    )


def _again(reading: Reading, key: str, entering: tf.Tensor, leaving: tf.Tensor) -> Found:
    """A layer that normalises something else as well."""
    note = f"{key} is that of {reading.owners[key]}: call its layer again"
    entering, leaving = _without_places(reading, entering, leaving)
    return Found(leaving.op.name, leaving.op.type, "", note, (entering,), leaving, shared=key)


def with_branch(entering: tf.Tensor, leaving: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """What enters and leaves `tf.cond` or `tf.where`, given what does so of one branch."""
    merge = merge_of(leaving)
    if merge is None:
        return entering, leaving
    if merge.type in SELECTING:
        return entering, merge.outputs[0]
    if entering.op.type == "Switch":
        return entering.op.inputs[0], merge.outputs[0]
    return entering, leaving


def merge_of(leaving: tf.Tensor) -> tf.Operation | None:
    """Where a branch ends that returns a tensor, or what a mode selects it by."""
    for op in leaving.consumers():
        if op.type == "Merge" or _is_switched(op):
            return op
        if op.type == "Identity" and (merge := merge_of(op.outputs[0])) is not None:
            return merge
    return None


def _is_switched(op: tf.Operation) -> bool:
    """Whether an operation selects by a single number that is fed."""
    if op.type not in SELECTING or op.inputs[0].shape.rank != 0:
        return False
    return source(op.inputs[0]).type.startswith("Placeholder")


def _without_places(
    reading: Reading, entering: tf.Tensor, leaving: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Without the axes of one place that flat features are given for the operation."""
    before, following = entering.op, _following(reading, leaving)
    if before.type != "Reshape" or entering.shape.rank is None:
        return entering, leaving
    if entering.shape.as_list()[1:-1] != [1, 1]:
        return entering, leaving
    if [op.type for op in following] != ["Reshape"]:
        return entering, leaving
    flat, back = before.inputs[0], following[0].outputs[0]
    if not flat.shape.rank == 2 == back.shape.rank:
        return entering, leaving
    reading.take([before, back.op])
    return flat, back


def _following(reading: Reading, tensor: tf.Tensor) -> list[tf.Operation]:
    """What computes with a tensor, through branches that only hand it on."""
    waiting, found, begun = [tensor], {}, source(tensor, THROUGH)
    while waiting:
        for op in waiting.pop().consumers():
            if op.name in found or not reading.is_on_way(op):
                continue
            if op.type in THROUGH and all(source(t, THROUGH) is begun for t in op.inputs[:1]):
                waiting.extend(op.outputs)
            else:
                found[op.name] = op
    return list(found.values())


def _given(named: dict[str, str | None]) -> dict[str, str]:
    return {weight: variable for weight, variable in named.items() if variable}


def in_branch(reading: Reading, op: tf.Operation) -> Any:
    """The part of an operation that chooses how to normalise."""
    library = {f.signature.name: f for f in reading.side.graph.as_graph_def().library.function}
    bodies = [library.get(op.get_attr(name).name) for name in ("then_branch", "else_branch")]
    nodes = {node.name: node for body in bodies if body is not None for node in body.node_def}
    normalising = [node for node in nodes.values() if node.op.startswith("FusedBatchNorm")]
    if not normalising:
        return NotImplemented
    epsilon = normalising[0].attr["epsilon"].f
    momentum = _kept_in(nodes)
    line = call("BatchNormalization", momentum=momentum, epsilon=epsilon)
    note = "" if momentum is not None else _LIKE_MOVING
    return Found(op.name, f"{normalising[0].op} in a branch", str(line), note)


def _kept_in(nodes: dict[str, tf.NodeDef]) -> float | None:
    """The momentum of a function that subtracts a share of (average - moment)."""
    for node in nodes.values():
        if node.op.startswith("AssignSub"):
            product = nodes.get(node.input[1].partition(":")[0])
            inputs = (
                [nodes.get(name.partition(":")[0]) for name in product.input] if product else []
            )
            for one in inputs:
                if one is not None and one.op == "Const":
                    return _short(1 - float(tf.make_ndarray(one.attr["value"].tensor)))
    return None


def first_values(reading: Reading, variables: Mapping[str, str]) -> dict[str, Code | None]:
    """What scale and shift begin with, where that is not what Keras' begin with."""
    usual = {"gamma": "ones", "beta": "zeros"}
    return {
        f"{weight}_initializer": argument(reading.initializer(variable), usual[weight])
        for weight, variable in variables.items()
    }


def momentum_of(reading: Reading, ops: list[tf.Operation]) -> tuple[float | None, str]:
    """How much of a moving average a step keeps, and what is to be said about that."""
    after = reading.paths.after(ops)
    parameters = set(reading.side.parameters.values())
    for op in reading.paths.ordered(after):
        target = source(op.inputs[0], THROUGH).name if is_assigning(op) else None
        if target is None or target in parameters or "Apply" in op.type:
            continue
        kept = _kept(reading, op)
        if kept is not None:
            updates = reading.side.updates
            if not updates or target in updates:
                return kept, ""
            return (kept if _may_run_apart(reading) else 1.0), (
                f"no step of this graph updates {target} (UPDATE_OPS does not run with the "
                f"training operation): as it is, predictions use its first value"
            )
    return None, _LIKE_MOVING


def _may_run_apart(reading: Reading) -> bool:
    """Whether a script names the operations that move averages: in a run of their own, perhaps."""
    recorded = reading.side.recorded
    places = recorded.origins.values() if recorded is not None else ()
    files = dict.fromkeys(file for calls in places for file, _ in calls)
    return any("UPDATE_OPS" in ast.dump(tree_of(file)) for file in files)


def _kept(reading: Reading, op: tf.Operation) -> float | None:
    """The share of the old value, of (old - new) * (1 - share) or of old * share + new * ..."""
    value = source(op.inputs[1], THROUGH)
    if op.type.startswith("AssignSub"):
        if value.type != "Mul":
            return None
        share = next((n for t in value.inputs if (n := _number(reading, t)) is not None), None)
        return None if share is None else _short(1 - share)
    if value.type not in ("Add", "AddV2"):
        return None
    target = source(op.inputs[0], THROUGH).name
    for tensor in value.inputs:
        factor = source(tensor, THROUGH)
        if factor.type == "Mul":
            names = [source(one, THROUGH).name for one in factor.inputs]
            numbers = [_number(reading, one) for one in factor.inputs]
            share = next((n for n in numbers if n is not None), None)
            if target in names and share is not None:
                return _short(share)
    return None


def _number(reading: Reading, tensor: tf.Tensor) -> float | None:
    """A constant, or what is chosen while the graph is trained."""
    # A placeholder with a default would be a constant, too.
    chosen = reading.as_fed(tensor, training=True) if reading.is_fed(tensor) else None
    return number_of(tensor) if chosen is None else chosen


def _short(share: float) -> float:
    """The digits that were meant: 1 - 0.1 in float32 is 0.90000004."""
    return round(share, 6)


#: Operation -> its row.
ROWS = {
    "FusedBatchNorm": fused, "FusedBatchNormV2": fused, "FusedBatchNormV3": fused,
    "If": in_branch, "StatelessIf": in_branch,
}  # fmt: skip
