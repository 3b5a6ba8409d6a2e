"""What each placeholder of a graph is for: an input, labels, a keep probability, a switch."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import Paths, source, spread, variable_of
from legacy_cnn.programs.elements import DRAWING

#: What hands data to a graph; see `sources` for iterators and queues.
_PLACEHOLDERS = ("Placeholder", "PlaceholderV2", "PlaceholderWithDefault")
#: A number that is fed here to see what a graph makes of it.
_PROBE = 0.25
_PARAMETER = "a parameter"
#: What numbers go through.
_OF_NUMBERS = frozenset(
    ["Sub", "Mul", "Add", "AddV2", "RealDiv", "Div", "GreaterEqual", "Less", "Identity", "Maximum",
     "Minimum", "If", "StatelessIf", "Switch", "Pow", "Floor"]
)  # fmt: skip


@dataclasses.dataclass
class Roles:
    """Tensors that are fed, by what they are for."""

    inputs: list[tf.Tensor] = dataclasses.field(default_factory=list)
    labels: list[tf.Tensor] = dataclasses.field(default_factory=list)
    keep: list[tf.Tensor] = dataclasses.field(default_factory=list)  #: keep probabilities
    rates: list[tf.Tensor] = dataclasses.field(default_factory=list)  #: drop rates
    switches: list[tf.Tensor] = dataclasses.field(default_factory=list)  #: bools
    #: Numbers whose value nobody but the user knows -> what they are for, in words.
    numbers: dict[tf.Tensor, str] = dataclasses.field(default_factory=dict)


def roles_of(
    paths: Paths,
    losses: Iterable[tf.Tensor],
    output: tf.Tensor | None,
    trains: list[tf.Operation],
    parameters: Iterable[str],
) -> Roles:
    """Sorts the placeholders that a step needs.

    Args:
      paths: of the graph.
      losses, output, trains: what is computed, as far as it is there.
      parameters: variables that are parameters.
    """
    ends = [tensor.op for tensor in (*losses, output) if tensor is not None]
    forward = paths.before(ends)
    whole = _whole(trains, forward)
    roles, data = Roles(), []
    for tensor in _fed(paths):
        if tensor.op.name in whole:
            if _is_single(tensor):
                _sort_number(paths, roles, tensor, forward)
            elif tensor.op.name in forward:
                data.append(tensor)
    _sort_data(paths, roles, data, forward, set(parameters))
    return roles


def settled(feeds: Mapping[str, Any], roles: Roles | None) -> dict[str, Any]:
    """Pairs of values, in training and otherwise, with None replaced by what a placeholder is for.

    Args:
      feeds: name of a placeholder -> pair; None is "not known". Others than pairs stay.
      roles: of the placeholders, if they were looked for.
    """
    keep, rates = (
        [t.name for t in ts] for ts in ((roles.keep, roles.rates) if roles else ((), ()))
    )

    def otherwise(name: str, value: Any) -> Any:
        tensor = name if ":" in name else f"{name}:0"
        if isinstance(value, bool):
            return not value  # whether it is "is_training" or "is_test"
        if tensor in rates:
            return 0.0
        return 1.0 if tensor in keep or "keep" in name.lower() else value

    return {
        name: (pair[0], otherwise(name, pair[0]))
        if isinstance(pair, tuple) and pair[1] is None
        else pair
        for name, pair in feeds.items()
    }


def _whole(trains: list[tf.Operation], forward: set[str]) -> set[str]:
    from legacy_cnn.parity.updates import closure

    return forward | {op.name for op in closure(trains)}


def _fed(paths: Paths) -> list[tf.Tensor]:
    return [tensor for op in paths.operations if op.type in _PLACEHOLDERS for tensor in op.outputs]


def _is_single(tensor: tf.Tensor) -> bool:
    """Whether it is one number: by its shape, or where that is unknown, by its use."""
    if tensor.dtype == tf.bool:
        return tensor.shape.rank in (0, None)
    if tensor.shape.rank is not None:
        return tensor.shape.rank == 0
    return _is_used_as_number(tensor)


def _is_used_as_number(tensor: tf.Tensor) -> bool:
    """A number of unknown shape scales others, and is not itself multiplied by a matrix."""
    kinds = {op.type for op in tensor.consumers() if "Apply" not in op.type}
    return kinds <= _OF_NUMBERS and not _meets_labels(tensor)


def _is_random(tensor: tf.Tensor) -> bool:
    """Whether a tensor is drawn: the output of a random operation, scaled or shifted."""
    waiting = [source(tensor)]
    while waiting:
        op = waiting.pop()
        if DRAWING.match(op.type):
            return True
        if op.type in ("Mul", "Add", "AddV2", "Sub"):
            waiting.extend(source(one) for one in op.inputs)
    return False


def _meets_labels(tensor: tf.Tensor) -> bool:
    """Whether it meets something that has the shape of a batch without being random."""
    return any(
        other.shape.rank and not _is_random(other)
        for op in tensor.consumers()
        if op.type in ("Sub", "Mul")
        for other in op.inputs
        if other is not tensor and source(other).type != "Const"
    )


# Numbers and switches -------------------------------------------------------------------------


def _sort_number(paths: Paths, roles: Roles, tensor: tf.Tensor, forward: set[str]) -> None:
    if tensor.dtype == tf.bool:
        roles.switches.append(tensor)
        return
    has_default = tensor.op.type == "PlaceholderWithDefault"
    if tensor.op.name not in forward:
        if not has_default:
            roles.numbers[tensor] = "it enters the update only, like a learning rate"
        return
    kept = _dropout_share(paths, tensor)
    if kept == "keep":
        roles.keep.append(tensor)
    elif kept == "rate":
        roles.rates.append(tensor)
    elif not has_default:
        roles.numbers[tensor] = "it enters the loss as a number"


def _dropout_share(paths: Paths, tensor: tf.Tensor) -> str:
    """ "keep" or "rate" if a number decides how much a dropout keeps or drops; else ""."""
    following = paths.after([tensor.op])
    for op in paths.operations:
        if DRAWING.match(op.type) and op.outputs and op.outputs[0].dtype.is_floating:
            meetings = paths.ordered(paths.after([op]) & following)
            drawn = [one for one in meetings if any(map(_is_random, one.inputs))]
            for meeting in (drawn or meetings)[:1]:  # in a loop, all comes after all
                found = _at_meeting(tensor, meeting, following)
                if found:
                    return found
    return _by_name(tensor) if _enters_function(tensor, paths, following) else ""


def _at_meeting(tensor: tf.Tensor, op: tf.Operation, following: set[str]) -> str:
    """Where a uniform number is compared with a threshold, or added to one."""
    met = [one for one in op.inputs if one.op.name in following]
    threshold = next((one for one in met if not _is_random(one)), None)
    if threshold is None or op.type not in (
        "GreaterEqual", "Less", "Greater", "LessEqual", "Add", "AddV2",
    ):  # fmt: skip
        return ""
    try:
        with tf.Session(graph=tensor.graph) as session:
            value = float(session.run(threshold, {tensor: _PROBE}))
    except Exception:  # it needs more than this number, or it is inside a loop
        inside = _inside(threshold, tensor)
        if inside is None:
            return _by_name(tensor)
        value = inside
    is_like = abs(value - _PROBE) < abs(value - (1 - _PROBE))
    # What is at least 1 - keep probability is kept; so is what is below the keep probability, or
    # what it carries over 1.
    is_threshold_of_kept = op.type in ("GreaterEqual", "Greater") and threshold is op.inputs[1]
    return "rate" if is_like == is_threshold_of_kept else "keep"


def _inside(tensor: tf.Tensor, probed: tf.Tensor) -> float | None:
    """What a loop, of which no session returns anything, makes of the number that is fed."""
    op = source(tensor)
    if op is probed.op:
        return _PROBE
    if op.type == "Const":
        constant = tf.make_ndarray(op.get_attr("value"))
        return float(constant.item()) if constant.size == 1 else None
    if op.type not in ("Sub", "Add", "AddV2"):
        return None
    first, second = (_inside(one, probed) for one in op.inputs)
    if first is None or second is None:
        return None
    return first - second if op.type == "Sub" else first + second


def _enters_function(tensor: tf.Tensor, paths: Paths, following: set[str]) -> bool:
    """Whether it goes into a branch or loop, or into one whose inside cannot be run apart."""
    kinds = {paths.operations[paths.at[name]].type for name in following}
    return bool(kinds & {"If", "StatelessIf", "While", "StatelessWhile", "Switch"})


def _by_name(tensor: tf.Tensor) -> str:
    name = tensor.op.name.lower()
    if "keep" in name:
        return "keep"
    return "rate" if re.search("drop", name) else ""


# Data -----------------------------------------------------------------------------------------


def _operations(paths: Paths, forward: set[str]) -> Iterator[tuple[tf.Operation, list[tf.Tensor]]]:
    """Operations with their inputs; a loop of TensorFlow 1 as one, with what enters it."""
    loops: dict[str, tuple[tf.Operation, list[tf.Tensor]]] = {}
    for op in paths.ordered(forward):
        yield op, list(op.inputs)
        if op.type in ("Enter", "RefEnter"):
            loop = str(op.get_attr("frame_name"))
            loops.setdefault(loop, (op, []))[1].append(op.inputs[0])
    yield from loops.values()


def _is_made_of_number(tensor: tf.Tensor) -> bool:
    """Whether it is a number, or an array of one that a number was multiplied by."""
    if tensor.shape.rank == 0:
        return True
    inputs = tensor.op.inputs
    return tensor.shape.num_elements() == 1 and any(one.shape.rank == 0 for one in inputs)


def _sort_data(
    paths: Paths, roles: Roles, data: list[tf.Tensor], forward: set[str], parameters: set[str]
) -> None:
    """Inputs meet parameters, themselves or what is computed of them; labels never do.

    A number made of all parameters, like a weight decay, is none of them.
    """
    fed = {tensor.op.name for tensor in data}
    followed = spread(
        paths,
        forward,
        lambda op: frozenset(
            [op.name] if op.name in fed else [_PARAMETER] if op.name in parameters else []
        ),
    )
    inputs: set[str] = set()
    for _, tensors in _operations(paths, forward):
        meeting = [followed.get(tensor.op.name, frozenset()) for tensor in tensors]
        alone = any(
            (one == {_PARAMETER} and not _is_made_of_number(tensor))
            or (one == {_PARAMETER} and variable_of(tensor) in parameters)
            for one, tensor in zip(meeting, tensors, strict=True)
        )
        if alone:
            inputs.update(*meeting)
    for tensor in data:
        (roles.inputs if tensor.op.name in inputs else roles.labels).append(tensor)
    if not roles.inputs:
        roles.inputs, roles.labels = roles.labels[:1], roles.labels[1:]
