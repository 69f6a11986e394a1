"""The reports' page, files and figures for programs: what was done, for those who answer for it or pay for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from flask import Response, render_template, request
from flask_babel import get_locale, gettext

from hotline.consoles import pictures
from hotline.consoles.doors import api, pages
from hotline.domain.contact import Channel, Language, Level
from hotline.domain.errors import InvalidInput
from hotline.reports import export, export_pdf, period_report, periods
from hotline.reports.breakdowns import BREAKDOWNS
from hotline.reports.figure import Breakdown, Figure, Part, Unit
from hotline.reports.figures import FIGURES
from hotline.reports.periods import Period
from hotline.reports.totals import Books, Filters
from hotline.reports.wording import PARTS, Wording
from hotline.volunteers.rota import check_zone, local_today
from hotline.web.house import helpline
from hotline.web.language import NAMES, negotiate
from hotline.web.page import words
from hotline.web.report_schemas import Report

Chosen = TypeVar("Chosen", Channel, Language, Level)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks about."""

    period: Period
    filters: Filters


def _asked() -> Asked:
    """The period and filters in the address; without days, the month so far. Raises ``InvalidInput``."""
    given = request.args
    zone = _zone()
    if not given.get("from") and not given.get("to"):
        period = _usual(zone)["this_month"]
    else:
        first = given.get("from") or given.get("to", "")
        period = periods.read(first, given.get("to") or first, zone)
    filters = Filters(_one("channel", Channel), _one("language", Language), _one("level", Level))
    return Asked(period, filters)


def _zone() -> str:
    zone = request.args.get("zone", "").strip() or helpline().rota.zone
    check_zone(zone)
    return zone


def _usual(zone: str) -> dict[str, Period]:
    return periods.usual(local_today(helpline().clock.now(), zone), zone)


def _one(name: str, kind: type[Chosen]) -> Chosen | None:
    given = request.args.get(name, "")
    if not given:
        return None
    try:
        return kind(given)
    except ValueError:
        raise InvalidInput(f"unknown {name}", field=name) from None


def read_report(asked: Asked) -> dict[str, Any]:
    """``Report`` of the API."""
    parts = helpline()
    with parts.database.read() as conn:
        return period_report.report(Books(conn, parts.keys, parts.clock.now()), asked.period, asked.filters)


def _wording() -> Wording:
    """The words of this request's language; English dates are written as 1 October 2026."""
    names = {code.value: name for code, name in NAMES.items()}
    locale = str(get_locale())
    return Wording(gettext, words, names, "en_GB" if locale == "en" else locale)


@pages.get("/reports")
def reports() -> Any:
    """Every figure beside the period before, with plots and tables; wrong input keeps what was typed."""
    try:
        asked = _asked()
    except InvalidInput as error:
        return _page(None, error.field), 400
    return _page(asked, "")


def _page(asked: Asked | None, wrong: str) -> str:
    wording, given = _wording(), request.args
    found = None if asked is None else read_report(asked)
    try:
        zone = _zone()
    except InvalidInput:
        zone = helpline().rota.zone
    usual = _usual(zone)
    period = asked.period if asked else None
    return render_template(
        "consoles/reports.html",
        found=found,
        wrong=wrong,
        form={
            "from": period.first.isoformat() if period else given.get("from", ""),
            "to": period.last.isoformat() if period else given.get("to", ""),
            "zone": period.zone if period else given.get("zone", ""),
            **{name: given.get(name, "") for name in ("channel", "language", "level")},
        },
        usual={name: _address(one) for name, one in usual.items()},
        chosen=next((name for name, one in usual.items() if one == period), ""),
        last_month=(usual["this_month"].first - timedelta(days=1)).isoformat()[:7],
        parts=[(part, gettext(PARTS[part])) for part in Part],
        figures=FIGURES,
        tables=BREAKDOWNS,
        values={} if found is None else {one["id"]: one for one in found["figures"]},
        plots={} if found is None else _plots(found),
        wording=wording,
        choices={
            "channel": [(one.value, pictures.channel_name(one)) for one in Channel],
            "language": [(code.value, name) for code, name in NAMES.items()],
            "level": [(one.value, pictures.level_name(one)) for one in reversed(Level)],
        },
    )


def _address(period: Period) -> dict[str, str]:
    """A period and the present filters as the address of a page."""
    kept = {name: value for name in ("channel", "language", "level") if (value := request.args.get(name))}
    return {"from": period.first.isoformat(), "to": period.last.isoformat(), "zone": period.zone, **kept}


def _plots(found: Mapping[str, Any]) -> dict[str, str]:
    drawn = {}
    for table in BREAKDOWNS:
        rows = found["tables"][table.id]
        if table.id in export_pdf.CHARTS:
            shown = [(row["key"], row["values"]) for row in rows]
            drawn[table.id] = pictures.bars(shown, id_=table.id, title=gettext(table.label))
    promised = [(pictures.level_name(row["key"]), row["values"][1]) for row in found["tables"]["by_level"]]
    drawn["by_level"] = pictures.intervals(promised, id_="by_level", title=gettext("Within the promise"))
    return drawn


Maker = Callable[[Mapping[str, Any], Wording], bytes]
_FILES: dict[str, tuple[str, Maker]] = {
    "csv": ("text/csv; charset=utf-8", export.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export.as_xlsx),
    "pdf": ("application/pdf", lambda found, wording: export_pdf.as_pdf(found, wording, negotiate())),
}


def _file() -> Response:
    """The report as ``?format=`` csv, xlsx or pdf."""
    kind = request.args.get("format", "csv")
    if kind not in _FILES:
        raise InvalidInput("unknown format", field="format")
    asked = _asked()
    mimetype, make = _FILES[kind]
    name = f"hotline-{asked.period.first}-{asked.period.last}.{kind}"
    return _attached(make(read_report(asked), _wording()), mimetype, name)


def _attached(content: bytes, mimetype: str, name: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _month() -> Response:
    """The PDF of a calendar month for readers outside, always of the whole helpline."""
    period = periods.month(request.args.get("month", ""), _zone())
    found = read_report(Asked(period, Filters()))
    made = export_pdf.monthly(found, _wording(), negotiate())
    return _attached(made, "application/pdf", f"hotline-{period.first.isoformat()[:7]}.pdf")


@pages.get("/reports/file")
def report_file() -> Response:
    """The report as a file."""
    return _file()


@pages.get("/reports/month")
def report_month() -> Response:
    """A month as PDF, for a funder."""
    return _month()


_ABOUT = (
    "?from= and ?to= are local days (2026-11-23) of ?zone=, an IANA time zone; without them it is the month so far. "
    "?channel=, ?language= and ?level= keep one of each. What each figure means stands in `definitions`."
)


@api.get("/reports")
@api.output(Report)
@api.doc(description=_ABOUT)
def get_report() -> Any:
    """Every figure of a period beside the period before it; counts of contacts, never a contact."""
    found = read_report(_asked())
    defined: list[Figure | Breakdown] = [*FIGURES, *BREAKDOWNS]
    return found | {
        "definitions": [
            {
                "id": one.id,
                "label": gettext(one.label),
                "definition": gettext(one.definition),
                "unit": getattr(one, "unit", Unit.COUNT),
                "columns": [gettext(label) for label, _ in getattr(one, "columns", ())],
                "tables": list(one.tables),
            }
            for one in defined
        ],
    }


@api.get("/reports/file")
@api.doc(description=f"{_ABOUT} ?format= is csv, xlsx or pdf.")
def get_report_file() -> Response:
    """The same as a file."""
    return _file()


@api.get("/reports/month")
@api.doc(description="?month= is a calendar month (2026-11) of ?zone=.")
def get_month_report() -> Response:
    """A month as PDF for readers outside: numbers below five are hidden."""
    return _month()
