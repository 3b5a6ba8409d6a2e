"""Draws how the parts of the package hang together: the picture of the front page."""

import argparse
import dataclasses
from xml.sax.saxutils import escape

from experiments.support.recorded import RESULTS

HELP = "draw how the parts hang together"
WRITES = ("overview.svg",)
TAKES = "a second"

STYLE = """
  svg {
    --paper: #fcfcfa; --panel: #f3f3ef; --text: #1c1c1a;
    --quiet: #595955; --edge: #85857d; --mark: #1f63c4;
  }
  @media (prefers-color-scheme: dark) {
    svg {
      --paper: #181917; --panel: #232421; --text: #ecece6;
      --quiet: #aeaea6; --edge: #8e8e86; --mark: #6aa9ff;
    }
  }
  .paper { fill: var(--paper); }
  .box { fill: var(--panel); stroke: var(--edge); }
  .yours { stroke: var(--mark); stroke-width: 2; }
  text { fill: var(--text); font: 15px system-ui, sans-serif; text-anchor: middle; }
  .command { font-family: ui-monospace, monospace; font-weight: 600; font-size: 14px; }
  .quiet { fill: var(--quiet); font-size: 13px; }
  path { fill: none; stroke: var(--edge); stroke-width: 1.5; marker-end: url(#tip); }
  #tip path { fill: var(--edge); stroke: none; marker-end: none; }
"""

SIZE = (860, 430)
HEIGHT = 62


@dataclasses.dataclass(frozen=True)
class Box:
    """A box: its middle, its width, its title, and a line below it."""

    x: int
    y: int
    width: int
    title: str
    below: str = ""
    #: "yours": what the reader brings or takes away; "ours": what comes with it; "": a command.
    kind: str = ""

    def drawn(self) -> str:
        left, top = self.x - self.width // 2, self.y - HEIGHT // 2
        box = f'<rect class="box {self.kind}" x="{left}" y="{top}" width="{self.width}" '
        style = "" if self.kind else ' class="command"'
        return (
            f'{box}height="{HEIGHT}" rx="6"/>'
            f'<text{style} x="{self.x}" y="{self.y - 5}">{escape(self.title)}</text>'
            f'<text class="quiet" x="{self.x}" y="{self.y + 17}">{escape(self.below)}</text>'
        )


BOXES = {
    "script": Box(125, 55, 200, "Your TensorFlow 1 code", "script, .meta, checkpoint", "yours"),
    "run": Box(430, 55, 240, "legacy-cnn run", "without an edit"),
    "printed": Box(735, 55, 200, "Its results", "on today's TensorFlow", "yours"),
    "port": Box(430, 160, 240, "legacy-cnn port", "layers, as a person would"),
    "keras": Box(735, 160, 200, "A Keras 3 program", "with its trained weights", "yours"),
    "own": Box(125, 265, 200, "A port that you have", "Keras, or eager", "yours"),
    "parity": Box(430, 265, 240, "legacy-cnn parity", "layer by layer, in sessions"),
    "verdict": Box(735, 265, 200, "Same program, or not", "and the first difference", "yours"),
    "tutorial": Box(125, 370, 200, "The tutorial of 2017", "its graph, node for node", "ours"),
    "learn": Box(430, 370, 240, "legacy-cnn lab, lessons", "feed it, fetch from it"),
    "understood": Box(735, 370, 200, "You know why", "graph, session, placeholder", "yours"),
}

ARROWS = (
    ("script", "run"), ("run", "printed"), ("script", "port"), ("port", "keras"),
    ("own", "parity"), ("port", "parity"), ("parity", "verdict"),
    ("tutorial", "learn"), ("learn", "understood"), ("tutorial", "parity"),
)  # fmt: skip


def run(arguments: argparse.Namespace) -> None:
    (RESULTS / "overview.svg").write_text(picture())


def picture() -> str:
    """All of it as SVG, for light and dark pages."""
    width, height = SIZE
    arrows = "\n".join(arrow(BOXES[start], BOXES[end]) for start, end in ARROWS)
    boxes = "\n".join(box.drawn() for box in BOXES.values())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="How the parts hang together">\n'
        f"<style>{STYLE}</style>\n"
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0L8 4L0 8z"/></marker>\n'
        f'<rect class="paper" width="{width}" height="{height}"/>\n{arrows}\n{boxes}\n</svg>\n'
    )


def arrow(start: Box, end: Box) -> str:
    """From the side of a box to that of another, or down to the one below."""
    if start.x == end.x:
        return f'<path d="M{start.x} {start.y + HEIGHT // 2}V{end.y - HEIGHT // 2 - 2}"/>'
    left, right = start.x + start.width // 2, end.x - end.width // 2 - 2
    middle = (left + right) // 2
    return f'<path d="M{left} {start.y}C{middle} {start.y} {middle} {end.y} {right} {end.y}"/>'
