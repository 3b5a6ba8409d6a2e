"""Opens a picture file: upright, without transparency, and small enough to compute with."""

import contextlib
import warnings
from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from legacy_cnn.errors import ImageError
from legacy_cnn.files import AnyPath
from legacy_cnn.outside import opened

#: Largest picture that is read, in pixels: more than any camera makes, and 400 MB in memory.
MAX_PIXELS = 100_000_000
#: Largest file; so many pixels, in 16 bits and four colours, have 800 MB before compression.
MAX_BYTES = 2**30

#: A picture is shrunk to at most this many pixels a side before anything is computed.
WORKING_SIDE = 448
#: So many pixels are converted at once; what is shrunk at once takes 20 MB.
_TILE_PIXELS = 4_000_000
_ORIENTATION = 0x0112  #: the EXIF tag of how the camera was held


def open_picture(path: AnyPath) -> NDArray[np.float32]:
    """Reads a picture.

    Args:
      path: a PNG or JPEG file, of at most `MAX_PIXELS`.

    Returns:
      Its colours, float32 `(height, width, 3)` in 0-255, at most `WORKING_SIDE` pixels a side.

    Raises:
      ImageError: the file is not a PNG or JPEG picture, is damaged or too large.
      OSError: the file cannot be read.
    """
    with (
        opened(path, MAX_BYTES, ImageError, "a PNG or JPEG picture") as file,
        _image_errors(path),
        Image.open(file, formats=("PNG", "JPEG")) as picture,
    ):
        _check_size(picture, path)
        picture.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
        shrunk = _shrunk(picture)
        shrunk.getexif()[_ORIENTATION] = picture.getexif().get(_ORIENTATION, 1)
        upright = ImageOps.exif_transpose(shrunk)
    upright.thumbnail((WORKING_SIDE, WORKING_SIDE))
    return _on_paper(np.asarray(upright, np.float32))


@contextlib.contextmanager
def _image_errors(path: AnyPath) -> Iterator[None]:
    """Turns Pillow's errors about the content of a file into ImageErrors."""
    with warnings.catch_warnings():
        # Pillow only warns of a picture that unpacks to something huge; `_check_size` refuses it.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            yield
        except ImageError:
            raise
        except Image.DecompressionBombError as error:
            raise ImageError(f"{path} has more pixels than the limit of {MAX_PIXELS:,}.") from error
        except (SyntaxError, ValueError, OSError) as error:
            # An error of the file system has a number; one of the content has none.
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise ImageError(f"{path} is damaged or not a PNG or JPEG picture.") from error


def _check_size(picture: Image.Image, path: AnyPath) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise ImageError(
            f"{path} has {picture.width} x {picture.height} pixels, above the limit of "
            f"{MAX_PIXELS:,}."
        )


def _shrunk(picture: Image.Image) -> Image.Image:
    """Converts a picture to RGBA, and shrinks it by a whole factor, tile by tile.

    Both sides by the same factor, for a digit that is squeezed is another one. Tiles, for Pillow
    shrinks neither palettes nor 16 bits, and RGBA may be 32 times as large.
    """
    factor = max(1, max(picture.size) // WORKING_SIDE)
    # Pillow shrinks a side that is no multiple of the factor to one pixel more.
    shrunk = Image.new("RGBA", (-(-picture.width // factor), -(-picture.height // factor)))
    scale = _scale_of_16_bits(picture)
    across = max(1, min(picture.width, _TILE_PIXELS // factor) // factor) * factor
    down = max(1, _TILE_PIXELS // (across * factor)) * factor
    for top, left in product(range(0, picture.height, down), range(0, picture.width, across)):
        box = (left, top, min(left + across, picture.width), min(top + down, picture.height))
        tile = _as_rgba(picture.crop(box), scale)
        shrunk.paste(tile.reduce(factor), (left // factor, top // factor))
    return shrunk


def _scale_of_16_bits(picture: Image.Image) -> float:
    """Returns what the values of a 16-bit picture are multiplied by, to fill 0-255.

    Scanners put 10 or 12 bits into 16, so the greatest value counts as white.
    """
    if not picture.mode.startswith("I"):
        return 1.0
    greatest = picture.getextrema()[1]
    assert isinstance(greatest, int | float)
    return 255 / max(greatest, 255)


def _as_rgba(tile: Image.Image, scale: float) -> Image.Image:
    if tile.mode.startswith("I"):
        tile = Image.fromarray((np.asarray(tile) * scale).astype(np.uint8))
    return tile.convert("RGBA")


def _on_paper(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Puts a picture with transparency on a paper that its ink stands out from.

    Args:
      pixels: `(height, width, 4)`, 0-255.

    Returns:
      `(height, width, 3)`, 0-255.
    """
    colours, cover = pixels[..., :3], pixels[..., 3:] / 255
    if cover.min() == 1:
        return colours
    opaque = colours[cover[..., 0] > 0.5]
    if len(opaque) > cover.size / 2:  # it brings its paper
        paper = np.median(opaque, axis=0)
    else:
        paper = np.full(3, 255 if len(opaque) and opaque.mean() < 128 else 0, np.float32)
    return (colours * cover + paper * (1 - cover)).astype(np.float32)
