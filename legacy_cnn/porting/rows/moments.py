"""Normalisation by mean and variance: `tf.nn.batch_normalization`, or a formula by hand."""

import dataclasses
import re
from collections.abc import Iterator

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.calls import Code, call
from legacy_cnn.porting.constants import number_of, value_of
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.reading import THROUGH, Reading
from legacy_cnn.porting.rows.normalisation import first_values, merge_of, momentum_of
from legacy_cnn.programs.variables import is_variable

ORDER = 30

#: The scope that `tf.nn.batch_normalization` makes.
_SCOPE = re.compile(r"^((?:.*/)?batchnorm(?:_\d+)?)/")
#: What chooses between the moments of a batch and their moving averages.
_CHOOSING = ("If", "StatelessIf", "Switch", "Merge", "Select", "SelectV2")
_SUMS = ("Add", "AddV2", "BiasAdd", "BiasAddV1")


@dataclasses.dataclass
class Normal:
    """What is normalised, and what it is then."""

    entering: tf.Tensor
    leaving: tf.Tensor
    variance: tf.Tensor
    epsilon: float | None
    gamma: str | None = None
    beta: str | None = None


def parts(reading: Reading) -> dict[str, Found]:
    """Last operation -> what it is."""
    by_merge: dict[str, list[Normal]] = {}
    for normal in (*_of_scopes(reading), *_by_formula(reading)):
        merge = merge_of(normal.leaving)
        by_merge.setdefault((merge or normal.leaving.op).name, []).append(normal)
    found: dict[str, Found] = {}
    for branches in by_merge.values():
        joined = _joined(reading, branches)
        for part in [joined] if joined else [_found(reading, one) for one in branches]:
            found[part.name] = part
    return found


def _joined(reading: Reading, branches: list[Normal]) -> Found | None:
    """Two branches, one by the moments of a batch and one by averages, as one layer."""
    merge = merge_of(branches[0].leaving)
    of_batch = [one for one in branches if _means(reading, one)]
    if len(branches) != 2 or len(of_batch) != 1 or merge is None:
        return None
    other = branches[1 - branches.index(of_batch[0])]
    part = _found(reading, dataclasses.replace(of_batch[0], variance=other.variance))
    _found(reading, other)  # takes what belongs to it
    reading.take([merge])
    entering = (_begun(of_batch[0].entering),)
    return dataclasses.replace(
        part, name=merge.name, inputs=entering, output=merge.outputs[0], call=""
    )


def _begun(tensor: tf.Tensor) -> tf.Tensor:
    """What enters a branch, for what that has of it."""
    while tensor.op.type in ("Switch", "RefSwitch"):
        tensor = tensor.op.inputs[0]
    return tensor


# What it is -----------------------------------------------------------------------------------


def _inner(reading: Reading, normal: Normal) -> list[tf.Operation]:
    """The operations after what is normalised, up to the result."""
    begun = _begun(normal.entering).op
    inner = reading.paths.after([begun]) & reading.paths.before([normal.leaving.op])
    return [op for op in reading.way if op.name in inner and op is not begun]


def _means(reading: Reading, normal: Normal) -> list[tf.Operation]:
    return [op for op in _inner(reading, normal) if op.type == "Mean"]


def _found(reading: Reading, normal: Normal) -> Found:
    """The layer; what belongs to it is taken."""
    ops, means = _inner(reading, normal), _means(reading, normal)
    reading.take(ops)
    named = {"gamma": normal.gamma, "beta": normal.beta}
    variables = {weight: variable for weight, variable in named.items() if variable}
    for variable in variables.values():
        reading.owners.setdefault(variable, normal.leaving.op.name)
    arguments = {
        "epsilon": normal.epsilon,
        "center": None if normal.beta else False,
        "scale": None if normal.gamma else False,
        **first_values(reading, variables),
    }
    flow = (normal.entering,), normal.leaving, variables
    name, axes = normal.leaving.op.name, _axes(means)
    if axes and 0 not in axes:
        is_last = axes in ([-1], [(normal.entering.shape.rank or 0) - 1])
        line = call("LayerNormalization", axis=None if is_last else axes, **arguments)
        return Found(name, "moments of each example, batch_normalization", str(line), "", *flow)
    momentum, note = momentum_of(reading, means)
    first = _first_variance(reading, normal)
    line = call(
        "BatchNormalization", momentum=momentum, **arguments, moving_variance_initializer=first
    )
    mode = "" if not means or _is_chosen(reading, ops, means) else "training=True"
    return Found(name, "batch_normalization", str(line), note, *flow, call=mode)


def _first_variance(reading: Reading, normal: Normal) -> Code | None:
    """What the moving variance begins with, where that is not one."""
    averages = [op.name for op in _choices(normal.variance) if is_variable(op)]
    first = reading.initializer(averages[0]).keras if len(averages) == 1 else ""
    return Code(first) if first and first != '"ones"' else None


def _is_chosen(reading: Reading, ops: list[tf.Operation], means: list[tf.Operation]) -> bool:
    """Whether something chooses between moments and averages."""
    after = reading.paths.after(means)
    return any(op.type in _CHOOSING and op.name in after for op in ops)


def _axes(means: list[tf.Operation]) -> list[int]:
    """The axes over which a mean is taken."""
    known = [value_of(op.inputs[1]) for op in means]
    return next(([int(axis) for axis in axes.ravel()] for axes in known if axes is not None), [])


# By scope -------------------------------------------------------------------------------------


def _of_scopes(reading: Reading) -> Iterator[Normal]:
    """Each scope of `tf.nn.batch_normalization`."""
    scopes: dict[str, list[tf.Operation]] = {}
    for op in reading.way:
        found = _SCOPE.match(op.name)
        if found and op.type not in ("Switch", "RefSwitch"):
            scopes.setdefault(found[1], []).append(op)
    for scope, ops in scopes.items():
        normal = _of_scope(reading, scope, ops)
        if normal is not None:
            yield normal


def _of_scope(reading: Reading, scope: str, ops: list[tf.Operation]) -> Normal | None:
    there = reading.paths.at
    if not {f"{scope}/add", f"{scope}/Rsqrt"} <= there.keys():
        return None
    added, *scaled = [
        reading.paths.operations[there[name]]
        for name in (f"{scope}/add", f"{scope}/mul")
        if name in there
    ]
    scales = [v for op in scaled for v in reading.variables(op)]
    shifts = [v for op in ops if op.type == "Sub" for v in reading.variables(op)]
    if f"{scope}/sub" in there:
        shifts += reading.variables(reading.paths.operations[there[f"{scope}/sub"]])
    inner, leaving = {op.name for op in ops}, ops[-1].outputs[0]
    products = [op for op in ops if op.type == "Mul"]
    data = [t for op in products for t in reading.data(op) if t.op.name not in inner]
    entering = next((t for t in data if t.shape.rank == leaving.shape.rank), None)
    if entering is None:
        return None
    numbers = [number_of(tensor) for tensor in added.inputs]
    epsilon = next((number for number in numbers if number is not None), None)
    variance = added.inputs[1 if numbers[0] is not None else 0]
    gamma, beta = next(iter(scales), None), next(iter(shifts), None)
    return Normal(entering, leaving, variance, epsilon, gamma, beta)


# By formula -----------------------------------------------------------------------------------


def _by_formula(reading: Reading) -> Iterator[Normal]:
    """`gamma * (x - mean) / tf.sqrt(variance + epsilon) + beta`."""
    for op in reading.way:
        normal = None if _SCOPE.match(op.name) else _centred(reading, op)
        if normal is not None:
            yield _extended(reading, normal)


def _centred(reading: Reading, op: tf.Operation) -> Normal | None:
    """`(x - mean) / tf.sqrt(variance + epsilon)`, the mean and the variance being those of x."""
    if op.type not in ("RealDiv", "Div", "Mul"):
        return None
    pairs = [op.inputs, op.inputs[::-1]] if op.type == "Mul" else [op.inputs]
    for above, below in pairs:
        difference, gamma = _scaled(reading, source(above))
        squared = _squared(source(below), op.type == "Mul")
        if difference.type != "Sub" or squared is None:
            continue
        variance, epsilon = squared
        x, mean = difference.inputs
        if _is_moment(reading, x, mean) and _is_moment(reading, x, variance):
            return Normal(x, op.outputs[0], variance, epsilon, gamma)
    return None


def _scaled(reading: Reading, op: tf.Operation) -> tuple[tf.Operation, str | None]:
    """What a variable scales, and that variable; an operation itself without one."""
    gamma = _weight_of(reading, op) if op.type == "Mul" else None
    data = [source(one) for one in op.inputs if reading.variable(one) != gamma]
    return (data[0], gamma) if gamma and len(data) == 1 else (op, None)


def _squared(op: tf.Operation, is_factor: bool) -> tuple[tf.Tensor, float] | None:
    """The variance and epsilon, of the root of their sum or of what that divides."""
    power = number_of(op.inputs[1]) if op.type == "Pow" else None
    is_root = (
        op.type == "Rsqrt" or power == -0.5 if is_factor else op.type == "Sqrt" or power == 0.5
    )
    total = source(op.inputs[0]) if is_root else op
    if not is_root or total.type not in _SUMS:
        return None
    numbers = [number_of(one) for one in total.inputs]
    at = next((at for at, value in enumerate(numbers) if value is not None), None)
    return None if at is None else (total.inputs[1 - at], float(numbers[at] or 0))


def _is_moment(reading: Reading, x: tf.Tensor, tensor: tf.Tensor) -> bool:
    """Whether a tensor is taken of x by a mean, or is an average that no gradient trains."""
    of = _choices(tensor)
    averages = [op.name for op in of if is_variable(op)]
    if averages and set(averages) & set(reading.side.parameters.values()):
        return False
    after = reading.paths.after([_begun(x).op])
    is_mean = any(op.type == "Mean" and op.name in after for op in of)
    return is_mean or len(averages) == len(of) == 1


def _choices(tensor: tf.Tensor) -> list[tf.Operation]:
    """The operations that a tensor is the result of, one of them where something chooses."""
    waiting, found, seen = [tensor.op], [], set()
    while waiting:
        op = waiting.pop()
        if op.name in seen:
            continue
        seen.add(op.name)
        if op.type in ("Select", "SelectV2"):
            waiting.extend(one.op for one in op.inputs[1:])
        elif op.type == "Merge":
            waiting.extend(one.op for one in op.inputs)
        elif op.type in (*THROUGH, *_CHOOSING) and op.inputs:
            waiting.append(op.inputs[0].op)
        else:
            found.append(op)
    return found


def _extended(reading: Reading, normal: Normal) -> Normal:
    """With the scale and the shift that follow."""
    for weight, kinds in (("gamma", ("Mul",)), ("beta", _SUMS)):
        following = [op for op in normal.leaving.consumers() if reading.is_on_way(op)]
        only = following[0] if len(following) == 1 else None
        is_free = only is not None and only.type in kinds and not getattr(normal, weight)
        variable = _weight_of(reading, only) if only is not None and is_free else None
        if only is not None and variable is not None:
            setattr(normal, weight, variable)
            normal.leaving = only.outputs[0]
    return normal


def _weight_of(reading: Reading, op: tf.Operation) -> str | None:
    """The variable that an operation takes for each feature."""
    size = op.outputs[0].shape[-1] if op.outputs[0].shape.rank else None
    for name in reading.variables(op):
        shape = [one for one in reading.shape(name) if one != 1]
        if shape == [size]:
            return name
    return None
