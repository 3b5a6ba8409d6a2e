"""Arrays as the page shows them: numbers, pictures and a histogram, in strict JSON."""

import base64
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: So many numbers are written out.
MOST_NUMBERS = 100
#: So many pictures are shown of one tensor.
MOST_PICTURES = 64
BINS = 30


def shown(value: Any) -> dict[str, Any]:
    """What the page shows of an array.

    Returns:
      Dict: "shape", "dtype"; "numbers", the first ones; for numbers also "least", "most", "mean",
      "deviation" and "histogram", counts between "least" and "most"; and, for what can be looked
      at, "pictures" (see `_pictures`). What is not finite is null.
    """
    array = np.asarray(value)
    flat = array.ravel()
    facts: dict[str, Any] = {
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "numbers": [_plain(one) for one in flat[:MOST_NUMBERS].tolist()],
    }
    if array.dtype.kind not in "fiub" or not array.size:
        return facts
    finite = flat[np.isfinite(flat)].astype(np.float64)
    facts["not_finite"] = int(array.size - finite.size)
    if finite.size:
        counts, _ = np.histogram(finite, BINS)
        facts |= {
            "least": float(finite.min()),
            "most": float(finite.max()),
            "mean": float(finite.mean()),
            "deviation": float(finite.std()),
            "histogram": counts.tolist(),
            "edges": [float(finite.min()), float(finite.max())],
        }
    return facts | _pictures(array)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if not isinstance(value, float) or math.isfinite(value) else None


def _pictures(array: NDArray[Any]) -> dict[str, Any]:
    """Pictures of an array: the maps of one image, the filters of a kernel, or a vector in rows.

    Returns:
      Nothing, or dict: "pictures", uint8 `(count, height, width)` as base64, black for the least
      value of all and white for the most; "size" of them; "of", what they are, in words.
    """
    found = _as_maps(array)
    if found is None:
        return {}
    maps, what = found
    count = len(maps)
    pixels = np.nan_to_num(maps[:MOST_PICTURES].astype(np.float64))
    least, span = pixels.min(), np.ptp(pixels) or 1
    encoded = base64.b64encode(np.uint8(np.round((pixels - least) / span * 255)).tobytes())
    if count > MOST_PICTURES:
        what += f", the first {MOST_PICTURES} of {count}"
    return {"pictures": encoded.decode(), "size": list(pixels.shape), "of": what}


def _as_maps(array: NDArray[Any]) -> tuple[NDArray[Any], str] | None:
    if array.ndim == 4 and array.shape[0] == 1:
        return array[0].transpose(2, 0, 1), "one picture for each channel"
    if array.ndim == 4:
        first = "" if array.shape[2] == 1 else ", of the first channel"
        return array[:, :, 0, :].transpose(2, 0, 1), f"one picture for each filter{first}"
    if array.ndim in (1, 2) and array.size == 784:
        return array.reshape(1, 28, 28), "the image"
    if array.ndim == 2 and array.shape[0] == 1 and array.size == 3136:
        return array.reshape(7, 7, 64).transpose(2, 0, 1), "one picture for each channel"
    if array.size == 1024:
        return array.reshape(1, 32, 32), "1,024 units in 32 rows"
    return None
