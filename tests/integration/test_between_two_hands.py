"""Between two hands: who may not hold a conversation does not get it, and nobody stays beside who has gone."""

import pytest
import sqlalchemy as sa
from support.fakes import FakeClock
from support.people import now_is, on_duty, person, says, seeker
from support.time import kinds, let_pass

from hotline.domain.contact import Level, Role, State
from hotline.domain.errors import NotAllowed, OffDuty
from hotline.domain.records import Person
from hotline.flow import assess, company, handover, intervene, respond, vanish
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opened
from hotline.routing import company as beside
from hotline.routing import offers
from hotline.routing.policy import Stage
from hotline.routing.tables import alarms, pages


def there(house: Helpline, opened: Opened) -> list[str]:
    with house.database.read() as conn:
        return beside.beside(conn, opened.contact.id)


def called(house: Helpline) -> set[str]:
    """Whom the calls for help have called so far."""
    with house.database.read() as conn:
        rows = conn.execute(
            sa.select(pages.c.person_id)
            .join(alarms, alarms.c.id == pages.c.alarm_id)
            .where(alarms.c.kind == "help_wanted")
        )
        return set(rows.scalars())


def offer_of(house: Helpline, listener: Person) -> str:
    with house.database.read() as conn:
        found = offers.open_of(conn, listener.id)
    assert found is not None
    return found.id


def test_a_supervisor_who_is_not_here_takes_nothing_over(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house, "a hard day")
    respond.claim_next(house, lin)
    wong = person(house, "Wong", Role.SUPERVISOR)
    company.join(house, wong, opened.contact.id)
    with pytest.raises(OffDuty):
        company.take_over(house, wong, opened.contact.id)
    vanish.let_go_of_vanished(house)
    assert now_is(house, opened).owner_id == lin.id


def test_who_lacks_the_training_does_not_take_over_what_has_become_urgent_meanwhile(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house, "a hard day")
    respond.claim_next(house, lin)
    kai = on_duty(house, "Kai", Role.VOLUNTEER, stage=Stage.SOLO)
    handover.ask_colleague(house, lin, opened.contact.id, kai.id, "tired")
    asked = offer_of(house, kai)
    assess.set_level(house, lin, opened.contact.id, Level.HIGH, "told me about pills")
    with pytest.raises(NotAllowed):
        respond.accept(house, kai, asked)
    assert now_is(house, opened).owner_id == lin.id


def test_nobody_stays_beside_when_the_person_waits_for_somebody_new(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house, "a hard day")
    respond.claim_next(house, lin)
    wong = person(house, "Wong", Role.SUPERVISOR)
    company.join(house, wong, opened.contact.id)
    intervene.wrap_up(house, lin, opened.contact.id)
    respond.go(house, lin, on_duty=False)
    says(house, opened, "are you there")
    assert now_is(house, opened).state is State.WAITING
    assert there(house, opened) == []


def test_who_goes_off_duty_is_beside_nobody(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house, "a hard day")
    respond.claim_next(house, lin)
    wong, chan = on_duty(house, "Wong", Role.SUPERVISOR), on_duty(house, "Chan", Role.SUPERVISOR)
    company.join(house, wong, opened.contact.id)
    company.join(house, chan, opened.contact.id)
    respond.go(house, wong, on_duty=False)
    assert there(house, opened) == [chan.id]
    clock.advance(seconds=house.routing.presence_lost_seconds + 1)
    respond.beat(house, lin)
    vanish.let_go_of_vanished(house)
    assert (there(house, opened), now_is(house, opened).owner_id) == ([], lin.id)


def test_a_call_for_help_that_nobody_answers_rings_at_everybody(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin, mei = on_duty(house, "Lin", Role.VOLUNTEER), on_duty(house, "Mei", Role.VOLUNTEER)
    opened = seeker(house, "a hard day")
    respond.claim_next(house, lin)
    wong, far = on_duty(house, "Wong", Role.SUPERVISOR), person(house, "Far", Role.SUPERVISOR)
    company.ask_help(house, lin, opened.contact.id)
    assert called(house) == {wong.id}
    half = house.routing.listener_silence_seconds / 2 + 1
    let_pass(house, clock, half)
    assert [respond.beat(house, one) for one in (lin, mei, wong)] == [True] * 3
    let_pass(house, clock, half)
    assert called(house) == {wong.id, far.id, lin.id, mei.id}


def test_a_call_for_help_that_was_answered_rings_no_further(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house, "a hard day")
    respond.claim_next(house, lin)
    wong = person(house, "Wong", Role.SUPERVISOR)
    person(house, "Far", Role.SUPERVISOR)
    before = called(house)
    company.ask_help(house, lin, opened.contact.id)
    rung = called(house)
    company.join(house, wong, opened.contact.id)
    let_pass(house, clock, house.routing.listener_silence_seconds + 1)
    assert (before, called(house)) == (set(), rung)


def test_help_that_came_and_left_can_be_called_again_at_once(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house, "a hard day")
    respond.claim_next(house, lin)
    wong = person(house, "Wong", Role.SUPERVISOR)
    company.ask_help(house, lin, opened.contact.id)
    company.join(house, wong, opened.contact.id)
    company.leave(house, wong, opened.contact.id)
    company.ask_help(house, lin, opened.contact.id)
    assert kinds(house) == ["help_wanted"]
