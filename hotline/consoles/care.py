"""The pages about rest: one's own break with one key, colleagues to talk to, and the supervisor's look at everybody."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import views, when
from hotline.consoles.doors import pages
from hotline.domain.errors import InvalidInput
from hotline.flow import papers, rest
from hotline.volunteers.wellbeing import CertificateKind
from hotline.web.house import helpline
from hotline.web.session import current_person


def _to_desk() -> Response:
    return redirect(url_for("staff.desk"), 303)


def _to_team() -> Response:
    return redirect(url_for("staff.team"), 303)


@pages.post("/break")
def take_break() -> Response:
    """Begin a break of one's own."""
    rest.take_break(helpline(), current_person())
    return _to_desk()


@pages.post("/break/longer")
def lengthen_break() -> Response:
    """A longer break."""
    person = current_person()
    rest.lengthen_break(helpline(), person, person.id, when.read_number(request.form.get("minutes", ""), "minutes"))
    return _to_desk()


@pages.post("/break/end")
def end_break() -> Response:
    """Back from a break that is not required."""
    rest.end_break(helpline(), current_person(), current_person().id)
    return _to_desk()


@pages.post("/debriefs")
def ask_debrief() -> Response:
    """Ask for a talk about something heavy."""
    rest.ask_debrief(helpline(), current_person())
    return _to_desk()


@pages.post("/debriefs/<care_id>/settle")
def settle_debrief(care_id: str) -> Response:
    """Write that one has talked with somebody about it."""
    rest.settle_debrief(helpline(), current_person(), care_id, request.form.get("note", ""))
    flash(gettext("Thank you for having talked."), "ok")
    back = "staff.team" if request.form.get("from") == "team" else "staff.my_rota"
    return redirect(url_for(back), 303)


@pages.post("/notices/<notice_id>/seen")
def see_notice(notice_id: str) -> Response:
    """Put a notice away."""
    rest.put_away(helpline(), current_person(), notice_id)
    return _to_desk()


@pages.get("/team")
def team() -> str:
    """Everybody who listens: who may not be asked now, why and until when; hours and certificates."""
    return render_template(
        "consoles/team.html",
        team=views.team(),
        kinds=[kind.value for kind in CertificateKind],
        rota_kept=views.rota_kept(),
        today=helpline().clock.now().date(),
    )


@pages.post("/team/<person_id>/stand-down")
def stand_down(person_id: str) -> Response:
    """Let somebody rest."""
    hours = request.form.get("hours", "")
    rest.stand_down(
        helpline(),
        current_person(),
        person_id,
        hours=when.read_number(hours, "hours") if hours else None,
        reason=request.form.get("reason", ""),
    )
    return _to_team()


@pages.post("/team/<person_id>/lift")
def lift(person_id: str) -> Response:
    """Let somebody listen again."""
    rest.lift(helpline(), current_person(), person_id)
    return _to_team()


@pages.post("/team/<person_id>/extra-time")
def extra_time(person_id: str) -> Response:
    """Let somebody listen outside their shift."""
    minutes = when.read_number(request.form.get("minutes", ""), "minutes")
    rest.allow_extra_time(helpline(), current_person(), person_id, minutes)
    return _to_team()


@pages.post("/team/<person_id>/break")
def lengthen_for(person_id: str) -> Response:
    """Make somebody's break longer."""
    minutes = when.read_number(request.form.get("minutes", ""), "minutes")
    rest.lengthen_break(helpline(), current_person(), person_id, minutes)
    return _to_team()


@pages.post("/team/<person_id>/certificates")
def grant(person_id: str) -> Response:
    """Write a certificate down."""
    form = request.form
    try:
        kind = CertificateKind(form.get("kind", ""))
    except ValueError:
        raise InvalidInput("unknown certificate", field="kind") from None
    granted_on = when.read_day(form.get("granted_on", ""), "granted_on")
    expires_on = when.read_day(form.get("expires_on", ""), "expires_on")
    papers.grant(helpline(), current_person(), person_id, kind, granted_on=granted_on, expires_on=expires_on)
    flash(gettext("Saved."), "ok")
    return _to_team()


@pages.post("/certificates/<certificate_id>/withdraw")
def withdraw_certificate(certificate_id: str) -> Response:
    """Take a certificate back."""
    papers.withdraw(helpline(), current_person(), certificate_id)
    return _to_team()
