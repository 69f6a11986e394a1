"""What was done is read again: every urgent contact, on time, by somebody else, some of them by two who cannot peek."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.rota import rested
from support.web import browser_of, staff

from hotline.domain.contact import Level, Outcome, Role
from hotline.domain.errors import AlreadyClaimed, Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.records import Person
from hotline.flow import assess, case_review, emergency, intervene, owed, respond
from hotline.flow.case_review import Appraisal
from hotline.flow.emergency import EmergencyCall
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.receive import Opened
from hotline.flow.unit import UnitOfWork
from hotline.interventions import log, reviews
from hotline.interventions.reviews import Review
from hotline.interventions.rubric import Item, Why
from hotline.jobs import sweep
from hotline.reports import review_view
from hotline.reports.live_board import alarms
from hotline.reports.queue_view import Reader
from hotline.volunteers import care

GOOD = Appraisal({Item.WELCOME: 4, Item.LISTENING: 3, Item.ASKED: 4}, praise="You asked plainly.", advice="Slower.")


def never_by_chance(house: Helpline, *, double: float = 0.0) -> Helpline:
    return replace(house, review=replace(house.review, sample_share=0.0, double_share=double))


def served(house: Helpline, text: str, listener: Person, level: Level | None = None) -> Opened:
    """A conversation from first word to close."""
    opened = seeker(house, text)
    respond.claim_next(house, listener)
    intervene.close(house, listener, opened.contact.id, ClosingForm(Outcome.SUPPORTED, level=level))
    rested(house, listener)
    return opened


def owed_ones(house: Helpline) -> list[Review]:
    with house.database.read() as conn:
        return reviews.open_ones(conn)


def seen_by(house: Helpline, who: Person, review_id: str) -> dict[str, object]:
    found = case_review.find(house, review_id)
    with house.database.read() as conn:
        return review_view.one(
            Reader(conn, house.keys, house.assessor, "en", house.clock.now()), house.review, who, found
        )


def test_what_was_urgent_is_read_again_and_what_was_calm_is_not(helpline_on_both: Helpline) -> None:
    house = never_by_chance(helpline_on_both)
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    served(house, "a hard day", lin)
    high, imminent = served(house, "high risk", lin), served(house, "imminent danger", lin)
    judged = served(house, "a hard day", lin, Level.HIGH)
    found = {one.contact_id: one for one in owed_ones(house)}
    assert set(found) == {high.contact.id, imminent.contact.id, judged.contact.id}
    assert found[imminent.contact.id].reasons == (Why.IMMINENT,)
    assert found[imminent.contact.id].due_at - house.clock.now() == timedelta(hours=8)
    everybody = replace(house, review=replace(house.review, sample_share=1.0))
    calm = served(everybody, "a hard day", lin)
    assert {one.contact_id: one.reasons for one in owed_ones(house)}[calm.contact.id] == (Why.SAMPLE,)


def test_a_call_and_a_level_set_by_a_person_ask_at_once_and_the_soonest_end_counts(helpline_on_both: Helpline) -> None:
    house = never_by_chance(helpline_on_both)
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    opened = seeker(house, "a hard day")
    respond.claim_next(house, lin)
    assess.set_level(house, lin, opened.contact.id, Level.ROUTINE, "no change")
    assert owed_ones(house) == []
    assess.set_level(house, lin, opened.contact.id, Level.HIGH, "has a plan")
    assert [one.reasons for one in owed_ones(house)] == [(Why.OVERRIDE,)]
    emergency.dispatch(house, lin, opened.contact.id, EmergencyCall("ambulance", "act_in_progress", "place"))
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.EMERGENCY_SERVICES))
    (one,) = owed_ones(house)
    assert one.reasons == (Why.OVERRIDE, Why.DISPATCH, Why.URGENT)
    assert one.due_at - house.clock.now() == timedelta(hours=24)


def test_one_reads_it_and_the_other_is_told_who(helpline_on_both: Helpline) -> None:
    house = never_by_chance(helpline_on_both)
    lin = on_duty(house, "Lin", Role.CLINICIAN, Role.SUPERVISOR)
    wong, chen = person(house, "Wong", Role.SUPERVISOR), person(house, "Chen", Role.SUPERVISOR)
    served(house, "high risk", lin)
    (one,) = owed_ones(house)
    with pytest.raises(NotAllowed):
        case_review.claim(house, lin, one.id)
    case_review.claim(house, wong, one.id)
    case_review.claim(house, wong, one.id)
    with pytest.raises(AlreadyClaimed) as told:
        case_review.claim(house, chen, one.id)
    assert told.value.by == "Wong"
    with pytest.raises(Conflict):
        case_review.rate(house, chen, one.id, GOOD)
    case_review.release(house, wong, one.id)
    case_review.claim(house, chen, one.id)
    with pytest.raises(NotAllowed):
        case_review.claim(house, person(house, "Mei", Role.CLINICIAN), one.id)


def test_rated_and_signed_it_reaches_its_listener_and_nobody_else(helpline_on_both: Helpline) -> None:
    house = never_by_chance(helpline_on_both)
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = served(house, "high risk", lin)
    (one,) = owed_ones(house)
    case_review.claim(house, wong, one.id)
    for bad in ({}, {Item.WELCOME: 5}, {Item.WELCOME: -1}):
        with pytest.raises(InvalidInput):
            case_review.rate(house, wong, one.id, Appraisal(bad))
    with pytest.raises(Conflict):
        case_review.sign(house, wong, one.id)
    assert case_review.rate(house, wong, one.id, replace(GOOD, level=Level.ELEVATED)) is False
    assert (seen_by(house, wong, one.id)["state"], seen_by(house, wong, one.id)["share"]) == ("rated", 11 / 12)
    case_review.sign(house, wong, one.id)
    assert owed_ones(house) == []
    with house.database.read() as conn:
        reader = Reader(conn, house.keys, house.assessor, "en", house.clock.now())
        (told,) = review_view.feedback(reader, house.review, lin)
        assert review_view.feedback(reader, house.review, wong) == []
        assert [one.kind for one in care.open_notices(conn, lin.id)] == ["review_signed"]
        assert log.verify_contact(conn, house.keys, opened.contact.id) is None
    assert (told["ratings"][0]["praise"], told["read"]) == ("You asked plainly.", False)
    with pytest.raises(NotFound):
        case_review.read_feedback(house, wong, one.id)
    case_review.read_feedback(house, lin, one.id)
    with house.database.read() as conn:
        assert care.open_notices(conn, lin.id) == []


def test_two_raters_do_not_see_each_other_and_their_agreement_is_counted(helpline_on_both: Helpline) -> None:
    house = never_by_chance(helpline_on_both, double=1.0)
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    wong, chen = person(house, "Wong", Role.SUPERVISOR), person(house, "Chen", Role.SUPERVISOR)
    served(house, "high risk", lin)
    (one,) = owed_ones(house)
    case_review.claim(house, wong, one.id)
    assert case_review.rate(house, wong, one.id, GOOD) is True
    assert (seen_by(house, chen, one.id)["ratings"], seen_by(house, chen, one.id)["state"]) == ([], "second")
    with pytest.raises(Conflict):
        case_review.claim(house, wong, one.id)
    with pytest.raises(Conflict):
        case_review.sign(house, wong, one.id)
    case_review.claim(house, chen, one.id)
    case_review.rate(house, chen, one.id, Appraisal({Item.WELCOME: 4, Item.LISTENING: 1, Item.ASKED: 3}))
    assert len(seen_by(house, wong, one.id)["ratings"]) == 2
    case_review.sign(house, wong, one.id)
    with house.database.read() as conn:
        reader = Reader(conn, house.keys, house.assessor, "en", house.clock.now())
        agreed = review_view.queue(reader, house.review, wong)["agreement"]
    assert (agreed["reviews"], agreed["items"], agreed["close"]) == (1, 3, 2 / 3)


def test_a_house_with_one_supervisor_owes_no_second_rating(helpline_on_both: Helpline) -> None:
    house = never_by_chance(helpline_on_both, double=1.0)
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    served(house, "high risk", lin)
    (one,) = owed_ones(house)
    case_review.claim(house, wong, one.id)
    assert case_review.rate(house, wong, one.id, GOOD) is False
    case_review.sign(house, wong, one.id)
    assert owed_ones(house) == []


def test_what_is_not_signed_in_time_stands_on_the_board_until_it_is(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house = never_by_chance(helpline_on_both)
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    served(house, "imminent danger", lin)
    (one,) = owed_ones(house)

    def kinds() -> list[str]:
        with house.database.read() as conn:
            found = alarms(Reader(conn, house.keys, house.assessor, "en", house.clock.now()))
        return [each["kind"] for each in found if each["kind"] == "review_overdue"]

    clock.advance(hours=7)
    sweep.reviews_owed(house)
    assert kinds() == []
    clock.advance(hours=2)
    sweep.reviews_owed(house)
    sweep.reviews_owed(house)
    assert kinds() == ["review_overdue"]
    case_review.claim(house, wong, one.id)
    case_review.rate(house, wong, one.id, GOOD)
    case_review.sign(house, wong, one.id)
    assert kinds() == []


def test_the_weekly_sample_is_asked_for_once(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = never_by_chance(helpline_on_both)
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    calm = served(house, "thank you", lin)
    clock.advance(hours=24 * 7)
    for _ in range(2):
        sweep.reviews_owed(house)
        clock.advance(hours=25)
    assert [(one.contact_id, one.reasons) for one in owed_ones(house)] == [(calm.contact.id, (Why.WEEKLY,))]


def test_a_reason_that_was_reviewed_is_not_asked_again_and_a_new_one_is(helpline: Helpline) -> None:
    house = never_by_chance(helpline)
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = served(house, "high risk", lin)
    (one,) = owed_ones(house)
    case_review.claim(house, wong, one.id)
    case_review.rate(house, wong, one.id, GOOD)
    case_review.sign(house, wong, one.id)
    with UnitOfWork(house) as unit:
        assert not owed.ask_for(unit, opened.contact.id, Why.URGENT)
        assert owed.ask_for(unit, opened.contact.id, Why.WEEKLY)
        unit.commit()
    assert [each.reasons for each in owed_ones(house)] == [(Why.WEEKLY,)]


def test_pages_and_api_lead_from_queue_to_feedback(app: Flask, helpline: Helpline) -> None:
    lin, wong = staff(app, helpline, "Lin", Role.CLINICIAN), staff(app, helpline, "Wong", Role.SUPERVISOR, duty=False)
    assert lin.who is not None
    served(helpline, "high risk", lin.who)
    (one,) = wong.get("/reviews").json["open"]
    home, page = f"/reviews/{one['review_id']}", browser_of(app, wong)
    page.set_cookie("hl_lang", "en")
    assert 'name="item_' not in page.get(f"/staff{home}").text
    assert wong.post(f"{home}/claim").json["mine"] is True
    assert 'name="item_welcome"' in page.get(f"/staff{home}").text
    refused = wong.post(f"{home}/rate", {"scores": {}, "praise": "kept"})
    assert (refused.status_code, refused.json["error"]["field"]) == (400, "scores")
    rated = wong.post(f"{home}/rate", {"scores": {"welcome": 2}, "advice": "Ask sooner."}).json
    if rated["state"] == "rated":
        assert wong.post(f"{home}/sign").json["passed"] is False
        (told,) = lin.get("/feedback").json["feedback"]
        assert told["ratings"][0]["advice"] == "Ask sooner."
        assert lin.post(f"/feedback/{one['review_id']}/read").status_code == 204
        assert "Ask sooner." in browser_of(app, lin).get("/staff/feedback").text
