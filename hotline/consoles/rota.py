"""The rota's pages: one's own shifts, swaps and calendar, and the supervisor's week with gaps and patterns."""

from datetime import date, timedelta
from typing import Any

from flask import Response as Answer
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import views, when
from hotline.consoles.doors import pages
from hotline.domain.errors import NotFound
from hotline.flow import enrol, look_ahead, rest, swap
from hotline.flow import rota as rota_flow
from hotline.reports import care_view, rota_view
from hotline.volunteers import rota
from hotline.volunteers.rota import Pattern, Shift, SwapState
from hotline.web.house import helpline, house, reader
from hotline.web.limits import GUESSING, exempt_when_testing, limiter, on_breach
from hotline.web.session import current_person


@pages.get("/my-rota")
def my_rota() -> str:
    """One's own shifts, what is asked, colleagues to talk to, the calendar link."""
    return _my_rota(None)


def _my_rota(link: str | None) -> str:
    parts, person = helpline(), current_person()
    with parts.database.read() as conn:
        found = rota_view.mine(reader(conn), parts.rota, person)
        talks = care_view.colleagues_to_talk_to(reader(conn), person)
    colleagues = [one for one in listeners() if one["person_id"] != person.id]
    return render_template(
        "consoles/my_rota.html",
        mine=found,
        care=views.care(person),
        talks=talks,
        colleagues=colleagues,
        link=link,
        when=when,
    )


def listeners() -> list[dict[str, Any]]:
    """Everybody who listens and may sign in."""
    everybody = enrol.list_people(helpline())
    return [views.person_out(one) for one in everybody if one.roles & rest.LISTENERS and one.disabled_at is None]


@pages.post("/my-rota/calendar")
def make_calendar() -> str:
    """A fresh private calendar link, shown once; an older one ends."""
    token = rota_flow.make_link(helpline(), current_person())
    return _my_rota(house().settings.public_url + url_for("staff.calendar", token=token))


@pages.post("/my-rota/calendar/remove")
def remove_calendar() -> Response:
    """The link leads nowhere from now on."""
    rota_flow.remove_link(helpline(), current_person())
    flash(gettext("The calendar link has ended."), "ok")
    return redirect(url_for("staff.my_rota"), 303)


@pages.get("/calendar/<token>.ics")
@limiter.limit(GUESSING, exempt_when=exempt_when_testing, on_breach=on_breach)
def calendar(token: str) -> Answer:
    """One person's shifts for a calendar program, to whoever holds the link."""
    text = rota_flow.calendar_of(helpline(), token, title=gettext("Listening line: shift"))
    return Answer(text, mimetype="text/calendar")


@pages.post("/shifts/<shift_id>/swap")
def ask_swap(shift_id: str) -> Response:
    """Ask a colleague or everybody to take one's shift."""
    swap.ask(helpline(), current_person(), shift_id, request.form.get("colleague") or None)
    flash(gettext("Asked. The shift stays yours until somebody has taken it."), "ok")
    return redirect(url_for("staff.my_rota"), 303)


@pages.post("/swaps/<swap_id>/take")
def take_swap(swap_id: str) -> Response:
    """Take somebody's shift."""
    state = swap.take(helpline(), current_person(), swap_id)
    done = state is SwapState.DONE
    flash(gettext("The shift is yours now.") if done else gettext("Thank you. A supervisor now decides."), "ok")
    return redirect(url_for("staff.my_rota"), 303)


@pages.post("/swaps/<swap_id>/withdraw")
def withdraw_swap(swap_id: str) -> Response:
    """Keep one's shift after all."""
    swap.withdraw(helpline(), current_person(), swap_id)
    flash(gettext("You keep this shift."), "ok")
    return redirect(url_for("staff.my_rota"), 303)


@pages.post("/swaps/<swap_id>/decide")
def decide_swap(swap_id: str) -> Response:
    """A supervisor's word on a swap."""
    swap.decide(helpline(), current_person(), swap_id, agree=request.form.get("agree") == "1")
    return _to_rota()


@pages.get("/rota")
def rota_page() -> str:
    """The week, what is missing in the coming days, patterns, days off, swaps."""
    parts = helpline()
    monday = monday_of(request.args.get("week", ""))
    hours = look_ahead.gaps(parts, timedelta(days=parts.rota.gap_days))
    with parts.database.read() as conn:
        found = rota_view.week(reader(conn), parts.rota, monday)
    return render_template(
        "consoles/rota.html",
        rota=found,
        kept=views.rota_kept(),
        gaps=rota_view.gap_ranges(hours),
        table=rota_view.gap_table(hours, parts.rota.zone),
        gap_days=parts.rota.gap_days,
        listeners=listeners(),
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        today=rota.local_today(parts.clock.now(), parts.rota.zone),
        when=when,
    )


def monday_of(text: str) -> date:
    """The Monday of the week that is asked for, or of this week."""
    parts = helpline()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = rota.local_today(parts.clock.now(), parts.rota.zone)
    return day - timedelta(days=day.weekday())


def _to_rota() -> Response:
    return redirect(url_for("staff.rota_page", week=request.form.get("week") or None), 303)


@pages.post("/rota/shifts")
def add_shift() -> Response:
    """Plan one shift."""
    form, zone = request.form, request.form.get("zone") or helpline().rota.zone
    rota.check_zone(zone)
    start_at, end_at = when.read_stretch(form.get("day", ""), form.get("start", ""), form.get("end", ""), zone)
    rota_flow.add_shift(helpline(), current_person(), Shift("", form.get("person", ""), start_at, end_at, zone))
    flash(gettext("Saved."), "ok")
    return _to_rota()


@pages.post("/rota/shifts/<shift_id>/remove")
def remove_shift(shift_id: str) -> Response:
    """Take a shift off the rota; its person is told."""
    rota_flow.remove_shift(helpline(), current_person(), shift_id)
    return _to_rota()


@pages.post("/rota/patterns")
def add_pattern() -> Response:
    """Plan shifts that return every week."""
    form = request.form
    last = form.get("last_day", "")
    pattern = Pattern(
        person_id=form.get("person", ""),
        zone=form.get("zone") or helpline().rota.zone,
        weekdays=tuple(sorted({int(one) for one in form.getlist("weekdays") if one.isdigit()})),
        start_minute=when.read_minute(form.get("start", ""), "start"),
        end_minute=when.read_minute(form.get("end", ""), "end"),
        first_day=when.read_day(form.get("first_day", ""), "first_day"),
        last_day=when.read_day(last, "last_day") if last else None,
    )
    rota_flow.add_pattern(helpline(), current_person(), pattern)
    flash(gettext("Saved."), "ok")
    return _to_rota()


@pages.post("/rota/patterns/<pattern_id>/end")
def end_pattern(pattern_id: str) -> Response:
    """End a pattern; its coming shifts leave the rota."""
    rota_flow.end_pattern(helpline(), current_person(), pattern_id)
    return _to_rota()


@pages.post("/rota/holidays")
def add_holiday() -> Response:
    """A day without patterns."""
    day = when.read_day(request.form.get("day", ""), "day")
    rota_flow.add_holiday(helpline(), current_person(), day, request.form.get("name", ""))
    flash(gettext("Saved."), "ok")
    return _to_rota()


@pages.post("/rota/holidays/<day>/remove")
def remove_holiday(day: str) -> Response:
    """The day has its patterns again."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise NotFound("no such day") from None
    rota_flow.remove_holiday(helpline(), current_person(), found)
    return _to_rota()
