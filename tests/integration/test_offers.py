"""A waiting person is offered to whom fits; every offer ends once, and whoever was slower is told kindly."""

import pytest
from support.fakes import FakeClock
from support.people import now_is, on_duty, person, says, seeker
from support.time import let_pass

from hotline.contacts import store as contacts
from hotline.domain.contact import Role, State
from hotline.domain.errors import AlreadyClaimed, NotAllowed
from hotline.domain.records import Person
from hotline.flow import converse, intervene, offer, respond
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm, Outcome
from hotline.flow.receive import Opened
from hotline.flow.unit import UnitOfWork
from hotline.routing import offers
from hotline.routing.offers import Offer, Skills, Wishes
from hotline.routing.policy import Stage
from hotline.routing.ranking import Reason
from hotline.routing.replies import Decline, OfferState

CLAIMERS = 64
CONTACTS = 200


def asked(house: Helpline, person: Person) -> Offer | None:
    with house.database.read() as conn:
        return offers.open_of(conn, person.id)


def ended(house: Helpline, offer_id: str) -> OfferState:
    with house.database.read() as conn:
        found = offers.get(conn, offer_id)
    assert found is not None
    return found.state


def test_who_fits_best_is_asked_and_one_yes_is_enough(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    lin = on_duty(house, "Lin", Role.VOLUNTEER, stage=Stage.SOLO)
    opened = seeker(house)
    assert offer.match(house) == 1
    assert offer.match(house) == 0
    found = asked(house, lin)
    assert found is not None
    assert asked(house, chen) is None
    assert Reason.LANGUAGE in found.reasons
    assert now_is(house, opened).state is State.OFFERED
    assert respond.accept(house, lin, found.id) == opened.contact.id
    assert now_is(house, opened).owner_id == lin.id
    assert ended(house, found.id) is OfferState.ACCEPTED


def test_a_supervisor_who_asks_about_the_same_person_takes_no_question_away(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER, stage=Stage.SOLO)
    opened = seeker(house)
    offer.match(house)
    found = asked(house, lin)
    assert found is not None
    offer.assign(house, on_duty(house, "Boss", Role.SUPERVISOR), opened.contact.id, lin.id)
    assert respond.accept(house, lin, found.id) == opened.contact.id
    assert ended(house, found.id) is OfferState.ACCEPTED


def test_a_no_asks_the_next_one_and_never_the_same_twice(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER, stage=Stage.SOLO)
    opened = seeker(house)
    offer.match(house)
    found = asked(house, lin)
    assert found is not None
    offer.decline(house, lin, found.id, Decline.TOO_CLOSE)
    assert now_is(house, opened).state is State.WAITING
    assert offer.match(house) == 0
    with pytest.raises(respond.NobodyWaiting):
        respond.claim_next(house, lin)
    with pytest.raises(offer.OfferOver):
        respond.accept(house, lin, found.id)
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    assert offer.match(house) == 1
    assert asked(house, mei) is not None


def test_silence_asks_the_next_one_and_the_silent_one_again_later(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER, stage=Stage.SOLO)
    seeker(house)
    offer.match(house)
    found = asked(house, lin)
    assert found is not None
    let_pass(house, clock, house.routing.offer_seconds)
    assert ended(house, found.id) is OfferState.MISSED
    respond.beat(house, lin)
    assert offer.match(house) == 0
    clock.advance(seconds=house.routing.missed_again_seconds)
    respond.beat(house, lin)
    assert offer.match(house) == 1


def test_danger_asks_several_at_once_and_the_slower_ones_hear_who_has_it(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    team = [on_duty(house, name, Role.CLINICIAN) for name in ("Chen", "Ho", "Wu")]
    opened = seeker(house, "imminent")
    assert offer.match(house) == 3
    found = [asked(house, who) for who in team]
    assert all(found)
    respond.accept(house, team[1], found[1].id)  # type: ignore[union-attr]
    for place in (0, 2):
        with pytest.raises(AlreadyClaimed) as told:
            respond.accept(house, team[place], found[place].id)  # type: ignore[union-attr]
        assert told.value.by == "Ho"
        assert asked(house, team[place]) is None
    assert now_is(house, opened).owner_id == team[1].id


def test_danger_takes_the_place_of_a_question_that_is_less_urgent(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    calm = seeker(house)
    offer.match(house)
    before = asked(house, chen)
    red = seeker(house, "imminent")
    offer.match(house)
    after = asked(house, chen)
    assert before is not None
    assert after is not None
    assert (before.contact_id, after.contact_id) == (calm.contact.id, red.contact.id)
    assert ended(house, before.id) is OfferState.WITHDRAWN
    assert offer.match(house) == 0
    assert now_is(house, calm).state is State.WAITING


def test_nobody_picks_and_a_supervisor_may(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    first = seeker(house)
    clock.advance(seconds=1)
    second = seeker(house)
    with pytest.raises(respond.NotYourTurn):
        respond.claim(house, lin, second.contact.id)
    with pytest.raises(NotAllowed):
        offer.assign(house, lin, second.contact.id, lin.id)
    wong = on_duty(house, "Wong", Role.SUPERVISOR)
    offer.assign(house, wong, second.contact.id, lin.id)
    found = asked(house, lin)
    assert found is not None
    assert found.reasons == (Reason.ASSIGNED,)
    respond.claim(house, lin, second.contact.id)
    respond.claim(house, wong, first.contact.id)


def test_who_leaves_or_goes_off_duty_leaves_no_question_open(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    one, two = seeker(house), seeker(house)
    assert offer.match(house) == 2
    questions = {who.id: asked(house, who) or pytest.fail("nobody was asked") for who in (lin, mei)}
    who_left = next(who for who in (lin, mei) if questions[who.id].contact_id == one.contact.id)
    converse.end_as_seeker(house, now_is(house, one))
    assert now_is(house, one).state is State.ABANDONED
    assert asked(house, who_left) is None
    other = mei if who_left is lin else lin
    respond.go(house, other, on_duty=False)
    assert offer.match(house) == 1
    assert (asked(house, who_left) or pytest.fail("nobody was asked")).contact_id == two.contact.id


def test_risk_that_rises_is_asked_of_others_than_the_calm_question(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER, stage=Stage.SOLO)
    opened = seeker(house)
    offer.match(house)
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    says(house, opened, "now it is imminent")
    assert asked(house, lin) is None
    assert offer.match(house) == 1
    assert asked(house, chen) is not None


def test_the_seat_kept_for_danger_is_not_pulled_away(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    for name in ("Lin", "Mei", "Zoe"):
        on_duty(house, name, Role.VOLUNTEER)
    seeker(house)
    with pytest.raises(respond.NobodyWaiting):
        respond.claim_next(house, chen)
    red = seeker(house, "imminent")
    assert respond.claim_next(house, chen) == red.contact.id


def test_pulling_while_one_is_asked_does_not_go_past_somebody_in_danger(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    people = [on_duty(house, name, Role.VOLUNTEER, stage=Stage.SOLO) for name in ("One", "Two", "Three")]
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    calm = seeker(house, "something elevated")
    offer.assign(house, person(house, "Wong", Role.SUPERVISOR), calm.contact.id, mei.id)
    danger = seeker(house, "high risk")
    assert respond.claim_next(house, mei) == danger.contact.id
    assert len(people) + 1 == house.routing.reserve_from_seats


def test_same_listener_when_both_agreed(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    mei, lin = on_duty(house, "Mei", Role.VOLUNTEER), on_duty(house, "Lin", Role.VOLUNTEER, stage=Stage.SOLO)
    opened = seeker(house)
    respond.claim(house, mei, opened.contact.id)
    intervene.close(house, mei, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    with house.database.read() as conn:
        old = contacts.get_contact(conn, opened.contact.id)
    again = seeker(house, follows=old)
    with UnitOfWork(house) as unit:
        offers.keep_wishes(unit.conn, again.contact.id, Wishes(same_listener=True))
        offers.keep_skills(unit.conn, mei.id, Skills(again=True))
        unit.commit()
    offer.match(house)
    assert Reason.SAME_LISTENER in (asked(house, mei) or pytest.fail("nobody was asked")).reasons
    assert asked(house, lin) is None


def writes_a_form(house: Helpline) -> tuple[Person, Opened]:
    """A volunteer whose calm conversation has ended, with its closing form still to write."""
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    calm = seeker(house)
    respond.claim(house, mei, calm.contact.id)
    intervene.wrap_up(house, mei, calm.contact.id)
    return mei, calm


def test_danger_reaches_who_only_owes_a_form_and_the_form_waits(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    mei, calm = writes_a_form(house)
    red = seeker(house, "imminent")
    offer.match(house)
    found = asked(house, mei)
    assert found is not None
    respond.accept(house, mei, found.id)
    assert now_is(house, red).owner_id == mei.id
    intervene.close(house, mei, calm.contact.id, ClosingForm(Outcome.SUPPORTED))
    assert now_is(house, red).state is State.IN_CONVERSATION


def test_who_writes_again_meanwhile_is_not_left_beside_somebody_in_danger(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    mei, calm = writes_a_form(house)
    seeker(house, "imminent")
    offer.match(house)
    respond.accept(house, mei, (asked(house, mei) or pytest.fail("nobody was asked")).id)
    says(house, calm, "one more thing")
    assert now_is(house, calm).state is State.WAITING
    with house.database.read() as conn:
        assert [one.id for one in contacts.held_by(conn, mei.id)] != [calm.contact.id]


def test_an_owed_form_keeps_nobody_from_pulling_somebody_in_danger_first(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    ended = seeker(house)
    respond.claim_next(house, lin)
    intervene.wrap_up(house, lin, ended.contact.id)
    seeker(house, "hello")
    danger = seeker(house, "imminent danger")
    assert respond.claim_next(house, lin) == danger.contact.id
