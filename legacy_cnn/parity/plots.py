"""Errors as pictures: where one stands on a logarithmic axis, and lines over steps, in SVG."""

import math
from html import escape

#: Powers of ten at the ends of the axis: a unit in the last place of float32, and all of a value.
LOWEST, HIGHEST = -9, 1

#: Told apart by colour and by dashes (Okabe and Ito's colours, for every kind of eye).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#777777", "#8a6d3b")
DASHES = ("none", "7 3", "2 3")

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 264, 64, 12, 10, 42


def place(value):
    """Where a value stands on the axis, 0.0-1.0; zero at the left end, infinity at the right."""
    if value <= 0:
        return 0.0
    if math.isinf(value):
        return 1.0
    share = (math.log10(value) - LOWEST) / (HIGHEST - LOWEST)
    return min(max(share, 0.02), 0.98)  # so that neither is taken for zero or infinity


def chart(series, limit):
    """Lines over steps.

    Args:
      series: dict from a name to its points, (step, value).
      limit: value at which a line across is drawn; 0 is none.
    """
    last = max(step for points in series.values() for step, _ in points)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="error over steps">',
        *_grid(),
        *_steps(last),
    ]
    if limit:
        parts += [_across(limit, "limit"), _label(WIDTH - RIGHT, _y(limit) - 5, "allowed", "end")]
    for at, points in enumerate(series.values()):
        line = " ".join(f"{_x(step, last):.1f},{_y(value):.1f}" for step, value in points)
        parts.append(f'<polyline points="{line}" {_stroke(at)}/>')
    return "".join([*parts, "</svg>"])


def legend(series):
    """What line is whose."""
    items = [
        f'<li><svg viewBox="0 0 32 8"><line x1="0" x2="32" y1="4" y2="4" stroke-width="3" '
        f"{_stroke(at)}/></svg> {escape(name)}</li>"
        for at, name in enumerate(series)
    ]
    return f'<ul class="legend">{"".join(items)}</ul>'


def _stroke(at):
    dashes = DASHES[at // len(COLOURS) % len(DASHES)]
    return f'stroke="{COLOURS[at % len(COLOURS)]}" stroke-dasharray="{dashes}"'


def _x(step, last):
    return LEFT + (WIDTH - LEFT - RIGHT) * (step - 1) / max(last - 1, 1)


def _y(value):
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * place(value)


def _grid():
    for power in range(LOWEST + 1, HIGHEST + 1, 2):
        yield _across(10.0**power, "grid")
        yield _label(LEFT - 8, _y(10.0**power) + 4, f"1e{power}", "end")
    yield _across(0, "grid")
    yield _label(LEFT - 8, _y(0) + 4, "equal", "end")


def _steps(last):
    apart = 5 * max(1, round(last / 50))
    for step in sorted({1, *range(apart, last - apart // 2, apart), last}):
        yield _label(_x(step, last), HEIGHT - 22, str(step), "middle")
    yield _label((LEFT + WIDTH) / 2, HEIGHT - 4, "step", "middle")


def _across(value, style):
    y = f"{_y(value):.1f}"
    return f'<line class="{style}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'


def _label(x, y, text, anchor):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
