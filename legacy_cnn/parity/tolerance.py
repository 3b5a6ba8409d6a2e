"""How far apart two correct programs may be, rung by rung. The one table of tolerances."""

from legacy_cnn.results.report import Tolerance

EXACT = Tolerance(reason="copies, and values that must not change")

_SUMS = "float32 sums of up to 3,136 products, whose order depends on threads and kernels"

#: Row -> tolerance. A row is a rung, or a part of one. Each tolerance is at least three times, and
#: at most twenty times, the largest difference that was measured between correct programs
#: (docs/results/noise.json: the graph against itself with other threads, other kernels and in
#: float64; false_alarms.json: the ports).
TOLERANCES: dict[str, Tolerance] = {
    "batch": Tolerance(
        ulp=1, reason="x / 255 and x * (1 / 255) differ in the last bit for 126 of 256 bytes"
    ),
    "weights": EXACT,
    "forward": Tolerance(relative=1e-5, reason=_SUMS),
    "dropout": Tolerance(relative=1e-5, reason=_SUMS),
    "loss": Tolerance(relative=1e-6, reason="a mean over the batch, computed from the same logits"),
    "gradients": Tolerance(
        relative=5e-5, reason="sums of up to 100,352 terms, which largely cancel"
    ),
    "update": Tolerance(
        norm=3e-4, reason="a weight near 1 represents a step of 0.001 only to one part in 10,000"
    ),
    "update, no gradient": EXACT,
    "update, probe": Tolerance(
        relative=1e-4,
        reason="TensorFlow 1 computes 1 - 0.999 in float32, with a relative error of 1.3e-5; "
        "Keras computes it in float64",
    ),
    "steps, loss": Tolerance(relative=5e-6, reason="the rounding of forward and loss combined"),
    "steps, weights": Tolerance(
        norm=5e-2, reason="the last bit decides which of two equal pixels a pool selects"
    ),
    "steps, slots": Tolerance(norm=1e-2, reason="like the weights, but smoothed over the steps"),
    "predictions": Tolerance(relative=1e-5, reason=_SUMS),
}
