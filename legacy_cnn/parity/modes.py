"""Gives a graph that was made for training alone the mode that its script evaluates in.

An Estimator makes one graph to train and another to evaluate, which no step shows. Here a
placeholder decides: between what is dropped from and what is left, between the moments of a batch
and their averages.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity import estimators, foreign_graphs
from legacy_cnn.parity.finding.paths import PASSING, variable_of
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.moments import FUSED
from legacy_cnn.parity.updates import closure

#: What is fed: True in training.
MODE = "is_training"


class Choice(NamedTuple):
    """A tensor of training, and what takes its place in evaluation."""

    training: tf.Tensor
    evaluation: str


def moded(side: GraphSide) -> tf.Graph:
    """A graph whose dropout and batch normalisation a placeholder switches; or the side's own.

    Args:
      side: a reference.
    """
    places = side.recorded.origins if side.recorded else {}
    if not estimators.made_by_one(places) or side.loss is None:
        return side.graph
    nodes: list[tf.NodeDef] = []
    choices = [
        choice
        for choice in (*_dropouts(side), *_averages(side, nodes))
        if estimators.is_of_mode(places.get(choice.training.op.name, ()))
    ]
    if not choices:
        return side.graph
    for training, _ in choices:
        places[_select_name(training)] = places[training.op.name]
    return foreign_graphs.reimported(side.graph, lambda graph: _edit(graph, choices, nodes))


def _dropouts(side: GraphSide) -> Iterator[Choice]:
    """What is dropped from is what evaluation goes on with."""
    for dropout in side.dropouts:
        if dropout is not None:
            yield Choice(dropout.leaving, dropout.entering.name)


def _averages(side: GraphSide, nodes: list[tf.NodeDef]) -> Iterator[Choice]:
    """Moving averages take the places of moments; of a fused operation, another one does."""
    assert side.loss is not None
    needed = {op.name for op in closure([side.loss.op])}
    fused: dict[str, dict[int, str]] = {}
    for op in closure(side.stages):
        moment, variable = _averaged(op) or (None, None)
        if moment is None or variable is None or moment.op.name not in needed:
            continue
        read = _read(variable)
        if read.name not in {node.name for node in nodes}:
            nodes.append(read)
        if moment.op.type in FUSED:
            fused.setdefault(moment.op.name, {})[moment.value_index] = read.name
        else:
            yield Choice(moment, read.name)
    for name, reads in fused.items():
        if reads.keys() == {1, 2}:
            op = side.graph.get_operation_by_name(name)
            nodes.append(_with_averages(op, reads))
            yield Choice(op.outputs[0], nodes[-1].name)


def _averaged(op: tf.Operation) -> tuple[tf.Tensor, tf.Operation] | None:
    """The moment, and its moving average, of `average -= (average - moment) * share`."""
    kind = op.type.removesuffix("VariableOp")
    if kind != "AssignSub" or op.inputs[1].op.type != "Mul":
        return None
    variable = variable_of(op.inputs[0])
    moments = [
        one.op.inputs[1]
        for one in op.inputs[1].op.inputs
        if one.op.type == "Sub" and variable_of(one.op.inputs[0]) == variable
    ]
    if variable is None or len(moments) != 1:
        return None
    return _passed_on(moments[0]), op.graph.get_operation_by_name(variable)


def _passed_on(tensor: tf.Tensor) -> tf.Tensor:
    """A moment, before it was passed on or multiplied by n / (n - 1)."""
    while tensor.op.type in (*PASSING, "Mul"):
        tensor = tensor.op.inputs[0]
    return tensor


def _read(variable: tf.Operation) -> tf.NodeDef:
    """An operation that reads a variable."""
    is_resource = variable.type == "VarHandleOp"
    kind = "ReadVariableOp" if is_resource else "Identity"
    node = tf.NodeDef(name=f"{variable.name}/{MODE}", op=kind, input=[variable.name])
    node.attr["dtype" if is_resource else "T"].CopyFrom(variable.node_def.attr["dtype"])
    return node


def _with_averages(op: tf.Operation, reads: Mapping[int, str]) -> tf.NodeDef:
    """A fused operation as it is in evaluation."""
    node = tf.NodeDef()
    node.CopyFrom(op.node_def)
    node.name = f"{op.name}/{MODE}"
    node.input[3], node.input[4] = reads[1], reads[2]
    node.attr["is_training"].b = False
    return node


def _edit(graph: tf.GraphDef, choices: list[Choice], nodes: list[tf.NodeDef]) -> None:
    """Puts what a mode selects in the places of what there is in training."""
    mode = tf.NodeDef(name=MODE, op="Placeholder")
    mode.attr["dtype"].type = tf.bool.as_datatype_enum
    mode.attr["shape"].shape.SetInParent()
    selects = {one.training.name.removesuffix(":0"): _select(one) for one in choices}
    for node in (*graph.node, *nodes):
        for at in range(len(node.input)):
            _select_input(node, at, selects)
    for select in selects.values():  # what is not dropped may be normalised, and the other way
        _select_input(select, 2, selects)
    graph.node.extend([mode, *nodes, *selects.values()])


def _select_input(node: tf.NodeDef, at: int, selects: Mapping[str, tf.NodeDef]) -> None:
    select = selects.get(node.input[at].removesuffix(":0"))
    if select is not None:
        node.input[at] = select.name


def _select(choice: Choice) -> tf.NodeDef:
    training, evaluation = choice
    inputs = [MODE, training.name, evaluation]
    node = tf.NodeDef(name=_select_name(training), op="SelectV2", input=inputs)
    node.attr["T"].type = training.dtype.as_datatype_enum
    return node


def _select_name(training: tf.Tensor) -> str:
    return f"{training.op.name}/{MODE}/select"
