"""What all pictures drawn with matplotlib have in common; it is imported when one is drawn."""

import io
import re
import xml.etree.ElementTree
from typing import Any

from legacy_cnn.errors import UsageError
from legacy_cnn.pages.elements import Html, printable

#: Okabe and Ito's colours, for every kind of eye.
BLUE, ORANGE, GREEN, PINK, AMBER, SKY = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
)  # fmt: skip
GREY = "#777777"

#: Colours that stand for the page's own, which are others in the dark: of its text and its thin
#: lines, and two that stand out from them.
TEXT, RULE, MARK, ALERT = "#010203", "#040506", "#070809", "#0a0b0c"
_OF_THE_PAGE = {
    TEXT: "currentColor", RULE: "var(--rule)", MARK: "var(--mark)", ALERT: "var(--bad)",
}  # fmt: skip

#: No dates, and no random names: equal figures make equal files.
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


def require(wanted):
    """Raises UsageError if matplotlib is not there.

    Args:
      wanted: the option that needs it.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise UsageError(f"{wanted} needs matplotlib: pip install 'legacy-cnn[plots]'.") from error


def save(figure, file, kind):
    """Writes a figure, in equal bytes for equal figures.

    Args:
      figure: a matplotlib `Figure`.
      file: binary.
      kind: "svg", "png" or "pdf".
    """
    import matplotlib

    with matplotlib.rc_context(_SAME_FILES):
        figure.savefig(file, format=kind, dpi=120, metadata=_METADATA.get(kind))


def inline(name, label, size, draw):
    """A figure as SVG that is part of a page, as wide as there is room, in the page's colours.

    Args:
      name: begins every id in it, in letters, digits and "-"; no other figure of the page may
        have it.
      label: what the figure is, for those who do not see it.
      size: width and height in inches; text has 10 points.
      draw: function that draws on an empty matplotlib `Figure`.

    Returns:
      The element, `Html`.
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
    for each in root.findall("defs[style]"):
        root.remove(each)  # that style would be every element's of the page
    del root.attrib["width"], root.attrib["height"]
    root.attrib |= {"role": "img", "aria-label": printable(label)}
    return Html(xml.etree.ElementTree.tostring(root, encoding="unicode"))


def _for_the_page(element, name):
    """Takes off the namespaces, which HTML does not have; makes ids the figure's own."""
    element.tag = element.tag.rpartition("}")[2]
    given = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    element.attrib.clear()
    for key, value in given.items():
        if key in ("id", "href"):
            value = re.sub(r"^(#?)", rf"\g<1>{name}-", value)
        value = value.replace("url(#", f"url(#{name}-")
        for stands, colour in _OF_THE_PAGE.items():
            value = value.replace(stands, colour)
        element.set(key, value)
