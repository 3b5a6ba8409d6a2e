"""Initializers: what a variable is first assigned, and Keras' word for it."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.updates import closure
from legacy_cnn.porting.calls import Code, call, number, unless
from legacy_cnn.porting.constants import number_of, value_of
from legacy_cnn.programs.elements import DRAWING
from legacy_cnn.weights.matching import Shape


class Initializer(NamedTuple):
    """What a variable begins with."""

    found: str
    keras: str = ""  #: an expression: '"zeros"', 'RandomNormal(stddev=1.0)'


class Drawn(NamedTuple):
    """A drawn number, multiplied and shifted."""

    kind: str  #: of the operation that draws
    factor: float
    shift: float


#: A truncated normal of variance 1 is cut off at two of these.
_CUT = 0.87962566103423978

#: Name in Keras -> the operation that draws, and what it is multiplied by for (fan in, fan out).
_SCALED: dict[str, tuple[str, Callable[[float, float], float]]] = {
    "glorot_uniform": ("uniform", lambda i, o: math.sqrt(6 / (i + o))),
    "he_uniform": ("uniform", lambda i, o: math.sqrt(6 / i)),
    "lecun_uniform": ("uniform", lambda i, o: math.sqrt(3 / i)),
    "glorot_normal": ("truncated", lambda i, o: math.sqrt(2 / (i + o)) / _CUT),
    "he_normal": ("truncated", lambda i, o: math.sqrt(2 / i) / _CUT),
    "lecun_normal": ("truncated", lambda i, o: math.sqrt(1 / i) / _CUT),
}


def initial_values(graph: tf.Graph) -> dict[str, tf.Tensor]:
    """Variable -> the tensor that its initializer assigns."""
    known = graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    return {
        variable.op.name: variable.initializer.inputs[1]
        for variable in known
        if variable.initializer is not None and len(variable.initializer.inputs) > 1
    }


def initializer_of(value: tf.Tensor | None, shape: Shape, has_fans: bool = True) -> Initializer:
    """Tells what a variable is initialized with.

    Args:
      value: the tensor that is assigned to it; None if the graph has none.
      shape: of the variable.
      has_fans: whether the variable has this shape in Keras, too, which counts its inputs and
        outputs.
    """
    if value is None:
        return Initializer("no initializer in the graph")
    kinds = {op.type for op in closure([value.op])}
    if "Qr" in kinds:
        return Initializer("orthogonal", str(call("Orthogonal")))
    if not any(DRAWING.match(kind) for kind in kinds):
        return _constant(value)
    drawn = affine(value)
    if drawn is None:
        return Initializer(f"random numbers that {source(value).type} computes")
    return _random(drawn, shape if has_fans else ())


def _constant(tensor: tf.Tensor) -> Initializer:
    value = value_of(tensor)
    if value is None:
        return Initializer("computed from other variables, or fed")
    distinct = np.unique(value)
    if distinct.size == 1:
        return _filled(float(distinct[0]))
    if value.ndim == 2 and np.array_equal(value, np.eye(*value.shape) * value[0, 0]):
        gain = unless(float(value[0, 0]), 1.0)
        return Initializer("the identity matrix", str(call("Identity", gain=gain)))
    return Initializer("an array in the graph")


def _filled(value: float) -> Initializer:
    if value in (0.0, 1.0):
        word = "ones" if value else "zeros"
        return Initializer(word, f'"{word}"')
    return Initializer(f"all {number(value)}", str(call("Constant", value)))


def affine(
    tensor: tf.Tensor, number_of: Callable[[tf.Tensor], float | None] = number_of
) -> Drawn | None:
    """The one drawn number that a tensor is a multiple of, shifted by a constant; else None.

    Args:
      tensor: what is computed of it.
      number_of: returns the value of a number, None if it has none.
    """
    op = source(tensor)
    if DRAWING.match(op.type):
        return Drawn(kind_of(op), 1.0, 0.0)
    if op.type not in ("Add", "AddV2", "Mul", "Sub", "RealDiv") or len(op.inputs) != 2:
        return None
    parts = [affine(one, number_of) for one in op.inputs]
    numbers = [number_of(one) for one in op.inputs]
    if parts[0] is not None and numbers[1] is not None:
        return _changed(parts[0], op.type, numbers[1])
    if parts[1] is not None and numbers[0] is not None and op.type in ("Add", "AddV2", "Mul"):
        return _changed(parts[1], op.type, numbers[0])
    return None


def kind_of(op: tf.Operation) -> str:
    """ "uniform", "truncated", "normal" or "" for an operation that draws."""
    if "TruncatedNormal" in op.type:
        return "truncated"
    if "Normal" in op.type:
        return "normal"
    return "uniform" if "Uniform" in op.type and "Int" not in op.type else ""


def _changed(drawn: Drawn, kind: str, by: float) -> Drawn:
    if kind in ("Mul", "RealDiv"):
        factor = by if kind == "Mul" else 1 / by
        return Drawn(drawn.kind, drawn.factor * factor, drawn.shift * factor)
    return drawn._replace(shift=drawn.shift + (-by if kind == "Sub" else by))


def _random(drawn: Drawn, shape: Shape) -> Initializer:
    factor, shift = drawn.factor, drawn.shift
    if drawn.kind == "uniform":
        bounds = sorted([shift, shift + factor])
        found = f"uniform from {number(bounds[0])} to {number(bounds[1])}"
        half = bounds[1] if math.isclose(bounds[0], -bounds[1], rel_tol=1e-5) else None
        name = half and _scaled("uniform", half, shape)
        return Initializer(found, name or str(call("RandomUniform", *bounds)))
    mean = unless(shift, 0.0)
    around = f" around {number(shift)}" if shift else ""
    found = f"standard deviation {number(factor)}{around}"
    if drawn.kind == "normal":
        return Initializer(f"normal, {found}", str(call("RandomNormal", mean=mean, stddev=factor)))
    if drawn.kind == "truncated":
        name = None if shift else _scaled("truncated", factor, shape)
        line = str(call("TruncatedNormal", mean=mean, stddev=factor))
        return Initializer(f"normal, cut off at two standard deviations, {found}", name or line)
    return Initializer("random whole numbers, or of another distribution")


def _scaled(kind: str, factor: float, shape: Shape) -> str | None:
    """Keras' word for a factor that follows from the shape."""
    if not shape:
        return None
    fans = fans_of(shape)
    for name, (drawing, scale) in _SCALED.items():
        if drawing == kind and math.isclose(scale(*fans), factor, rel_tol=1e-5):
            return f'"{name}"'
    return None


def fans_of(shape: Shape) -> tuple[float, float]:
    """How many inputs and outputs a variable has, as both libraries count them."""
    if len(shape) < 2:
        size = float(shape[0]) if shape else 1.0
        return size, size
    field = math.prod(shape[:-2])
    return float(field * shape[-2]), float(field * shape[-1])


def argument(initializer: Initializer, usual: str) -> Code | None:
    """An initializer as an argument of a layer; None for the layer's own."""
    if initializer.keras == f'"{usual}"' or not initializer.keras:
        return None
    return Code(initializer.keras)
