"""Lesson 21: one synchronous step of several workers, whose variables are on a parameter server."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.lessons.checking import require

FUNCTION = "synchronous"

#: Rows of each worker's part, in the two steps that are run.
SIZES = (5, 2, 1), (1, 4, 2)
RATE = 0.125
#: The values of the variables before the first step: weights of three inputs, and a bias.
INITIAL = np.array([0.5, -1.0, 0.25, 2.0], np.float32)

Values = NDArray[Any]


def check(synchronous: Callable[..., Any]) -> str:
    with tf.Graph().as_default() as graph:
        parts = [tf.placeholder(tf.float32, [None, 3], f"part_{task}") for task in range(3)]
        step = _called(synchronous, parts)
        require(
            isinstance(step, tf.Operation | tf.Tensor),
            f"`synchronous` returned {step!r}. Expected one operation that takes the step; "
            "`tf.group` makes one of several.",
        )
        _check_variables()
        _check_devices(graph, parts)
        init, state = tf.global_variables_initializer(), _state()
    _check_values(graph, init.name, step.name, state.name)
    return "Correct: one step of three workers, the same as of one with all rows."


def _loss(part: tf.Tensor) -> tf.Tensor:
    W = tf.get_variable("W", initializer=INITIAL[:3, None])
    b = tf.get_variable("b", initializer=INITIAL[3])
    return tf.reduce_mean(tf.square(tf.matmul(part, W) + b))


def _called(synchronous: Callable[..., Any], parts: Sequence[tf.Tensor]) -> Any:
    try:
        return synchronous(_loss, parts, RATE)
    except ValueError as error:
        require(
            "already exists" not in str(error),
            "The second worker makes the variables again. Call `loss` in a variable scope with "
            "`reuse` (see lesson 17).",
        )
        _check_sharing()
        raise


def _check_sharing() -> None:
    names = [variable.op.name for variable in tf.global_variables()]
    require(
        len(names) <= 2,
        f"The variables are {', '.join(names)}. Expected two, W and b, which all workers share.",
    )


def _check_variables() -> None:
    require(tf.global_variables(), "There are no variables. Call `loss` with each part.")
    _check_sharing()
    for variable in tf.global_variables():
        require(
            tf.DeviceSpec.from_string(variable.device).job == "ps",
            f"The variable {variable.op.name} is on {_shown(variable.device)}. Expected "
            f"/job:ps/task:0, where all workers find it.",
        )


def _state() -> tf.Tensor:
    """W and b in one tensor, (4,)."""
    variables = sorted(tf.global_variables(), key=lambda variable: variable.op.name)
    return tf.concat([tf.reshape(each.read_value(), [-1]) for each in variables], 0)


def _check_devices(graph: tf.Graph, parts: Sequence[tf.Tensor]) -> None:
    """The products of the network and of its gradients are where their rows are."""
    numbers = {part.op: number for number, part in enumerate(parts)}
    for operation in graph.get_operations():
        if operation.type != "MatMul":
            continue
        needed = sorted(numbers[part] for part in numbers.keys() & _read_by(operation))
        require(
            len(needed) < 2,
            f"{operation.name} is computed of the parts {', '.join(map(str, needed))}. A worker "
            "has one part. Call `loss` with each of them.",
        )
        for number in needed:
            where = tf.DeviceSpec.from_string(operation.device)
            require(
                (where.job, where.task) == ("worker", number),
                f"{operation.name}, which is computed of part {number}, is on "
                f"{_shown(operation.device)}. Expected /job:worker/task:{number}. Call `loss` and "
                f"`tf.gradients` within the device of each worker.",
            )


def _read_by(operation: tf.Operation) -> set[tf.Operation]:
    """All operations whose values an operation is computed of, and not their shapes alone."""
    found: set[tf.Operation] = set()
    waiting = [operation]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            if one.type not in ("Shape", "Size"):
                waiting.extend(tensor.op for tensor in one.inputs)
    return found


def _check_values(graph: tf.Graph, init: str, step: str, state: str) -> None:
    before: Values = INITIAL
    with tf.Session(graph=_without_devices(graph)) as session:
        session.run(init)
        for number, sizes in enumerate(SIZES):
            draw = np.random.default_rng(number)
            parts = [draw.random((size, 3), np.float32) for size in sizes]
            fed = {f"part_{task}:0": part for task, part in enumerate(parts)}
            session.run(step, fed)
            after = session.run(state)
            _check_step(before, after, parts)
            before = after


def _without_devices(graph: tf.Graph) -> tf.Graph:
    """The same graph, for a session without a cluster."""
    definition = graph.as_graph_def()
    for node in definition.node:
        node.device = ""
    with tf.Graph().as_default() as plain:
        tf.import_graph_def(definition, name="")
    return plain


def _check_step(before: Values, after: Values, parts: Sequence[Values]) -> None:
    gradients = [_gradient(before, part) for part in parts]
    right = _gradient(before, np.concatenate(parts))
    moved = (before - after) / RATE
    for wrong, meaning in (
        (np.mean(gradients, 0), "is the mean of the means. Weight each by its rows."),
        (np.sum(gradients, 0), "is the sum of the parts' gradients. Weight each by its rows."),
        (gradients[0], "is that of part 0 alone."),
        (-right, "has the wrong sign."),
    ):
        require(not _close(moved, wrong), f"The gradient of the step {meaning}")
    sizes = ", ".join(str(len(part)) for part in parts)
    require(
        _close(moved, right),
        f"With parts of {sizes} rows, the gradient of W and b is {moved.round(3).tolist()}. "
        f"Expected {right.round(3).tolist()}, that of all rows.",
    )


def _gradient(values: Values, rows: Values) -> Values:
    """The gradient of `_loss` with respect to W and b."""
    error = rows @ values[:3] + values[3]
    return 2 * np.append(error @ rows, error.sum()) / len(rows)


def _close(one: Values, other: Values) -> bool:
    return np.allclose(one, other, rtol=1e-3, atol=1e-4)


def _shown(device: str) -> str:
    return device or "no device"
