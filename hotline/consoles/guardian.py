"""The doors of a guardian or emergency contact: named by the person, opened for one call, never who endangers."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import forms, views
from hotline.consoles.doors import api, pages
from hotline.domain.contact import Relation
from hotline.domain.errors import InvalidInput
from hotline.flow import guardian
from hotline.flow.guardian import Named
from hotline.interventions.drafts import Form
from hotline.web import desk_schemas, staff_schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


@pages.post("/contacts/<contact_id>/guardian")
def keep_guardian(contact_id: str) -> Response:
    """Keep whom the person named; a wrong number stays in the form."""
    form = request.form
    with forms.kept(contact_id, Form.GUARDIAN):
        try:
            relation = Relation(form.get("relation", ""))
        except ValueError:
            raise InvalidInput("say who it is", field="relation") from None
        named = Named(form.get("name", ""), form.get("phone", ""), relation, form.get("danger") == "1")
        guardian.keep(helpline(), current_person(), contact_id, named)
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.contact", contact_id=contact_id) + "#written", 303)


@pages.post("/contacts/<contact_id>/guardian/open")
def open_guardian(contact_id: str) -> str:
    """Show whom to call; that it was opened is logged."""
    reached = guardian.open_number(helpline(), current_person(), contact_id)
    found = views.contact(current_person(), contact_id)
    return render_template("consoles/guardian.html", contact=found, reached=reached)


@api.put("/contacts/<contact_id>/guardian")
@api.input(desk_schemas.GuardianGiven)
@api.output(staff_schemas.StaffContact)
def name_guardian(contact_id: str, json_data: desk_schemas.GuardianGiven) -> Any:
    """Keep whom the person named. 400 names ``name`` or ``phone``."""
    named = Named(json_data.name, json_data.phone, json_data.relation, json_data.danger)
    guardian.keep(helpline(), current_person(), contact_id, named)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/guardian/open")
@api.output(desk_schemas.GuardianOut)
def get_guardian(contact_id: str) -> Any:
    """Name and number in clear; logged. 409 ``guardian_danger`` where that person is the danger."""
    reached = guardian.open_number(helpline(), current_person(), contact_id)
    return {"name": reached.name, "number": reached.number}
