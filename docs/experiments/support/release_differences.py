"""Where old releases of TensorFlow compute something else than today's, a row each."""

from experiments.support.goldens import Row

_REPEATED = (
    "with a row named twice in a sparse gradient, 0.12 updates the row twice; later releases sum "
    "the row's gradients first"
)
_ADADELTA = (
    "up to 1.4, Adadelta's step uses the average of squared updates after this step's update of "
    "it; later releases use the one before"
)
_PROXIMAL = (
    "up to 1.0, a proximal update with l1 > 0 makes negative weights positive; later releases keep "
    "their sign"
)

#: Each covers at least one difference in the golden of its release, and none of a newer one.
DIFFERENCES = (
    Row(
        "listing",
        "program",
        "printed",
        "0.12.1",
        "it ran in Python 2.7, whose `print` shows the listing's several values as a tuple",
    ),
    *(
        Row("optimizers", f"{name}, sparse", "w*", "0.12.1", _REPEATED)
        for name in (
            "Adagrad",
            "Adam",
            "Adam, epsilon 0.1",
            "Ftrl",
            "Ftrl, l1 and l2",
            "Momentum",
            "Nesterov",
            "RMSProp",
            "RMSProp, centered",
            "RMSProp, momentum",
            "ProximalAdagrad",
        )
    ),
    Row("optimizers", "Adadelta*, sparse", "w/*", "0.12.1", _REPEATED),
    Row("optimizers", "Adadelta*", "w after *", "1.4.0", _ADADELTA),
    Row("optimizers", "Proximal*", "w after *", "1.0.1", _PROXIMAL),
    Row(
        "optimizers",
        "Ftrl, shrinkage, *",
        "w*",
        "1.4.0",
        "1.4 adds the square of gradient and shrinkage to the accumulator, with the shrinkage of "
        "the weights after the step; later releases add that of the gradient alone",
    ),
    Row(
        "optimizers",
        "Adam*",
        "apply",
        "1.0.1",
        "the operation has no attribute `use_nesterov` yet",
    ),
)
