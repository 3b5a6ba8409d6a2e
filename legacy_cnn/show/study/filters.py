"""The section on the filters of the first layer, before and after training."""

import base64
import io

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.results import Study
from legacy_cnn.results.study import Specimen
from legacy_cnn.show.figures import BLUE, ORANGE
from legacy_cnn.show.html import Html, tag
from legacy_cnn.show.numbers import exact_percent, three_digits

_TEXT = (
    "The first layer has {count} filters of 5 \u00d7 5 weights. The filters before and after "
    "training share a colour scale; the change has its own."
)

#: Trainings whose filters are shown, if the study has them.
_SHOWN = ("dropout", "scaled")

#: Colours of the most negative, of a zero and of the most positive weight.
_SCALE = tuple(tuple(bytes.fromhex(colour[1:])) for colour in (ORANGE, "#f6f6f2", BLUE))
_SIDE = 5  # weights along a filter
_ACROSS = 8  # filters in a row
_GAP = 1  # pixels between two of them


def section(study: Study) -> Html:
    """Returns the section of the page; the study has a specimen."""
    specimens = study.specimens
    shown = [name for name in _SHOWN if name in specimens] or list(specimens)[:1]
    count = len(specimens[shown[0]].filters_before)
    return tag(
        "section",
        tag("h2", "Filters of the first layer"),
        tag("p", _TEXT.format(count=count)),
        *(figure(name, specimens[name]) for name in shown),
    )


def figure(name: str, specimen: Specimen) -> Html:
    """Returns the filters before and after training, and the change, as a figure."""
    before, after = np.array(specimen.filters_before), np.array(specimen.filters_after)
    change = np.array(specimen.filters_change)
    both = _largest(before, after)
    sheets = (("before", before, both), ("after", after, both))
    caption = tag(
        "figcaption",
        tag("b", name),
        tag("span", f"seed {specimen.seed}; {_moved(specimen.filters_moved)}"),
    )
    return tag(
        "figure",
        caption,
        tag(
            "div",
            *(_sheet(*sheet) for sheet in sheets),
            _sheet("change", change, _largest(change)),
            class_="sheets",
        ),
        class_="filters",
    )


def _moved(share: float) -> str:
    if not np.isfinite(share):
        return "some weights are infinite or not a number"
    return f"the change is {exact_percent(share)} of the weights' Euclidean norm"


def _largest(*arrays: NDArray[np.float64]) -> float:
    """The largest finite absolute value, or 1 if there is none above zero."""
    values = np.concatenate([np.abs(array[np.isfinite(array)]) for array in arrays])
    return float(values.max(initial=0)) or 1.0


def _sheet(label: str, filters: NDArray[np.float64], limit: float) -> Html:
    scale = tag("p", three_digits(-limit), tag("i"), three_digits(limit), class_="scale")
    return tag("div", tag("p", label), picture(_pixels(filters, limit), f"filters, {label}"), scale)


def _pixels(filters: NDArray[np.float64], limit: float) -> NDArray[np.uint8]:
    """All filters as one picture, RGBA, transparent between them."""
    down = -(-len(filters) // _ACROSS)
    step = _SIDE + _GAP
    sheet = np.zeros((down * step - _GAP, _ACROSS * step - _GAP, 4), np.uint8)
    for at, values in enumerate(filters):
        y, x = step * (at // _ACROSS), step * (at % _ACROSS)
        sheet[y : y + _SIDE, x : x + _SIDE] = coloured(values.reshape(_SIDE, _SIDE), limit)
    return sheet


def coloured(values: NDArray[np.float64], limit: float) -> NDArray[np.uint8]:
    """Returns colours, RGBA, for weights from -limit to limit; transparent for NaN and infinity."""
    with np.errstate(all="ignore"):
        places = np.clip(np.nan_to_num(values / limit), -1, 1)
    colours = [np.interp(places, (-1, 0, 1), channel) for channel in zip(*_SCALE, strict=True)]
    return np.stack([*colours, 255 * np.isfinite(values)], -1).astype(np.uint8)


def picture(array: NDArray[np.uint8], label: str) -> Html:
    """Returns an image element that holds the picture.

    Args:
      array: grey `(height, width)`, or RGBA `(height, width, 4)`.
      label: describes it to screen readers.
    """
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG", optimize=True)
    source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    height, width = array.shape[:2]
    element = tag("img", src=source, alt=label, width=width, height=height)
    return Html(element.removesuffix("</img>"))
