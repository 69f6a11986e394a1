"""Somebody in training reads a conversation along: four people have a word in it, and danger ends it."""

import pytest
from flask import Flask
from support.people import now_is, on_duty, person, says, seeker
from support.web import browser_of, reach_out, staff

from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Level, Outcome, Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.records import Person
from hotline.flow import assess, company, converse, handover, intervene, reading_along, respond, review
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.receive import Opened
from hotline.routing import offers, shadowings
from hotline.routing.policy import Stage


def learner(house: Helpline, name: str = "Mei") -> Person:
    return person(house, name, Role.VOLUNTEER, stage=Stage.TRAINEE)


def reading(house: Helpline) -> tuple[Opened, Person, Person, Person]:
    """A conversation of Lin that Mei reads along, as Wong allowed."""
    lin, wong, mei = on_duty(house, "Lin", Role.VOLUNTEER), person(house, "Wong", Role.SUPERVISOR), learner(house)
    opened = seeker(house)
    respond.claim_next(house, lin)
    reading_along.allow(house, wong, opened.contact.id, mei.id)
    reading_along.answer(house, lin, opened.contact.id, agree=True)
    return opened, lin, wong, mei


def may_read(house: Helpline, who: Person, opened: Opened) -> bool:
    try:
        return review.open_contact(house, who, opened.contact.id, purpose="desk").id == opened.contact.id
    except NotFound:
        return False


def told(house: Helpline, opened: Opened) -> str:
    with house.database.read() as conn:
        said = contacts.read_messages(conn, house.keys, opened.contact.id)
    return "\n".join(one.text for one in said if one.author is Author.SYSTEM)


def test_nothing_is_read_before_the_listener_agrees_and_the_person_is_told(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong, mei = on_duty(house, "Lin", Role.VOLUNTEER), person(house, "Wong", Role.SUPERVISOR), learner(house)
    opened = seeker(house)
    respond.claim_next(house, lin)
    reading_along.allow(house, wong, opened.contact.id, mei.id)
    assert not may_read(house, mei, opened)
    reading_along.answer(house, lin, opened.contact.id, agree=True)
    assert may_read(house, mei, opened)
    assert "in training" in told(house, opened)
    lines, fault = review.read_log(house, opened.contact.id)
    assert {"purpose": "shadowing"} in [one.details for one in lines if one.kind == "viewed" and one.actor == mei.id]
    assert fault is None


def test_whoever_reads_along_writes_nothing_and_changes_nothing(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened, _, _, mei = reading(house)
    contact_id = opened.contact.id
    for act in (
        lambda: converse.post_as_listener(house, mei, contact_id, text="hello", client_id="m" * 8),
        lambda: assess.set_level(house, mei, contact_id, Level.HIGH, "x"),
        lambda: intervene.close(house, mei, contact_id, ClosingForm(Outcome.SUPPORTED)),
        lambda: company.ask_help(house, mei, contact_id),
        lambda: reading_along.answer(house, mei, contact_id, agree=True),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_persons_no_ends_it_at_once_and_for_good(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened, lin, wong, mei = reading(house)
    reading_along.refuse(house, now_is(house, opened))
    assert not may_read(house, mei, opened)
    with pytest.raises(Conflict):
        reading_along.allow(house, wong, opened.contact.id, mei.id)
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    follower = says(house, opened, "here again")
    respond.claim_next(house, lin)
    with pytest.raises(Conflict):
        reading_along.allow(house, wong, follower.id, mei.id)


def test_it_ends_by_itself_when_the_level_is_urgent(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened, _, wong, mei = reading(house)
    says(house, opened, "imminent danger")
    assert not may_read(house, mei, opened)
    assert "no longer reading along" in told(house, opened)
    with pytest.raises(Conflict):
        reading_along.allow(house, wong, opened.contact.id, mei.id)


@pytest.mark.parametrize("ending", ["close", "wrap_up", "release", "seeker", "handed_over"])
def test_it_ends_when_the_conversation_is_over_or_goes_to_somebody_who_did_not_agree(
    helpline: Helpline, ending: str
) -> None:
    opened, lin, _, mei = reading(helpline)
    contact_id = opened.contact.id
    if ending == "close":
        intervene.close(helpline, lin, contact_id, ClosingForm(Outcome.SUPPORTED))
    elif ending == "wrap_up":
        intervene.wrap_up(helpline, lin, contact_id)
    elif ending == "release":
        respond.release(helpline, lin, contact_id)
    elif ending == "seeker":
        converse.end_as_seeker(helpline, now_is(helpline, opened))
    else:
        ann = on_duty(helpline, "Ann", Role.VOLUNTEER)
        handover.ask_colleague(helpline, lin, contact_id, ann.id, "summary")
        with helpline.database.read() as conn:
            asked = offers.open_of(conn, ann.id)
        assert asked is not None
        respond.accept(helpline, ann, asked.id)
    assert not may_read(helpline, mei, opened)


def test_only_a_supervisor_allows_it_for_people_in_training_one_at_a_time(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened, lin, wong, _ = reading(house)
    with pytest.raises(NotAllowed):
        reading_along.allow(house, lin, opened.contact.id, learner(house, "Zoe").id)
    with pytest.raises(Conflict):
        reading_along.allow(house, wong, opened.contact.id, learner(house, "Yan").id)
    reading_along.stop(house, lin, opened.contact.id)
    with pytest.raises(InvalidInput):
        reading_along.allow(house, wong, opened.contact.id, lin.id)


def test_the_listeners_no_is_enough(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong, mei = on_duty(house, "Lin", Role.VOLUNTEER), person(house, "Wong", Role.SUPERVISOR), learner(house)
    opened = seeker(house)
    respond.claim_next(house, lin)
    reading_along.allow(house, wong, opened.contact.id, mei.id)
    reading_along.answer(house, lin, opened.contact.id, agree=False)
    with house.database.read() as conn:
        assert shadowings.open_in(conn, opened.contact.id) is None
    assert not may_read(house, mei, opened)
    assert "in training" not in told(house, opened)


def test_pages_and_api_lead_through_it(app: Flask, helpline: Helpline) -> None:
    lin, wong = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Wong", Role.SUPERVISOR, duty=False)
    mei = staff(app, helpline, "Mei", Role.VOLUNTEER, duty=False, stage=Stage.TRAINEE)
    person_outside = reach_out(app)
    contact_id = lin.post("/queue/next").json["contact_id"]
    view = wong.get(f"/contacts/{contact_id}").json
    assert (view["learners"], "allow_shadowing" in view["may"]) == ([{"person_id": mei.who.id, "alias": "Mei"}], True)
    assert wong.post(f"/contacts/{contact_id}/shadowing", {"person_id": mei.who.id}).status_code == 200
    assert lin.call("PUT", f"/contacts/{contact_id}/shadowing", {"agree": True}).json["shadow"]["reading"] is True
    assert [one["contact_id"] for one in mei.get("/desk").json["reading_along"]] == [contact_id]
    seen = mei.get(f"/contacts/{contact_id}").json
    assert seen["may"] == ["end_shadowing"]
    page = browser_of(app, mei).get(f"/staff/contacts/{contact_id}?lang=en", follow_redirects=True).text
    assert 'id="composer"' not in page
    assert person_outside.post("/contact/no-shadowing").status_code == 204
    assert person_outside.get("/contact").json["shadowing_refused"] is True
    assert mei.get(f"/contacts/{contact_id}").status_code == 404
    assert mei.get("/desk").json["reading_along"] == []


def test_who_reads_along_does_not_read_the_log(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened, lin, _, mei = reading(house)
    with pytest.raises(NotFound):
        review.open_contact(house, mei, opened.contact.id, purpose="log", learners=False)
    assert review.open_contact(house, lin, opened.contact.id, purpose="log", learners=False).id == opened.contact.id


def test_the_stream_of_whoever_read_along_ends_with_it(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened, lin, wong, mei = reading(house)
    for somebody in (lin, wong, mei):
        review.check_may_look(house, somebody, [opened.contact.id])
    reading_along.stop(house, lin, opened.contact.id)
    review.check_may_look(house, lin, [opened.contact.id])
    with pytest.raises(NotFound):
        review.check_may_look(house, mei, [opened.contact.id])
