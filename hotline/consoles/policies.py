"""The doors of the numbers that decide about people: see them, set one from a moment on, take back what is planned."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import views, when
from hotline.consoles.doors import api, pages
from hotline.domain.errors import InvalidInput
from hotline.domain.numbers import FRACTION
from hotline.flow import policies
from hotline.web import policy_schemas as schemas
from hotline.web.house import helpline
from hotline.web.language import error_sentence
from hotline.web.session import current_person


@pages.get("/policies")
def policies_page() -> str:
    """Every number, with what is in force and what is planned."""
    return render_template("consoles/policies.html", listed=views.policies(), **_shown())


def _shown() -> dict[str, Any]:
    zone = helpline().rota.zone
    return {"zone": zone, "wall_clock": lambda at: when.clock(at, zone), "fraction": FRACTION}


def _notice(name: str) -> dict[str, Any]:
    return {"keeping": name.startswith(policies.KEEPING), "notice_days": helpline().retention.notice.days}


@pages.get("/policies/<name>")
def policy_page(name: str) -> str:
    """One number, its history, and the form to set it."""
    return _page(name, {})


def _page(name: str, typed: Mapping[str, str], trouble: str = "") -> str:
    shown = {"typed": typed, "trouble": trouble, **_shown(), **_notice(name)}
    return render_template("consoles/policy.html", chosen=views.policy(name), **shown)


@pages.post("/policies/<name>")
def set_policy(name: str) -> Response | tuple[str, int]:
    """Set a number from a moment on; a form that cannot be taken comes back as it was typed."""
    form = request.form
    value, reason = form.get("value", ""), form.get("reason", "")
    try:
        from_at = when.read_moment(form.get("from_at", ""), helpline().rota.zone)
        policies.set_value(helpline(), current_person(), name, value, from_at=from_at, reason=reason)
    except InvalidInput as trouble:
        return _page(name, form, error_sentence(trouble.code)), 400
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.policy_page", name=name), 303)


@pages.post("/policy-settings/<setting_id>/revoke")
def revoke_policy(setting_id: str) -> Response:
    """Take back what is planned."""
    policies.revoke(helpline(), current_person(), setting_id)
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.policies_page"), 303)


@api.get("/policies")
@api.output(schemas.Policies)
def get_policies() -> Any:
    """Every number that decides about people, with unit, source, who decided, history and plans."""
    return {"numbers": views.policies()}


@api.post("/policies/<name>")
@api.input(schemas.NewSetting)
@api.output(schemas.PolicyNumber, status_code=201)
def set_number(name: str, json_data: schemas.NewSetting) -> Any:
    """Set a number from a moment on, in force everywhere within ten seconds. 400 says what is wrong with it."""
    policies.set_value(
        helpline(), current_person(), name, json_data.value, from_at=json_data.from_at, reason=json_data.reason
    )
    return views.policy(name)


@api.delete("/policy-settings/<setting_id>")
@api.output({}, status_code=204)
def withdraw_setting(setting_id: str) -> Any:
    """Take back what has not begun; 409 afterwards."""
    policies.revoke(helpline(), current_person(), setting_id)
    return ""
