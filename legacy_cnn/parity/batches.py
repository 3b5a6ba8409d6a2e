"""The batches of a comparison: given, recorded, of MNIST, or drawn."""

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import feeding, mnist
from legacy_cnn.errors import ParityError
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.drawn_data import DrawnData
from legacy_cnn.parity.packing import pack
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.side import Batch
from legacy_cnn.settings import ParitySettings

#: Batches that are drawn where nobody gave data.
DRAWN_BATCHES = 4


@dataclasses.dataclass(frozen=True)
class Batches:
    """What both programs are trained and tested on, as the reference takes it."""

    steps: list[Batch]  #: of each step that is compared
    test: tuple[Array, Array]  #: images and labels of the whole test set
    epoch: int  #: number of batches in an epoch
    #: Returns images and labels of each batch of the first epoch.
    first_epoch: Callable[[], Iterable[tuple[Array, Array]]]


def batches_of(reference: GraphSide, data: Any, settings: ParitySettings) -> Batches:
    """Chooses the batches.

    Args:
      reference: notes in its `data` how they were drawn, if they were.
      data: inputs and labels that the user gave, or None.
      settings: number and size of the batches, and the seed.

    Raises:
      ParityError: the data are fewer than a batch, or have another shape.
    """
    if data is not None:
        return _given(reference, data, settings)
    if reference.recorded is not None:
        return _recorded(reference, settings)
    kind = DrawnData(
        reference.graph, reference.inputs, reference.targets, reference.output, reference.loss
    )
    if kind.is_mnist():
        return _of_mnist(reference, settings)
    count = _size(reference, settings) * DRAWN_BATCHES
    inputs, labels, reference.data = kind.draw(count, settings.seed)
    return _given(reference, (inputs, labels), settings)


def with_labels_as_inputs(reference: GraphSide, settings: ParitySettings) -> Batches | None:
    """Batches for a port that takes the labels among its inputs, if the batches were drawn.

    A loss that is made in `compute_loss` of a model may take everything as x, as of a Q network.

    Args:
      reference: its feeds are changed.
      settings: as for `batches_of`.
    """
    if not reference.data or not reference.targets:
        return None
    tensors = [*reference.inputs, *reference.targets]
    kind = DrawnData(
        reference.graph, reference.inputs, reference.targets, reference.output, reference.loss
    )
    count = _size(reference, settings) * DRAWN_BATCHES
    inputs, labels, _ = kind.draw(count, settings.seed)
    arrays = dict(zip(tensors, [*inputs, *labels], strict=True))
    reference.take_labels_as_inputs()
    return _given(reference, ([arrays[tensor] for tensor in reference.inputs], []), settings)


def _of_mnist(reference: GraphSide, settings: ParitySettings) -> Batches:
    files = mnist.load_present(settings.data_dir)

    def first(count: int) -> Iterator[tuple[Array, Array]]:
        images, labels = feeding.training_set(files, settings)
        for batch in itertools.islice(feeding.batches(images, labels, settings), count):
            yield _as_taken(reference, batch[0], batch[1])

    images, labels = feeding.evaluation_set(files)
    epoch = (len(files.train_labels) - settings.validation_size) // settings.batch_size
    return Batches(
        _with_noise(reference, first(settings.steps), settings.seed),
        _as_taken(reference, images, np.eye(10, dtype=np.float32)[labels]),
        epoch,
        lambda: first(epoch),
    )


def _given(reference: GraphSide, data: Any, settings: ParitySettings) -> Batches:
    size = _size(reference, settings)
    images, labels = _as_taken(reference, _packed(data[0]), _packed(data[1]))
    epoch = len(images) // size
    if not epoch:
        raise ParityError(f"data has {len(images)} rows, fewer than one batch of {size}.")
    starts = [size * (step % epoch) for step in range(settings.steps)]
    pairs = [(images[at : at + size], labels[at : at + size]) for at in starts]
    steps = _with_noise(reference, pairs, settings.seed)
    return Batches(steps, (images, labels), epoch, lambda: pairs)


def said_labels(reference: GraphSide, data: Any) -> list[str]:
    """The last inputs of a reference without labels, if the user gives labels that these are.

    A loss that looks labels up, as word2vec's does, takes them for an input.

    Raises:
      ParityError: the reference has labels, and there are none.
    """
    images, labels = map(_packed, data)
    if reference.targets and not labels.size:
        names = ", ".join(tensor.op.name for tensor in reference.targets)
        raise ParityError(f"{reference.name} takes labels ({names}), and data has none.", "data")
    inputs = [] if reference.targets or not labels.size else reference.inputs
    for at in range(1, len(inputs)):
        if _is_of(inputs[:at], images) and _is_of(inputs[at:], labels):
            return [tensor.op.name for tensor in inputs[at:]]
    return []


def _is_of(tensors: Sequence[tf.Tensor], array: Array) -> bool:
    """Whether an array has as many numbers for each example as some placeholders."""
    shapes = [tensor.shape.as_list()[1:] if tensor.shape.rank else [None] for tensor in tensors]
    numbers = [math.prod(shape) if None not in shape else None for shape in shapes]
    return None not in numbers and sum(filter(None, numbers)) == math.prod(array.shape[1:])


def _recorded(reference: GraphSide, settings: ParitySettings) -> Batches:
    """The batches of a trace, with the noise that was recorded."""
    inputs, targets = ([t.name for t in ts] for ts in (reference.inputs, reference.targets))
    given = reference.recorded.steps_with([*inputs, *targets])[: settings.steps]
    if not given:
        raise ParityError(
            f"{reference.name} has no step that was given {', '.join([*inputs, *targets])}."
        )
    pairs = [
        _as_taken(reference, pack([step[n] for n in inputs]), _packed([step[n] for n in targets]))
        for step in given
    ]
    if not all(np.isfinite(array).all() for pair in pairs for array in pair):
        raise ParityError(
            f"{reference.name} was given batches with NaN or infinity, with which everything that "
            f"follows is equal: give other data."
        )
    steps = [
        dataclasses.replace(batch, noise=_recorded_noise(reference, batch, step))
        for batch, step in zip(_with_noise(reference, pairs, settings.seed), given, strict=True)
    ]
    reference.data = f"recorded: {len(steps)} steps"
    images, labels = (np.concatenate(arrays) for arrays in zip(*pairs, strict=True))
    return Batches(steps, (images, labels), len(steps), lambda: pairs)


def _recorded_noise(reference: GraphSide, batch: Batch, given: Arrays) -> tuple[Array, ...]:
    return tuple(
        given.get(tensor.name, drawn_here)
        for tensor, drawn_here in zip(reference.drawn, batch.noise, strict=True)
    )


def _with_noise(
    reference: GraphSide, pairs: Iterable[tuple[Array, Array]], seed: int
) -> list[Batch]:
    generator = np.random.default_rng(seed)
    return [reference.draw(images, labels, generator) for images, labels in pairs]


def _size(reference: GraphSide, settings: ParitySettings) -> int:
    return (reference.input_shape or (None,))[0] or settings.batch_size


def _packed(arrays: Any) -> Array:
    """One array of those of several inputs."""
    several = isinstance(arrays, list | tuple)
    listed = [np.asarray(array) for array in (arrays if several else [arrays])]
    return pack(listed) if listed else np.zeros((0,), np.float32)


def _as_taken(reference: GraphSide, images: Array, labels: Array) -> tuple[Array, Array]:
    """As the reference takes them. A loss without labels compares with the images."""
    shaped = reference.feeds.shaped(images)
    if reference.loss is not None and not reference.targets:
        return shaped, shaped
    return shaped, reference.feeds.labelled(labels)
