"""The doors of ratings, referrals and consents: what the person says of themselves, and where further help is."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from hotline.consoles import forms, views
from hotline.consoles.doors import api, pages
from hotline.domain.contact import ActionKind, ActionState, ConsentKind, ReferralTag
from hotline.domain.errors import InvalidInput
from hotline.flow import consents, intervene, ratings
from hotline.flow.intervene import Done
from hotline.interventions.drafts import Form
from hotline.web import desk_schemas, staff_schemas
from hotline.web.house import helpline, house
from hotline.web.session import current_person


def _back(contact_id: str) -> Response:
    return redirect(url_for("staff.contact", contact_id=contact_id) + "#written", 303)


@pages.post("/contacts/<contact_id>/ratings")
def rate(contact_id: str) -> Response:
    """Write how the person rates themselves."""
    with forms.kept(contact_id, Form.RATINGS):
        ratings.note(helpline(), current_person(), contact_id, request.form)
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/referrals")
def refer(contact_id: str) -> Response:
    """Write a way to further help."""
    with forms.kept(contact_id, Form.REFERRAL):
        intervene.record_action(helpline(), current_person(), contact_id, _referral())
    return _back(contact_id)


def _referral() -> Done:
    try:
        tag, state = ReferralTag(request.form.get("tag", "")), ActionState(request.form.get("state", ""))
    except ValueError:
        raise InvalidInput("say where to and how far", field="tag") from None
    return Done(ActionKind.REFERRAL, state, request.form.get("note", ""), tag)


@pages.post("/contacts/<contact_id>/referrals/<referral_id>")
def refer_on(contact_id: str, referral_id: str) -> Response:
    """Write how far a referral has come."""
    try:
        state = ActionState(request.form.get("state", ""))
    except ValueError:
        raise InvalidInput("say how far", field="state") from None
    done = Done(ActionKind.REFERRAL, state, request.form.get("note", ""), follows=referral_id)
    intervene.record_action(helpline(), current_person(), contact_id, done)
    return _back(contact_id)


@pages.post("/contacts/<contact_id>/consents")
def consent(contact_id: str) -> Response:
    """Write with one tap what the person agreed to (``kind:yes`` or ``kind:no``)."""
    kind, _, answer = request.form.get("said", "").partition(":")
    try:
        chosen = ConsentKind(kind)
    except ValueError:
        raise InvalidInput("unknown consent", field="said") from None
    _note_consent(contact_id, chosen, given=answer == "yes")
    return _back(contact_id)


def _note_consent(contact_id: str, kind: ConsentKind, *, given: bool) -> None:
    """In the version of the sentence that stands at the desk in the language of the conversation."""
    found = views.open_contact(current_person(), contact_id)
    version = house().words.version_of(f"sentences.consent_{kind}", found.language)
    consents.note(helpline(), current_person(), contact_id, kind, given=given, version=version)


@api.post("/contacts/<contact_id>/consents")
@api.input(desk_schemas.ConsentGiven)
@api.output(staff_schemas.StaffContact)
def note_consent(contact_id: str, json_data: desk_schemas.ConsentGiven) -> Any:
    """Write what the person agreed to, or no longer agrees to."""
    _note_consent(contact_id, json_data.kind, given=json_data.given)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/ratings")
@api.input(desk_schemas.RatingsGiven)
@api.output(staff_schemas.StaffContact)
def note_ratings(contact_id: str, json_data: desk_schemas.RatingsGiven) -> Any:
    """Write how the person rates themselves at the start or at the end; a newer number counts."""
    given = {name: str(value) for name, value in json_data.model_dump().items() if value is not None}
    ratings.note(helpline(), current_person(), contact_id, given)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/referrals")
@api.input(desk_schemas.ReferralGiven)
@api.output(staff_schemas.StaffContact, status_code=201)
def add_referral(contact_id: str, json_data: desk_schemas.ReferralGiven) -> Any:
    """Write a way to further help and how far it has come."""
    done = Done(ActionKind.REFERRAL, json_data.state, json_data.note, json_data.tag)
    intervene.record_action(helpline(), current_person(), contact_id, done)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/referrals/<referral_id>")
@api.input(desk_schemas.ReferralCourse)
@api.output(staff_schemas.StaffContact)
def move_referral(contact_id: str, referral_id: str, json_data: desk_schemas.ReferralCourse) -> Any:
    """Write how far a referral has come by now."""
    done = Done(ActionKind.REFERRAL, json_data.state, json_data.note, follows=referral_id)
    intervene.record_action(helpline(), current_person(), contact_id, done)
    return views.contact(current_person(), contact_id)
