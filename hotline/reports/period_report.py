"""The report of a period: every figure and table beside the period before, as pages, programs and exports read it."""

import dataclasses
from typing import Any

from hotline.reports import totals as adding
from hotline.reports.breakdowns import BREAKDOWNS
from hotline.reports.figure import Value
from hotline.reports.figures import FIGURES
from hotline.reports.periods import Period
from hotline.reports.totals import Books, Filters
from hotline.reports.triage_figures import Share


def report(books: Books, period: Period, filters: Filters) -> dict[str, Any]:
    """``Report`` of the API. Figures have ``value`` and ``before``; a share is a mapping with its interval."""
    earlier = period.before()
    now, before = adding.total(books, period, filters), adding.total(books, earlier, filters)
    return {
        "period": _told(period),
        "before": _told(earlier),
        "filters": {name: filters.only.get(name) for name in ("channel", "language", "level")},
        "made_at": books.now,
        "unfinished": period.end > books.now,
        "figures": [
            {"id": figure.id, "value": _plain(figure.of(now)), "before": _plain(figure.of(before))}
            for figure in FIGURES
        ],
        "tables": {breakdown.id: _rows(breakdown.rows(now), breakdown.rows(before)) for breakdown in BREAKDOWNS},
    }


def _told(period: Period) -> dict[str, Any]:
    return {"from": period.first, "to": period.last, "zone": period.zone, "days": period.days}


def _plain(value: Value) -> Any:
    return dataclasses.asdict(value) if isinstance(value, Share) else value


def _rows(now: dict[str, tuple[Value, ...]], before: dict[str, tuple[Value, ...]]) -> list[dict[str, Any]]:
    """Each row with its values, and the first value of the same row in the period before."""
    return [
        {"key": key, "values": [_plain(value) for value in row], "before": _plain(before.get(key, (0,))[0])}
        for key, row in now.items()
    ]
