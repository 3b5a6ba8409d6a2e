"""Several arrays of a batch as one: so a batch is cut, joined and nudged like one of images."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.arrays import Array


@dataclasses.dataclass(frozen=True)
class Piece:
    """One of the arrays."""

    name: str
    shape: tuple[int, ...]  #: without the batch
    dtype: str

    @property
    def size(self) -> int:
        return math.prod(self.shape)


def pack(arrays: Sequence[Array]) -> Array:
    """Float32 `(N, size of all parts)`; a single array stays as it is.

    Raises:
      ParityError: the arrays have other numbers of rows, or integers that float32 cannot hold.
    """
    if len(arrays) == 1:
        return arrays[0]
    rows = {len(array) for array in arrays}
    if len(rows) > 1:
        raise ParityError(
            f"The inputs of a batch have {sorted(rows)} rows; expected equal numbers."
        )
    for array in arrays:
        if array.dtype.kind in "iu" and array.size and np.abs(array).max() >= 2**24:
            raise ParityError("Inputs of integers beyond 16,777,215 cannot be compared in a batch.")
    flat = [np.asarray(array, np.float32).reshape(len(array), -1) for array in arrays]
    return np.concatenate(flat, axis=1)


def unpack(packed: Array, parts: Sequence[Piece]) -> list[Array]:
    """The arrays again; integers are rounded, as they may have been nudged."""
    if len(parts) < 2:
        return [packed]
    arrays, at = [], 0
    for part in parts:
        columns = packed[:, at : at + part.size]
        at += part.size
        dtype = np.dtype(part.dtype)
        whole = np.rint(columns) if dtype.kind in "iub" else columns
        arrays.append(whole.astype(dtype).reshape(len(packed), *part.shape))
    return arrays


def assigned(
    parts: Sequence[Piece], wanted: Sequence[tuple[str, tuple[Any, ...], str]]
) -> list[int]:
    """For each wanted input (name, shape, dtype), the part that fits: by name, else by shape.

    Raises:
      ParityError: one has no part.
    """
    free = list(range(len(parts)))
    chosen: list[int] = []
    for name, shape, dtype in wanted:
        fitting = [at for at in free if _fits(parts[at], shape)]
        alike = [at for at in fitting if np.dtype(parts[at].dtype).kind == _kind(dtype)]
        named = [at for at in fitting if parts[at].name == name]
        best = named or alike or fitting
        if not best:
            raise ParityError(
                f"The input {name} of shape {shape} has no counterpart among the reference's: "
                + ", ".join(f"{part.name} {part.shape}" for part in parts)
                + "."
            )
        chosen.append(best[0])
        free.remove(best[0])
    return chosen


def _fits(part: Piece, shape: tuple[Any, ...]) -> bool:
    known = [size for size in shape if size is not None]
    return len(known) < len(shape) or math.prod(known) == part.size


def _kind(dtype: str) -> str:
    try:
        return np.dtype(dtype).kind
    except TypeError:  # bfloat16
        return "f"
