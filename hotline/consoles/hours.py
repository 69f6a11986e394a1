"""The doors of the opening hours: see them, set them from a moment on, take back what is planned."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import when
from hotline.consoles.doors import api, pages
from hotline.domain.errors import InvalidInput
from hotline.flow import hours as hours_flow
from hotline.reports import hours_view
from hotline.volunteers.opening import WEEK_DAYS, Hours, SpecialDay, from_document, read_stretches
from hotline.volunteers.rota import local_today
from hotline.web import word_schemas as schemas
from hotline.web.house import helpline
from hotline.web.language import error_sentence
from hotline.web.session import current_person

BLANK_SPECIAL_DAYS = 3
"""Empty lines for special days below those that stand; after saving there are as many again."""


def _history() -> dict[str, Any]:
    parts = helpline()
    now = parts.clock.now()
    with parts.database.read() as conn:
        history = hours_view.history(conn, now)
    return {"now": hours_view.public(parts.hours.now, now), "history": history}


@pages.get("/hours")
def hours_page() -> str:
    """What counts now, the form to set hours, what is planned and what was."""
    return _page()


def _page(*, trouble: str = "", field: str = "", typed: dict[str, Any] | None = None) -> str:
    zone, found = helpline().rota.zone, _history()
    standing = found["now"]["hours"] or {"week": None, "special": []}
    return render_template(
        "consoles/hours.html",
        **found,
        form=typed or _form_of(standing),
        trouble=trouble,
        field=field,
        zone=zone,
        when=when,
        wall_clock=lambda at: when.clock(at, zone),
    )


def _form_of(hours: dict[str, Any]) -> dict[str, Any]:
    """What stands in the form at first: what counts now, without special days that are over."""
    today = local_today(helpline().clock.now(), helpline().rota.zone).isoformat()
    week = hours["week"]
    special = [
        (one["day"], one["name"], ", ".join(one["stretches"])) for one in hours["special"] if one["day"] >= today
    ]
    return {
        "always": week is None,
        "week": [""] * WEEK_DAYS if week is None else [", ".join(day) for day in week],
        "special": special + [("", "", "")] * BLANK_SPECIAL_DAYS,
        "from_at": "",
        "reason": "",
    }


@pages.post("/hours")
def set_hours() -> Any:
    """Set the hours; what is refused stays in its form."""
    typed = _typed()
    try:
        from_at = when.read_moment(typed["from_at"], helpline().rota.zone)
        hours_flow.set_hours(helpline(), current_person(), _read(typed), from_at=from_at, reason=typed["reason"])
    except InvalidInput as trouble:
        return _page(trouble=error_sentence(trouble.code), field=trouble.field, typed=typed), 400
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.hours_page"), 303)


def _typed() -> dict[str, Any]:
    form = request.form
    columns = (form.getlist(f"special-{name}") for name in ("day", "name", "times"))
    return {
        "always": form.get("kind") == "always",
        "week": [form.get(f"day-{number}", "") for number in range(WEEK_DAYS)],
        "special": list(zip(*columns, strict=False)),
        "from_at": form.get("from_at", ""),
        "reason": form.get("reason", ""),
    }


def _read(typed: dict[str, Any]) -> Hours:
    """The form as hours; lines without a day and a name are empty lines. Always open has no special days."""
    if typed["always"]:
        return Hours(None)
    lines = [(number, *line) for number, line in enumerate(typed["special"]) if any(part.strip() for part in line)]
    return Hours(
        week=tuple(read_stretches(text, f"day-{number}") for number, text in enumerate(typed["week"])),
        special=tuple(
            SpecialDay(
                when.read_day(day, f"special-{number}"),
                " ".join(name.split()),
                read_stretches(times, f"special-{number}"),
            )
            for number, day, name, times in lines
        ),
    )


@pages.post("/hours/<setting_id>/revoke")
def revoke_hours(setting_id: str) -> Response:
    """Take back what is planned."""
    hours_flow.revoke(helpline(), current_person(), setting_id)
    flash(gettext("Taken back."), "ok")
    return redirect(url_for("staff.hours_page"), 303)


@api.get("/hours/history")
@api.output(schemas.HoursHistory)
def get_hours_history() -> Any:
    """The opening hours that count, those planned, and those that were."""
    return _history()


@api.post("/hours")
@api.input(schemas.NewHours)
@api.output(schemas.HoursHistory, status_code=201)
def new_hours(json_data: schemas.NewHours) -> Any:
    """Set the hours from a moment on; each stretch as ``20:00-02:00``. Nobody is refused outside of them."""
    hours = from_document(json_data.model_dump())
    hours_flow.set_hours(helpline(), current_person(), hours, from_at=json_data.from_at, reason=json_data.reason)
    return _history()


@api.delete("/hours/<setting_id>")
@api.output({}, status_code=204)
def withdraw_hours(setting_id: str) -> Any:
    """Take back what has not begun; 409 afterwards."""
    hours_flow.revoke(helpline(), current_person(), setting_id)
    return ""
