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
_EDGE = (
    "noise within a unit in the last place below 1 - keep_prob: its sum with keep_prob rounds up "
    "to 1, so up to 1.4 the element is kept; later releases drop it"
)
_NORMAL = (
    "up to 1.0 normal numbers differ in the last bits, in about one of nine; later releases draw "
    "the same bits for a seed as today"
)
_TRUNCATION = (
    "up to 1.4 the standard deviation is that before the truncation; later it is divided by "
    "0.8796, so that it is that of the truncated numbers"
)
_CELLS = (
    "variables of cells have other names: `Linear/Matrix` and `Linear/Bias` in 0.12, `weights` and "
    "`biases` in 1.0, later `kernel` and `bias`"
)
_VARIANCE = (
    "the moving variance follows the variance that divides by n; later the layer is fused by "
    "default, and follows the one that divides by n - 1"
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
    Row(
        "arithmetic",
        "dropout, *",
        "operations",
        "1.15.5",
        "how dropout is computed: up to 1.4 `floor(keep_prob + noise)`, in 1.15 `noise >= rate` "
        "times the scaled values, today a selection",
    ),
    *(
        Row("arithmetic", f"dropout, keep_prob {name}", "kept at edges", "1.4.0", _EDGE)
        for name in ("0.8", "0.5", "fed")
    ),
    Row(
        "arithmetic",
        "clip_by_norm_of_zeros",
        "gradient",
        "1.4.0",
        "the gradient of `clip_by_norm` at zero is not a number up to 1.4",
    ),
    Row(
        "arithmetic",
        "polynomial_decay, cycle",
        "rates",
        "1.0.1",
        "with `cycle`, the rate at step 0 is not a number up to 1.0",
    ),
    Row(
        "arithmetic",
        "moving_average",
        "*",
        "0.12.1",
        "0.12 corrects the average of a tensor for its start at zero, with two more variables; "
        "later releases do so only with `zero_debias`",
    ),
    Row(
        "losses",
        "mean_pairwise_squared_error",
        "*",
        "1.4.0",
        "up to 1.4 the sum over pairs is divided by n * n, later by n * (n - 1)",
    ),
    Row(
        "initializers",
        "*random_normal*",
        "bits *",
        "1.0.1",
        _NORMAL,
    ),
    Row("initializers", "*truncated_normal*", "bits *", "1.0.1", _NORMAL),
    Row("initializers", "tf.*normal", "bits, *", "1.0.1", _NORMAL),
    *(
        Row("initializers", name, "*", "1.4.0", _TRUNCATION)
        for name in (
            "glorot_normal_initializer*",
            "keras.initializers.*_normal*",
            "variance_scaling_initializer(scale=2.0)",
            "variance_scaling_initializer(mode=fan_out)",
        )
    ),
    Row(
        "initializers",
        "orthogonal_initializer*",
        "*",
        "1.0.1",
        "the orthogonal matrix comes from another decomposition",
    ),
    Row(
        "initializers",
        "orthogonal_initializer*",
        "bits *",
        "1.4.0",
        "the decomposition rounds otherwise",
    ),
    Row(
        "initializers",
        "tf.multinomial",
        "*",
        "1.0.1",
        "`multinomial` draws other numbers for the same seed",
    ),
    Row(
        "initializers",
        "get_variable",
        "operations",
        "0.12.1",
        "the default initializer is `uniform_unit_scaling`, later `glorot_uniform`",
    ),
    Row(
        "initializers",
        "get_variable",
        "operations",
        "1.4.0",
        "there is no default for integers and truth values, later zeros",
    ),
    Row(
        "layers",
        "layers.*",
        "initial",
        "1.0.1",
        "the zeros of a bias are named `Initializer/Const`, later `Initializer/zeros`",
    ),
    Row(
        "layers",
        "layers.dense, rank 3",
        "name",
        "1.0.1",
        "the last operation of a dense layer of rank 3 is the reshape, later the addition",
    ),
    Row(
        "layers",
        "layers, names",
        "operations",
        "1.4.0",
        "the operations of the second layer of a kind are in scope `dense_2`, though its variables "
        "are `dense_1`; later releases name both alike",
    ),
    Row(
        "normalization",
        "layers.batch_normalization*",
        "variables",
        "1.0.1",
        "`beta` is created before `gamma`, later after it",
    ),
    Row(
        "normalization",
        "layers.batch_normalization*",
        "trainable",
        "1.0.1",
        "`beta` is created before `gamma`, later after it",
    ),
    *(
        Row("normalization", "layers.batch_normalization*", name, "1.0.1", _VARIANCE)
        for name in ("*moving_variance after *", "output in use")
    ),
    Row(
        "normalization",
        "layers.batch_normalization, renorm",
        "*",
        "1.4.0",
        "with `renorm`, 1.4 keeps weights beside the averages, which begin at zero; later releases "
        "begin at one",
    ),
    Row("cells", "*", "variables", "1.0.1", _CELLS),
    Row("cells", "*, initial", "constants", "1.0.1", _CELLS),
    Row(
        "cells",
        "*, defaults",
        "*",
        "1.0.1",
        "the default activation is `tanh` itself, later `None`, which stands for it; shards are 1, "
        "later `None`",
    ),
)
