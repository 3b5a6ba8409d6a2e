"""Turning a picture of a digit into an image such as MNIST's."""

import warnings

import numpy as np
from PIL import Image, ImageOps

from legacy_cnn.errors import ImageError

#: MNIST's digits were scaled to fit a box of 20 x 20 pixels, keeping their proportions, and
#: placed with their centre of mass in the middle of 28 x 28. Source: the MNIST page.
BOX, SIDE = 20, 28

#: Largest picture that is read, in pixels: more than any camera makes, and 300 MB unpacked.
MAX_PIXELS = 100_000_000

#: A picture is shrunk to this many pixels a side before anything is computed.
_WORKING_SIDE = 1024
#: Ink is what differs from the background by more than this share of the greatest difference.
_INK = 0.3
#: A picture whose colours differ by less than this, of 255, shows nothing.
_LEAST_CONTRAST = 24


def read_digit(path):
    """Reads a picture of one digit, of any size and colours, dark on light or light on dark.

    Args:
      path: a PNG or JPEG file.

    Returns:
      float32 array `(784,)` in 0.0 (background) to 1.0 (ink), centred as MNIST is.

    Raises:
      ImageError: it is not a PNG or JPEG, it is damaged or too large, or it shows nothing.
      OSError: it cannot be read.
    """
    ink = _ink(_open(path), path)
    rows, columns = (np.flatnonzero((ink > _INK).any(axis)) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _centred(_scaled(digit)).reshape(-1)


def _open(path):
    """The picture as RGB, upright, on white where it is transparent."""
    with warnings.catch_warnings():
        # Pillow only warns of a picture that unpacks to something huge; the limit here is ours.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=("PNG", "JPEG")) as picture:
                _check_size(picture, path)
                picture.draft("RGB", (_WORKING_SIDE, _WORKING_SIDE))
                upright = ImageOps.exif_transpose(picture).convert("RGBA")
        except ImageError:
            raise
        except Image.DecompressionBombError as error:
            raise ImageError(f"{path} has more pixels than are read ({MAX_PIXELS:,}).") from error
        except (SyntaxError, ValueError) as error:
            raise ImageError(f"{path} is damaged or not a PNG or JPEG picture.") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise ImageError(f"{path} is damaged or not a PNG or JPEG picture.") from error
    upright.thumbnail((_WORKING_SIDE, _WORKING_SIDE))
    white = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(white, upright).convert("RGB")


def _check_size(picture, path):
    if picture.width * picture.height > MAX_PIXELS:
        raise ImageError(
            f"{path} has {picture.width} x {picture.height} pixels, more than are read "
            f"({MAX_PIXELS:,})."
        )


def _ink(picture, path):
    """How much each pixel differs from the background: float32 `(h, w)`, 0.0-1.0.

    Neither side need be the lighter, nor the background be evenly lit.
    """
    pixels = np.asarray(picture, np.float32)
    difference = np.abs(pixels - _background(pixels)).max(axis=2)
    if difference.max() < _LEAST_CONTRAST:
        raise ImageError(f"{path} shows no digit: it is of one colour.")
    return difference / difference.max()


def _background(pixels):
    """The background behind the digit: the plane, in each colour, that fits the border.

    Fitted twice: the second time without what stands out from the border's middle colour or from
    the first fit, such as a stroke that runs to the edge.
    """
    height, width, _ = pixels.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    places = np.stack([np.ones_like(rows), rows / height, columns / width], axis=-1)
    edge = np.ones((height, width), bool)
    edge[1:-1, 1:-1] = False
    there, colours = places[edge], pixels[edge]
    fit = np.median(colours, axis=0)[None] * np.array([[1], [0], [0]], np.float32)
    for _ in range(2):
        off = np.abs(colours - there @ fit).max(axis=1)
        plain = off <= max(2 * np.median(off), 1)
        fit = np.linalg.lstsq(there[plain], colours[plain], rcond=None)[0]
    return places @ fit


def _scaled(digit):
    """Scales a digit, cut out, to fit the box: float32, its longer side `BOX`."""
    height, width = digit.shape
    factor = BOX / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    resampling = Image.Resampling.BOX if factor < 1 else Image.Resampling.BILINEAR
    scaled = np.asarray(Image.fromarray(digit).resize(size, resampling))
    return scaled / scaled.max()


def _centred(digit):
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
