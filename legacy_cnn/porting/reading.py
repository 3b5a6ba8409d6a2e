"""A graph while it is read: the operations on its data's way, and which of them are explained."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import PASSING, Paths, source
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.updates import closure, is_assigning
from legacy_cnn.porting import averaged, beginnings, functions
from legacy_cnn.porting.beginnings import Beginning
from legacy_cnn.porting.constants import number_of, session_of
from legacy_cnn.porting.initializers import Initializer, initial_values, initializer_of
from legacy_cnn.porting.schedules import schedule_of
from legacy_cnn.programs.elements import DRAWING
from legacy_cnn.programs.variables import is_variable
from legacy_cnn.weights.matching import Shape

#: Where data end: what is computed from these is a size, and no data.
_SIZES = ("Shape", "ShapeN", "Size", "Rank")
#: What hands on its first input here, beside `PASSING`: two branches, of which one runs.
THROUGH = (*PASSING, "Switch", "RefSwitch", "Merge", "ExpandDims", "Squeeze")

_ACTIVATIONS = ("Elu", "LeakyRelu", "Relu", "Relu6", "Selu", "Sigmoid", "Softmax", "Softplus",
                "Softsign", "Tanh")  # fmt: skip


class Reading:
    """The way from the inputs to the output."""

    def __init__(self, side: GraphSide) -> None:
        self.side = side
        self.paths = Paths(side.graph)
        #: The numbers that are drawn as data, by their tensor.
        self.begun = {one.leaving.name: one for one in _begun(side, self.paths)}
        data = [*(t.op for t in side.inputs), *(one.drawing for one in self.begun.values())]
        of_data = _after_data(self.paths, data)
        #: What a port's model returns: what the loss compares with labels, or the last layer.
        self.ends = ends_of(side, self.paths, of_data)
        #: Whether evaluation computes with moving averages of the weights.
        self.is_averaged = any(averaged.is_evaluated(end, side) for end in self.ends)
        self.ends = [averaged.trained_of(end, side) or end for end in self.ends]
        ends = [tensor.op for tensor in (*self.ends, side.output)]
        before = self.paths.before(ends)
        loss = [tensor.op for tensor in losses_of(side)]
        #: The names of all operations of the forward pass and the loss.
        self.needed = before | self.paths.before(loss)
        self._names = of_data & before
        self.way = self.paths.ordered(self._names)
        self.used: set[str] = {tensor.op.name for tensor in side.inputs}
        #: Variable -> the layer that was the first to use it.
        self.owners: dict[str, str] = {}
        #: Variable -> the product of that layer.
        self.products: dict[str, Any] = {}
        #: Those ends whose rows are steps of sequences, and that a port's model returns with batch
        #: and time apart.
        self.apart: set[str] = set()
        #: Placeholder's operation -> what it is fed in training, and otherwise.
        self.fed = {one.op.name: pair for one, pair in side.feeds.switches.items()}
        #: Parameter's variable -> the losses that penalise it: "L1" or "L2", and how much.
        self.penalties: dict[str, dict[str, tuple[str, float]]] = {}
        #: Rate's operation -> its schedule: all variables of an optimizer have the same rate.
        self._schedules: dict[str, str | None] = {}
        self._initial = initial_values(side.graph)
        self._shapes = {op: side.shapes()[name] for name, op in side.parameters.items()}

    def is_on_way(self, op: tf.Operation) -> bool:
        """Whether an operation computes with data."""
        return op.name in self._names

    def take(self, ops: Iterable[tf.Operation]) -> None:
        """Marks operations as explained."""
        self.used.update(op.name for op in ops)

    def next_of(self, op: tf.Operation) -> tf.Operation | None:
        """The only operation that goes on with a value, after those that hand it on."""
        if any(tensor.op is op for tensor in self.ends):
            return None
        following = [o for o in self.paths.followers(op) if self.is_on_way(o)]
        if len({one.name for one in following}) != 1:
            return None
        only = following[0]
        return self.next_of(only) if only.type in PASSING else only

    def data(self, op: tf.Operation) -> list[tf.Tensor]:
        """Those inputs of an operation that are data."""
        return [tensor for tensor in op.inputs if self.is_on_way(tensor.op)]

    def variable(self, tensor: tf.Tensor) -> str | None:
        """The variable that a tensor is the value of, with axes of one or without."""
        op = source(tensor, THROUGH)
        return op.name if is_variable(op) else None

    def variables(self, op: tf.Operation) -> list[str]:
        """The variables among the inputs of an operation."""
        return [name for tensor in op.inputs if (name := self.variable(tensor))]

    def shape(self, variable: str) -> Shape:
        """The shape of a variable."""
        if variable in self._shapes:
            return self._shapes[variable]
        shape = self.side.graph.get_operation_by_name(variable).get_attr("shape")
        return tuple(size or 0 for size in tf.TensorShape(shape).as_list())

    def initializer(self, variable: str, has_fans: bool = True) -> Initializer:
        """What a variable begins with."""
        return initializer_of(self._initial.get(variable), self.shape(variable), has_fans)

    def still(self, tensor: tf.Tensor) -> float | None:
        """A number that no step changes: a constant, or a variable as the first step finds it."""
        op = source(tensor, THROUGH)
        if not is_variable(op) or op.name in self.side.updates:
            return number_of(tensor)
        value = self.side.beginning().get(op.name)
        return None if value is None or value.size != 1 else float(value.ravel()[0])

    def schedule(self, rate: tf.Tensor) -> str | None:
        """The schedule of a rate; None for one without a line."""
        name = source(rate).name
        if name not in self._schedules:
            self._schedules[name] = schedule_of(rate)
        return self._schedules[name]

    def is_fed(self, tensor: tf.Tensor) -> bool:
        """Whether a number is computed of numbers that are fed, and of no variable."""
        before = closure([tensor.op])
        return any(op.name in self.fed for op in before) and not any(map(is_variable, before))

    def number_fed(self, op: tf.Operation) -> tuple[float, float] | None:
        """What a script feeds as a number, in training and otherwise; None for what is none."""
        pair, tensor = self.fed.get(op.name), op.outputs[0] if op.outputs else None
        if pair is None or None in pair or tensor is None or tensor.dtype == tf.bool:
            return None
        if any(np.size(value) != 1 for value in pair):
            return None
        first, second = (float(f"{np.asarray(one).item():.7g}") for one in pair)
        return first, second

    def is_changing(self, op: tf.Operation) -> bool:
        """Whether a script changes a number while it trains."""
        recorded = self.side.recorded
        return recorded is not None and op.name in recorded.changing

    def as_fed(self, tensor: tf.Tensor, training: bool) -> float | None:
        """A number as it is in training or otherwise, whatever is fed for it."""
        switches = self.side.feeds.switches
        feed = {t: pair[0 if training else 1] for t, pair in switches.items()}
        try:
            return float(session_of(tensor.graph).run(tensor, feed))
        except Exception:  # it is no number, or needs more than the switches
            return None


def _begun(side: GraphSide, paths: Paths) -> list[Beginning]:
    """What is drawn as data."""
    losses = [tensor.op for tensor in losses_of(side)]
    return beginnings.of(paths, paths.ordered(paths.before([*losses, side.output.op])))


def losses_of(side: GraphSide) -> list[tf.Tensor]:
    """All that parameters are trained by; the first is the loss."""
    if side.loss is None:
        return []
    others = [side.tensor(name) for name in side.names.losses.values()]
    return list({tensor.name: tensor for tensor in (side.loss, *others)}.values())


def ends_of(side: GraphSide, paths: Paths, data: set[str]) -> list[tf.Tensor]:
    """What a model has to return for the loss: what is computed without labels and meets them.

    Of a loss without labels, and of what is added to one, what is computed with weights last.

    Args:
      side: the graph.
      paths: its ways.
      data: the names of the operations that are computed of data.
    """
    losses = losses_of(side)
    labelled = paths.after([tensor.op for tensor in side.targets])
    found: dict[str, tf.Tensor] = {}
    for loss in losses:
        if loss.op.name not in labelled:
            found.update(_named(_cores(paths, loss, data, side)))
    for op in paths.ordered(paths.before([loss.op for loss in losses]) & labelled):
        for tensor in op.inputs:
            if tensor.op.name in data and tensor.op.name not in labelled:
                found.update(_named(_meeting(paths, op, tensor, data, side)))
    ends = [_before_loss(one) for one in (found.values() or [side.output])]
    if not side.targets:
        return ends
    cores = _named(core for end in ends for core in _cores(paths, end, data, side))
    is_output = side.output.name in cores and len(cores) == 1
    chosen = cores.values() if is_output or 0 < len(cores) < len(ends) else ends
    return [_flat(one) for one in chosen]


def _flat(tensor: tf.Tensor) -> tf.Tensor:
    """A tensor without its axes of one place, where the graph goes on with it so only."""
    following = [op for op in tensor.consumers() if "gradients" not in op.name]
    only = following[0] if len(following) == 1 else None
    if only is None or only.type not in ("Reshape", "Squeeze"):
        return tensor
    flat = only.outputs[0]
    if None in (tensor.shape.rank, flat.shape.rank) or tensor.shape[1:-1].num_elements() != 1:
        return tensor
    is_same = tensor.shape.rank > flat.shape.rank == 2 and tensor.shape[-1] == flat.shape[-1]
    return flat if is_same and tensor.shape[-1] is not None else tensor


def _before_loss(tensor: tf.Tensor) -> tf.Tensor:
    """What a loss makes matrices of, not the matrices."""
    is_flat = any(is_flattening(tensor.op, op) for op in tensor.consumers())
    return tensor.op.inputs[0] if is_flat else tensor


def is_flattening(reshape: tf.Operation, op: tf.Operation) -> bool:
    """Whether another shape is a part of what `tf.nn` computes under the name of an operation."""
    scope, _, name = op.name.rpartition("/")
    inner = re.sub(r"_\d+$", "", scope.rpartition("/")[2])
    places = [f"{op.name}/", *([f"{scope}/"] if inner == re.sub(r"_\d+$", "", name) else [])]
    return reshape.type == "Reshape" and reshape.name.startswith(tuple(places))


def _named(tensors: Iterable[tf.Tensor]) -> dict[str, tf.Tensor]:
    return {tensor.name: tensor for tensor in tensors}


def _meeting(
    paths: Paths, op: tf.Operation, tensor: tf.Tensor, data: set[str], side: GraphSide
) -> list[tf.Tensor]:
    """What the model returns for a tensor that meets labels in an operation."""
    cores = _cores(paths, tensor, data, side)
    is_added = op.type in ("Add", "AddV2", "AddN") and (tensor.shape.rank or 0) < 2
    is_number = op.outputs[0].shape.num_elements() == 1
    if not cores or (is_added and tensor.shape.rank is not None and is_number):
        return cores  # computed from the inputs alone, or added to the loss
    return [_with_batch(tensor)]


def _cores(paths: Paths, tensor: tf.Tensor, data: set[str], side: GraphSide) -> list[tf.Tensor]:
    """What a tensor is computed from by functions without weights, back to the output.

    Inputs of the model are not among them.
    """
    inputs = {one.name for one in side.inputs}
    waiting, found, seen = [tensor], [], set()
    while waiting:
        one = waiting.pop()
        if one.name in seen or one.name in inputs:
            continue
        seen.add(one.name)
        before = [t for t in one.op.inputs if t.op.name in data]
        is_output = one.name == side.output.name and not side.names.losses
        is_end = is_output or not before or one.op.type not in _written()
        if is_end or _has_state(one.op, data):
            found.append(_activated(paths, one, side))
        else:
            waiting.extend(before)
    return found[::-1]


def _written() -> set[str]:
    return {*functions.rows(), *PASSING, "Switch", "Merge"}


def _has_state(op: tf.Operation, data: set[str]) -> bool:
    """Whether an operation takes weights, or what is drawn; not only their sizes."""
    waiting, seen = [t.op for t in op.inputs if t.op.name not in data], set()
    while waiting:
        one = waiting.pop()
        if one.name in seen or one.type in _SIZES:
            continue
        if is_variable(one) or DRAWING.match(one.type):
            return True
        seen.add(one.name)
        waiting.extend(tensor.op for tensor in one.inputs)
    return False


def _activated(paths: Paths, tensor: tf.Tensor, side: GraphSide) -> tf.Tensor:
    """The activation of a tensor, if nothing else is computed from it: a layer has both."""
    following = [op for op in paths.followers(tensor.op) if "_grad" not in op.name]
    only = following[0] if len(following) == 1 else None
    if tensor.name == side.output.name or only is None or only.type not in _ACTIVATIONS:
        return tensor
    return only.outputs[0]


def _with_batch(tensor: tf.Tensor) -> tf.Tensor:
    """The tensor before its batch was joined with another axis, and before what passes it on."""
    op = tensor.op
    if op.type in PASSING and op.type != "Cast" and op.inputs:
        return _with_batch(op.inputs[0])
    if op.type == "Reshape" and _is_joined(_sizes(op.inputs[0]), _sizes(tensor)):
        return _with_batch(op.inputs[0])
    return tensor


def _is_joined(before: int | None, after: int | None) -> bool:
    """Whether a shape takes numbers of an example into the batch."""
    return before != after if before is None or after is None else before > after


def _sizes(tensor: tf.Tensor) -> int | None:
    """How many numbers each example has."""
    return tensor.shape[1:].num_elements() if tensor.shape.rank else None


def _after_data(paths: Paths, beginnings: list[tf.Operation]) -> set[str]:
    """The names of what is computed from data, but not of what is computed from their sizes."""
    waiting, seen = list(beginnings), set()
    while waiting:
        op = waiting.pop()
        if op.name not in seen and op.type not in _SIZES and not is_assigning(op):
            seen.add(op.name)
            waiting.extend(paths.followers(op))
    return seen
