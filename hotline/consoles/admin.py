"""The administrator's page: people, their roles and stages, and invitations."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import views
from hotline.consoles.api_people import invite_url
from hotline.consoles.doors import pages
from hotline.domain.contact import Role
from hotline.flow import enrol, sign_in
from hotline.routing.policy import Stage
from hotline.web.house import helpline
from hotline.web.session import current_person


@pages.get("/people")
def people() -> str:
    """Everybody, and open invitations."""
    return _people(None)


def _people(link: str | None) -> str:
    return render_template(
        "consoles/people.html",
        people=[views.person_out(person) for person in enrol.list_people(helpline())],
        invites=enrol.open_invites(helpline()),
        invite_url=link,
        roles=[role.value for role in Role],
        stages=[stage.value for stage in Stage],
    )


@pages.post("/invites")
def invite() -> str:
    """Invite somebody; the link is shown once."""
    token = enrol.invite(
        helpline(),
        current_person().id,
        roles=request.form.getlist("roles"),
        login=request.form.get("login", ""),
        alias=request.form.get("alias", ""),
    )
    return _people(invite_url(token))


@pages.post("/people/<person_id>/roles")
def roles(person_id: str) -> Response:
    """Give other roles, and perhaps another training stage."""
    stage = request.form.get("stage") or None
    enrol.change_roles(helpline(), current_person(), person_id, request.form.getlist("roles"), stage)
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.people"), 303)


@pages.post("/people/<person_id>/disable")
def disable(person_id: str) -> Response:
    """Refuse sign-in from now on and end all sessions at once."""
    enrol.disable(helpline(), current_person(), person_id)
    return redirect(url_for("staff.people"), 303)


@pages.post("/people/<person_id>/revoke")
def revoke(person_id: str) -> Response:
    """End all sessions of a person at once."""
    sign_in.end_sessions(helpline(), current_person(), person_id)
    flash(gettext("All sessions of this person have ended."), "ok")
    return redirect(url_for("staff.people"), 303)
