"""The doors of not being alone: help by one key, joining, handing over, and calling somebody back; pages and API."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import browser_calls, forms, views
from hotline.consoles.doors import api, pages
from hotline.domain.errors import InvalidInput
from hotline.domain.phone import CallsBy
from hotline.flow import aside, callback, company, handover, wish
from hotline.flow.callback import CallResult
from hotline.interventions.drafts import Form
from hotline.routing.offers import Skills
from hotline.web import offer_schemas, staff_schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


def _back(contact_id: str) -> Response:
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@pages.post("/contacts/<contact_id>/help")
def ask_help(contact_id: str) -> Response:
    """Call a supervisor to one's side."""
    company.ask_help(helpline(), current_person(), contact_id)
    flash(gettext("A supervisor has been called."), "ok")
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/join")
def join(contact_id: str) -> Response:
    """Come to the listener's side."""
    company.join(helpline(), current_person(), contact_id)
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/whisper")
def whisper(contact_id: str) -> Response:
    """A word to the listener that the person never sees."""
    aside.say(helpline(), current_person(), contact_id, request.form.get("text", ""))
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/leave")
def leave_company(contact_id: str) -> Response:
    """Leave a conversation one had joined."""
    company.leave(helpline(), current_person(), contact_id)
    return redirect(url_for("staff.desk"), 303)


@pages.post("/contacts/<contact_id>/take-over")
def take_over(contact_id: str) -> Response:
    """Answer for the conversation from now on."""
    company.take_over(helpline(), current_person(), contact_id)
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/hand-over")
def hand_over(contact_id: str) -> Response:
    """Ask a colleague to take over, with a summary."""
    form = request.form
    to_id, summary = form.get("person_id", ""), form.get("summary", "")
    with forms.kept(contact_id, Form.HAND_OVER):
        handover.ask_colleague(helpline(), current_person(), contact_id, to_id, summary)
    flash(gettext("They are asked now. You stay until they say yes."), "ok")
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/number")
def open_number(contact_id: str) -> str:
    """Show the number to call; that it was opened is logged."""
    number = callback.number_of(helpline(), current_person(), contact_id)
    found = views.contact(current_person(), contact_id)
    return render_template("consoles/number.html", contact=found, dial=number)


@pages.post("/contacts/<contact_id>/called")
def note_call(contact_id: str) -> Response:
    """Write what became of the call."""
    try:
        result = CallResult(request.form.get("result", ""))
    except ValueError:
        raise InvalidInput("unknown result", field="result") from None
    if callback.note_call(helpline(), current_person(), contact_id, result):
        return _back(contact_id)
    flash(gettext("They are called again later."), "ok")
    return redirect(url_for("staff.desk"), 303)


@pages.post("/account/listening")
def listening() -> Response:
    """What one says about oneself as a listener."""
    form = request.form
    try:
        calls_by = CallsBy(form.get("calls_by", CallsBy.NOTHING))
    except ValueError:
        raise InvalidInput("unknown way to take calls", field="calls_by") from None
    browser_calls.check_choice(calls_by)
    skills = Skills(form.get("gender") or None, frozenset(form.getlist("topics")), form.get("again") == "1", calls_by)
    wish.keep_skills(helpline(), current_person(), skills)
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.account"), 303)


@api.post("/contacts/<contact_id>/help")
@api.output({}, status_code=204)
def call_for_help(contact_id: str) -> Any:
    """Call a supervisor to one's side: alarm and page at once."""
    company.ask_help(helpline(), current_person(), contact_id)
    return ""


@api.post("/contacts/<contact_id>/whisper")
@api.input(staff_schemas.NewAside)
@api.output({}, status_code=204)
def whisper_in_contact(contact_id: str, json_data: staff_schemas.NewAside) -> Any:
    """A word to the listener that the person never sees."""
    aside.say(helpline(), current_person(), contact_id, json_data.text)
    return ""


@api.post("/contacts/<contact_id>/join")
@api.output(staff_schemas.StaffContact)
def join_contact(contact_id: str) -> Any:
    """Come to the listener's side; the seeker is told that a second person helps."""
    company.join(helpline(), current_person(), contact_id)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/leave")
@api.output({}, status_code=204)
def leave_contact(contact_id: str) -> Any:
    """Leave a conversation one had joined."""
    company.leave(helpline(), current_person(), contact_id)
    return ""


@api.post("/contacts/<contact_id>/take-over")
@api.output(staff_schemas.StaffContact)
def take_over_contact(contact_id: str) -> Any:
    """A supervisor who has joined answers for the conversation from now on."""
    company.take_over(helpline(), current_person(), contact_id)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/hand-over")
@api.input(offer_schemas.HandoverAsked)
@api.output(staff_schemas.StaffContact)
def hand_over_contact(contact_id: str, json_data: offer_schemas.HandoverAsked) -> Any:
    """Ask a colleague to take over; the conversation stays here until they accept the offer."""
    handover.ask_colleague(helpline(), current_person(), contact_id, json_data.person_id, json_data.summary)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/number")
@api.output(offer_schemas.NumberOut)
def get_number(contact_id: str) -> Any:
    """The number to call; that it was opened is logged."""
    return {"number": callback.number_of(helpline(), current_person(), contact_id)}


@api.post("/contacts/<contact_id>/called")
@api.input(offer_schemas.CallNoted)
@api.output({}, status_code=204)
def note_called(contact_id: str, json_data: offer_schemas.CallNoted) -> Any:
    """What became of the call; whoever was not reached is tried again later."""
    callback.note_call(helpline(), current_person(), contact_id, json_data.result)
    return ""


@api.put("/me/listening")
@api.input(offer_schemas.SkillsGiven)
@api.output({}, status_code=204)
def set_listening(json_data: offer_schemas.SkillsGiven) -> Any:
    """What one says about oneself as a listener."""
    browser_calls.check_choice(json_data.calls_by)
    skills = Skills(json_data.gender, frozenset(json_data.topics), json_data.again, json_data.calls_by)
    wish.keep_skills(helpline(), current_person(), skills)
    return ""
