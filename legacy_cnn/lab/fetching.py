"""Fetches one tensor, or runs one operation, as a browser asks for it."""

import base64
import dataclasses
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import vocabulary
from legacy_cnn.errors import UsageError
from legacy_cnn.lab.learners import Learner, Learners
from legacy_cnn.lab.needed import needed
from legacy_cnn.lab.room import PLACEHOLDERS, Room
from legacy_cnn.lab.values import shown

#: What a tensor is filled with that is fed instead of computed.
FILLS = ("zeros", "ones", "noise", "numbers")
#: Operations that change variables.
_CHANGING = ("AssignVariableOp", "ResourceApplyAdam")


@dataclasses.dataclass(frozen=True)
class Request:
    """A run that a browser asks for."""

    fetch: str  #: an operation
    image: NDArray[np.float32]  #: (784,), 0.0-1.0
    label: int  #: 0-9
    keep_prob: float
    fed: tuple[str, ...]  #: names of `PLACEHOLDERS`
    instead: dict[str, dict[str, Any]]  #: operation -> what its output is fed instead
    times: bool

    @classmethod
    def of(cls, body: dict[str, Any]) -> "Request":
        """Checks what a browser has sent.

        Raises:
          UsageError: it is no request.
        """
        instead = body.get("instead", {})
        fed = body.get("fed", [])
        label, keep_prob = body.get("label", 0), body.get("keep_prob", 1.0)
        is_right = (
            isinstance(body.get("fetch"), str)
            and isinstance(instead, dict)
            and len(instead) <= 20
            and all(isinstance(one, dict) and one.get("fill") in FILLS for one in instead.values())
            and isinstance(fed, list)
            and set(map(str, fed)) <= PLACEHOLDERS.keys()
            and type(label) is int  # True is another index
            and 0 <= label <= 9
            and isinstance(keep_prob, int | float)
            and 0 < keep_prob <= 1
        )
        if not is_right:
            raise UsageError("This is no run that the lab knows.")
        return cls(
            body["fetch"], image_of(body), label, float(keep_prob), tuple(fed), instead,
            body.get("times") is True,
        )  # fmt: skip


def image_of(body: dict[str, Any]) -> NDArray[np.float32]:
    """The image that a browser sends: 784 bytes in base64.

    Returns:
      float32 `(784,)`, 0.0-1.0.

    Raises:
      UsageError: it is none.
    """
    try:
        pixels = base64.b64decode(body.get("image", ""), validate=True)
    except (ValueError, TypeError) as error:
        raise UsageError("The image is not in base64.") from error
    if len(pixels) != 784:
        raise UsageError(f"The image has {len(pixels)} pixels, not 784.")
    return np.frombuffer(pixels, np.uint8).astype(np.float32) / 255  # type: ignore[return-value]


def fetch(room: Room, learners: Learners, learner: Learner, request: Request) -> dict[str, Any]:
    """Runs the session.

    Returns:
      Dict: "needed", the operations of this run; "fed", those whose value was given and used;
      "value" (see `values.shown`), or "error" with TensorFlow's own sentence; "missing", the
      placeholders that are not fed; "times" in microseconds, if they were asked for; "changed" if
      variables were.

    Raises:
      UsageError: the graph has no such operation, or its value cannot be fetched.
      FullError: the run changes variables, and no more browsers may have their own.
    """
    target = _target(room, request.fetch)
    feed = _feed(room, learner, request)
    op = target if isinstance(target, tf.Operation) else target.op
    run = needed(room.graph, [op], {tensor.name for tensor in feed})
    fed = [one.op.name for one in feed if one.op is op or _is_used(one, run.operations)]
    answer: dict[str, Any] = {"needed": run.operations, "missing": run.missing, "fed": fed}
    changes = any(room.graph.get_operation_by_name(n).type in _CHANGING for n in run.operations)
    if changes and not run.missing:
        learners.make_room(learner)
        room.make_own(learner)
    room.use(learner)
    options, metadata = None, None
    if request.times:
        options, metadata = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), tf.RunMetadata()
    try:
        value = room.session.session.run(target, feed, options, metadata)
    except tf.errors.OpError as error:
        return {**answer, "error": sentence_of(error)}
    except (ValueError, TypeError) as error:  # the value that is fed has another shape
        return {**answer, "error": str(error)}
    if changes:
        room.keep(learner)
        answer["changed"] = True
    if metadata is not None:
        answer["times"] = _times(metadata)
    return {**answer, "value": None if value is None else shown(value)}


def _is_used(tensor: tf.Tensor, operations: list[str]) -> bool:
    """Whether a run reads what a tensor is fed."""
    return any(op.name in operations for op in tensor.consumers())


def sentence_of(error: tf.errors.OpError) -> str:
    """What TensorFlow says, without the stack traces around it."""
    lines = error.message.splitlines()
    nodes = [at for at, line in enumerate(lines) if line.startswith("Node:")]
    return lines[nodes[-1] + 1] if nodes and nodes[-1] + 1 < len(lines) else lines[0]


def _target(room: Room, name: str) -> tf.Operation | tf.Tensor:
    """What is fetched of an operation: its first output, a variable's value, or that it runs."""
    try:
        op = room.graph.get_operation_by_name(name)
    except (KeyError, ValueError) as error:
        raise UsageError(f"The graph has no operation {name[:100]}.") from error
    if op.type == "VarHandleOp":
        return room.graph.get_tensor_by_name(f"{name}/Read/ReadVariableOp:0")
    return op.outputs[0] if op.outputs else op


def _feed(room: Room, learner: Learner, request: Request) -> dict[tf.Tensor, Any]:
    values = {
        "x": request.image[None],
        "y": np.eye(10, dtype=np.float32)[[request.label]],
        "keep_prob": request.keep_prob,
    }
    tensor_of = room.graph.get_tensor_by_name
    feed = {tensor_of(f"{PLACEHOLDERS[name]}:0"): values[name] for name in request.fed}
    for name, fill in request.instead.items():
        target = _target(room, name)
        if isinstance(target, tf.Operation) or target.op.type == "ReadVariableOp":
            raise UsageError(f"{name} has no value that can be fed.")
        feed[target] = _filled(target, fill)
    return feed


def _filled(tensor: tf.Tensor, fill: dict[str, Any]) -> NDArray[Any]:
    """The value that a tensor is fed: of one image, where its shape is that of N."""
    dtype = tensor.dtype.as_numpy_dtype
    shape = (
        tensor.shape.as_list() if tensor.shape.rank is not None else _UNKNOWN.get(tensor.op.name)
    )
    if shape is None:
        raise UsageError(f"The shape of {tensor.op.name} is not known before it is computed.")
    sizes = [size or 1 for size in shape]
    if fill["fill"] == "numbers":
        numbers = fill.get("numbers")
        if not isinstance(numbers, list) or len(numbers) != int(np.prod(sizes)) or not all(
            isinstance(one, int | float) for one in numbers
        ):  # fmt: skip
            raise UsageError(f"{tensor.op.name} takes {int(np.prod(sizes))} numbers.")
        try:
            with np.errstate(over="ignore"):  # too large for 32 bits is infinite, too
                return np.array(numbers, dtype).reshape(sizes)
        except (OverflowError, ValueError) as error:  # 1e400 is infinite, and 10**400 no float
            raise UsageError(f"{tensor.op.name} takes smaller numbers.") from error
    if fill["fill"] == "noise":
        return np.random.default_rng().random(sizes).astype(dtype)
    return (np.ones if fill["fill"] == "ones" else np.zeros)(sizes, dtype)


#: Shapes that the graph does not know, as a placeholder without one is behind them.
_UNKNOWN = {
    "sub": [],
    "dropout/Sub": [],
    "dropout/RealDiv": [1, vocabulary.DROPOUT_UNITS],
    "dropout/GreaterEqual": [1, vocabulary.DROPOUT_UNITS],
    "Placeholder_1": [1, vocabulary.CLASSES],
    "Placeholder_2": [],
    "ArgMax_1": [1],
    "Equal": [1],
    "Cast": [1],
}


def _times(metadata: tf.RunMetadata) -> dict[str, int]:
    """Operation -> microseconds, of all devices."""
    times: dict[str, int] = {}
    for device in metadata.step_stats.dev_stats:
        for node in device.node_stats:
            name = node.node_name.partition(":")[0]
            times[name] = times.get(name, 0) + int(node.all_end_rel_micros)
    return times
