"""A loss that `compile` cannot say: of several labels, of several outputs, or of no labels.

It becomes the `compute_loss` of a model of its own; `fit` and `evaluate` stay Keras'.
"""

from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import loss_weights, losses, optimizers
from legacy_cnn.porting.writing.lines import Line, plain
from legacy_cnn.porting.writing.methods import SIGNATURE, class_name, method
from legacy_cnn.porting.writing.model import Model
from legacy_cnn.porting.writing.training import Training

#: Before what `compile` can say: it is asked whether it can.
ORDER = 80


def training_of(reading: Reading, origins: Origins, model: Model) -> Training | None:
    """The loss as a method, if `compile` takes none that is the same."""
    side = reading.side
    if side.loss is None:
        return None
    own = loss_weights.of_loss(reading, origins, model)
    if losses.is_compiled(reading) and not own:
        return None
    optimizer = optimizers.optimizer_of(reading, origins)
    name = class_name(side.name)
    origin = origins.of(side.loss.op)
    lines = [Line(f"class {name}(keras.Model):", origin)]
    place = f" of {origin.shown}" if origin else ""
    lines += [Line(f'    """Trained by the loss{place}."""'), Line("")]
    lines += loss_weights.lines(own) if own else []
    attributes = {variable: name for variable, (name, _) in own.items()}
    lines += method(reading, origins, "compute_loss", SIGNATURE, side.loss, True, attributes)
    definitions, compiling = [], []
    if optimizer is not None:
        definitions += optimizer.definitions
        text = f"model.compile(optimizer={optimizer.text})"
        compiling = [*plain(text, 4, optimizer.origin), *optimizer.after]
    labels = "y" if side.targets else "x"
    return Training([*definitions, lines], name, compiling, labels)
