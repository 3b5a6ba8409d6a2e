"""Weights that only the loss has, as those by which the losses of several tasks are weighed."""

from collections.abc import Collection, Iterator

import keras
import tensorflow.compat.v1 as tf

from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import names, own_layers
from legacy_cnn.porting.writing.lines import Line, plain
from legacy_cnn.porting.writing.model import Model
from legacy_cnn.porting.writing.scope import Scope
from legacy_cnn.programs.variables import is_variable

#: Variable -> the attribute of the model that it is, and what makes it.
LossWeights = dict[str, tuple[str, str]]


def of_loss(reading: Reading, origins: Origins, model: Model) -> LossWeights:
    """The weights that steps train and that no layer of a model has.

    Raises:
      ParityError: one of them begins in a way that Keras does not have.
    """
    scope, found = Scope(reading, origins), LossWeights()
    for op in _of_loss_only(reading):
        if op.name in reading.side.updates and op.name not in model.owners:
            name, made = own_layers.weight_of(scope, op.name, reading.shape(op.name))
            taken = [one for one, _ in found.values()]
            found[op.name] = _free(name, taken), made
    return found


def _free(name: str, taken: Collection[str]) -> str:
    """A name that no other weight has, and nothing of a model."""
    numbered = names.numbered(name)
    return next(one for one in numbered if one not in taken and not hasattr(keras.Model, one))


def _of_loss_only(reading: Reading) -> list[tf.Operation]:
    """The parameters that the loss is computed with after the ends of the model, in their order."""
    loss, ends = reading.side.loss, [tensor.op for tensor in reading.ends]
    parameters = set(reading.side.parameters.values()) - reading.paths.before(ends)
    waiting, seen = [] if loss is None else [loss.op], {op.name for op in ends}
    while waiting:
        op = waiting.pop(0)
        if op.name not in seen:
            seen.add(op.name)
            waiting.extend(tensor.op for tensor in op.inputs)
    return [
        op
        for op in reading.side.graph.get_operations()
        if op.name in parameters & seen and is_variable(op)
    ]


def lines(weights: LossWeights) -> Iterator[Line]:
    """The beginning of a model that has them."""
    yield Line("    def __init__(self, *arguments):")
    yield Line("        super().__init__(*arguments)")
    for name, made in weights.values():
        yield from plain(f"self.{name} = {made}", 8)
    yield Line("")
