"""`scipy.misc`: pictures, by Pillow."""

from typing import Any

import numpy
from PIL import Image

from legacy_cnn.compat.rows import Table

TABLE = Table("scipy.misc", note="SciPy has moved it; see its release notes")

_FILTERS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "cubic": 3}


@TABLE.serves()
def bytescale(data: Any, cmin: Any = None, cmax: Any = None, high: int = 255, low: int = 0) -> Any:
    """Bytes whose smallest is `low` and whose largest is `high`; bytes stay as they are."""
    data = numpy.asarray(data)
    if data.dtype == numpy.uint8:
        return data
    least = data.min() if cmin is None else cmin
    spread = ((data.max() if cmax is None else cmax) - least) or 1
    scaled = (data - least) * (float(high - low) / spread) + low
    return (scaled.clip(low, high) + 0.5).astype(numpy.uint8)


@TABLE.serves()
def toimage(arr: Any, *arguments: Any, **keywords: Any) -> Image.Image:
    """A picture of an array, its values scaled as `bytescale` does."""
    data = bytescale(arr, keywords.get("cmin"), keywords.get("cmax"))
    if data.ndim == 3 and data.shape[0] in (3, 4) and data.shape[2] not in (3, 4):
        data = data.transpose(1, 2, 0)
    return Image.fromarray(data)


@TABLE.serves()
def fromimage(im: Image.Image, flatten: bool = False, mode: str | None = None) -> Any:
    """The array of a picture; grey float32 if `flatten` is true."""
    picture = im.convert(mode) if mode else im
    return numpy.array(picture.convert("F") if flatten else picture)


@TABLE.serves()
def imread(name: Any, flatten: bool = False, mode: str | None = None) -> Any:
    """The array of a file."""
    with Image.open(name) as picture:
        return fromimage(picture, flatten, mode)


@TABLE.serves()
def imsave(name: Any, arr: Any, format: str | None = None) -> None:
    """Writes an array as a picture, its values scaled as `bytescale` does."""
    toimage(arr).save(name, format)


@TABLE.serves()
def imresize(arr: Any, size: Any, interp: str = "bilinear", mode: str | None = None) -> Any:
    """A picture in another size: a percentage, a fraction, or rows and columns."""
    picture = toimage(arr)
    if mode:
        picture = picture.convert(mode)
    if isinstance(size, (tuple, list, numpy.ndarray)):
        wanted = (int(size[1]), int(size[0]))
    else:
        share = size / 100 if isinstance(size, int) else size
        wanted = (int(picture.width * share), int(picture.height * share))
    return numpy.array(picture.resize(wanted, Image.Resampling(_FILTERS[interp])))


@TABLE.serves(name="imrotate")
def imrotate(arr: Any, angle: float, interp: str = "bilinear") -> Any:
    """A picture turned by degrees."""
    resampling = Image.Resampling(min(_FILTERS[interp], 3))
    return numpy.array(toimage(arr).rotate(angle, resample=resampling))
