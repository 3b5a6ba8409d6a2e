"""How far apart two correct programs may be, rung by rung. The one table of tolerances."""

from legacy_cnn.parity.rounding import BOUND
from legacy_cnn.results.report import Tolerance

EXACT = Tolerance(reason="copies, and values that must not change")

#: For what is computed: a multiple of the noise that is measured for each element.
ROUNDING = Tolerance(ratio=BOUND, reason="a multiple of the measured effect of rounding")

#: Row -> tolerance. A row is a rung, or a part of one.
TOLERANCES: dict[str, Tolerance] = {
    "batch": Tolerance(
        ulp=1, reason="x / 255 and x * (1 / 255) differ in the last bit for 126 of 256 bytes"
    ),
    "weights": EXACT,
    "update, no gradient": EXACT,
    "initial weights": Tolerance(ulp=1, reason="1 / 3 in float32, and in double"),
    "fit, counters": EXACT,
    "fit, compiled by XLA": Tolerance(
        ratio=BOUND,
        norm=1e-3,
        reason="XLA's kernels round otherwise, and Adam's first steps make any gradient count",
    ),
    **dict.fromkeys(
        ("forward", "dropout", "loss", "gradients", "update", "steps", "fit", "predictions"),
        ROUNDING,
    ),
}
