"""How far apart two sound programs may be, rung by rung. The one table of tolerances."""

import dataclasses
import math


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """An array passes if it is within any one of the four figures (see `difference.Figures`)."""

    absolute: float = 0.0
    relative: float = 0.0
    ulp: float = 0.0
    norm: float = 0.0
    reason: str = ""

    def allows(self, figures):
        return figures.equal or any(
            self.of(measure) and getattr(figures, measure) <= self.of(measure)
            for measure in MEASURES
        )

    def of(self, measure):
        return getattr(self, measure)

    def use(self, figures):
        """How much of what is allowed was needed: 1.0 is all of it; infinite where nothing is."""
        if figures.equal:
            return 0.0
        shares = [getattr(figures, each) / self.of(each) for each in MEASURES if self.of(each) > 0]
        return min(shares, default=math.inf)


MEASURES = ("absolute", "relative", "ulp", "norm")

EXACT = Tolerance(reason="copies, and what must not move at all")

#: Row -> tolerance. A rung's name, or a rung and what of it.
TOLERANCES = {
    "batch": Tolerance(ulp=1, reason="x / 255 for x * (1 / 255)"),
    "weights": EXACT,
    "forward": Tolerance(relative=1e-5),
    "dropout": Tolerance(relative=1e-5),
    "loss": Tolerance(relative=1e-5),
    "gradients": Tolerance(relative=1e-5),
    "update, no gradient": EXACT,
    "update": Tolerance(norm=1e-4),
    "update, probe": Tolerance(relative=1e-4),
    "steps, loss": Tolerance(relative=1e-3),
    "steps, weights": Tolerance(norm=1e-2),
    "steps, slots": Tolerance(norm=1e-2),
    "predictions": Tolerance(relative=1e-5),
}
