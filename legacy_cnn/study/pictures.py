"""What one trained run has learnt: its filters, what it confuses, its worst mistakes."""

import base64
import io

import numpy as np
from PIL import Image

from legacy_cnn.show.figures import BLUE, ORANGE
from legacy_cnn.show.html import Html, scrolling, tag
from legacy_cnn.show.numbers import three_digits as number
from legacy_cnn.vocabulary import IMAGE_SHAPE

#: Of the most negative, of zero and of the most positive weight.
_SCALE = tuple(tuple(bytes.fromhex(each[1:])) for each in (ORANGE, "#f6f6f2", BLUE))
_SIDE = 5  # of a filter
_ACROSS = 8  # filters
_GAP = 1  # pixels between two
_WORST = 5  # confusions that are named


def filters(name, specimen):
    """The first layer's filters before and after training, and what has changed, as a figure.

    Args:
      name: of the training.
      specimen: what `specimen.look` returned.
    """
    before, after = (np.array(specimen[f"filters_{when}"]) for when in ("before", "after"))
    both, change = _largest(before, after), after - before
    shown = {"before": (before, both), "after": (after, both)}
    shown["after \u2212 before"] = change, _largest(change)
    sheets = [
        tag("div", tag("p", when), _picture(_sheet(each, limit), f"filters, {when}"), _key(limit))
        for when, (each, limit) in shown.items()
    ]
    moved = np.linalg.norm(after - before) / np.linalg.norm(before)
    head = tag(
        "figcaption", tag("b", name), tag("span", f"seed {specimen['seed']}; {_moved(moved)}")
    )
    return tag("figure", head, tag("div", *sheets, class_="sheets"), class_="filters")


def _largest(*arrays):
    """The largest finite size in some arrays, or 1 where there is none above zero."""
    values = np.concatenate([np.abs(each[np.isfinite(each)]) for each in arrays])
    return values.max(initial=0) or 1.0


def _moved(share):
    if not np.isfinite(share):
        return "some weights are infinite or not a number"
    return f"training moved them by {share:.1%} of their Euclidean norm"


def _sheet(filters, limit):
    """All filters as one picture, RGBA; between them it is transparent."""
    down = -(-len(filters) // _ACROSS)
    step = _SIDE + _GAP
    sheet = np.zeros((down * step - _GAP, _ACROSS * step - _GAP, 4), np.uint8)
    for at, each in enumerate(filters):
        y, x = step * (at // _ACROSS), step * (at % _ACROSS)
        sheet[y : y + _SIDE, x : x + _SIDE] = _coloured(each.reshape(_SIDE, _SIDE), limit)
    return sheet


def _coloured(values, limit):
    """Colours, RGBA, for weights from -limit to limit; transparent where they are no numbers."""
    places = np.clip(np.nan_to_num(values / limit), -1, 1)
    colours = [np.interp(places, (-1, 0, 1), channel) for channel in zip(*_SCALE, strict=True)]
    return np.stack([*colours, 255 * np.isfinite(values)], -1).astype(np.uint8)


def _picture(array, label):
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG", optimize=True)
    encoded = base64.b64encode(file.getvalue()).decode()
    height, width = array.shape[:2]
    return Html(
        tag("img", src=f"data:image/png;base64,{encoded}", alt=label, width=width, height=height)
        .removesuffix("</img>")
    )  # fmt: skip


def _key(limit):
    """The scale of the colours, from -limit to limit."""
    return tag("p", number(-limit), tag("i"), number(limit), class_="scale")


def confusion(specimen):
    """Labels against predictions, as a table whose colours are of the counts."""
    counts = np.array(specimen["confusion"])
    off = counts[~np.eye(len(counts), dtype=bool)].max() or 1
    corner = tag("th", "label \u2193 named \u2192", scope="col")
    names = [tag("th", at, scope="col") for at in range(len(counts))]
    head = tag("tr", corner, *names, tag("th", "right", scope="col"))
    body = []
    for label, row in enumerate(counts):
        cells = [_cell(count, at == label, count / off) for at, count in enumerate(row)]
        right = f"{row[label] / row.sum():.1%}" if row.sum() else ""
        body.append(tag("tr", tag("th", label, scope="row"), *cells, tag("td", right)))
    table = tag("table", tag("thead", head), tag("tbody", *body), class_="heat")
    return scrolling("confusion matrix", table)


def most_often(specimen):
    """What is taken for what most often, a list of texts; there may be none."""
    pairs = [
        (count, label, named)
        for label, row in enumerate(specimen["confusion"])
        for named, count in enumerate(row)
        if count and label != named
    ]
    worst = sorted(pairs, key=lambda pair: -pair[0])[:_WORST]
    return [f"{label} named {named}: {count:,} times" for count, label, named in worst]


def _cell(count, right, share):
    if right:
        return tag("td", f"{count:,}", class_="right")
    if not count:
        return tag("td", "\u00b7", class_="none")
    # The square root, so that a single one is seen beside a hundred.
    return tag("td", f"{count:,}", class_="wrong", style=f"--share:{share**0.5:.3f}")


def mistakes(specimen):
    """The pictures that it is most wrong about."""
    return tag("ol", *(_mistake(each) for each in specimen["mistakes"]), class_="mistakes")


def _mistake(mistake):
    pixels = np.frombuffer(base64.b64decode(mistake["pixels"]), np.uint8)
    said = f"a {mistake['label']} that was named {mistake['prediction']}"
    return tag(
        "li",
        _picture(pixels.reshape(IMAGE_SHAPE), said),
        tag(
            "p",
            tag("span", mistake["label"], tag("b", f"\u2192 {mistake['prediction']}")),
            tag("small", number(mistake["margin"])),
            tag("small", f"image {mistake['index']:,}"),
        ),
    )
