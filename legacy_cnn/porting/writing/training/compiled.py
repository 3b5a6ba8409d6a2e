"""Training by `compile` and `fit`: one loss, one optimizer."""

from collections.abc import Iterator

from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import losses, metrics, names, optimizers
from legacy_cnn.porting.writing.lines import Line, body, plain
from legacy_cnn.porting.writing.losses import LossFunction
from legacy_cnn.porting.writing.model import Model
from legacy_cnn.porting.writing.training import Training

#: After all that are special.
ORDER = 90


def training_of(reading: Reading, origins: Origins, model: Model) -> Training | None:
    """The loss and the optimizer of a graph."""
    loss = losses.loss_of(reading, origins)
    optimizer = optimizers.optimizer_of(reading, origins)
    if loss is None and optimizer is None:
        return None
    definitions = list(optimizer.definitions) if optimizer else []
    given = []
    if optimizer is not None:
        given.append(f"optimizer={optimizer.text}")
    if loss is not None:
        given.append(f"loss={loss.text}")
        given += [f"{name}={text}" for name, text in loss.more.items()]
        if loss.function is not None:
            definitions.append(list(_function(loss.function)))
    metric = metrics.accuracy_of(reading, origins, loss) if optimizer and loss else ""
    if metric:
        given.append(f"metrics=[{metric}]")
    origin = optimizer.origin if optimizer else None
    said = optimizer.comment if optimizer else ""
    compiling = [Line(f"    # {said}", origin)] if said else []
    compiling += plain(f"model.compile({', '.join(given)})", 4, origin)
    compiling += optimizer.after if optimizer else []
    labels = "y" if reading.side.targets else "x"
    return Training(definitions, compiling=compiling, labels=labels, has_accuracy=bool(metric))


def _function(function: LossFunction) -> Iterator[Line]:
    chosen = names.chosen([*function.arguments, *function.statements], [function.result.text])
    words = [chosen[one.mark] for one in function.arguments]
    yield from plain(f"def {function.name}({', '.join(words)}):", 0, function.origin)
    yield from body(function.statements, function.result, chosen, 4)
