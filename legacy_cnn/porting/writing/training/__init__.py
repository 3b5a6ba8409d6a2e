"""How a port is trained: by `compile` and `fit`, or by a `train_step` of its own.

Each module here is found by itself, and asked in the order of its `ORDER`. Its
`training_of(reading, origins, model)` returns a `Training`, or None if it does not fit.
"""

import dataclasses
import functools
import importlib
import pkgutil
from types import ModuleType

from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing.lines import Line
from legacy_cnn.porting.writing.model import Model


@dataclasses.dataclass
class Training:
    """What a port has beside its layers."""

    #: Functions and classes before `build_model`, each its lines: a loss, an optimizer, a model.
    definitions: list[list[Line]] = dataclasses.field(default_factory=list)
    #: What makes the model of its inputs and outputs.
    model_class: str = "keras.Model"
    #: Statements of `build_model` after the model is made, without indentation.
    compiling: list[Line] = dataclasses.field(default_factory=list)
    #: The labels of `fit`: "y", or "x" where the inputs are their own labels.
    labels: str = "y"
    #: Whether `evaluate` returns an accuracy, too.
    has_accuracy: bool = False
    #: Whether each of several optimizers has a loss of its own.
    has_several_losses: bool = False
    #: Parameter of the script -> path of its weight in the port, where layers have names.
    weights: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def is_trained(self) -> bool:
        return bool(self.compiling)


@functools.cache
def modules() -> tuple[ModuleType, ...]:
    """The modules of this folder, in the order in which they are asked."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(found, key=lambda module: module.ORDER))


def training_of(reading: Reading, origins: Origins, model: Model) -> Training:
    """How a graph is trained.

    Raises:
      ParityError: Keras cannot do it as a row knows it.
    """
    for module in modules():
        training: Training | None = module.training_of(reading, origins, model)
        if training is not None:
            return training
    return Training()
