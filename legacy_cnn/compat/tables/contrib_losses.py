"""`tensorflow.contrib.losses`: predictions first, as always there."""

from legacy_cnn.compat.arguments import renaming
from legacy_cnn.compat.rows import Table

_LOSSES = "tf_slim.losses"

TABLE = Table("tensorflow.contrib.losses", real=_LOSSES)

#: What arguments were called up to 0.12.
_WEIGHTS = {"weight": "weights"}
_BOTH = _WEIGHTS | {"targets": "labels"}
_RENAMED = {
    "absolute_difference": _BOTH,
    "compute_weighted_loss": _WEIGHTS,
    "cosine_distance": _BOTH,
    "hinge_loss": {"target": "labels"},
    "log_loss": _BOTH,
    "mean_pairwise_squared_error": _BOTH,
    "mean_squared_error": _BOTH,
    "sigmoid_cross_entropy": _WEIGHTS,
    "softmax_cross_entropy": _WEIGHTS,
    "sparse_softmax_cross_entropy": _WEIGHTS,
}
for _name, _renamed in _RENAMED.items():
    TABLE.value(_name, renaming(f"{_LOSSES}.{_name}", _renamed))
TABLE.value("log", renaming(f"{_LOSSES}.log_loss", _BOTH), until="0.11")
TABLE.value("sum_of_squares", renaming(f"{_LOSSES}.mean_squared_error", _BOTH), until="0.11")
TABLE.value(
    "sum_of_pairwise_squares",
    renaming(f"{_LOSSES}.mean_pairwise_squared_error", _BOTH),
    until="0.11",
)
