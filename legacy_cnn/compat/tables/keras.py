"""`keras`, `tensorflow.keras` and `tensorflow.contrib.keras`: Keras 2 on TensorFlow 1.

Keras 3 takes no optimizer of `tf.train`, and builds no graph.
"""

from typing import Any

import numpy
from numpy.typing import NDArray

from legacy_cnn.compat.faces import resolved
from legacy_cnn.compat.keras_effects import change_keras
from legacy_cnn.compat.rows import Table

_REAL = "tf_keras.api._v1.keras"
_Sequential: Any = resolved(f"{_REAL}.Sequential")
change_keras()

TABLE = Table("keras", real=_REAL)

TABLE.value("__version__", "2.2.4-tf", note="the Keras in TensorFlow 1.15")
TABLE.names({"objectives": "=keras.losses"}, until="1.0")
TABLE.gone("wrappers", note="the package scikeras wraps models for scikit-learn")
TABLE.gone("legacy", note="use the arguments of Keras 2")


@TABLE.serves()
class Sequential(_Sequential):
    """A stack of layers, with the methods that Keras had until 2021."""

    def fit(self, *arguments: Any, **keywords: Any) -> Any:
        """Trains; `epochs` was called `nb_epoch` in Keras 1."""
        return super().fit(*arguments, **_with_epochs(keywords))

    def predict_proba(self, x: Any, batch_size: int = 32, verbose: int = 0) -> NDArray[Any]:
        """What `predict` returns."""
        probabilities: NDArray[Any] = self.predict(x, batch_size=batch_size, verbose=verbose)
        return probabilities

    def predict_classes(self, x: Any, batch_size: int = 32, verbose: int = 0) -> NDArray[Any]:
        """The class of each example: the largest output, or whether the only one is above 0.5."""
        probabilities = self.predict_proba(x, batch_size, verbose)
        if probabilities.shape[-1] > 1:
            return probabilities.argmax(axis=-1)
        return (probabilities > 0.5).astype("int32")


def _with_epochs(keywords: dict[str, Any]) -> dict[str, Any]:
    return {"epochs" if name == "nb_epoch" else name: value for name, value in keywords.items()}


MODELS = Table("keras.models", real=f"{_REAL}.models")
MODELS.value("Sequential", Sequential)

MNIST = Table("keras.datasets.mnist", real=f"{_REAL}.datasets.mnist")


@MNIST.serves(note="from the bundle: nothing is downloaded")
def load_data(path: str = "mnist.npz") -> tuple[tuple[NDArray[numpy.uint8], ...], ...]:
    """MNIST: `(train images, train labels), (test images, test labels)`, all uint8.

    Args:
      path: where Keras kept its own download; has no effect.
    """
    from legacy_cnn import mnist

    return mnist.load_data()
