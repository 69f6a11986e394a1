"""Draws the bars of a report as SVG text, as careful as :mod:`hotline.reports.plots`: pure, escaped, no style."""

from collections.abc import Sequence
from html import escape

from hotline.reports.plots import Caption

WIDTH, HEIGHT = 720, 220
_LEFT, _TOP, _BOTTOM = 52, 14, 34
_LABELS = 8
"""More names below one another's bars would run into each other on a phone."""


def scale(most: float) -> list[int]:
    """Whole ticks from 0 to at least ``most``: five or fewer, in steps of 1, 2 or 5 times a power of ten."""
    step = 1
    while most > 4 * step:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return [step * number for number in range(max(1, -(-int(most) // step)) + 1)]


def bars(rows: Sequence[tuple[str, int, int]], caption: Caption) -> str:
    """A bar for each (name, number, of these marked); the marked part stands at its foot in another pattern."""
    ticks = scale(max((number for _, number, _ in rows), default=0))
    span, floor = WIDTH - _LEFT - 10, HEIGHT - _BOTTOM
    parts = []
    for tick in ticks:
        y = floor - (floor - _TOP) * tick / ticks[-1]
        parts.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - 10}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 5:.1f}" class="end soft">{tick}</text>')
    step = span / max(1, len(rows))
    every = max(1, -(-len(rows) // _LABELS))
    for place, (name, number, marked) in enumerate(rows):
        x, width = _LEFT + step * place + step * 0.12, step * 0.76
        for kind, value in (("bar", number), ("bar marked", marked)):
            height = (floor - _TOP) * value / ticks[-1]
            if value:
                parts.append(
                    f'<rect x="{x:.1f}" y="{floor - height:.1f}" width="{width:.1f}" height="{height:.1f}" '
                    f'class="{kind}"/>'
                )
        if place % every == 0:
            middle = _LEFT + step * (place + 0.5)
            parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 10}" class="middle soft">{escape(name)}</text>')
    return (
        f'<svg class="plot bars" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" focusable="false" '
        f'aria-labelledby="{caption.id}-t {caption.id}-d"><title id="{caption.id}-t">{escape(caption.title)}</title>'
        f'<desc id="{caption.id}-d">{escape(caption.text)}</desc>{"".join(parts)}</svg>'
    )
