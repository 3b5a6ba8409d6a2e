"""Recurrent cells of TensorFlow 1, by the names that `tf.nn.rnn_cell` gives their variables."""

import re
from collections.abc import Callable, Iterable

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.calls import Code, call
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.initializers import Initializer
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.recurrence import finding
from legacy_cnn.porting.recurrence.lines import line_of

ORDER = 20

#: A cell's scope, its kind, and the variable in it.
_CELL = re.compile(
    r"^(?P<scope>.*?(?P<kind>basic_lstm_cell|lstm_cell|gru_cell|basic_rnn_cell)(?:_\d+)?)/"
    r"(?P<rest>(?:gates/|candidate/)?(?:kernel|weights|bias|biases))$"
)


def _lstm(units: int, first: Code | None) -> tuple[str, str]:
    line = call("LSTM", units, kernel_initializer=first, recurrent_initializer=first)
    return str(line), (
        "one kernel there, gates i, j, f, o, and forget_bias added in the cell; here two, gates "
        "i, f, c, o, and it is a part of the bias (unit_forget_bias for 1)"
    )


def _gru(units: int, first: Code | None) -> tuple[str, str]:
    line = call("GRU", units, reset_after=False, kernel_initializer=first,
                recurrent_initializer=first)  # fmt: skip
    return str(line), (
        "gates r, u there, with a bias of 1, and z, r here: bias_initializer has to set that"
    )


def _simple(units: int, first: Code | None) -> tuple[str, str]:
    line = call("SimpleRNN", units, kernel_initializer=first, recurrent_initializer=first)
    return str(line), "one kernel there, two here"


#: Cell -> what its kernel has for each unit, and its line.
CELLS: dict[str, tuple[int, Callable[[int, Code | None], tuple[str, str]]]] = {
    "basic_lstm_cell": (4, _lstm),
    "lstm_cell": (4, _lstm),
    "gru_cell": (2, _gru),
    "basic_rnn_cell": (1, _simple),
}


#: What a cell computes with, and nothing that comes after it does in one go.
_OF_CELLS = ("MatMul", "BiasAdd", "Add", "AddV2", "Sub", "Mul", "Sigmoid", "Tanh", "Split",
             "SplitV", "ConcatV2", "Concat", "Identity", "Cast")  # fmt: skip


def is_of_cell(variable: str) -> bool:
    """Whether a variable is one of a recurrent cell's."""
    return bool(_CELL.match(variable))


def parts(reading: Reading) -> dict[str, Found]:
    """Operation -> the part of each cell; the operations of its loop are taken."""
    found: dict[str, Found] = {}
    layers = {layer.step.variables: layer for layer in finding.layers_of(reading)}
    for variables, layer in layers.items():
        _take(reading, variables, _of_layer(reading, layer), found)
    known = {name for variables in layers for name in variables}
    for cell in _others(reading, known):
        kernel = next((v for v in cell if not re.search(r"candidate|bias", v)), None)
        if kernel:
            _take(reading, cell, _part(reading, kernel), found)
    return found


def _take(reading: Reading, variables: Iterable[str], part: Found, found: dict[str, Found]) -> None:
    inside = _inside(reading, set(variables))
    if inside:
        reading.take(inside)
        found[inside[0].name] = part


def _of_layer(reading: Reading, layer: finding.Layer) -> Found:
    """A cell whose equations are known: its line is the one that a port has."""
    kernel = layer.step.gates[0].kernels[0]
    shape = " x ".join(map(str, reading.shape(kernel)))
    note = "return_sequences=True if every step's is used"
    return Found(kernel, f"{layer.step.kind}, {shape}", str(line_of(reading, layer)), note)


def _others(reading: Reading, known: set[str]) -> list[list[str]]:
    """The variables of each cell that is known by its names only."""
    scopes: dict[str, list[str]] = {}
    for variable in reading.side.parameters.values():
        match = _CELL.match(variable)
        if match and variable not in known:
            scopes.setdefault(match["scope"], []).append(variable)
    return list(scopes.values())


def _inside(reading: Reading, variables: set[str]) -> list[tf.Operation]:
    """The operations of a cell, or of the loop around it, in order."""
    inside: dict[str, tf.Operation] = {}
    for op in reading.way:
        own = set(reading.variables(op))
        is_begun = any(tensor.op.name in inside for tensor in op.inputs)
        if own & variables or (
            is_begun and not own and (op.type in _OF_CELLS or _is_of_loop(op.name, variables))
        ):
            inside[op.name] = op
    around = [op for op in reading.way if inside and _is_of_loop(op.name, variables)]
    reading.take(around)
    return list(inside.values())


def _is_of_loop(name: str, scopes: Iterable[str]) -> bool:
    """Whether an operation lies in the scope of `dynamic_rnn`, beside its cell or in its loop."""
    outer = {re.split(r"(?<=rnn)/", scope)[0] for scope in scopes if "rnn/" in scope}
    return "/while/" in f"/{name}" or any(name.startswith(f"{one}/") for one in outer)


def _part(reading: Reading, variable: str) -> Found:
    match = _CELL.match(variable)
    assert match is not None
    kind = match["kind"]
    per_unit, line_of = CELLS[kind]
    shape = reading.shape(variable)
    first = reading.initializer(variable, has_fans=False)
    line, note = line_of(shape[-1] // per_unit, _argument(first))
    found = f"{kind}, {' x '.join(map(str, shape))}"
    return Found(variable, found, line, f"{note}; return_sequences=True if every step's is used")


def _argument(first: Initializer) -> Code | None:
    return Code(first.keras) if first.keras else None
