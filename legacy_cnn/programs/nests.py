"""Nests of tensors: tuples, lists, dicts, and ragged and sparse tensors with their parts."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf


def leaves(nest: Any) -> list[Any]:
    """The leaves in their order; a ragged or sparse tensor counts as a nest of its parts."""
    return tf.nest.flatten(nest, expand_composites=True)


def pack(nest: Any, leaves: list[Any]) -> Any:
    """The same nest with other leaves."""
    return tf.nest.pack_sequence_as(nest, leaves, expand_composites=True)


def replace_tensors(nest: Any, function: Callable[[tf.Tensor], Any]) -> Any:
    """The same nest with what a function returns for each tensor."""
    return pack(nest, [function(leaf) if tf.is_tensor(leaf) else leaf for leaf in leaves(nest)])


def outline(nest: Any) -> str:
    """The structure as text, with `*` for each leaf."""
    return str(tf.nest.map_structure(lambda leaf: "*", nest)).replace("'*'", "*")
