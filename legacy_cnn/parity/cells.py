"""How the weights of a recurrent cell lie in different programs: a table.

A cell has for each gate a matrix W for its input, a matrix U for its state, and a bias b. Programs
put these blocks into variables in their own ways, which differ in nothing else.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.groups import Group
from legacy_cnn.weights.matching import Shape

#: A block: "W", "U" or "b", and a gate. A grid has them in rows; a bias is a grid of one row.
Grid = tuple[tuple[str, ...], ...]


class Form(NamedTuple):
    """The variables of a cell."""

    gates: str  #: in the order in which they lie
    grids: tuple[Grid, ...]


class Kind(NamedTuple):
    """A kind of cell: all forms have the same blocks."""

    forms: tuple[Form, ...]
    shifted: str  #: the gate whose bias TensorFlow 1 may add to in the cell; "" for none


def _row(block: str, gates: str) -> tuple[str, ...]:
    return tuple(block + gate for gate in gates)


def _joint(gates: str) -> Form:
    """`rnn_cell.BasicLSTMCell`: one kernel for the input and the state, above each other."""
    return Form(gates, ((_row("W", gates), _row("U", gates)), (_row("b", gates),)))


def _split(gates: str) -> Form:
    """Keras: a kernel, a recurrent kernel and a bias."""
    return Form(gates, tuple((_row(block, gates),) for block in "WUb"))


def _apart(gates: str) -> Form:
    """Written by hand: three variables for each gate."""
    return Form(gates, tuple(((block + gate,),) for gate in gates for block in "WUb"))


def _apart_joint(gates: str) -> Form:
    """Written by hand: a kernel for the input and the state, and a bias, for each gate."""
    grids = [(((f"W{gate}",), (f"U{gate}",)), ((f"b{gate}",),)) for gate in gates]
    return Form(gates, tuple(grid for pair in grids for grid in pair))


def _gates_and_candidate(gates: str, candidate: str) -> Form:
    """`rnn_cell.GRUCell`: kernel and bias of both gates, then of the candidate."""
    grids = [grid for part in (gates, candidate) for grid in _joint(part).grids]
    return Form(gates + candidate, tuple(grids))


#: Gates of an LSTM: input, new value (j; Keras calls it c), forget, output. Of a GRU: update (u;
#: Keras: z), reset, candidate.
KINDS = (
    Kind((_joint("ijfo"), _split("ifjo"), _apart("ifjo"), _apart_joint("ifjo")), "f"),
    Kind((_gates_and_candidate("ru", "c"), _split("urc"), _apart("urc"), _apart_joint("urc")), ""),
    Kind((_joint("h"), _split("h")), ""),
)


class Sizes(NamedTuple):
    """Of a cell: of its input and of its state."""

    inputs: int
    units: int


class Cell(NamedTuple):
    """The places of a cell's variables in a list of them."""

    form: Form
    sizes: Sizes
    at: tuple[int, ...]


def cells_in(
    forms: tuple[Form, Form], shapes: Sequence[Shape], others: Sequence[Shape]
) -> list[tuple[Cell, Cell]]:
    """The cells of two programs, in their order; each variable belongs to one.

    Args:
      forms: in which the cells of each program lie.
      shapes: of the first program's variables.
      others: of the second's.
    """
    cells: list[tuple[Cell, Cell]] = []
    free, free_there = list(range(len(shapes))), list(range(len(others)))
    for first in range(len(shapes)):
        sizes = _sizes(forms[0].grids[0], shapes[first]) if first in free else None
        if sizes is None:
            continue
        here = _places(forms[0], sizes, shapes, [at for at in free if at >= first])
        there = _places(forms[1], sizes, others, free_there)
        if here and there:
            cells.append((Cell(forms[0], sizes, here), Cell(forms[1], sizes, there)))
            free = [at for at in free if at not in here]
            free_there = [at for at in free_there if at not in there]
    return cells


def _sizes(kernel: Grid, shape: Shape) -> Sizes | None:
    """Of the cell with a kernel of that shape."""
    if len(shape) != 2 or shape[1] % len(kernel[0]):
        return None
    units = shape[1] // len(kernel[0])
    inputs = shape[0] - units * (len(kernel) - 1)
    return Sizes(inputs, units) if inputs > 0 else None


def _places(
    form: Form, sizes: Sizes, shapes: Sequence[Shape], free: list[int]
) -> tuple[int, ...] | None:
    places: list[int] = []
    for grid in form.grids:
        fitting = [at for at in free if at not in places and shapes[at] == _shape(grid, sizes)]
        if not fitting:
            return None
        places.append(fitting[0])
    return tuple(places)


def _shape(grid: Grid, sizes: Sizes) -> Shape:
    columns = len(grid[0]) * sizes.units
    if grid[0][0][0] == "b":
        return (columns,)
    return (sum(_rows(row, sizes) for row in grid), columns)


def _rows(row: tuple[str, ...], sizes: Sizes) -> int:
    return sizes.inputs if row[0][0] == "W" else sizes.units


class Option(NamedTuple):
    """What remains open when the shapes fit: the meaning of the gates."""

    gates: str  #: which gate of the candidate stands for each of the kind's
    shift: float  #: what the candidate's bias of the shifted gate has more


def options(kind: Kind, shifts: Sequence[float]) -> Iterator[Option]:
    """All options; the usual one of TensorFlow 1 and Keras is the first."""
    gates = kind.forms[0].gates
    orders = sorted(itertools.permutations(gates), key=lambda order: "".join(order) != gates)
    for order in orders:
        for shift in (1.0, *shifts) if kind.shifted else (0.0,):
            yield Option("".join(order), shift)


def group(
    kind: Kind, cells: tuple[Cell, Cell], names: Sequence[str], keys: Sequence[Any], option: Option
) -> Group:
    """A cell of the reference in one of the candidate.

    Args:
      kind: of both.
      cells: of each program.
      names: of the reference's parameters.
      keys: of the candidate's variables.
      option: what the gates mean.
    """
    cell, other = cells
    renamed = dict(zip(kind.forms[0].gates, option.gates, strict=True))
    grids = tuple(
        tuple(tuple(block[0] + renamed[block[1]] for block in row) for row in grid)
        for grid in other.form.grids
    )
    return Group(
        tuple(names[at] for at in cell.at),
        tuple(keys[at] for at in other.at),
        lambda values: _arranged(values, cell.form.grids, grids, cell.sizes),
        lambda values: _arranged(values, grids, cell.form.grids, cell.sizes),
        tuple(_shift(grid, kind.shifted, option.shift, cell.sizes) for grid in other.form.grids)
        if option.shift
        else (),
        tuple(_shape(grid, cell.sizes) for grid in cell.form.grids),
    )


def _shift(grid: Grid, gate: str, shift: float, sizes: Sizes) -> Array | float:
    if f"b{gate}" not in grid[0] or not gate:
        return 0.0
    blocks = [np.full(sizes.units, shift if b == f"b{gate}" else 0, np.float32) for b in grid[0]]
    return np.concatenate(blocks)


def _arranged(
    values: Sequence[Array], grids: tuple[Grid, ...], others: tuple[Grid, ...], sizes: Sizes
) -> list[Array]:
    """The variables of a cell in another form: its blocks, put together otherwise."""
    blocks: dict[str, Array] = {}
    for value, grid in zip(values, grids, strict=True):
        row_at = 0
        table = value if value.ndim == 2 else value[None]
        for row in grid:
            height = 1 if row[0][0] == "b" else _rows(row, sizes)
            for at, block in enumerate(row):
                columns = slice(at * sizes.units, (at + 1) * sizes.units)
                blocks[block] = table[row_at : row_at + height, columns]
            row_at += height
    joined = [np.block([[blocks[block] for block in row] for row in grid]) for grid in others]
    return [
        value[0] if grid[0][0][0] == "b" else value
        for value, grid in zip(joined, others, strict=True)
    ]
