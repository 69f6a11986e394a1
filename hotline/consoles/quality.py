"""The triage quality report's page: without it a model would be trusted because nobody looked."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext

from hotline.consoles import pictures
from hotline.consoles.doors import api, pages
from hotline.domain.contact import Language, Level, Role
from hotline.reports import quality_view
from hotline.reports.quality_view import PERIODS_DAYS
from hotline.web.house import helpline, house, reader
from hotline.web.language import NAMES
from hotline.web.quality_schemas import Quality
from hotline.web.session import current_person

SEES_CONTACTS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
"""Who may open contacts that are not their own; the others see figures without links."""
USUAL_DAYS = 28


def days() -> int:
    """The period of this request, in days; one that is not offered is the usual one."""
    given = request.args.get("days", "")
    return int(given) if given.isdigit() and int(given) in PERIODS_DAYS else USUAL_DAYS


def read_report() -> dict[str, Any]:
    """The report of the chosen period; contacts are named only to those who may open them, on every way out."""
    parts = helpline()
    with parts.database.read() as conn:
        report = quality_view.report(reader(conn), parts.quality, days())
    if not current_person().roles & SEES_CONTACTS:
        report["sample"]["contacts"] = []
        if report["shadow"]:
            report["shadow"]["differing"] = []
    return report


@pages.get("/quality")
def quality() -> str:
    """How well the triage does, with plots and the tables behind them."""
    report = read_report()
    return render_template(
        "consoles/quality.html",
        report=report,
        periods=PERIODS_DAYS,
        order=[level.value for level in reversed(Level)],
        plots=_plots(report),
        percent=pictures.percent,
        row_name=_row_name,
        language_names={code.value: name for code, name in NAMES.items()},
        links=bool(current_person().roles & SEES_CONTACTS),
        shadow_on=house().settings.shadow_models_dir is not None,
    )


def _plots(report: dict[str, Any]) -> dict[str, str]:
    found = {"weeks": pictures.weeks(report["weeks"])}
    if report["figures"] is None:
        return found
    found["calibration"] = pictures.calibration(report["figures"]["calibration"])
    for group in ("by_level", "by_language", "by_channel"):
        for measure, title in _measures().items():
            rows = [(_row_name(fit), fit[measure]) for fit in report["figures"][group]]
            found[f"{group}_{measure}"] = pictures.intervals(rows, id_=f"{group}-{measure}", title=title)
    return found


def _measures() -> dict[str, str]:
    return {
        "recall": gettext("Found: of those people put there, how many the machine put there too"),
        "precision": gettext("Right: of those the machine put there, how many people put there too"),
    }


def _row_name(fit: dict[str, Any]) -> str:
    """The group and the cut: ``English · urgent``."""
    name = fit["name"]
    group = NAMES.get(Language(name), name) if name in list(Language) else pictures.channel_name(name)
    return " · ".join(part for part in (group, pictures.cut_name(fit["cut"])) if part)


@api.get("/quality")
@api.output(Quality)
@api.doc(description="?days= is 7, 28, 91 or 365; contacts are named only to those who may open them.")
def get_quality() -> Any:
    """How well the triage does: figures against people's levels, drift, the candidate in shadow, the weekly sample."""
    return read_report()
