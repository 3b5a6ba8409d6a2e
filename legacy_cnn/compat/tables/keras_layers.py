"""`keras.layers`: the arguments of Keras 1, which Keras 2 took until 2.3."""

from collections.abc import Callable
from typing import Any

from legacy_cnn.compat.arguments import named
from legacy_cnn.compat.classes import called_as
from legacy_cnn.compat.faces import resolved
from legacy_cnn.compat.rows import Table

_REAL = "tf_keras.api._v1.keras.layers"

TABLE = Table("keras.layers", real=_REAL)

_UNTIL = "1.0"
_WEIGHTS = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
_RECURRENT = {
    **_WEIGHTS,
    "output_dim": "units",
    "inner_init": "recurrent_initializer",
    "U_regularizer": "recurrent_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
}
_IMAGES = {"border_mode": "padding", "dim_ordering": "data_format", "subsample": "strides"}

#: Layer -> old keyword -> today's.
_RENAMED = {
    "AveragePooling2D": _IMAGES,
    "Dense": {**_WEIGHTS, "output_dim": "units"},
    "Dropout": {"p": "rate"},
    "GRU": _RECURRENT,
    "LSTM": _RECURRENT,
    "MaxPooling2D": _IMAGES,
    "SimpleRNN": _RECURRENT,
    "UpSampling2D": _IMAGES,
    "ZeroPadding2D": _IMAGES,
}
_CONVOLUTION = {**_WEIGHTS, **_IMAGES, "nb_filter": "filters"}
#: Values that had other names.
_VALUES = {
    "kernel_initializer": {"zero": "zeros", "one": "ones", "normal": "random_normal",
                           "uniform": "random_uniform"},
    "data_format": {"tf": "channels_last", "th": "channels_first"},
}  # fmt: skip


def _today(keywords: dict[str, Any]) -> dict[str, Any]:
    """Keywords with today's values."""
    return {
        name: _VALUES[name].get(value, value)
        if name in _VALUES and isinstance(value, str)
        else value
        for name, value in keywords.items()
    }


def _renaming(real: Any, renamed: dict[str, str]) -> Callable[..., Any]:
    def construct(*arguments: Any, **keywords: Any) -> Any:
        keywords = {renamed.get(name, name): value for name, value in keywords.items()}
        return real(*arguments, **_today(keywords))

    return construct


def _convolution(*arguments: Any, **keywords: Any) -> Any:
    """`Convolution2D(nb_filter, nb_row, nb_col)`, or `Conv2D(filters, kernel_size, strides)`."""
    rows = "nb_row" in keywords or (len(arguments) > 2 and isinstance(arguments[2], int))
    if rows and isinstance(arguments[1] if len(arguments) > 1 else 0, int):
        names = ("filters", "nb_row", "nb_col", "kernel_initializer")
        keywords = named("Convolution2D", names, arguments, keywords, _CONVOLUTION)
        keywords["kernel_size"] = (keywords.pop("nb_row"), keywords.pop("nb_col"))
        arguments = ()
    return _renaming(resolved(f"{_REAL}.Conv2D"), _CONVOLUTION)(*arguments, **keywords)


for _name, _renamed in _RENAMED.items():
    _layer = resolved(f"{_REAL}.{_name}")
    TABLE.value(_name, called_as(_layer, _renaming(_layer, _renamed)), until=_UNTIL)
for _name in ("Conv2D", "Convolution2D"):
    TABLE.value(_name, called_as(resolved(f"{_REAL}.Conv2D"), _convolution), until=_UNTIL)

_MODES = {"sum": "add", "mul": "multiply", "ave": "average", "max": "maximum"}


@TABLE.serves(until=_UNTIL)
def merge(inputs: Any, mode: str = "sum", concat_axis: int = -1, **keywords: Any) -> Any:
    """Joins tensors: `sum`, `mul`, `ave`, `max` or `concat`."""
    if mode == "concat":
        return resolved(f"{_REAL}.concatenate")(inputs, axis=concat_axis, **keywords)
    return resolved(f"{_REAL}.{_MODES[mode]}")(inputs, **keywords)
