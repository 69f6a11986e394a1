"""Draws small plots as SVG text on the server; a plotting library in every page would be a script nobody reads.

Pure. Every label is escaped here; colours come from the style sheet through classes, so that dark mode and forced
colours hold. A plot never stands alone: the page puts a table with the same figures behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from hotline.reports.triage_figures import Decile, Share

WIDTH = 360
_LEFT = 130
_RIGHT = 50
_ROW = 26
_LEVEL_ROWS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One judgement on the course of a level; ``rank`` 0 (information) to 4 (imminent)."""

    rank: int
    standing: int
    by_person: bool


@dataclass(frozen=True, slots=True)
class Caption:
    """What a plot shows, for those who do not see it; ``id`` is unique in its page."""

    id: str
    title: str
    text: str


def _svg(caption: Caption, height: int, parts: Sequence[str], kind: str, width: int = WIDTH) -> str:
    return (
        f'<svg class="plot {kind}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{caption.id}-t {caption.id}-d" focusable="false">'
        f'<title id="{caption.id}-t">{escape(caption.title)}</title>'
        f'<desc id="{caption.id}-d">{escape(caption.text)}</desc>{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.0f} %"


def course(points: Sequence[Point], names: Sequence[str], caption: Caption) -> str:
    """The level over a conversation: a stepped line, a dot for a machine's and a diamond for a person's judgement.

    ``names`` are the words of the five levels, from information to imminent; only those that occur are written.
    """
    top, height, left = 12, 92, 84
    y_of = [top + (_LEVEL_ROWS - 1 - rank) * 17 for rank in range(_LEVEL_ROWS)]
    step = (WIDTH - left - 14) / max(1, len(points) - 1)
    shown = sorted({point.standing for point in points} | {point.rank for point in points})
    parts = [_line(left - 6, y_of[rank], WIDTH - 6, y_of[rank], "grid") for rank in shown]
    parts += [_text(left - 12, y_of[rank] + 4, names[rank], "end") for rank in shown]
    places = [(left + step * place, point) for place, point in enumerate(points)]
    if places:
        steps = " ".join(f"H{x:.1f} V{y_of[point.standing]}" for x, point in places)
        parts.append(f'<path d="M{left} {y_of[points[0].standing]} {steps}" class="line"/>')
    parts += [_judged(x, y_of[point.rank], by_person=point.by_person) for x, point in places]
    return _svg(caption, height, parts, "course")


def _judged(x: float, y: float, *, by_person: bool) -> str:
    if by_person:
        return f'<path d="M{x:.1f} {y - 6} l6 6 l-6 6 l-6 -6 z" class="person"/>'
    return f'<circle cx="{x:.1f}" cy="{y}" r="3" class="machine"/>'


def intervals(rows: Sequence[tuple[str, Share]], caption: Caption) -> str:
    """A dot and its interval for each share, on one scale from 0 to 100 %; a row without cases says so by a dash."""
    height = _ROW * len(rows) + 26
    span = WIDTH - _LEFT - _RIGHT
    parts = []
    for tick in (0.0, 0.5, 1.0):
        x = _LEFT + tick * span
        parts += [_line(x, 4, x, height - 20, "grid"), _text(x, height - 6, _percent(tick), "middle soft")]
    for place, (label, share) in enumerate(rows):
        y = 4 + _ROW * (place + 0.5)
        parts.append(_text(_LEFT - 8, y + 4, label, "end"))
        if share.value is None or share.low is None or share.high is None:
            parts.append(_text(WIDTH - 4, y + 4, "–", "end soft"))
            continue
        parts.append(_line(_LEFT + share.low * span, y, _LEFT + share.high * span, y, "whisker"))
        parts.append(f'<circle cx="{_LEFT + share.value * span:.1f}" cy="{y:.1f}" r="4" class="dot"/>')
        parts.append(_text(WIDTH - 4, y + 4, _percent(share.value), "end"))
    return _svg(caption, height, parts, "intervals")


def calibration(rows: Sequence[Decile], caption: Caption, *, across: str) -> str:
    """How often people saw risk, over the machine's score; on the diagonal a score means what it says."""
    size, left, top = 200, 52, 10
    x_of = [left + (row.low + row.high) / 2 * (WIDTH - left - 16) for row in rows]
    parts = [_line(left, top + size, WIDTH - 16, top, "diagonal")]
    for tick in (0.0, 0.5, 1.0):
        y = top + size * (1 - tick)
        parts += [_line(left, y, WIDTH - 16, y, "grid"), _text(left - 6, y + 4, _percent(tick), "end soft")]
        parts.append(_text(left + tick * (WIDTH - left - 16), top + size + 16, f"{tick:.1f}", "middle soft"))
    for x, row in zip(x_of, rows, strict=True):
        if row.risk.value is None or row.risk.low is None or row.risk.high is None:
            continue
        parts.append(_line(x, top + size * (1 - row.risk.low), x, top + size * (1 - row.risk.high), "whisker"))
        parts.append(f'<circle cx="{x:.1f}" cy="{top + size * (1 - row.risk.value):.1f}" r="4" class="dot"/>')
    parts.append(_text(left + (WIDTH - left - 16) / 2, top + size + 34, across, "middle"))
    return _svg(caption, size + top + 42, parts, "calibration")


def curve(rows: Sequence[tuple[float, Share, str]], caption: Caption, *, across: str) -> str:
    """Shares over what they cost: numbered dots with intervals, joined in the order given; names stand below."""
    size, left, top, width = 190, 52, 14, WIDTH
    lowest = min((share.low for _, share, _ in rows if share.low is not None), default=0.0)
    floor, most = int(lowest * 20) / 20, max((cost for cost, _, _ in rows), default=0.0) or 1.0
    span = width - left - 20

    def y_of(value: float) -> float:
        return top + size * (1 - (value - floor) / (1 - floor))

    parts = []
    for tick in (floor, (floor + 1) / 2, 1.0):
        parts += [_line(left, y_of(tick), width - 12, y_of(tick), "grid")]
        parts.append(_text(left - 6, y_of(tick) + 4, f"{tick * 100:.1f}", "end soft"))
    for part in (0.0, 0.5, 1.0):
        parts.append(_text(left + part * span, top + size + 16, f"{part * most:.0f}", "middle soft"))
    known = [(left + cost / most * span, one, name) for cost, one, name in rows if one.value is not None]
    path = " ".join(f"{'L' if n else 'M'}{x:.1f} {y_of(one.value or 0):.1f}" for n, (x, one, _) in enumerate(known))
    parts.append(f'<path d="{path}" class="line"/>')
    for x, one, _ in known:
        y = y_of(one.value or 0)
        parts.append(_line(x, y_of(one.low or 0), x, y_of(one.high or 0), "whisker"))
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="dot"/>')
    for place, (x, one, name) in enumerate(known, start=1):
        parts.append(_text(x, y_of(one.low or 0) + 14, str(place), "middle"))
        parts.append(_text(left, top + size + 40 + 17 * place, f"{place}  {name}", "soft"))
    parts.append(_text(left + span / 2, top + size + 34, across, "middle"))
    return _svg(caption, size + top + 52 + 17 * len(known), parts, "curve", width)


def by_hour(lines: Sequence[tuple[str, Sequence[float]]], caption: Caption) -> str:
    """Some numbers over the hours of a day as steps, one line each, with its name at the right end."""
    size, left, top, width = 170, 40, 12, WIDTH + 120
    most = max((value for _, values in lines for value in values), default=0.0) or 1.0
    step = (width - left - 110) / max(1, max((len(values) for _, values in lines), default=1))
    parts: list[str] = []
    named: list[tuple[float, str]] = []
    for tick in (0.0, 0.5, 1.0):
        y = top + size * (1 - tick)
        parts += [_line(left, y, width - 100, y, "grid"), _text(left - 6, y + 4, f"{tick * most:.0f}", "end soft")]
    for hour in range(0, 25, 6):
        parts.append(_text(left + step * hour, top + size + 16, f"{hour:02d}", "middle soft"))
    for kind, (name, values) in zip(("", " second", " third"), lines, strict=False):
        heights = [top + size * (1 - value / most) for value in values]
        path = " ".join(f"V{y:.1f} h{step:.1f}" for y in heights)
        parts.append(f'<path d="M{left} {heights[0]:.1f} {path}" class="line{kind}"/>')
        named.append((heights[-1], name))
    below = 0.0
    for y, name in sorted(named):
        below = max(below + 14, y + 4)
        parts.append(_text(width - 96, below, name, "soft"))
    return _svg(caption, size + top + 24, parts, "by-hour", width)


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars over time: ``values`` (``None``: nothing to say), the ``dark`` part of each, words for scale and ends."""

    values: Sequence[float | None]
    most: float
    scale: str
    dark: Sequence[float] = ()
    ends: tuple[str, str] = ("", "")


def bars(drawn: Bars, caption: Caption) -> str:
    """A row of bars from the oldest at the left to now at the right; readable across a room."""
    size, left, top, width = 96, 6, 20, WIDTH
    step = (width - left - 6) / max(1, len(drawn.values))
    most = drawn.most or 1.0
    parts = [_line(left, top, width - 6, top, "grid"), _line(left, top + size, width - 6, top + size, "grid")]
    parts.append(_text(left, top - 6, drawn.scale, "soft"))
    for place, value in enumerate(drawn.values):
        if value is not None:
            parts.append(_bar(left + step * place, top + size, step, size * min(1.0, value / most), "bar"))
    for place, value in enumerate(drawn.dark):
        parts.append(_bar(left + step * place, top + size, step, size * min(1.0, value / most), "bar dark"))
    parts.append(_text(left, top + size + 16, drawn.ends[0], "soft"))
    parts.append(_text(width - 6, top + size + 16, drawn.ends[1], "end soft"))
    return _svg(caption, size + top + 24, parts, "bars")


def _bar(x: float, floor: float, step: float, height: float, kind: str) -> str:
    tall = max(height, 1.5) if height else 0.0
    return f'<rect x="{x + 1:.1f}" y="{floor - tall:.1f}" width="{step - 2:.1f}" height="{tall:.1f}" class="{kind}"/>'


def weeks(rows: Sequence[tuple[str, float | None, float | None]], caption: Caption) -> str:
    """Two lines over the weeks: a mean score, and a share of judgements at or above elevated; both 0-1."""
    size, left, top = 130, 52, 10
    step = (WIDTH - left - 24) / max(1, len(rows) - 1)
    parts = []
    for tick in (0.0, 0.5, 1.0):
        y = top + size * (1 - tick)
        parts += [_line(left, y, WIDTH - 12, y, "grid"), _text(left - 6, y + 4, _percent(tick), "end soft")]
    every = max(1, len(rows) // 4)
    for place, (label, _, _) in enumerate(rows):
        if place % every == 0:
            parts.append(_text(left + 6 + step * place, top + size + 16, label, "middle soft"))
    for column, kind in ((1, "first"), (2, "second")):
        dots = [
            (left + 6 + step * place, top + size * (1 - value))
            for place, row in enumerate(rows)
            if isinstance(value := row[column], float)
        ]
        if dots:
            path = " ".join(f"{'L' if place else 'M'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(dots))
            parts.append(f'<path d="{path}" class="line {kind}"/>')
            parts += [_mark(x, y, kind) for x, y in dots]
    return _svg(caption, size + top + 24, parts, "weeks")


def _mark(x: float, y: float, kind: str) -> str:
    if kind == "first":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" class="dot {kind}"/>'
    return f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" class="dot {kind}"/>'
