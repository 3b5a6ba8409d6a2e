"""Inputs that a script draws for each step, as the noise of a generator."""

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.porting.calls import Code, call, unless
from legacy_cnn.porting.writing.lines import Line, plain

#: Numbers of which a distribution can be told, and how near its moments are to those of a sample.
ENOUGH, NEAR = 1000, 0.05
#: The fourth moment by the square of the second: 1.8 of evenly spread numbers, 3 of normal ones.
_UNIFORM, _NORMAL = 1.8, 3.0


def drawn(values: Array) -> str:
    """An expression that draws numbers for images x as some were drawn; "" if nothing tells it.

    Args:
      values: float, (N, ...), of all recorded steps.
    """
    if values.dtype.kind != "f" or values.size < ENOUGH or not np.isfinite(values).all():
        return ""
    mean, deviation = float(values.mean()), float(values.std())
    if deviation == 0:
        return ""
    ratio = float((((values - mean) / deviation) ** 4).mean())
    shape = Code(f"({', '.join(map(str, ('tf.shape(x)[0]', *values.shape[1:])))})")
    if abs(ratio - _NORMAL) < 10 * NEAR and abs(mean) < NEAR * deviation:
        scale = float(f"{deviation:.2g}") if abs(deviation - 1) > NEAR else 1.0
        return str(call("tf.random.normal", shape, stddev=unless(scale, 1.0)))
    bounds = [round(float(bound), 1) for bound in (values.min(), values.max())]
    expected = (bounds[1] - bounds[0]) / 12**0.5
    if abs(ratio - _UNIFORM) > 2 * NEAR or abs(deviation - expected) > NEAR * expected:
        return ""
    low, high = bounds
    return str(call("tf.random.uniform", shape, *([low, high] if bounds != [0, 1] else [])))


def definition(texts: list[str]) -> list[Line]:
    """The function `with_noise`.

    Args:
      texts: of the model's inputs: "x" for the images, "y" for the labels, or what draws them.
    """
    arguments = "x, y" if "y" in texts else "x"
    return [
        Line(f"def with_noise({arguments}):"),
        Line('    """The inputs of the model, with noise that is drawn anew."""'),
        # In a tuple: tf.data would make one tensor of a list.
        *plain(f"return (({', '.join(texts)}),)", 4),
    ]
