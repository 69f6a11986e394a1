"""The doors of follow-ups: arranged at the conversation, and the list of who is to be asked again now."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import forms, views
from hotline.consoles.doors import api, pages
from hotline.domain.contact import FollowUpResult
from hotline.domain.errors import Conflict, InvalidInput
from hotline.flow import follow_up
from hotline.flow.follow_up import Reach, Tried
from hotline.interventions.drafts import Form
from hotline.web import desk_schemas, staff_schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


@pages.get("/follow-ups")
def follow_ups() -> str:
    """Who is to be asked again now, and soon."""
    return render_template("consoles/follow_ups.html", found=views.follow_ups())


@pages.post("/contacts/<contact_id>/follow-ups")
def arrange_follow_ups(contact_id: str) -> Response:
    """Plan every follow-up with the person."""
    form = request.form
    safe = [form.get(name) == "1" for name in ("safe_to_call", "safe_to_text", "safe_to_leave_message")]
    with forms.kept(contact_id, Form.FOLLOW_UPS):
        follow_up.arrange(helpline(), current_person(), contact_id, Reach(form.get("phone", ""), *safe))
    flash(gettext("The follow-ups are planned."), "ok")
    return redirect(url_for("staff.contact", contact_id=contact_id) + "#written", 303)


@pages.post("/follow-ups/<follow_up_id>/number")
def open_follow_up(follow_up_id: str) -> str:
    """Show the number to call, what was written at the end, and the tries so far; that it was opened is logged."""
    number, _ = follow_up.open_number(helpline(), current_person(), follow_up_id)
    return render_template("consoles/follow_up.html", found=views.follow_up(follow_up_id), dial=number)


@pages.post("/follow-ups/<follow_up_id>/tried")
def try_follow_up(follow_up_id: str) -> Response | tuple[str, int]:
    """Write what became of the try (``reached:again`` where they want a next time); a note that comes late is shown."""
    said, _, again = request.form.get("result", "").partition(":")
    try:
        result = FollowUpResult(said)
    except ValueError:
        raise InvalidInput("unknown result", field="result") from None
    tried = Tried(result, request.form.get("note", ""), again == "again")
    try:
        follow_up.note_attempt(helpline(), current_person(), follow_up_id, tried)
    except Conflict:
        return render_template("consoles/follow_ups.html", found=views.follow_ups(), unsaved=tried.note or "–"), 409
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.follow_ups"), 303)


@api.get("/follow-ups")
@api.output(desk_schemas.FollowUpsOut)
def get_follow_ups() -> Any:
    """Who is to be asked again now, the longest due first, and within a week."""
    return views.follow_ups()


@api.post("/contacts/<contact_id>/follow-ups")
@api.input(desk_schemas.FollowUpsGiven)
@api.output(staff_schemas.StaffContact)
def plan_follow_ups(contact_id: str, json_data: desk_schemas.FollowUpsGiven) -> Any:
    """Plan every follow-up from now on. 409 ``follow_up_consent`` without consent; 400 names ``phone`` or ``safe``."""
    safe = (json_data.safe_to_call, json_data.safe_to_text, json_data.safe_to_leave_message)
    follow_up.arrange(helpline(), current_person(), contact_id, Reach(json_data.phone, *safe))
    return views.contact(current_person(), contact_id)


@api.post("/follow-ups/<follow_up_id>/number")
@api.output(desk_schemas.FollowUpNumber)
def get_follow_up_number(follow_up_id: str) -> Any:
    """The number of a follow-up that is due; logged."""
    return {"number": follow_up.open_number(helpline(), current_person(), follow_up_id)[0]}


@api.post("/follow-ups/<follow_up_id>/tried")
@api.input(desk_schemas.FollowUpTried)
@api.output(desk_schemas.FollowUpsOut)
def note_follow_up(follow_up_id: str, json_data: desk_schemas.FollowUpTried) -> Any:
    """What became of a try; nobody reached is tried again, up to the limit. A no to the next time ends them all."""
    tried = Tried(json_data.result, json_data.note, json_data.again)
    follow_up.note_attempt(helpline(), current_person(), follow_up_id, tried)
    return views.follow_ups()
