"""Values that were rounded to a type of fewer bits on their way."""

from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array

#: Types of fewer bits, by their names.
SMALLER: dict[str, Any] = {
    "bfloat16": tf.bfloat16.as_numpy_dtype,
    "float16": np.float16,
}

#: Fewer different values may be exact in a smaller type by chance.
ENOUGH = 16

#: The rounding of a smaller type, of what it is computed from, and of its sums.
WITHIN = 0.05


def rounded(value: Array, kind: Any) -> Array:
    """The array, rounded to another type and back."""
    with np.errstate(over="ignore"):
        return np.asarray(value.astype(kind).astype(value.dtype))


def cause_of(reference: Array, candidate: Array) -> str:
    """Says so if every value of the candidate is one of a smaller type, and near the reference's.

    The reference's values are not, so that is not by chance.
    """
    candidate = np.asarray(candidate)
    if candidate.dtype != np.float32 or len(np.unique(candidate)) < ENOUGH:
        return ""
    apart = np.linalg.norm(candidate - reference) if candidate.shape == reference.shape else np.inf
    if not apart <= WITHIN * np.linalg.norm(reference):
        return ""
    for name, kind in SMALLER.items():
        is_exact = np.array_equal(rounded(candidate, kind), candidate)
        if is_exact and not np.array_equal(rounded(reference, kind), reference):
            return f"every value here is one of {name}: it is computed in mixed precision"
    return ""
