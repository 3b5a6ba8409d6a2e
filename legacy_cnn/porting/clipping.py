"""What becomes of gradients on the way to the update: Keras' arguments for clipping."""

import re

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.updates import closure
from legacy_cnn.porting.calls import Code
from legacy_cnn.porting.constants import value_of

#: The scope in which `tf.gradients` computes.
_GRADIENTS = re.compile(r"(^|/)gradients(_\d+)?/")

#: What collects the gradients of rows, and changes none.
_MOVING = ("Identity", "Shape", "StridedSlice", "Unique", "UnsortedSegmentSum", "Reshape")


def clipping_of(gradient: tf.Tensor) -> tuple[dict[str, float | Code], str]:
    """The argument of an optimizer that clips, and what else is done to a gradient.

    Args:
      gradient: what reaches the update.
    """
    changed, begun = _between(gradient)
    if not changed:
        return {}, ""
    kinds = {op.type for op in changed}
    limit = _limit(changed)
    if limit is None:
        return {}, f"no Keras line for what is done to the gradient: {', '.join(sorted(kinds))}"
    if len(begun) > 1:
        return {"global_clipnorm": limit}, ""
    if kinds & {"L2Loss", "Sqrt", "Rsqrt"}:
        return {"clipnorm": limit}, ""
    if kinds & {"ClipByValue", "Minimum", "Maximum"}:
        return {"clipvalue": limit}, _uneven(changed)
    return {}, f"no Keras line for what is done to the gradient: {', '.join(sorted(kinds))}"


def _between(gradient: tf.Tensor) -> tuple[list[tf.Operation], set[str]]:
    """The operations between `tf.gradients` and an update, and the gradients they begin with."""
    waiting, changed, begun = [gradient.op], [], set()
    seen: set[str] = set()
    while waiting:
        op = waiting.pop()
        if op.name in seen:
            continue
        seen.add(op.name)
        if _GRADIENTS.search(op.name):
            begun.add(op.name)
        elif op.type != "Const":
            changed.append(op)
            waiting.extend(tensor.op for tensor in op.inputs)
    return [op for op in changed if op.type not in _MOVING], begun


def _constants(ops: list[tf.Operation]) -> list[float]:
    values = [value_of(t) for op in ops for t in op.inputs if t.op.type == "Const"]
    numbers = [float(v.ravel()[0]) for v in values
               if v is not None and v.size == 1 and v.dtype.kind == "f"]  # fmt: skip
    return [number for number in numbers if np.isfinite(number)]


def _limit(ops: list[tf.Operation]) -> float | None:
    """The number beside the norm that is neither 0 nor 1, or else 1."""
    of_norm = {o.name for op in ops if op.type == "Sqrt" for o in closure([op])}
    numbers = [n for n in _constants([op for op in ops if op.name not in of_norm]) if n > 0]
    return next((number for number in numbers if number != 1), next(iter(numbers), None))


def _uneven(ops: list[tf.Operation]) -> str:
    numbers = _constants(ops)
    is_even = not numbers or min(numbers) == -max(numbers)
    return "" if is_even else f"Keras clips to the same value below and above 0, here: {numbers}"
