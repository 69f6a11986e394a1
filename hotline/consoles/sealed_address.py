"""The doors of the sealed network address: a second person signs, and each of the two sees it once."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.consoles import views
from hotline.consoles.doors import api, pages
from hotline.flow import address
from hotline.web import desk_schemas, staff_schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


@pages.post("/dispatches/<dispatch_id>/address")
def sign_address(dispatch_id: str) -> Response:
    """The second person's word on opening the address."""
    agree = request.form.get("agree") == "1"
    contact_id = address.sign(helpline(), current_person(), dispatch_id, agree=agree)
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@pages.post("/dispatches/<dispatch_id>/address/see")
def see_address(dispatch_id: str) -> str:
    """The address, once."""
    found, contact_id = address.see(helpline(), current_person(), dispatch_id)
    contact = views.contact(current_person(), contact_id, purpose="address")
    return render_template("consoles/address.html", contact=contact, address=found)


@api.post("/dispatches/<dispatch_id>/address")
@api.input(staff_schemas.Agreement)
@api.output(staff_schemas.StaffContact)
def agree_to_address(dispatch_id: str, json_data: staff_schemas.Agreement) -> Any:
    """The second person's word on opening the sealed network address that was asked for with this emergency call."""
    contact_id = address.sign(helpline(), current_person(), dispatch_id, agree=json_data.agree)
    return views.contact(current_person(), contact_id)


@api.post("/dispatches/<dispatch_id>/address/see")
@api.output(desk_schemas.AddressOut)
def get_address(dispatch_id: str) -> Any:
    """The address in clear, once for who asked and once for who signed. 409 ``address_seen``, 404 ``address_gone``."""
    return {"address": address.see(helpline(), current_person(), dispatch_id)[0]}
