"""What a graph is fed: images, labels, switches, and the noise of its random operations."""

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity import loop_gates
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.packing import Piece, unpack
from legacy_cnn.parity.rounding import nudged

#: Numbers of so many binary digits are exact in any program.
EXACT = 12


class Feeds:
    """The placeholders of a graph."""

    def __init__(
        self,
        inputs: list[tf.Tensor],
        targets: list[tf.Tensor],
        switches: Mapping[tf.Tensor, tuple[Any, Any]],
    ) -> None:
        """Names the placeholders.

        Args:
          inputs: what images are fed to.
          targets: what labels are fed to.
          switches: placeholder -> what it is fed in training, and otherwise.
        """
        self.inputs, self.targets, self.switches = inputs, targets, switches
        #: Numbers of the graph itself, which are nudged.
        self._own = {**_constants([*inputs, *targets]), **_ones([*inputs, *targets])}
        self.generator: np.random.Generator | None = None  #: of nudges, while there are some
        self.sums_anew = False  #: whether, meanwhile, rows are added up in another way
        #: What is drawn outside of training for so many examples, if that is fed.
        self.always: Callable[[int], dict[tf.Tensor, Array]] | None = None

    @contextlib.contextmanager
    def nudging(self, generator: np.random.Generator, sums_anew: bool = False) -> Iterator[None]:
        """Nudges numbers, of switches and of the graph, for a while; and sums anew if asked.

        Another program may hold 1 - 0.3 where this one holds 0.7, or compute it in double: then all
        elements are off alike, which nudged arrays do not show.
        """
        self.generator, self.sums_anew = generator, sums_anew
        try:
            yield
        finally:
            self.generator, self.sums_anew = None, False

    def shaped(self, images: Array) -> Array:
        """Images in the shape in which the graph takes them.

        Raises:
          ParityError: they have another number of elements.
        """
        if len(self.inputs) > 1:
            return images
        shape = self.inputs[0].shape
        if shape.rank is None or (shape.rank == images.ndim == 2 and shape[1] == images.shape[1]):
            return images
        if shape.is_compatible_with(images.shape):
            return images
        sizes = tuple(size for size in shape.as_list()[1:] if size is not None)
        if len(sizes) < shape.rank - 1 or math.prod(sizes) != math.prod(images.shape[1:]):
            raise ParityError(
                f"The reference takes images of shape {tuple(shape.as_list()[1:])}; those it is "
                f"given have {math.prod(images.shape[1:])} numbers.{_advice(shape)}"
            )
        return images.reshape(-1, *sizes)

    def labelled(self, labels: Array) -> Array:
        """Labels as the graph takes them: one-hot ones as classes where it takes integers."""
        if len(self.targets) != 1:
            return labels
        taken = self.targets[0]
        takes_classes = taken.dtype.is_integer and (taken.shape.rank or 1) == 1
        classes = takes_classes and labels.ndim == 2 and labels.shape[1] > 1
        arranged = labels.argmax(1) if classes else labels
        if taken.shape.rank is not None and not taken.shape.is_compatible_with(arranged.shape):
            sizes = taken.shape.as_list()[1:]
            if None not in sizes and math.prod(sizes) == math.prod(arranged.shape[1:]):
                arranged = arranged.reshape(-1, *sizes)
        return arranged.astype(taken.dtype.as_numpy_dtype)

    def pieces(self) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """What packed images and packed labels hold; nothing for a single tensor."""
        return _pieces(self.inputs), _pieces(self.targets)

    def of(
        self,
        images: Array,
        labels: Array | None,
        noise: Mapping[tf.Tensor, Array] | None = None,
        training: bool = False,
    ) -> dict[tf.Tensor, Any]:
        """The feed of one run.

        Args:
          images: (N, ...), packed if there are several inputs.
          labels: (N, ...), likewise; None where the run needs none.
          noise: random tensor -> what it draws.
          training: whether switches have their values of training.
        """
        feed: dict[tf.Tensor, Any] = _divided(self.inputs, images)
        if self.targets and labels is not None:
            feed.update(_divided(self.targets, labels))
        for tensor, (in_training, otherwise) in self.switches.items():
            feed[tensor] = in_training if training else otherwise
        if self.always is not None and not training:
            feed.update(self.always(len(images)))
        return {**feed, **(noise or {}), **self._nudged(feed)}

    def _nudged(self, feed: Mapping[tf.Tensor, Any]) -> dict[tf.Tensor, Any]:
        if self.generator is None:
            return {}
        rounded = {
            tensor: np.asarray(feed[tensor], np.float32)
            for tensor in self.switches
            if tensor.dtype == tf.float32 and _is_rounded(feed[tensor])
        }
        return {t: nudged(value, self.generator) for t, value in {**rounded, **self._own}.items()}


def _constants(placeholders: Sequence[tf.Tensor]) -> dict[tf.Tensor, Array]:
    """The numbers in a graph that are rounded: scalar constants."""
    found = {}
    for op in placeholders[0].graph.get_operations() if placeholders else ():
        if op.type == "Const" and op.outputs[0].dtype == tf.float32:
            value = tf.make_ndarray(op.get_attr("value"))
            if not value.ndim and _is_rounded(value) and op.graph.is_feedable(op.outputs[0]):
                found[op.outputs[0]] = value
    return found


def _ones(placeholders: Sequence[tf.Tensor]) -> dict[tf.Tensor, Array]:
    """The ones that gates in loops are multiplied by."""
    found = loop_gates.ones(placeholders[0].graph) if placeholders else []
    return {tensor: np.ones(tensor.shape.as_list(), np.float32) for tensor in found}


def _is_rounded(value: Any) -> bool:
    """Whether a number is none that every program holds exactly, such as 1, 0.5 or 255."""
    number = np.asarray(value, np.float64)
    if number.ndim or not np.isfinite(number):
        return False
    mantissa, _ = np.frexp(np.float32(number))
    return float(mantissa * 2**EXACT) % 1 != 0


def _divided(tensors: Sequence[tf.Tensor], packed: Array) -> dict[tf.Tensor, Any]:
    return dict(zip(tensors, unpack(packed, _pieces(tensors)), strict=True))


def _pieces(tensors: Sequence[tf.Tensor]) -> tuple[Piece, ...]:
    if len(tensors) < 2:
        return ()
    return tuple(
        Piece(t.op.name, tuple(t.shape.as_list()[1:]), np.dtype(t.dtype.as_numpy_dtype).name)
        for t in tensors
    )


def _advice(shape: tf.TensorShape) -> str:
    """What to do where an input may have its batch on another axis than the first."""
    if shape[0] is None or None not in shape[1:]:
        return ""
    return (
        f" If axis {shape.as_list().index(None)} is the batch's, give the reference a placeholder "
        f"with the batch first, as Keras has it, and transpose it in the graph."
    )
