"""Moving averages of weights, which a step moves beside what trains them."""

import dataclasses
from collections.abc import Iterator

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.updates import Update, closure, is_assigning
from legacy_cnn.porting.averaged import averages_of_weights
from legacy_cnn.porting.calls import number
from legacy_cnn.porting.constants import number_of
from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import names, rates
from legacy_cnn.porting.writing.lines import Line, of_statements, plain
from legacy_cnn.porting.writing.model import Model
from legacy_cnn.porting.writing.statements import Statement, new_mark, replaced
from legacy_cnn.porting.writing.training import Training, compiled

#: Before all that trains without averages.
ORDER = 20

#: What the class is called.
NAME = "Averaged"

_BEGUN = '''class Averaged(keras.Model):
    """Keeps moving averages of its weights{place}."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.averages = [
            keras.Variable(weight, trainable=False, name=f"{{weight.name}}_average")
            for weight in self.trainable_variables
        ]
'''


#: Where evaluation is by the averages.
_EVALUATING = '''class Averaged(keras.Model):
    """Evaluates with moving averages of its weights{place}."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        averaged = keras.models.clone_model(keras.Model(inputs, outputs))
        averaged.set_weights(self.get_weights())
        averaged.trainable = False
        self.averaged, self.averages = averaged, averaged.weights

    def call(self, inputs, training=None):
        if training:
            return super().call(inputs, training=True)
        return self.averaged(inputs)
'''


def training_of(reading: Reading, origins: Origins, model: Model) -> Training | None:
    """One loss and one optimizer, and averages of the weights that it trains.

    Raises:
      ParityError: there is more.
    """
    averages = averages_of_weights(reading.side)
    if not averages:
        return None
    update = reading.side.updates[next(iter(averages))]
    origin = origins.of(update.operations[0])
    place = f"{origin.shown}: " if origin else ""
    trained = compiled.training_of(reading, origins, model)
    if trained is None or not _is_of_all(reading, averages):
        what = "moving averages of some of the weights"
        raise ParityError(f"{place}{reading.side.name} keeps {what}, which no row writes yet.")
    if not _waits_for_training(reading, update.operations[0]):
        raise ParityError(
            f"{place}whether averages move before a step of {reading.side.name} changes the "
            f"weights, or after it, is a matter of chance: let {update.operations[0].name} wait "
            f"for it, by tf.control_dependencies."
        )
    shown = f", as {origin.shown}" if origin else ""
    text = (_EVALUATING if reading.is_averaged else _BEGUN).format(place=shown)
    lines = [Line(line, origin) for line in text.splitlines()]
    lines += [Line(""), *_train_step(reading, origins, update)]
    definitions = [*trained.definitions, lines]
    return dataclasses.replace(trained, definitions=definitions, model_class=NAME)


def _is_of_all(reading: Reading, averages: dict[str, str]) -> bool:
    """Whether all weights that a step trains have averages."""
    trained = [v for v in reading.side.parameters.values() if v in reading.side.updates]
    return set(averages.values()) == set(trained)


def _train_step(reading: Reading, origins: Origins, update: Update) -> Iterator[Line]:
    """The step: averages move after what trains the weights."""
    moving = update.operations[0]
    share = _share(moving)
    if share is None:
        raise ParityError(f"{moving.name} moves an average in a way that no row writes yet.")
    yield Line("    def train_step(self, data):", origins.of(moving))
    counted, moved = _moved(reading, origins, share)
    training = [Line("        logs = super().train_step(data)")]
    is_late = _waits_for_training(reading, share.op)
    yield from (*training, *counted) if is_late else (*counted, *training)
    yield from moved
    yield Line("        return logs")


def _moved(reading: Reading, origins: Origins, share: tf.Tensor) -> tuple[list[Line], list[Line]]:
    """What counts the steps, where that decides how far averages move, and what moves them."""
    step = Statement(new_mark(), "", "step")
    scope = rates.OfStep(reading, origins, step)
    result = scope.value(share)
    chosen = names.chosen([step, *scope.statements], [result.text])
    constant = _constant(share)
    text = replaced(result.text, chosen) if constant is None else number(constant)
    computed = list(of_statements(scope.statements, chosen, 8))
    if step.mark in result.text or computed:
        counted = Line(f"        {chosen[step.mark]} = self.optimizer.iterations")
        computed = [counted, *computed]
        computed += plain(f"share = {text}", 8)
        text = "share"
    return computed, [
        Line("        for average, weight in zip(self.averages, self.trainable_variables):"),
        Line(f"            average.assign_sub({text} * (average - weight))"),
    ]


def _share(moving: tf.Operation) -> tf.Tensor | None:
    """What the difference of an average and its weight is multiplied by."""
    product = source(moving.inputs[1])
    if not moving.type.startswith("AssignSub") or product.type != "Mul":
        return None
    shares = [one for one in product.inputs if source(one).type != "Sub" or _is_number(one)]
    return shares[0] if len(shares) == 1 else None


def _constant(share: tf.Tensor) -> float | None:
    """A share that is no other in any step, in the digits that were meant."""
    values = [number_of(tensor) for tensor in source(share).inputs]
    if source(share).type != "Sub":
        return number_of(share)
    first, second = values
    return None if first is None or second is None else round(first - second, 6)


def _is_number(tensor: tf.Tensor) -> bool:
    return tensor.shape.rank == 0


def _waits_for_training(reading: Reading, op: tf.Operation) -> bool:
    """Whether an operation runs after the weights were updated."""
    trained = set(reading.side.parameters.values())
    return any(is_assigning(one) and source(one.inputs[0]).name in trained for one in closure([op]))
