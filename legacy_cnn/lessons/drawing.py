"""The pictures that lessons draw: boxes, arrows and texts, as SVG."""

from html import escape
from typing import NamedTuple

from legacy_cnn.show.figures import AMBER, SKY

#: Colours of boxes: as any other, standing out, and left out.
PLAIN, LIT, DARK = SKY, AMBER, "#dddddd"

_INK = "#222222"


class Box(NamedTuple):
    """Where a box is, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


class Drawing:
    """A picture on white. A notebook shows it; a page of the lessons has it as a file."""

    def __init__(self, name: str, title: str, width: int, height: int) -> None:
        """Creates an empty picture.

        Args:
          name: the name of its file, without `.svg`.
          title: what it shows, for those who cannot see it.
          width: its width in pixels.
          height: its height in pixels.
        """
        self.name, self.title, self.width, self.height = name, title, width, height
        self._parts: list[str] = []

    def box(
        self, x: float, y: float, width: float, height: float, text: str = "", fill: str = PLAIN
    ) -> Box:
        """Adds a box with a text in its middle; returns it for arrows."""
        box = Box(x, y, width, height)
        place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
        self._parts.append(f'<rect {place} fill="{fill}" stroke="{_INK}" stroke-width="0.5"/>')
        if text:
            self.text(x + width / 2, box.middle + 4, text, anchor="middle")
        return box

    def text(self, x: float, y: float, text: str, *, anchor: str = "start") -> None:
        """Adds a text that starts at a place, or has it as its "middle" or "end"."""
        place = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
        self._parts.append(f"<text {place}>{escape(text)}</text>")

    def arrow(self, start: Box, end: Box) -> None:
        """Adds an arrow from the right side of a box to the left side of another one."""
        path = f"M{start.right:g} {start.middle:g}L{end.x - 2:g} {end.middle:g}"
        self._parts.append(f'<path d="{path}" stroke="{_INK}" marker-end="url(#head)"/>')

    def _repr_svg_(self) -> str:
        """The picture as SVG, which a notebook shows."""
        size = f'width="{self.width}" height="{self.height}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {self.width} '
                f'{self.height}" role="img" font-family="sans-serif" font-size="12">',
                f"<title>{escape(self.title)}</title>",
                '<marker id="head" orient="auto" markerWidth="8" markerHeight="8" refX="6" '
                'refY="3"><path d="M0 0L6 3L0 6z"/></marker>',
                f'<rect {size} fill="#ffffff"/>',
                *self._parts,
                "</svg>\n",
            ]
        )


def shade(share: float) -> str:
    """A colour between white (0) and dark blue (1)."""
    light = [round(255 - min(max(share, 0), 1) * (255 - dark)) for dark in (0x08, 0x30, 0x6B)]
    return "#" + "".join(f"{value:02x}" for value in light)
