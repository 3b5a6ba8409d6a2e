"""What is measured: ways to train the tutorial's network, each as its users would."""

import dataclasses
import importlib.util
from typing import TYPE_CHECKING, Any

from legacy_cnn.programs import IMPLEMENTATIONS, resolve

if TYPE_CHECKING:
    from legacy_cnn.bench.contenders.loop import Loop


@dataclasses.dataclass(frozen=True)
class Contender:
    """How a contender is built, in a process of its own."""

    title: str
    path: str  #: module:class of its `Loop`
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    #: Set before anything is imported.
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    needs: str = "tensorflow"  #: module without which it cannot be built
    evaluates: bool = True  #: whether it has more than a training step

    @property
    def installed(self) -> bool:
        return importlib.util.find_spec(self.needs) is not None

    @property
    def ours(self) -> bool:
        """Whether this package provides it."""
        return self.path in (_TRAINED, _KERNELS)

    def build(self) -> "Loop":
        """Builds the `Loop`; imports what it needs."""
        loop: Loop = resolve(self.path)(**self.options)
        return loop


def _path(name: str) -> str:
    return f"{__name__}.{name}"


#: oneDNN's kernels, which TensorFlow switches on by itself on some processors only.
_ON, _OFF = {"TF_ENABLE_ONEDNN_OPTS": "1"}, {"TF_ENABLE_ONEDNN_OPTS": "0"}

#: The contender that all ratios refer to.
BASELINE = "graph"

#: The contender that also measures the parts of a step.
KERNELS = "kernels"

_TRAINED, _KERNELS = _path("trained:Trained"), _path("kernels:Kernels")
_LISTING = _path("listing:Listing")
_FIT, _PYTORCH = _path("kerasfit:KerasFit"), _path("pytorch:PyTorch")

CONTENDERS = {
    BASELINE: Contender("legacy-cnn train", _TRAINED, {}, _ON),
    "optimised": Contender("train, optimised", _TRAINED, {"graph": "optimised"}, _ON),
    KERNELS: Contender("its kernels alone", _KERNELS, {}, _ON, evaluates=False),
    **{
        name: Contender(f"train, {implementation.title}", _TRAINED, {"implementation": name}, _ON)
        for name, implementation in IMPLEMENTATIONS.items()
        if name not in (BASELINE, "keras")  # of Keras, its own loop is measured: fit
    },
    "listing": Contender("listing, oneDNN off", _LISTING, {}, _OFF),
    "listing-onednn": Contender("listing, oneDNN on", _LISTING, {}, _ON),
    "keras": Contender("Keras fit, oneDNN off", _FIT, {}, {**_OFF, "KERAS_BACKEND": "tensorflow"}),
    "keras-onednn": Contender(
        "Keras fit, oneDNN on", _FIT, {}, {**_ON, "KERAS_BACKEND": "tensorflow"}
    ),
    "keras-jax": Contender("Keras fit on JAX", _FIT, {}, {"KERAS_BACKEND": "jax"}, "jax"),
    "keras-torch": Contender("Keras fit on PyTorch", _FIT, {}, {"KERAS_BACKEND": "torch"}, "torch"),
    "pytorch": Contender("PyTorch", _PYTORCH, {}, {}, "torch"),
    "pytorch-last": Contender(
        "PyTorch channels-last", _PYTORCH, {"channels_last": True}, {}, "torch"
    ),
    "pytorch-compiled": Contender(
        "PyTorch, compiled", _PYTORCH, {"channels_last": True, "is_compiled": True}, {}, "torch"
    ),
    "jax": Contender("JAX with optax", _path("jax_optax:Jax"), {}, {}, "optax"),
}
