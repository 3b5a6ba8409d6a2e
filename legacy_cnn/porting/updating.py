"""How a graph is trained: its optimizers with their numbers, and what else a step assigns."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.names import listed
from legacy_cnn.parity.updates import Update
from legacy_cnn.porting.averaged import averages_of_weights
from legacy_cnn.porting.by_hand import keeps_more
from legacy_cnn.porting.calls import Code, call, number
from legacy_cnn.porting.clipping import clipping_of
from legacy_cnn.porting.constants import number_of
from legacy_cnn.porting.reading import Reading
from legacy_cnn.programs.variables import is_variable
from legacy_cnn.results import Part

#: Optimizer -> its numbers but the rate, with the values that Keras uses anyway. A number that the
#: operation does not have is 0 there.
OPTIMIZERS: dict[str, dict[str, float]] = {
    "SGD": {"momentum": 0.0},
    "Adam": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    "Adamax": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    "Adagrad": {"epsilon": 1e-7},
    "Adadelta": {"rho": 0.95, "epsilon": 1e-7},
    "RMSprop": {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-7},
    "Ftrl": {
        "learning_rate_power": -0.5, "l1_regularization_strength": 0.0,
        "l2_regularization_strength": 0.0, "l2_shrinkage_regularization_strength": 0.0,
    },
}  # fmt: skip

#: Slot -> the argument for its first value, and that value in Keras.
FIRST = {"accumulator": ("initial_accumulator_value", 0.1)}
_MOMENTUM = (
    "Keras keeps -rate * accumulator, so a step after the rate has changed is another one: for the "
    "same steps, an optimizer of your own"
)
_ROWS = (
    "only those rows of a table move that a batch reads; Keras moves all of them: for the same "
    "steps, an optimizer of your own"
)
#: Those that move what has a gradient of 0, or change what is kept for it. A momentum does, too.
_MOVING_ALL = ("RMSprop", "Adadelta", "Ftrl")
_FED = ("Placeholder", "PlaceholderWithDefault", "PlaceholderV2")


def parts(reading: Reading) -> list[Part]:
    """A part for each optimizer, and for what else a step changes."""
    lines: dict[tuple[str, str], dict[str, str]] = {}  # variable -> what is found
    updates = reading.side.updates
    for variable in reading.side.parameters.values():
        if variable in updates:
            found, line, notes = _described(reading, update_of(variable, updates))
            lines.setdefault((line, "; ".join(notes)), {})[variable] = found
    shown = []
    for (line, note), variables in lines.items():
        name = ", ".join(listed(reading.side.names.train))
        found = ", ".join(dict.fromkeys(variables.values()))
        of = f"of {', '.join(variables)}" if len(lines) > 1 else ""
        shown.append(Part(name, found, line, "; ".join(filter(None, [of, note]))))
    return [*shown, *_frozen(reading), *_others(reading)]


def _described(reading: Reading, update: Update) -> tuple[str, str, list[str]]:
    """What is found, the line, and notes."""
    kinds = ", ".join(dict.fromkeys(op.type for op in update.operations))
    is_descent = not update.optimizer and not keeps_more(reading.side, update)
    update = (_descent(update) if is_descent else None) or update
    if not update.optimizer:
        note = "no Keras line: an optimizer of your own, whose update_step computes this"
        return f"{kinds}, by hand", "", [note]
    notes: list[str] = []
    rate = _rate(reading, update.numbers.get("learning_rate"), notes)
    arguments: dict[str, Any] = {
        **_numbers(reading, update, notes),
        **_first_values(reading, update, notes),
    }
    is_constant = reading.still(update.numbers["learning_rate"]) is not None
    if update.optimizer == "SGD" and "momentum" in arguments and not is_constant:
        notes.append(_MOMENTUM)
    if moves_rows(update):
        notes.append(_ROWS)
    if update.flags.get("nesterov"):
        arguments["nesterov"] = True
    if "mean gradient" in update.slots:
        arguments["centered"] = True
    if update.gradient is not None:
        clipped, note = clipping_of(update.gradient)
        arguments.update(clipped)
        notes.extend([note] if note else [])
    return kinds, str(call(update.optimizer, rate, **arguments)), notes


def line_of(reading: Reading, variable: str, updates: Mapping[str, Update]) -> str:
    """The optimizer of one variable, as `inspect` shows it; "" for none of Keras."""
    return _described(reading, update_of(variable, updates))[1]


def update_of(variable: str, updates: Mapping[str, Update]) -> Update:
    """The update of a variable; of rows that Adam writes out, that of another variable.

    In TensorFlow 1, Adam moves all rows of an embedding, those without a gradient, too.
    """
    own = updates[variable]
    other = next((one for one in updates.values() if one.optimizer == "Adam"), None)
    if own.optimizer or other is None:
        return own
    # Within a variable scope, slots have its name twice: scope/scope/embedding/Adam.
    kept = (f"/{variable}/{name.rpartition('/')[2]}" for name in other.slots.values())
    if not all(any(f"/{name}".endswith(slot) for name in updates) for slot in kept):
        return own
    return other._replace(operations=own.operations, slots={})


def moves_rows(update: Update) -> bool:
    """Whether only rows of a table move that a batch reads, where Keras would move all."""
    is_of_rows = any("SparseApply" in op.type for op in update.operations)
    is_momentum = update.optimizer == "SGD" and "momentum" in update.numbers
    return is_of_rows and (is_momentum or update.optimizer in _MOVING_ALL)


def _descent(update: Update) -> Update | None:
    """A step of gradient descent that is written out: rate * gradient is subtracted."""
    for op in update.operations:
        kind = op.type.removeprefix("Resource").removesuffix("VariableOp")
        moved = source(op.inputs[-1])
        if kind == "Assign" and _moves(op, moved):
            kind, product = f"Assign{moved.type}".replace("V2", ""), source(moved.inputs[1])
        elif kind in ("ScatterAdd", "ScatterSub", "AssignSub", "AssignAdd"):
            product = moved
        else:
            continue
        factors = [_sign_removed(t) for t in product.inputs] if product.type == "Mul" else []
        is_subtracted = sum(negative for _, negative in factors) % 2 == kind.endswith("Add")
        for at, (rate, _) in enumerate(factors):
            if is_subtracted and rate.shape.rank == 0:
                gradient = factors[1 - at][0]
                return Update(update.operations, "SGD", gradient, {}, {"learning_rate": rate})
    return None


def _moves(assign: tf.Operation, value: tf.Operation) -> bool:
    """Whether a variable is assigned what it is, and more or less."""
    is_sum = value.type in ("Sub", "Add", "AddV2")
    return is_sum and source(value.inputs[0]) is source(assign.inputs[0])


def _sign_removed(tensor: tf.Tensor) -> tuple[tf.Tensor, bool]:
    op = source(tensor)
    return (op.inputs[0], True) if op.type == "Neg" else (tensor, False)


def _assigned(reading: Reading, op: tf.Operation) -> float | None:
    """The number that a script has assigned to a rate before the steps that were recorded."""
    recorded = reading.side.recorded
    if recorded is None or not is_variable(op) or op.name in reading.side.updates:
        return None
    value = recorded.weights.get(op.name)
    return float(value.item()) if value is not None and value.size == 1 else None


def _rate(reading: Reading, tensor: tf.Tensor | None, notes: list[str]) -> Any:
    if tensor is None:
        return None
    constant = reading.still(tensor)
    if constant is not None:
        return constant
    op = source(tensor)
    if op.type in _FED:
        fed = reading.fed.get(op.name)
        notes.append(f"the rate is fed as {op.name}: set optimizer.learning_rate before a step")
        return float(fed[0]) if fed else None
    assigned = _assigned(reading, op)
    if assigned is not None:
        notes.append(f"the rate is {op.name}, which is assigned: set optimizer.learning_rate")
        return assigned
    if reading.is_fed(tensor) and (value := reading.as_fed(tensor, training=True)) is not None:
        notes.append("the rate depends on what is fed: set optimizer.learning_rate before a step")
        return float(f"{value:.7g}")  # the digits that were meant
    schedule = reading.schedule(tensor)
    if schedule is None:
        notes.append(
            f"the rate is computed by {op.type} {op.name}: a LearningRateSchedule of your own"
        )
        return Code("...")
    return Code(schedule)


def _numbers(reading: Reading, update: Update, notes: list[str]) -> dict[str, float]:
    """Those numbers that are not Keras' own."""
    arguments: dict[str, float] = {}
    for name, usual in OPTIMIZERS.get(update.optimizer, {}).items():
        tensor = update.numbers.get(name)
        value = 0.0 if tensor is None else reading.still(tensor)
        if value is None and tensor is not None:
            value = reading.as_fed(tensor, training=True)
            notes.append(f"{name} is no constant")
        if value is None:
            continue
        if tensor is None and name == "momentum":
            continue
        if not math.isclose(value, usual, rel_tol=1e-6):
            arguments[name] = value
    return arguments


def _first_values(reading: Reading, update: Update, notes: list[str]) -> dict[str, Any]:
    """What slots begin with, where that is not what Keras' begin with."""
    arguments: dict[str, Any] = {}
    for slot, variable in update.slots.items():
        value = first_value(reading, variable)
        if value is None:
            continue
        if slot in FIRST and update.optimizer in ("Adagrad", "Ftrl"):
            argument, usual = FIRST[slot]
            if not math.isclose(value, usual, rel_tol=1e-6):
                arguments[argument] = value
        elif value:
            notes.append(
                f"its {slot} begins at {number(value)}, Keras' at 0: build the optimizer and "
                f"assign that to its variables"
            )
    return arguments


def first_value(reading: Reading, variable: str) -> float | None:
    """The number that all elements of a variable begin with; None if they differ."""
    first = reading.initializer(variable)
    if first.found.startswith("all "):
        return float(first.found.removeprefix("all "))
    return {"zeros": 0.0, "ones": 1.0}.get(first.keras.strip('"'))


def _frozen(reading: Reading) -> Iterator[Part]:
    updates = reading.side.updates
    for variable in reading.side.parameters.values():
        if updates and variable not in updates:
            yield Part(variable, "no step updates it", "layer.trainable = False")


def _others(reading: Reading) -> Iterator[Part]:
    """Averages of weights, counters, and what else a step assigns."""
    side = reading.side
    slots = {name for update in side.updates.values() for name in update.slots.values()}
    known = {*side.parameters.values(), *slots}
    averages = list(averages_of_weights(side))
    if averages:
        yield _average(reading, side.updates[averages[0]], averages)
    for name, update in side.updates.items():
        if name in known or name in averages or _is_power(name):
            continue
        kinds = {op.type.removesuffix("VariableOp") for op in update.operations}
        if kinds == {"AssignAdd"}:
            yield Part(name, "counts steps", "optimizer.iterations")


def _is_power(name: str) -> bool:
    """Whether a variable is a power of Adam's, which Keras computes."""
    return bool(re.search(r"beta[12]_power", name))


def _average(reading: Reading, update: Update, names: list[str]) -> Part:
    share = None
    for op in update.operations:
        product = source(op.inputs[1])
        if product.type == "Mul":
            share = next((n for t in product.inputs if (n := number_of(t)) is not None), None)
    momentum = None if share is None else round(1 - share, 6)
    optimizer = next((u.optimizer for u in reading.side.updates.values() if u.optimizer), "SGD")
    line = call(optimizer, Code("..."), use_ema=True, ema_momentum=momentum)
    note = "Keras writes the averages over the weights at the end of fit"
    if momentum is None:
        note += "; the share that is kept is no constant here: a callback of your own"
    return Part(names[0], f"moving averages of {len(names)} variables", str(line), note)
