"""What raises a level, who may lower it, and who is called when nobody answers."""

import pytest
from support.fakes import FakeAssessor, FakeClock
from support.people import now_is, on_duty, person, says, seeker
from support.time import kinds, let_pass

from hotline.domain.contact import Level, Role, State
from hotline.domain.errors import InvalidInput, NotAllowed, SecondPersonNeeded
from hotline.flow import assess, converse, escalate, respond, vanish
from hotline.flow.helpline import Helpline
from hotline.jobs import sweep
from hotline.routing import store as routing
from hotline.routing.policy import Lane, Stage
from hotline.storage import outbox


def test_a_model_that_does_not_answer_means_elevated_and_an_alarm(
    helpline_on_both: Helpline, assessor: FakeAssessor
) -> None:
    assessor.failing = True
    on_duty(helpline_on_both, "Lin", Role.VOLUNTEER)
    opened = seeker(helpline_on_both, "just saying hello")
    assert now_is(helpline_on_both, opened).level is Level.ELEVATED
    assert kinds(helpline_on_both) == ["model_failing"]


def test_an_assessor_that_raises_loses_nobody(helpline_on_both: Helpline, assessor: FakeAssessor) -> None:
    assessor.raising = True
    opened = seeker(helpline_on_both, "hello")
    contact = now_is(helpline_on_both, opened)
    assert (contact.state, contact.level) == (State.WAITING, Level.ELEVATED)


def test_an_assessor_that_raises_in_a_conversation_raises_the_level(
    helpline_on_both: Helpline, assessor: FakeAssessor
) -> None:
    lin = on_duty(helpline_on_both, "Lin", Role.VOLUNTEER)
    opened = seeker(helpline_on_both)
    respond.claim_next(helpline_on_both, lin)
    assessor.raising = True
    says(helpline_on_both, opened, "anything")
    assert now_is(helpline_on_both, opened).level is Level.ELEVATED
    assert "model_failing" in kinds(helpline_on_both)


def test_a_contact_that_fell_between_two_commits_is_found(helpline_on_both: Helpline, clock: FakeClock) -> None:
    from hotline.flow import receive  # noqa: PLC0415  # the first commit alone, as after a crash

    house = helpline_on_both
    opening = receive.Opening(language=converse.Language.EN, text="high risk", client_message_id="x" * 8)
    opened = receive.open_contact(house, opening)
    clock.advance(seconds=6)
    assert sweep.assess_forgotten(house) == 1
    contact = now_is(house, opened)
    assert (contact.state, contact.level) == (State.WAITING, Level.HIGH)


def test_a_silent_opening_becomes_elevated_after_a_minute(helpline_on_both: Helpline, clock: FakeClock) -> None:
    opened = seeker(helpline_on_both, None)
    assert now_is(helpline_on_both, opened).state is State.RECEIVED
    clock.advance(seconds=61)
    sweep.assess_forgotten(helpline_on_both)
    contact = now_is(helpline_on_both, opened)
    assert (contact.state, contact.level) == (State.WAITING, Level.ELEVATED)


def test_kind_words_after_a_crisis_line_lower_nothing(helpline_on_both: Helpline) -> None:
    opened = seeker(helpline_on_both, "imminent")
    says(helpline_on_both, opened, "sorry, all is fine, thanks")
    assert now_is(helpline_on_both, opened).level is Level.IMMINENT


def test_risk_that_rises_in_the_middle_alarms_and_keeps_the_listener(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    respond.claim_next(house, lin)
    says(house, opened, "this is imminent")
    contact = now_is(house, opened)
    assert (contact.level, contact.owner_id, contact.state) == (Level.IMMINENT, lin.id, State.IN_CONVERSATION)
    assert kinds(house) == ["risk_rising"]


def test_one_person_cannot_lower_an_urgent_level(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house, "high risk")
    respond.claim_next(house, lin)
    with pytest.raises(SecondPersonNeeded):
        assess.set_level(house, lin, opened.contact.id, Level.ROUTINE, "a misunderstanding")
    with pytest.raises(NotAllowed):
        assess.countersign(house, lin, opened.contact.id, agree=True)
    assert now_is(house, opened).level is Level.HIGH


def test_listener_and_supervisor_together_lower_it(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.VOLUNTEER), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "high risk")
    respond.claim_next(house, lin)
    with pytest.raises(SecondPersonNeeded):
        assess.set_level(house, lin, opened.contact.id, Level.ROUTINE, "a misunderstanding")
    assess.countersign(house, wong, opened.contact.id, agree=True)
    assert now_is(house, opened).level is Level.ROUTINE


def test_a_supervisor_alone_raises_but_does_not_lower(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.VOLUNTEER), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house)
    respond.claim_next(house, lin)
    assess.set_level(house, wong, opened.contact.id, Level.HIGH, "plan mentioned")
    with pytest.raises(SecondPersonNeeded):
        assess.set_level(house, wong, opened.contact.id, Level.ROUTINE, "no plan after all")
    assess.countersign(house, lin, opened.contact.id, agree=True)
    assert now_is(house, opened).level is Level.ROUTINE


def test_changing_a_level_takes_a_reason(helpline_on_both: Helpline) -> None:
    house, wong = helpline_on_both, person(helpline_on_both, "Wong", Role.SUPERVISOR)
    opened = seeker(house)
    with pytest.raises(InvalidInput):
        assess.set_level(house, wong, opened.contact.id, Level.HIGH, "  ")


def test_an_urgent_contact_past_its_alarm_pages_the_supervisor(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    on_duty(house, "Lin", Role.VOLUNTEER, stage=Stage.SOLO)
    wong = person(house, "Wong", Role.SUPERVISOR)
    seeker(house, "imminent")
    let_pass(house, clock, 29)
    assert kinds(house) == []
    let_pass(house, clock, 2)
    assert kinds(house) == ["urgent_waiting"]
    with house.database.read() as conn:
        pages = routing.recent_pages(conn)
        promised = outbox.due(conn, clock.now())
    assert [page.person_id for page in pages] == [wong.id]
    assert len(promised) == 1


def test_after_a_minute_everyone_on_duty_is_called(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.VOLUNTEER), person(house, "Wong", Role.SUPERVISOR)
    seeker(house, "imminent")
    for _ in range(4):
        let_pass(house, clock, 16)
        respond.beat(house, lin)
    with house.database.read() as conn:
        called = {page.person_id for page in routing.recent_pages(conn)}
        said = {alarm.said for alarm in routing.open_alarms(conn)}
        orders = [escalate.page_details(house, page.id) for page in routing.recent_pages(conn)]
    assert called == {lin.id, wong.id}
    assert said == {"urgent_waiting", "urgent_waiting_everyone"}
    assert len({order.text for order in orders if order is not None}) == len(said)


def test_an_alarm_is_taken_once(helpline_on_both: Helpline) -> None:
    house, wong = helpline_on_both, person(helpline_on_both, "Wong", Role.SUPERVISOR)
    seeker(house, "imminent")
    with house.database.read() as conn:
        raised = routing.open_alarms(conn)[0]
    escalate.acknowledge(house, wong, raised.id)
    with pytest.raises(escalate.Conflict):
        escalate.acknowledge(house, wong, raised.id)


def test_nobody_on_duty_is_an_alarm(helpline_on_both: Helpline) -> None:
    seeker(helpline_on_both)
    assert kinds(helpline_on_both) == ["nobody_on_duty"]


def test_a_missed_target_opens_the_lane_and_raises_the_place(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    mei = on_duty(house, "Mei", Role.CLINICIAN)
    opened = seeker(house, "high risk")
    with house.database.read() as conn:
        assert routing.get(conn, opened.contact.id).lane is Lane.CLINICAL  # type: ignore[union-attr]
    let_pass(house, clock, 61)
    respond.beat(house, mei)
    with house.database.read() as conn:
        place = routing.get(conn, opened.contact.id)
    assert place is not None
    assert (place.lane, place.targets_missed) == (Lane.CRISIS, 1)


@pytest.mark.parametrize(("writes", "expected"), [("seeker", "listener_silent"), ("listener", "seeker_silent")])
def test_silence_in_an_urgent_conversation_alarms(
    helpline_on_both: Helpline, clock: FakeClock, writes: str, expected: str
) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    opened = seeker(house, "high risk")
    respond.claim_next(house, lin)
    clock.advance(seconds=1)
    converse.post_as_listener(house, lin, opened.contact.id, text="I am here", client_id="l" * 8)
    if writes == "seeker":
        clock.advance(seconds=1)
        says(house, opened, "yes")
    let_pass(house, clock, 58)
    assert kinds(house) == []
    let_pass(house, clock, 64)
    assert expected in kinds(house)


def test_a_listener_who_vanishes_gives_the_contact_back_with_its_history(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    arrived = now_is(house, opened).waiting_since
    respond.claim_next(house, lin)
    clock.advance(seconds=46)
    assert vanish.let_go_of_vanished(house) == 1
    contact = now_is(house, opened)
    assert (contact.state, contact.owner_id, contact.waiting_since) == (State.WAITING, None, arrived)
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    assert respond.claim_next(house, mei) == contact.id


def test_a_seeker_whose_page_is_gone_is_abandoned_and_if_urgent_alarmed(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    opened = seeker(helpline_on_both, "high risk")
    clock.advance(minutes=11)
    sweep.vanished_seekers(helpline_on_both)
    assert now_is(helpline_on_both, opened).state is State.ABANDONED
    assert "urgent_abandoned" in kinds(helpline_on_both)


def test_the_alarm_about_an_empty_house_ends_when_somebody_comes_on_duty(helpline_on_both: Helpline) -> None:
    seeker(helpline_on_both)
    on_duty(helpline_on_both, "Lin", Role.VOLUNTEER)
    assert kinds(helpline_on_both) == []


def test_words_in_a_conversation_that_were_never_judged_are_found(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    respond.claim_next(house, lin)
    converse.post_as_seeker(house, now_is(house, opened), text="imminent", client_id="w" * 8)
    assert now_is(house, opened).level is Level.ROUTINE
    clock.advance(seconds=6)
    assert sweep.assess_forgotten(house) == 1
    assert now_is(house, opened).level is Level.IMMINENT
    assert sweep.assess_forgotten(house) == 0


def test_an_urgent_contact_does_not_wait_for_a_clinician_who_has_no_room(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    chen, mei = on_duty(house, "Chen", Role.CLINICIAN), on_duty(house, "Mei", Role.VOLUNTEER)
    seeker(house)
    respond.claim_next(house, chen)
    urgent = seeker(house, "imminent")
    assert respond.claim_next(house, mei) == urgent.contact.id
