"""Turns a picture of a digit into an image like MNIST's."""

import contextlib
import warnings
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from legacy_cnn.errors import ImageError
from legacy_cnn.files import AnyPath

#: MNIST's digits were scaled to fit a box of 20 x 20 pixels, keeping their proportions, and
#: placed with their centre of mass in the middle of 28 x 28. Source: the MNIST page.
BOX, SIDE = 20, 28

#: Largest picture that is read, in pixels: more than any camera makes, and 300 MB in memory.
MAX_PIXELS = 100_000_000

#: A picture is shrunk to at most this many pixels a side before anything is computed.
_WORKING_SIDE = 1024
#: Ink differs from the background by more than this share of the greatest difference.
_INK = 0.3
#: A picture whose colours differ by less than this, of 255, shows nothing.
_LEAST_CONTRAST = 24


def read_digit(path: AnyPath) -> NDArray[np.float32]:
    """Reads a picture of one digit, of any size and colours, dark on light or light on dark.

    Args:
      path: a PNG or JPEG file.

    Returns:
      float32 array `(784,)` in 0.0 (background) to 1.0 (ink), centred like MNIST's digits.

    Raises:
      ImageError: the file is not a PNG or JPEG picture, is damaged or too large, or shows nothing.
      OSError: the file cannot be read.
    """
    ink = _ink(_open(path), path)
    rows, columns = (np.flatnonzero((ink > _INK).any(axis)) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _centred(_scaled(digit)).reshape(-1)


def _open(path: AnyPath) -> Image.Image:
    """Returns the picture as RGB, upright, on white where it is transparent."""
    with _image_errors(path), Image.open(path, formats=("PNG", "JPEG")) as picture:
        _check_size(picture, path)
        picture.draft("RGB", (_WORKING_SIDE, _WORKING_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((_WORKING_SIDE, _WORKING_SIDE))
    white = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(white, upright).convert("RGB")


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


def _ink(picture: Image.Image, path: AnyPath) -> NDArray[np.float32]:
    """Returns how much each pixel differs from the background: float32 `(h, w)`, 0.0-1.0.

    The ink may be darker or lighter than the background, and the background unevenly lit.
    """
    pixels = np.asarray(picture, np.float32)
    difference = np.abs(pixels - _background(pixels)).max(axis=2)
    if difference.max() < _LEAST_CONTRAST:
        raise ImageError(f"{path} shows no digit: the whole picture has one colour.")
    return difference / difference.max()


def _background(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the background behind the digit: the plane, in each colour, that fits the border.

    It is fitted twice, each time without the pixels that stand out from the border's median colour
    or from the first fit, such as a stroke that runs to the edge.
    """
    height, width, _ = pixels.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    places = np.stack([np.ones_like(rows), rows / height, columns / width], axis=-1)
    border = np.ones((height, width), bool)
    border[1:-1, 1:-1] = False
    points, colours = places[border], pixels[border]
    fit = np.median(colours, axis=0)[None] * np.array([[1], [0], [0]], np.float32)
    for _ in range(2):
        distance = np.abs(colours - points @ fit).max(axis=1)
        plain = distance <= max(2 * np.median(distance), 1)
        fit = np.linalg.lstsq(points[plain], colours[plain], rcond=None)[0]
    return places @ fit


def _scaled(digit: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scales a cropped digit to fit the box: float32, its longer side `BOX`."""
    height, width = digit.shape
    factor = BOX / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    resampling = Image.Resampling.BOX if factor < 1 else Image.Resampling.BILINEAR
    scaled = np.asarray(Image.fromarray(digit).resize(size, resampling))
    return scaled / scaled.max()


def _centred(digit: NDArray[np.float32]) -> NDArray[np.float32]:
    """Places a digit with its centre of mass in the middle: float32 `(28, 28)`."""
    canvas = np.zeros((SIDE, SIDE), np.float32)
    corner = []
    for axis, length in enumerate(digit.shape):
        mass = digit.sum(axis=1 - axis)
        centre = (mass * np.arange(length)).sum() / mass.sum()
        corner.append(int(np.clip(round((SIDE - 1) / 2 - centre), 0, SIDE - length)))
    top, left = corner
    canvas[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return canvas
