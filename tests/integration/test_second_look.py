"""What a second reader found in reviews, follow-ups, plans and addresses: each a way in which somebody was let down."""

from dataclasses import replace

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.rota import rested
from support.web import Caller, browser_of, form_token, reach_out, staff

from hotline.contacts import follow_ups
from hotline.contacts import store as contacts
from hotline.domain.contact import ConsentKind, Level, Outcome, Role
from hotline.domain.errors import AlreadyClaimed, Conflict, SecondPersonNeeded
from hotline.flow import address, assess, case_review, consents, intervene, reading_along, respond, safety_plan
from hotline.flow.case_review import Appraisal
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.interventions import reviews
from hotline.interventions.reviews import Review
from hotline.interventions.rubric import Item, Why
from hotline.routing.policy import Stage

REACH = {"phone": "+85291234567", "safe_to_call": True, "safe_to_text": False, "safe_to_leave_message": False}


def plain(house: Helpline) -> Helpline:
    return replace(house, review=replace(house.review, sample_share=0.0, double_share=0.0))


def owed(house: Helpline) -> list[Review]:
    with house.database.read() as conn:
        return reviews.open_ones(conn)


def comes_back(app: Flask, before: Caller) -> Caller:
    """The same person with their codename, who writes again."""
    codename = before.post("/contact/codename").json["codename"]
    again = Caller(app.test_client())
    again.token = again.post("/returns", {"codename": codename}).json["token"]
    return again


def test_a_review_that_was_taken_and_left_is_free_again(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = plain(helpline_on_both)
    lin, wong, ho = (
        on_duty(house, "Lin", Role.CLINICIAN),
        person(house, "Wong", Role.SUPERVISOR),
        person(house, "Ho", Role.SUPERVISOR),
    )
    opened = seeker(house, "imminent danger")
    respond.claim_next(house, lin)
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    (one,) = owed(house)
    case_review.claim(house, wong, one.id)
    clock.advance(hours=1)
    with pytest.raises(AlreadyClaimed):
        case_review.claim(house, ho, one.id)
    clock.advance(hours=2)
    case_review.claim(house, ho, one.id)
    with pytest.raises(Conflict):
        case_review.rate(house, wong, one.id, Appraisal({Item.WELCOME: 4}))


def test_nothing_is_rated_before_the_end_was_there_to_be_read(helpline: Helpline) -> None:
    house = plain(helpline)
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "a hard day")
    respond.claim_next(house, lin)
    assess.set_level(house, lin, opened.contact.id, Level.HIGH, "a plan")
    (one,) = owed(house)
    with pytest.raises(Conflict):
        case_review.claim(house, wong, one.id)
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED, level=Level.IMMINENT))
    case_review.claim(house, wong, one.id)


def test_what_was_imminent_once_is_reviewed_as_imminent(helpline: Helpline) -> None:
    house = plain(helpline)
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "imminent danger")
    respond.claim_next(house, lin)
    with pytest.raises(SecondPersonNeeded):
        assess.set_level(house, lin, opened.contact.id, Level.ROUTINE, "a mistake")
    assess.countersign(house, wong, opened.contact.id, agree=True)
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    (one,) = owed(house)
    assert Why.IMMINENT in one.reasons


def test_a_no_in_the_next_conversation_ends_the_calls_of_the_one_before(app: Flask, helpline: Helpline) -> None:
    lin, first = staff(app, helpline, "Lin", Role.CLINICIAN), reach_out(app, "a hard day")
    assert lin.who is not None
    old = lin.post("/queue/next").json["contact_id"]
    consents.note(helpline, lin.who, old, ConsentKind.FOLLOW_UP, given=True, version="1")
    assert lin.post(f"/contacts/{old}/follow-ups", REACH).status_code == 200
    again = comes_back(app, first)
    intervene.close(helpline, lin.who, old, ClosingForm(Outcome.FOLLOW_UP))
    rested(helpline, lin.who)
    again.post("/contact/messages", {"client_message_id": "a" * 16, "text": "somebody reads my phone"})
    new = lin.post("/queue/next").json["contact_id"]
    assert new != old
    consents.note(helpline, lin.who, new, ConsentKind.FOLLOW_UP, given=False, version="1")
    with helpline.database.read() as conn:
        assert {one.state.value for one in follow_ups.of_contact(conn, old)} == {"cancelled"}
        assert contacts.open_identity(conn, helpline.keys, old, "follow_up") is None


def test_a_plan_that_is_shared_stays_readable_until_it_is_taken_back(app: Flask, helpline: Helpline) -> None:
    lin, first = staff(app, helpline, "Lin", Role.CLINICIAN), reach_out(app, "a hard day")
    assert lin.who is not None
    old = lin.post("/queue/next").json["contact_id"]
    safety_plan.save(helpline, lin.who, old, {"warning_signs": "x"}, base=0)
    safety_plan.share(helpline, lin.who, old)
    again = comes_back(app, first)
    intervene.close(helpline, lin.who, old, ClosingForm(Outcome.SUPPORTED))
    rested(helpline, lin.who)
    again.post("/contact/messages", {"client_message_id": "a" * 16, "text": "hello"})
    new = lin.post("/queue/next").json["contact_id"]
    safety_plan.save(helpline, lin.who, new, {"warning_signs": "y"}, base=0)
    assert again.get("/contact/plan").json["steps"]["warning_signs"] == "x"
    safety_plan.share(helpline, lin.who, new)
    assert again.get("/contact/plan").json["steps"]["warning_signs"] == "y"
    safety_plan.withdraw(helpline, lin.who, new)
    assert again.get("/contact/plan").status_code == 404


def test_who_gave_the_contact_away_does_not_burn_their_look_at_the_address(app: Flask, helpline: Helpline) -> None:
    lin, wong = staff(app, helpline, "Lin", Role.CLINICIAN), staff(app, helpline, "Wong", Role.SUPERVISOR)
    assert lin.who is not None
    assert wong.who is not None
    reach_out(app, "imminent")
    contact_id = lin.post("/queue/next").json["contact_id"]
    form = {"service": "police", "basis": "act_in_progress", "disclosed": "place", "address": True}
    call = lin.post(f"/contacts/{contact_id}/dispatches", form).json["dispatches"][0]["dispatch_id"]
    address.sign(helpline, wong.who, call, agree=True)
    respond.release(helpline, lin.who, contact_id, "ill")
    assert lin.post(f"/dispatches/{call}/address/see").status_code == 403
    assert lin.post("/queue/next").json["contact_id"] == contact_id
    assert lin.post(f"/dispatches/{call}/address/see").status_code == 200


def test_a_reviewers_words_are_still_there_after_a_refusal(app: Flask, helpline: Helpline) -> None:
    house = plain(helpline)
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), staff(app, house, "Wong", Role.SUPERVISOR, duty=False)
    assert wong.who is not None
    opened = seeker(house, "imminent danger")
    respond.claim_next(house, lin)
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    (one,) = owed(house)
    case_review.claim(house, wong.who, one.id)
    browser = browser_of(app, wong)
    token = form_token(browser.get(f"/staff/reviews/{one.id}").text)
    case_review.release(house, wong.who, one.id)
    form = {"csrf_token": token, "item_welcome": "3", "praise": "my long words"}
    answer = browser.post(f"/staff/reviews/{one.id}/rate", data=form)
    assert answer.status_code == 409
    assert "my long words" in answer.text


def test_whoever_reads_along_to_learn_sees_nothing_of_what_was_written_down(app: Flask, helpline: Helpline) -> None:
    lin, wong = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Wong", Role.SUPERVISOR, duty=False)
    mei = staff(app, helpline, "Mei", Role.VOLUNTEER, duty=False, stage=Stage.TRAINEE)
    reach_out(app)
    contact_id = lin.post("/queue/next").json["contact_id"]
    assert lin.who is not None
    assert wong.who is not None
    assert mei.who is not None
    safety_plan.save(helpline, lin.who, contact_id, {"warning_signs": "quite secret"}, base=0)
    reading_along.allow(helpline, wong.who, contact_id, mei.who.id)
    reading_along.answer(helpline, lin.who, contact_id, agree=True)
    assert mei.get(f"/contacts/{contact_id}").json["plan"] is None
    assert "quite secret" not in browser_of(app, mei).get(f"/staff/contacts/{contact_id}").text
    assert "quite secret" in browser_of(app, lin).get(f"/staff/contacts/{contact_id}").text
