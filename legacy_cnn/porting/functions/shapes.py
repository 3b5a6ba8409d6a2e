"""What moves values: shapes, parts, joins."""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import PASSING
from legacy_cnn.porting import tensordots
from legacy_cnn.porting.functions import Row
from legacy_cnn.porting.reading import is_flattening
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.scope import Scope


def _reshape(scope: Scope, op: tf.Operation) -> Expr:
    before = op.inputs[0].op
    if before.type.endswith("SoftmaxCrossEntropyWithLogits") and is_flattening(op, before):
        return scope.value(op.inputs[0])
    product = tensordots.with_vector(op)
    if product is not None:
        return expressions.call("ops.tensordot", *map(scope.value, product), 1)
    wanted = scope.constant(op.inputs[1])
    shape: object
    if wanted is not None:
        shape = tuple(int(size) for size in wanted.ravel())
    else:
        sizes = op.outputs[0].shape.as_list() if op.outputs[0].shape.rank else None
        if sizes and sizes.count(None) <= 1:
            shape = tuple(-1 if size is None else size for size in sizes)
        else:
            shape = scope.shape(op.inputs[1])
    if scope.is_symbolic and _is_as_before(op.inputs[0], shape):
        return scope.value(op.inputs[0])
    inner = op.inputs[0]
    while not scope.is_symbolic and inner.op.type == "Reshape" and not scope.is_known(inner):
        inner = inner.op.inputs[0]
    return expressions.call("ops.reshape", scope.value(inner), shape)


def _is_as_before(tensor: tf.Tensor, shape: object) -> bool:
    """Whether each example has the shape already that a batch is given."""
    return (
        isinstance(shape, tuple)
        and tensor.shape.rank is not None
        and list(shape[1:]) == tensor.shape.as_list()[1:] != []
    )


def _transpose(scope: Scope, op: tf.Operation) -> Expr:
    order = scope.constant(op.inputs[1])
    given = None if order is None else tuple(int(axis) for axis in order.ravel())
    if given is not None and given == tuple(range(len(given)))[::-1]:
        given = None
    return expressions.call("ops.transpose", scope.value(op.inputs[0]), given)


def _expanded(scope: Scope, op: tf.Operation) -> Expr:
    axis = scope.constant(op.inputs[1])
    given = None if axis is None else int(axis.ravel()[0])
    return expressions.call("ops.expand_dims", scope.value(op.inputs[0]), given)


def _squeezed(scope: Scope, op: tf.Operation) -> Expr:
    where = op.inputs[0].op
    if where.type == "Where" and where.inputs[0].shape.rank == 1:
        return Expr(f"{expressions.call('ops.nonzero', scope.value(where.inputs[0])).text}[0]")
    axes = tuple(op.get_attr("squeeze_dims"))
    axis = None if not axes else axes[0] if len(axes) == 1 else axes
    return expressions.call("ops.squeeze", scope.value(op.inputs[0]), axis)


def _concatenated(scope: Scope, op: tf.Operation) -> Expr:
    *parts, axis = op.inputs if op.type == "ConcatV2" else (*op.inputs[1:], op.inputs[0])
    given = scope.constant(axis)
    number = None if given is None else int(given)
    return expressions.call("ops.concatenate", list(map(scope.value, parts)), axis=number)


def _stacked(scope: Scope, op: tf.Operation) -> Expr:
    axis = op.get_attr("axis") or None
    return expressions.call("ops.stack", list(map(scope.value, op.inputs)), axis=axis)


def _padded(scope: Scope, op: tf.Operation) -> Expr:
    pads = scope.constant(op.inputs[1])
    widths = [tuple(int(n) for n in row) for row in pads] if pads is not None else None
    mode = op.get_attr("mode").decode().lower() if op.type == "MirrorPad" else None
    given = tuple(widths) if widths else scope.value(op.inputs[1])
    return expressions.call("ops.pad", scope.value(op.inputs[0]), given, mode=mode)


def _tiled(scope: Scope, op: tf.Operation) -> Expr:
    times = scope.constant(op.inputs[1])
    given = scope.shape(op.inputs[1]) if times is None else tuple(int(n) for n in times)
    return expressions.call("ops.tile", scope.value(op.inputs[0]), given)


def _shape(scope: Scope, op: tf.Operation) -> Expr:
    return expressions.call("ops.shape", scope.value(op.inputs[0]))


def _one_hot(scope: Scope, op: tf.Operation) -> Expr:
    depth = scope.constant(op.inputs[1])
    size = None if depth is None else int(depth)
    return expressions.call("ops.one_hot", scope.value(op.inputs[0]), size)


def _sliced(scope: Scope, op: tf.Operation) -> Expr:
    """`x[a:b, c]`."""
    begin, end, strides = (scope.constant(tensor) for tensor in op.inputs[1:4])
    if begin is None or end is None or strides is None:
        raise scope.refusal(op, "a slice whose bounds are computed")
    attributes = op.node_def.attr
    masks = {
        name: attributes[f"{name}_mask"].i
        for name in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
    }
    parts = [_part(at, masks, begin, end, strides) for at in range(begin.size)]
    while len(parts) > 1 and parts[-1] == ":":
        parts.pop()
    return Expr(f"{scope.value(op.inputs[0]).within(expressions.ATOM)}[{', '.join(parts)}]")


def _part(at: int, masks: dict[str, int], begin: object, end: object, strides: object) -> str:
    def is_set(mask: str) -> bool:
        return bool(masks[mask] >> at & 1)

    if is_set("ellipsis"):
        return "..."
    if is_set("new_axis"):
        return "None"
    first, last, step = (int(one[at]) for one in (begin, end, strides))  # type: ignore[index]
    if is_set("shrink_axis"):
        return str(first)
    beginning = "" if is_set("begin") or (first == 0 and step > 0) else str(first)
    ending = "" if is_set("end") else str(last)
    return f"{beginning}:{ending}" + (f":{step}" if step != 1 else "")


def _cut(scope: Scope, op: tf.Operation) -> Expr:
    """`tf.slice(x, begin, size)`."""
    begin, size = (scope.constant(tensor) for tensor in op.inputs[1:3])
    if begin is None or size is None:
        raise scope.refusal(op, "a slice whose bounds are computed")
    sizes = zip(map(int, begin), map(int, size), strict=True)
    parts = [f"{at or ''}:{'' if length < 0 else at + length}" for at, length in sizes]
    return Expr(f"{scope.value(op.inputs[0]).within(expressions.ATOM)}[{', '.join(parts)}]")


def _argument(name: str) -> Row:
    def row(scope: Scope, op: tf.Operation) -> Expr:
        axis = scope.constant(op.inputs[1])
        given = None if axis is None else int(axis)
        return expressions.call(f"ops.{name}", scope.value(op.inputs[0]), axis=given)

    return row


def _range(scope: Scope, op: tf.Operation) -> Expr:
    start, limit, step = op.inputs
    bounds = [limit] if scope.constant(start) == 0 else [start, limit]
    given = None if scope.constant(step) == 1 else scope.value(step)
    return expressions.call("ops.arange", *map(scope.value, bounds), step=given)


def _flipped(scope: Scope, op: tf.Operation) -> Expr:
    axes = scope.constant(op.inputs[1])
    if axes is None:
        raise scope.refusal(op, "axes that are computed")
    listed = tuple(int(axis) for axis in axes.ravel())
    axis = listed[0] if len(listed) == 1 else listed
    return expressions.call("ops.flip", scope.value(op.inputs[0]), axis)


def _merged(scope: Scope, op: tf.Operation) -> Expr:
    """Branches of which each hands on the same, as one does that only updates averages."""
    handed = {_entering(tensor).name: _entering(tensor) for tensor in op.inputs}
    if len(handed) != 1:
        raise scope.refusal(op, "whose branches differ")
    return scope.value(next(iter(handed.values())))


def _entering(tensor: tf.Tensor) -> tf.Tensor:
    """What enters a branch, for what it hands on."""
    while tensor.op.type in (*PASSING, "Switch", "RefSwitch"):
        tensor = tensor.op.inputs[0]
    return tensor


#: Operation -> its row.
ROWS: dict[str, Row] = {
    "Reshape": _reshape, "Transpose": _transpose, "ExpandDims": _expanded, "Squeeze": _squeezed,
    "ConcatV2": _concatenated, "Concat": _concatenated, "Pack": _stacked, "Pad": _padded,
    "MirrorPad": _padded, "Tile": _tiled, "Shape": _shape, "OneHot": _one_hot,
    "StridedSlice": _sliced, "Slice": _cut,
    "ArgMax": _argument("argmax"), "ArgMin": _argument("argmin"), "Range": _range,
    "ReverseV2": _flipped, "Merge": _merged,
}  # fmt: skip
