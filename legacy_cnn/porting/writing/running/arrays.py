"""What a script fed, as arrays: all of its data where each step was given the same, or a sample."""

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.porting.writing.lines import Line, plain
from legacy_cnn.porting.writing.running.data import Data

#: The file beside the port, and the most numbers that are written into the port itself.
FILE, FEW = "data.npz", 48
#: The most bytes of the file.
LARGEST = 1 << 24


def data_of(side: GraphSide, has_labels: bool) -> Data | None:
    """Arrays from the recorded steps; None for a graph without."""
    batches = fed(side)
    if not batches:
        return None
    same = _all_same(batches)
    steps = batches[:1] if same else _few(batches)
    inputs = _arrays(side.inputs, steps)
    targets = _arrays(side.targets, steps) if has_labels else []
    if not inputs or targets is None or (has_labels and not targets):
        return None
    first = np.asarray(batches[0][side.inputs[0].name])
    named = {**_named("x", inputs), **_named("y", targets)}
    lines = _literal(named) if sum(a.size for a in named.values()) <= FEW and same else None
    return Data(
        [lines or _from_file(len(inputs), len(targets), same)],
        len(first),
        len(inputs[0]),
        is_whole=same,
        has_several=len(inputs) > 1 or len(targets) > 1,
        arrays={} if lines else named,
    )


def fed(side: GraphSide) -> list[dict[str, Array]]:
    """What the recorded steps gave inputs and labels, each step with the same tensors."""
    if side.recorded is None:
        return []
    tensors = [*side.inputs, *side.targets]
    steps = side.recorded.steps_with([tensor.name for tensor in tensors])
    return [
        {tensor.name: np.asarray(step[tensor.name]) for tensor in tensors}
        for step in steps
        if all(np.ndim(step[tensor.name]) for tensor in tensors)
    ]


def of_steps(batches: list[dict[str, Array]], name: str) -> Array | None:
    """A tensor of all steps, one after another; None where their shapes do not allow it."""
    parts = [batch[name] for batch in batches]
    if len({part.shape[1:] for part in parts}) != 1:
        return None
    return np.concatenate(parts)


def _all_same(batches: list[dict[str, Array]]) -> bool:
    return len(batches) > 1 and all(
        np.array_equal(one[name], batches[0][name]) for one in batches for name in one
    )


def _few(batches: list[dict[str, Array]]) -> list[dict[str, Array]]:
    """As many steps as fit into the file, and at least one."""
    size = sum(array.nbytes for array in batches[0].values())
    return batches[: max(1, LARGEST // max(size, 1))]


def _arrays(tensors: list[tf.Tensor], steps: list[dict[str, Array]]) -> list[Array] | None:
    found = [of_steps(steps, tensor.name) for tensor in tensors]
    types = [tensor.dtype.as_numpy_dtype for tensor in tensors]
    if any(array is None for array in found) or len({len(a) for a in found if a is not None}) > 1:
        return None if len(steps) == 1 else _arrays(tensors, steps[:1])
    return [a.astype(t) for a, t in zip(found, types, strict=True) if a is not None]


def _named(name: str, arrays: list[Array]) -> dict[str, Array]:
    if len(arrays) == 1:
        return {name: arrays[0]}
    return {f"{name}{number}": array for number, array in enumerate(arrays, 1)}


def _literal(named: dict[str, Array]) -> list[Line]:
    texts: list[Line] = []
    for name, array in named.items():
        values = str(_shortest(array)).replace("'", "")
        texts += plain(f'{name} = np.array({values}, dtype="{array.dtype.name}")', 4)
    return [
        Line("def load_data():"),
        Line('    """What the script fed in each step."""'),
        *texts,
        Line(f"    return {_returned(list(named))}"),
    ]


def _shortest(array: Array) -> object:
    """Nested lists with the shortest numbers that are the array's."""
    if array.ndim:
        return [_shortest(one) for one in array]
    value = array.item()
    return float(str(array)) if isinstance(value, float) else value


def _from_file(inputs: int, targets: int, same: bool) -> list[Line]:
    said = (
        "What the script fed in each step."
        if same
        else "TODO: load all of your data. These are the batches of the script's first steps."
    )
    keys = [*_keys("x", inputs), *_keys("y", targets)]
    named = [f'data["{key}"]' for key in keys]
    return [
        Line("def load_data():"),
        Line(f'    """{said}"""'),
        Line(f'    with np.load(Path(__file__).with_name("{FILE}")) as data:'),
        *plain(f"return {_returned(named)}", 8),
    ]


def _keys(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name}{number}" for number in range(1, count + 1)]


def _returned(texts: list[str]) -> str:
    """`x, y`, or lists of several."""
    kinds: dict[str, list[str]] = {"x": [], "y": []}
    for text in texts:
        kinds[text.removeprefix('data["')[0]].append(text)
    parts = [one for one in kinds.values() if one]
    return ", ".join(part[0] if len(part) == 1 else f"[{', '.join(part)}]" for part in parts)
