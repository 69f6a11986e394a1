"""Pictures of a simulation, to look at beside its table; a plot alone hides how few cases stand behind a point."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hotline.reports import plots
from hotline.reports.outcomes import Z95, Point
from hotline.reports.plots import Caption
from hotline.reports.triage_figures import share

_STYLE = (
    "<style>text{font:12px sans-serif;fill:#222}.end{text-anchor:end}.middle{text-anchor:middle}.soft{fill:#666}"
    ".grid{stroke:#ddd}.whisker{stroke:#555;stroke-width:2}.dot{fill:#1a6}.line{fill:none;stroke:#1a6;stroke-width:2}"
    ".second{stroke:#a52;fill:#a52}.line.second{fill:none}.line.third{stroke:#777;stroke-dasharray:4 3}</style>"
)
_SHORT = {"imminent": "imm.", "high": "high", "elevated": "elev.", "routine": "rout.", "information": "info."}


def draw(told: dict[str, Any], points: Sequence[Point], folder: Path) -> list[Path]:
    """Write the pictures of one simulation (see :mod:`hotline.cli.simulate`) into a folder; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        (f"{policy} {_SHORT[level]}", share(round((one["within_target"] or 0) * one["contacts"]), one["contacts"], Z95))
        for level in _SHORT
        for policy in told["policies"]
        for one in [told["policies"][policy][level]]
    ]
    surge = "" if told["surge"] == 1 else f"-surge-{told['surge']:g}"
    about = f"{told['days']:g} days, surge x {told['surge']:g}, 95 % intervals, same arrivals"
    made = [_write(folder / f"within-target{surge}.svg", plots.intervals(rows, Caption("in", "In time", about)))]
    if points:
        made.append(_write(folder / "trade-off.svg", _curve(points)))
    return made


def _curve(points: Sequence[Point]) -> str:
    """Each reserve rule as a dot: what imminent contacts gain over what everybody else waits for it."""
    pairs = [(point.others_wait_mean, point.imminent, point.rule) for point in points]
    about = "Imminent contacts answered within 20 s, over the mean wait of all others in seconds, with 95 % intervals"
    return plots.curve(pairs, Caption("curve", "Seats kept for danger", about), across="mean wait of all others, s")


def _write(path: Path, svg: str) -> Path:
    svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    path.write_text(svg.replace("<title", f"{_STYLE}<title", 1), "utf-8")
    return path


def draw_staffing(told: dict[str, Any], folder: Path) -> list[Path]:
    """Write, for each house, the seats every hour needs for its hardest and its easiest target, over the load."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, house in told.items():
        lines = [
            ("20 s, 95 %", [float(one["seats"]["imminent"]) for one in house["hours"]]),
            ("10 min, 90 %", [float(one["seats"]["routine"]) for one in house["hours"]]),
            ("erlangs", [one["load"] for one in house["hours"]]),
        ]
        caption = Caption(
            name, "Seats by hour", f"{name}: seats by local hour for two targets, and the load in erlangs"
        )
        made.append(_write(folder / f"staffing-{name.replace('_', '-')}.svg", plots.by_hour(lines, caption)))
    return made
