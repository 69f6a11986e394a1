"""The door by which a listener notes that somebody speaks for another person; page and API."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from hotline.consoles import views
from hotline.consoles.doors import api, pages
from hotline.flow import about_whom
from hotline.web import desk_schemas, staff_schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


@pages.post("/contacts/<contact_id>/about")
def note_about(contact_id: str) -> Response:
    """Write down whether they speak for themselves."""
    about_whom.note(helpline(), current_person(), contact_id, other=request.form.get("other") == "1")
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@api.post("/contacts/<contact_id>/about")
@api.input(desk_schemas.AboutWhom)
@api.output(staff_schemas.StaffContact)
def note_about_of(contact_id: str, json_data: desk_schemas.AboutWhom) -> Any:
    """Write down whether they speak for themselves. 409 when the contact is closed."""
    about_whom.note(helpline(), current_person(), contact_id, other=json_data.third_party)
    return views.contact(current_person(), contact_id)
