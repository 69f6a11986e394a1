"""The doors of offers: yes, no with a reason, and a supervisor's choice by hand; one path for page and program."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import views
from hotline.consoles.doors import api, pages
from hotline.domain.errors import InvalidInput
from hotline.flow import offer, respond
from hotline.routing.replies import Decline
from hotline.web import offer_schemas, staff_schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


@pages.post("/offers/<offer_id>/accept")
def accept_offer(offer_id: str) -> Response:
    """Say yes and go there; whoever was slower is told kindly."""
    contact_id = respond.accept(helpline(), current_person(), offer_id)
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@pages.post("/offers/<offer_id>/decline")
def decline_offer(offer_id: str) -> Response:
    """Say no, with a reason."""
    try:
        reason = Decline(request.form.get("reason", ""))
    except ValueError:
        raise InvalidInput("unknown reason", field="reason") from None
    offer.decline(helpline(), current_person(), offer_id, reason)
    flash(gettext("Thank you for saying so. Somebody else is asked."), "ok")
    return redirect(url_for("staff.desk"), 303)


@pages.post("/contacts/<contact_id>/assign")
def assign(contact_id: str) -> Response:
    """Ask one person by hand."""
    offer.assign(helpline(), current_person(), contact_id, request.form.get("person_id", ""))
    flash(gettext("They are asked now."), "ok")
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@api.post("/offers/<offer_id>/accept")
@api.output(staff_schemas.StaffContact)
def take_offer(offer_id: str) -> Any:
    """Say yes. 409 ``already_claimed`` names who was first, 409 ``offer_over`` when the time was up."""
    contact_id = respond.accept(helpline(), current_person(), offer_id)
    return views.contact(current_person(), contact_id)


@api.post("/offers/<offer_id>/decline")
@api.input(offer_schemas.Refusal)
@api.output(staff_schemas.Desk)
def refuse_offer(offer_id: str, json_data: offer_schemas.Refusal) -> Any:
    """Say no, with a reason; somebody else is asked."""
    offer.decline(helpline(), current_person(), offer_id, json_data.reason)
    return views.desk(current_person())


@api.post("/contacts/<contact_id>/assign")
@api.input(offer_schemas.Assignment)
@api.output({}, status_code=204)
def assign_contact(contact_id: str, json_data: offer_schemas.Assignment) -> Any:
    """A supervisor asks one person by hand; that person still answers yes or no."""
    offer.assign(helpline(), current_person(), contact_id, json_data.person_id)
    return ""
