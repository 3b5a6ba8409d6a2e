"""Modules below `keras`: what they had is in the module above today."""

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.faces import resolved
from legacy_cnn.compat.rows import Table

_REAL = "tf_keras.api._v1.keras"

# `keras.engine` and the modules below it.
ENGINE = Table("keras.engine", real=f"{_REAL}.layers")
ENGINE.names(
    {
        "Model": f"{_REAL}.Model",
        "Network": f"{_REAL}.Model",
        "Container": f"{_REAL}.Model",
        "get_source_inputs": f"{_REAL}.utils.get_source_inputs",
    }
)

DATASETS = Table("keras.datasets", real=f"{_REAL}.datasets")

# `keras.utils.np_utils` and its like.
UTILS = Table("keras.utils", real=f"{_REAL}.utils")
UTILS.names({"plot": f"{_REAL}.utils.plot_model"}, until="1.0")
UTILS.gone("HDF5Matrix", note="use h5py")
UTILS.gone("multi_gpu_model", note="use the model itself")
UTILS.gone("convert_all_kernels_in_model", note="it was for models of Theano")

BACKEND = Table("keras.backend", real=f"{_REAL}.backend")
BACKEND.value("tf", tf)
_backend = resolved(f"{_REAL}.backend")
_ORDERS = {"tf": "channels_last", "th": "channels_first"}


@BACKEND.serves(until="1.4", note="channels_last was called tf, and channels_first th")
def set_image_dim_ordering(dim_ordering: str) -> None:
    """`set_image_data_format`."""
    _backend.set_image_data_format(_ORDERS[dim_ordering])


@BACKEND.serves(until="1.4", note="channels_last was called tf, and channels_first th")
def image_dim_ordering() -> str:
    """`image_data_format`."""
    found = _backend.image_data_format()
    return next(old for old, new in _ORDERS.items() if new == found)
