"""The doors of a call from the desk: hold, hang up, call back, listen in, coach; pages and API."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import views
from hotline.consoles.doors import api, pages
from hotline.domain.errors import InvalidInput
from hotline.domain.phone import Mode
from hotline.flow import on_the_line
from hotline.flow.on_the_line import CallAct
from hotline.web import call_schemas, staff_schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


def _back(contact_id: str) -> Response:
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@pages.post("/contacts/<contact_id>/call")
def act_on_call(contact_id: str) -> Response:
    """Do one thing about the call of a conversation."""
    try:
        what = CallAct(request.form.get("act", ""))
    except ValueError:
        raise InvalidInput("unknown act", field="act") from None
    on_the_line.act(helpline(), current_person(), contact_id, what)
    if what in {CallAct.CALL, CallAct.RING_ME}:
        flash(gettext("You are rung now. Take the call to be connected; on a telephone press 1."), "ok")
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/listen-in")
def listen_in(contact_id: str) -> Response:
    """Hear a call, coach its listener, or talk with both."""
    try:
        mode = Mode(request.form.get("mode", ""))
    except ValueError:
        raise InvalidInput("unknown mode", field="mode") from None
    on_the_line.listen_in(helpline(), current_person(), contact_id, mode)
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/leave-line")
def leave_line(contact_id: str) -> Response:
    """Hang up one's own telephone; the conversation stays as it is."""
    on_the_line.leave_line(helpline(), current_person(), contact_id)
    return _back(contact_id)


@api.post("/contacts/<contact_id>/call")
@api.input(call_schemas.CallActGiven)
@api.output(staff_schemas.StaffContact)
def act_on_call_of(contact_id: str, json_data: call_schemas.CallActGiven) -> Any:
    """Do one thing about the call. 409 ``no_telephone`` for who takes no calls."""
    on_the_line.act(helpline(), current_person(), contact_id, json_data.act)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/listen-in")
@api.input(call_schemas.ListenIn)
@api.output(staff_schemas.StaffContact)
def listen_in_to(contact_id: str, json_data: call_schemas.ListenIn) -> Any:
    """Hear a call, coach its listener, or talk with both; the look is logged."""
    on_the_line.listen_in(helpline(), current_person(), contact_id, json_data.mode)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/leave-line")
@api.output({}, status_code=204)
def leave_line_of(contact_id: str) -> Any:
    """Hang up one's own telephone."""
    on_the_line.leave_line(helpline(), current_person(), contact_id)
    return ""
