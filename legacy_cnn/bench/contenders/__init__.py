"""What is measured against what: each a way to run the tutorial's net, as its users would."""

import dataclasses
import importlib
import importlib.util


@dataclasses.dataclass(frozen=True)
class Contender:
    """How one is made, in a process of its own."""

    title: str
    make: str  # module:class; see `base.Program`
    options: dict = dataclasses.field(default_factory=dict)
    environment: dict = dataclasses.field(default_factory=dict)  # set before anything is imported
    needs: str = "tensorflow"  # module without which it cannot be made
    evaluates: bool = True  # whether it has more than a training step

    @property
    def installed(self):
        return importlib.util.find_spec(self.needs) is not None

    def program(self):
        """Makes the `Program`; imports what it needs."""
        module, name = self.make.split(":")
        return getattr(importlib.import_module(module), name)(**self.options)


def _ours(module, name):
    return f"{__name__}.{module}:{name}"


#: oneDNN's kernels, which TensorFlow switches on by itself on some processors only.
_ON, _OFF = {"TF_ENABLE_ONEDNN_OPTS": "1"}, {"TF_ENABLE_ONEDNN_OPTS": "0"}

#: What all others are a multiple of.
BASELINE = "graph"

#: Who also tells where a step goes.
KERNELS = "kernels"

_TRAINED, _LISTING = _ours("trained", "Trained"), _ours("listing", "Listing")
_FIT, _PYTORCH = _ours("kerasfit", "KerasFit"), _ours("pytorch", "PyTorch")

CONTENDERS = {
    BASELINE: Contender("legacy-cnn train", _TRAINED, {}, _ON),
    "optimised": Contender("train, optimised", _TRAINED, {"graph": "optimised"}, _ON),
    KERNELS: Contender("its kernels alone", _ours("kernels", "Kernels"), {}, _ON, evaluates=False),
    "eager": Contender("train, eager", _TRAINED, {"implementation": "eager"}, _ON),
    "function": Contender("train, tf.function", _TRAINED, {"implementation": "function"}, _ON),
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
}
