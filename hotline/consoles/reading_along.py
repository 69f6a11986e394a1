"""The doors of reading along: a supervisor allows it, the listener answers, whoever is part of it ends it."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import views
from hotline.consoles.doors import api, pages
from hotline.flow import reading_along
from hotline.web import offer_schemas, staff_schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


def _back(contact_id: str) -> Response:
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@pages.post("/contacts/<contact_id>/shadowing")
def allow_shadowing(contact_id: str) -> Response:
    """Let somebody in training read along, once the listener agrees."""
    reading_along.allow(helpline(), current_person(), contact_id, request.form.get("person_id", ""))
    flash(gettext("The listener is asked now."), "ok")
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/shadowing/answer")
def answer_shadowing(contact_id: str) -> Response:
    """The listener's own word."""
    reading_along.answer(helpline(), current_person(), contact_id, agree=request.form.get("agree") == "1")
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/shadowing/end")
def end_shadowing(contact_id: str) -> Response:
    """End it; whoever read along goes back to the desk."""
    reading_along.stop(helpline(), current_person(), contact_id)
    return redirect(url_for("staff.desk"), 303) if request.form.get("leave") else _back(contact_id)


@api.post("/contacts/<contact_id>/shadowing")
@api.input(offer_schemas.Assignment)
@api.output(staff_schemas.StaffContact)
def permit_shadowing(contact_id: str, json_data: offer_schemas.Assignment) -> Any:
    """Let somebody in training read along, once the listener agrees. 409 where it is urgent or refused."""
    reading_along.allow(helpline(), current_person(), contact_id, json_data.person_id)
    return views.contact(current_person(), contact_id)


@api.put("/contacts/<contact_id>/shadowing")
@api.input(staff_schemas.Agreement)
@api.output(staff_schemas.StaffContact)
def agree_to_shadowing(contact_id: str, json_data: staff_schemas.Agreement) -> Any:
    """The listener's own word; with a yes the person is told at once."""
    reading_along.answer(helpline(), current_person(), contact_id, agree=json_data.agree)
    return views.contact(current_person(), contact_id)


@api.delete("/contacts/<contact_id>/shadowing")
@api.output({}, status_code=204)
def stop_shadowing(contact_id: str) -> Any:
    """End it."""
    reading_along.stop(helpline(), current_person(), contact_id)
    return ""
