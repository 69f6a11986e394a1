"""The rota and people's rest, behind JSON; without it a planning program would have to read pages."""

from datetime import timedelta
from typing import Any

from flask import request

from hotline.consoles import rota as rota_pages
from hotline.consoles import views
from hotline.consoles.doors import api
from hotline.flow import look_ahead, papers, rest, swap
from hotline.flow import rota as rota_flow
from hotline.reports import rota_view
from hotline.volunteers.rota import Pattern, Shift
from hotline.web import rota_schemas as schemas
from hotline.web.house import helpline, reader
from hotline.web.session import current_person
from hotline.web.staff_schemas import Agreement


@api.get("/rota/mine")
@api.output(schemas.MyRota)
def get_my_rota() -> Any:
    """One's own shifts, what is asked, and one's state."""
    parts, person = helpline(), current_person()
    with parts.database.read() as conn:
        found = rota_view.mine(reader(conn), parts.rota, person)
    return found | {"care": views.care(person)}


@api.get("/rota")
@api.output(schemas.Rota)
@api.doc(description="?week= is any day of the week; this week without it.")
def get_rota() -> Any:
    """A week of the rota, and what is missing in the coming days."""
    parts = helpline()
    hours = look_ahead.gaps(parts, timedelta(days=parts.rota.gap_days))
    with parts.database.read() as conn:
        found = rota_view.week(reader(conn), parts.rota, rota_pages.monday_of(request.args.get("week", "")))
    return found | {"kept": views.rota_kept(), "gaps": rota_view.gap_ranges(hours)}


@api.post("/rota/shifts")
@api.input(schemas.NewShift)
@api.output({}, status_code=204)
def add_shift(json_data: schemas.NewShift) -> Any:
    """Plan one shift. 409 ``double_booked``."""
    zone = json_data.zone or helpline().rota.zone
    shift = Shift("", json_data.person_id, json_data.start_at, json_data.end_at, zone)
    rota_flow.add_shift(helpline(), current_person(), shift)
    return ""


@api.delete("/rota/shifts/<shift_id>")
@api.output({}, status_code=204)
def remove_shift(shift_id: str) -> Any:
    """Take a shift off the rota."""
    rota_flow.remove_shift(helpline(), current_person(), shift_id)
    return ""


@api.post("/rota/patterns")
@api.input(schemas.NewPattern)
@api.output(schemas.Made, status_code=201)
def add_pattern(json_data: schemas.NewPattern) -> Any:
    """Plan shifts that return every week. 409 ``double_booked``."""
    pattern = Pattern(
        person_id=json_data.person_id,
        zone=json_data.zone or helpline().rota.zone,
        weekdays=tuple(sorted(set(json_data.weekdays))),
        start_minute=json_data.start_minute,
        end_minute=json_data.end_minute,
        first_day=json_data.first_day,
        last_day=json_data.last_day,
    )
    return {"id": rota_flow.add_pattern(helpline(), current_person(), pattern)}


@api.delete("/rota/patterns/<pattern_id>")
@api.output({}, status_code=204)
def end_pattern(pattern_id: str) -> Any:
    """End a pattern."""
    rota_flow.end_pattern(helpline(), current_person(), pattern_id)
    return ""


@api.post("/rota/shifts/<shift_id>/swap")
@api.input(schemas.SwapAsk)
@api.output(schemas.Made, status_code=201)
def ask_swap(shift_id: str, json_data: schemas.SwapAsk) -> Any:
    """Ask a colleague or everybody to take one's shift."""
    return {"id": swap.ask(helpline(), current_person(), shift_id, json_data.colleague_id)}


@api.post("/swaps/<swap_id>/take")
@api.output(schemas.SwapOut)
def take_swap(swap_id: str) -> Any:
    """Take somebody's shift. 409 ``already_claimed`` names who was first, 409 ``double_booked``."""
    return {"state": swap.take(helpline(), current_person(), swap_id).value}


@api.post("/swaps/<swap_id>/withdraw")
@api.output({}, status_code=204)
def withdraw_swap(swap_id: str) -> Any:
    """Keep one's shift after all."""
    swap.withdraw(helpline(), current_person(), swap_id)
    return ""


@api.post("/swaps/<swap_id>/decide")
@api.input(Agreement)
@api.output({}, status_code=204)
def decide_swap(swap_id: str, json_data: Agreement) -> Any:
    """A supervisor's word on a swap."""
    swap.decide(helpline(), current_person(), swap_id, agree=json_data.agree)
    return ""


@api.post("/break")
@api.output(schemas.CareOut)
def take_break() -> Any:
    """'I need a break': nothing is offered until it ends."""
    rest.take_break(helpline(), current_person())
    return {"care": views.care(current_person())}


@api.delete("/break")
@api.output(schemas.CareOut)
def end_break() -> Any:
    """Back from a break. 409 ``break_required`` for one that nobody ends early."""
    rest.end_break(helpline(), current_person(), current_person().id)
    return {"care": views.care(current_person())}


@api.post("/debriefs/<care_id>/settle")
@api.input(schemas.Note)
@api.output({}, status_code=204)
def settle_debrief(care_id: str, json_data: schemas.Note) -> Any:
    """Write that one has talked with somebody about a heavy contact."""
    rest.settle_debrief(helpline(), current_person(), care_id, json_data.note)
    return ""


@api.get("/team")
@api.output(schemas.Team)
def get_team() -> Any:
    """Who may be asked now, who rests and why, hours and certificates."""
    return {"team": views.team()}


@api.post("/team/<person_id>/stand-down")
@api.input(schemas.StandDown)
@api.output({}, status_code=204)
def stand_down(person_id: str, json_data: schemas.StandDown) -> Any:
    """Let somebody rest."""
    rest.stand_down(helpline(), current_person(), person_id, hours=json_data.hours, reason=json_data.reason)
    return ""


@api.delete("/team/<person_id>/stand-down")
@api.output({}, status_code=204)
def lift(person_id: str) -> Any:
    """Let somebody listen again."""
    rest.lift(helpline(), current_person(), person_id)
    return ""


@api.post("/team/<person_id>/extra-time")
@api.input(schemas.Minutes)
@api.output({}, status_code=204)
def extra_time(person_id: str, json_data: schemas.Minutes) -> Any:
    """Let somebody listen outside their shift."""
    rest.allow_extra_time(helpline(), current_person(), person_id, json_data.minutes)
    return ""


@api.post("/team/<person_id>/certificates")
@api.input(schemas.NewCertificate)
@api.output(schemas.Made, status_code=201)
def grant(person_id: str, json_data: schemas.NewCertificate) -> Any:
    """Write a certificate down."""
    given = {"granted_on": json_data.granted_on, "expires_on": json_data.expires_on}
    return {"id": papers.grant(helpline(), current_person(), person_id, json_data.kind, **given)}
