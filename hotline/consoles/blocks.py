"""The doors of a blocked number: set from the page of a contact, lifted from there or from "Phone and text"."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import views
from hotline.consoles.doors import api, pages
from hotline.flow import blocks
from hotline.flow.blocks import BlockDays
from hotline.web import staff_schemas
from hotline.web import text_schemas as schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


@pages.post("/contacts/<contact_id>/block")
def block_number(contact_id: str) -> Response:
    """Have the number of this contact asked first."""
    try:
        days = int(request.form.get("days", ""))
    except ValueError:
        raise BlockDays("a whole number of days", field="days") from None
    reason = request.form.get("reason", "")
    blocks.block(helpline(), current_person(), contact_id, days=days, reason=reason)
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@pages.post("/phone/blocks/<block_id>/lift")
def lift_block(block_id: str) -> Response:
    """Let calls and texts of a number come through as everybody's."""
    blocks.lift(helpline(), current_person(), block_id)
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.phone_page"), 303)


@api.post("/contacts/<contact_id>/block")
@api.input(schemas.BlockGiven)
@api.output(staff_schemas.StaffContact)
def block_number_of(contact_id: str, json_data: schemas.BlockGiven) -> Any:
    """Have the number of a contact asked first. 409 ``block_no_number`` where none came, ``block_stands``."""
    blocks.block(helpline(), current_person(), contact_id, days=json_data.days, reason=json_data.reason)
    return views.contact(current_person(), contact_id)


@api.delete("/phone/blocks/<block_id>")
@api.output({}, status_code=204)
def lift_block_of(block_id: str) -> Any:
    """Lift a block. 404 when it is over."""
    blocks.lift(helpline(), current_person(), block_id)
    return ""
