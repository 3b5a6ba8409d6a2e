"""Helpers for figures drawn with matplotlib, which is imported when one is drawn."""

import io
import re
import xml.etree.ElementTree
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from legacy_cnn.errors import not_installed
from legacy_cnn.show.html import Html
from legacy_cnn.show.texts import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Okabe and Ito's colours, for every kind of eye.
BLUE, ORANGE, GREEN, PINK, AMBER, SKY = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
)  # fmt: skip
GREY = "#777777"

#: Placeholders for the page's own colours, which differ in its dark mode: its text, its thin lines,
#: and two that stand out from them.
TEXT, RULE, MARK, ALERT = "#010203", "#040506", "#070809", "#0a0b0c"
_OF_THE_PAGE = {
    TEXT: "currentColor", RULE: "var(--rule)", MARK: "var(--mark)", ALERT: "var(--bad)",
}  # fmt: skip

#: No dates and no random ids, so that equal figures make equal files.
_SAME_FILES: Any = {"svg.hashsalt": "legacy_cnn"}
_METADATA = {
    "svg": dict.fromkeys(("Date", "Creator", "Format", "Type")),
    "pdf": {"CreationDate": None},
}
_ON_A_PAGE: Any = {
    "svg.fonttype": "none",  # text stays text
    "text.parse_math": False,  # names come from outside
    "font.size": 10,
    "lines.linewidth": 2,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": RULE,
    "grid.color": RULE,
    "legend.frameon": False,
    **dict.fromkeys(("text.color", "axes.labelcolor"), TEXT),
    **dict.fromkeys(("xtick.labelcolor", "ytick.labelcolor"), TEXT),
    **dict.fromkeys(("xtick.color", "ytick.color"), RULE),
}


def require(wanted: str) -> None:
    """Raises NotInstalledError if matplotlib is not installed.

    Args:
      wanted: name of the argument that needs it.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise not_installed(wanted, "matplotlib", wanted) from error


def save(figure: "Figure", file: IO[bytes], kind: str) -> None:
    """Writes a figure; equal figures make equal bytes.

    Args:
      figure: a matplotlib `Figure`.
      file: open, binary.
      kind: "svg", "png" or "pdf".
    """
    import matplotlib

    with matplotlib.rc_context(_SAME_FILES):
        figure.savefig(file, format=kind, dpi=120, metadata=_METADATA.get(kind))


def inline(
    name: str, label: str, size: tuple[float, float], draw: Callable[["Figure"], object]
) -> Html:
    """Draws a figure as SVG to put into a page: full width, in the page's colours.

    Args:
      name: prefix of every id in the figure, of letters, digits and "-"; unique in the page.
      label: describes the figure to screen readers.
      size: width and height in inches; text has 10 points.
      draw: function that draws on an empty matplotlib `Figure`.

    Returns:
      The svg element.
    """
    import matplotlib
    from matplotlib.figure import Figure

    file = io.BytesIO()
    with matplotlib.rc_context(_ON_A_PAGE):
        figure = Figure(size, layout="constrained", facecolor="none")
        draw(figure)
        for axis in figure.axes:
            axis.patch.set_visible(False)
        save(figure, file, "svg")
    root = xml.etree.ElementTree.fromstring(file.getvalue())
    for element in root.iter():
        _for_the_page(element, name)
    for definitions in root.findall("defs[style]"):
        root.remove(definitions)  # their style would apply to the whole page
    del root.attrib["width"], root.attrib["height"]
    root.attrib |= {"role": "img", "aria-label": printable(label)}
    return Html(xml.etree.ElementTree.tostring(root, encoding="unicode"))


def _for_the_page(element: xml.etree.ElementTree.Element, name: str) -> None:
    """Removes the namespaces, which HTML does not have, and prefixes ids with the figure's name."""
    element.tag = element.tag.rpartition("}")[2]
    attributes = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    element.attrib.clear()
    for key, value in attributes.items():
        if key in ("id", "href"):
            value = re.sub(r"^(#?)", rf"\g<1>{name}-", value)
        value = value.replace("url(#", f"url(#{name}-")
        for placeholder, colour in _OF_THE_PAGE.items():
            value = value.replace(placeholder, colour)
        element.set(key, value)
