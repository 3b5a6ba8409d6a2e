"""Where each operation of the tutorial's graph stands on the page.

The forward pass goes down the page, a row for each line of the tutorial. Beside each row stand the
variables that it reads, the gradients that go back up through it, and what Adam keeps for them.
"""

import functools
import re
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial
from legacy_cnn.lab import rows

COLUMNS = ("forward", "variables", "gradients", "adam")

#: Functions of the tutorial in whose lines the rows are; `conv2d` and `maxpool2d` are called there.
_FUNCTIONS = ("convolutional_neural_network", "build_graph", "cross_entropy")

#: Operations that say what a line does; the others are drawn small.
_LARGE = {
    "Placeholder", "VarHandleOp", "RandomStandardNormal", "Reshape", "Conv2D", "AddV2", "Relu",
    "MaxPool", "MatMul", "RealDiv", "RandomUniform", "GreaterEqual", "SelectV2",
    "SoftmaxCrossEntropyWithLogits", "Mean", "ArgMax", "Equal", "ReluGrad", "MaxPoolGrad",
    "Conv2DBackpropInput", "Conv2DBackpropFilter", "ResourceApplyAdam",
}  # fmt: skip
#: Scopes in which only the operation that they are named for is large.
_INSIDE = re.compile(
    r"softmax_cross_entropy\w+/|random_normal(_\d+)?$|Variable\w*/(Assign|Read|Is)"
)
_GRADIENT = re.compile(r"gradients/(?P<of>.+)_grad/")
_VARIABLE = re.compile(r"(random_normal|Variable)(?P<number>_\d+)?(/|$)")
_UPDATE = re.compile(r"Adam/update_(?P<variable>Variable(_\d+)?)/")


class Drawing:
    """The places of all operations, and the edges between the large ones."""

    def __init__(self, graph: tf.Graph) -> None:
        self._operations = graph.get_operations()
        self._by_name = {op.name: op for op in self._operations}
        self._known: dict[str, frozenset[str]] = {}
        self._readers = self._find_readers()
        self.places = {op.name: self._place(op.name) for op in self._operations}

    def to_json(self) -> dict[str, Any]:
        """Dict: "rows", "columns" and "operations", in the order of the graph, each with its place,
        shape, whether it is large, and the large operations that it is computed from."""
        return {
            "columns": list(COLUMNS),
            "rows": [
                {
                    "name": row.name,
                    "title": row.title,
                    "code": rows.text_of(row.name),
                    "output": row.output,
                }
                for row in rows.ROWS
            ],
            "operations": [self._described(op) for op in self._operations],
        }

    def _described(self, op: tf.Operation) -> dict[str, Any]:
        row, column = self.places[op.name]
        is_large = self._is_large(op)
        return {
            "name": op.name,
            "type": op.type,
            "row": row,
            "column": column,
            "shape": _shape(op),
            "large": is_large,
            "from": sorted(self._large_before(op.name)) if is_large else [],
        }

    def _is_large(self, op: tf.Operation) -> bool:
        if op.name in ("Adam", "init", "sub") or op.type == "SoftmaxCrossEntropyWithLogits":
            return True
        if op.name.startswith("gradients/"):
            return op.name in self._ends_of_gradients
        is_helper = bool(_INSIDE.match(op.name)) or op.name.startswith("Adam/mul")
        return op.type in _LARGE and not is_helper

    @functools.cached_property
    def _ends_of_gradients(self) -> set[str]:
        """The last large operation of each gradient, and of each way that it takes."""
        kinds = _LARGE | {"Mul", "Sum", "Identity"}
        ends = set()
        for op in self._operations:
            inside = _GRADIENT.match(op.name)
            if not inside or op.type not in kinds:
                continue
            scope = inside[0]
            consumers = {c.name for tensor in op.outputs for c in tensor.consumers()}
            outside = {name for name in consumers if not name.startswith(scope)}
            if outside and not op.name.endswith("Shape"):
                ends.add(op.name)
        return ends

    def _large_before(self, name: str) -> frozenset[str]:
        """The large operations that one is computed from, through small ones."""
        op = self._by_name[name]
        if op.type in ("Shape", "Rank", "ZerosLike"):  # they need no value
            return frozenset()
        controls = op.control_inputs if op.type == "NoOp" else []
        before: set[str] = set()
        for one in {tensor.op.name for tensor in op.inputs} | {one.name for one in controls}:
            is_large = self._is_large(self._by_name[one])
            before |= {one} if is_large else self._of_small(one)
        return frozenset(before - {name})

    def _of_small(self, name: str) -> frozenset[str]:
        if name not in self._known:
            self._known[name] = self._large_before(name)
        return self._known[name]

    def _find_readers(self) -> dict[str, str]:
        """Variable -> the row of the line that reads it."""
        readers: dict[str, str] = {}
        for op in self._operations:
            if op.type == "ReadVariableOp" and (row := self._own_row(op)):
                readers.setdefault(op.inputs[0].op.name, row)
        return readers

    def _own_row(self, op: tf.Operation) -> str | None:
        """The row of the line that made an operation of the forward pass."""
        if op.name.startswith(("gradients/", "Adam/")):
            return None
        frames = [
            frame
            for frame in op.traceback
            if frame.filename == tutorial.__file__ and frame.name in _FUNCTIONS
        ]
        return rows.lines().get(frames[-1].lineno) if frames else None

    def _place(self, name: str) -> tuple[str, str]:
        """The row and the column of an operation."""
        if gradient := _GRADIENT.match(name):
            return self._place(gradient["of"])[0], "gradients"
        if name.startswith("gradients/"):
            return "loss", "gradients"
        if update := _UPDATE.match(name):
            return self._readers[update["variable"]], "adam"
        if variable := _VARIABLE.match(name):
            owner = f"Variable{variable['number'] or ''}"
            return self._readers[owner], "adam" if "/Adam" in name else "variables"
        if name.startswith(("beta1_power", "beta2_power", "Adam")):
            return "adam", "adam"
        return self._own_row(self._by_name[name]) or "loss", "forward"


def _shape(op: tf.Operation) -> str:
    """The shape of the first output, as the page shows it; N images."""
    if not op.outputs or op.type == "VarHandleOp":
        value = op.node_def.attr["shape"].shape if op.type == "VarHandleOp" else None
        return " x ".join(str(one.size) for one in value.dim) if value else ""
    shape = op.outputs[0].shape
    if shape.rank is None:
        return "?"
    first, *rest = shape.as_list() or [1]
    sizes = ["N" if first is None else str(first), *("?" if n is None else str(n) for n in rest)]
    return " x ".join(sizes) if shape.rank else "number"
