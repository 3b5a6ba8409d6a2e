"""Finds the operation that takes a step, what it updates, and the loss."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.finding import by_hand, towers
from legacy_cnn.parity.finding.paths import Paths, variable_of
from legacy_cnn.parity.updates import closure, is_assigning

#: What adds numbers up, and hands one gradient to all of them.
_SUMS = ("Add", "AddV2", "AddN")


class Training(NamedTuple):
    """How a graph is trained."""

    trains: list[tf.Operation]  #: what a step runs, one after another
    loss: tf.Tensor | None
    updated: list[str]  #: variables that gradients update, in the order of their updates
    losses: dict[str, str] = {}  #: variable -> its loss, where there are several


def training_of(
    paths: Paths,
    name: str,
    trains: Sequence[tf.Operation] = (),
    loss: tf.Tensor | None = None,
    parameters: Collection[str] = (),
) -> Training:
    """Finds the training operations and the loss, as far as they are not given.

    Args:
      paths: of the graph.
      name: of the graph, for messages.
      trains, loss: those that are known.
      parameters: variables that are known to be trainable, beside those that the graph says are.

    Raises:
      ParityError: there are several.
    """
    steps = _steps(paths, parameters)
    trains = list(trains) or _trains(paths, steps, name)
    if not trains:
        return Training([], loss if loss is not None else _lonely_loss(paths), [])
    run = {op.name for op in closure(trains)}
    taken = [op for op in steps if op.name in run]
    losses = _by_variable(paths, taken)
    if loss is None:
        loss = next(iter(losses.values())) if losses else _loss(paths, taken, name)
    if loss is None:
        loss = _lonely_loss(paths)
    updated = [variable_of(op.inputs[0]) for op in taken]
    names = {variable: tensor.name for variable, tensor in losses.items()}
    return Training(trains, loss, list(dict.fromkeys(v for v in updated if v)), names)


def _by_variable(paths: Paths, steps: list[tf.Operation]) -> dict[str, tf.Tensor]:
    """Variable -> its loss, if each has one and these are several; else nothing."""
    found: dict[str, list[tf.Tensor]] = {}
    for op in steps:
        found.setdefault(variable_of(op.inputs[0]) or "", []).extend(_losses(paths, [op]))
    names = {variable: {tensor.name for tensor in own} for variable, own in found.items()}
    several = {tensor.op.name: tensor.op for own in found.values() for tensor in own}
    whole = _added(paths, list(several.values()))
    if len(whole) == 1 and whole[0].name in several:
        return {}  # the only loss, or the sum of one and of penalties, which some variables lack
    if any(len(own) != 1 for own in names.values()):
        return {}
    return {variable: own[0] for variable, own in found.items()}


def _steps(paths: Paths, parameters: Collection[str]) -> list[tf.Operation]:
    """The operations that update a variable by an optimizer, by gradients, or else by hand."""
    by_optimizers = [op for op in paths.operations if is_assigning(op) and "Apply" in op.type]
    trained = {v.op.name for v in paths.graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)}
    return by_optimizers + by_hand.updates(paths, {*trained, *parameters})


def _trains(paths: Paths, steps: list[tf.Operation], name: str) -> list[tf.Operation]:
    """The last operation that waits for all updates, or several that share them out."""
    if not steps:
        return []
    names = {op.name for op in steps}
    following = paths.ordered(paths.after(steps, control=True))
    ends = [op for op in following if not paths.followers(op, control=True)]
    runs = {op: {other.name for other in closure([op])} for op in ends}
    most = max(len(run & names) for run in runs.values())
    fullest = [op for op in ends if len(runs[op] & names) == most]
    if most < len(names):
        return _shared_out(paths, steps, ends, runs, name)
    return [_main(paths, fullest, runs)]


def _main(
    paths: Paths, ends: list[tf.Operation], runs: dict[tf.Operation, set[str]]
) -> tf.Operation:
    """Of equal ones the one that is run for nothing but its effect, and was made first."""
    assigned = {
        op: sum(is_assigning(paths.operations[paths.at[one]]) for one in runs[op]) for op in ends
    }
    return max(ends, key=lambda op: (assigned[op], not op.outputs))


def _shared_out(
    paths: Paths,
    steps: list[tf.Operation],
    ends: list[tf.Operation],
    runs: dict[tf.Operation, set[str]],
    name: str,
) -> list[tf.Operation]:
    """Several operations, each of which updates other variables by one loss.

    By one and the same loss, they are a single step: the gradients are of the same weights. By
    several losses, as of a GAN, one is run after the other, in the order in which they were made.
    Where some have a loss, nobody says whether a step runs others that assign what data decide.
    """
    taken = {op: frozenset(one.name for one in steps if one.name in runs[op]) for op in ends}
    parts = [part for part in dict.fromkeys(taken.values()) if part and not _is_within(part, taken)]
    trains = [_main(paths, [op for op in ends if taken[op] == part], runs) for part in parts]
    variables = [variable_of(op.inputs[0]) for op in steps]
    losses = [{one.name for one in _losses(paths, _those(steps, part))} for part in parts]
    is_shared = sum(map(len, parts)) > len(steps) or len(set(variables)) < len(variables)
    is_unclear = any(len(own) > 1 for own in losses) or len(set(map(bool, losses))) > 1
    if is_shared or is_unclear:
        listed = ", ".join(op.name for op in trains)
        raise ParityError(
            f"{name} has several training operations: {listed}. Name the one to compare as "
            f'"train" in the names of the reference, or those that a step runs as a list.'
        )
    trains.sort(key=lambda op: paths.at[op.name])
    if len(set().union(*losses)) > 1:
        return trains
    with paths.graph.as_default(), tf.control_dependencies(None):
        return [tf.group(*trains, name="compared_training")]


def _is_within(part: frozenset[str], taken: dict[tf.Operation, frozenset[str]]) -> bool:
    """Whether an operation takes these steps and others."""
    return any(part < other for other in taken.values())


def _those(steps: list[tf.Operation], names: frozenset[str]) -> list[tf.Operation]:
    return [op for op in steps if op.name in names]


def _loss(paths: Paths, steps: list[tf.Operation], name: str) -> tf.Tensor | None:
    losses = _losses(paths, steps)
    names = {tensor.name for tensor in losses}
    if len(losses) > 1 and all({t.name for t in _losses(paths, [op])} == names for op in steps):
        return towers.loss_of(paths, steps, losses)
    if len(losses) > 1:
        listed = ", ".join(tensor.op.name for tensor in losses)
        raise ParityError(
            f"{name} trains by several losses: {listed}. A comparison takes one: name it as "
            f'"loss", and the operation that trains by it as "train".'
        )
    return losses[0] if losses else None


def _losses(paths: Paths, steps: list[tf.Operation]) -> list[tf.Tensor]:
    """The scalars that gradients were taken of: no other of them follows from these."""
    ops = [tensor.op for op in steps for tensor in op.inputs[1:]]
    before = paths.before(ops)
    differentiated = {found for one in before if (found := by_hand.differentiated(paths, one))}
    listed = paths.ordered(differentiated)
    followed = paths.before([tensor.op for op in listed for tensor in op.inputs])
    numbers = [op for op in listed if op.name not in followed and _is_number(op)]
    return [op.outputs[0] for op in _added(paths, numbers)]


def _added(paths: Paths, numbers: list[tf.Operation]) -> list[tf.Operation]:
    """The first sum of all of several numbers: the gradient of a sum leaves no operation."""
    if len(numbers) < 2:
        return numbers
    names = {op.name for op in numbers}
    for op in paths.ordered(paths.after(numbers)):
        if op.type in _SUMS and _is_number(op) and names <= _summands(op):
            return [op]
    return numbers


def _summands(op: tf.Operation) -> set[str]:
    """The names of what a sum adds up, and of the sums in it."""
    waiting, found = [op], set()
    while waiting:
        one = waiting.pop()
        found.add(one.name)
        if one.type in (*_SUMS, "Identity"):
            waiting.extend(tensor.op for tensor in one.inputs)
    return found


def _lonely_loss(paths: Paths) -> tf.Tensor | None:
    """The loss of a graph without a training operation: the one number at its end."""
    collected = paths.graph.get_collection(tf.GraphKeys.LOSSES)
    if len(collected) == 1:
        return collected[0]
    fed = paths.after(op for op in paths.operations if op.type.startswith("Placeholder"))
    ends = [
        op
        for op in paths.operations
        if op.name in fed and not paths.followers(op, control=True) and _is_number(op)
        if not _is_counted(paths, op)
    ]
    return ends[0].outputs[0] if len(ends) == 1 else None


def _is_counted(paths: Paths, op: tf.Operation) -> bool:
    """Whether it is a measure like accuracy, which is counted and has no gradient."""
    kinds = {paths.operations[paths.at[name]].type for name in paths.before([op])}
    return bool(kinds & {"Equal", "InTopK", "InTopKV2"})


def _is_number(op: tf.Operation) -> bool:
    """Whether it yields one number, as a loss is; some are arrays of one element.

    What all axes are reduced of has no shape where nobody knows how many there are, as after
    `tf.squeeze`.
    """
    if not op.outputs or not op.outputs[0].dtype.is_floating:
        return False
    shape = op.outputs[0].shape
    is_reduced = shape.rank is None and op.type in ("Mean", "Sum") and _has_all_axes(op)
    return is_reduced or shape.num_elements() == 1


def _has_all_axes(op: tf.Operation) -> bool:
    axes = op.inputs[1].op
    is_every = axes.type == "Range" and axes.inputs[1].op.type == "Rank"
    return is_every and not op.get_attr("keep_dims")
