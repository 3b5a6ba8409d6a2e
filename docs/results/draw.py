"""Draws the figures of the pages from the recorded numbers; needs matplotlib."""

import json
from pathlib import Path

from legacy_cnn.bench import plot

HERE = Path(__file__).parent


def main():
    measured = json.loads((HERE / "bench.json").read_text())
    plot.draw({"training": measured["training"]}, HERE / "performance.svg")
    grown = json.loads((HERE / "growth.json").read_text())
    plot.draw({"growth": grown["growth"]}, HERE / "growth.svg")


if __name__ == "__main__":
    main()
