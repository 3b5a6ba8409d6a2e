"""What tensorflow_estimator imports of TensorFlow that is gone since, as it sees it.

The package is of 2023. Nothing is changed in TensorFlow itself: these are faces for the package
alone. Most of it is about TPUs and the strategies that ran Estimators on several machines.
"""

from typing import Any, TypeVar

from legacy_cnn.compat.rows import Table

_Symbol = TypeVar("_Symbol")

EXPORTS = Table("tensorflow.python.util.tf_export", real="tensorflow.python.util.tf_export")
ESTIMATOR_API = "estimator"
EXPORTS.names({"ESTIMATOR_API_NAME": f"{__name__}.ESTIMATOR_API"})


@EXPORTS.serves(name="api_export")
class Export:
    """A decorator that says where a symbol is in TensorFlow's public names; here, nowhere."""

    def __init__(self, *names: str, **options: Any) -> None:
        pass

    def __call__(self, symbol: _Symbol) -> _Symbol:
        return symbol

    def export_constant(self, module: str, name: str) -> None:
        """Does nothing, too."""


TRAINING = Table("tensorflow.python.distribute.estimator_training")


@TRAINING.serves()
def init_run_config(config: Any, tf_config: Any) -> None:
    """Says that a program does not run in a coordinator of a distribution strategy."""
    config._distribute_coordinator_mode = None


@TRAINING.serves()
def should_run_distribute_coordinator(config: Any) -> bool:
    """Whether a program does: never."""
    return False


EMBEDDING = Table("tensorflow.python.tpu.tpu_embedding")
#: Classes whose names are imported; no program has objects of them without a TPU.
for _name in (
    "AdagradParameters",
    "AdamParameters",
    "FtrlParameters",
    "MomentumParameters",
    "ProximalAdagradParameters",
    "RMSPropParameters",
    "StochasticGradientDescentParameters",
):
    EMBEDDING.value(_name, type(_name, (), {"__doc__": "Of an embedding on a TPU."}))

GRADIENT = Table("tensorflow.python.tpu.tpu_embedding_gradient")
SESSIONS = Table("tensorflow.python.tpu.session_support")

#: The package was written for the Keras of its time.
TOP = Table("tensorflow", real="tensorflow")
TOP.names({"keras": "tf_keras"})
V1 = Table("tensorflow.compat.v1", real="tensorflow.compat.v1")
_KERAS = "tf_keras.api._v1.keras"
V1.names({"keras": _KERAS, "layers": f"{_KERAS}.__internal__.legacy.layers"})
V2 = Table("tensorflow.compat.v2", real="tensorflow.compat.v2")
V2.names({"keras": "tf_keras"})
