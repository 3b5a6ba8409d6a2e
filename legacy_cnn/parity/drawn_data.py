"""Batches for a reference that nobody gave data for: by the shapes and types of what it is fed."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.finding.paths import PASSING, Paths, source
from legacy_cnn.parity.sides import flow

#: Sizes of axes that a placeholder leaves open: of sequences, and of images.
STEPS, PIXELS = 8, 16
#: Bytes that are drawn for one input.
LARGEST = 2**30
#: Operations that hand on integers as they are, in another arrangement.
_ARRANGING = (*PASSING, "Reshape", "Transpose", "ExpandDims", "Squeeze", "Split", "Unpack",
              "StridedSlice", "Slice", "ConcatV2", "Unique")  # fmt: skip


class DrawnData:
    """Draws what a graph is fed."""

    def __init__(
        self,
        graph: tf.Graph,
        images: list[tf.Tensor],
        labels: list[tf.Tensor],
        output: tf.Tensor,
        loss: tf.Tensor | None,
    ) -> None:
        """Looks at what the graph does with its inputs.

        Args:
          graph: the reference.
          images, labels: what it is fed.
          output: what it predicts.
          loss: its loss, if it has one.
        """
        self._paths = Paths(graph)
        self._images, self._labels, self._output = images, labels, output
        self._of_loss = self._paths.before([loss.op]) if loss is not None else set()

    def is_mnist(self) -> bool:
        """Whether 784 pixels go in and 10 classes come out."""
        if len(self._images) != 1 or len(self._labels) > 1:
            return False
        shape = self._images[0].shape
        sizes = shape.as_list()[1:] if shape.rank else []
        pixels = shape.rank is None or (None not in sizes and math.prod(sizes) == 784)
        if not pixels or not self._images[0].dtype.is_floating:
            return False
        return not self._labels or self._takes_classes(self._labels[0])

    def _takes_classes(self, labels: tf.Tensor) -> bool:
        if labels.dtype.is_integer:
            return labels.shape.rank in (1, None) and self._classes(labels) == 10
        return labels.shape.rank is None or labels.shape.as_list()[1:] == [10]

    def draw(self, rows: int, seed: int) -> tuple[list[Array], list[Array], str]:
        """Draws inputs and labels.

        Args:
          rows: how many.
          seed: the seed.

        Returns:
          Inputs, labels, and a sentence about how they were drawn.
        """
        generator = np.random.default_rng([seed, 14])
        kinds: dict[str, str] = {}

        def drawn(draw: Callable[..., Array], tensor: tf.Tensor) -> Array:
            if tensor.dtype == tf.bool:
                kinds[tensor.op.name] = "true or false"
                return generator.random(self._shape(tensor, rows)) < 0.5
            return draw(tensor, rows, generator, kinds)

        images = [drawn(self._drawn, tensor) for tensor in self._images]
        labels = [drawn(self._label, tensor) for tensor in self._labels]
        listed = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
        return images, labels, f"drawn from the seed ({listed})"

    def _shape(self, tensor: tf.Tensor, rows: int) -> tuple[int, ...]:
        sizes = tensor.shape.as_list() if tensor.shape.rank else [None]
        open_size = PIXELS if len(sizes) >= 4 else STEPS
        shape = (rows, *[open_size if size is None else size for size in sizes[1:]])
        size = math.prod(shape) * tensor.dtype.size
        if size > LARGEST:
            raise ParityError(
                f"{rows} examples for {tensor.op.name} take {size:,} bytes, more than are drawn "
                f"({LARGEST:,}): choose a smaller batch_size, or give data.",
                "batch_size",
            )
        return shape

    def _drawn(
        self, tensor: tf.Tensor, rows: int, generator: np.random.Generator, kinds: dict[str, str]
    ) -> Array:
        shape, dtype = self._shape(tensor, rows), tensor.dtype.as_numpy_dtype
        name = tensor.op.name
        if tensor.dtype.is_integer:
            first, end = self._range(tensor)
            kinds[name] = f"integers from {first} to {end - 1}"
            return generator.integers(first, end, shape).astype(dtype)
        if not self._labels and self._has(["Log1p", "Log", "SoftmaxCrossEntropyWithLogits"]):
            kinds[name] = "0 or 1"
            return (generator.random(shape) < 0.3).astype(dtype)
        kinds[name] = "N(0, 1)"
        return generator.standard_normal(shape, np.float32).astype(dtype)

    def _label(
        self, tensor: tf.Tensor, rows: int, generator: np.random.Generator, kinds: dict[str, str]
    ) -> Array:
        shape, dtype = self._shape(tensor, rows), tensor.dtype.as_numpy_dtype
        name = tensor.op.name
        if tensor.dtype.is_integer:
            classes = self._classes(tensor)
            kinds[name] = f"classes below {classes}"
            return generator.integers(0, classes, shape).astype(dtype)
        if len(shape) > 1 and shape[-1] > 1 and self._is_softmax(tensor):
            kinds[name] = f"one of {shape[-1]} classes"
            chosen = generator.integers(0, shape[-1], shape[:-1])
            return np.eye(shape[-1], dtype=dtype)[chosen]
        if self._is_sigmoid(tensor):
            kinds[name] = "0 or 1"
            return (generator.random(shape) < 0.5).astype(dtype)
        kinds[name] = "N(0, 1)"
        return generator.standard_normal(shape, np.float32).astype(dtype)

    # What the graph does with them --------------------------------------------------------------

    def _has(self, kinds: list[str]) -> bool:
        return any(op.type in kinds for op in self._paths.ordered(self._of_loss))

    def _is_softmax(self, labels: tf.Tensor) -> bool:
        following = self._paths.ordered(self._paths.after([labels.op]) & self._of_loss)
        kinds = {op.type for op in following}
        needed = {op.type for op in self._paths.ordered(self._of_loss)}
        return bool(
            kinds & {"SoftmaxCrossEntropyWithLogits", "ArgMax"}
            or needed & {"Softmax", "LogSoftmax"}
        )

    def _is_sigmoid(self, labels: tf.Tensor) -> bool:
        return labels.shape.rank == 1 or self._has(["Sigmoid", "Log1p", "Softplus"])

    def _classes(self, labels: tf.Tensor) -> int:
        for op in self._users(labels):
            if op.type == "SparseSoftmaxCrossEntropyWithLogits":
                size = op.inputs[0].shape.as_list()[-1] if op.inputs[0].shape.rank else None
                if size:
                    return size
            rows = _rows(op)
            if rows:
                return rows
        size = self._output.shape.as_list()[-1] if self._output.shape.rank else None
        return size if size and size > 1 else 2

    def _range(self, tensor: tf.Tensor) -> tuple[int, int]:
        """Rows of an embedding; lengths where they make a mask."""
        found = [rows for op in self._users(tensor) if (rows := _rows(op))]
        if found:
            return 0, min(found)
        if tensor.dtype == tf.uint8:
            return 0, 256
        longest = [t.shape.as_list()[1] for t in self._images if (t.shape.rank or 0) >= 2]
        is_length = tensor.shape.rank == 1 and longest and longest[0]
        return (1, longest[0] + 1) if is_length else (0, 2)

    def _users(self, tensor: tf.Tensor) -> Iterator[tf.Operation]:
        """The operations that take a tensor, however it is arranged before."""
        waiting, seen = [tensor.op], set()
        while waiting:
            op = waiting.pop(0)
            for follower in self._paths.followers(op):
                if follower.name not in seen:
                    seen.add(follower.name)
                    yield follower
                    if follower.type in _ARRANGING:
                        waiting.append(follower)


def _rows(op: tf.Operation) -> int | None:
    """The number of rows that an operation picks from by integers."""
    if op.type in ("Gather", "GatherV2"):
        return op.inputs[0].shape.as_list()[0] if op.inputs[0].shape.rank else None
    if op.type == "ResourceGather":
        handle = source(op.inputs[0])
        shape = tf.TensorShape(handle.get_attr("shape")) if handle.type == "VarHandleOp" else None
        return shape.as_list()[0] if shape is not None and shape.rank else None
    if op.type == "OneHot":
        depth = flow.constant(op.inputs[1])
        return int(depth) if depth is not None else None
    return None
