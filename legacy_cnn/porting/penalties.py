"""Penalties on parameters, which a loss adds up: the regularizers of their layers."""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.calls import Code, call, number
from legacy_cnn.porting.constants import number_of
from legacy_cnn.porting.reading import Reading
from legacy_cnn.results import Part


def of(reading: Reading, tensor: tf.Tensor, factor: float) -> Part:
    """What a loss adds that is computed of no data, and times what; noted for the layer."""
    op = tensor.op
    inner = source(op.inputs[0]) if op.inputs else op
    variable, penalty = None, ("L2", factor)
    if op.type == "L2Loss":  # half of the sum
        variable, penalty = reading.variable(op.inputs[0]), ("L2", factor / 2)
    elif op.type == "Sum" and is_square(inner):
        variable = reading.variable(inner.inputs[0])
    elif op.type == "Sum" and inner.type == "Abs":
        variable, penalty = reading.variable(inner.inputs[0]), ("L1", factor)
    times = "" if factor == 1 else f", {number(factor)} times"
    if not variable:
        return Part(op.name, f"{op.type}{times}", note="no layer's: self.add_loss in the call")
    reading.penalties.setdefault(variable, {})[tensor.name] = penalty
    argument = "kernel" if len(reading.shape(variable)) > 1 else "bias"
    line = f"{argument}_regularizer={regularizer(reading, variable)}"
    return Part(op.name, f"{op.type} of {variable}{times}", line, "in this parameter's layer")


def regularizer(reading: Reading, variable: str | None) -> Code | None:
    """All penalties on a parameter that were noted; None if there are none."""
    noted = reading.penalties.get(variable or "", {}).values()
    l1, l2 = (sum(factor for kind, factor in noted if kind == one) for one in ("L1", "L2"))
    if l1 and l2:
        return call("L1L2", l1, l2)
    return (call("L1", l1) if l1 else call("L2", l2)) if noted else None


def is_square(op: tf.Operation) -> bool:
    """Whether an operation multiplies each number by itself."""
    if op.type == "Pow":
        return number_of(op.inputs[1]) == 2
    same = op.type == "Mul" and source(op.inputs[0]) is source(op.inputs[1])
    return op.type == "Square" or same
