"""The doors of the safety plan and of drafts: a form half written outlives its tab, the network and the server."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import forms, views
from hotline.consoles.doors import api, pages
from hotline.domain.errors import Erased, InvalidInput, NotFound
from hotline.flow import drafts, safety_plan
from hotline.interventions.drafts import Form
from hotline.interventions.safety_plan import PlanStep
from hotline.web import desk_schemas, staff_schemas
from hotline.web.house import helpline
from hotline.web.session import current_person


def _back(contact_id: str) -> Response:
    return redirect(url_for("staff.contact", contact_id=contact_id) + "#plan", 303)


@pages.post("/contacts/<contact_id>/plan")
def save_plan(contact_id: str) -> Response:
    """Save the plan as its next version; what cannot be saved stays in the form as a draft."""
    base = request.form.get("base", "")
    given = {step.value: request.form.get(step.value, "") for step in PlanStep}
    with forms.kept(contact_id, Form.PLAN):
        safety_plan.save(
            helpline(), current_person(), contact_id, given, base=int(base) if base.isascii() and base.isdigit() else 0
        )
    flash(gettext("The safety plan is saved."), "ok")
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/plan/share")
def share_plan(contact_id: str) -> Response:
    """Let the person read the plan, or take it back."""
    if request.form.get("shared") == "0":
        safety_plan.withdraw(helpline(), current_person(), contact_id)
    else:
        safety_plan.share(helpline(), current_person(), contact_id)
    return _back(contact_id)


@pages.get("/contacts/<contact_id>/plan")
def plan_page(contact_id: str) -> str:
    """The plan alone, to be read or printed."""
    found = views.contact(current_person(), contact_id, purpose="plan")
    if found["erased_at"] is not None:
        raise Erased("its words are no longer kept")
    if found["plan"] is None:
        raise NotFound("there is no plan")
    return render_template("consoles/plan.html", contact=found, plan=found["plan"])


@api.put("/contacts/<contact_id>/plan")
@api.input(desk_schemas.PlanGiven)
@api.output(staff_schemas.StaffContact)
def write_plan(contact_id: str, json_data: desk_schemas.PlanGiven) -> Any:
    """Save the safety plan as its next version. 409 ``plan_changed`` when ``base`` is no longer the newest one."""
    safety_plan.save(helpline(), current_person(), contact_id, json_data.steps, base=json_data.base)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/plan/share")
@api.output(staff_schemas.StaffContact)
def give_plan(contact_id: str) -> Any:
    """Let the person read the plan; a sentence in the conversation tells them where."""
    safety_plan.share(helpline(), current_person(), contact_id)
    return views.contact(current_person(), contact_id)


@api.delete("/contacts/<contact_id>/plan/share")
@api.output(staff_schemas.StaffContact)
def take_plan_back(contact_id: str) -> Any:
    """The person may read the plan no more."""
    safety_plan.withdraw(helpline(), current_person(), contact_id)
    return views.contact(current_person(), contact_id)


@api.put("/contacts/<contact_id>/drafts/<form>")
@api.input(desk_schemas.DraftGiven)
@api.output({}, status_code=204)
def keep_draft(contact_id: str, form: str, json_data: desk_schemas.DraftGiven) -> Any:
    """Keep what stands in some fields of a form now; it comes back with the page and goes when the form is sent."""
    try:
        chosen = Form(form)
    except ValueError:
        raise InvalidInput("no such form", field="form") from None
    drafts.keep(helpline(), current_person(), contact_id, chosen, json_data.fields)
    return ""
