"""One key brings somebody; a conversation is handed over with the next one in before the old one leaves."""

import pytest
from support.fakes import FakeClock
from support.people import now_is, on_duty, person, says, seeker

from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Level, Outcome, Role, State
from hotline.domain.errors import AtCapacity, Conflict, InvalidInput, NotAllowed, NotFound, OffDuty
from hotline.domain.records import Person
from hotline.flow import assess, company, converse, handover, intervene, offer, respond, review, vanish
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.receive import Opened
from hotline.flow.unit import UnitOfWork
from hotline.interventions import log
from hotline.jobs import sweep
from hotline.reports import company_view
from hotline.reports.live_board import alarms
from hotline.reports.queue_view import Reader
from hotline.routing import company as beside
from hotline.routing import offers
from hotline.routing.policy import Stage
from hotline.routing.ranking import Reason
from hotline.volunteers import store as volunteers


def kinds(house: Helpline) -> list[str]:
    with house.database.read() as conn:
        found = alarms(Reader(conn, house.keys, house.assessor, "en", house.clock.now()))
    return sorted(one["kind"] for one in found)


def there(house: Helpline, opened: Opened) -> list[str]:
    with house.database.read() as conn:
        return beside.beside(conn, opened.contact.id)


def asked(house: Helpline, listener: Person) -> offers.Offer | None:
    with house.database.read() as conn:
        return offers.open_of(conn, listener.id)


def system_words(house: Helpline, opened: Opened) -> str:
    with house.database.read() as conn:
        said = contacts.read_messages(conn, house.keys, opened.contact.id)
    return "\n".join(one.text for one in said if one.author is Author.SYSTEM)


def talking(house: Helpline, name: str = "Lin", text: str = "a hard day") -> tuple[Person, Opened]:
    listener = on_duty(house, name, Role.VOLUNTEER)
    opened = seeker(house, text)
    respond.claim_next(house, listener)
    return listener, opened


def test_one_key_calls_a_supervisor_who_joins_and_writes(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = talking(house)
    wong = person(house, "Wong", Role.SUPERVISOR)
    company.ask_help(house, lin, opened.contact.id)
    company.ask_help(house, lin, opened.contact.id)
    assert kinds(house) == ["help_wanted"]
    company.join(house, wong, opened.contact.id)
    assert kinds(house) == []
    assert "second person" in system_words(house, opened)
    converse.post_as_listener(house, wong, opened.contact.id, text="I am here as well", client_id="w" * 8)
    assert now_is(house, opened).owner_id == lin.id
    company.leave(house, wong, opened.contact.id)
    assert there(house, opened) == []
    with pytest.raises(NotAllowed):
        converse.post_as_listener(house, wong, opened.contact.id, text="gone", client_id="x" * 8)


def test_a_clinician_joins_only_where_somebody_is_wanted(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    _, opened = talking(house)
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    with pytest.raises(NotAllowed):
        company.join(house, chen, opened.contact.id)
    with pytest.raises(NotFound):
        review.open_contact(house, chen, opened.contact.id, purpose="curious")
    says(house, opened, "imminent danger")
    company.join(house, chen, opened.contact.id)
    assert review.open_contact(house, chen, opened.contact.id, purpose="joined").id == opened.contact.id
    assert kinds(house) == ["risk_rising"]


def test_who_is_beside_raises_the_level_and_ends_nothing(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = talking(house)
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    company.ask_help(house, lin, opened.contact.id)
    company.join(house, chen, opened.contact.id)
    assess.set_level(house, chen, opened.contact.id, Level.HIGH, "a plan for tonight")
    assert now_is(house, opened).level is Level.HIGH
    with pytest.raises(NotAllowed):
        assess.set_level(house, chen, opened.contact.id, Level.ROUTINE, "calm again")
    with pytest.raises(NotAllowed):
        intervene.wrap_up(house, chen, opened.contact.id)
    with pytest.raises(NotAllowed):
        intervene.close(house, chen, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    assert now_is(house, opened).state is State.IN_CONVERSATION


def test_a_colleague_reads_the_summary_says_yes_and_the_first_one_stays_until_they_leave(
    helpline_on_both: Helpline,
) -> None:
    house = helpline_on_both
    lin, opened = talking(house)
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    with pytest.raises(InvalidInput):
        handover.ask_colleague(house, lin, opened.contact.id, mei.id, "  ")
    handover.ask_colleague(house, lin, opened.contact.id, mei.id, "Exam on Monday, sleeps badly.")
    assert now_is(house, opened).owner_id == lin.id
    found = asked(house, mei)
    assert found is not None
    assert found.reasons == (Reason.HANDED_OVER,)
    assert respond.accept(house, mei, found.id) == opened.contact.id
    assert (now_is(house, opened).owner_id, there(house, opened)) == (mei.id, [lin.id])
    converse.post_as_listener(house, lin, opened.contact.id, text="Mei goes on with you", client_id="l" * 8)
    company.leave(house, lin, opened.contact.id)
    with house.database.read() as conn:
        told = company_view.handovers(
            Reader(conn, house.keys, house.assessor, "en", house.clock.now()), now_is(house, opened)
        )
        assert log.verify_contact(conn, house.keys, opened.contact.id) is None
    assert [(one["by"], one["summary"]) for one in told] == [("Lin", "Exam on Monday, sleeps badly.")]


def test_nobody_is_handed_what_they_cannot_hold(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin, opened = talking(house, text="something elevated")
    solo, away = on_duty(house, "Solo", Role.VOLUNTEER, stage=Stage.SOLO), person(house, "Away", Role.VOLUNTEER)
    busy = on_duty(house, "Busy", Role.VOLUNTEER)
    for _ in range(2):
        seeker(house)
        respond.claim_next(house, busy)
    for colleague, trouble in ((solo, NotAllowed), (away, OffDuty), (lin, OffDuty), (busy, AtCapacity)):
        with pytest.raises(trouble):
            handover.ask_colleague(house, lin, opened.contact.id, colleague.id, "summary")
    with pytest.raises(NotAllowed):
        handover.ask_colleague(house, busy, opened.contact.id, solo.id, "not mine")
    assert now_is(house, opened).owner_id == lin.id
    clock.advance(seconds=1)


def test_everybody_who_could_say_yes_may_be_asked_and_nobody_else_is_listed(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house = helpline_on_both
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    opened = seeker(house, text="something elevated")
    offer.match(house)
    clock.advance(seconds=house.routing.offer_seconds + 1)
    sweep.run_due(house)
    lin, busy = on_duty(house, "Lin", Role.VOLUNTEER), on_duty(house, "Busy", Role.VOLUNTEER)
    on_duty(house, "Solo", Role.VOLUNTEER, stage=Stage.SOLO)
    respond.beat(house, mei)
    with house.database.read() as conn:
        assert offers.of_contacts(conn, [opened.contact.id])[opened.contact.id][0].state == "missed"
    respond.claim_next(house, lin)
    for _ in range(2):
        seeker(house)
        respond.claim_next(house, busy)
    with house.database.read() as conn:
        listed = handover.whom_to_ask(house, conn, now_is(house, opened))
    assert [one.alias for one in listed] == ["Mei"]
    handover.ask_colleague(house, lin, opened.contact.id, mei.id, "summary")
    with house.database.read() as conn:
        assert handover.whom_to_ask(house, conn, now_is(house, opened)) == []


def test_a_handover_that_ends_meanwhile_takes_its_question_back(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = talking(house)
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    handover.ask_colleague(house, lin, opened.contact.id, mei.id, "summary")
    found = asked(house, mei)
    assert found is not None
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    assert asked(house, mei) is None
    with pytest.raises(offer.OfferOver):
        respond.accept(house, mei, found.id)


def test_who_is_beside_a_vanished_listener_holds_the_conversation(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    _, opened = talking(house)
    wong = on_duty(house, "Wong", Role.SUPERVISOR)
    company.join(house, wong, opened.contact.id)
    clock.advance(seconds=46)
    with UnitOfWork(house) as unit:
        volunteers.beat(unit.conn, wong.id, unit.now)
        unit.commit()
    assert vanish.let_go_of_vanished(house) == 0
    now = now_is(house, opened)
    assert (now.state, now.owner_id, there(house, opened)) == (State.IN_CONVERSATION, wong.id, [])


def test_risk_that_rises_hands_the_other_conversation_on(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, first = talking(house)
    second = seeker(house)
    respond.claim_next(house, lin)
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    assert handover.relieve(house) == 0
    says(house, first, "imminent danger")
    assert handover.relieve(house) == 1
    assert handover.relieve(house) == 0
    found = asked(house, mei)
    assert found is not None
    assert Reason.RELIEF in found.reasons
    assert found.contact_id == second.contact.id
    assert now_is(house, second).owner_id == lin.id
    respond.accept(house, mei, found.id)
    assert (now_is(house, second).owner_id, now_is(house, first).owner_id) == (mei.id, lin.id)


def test_a_supervisor_who_joined_may_take_over(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = talking(house)
    wong = on_duty(house, "Wong", Role.SUPERVISOR)
    with pytest.raises(NotAllowed):
        company.take_over(house, wong, opened.contact.id)
    company.join(house, wong, opened.contact.id)
    company.take_over(house, wong, opened.contact.id)
    assert (now_is(house, opened).owner_id, there(house, opened)) == (wong.id, [lin.id])


def test_a_summary_given_back_is_read_by_the_next_one_and_by_the_one_after_the_close(
    helpline_on_both: Helpline,
) -> None:
    house = helpline_on_both
    lin, opened = talking(house)
    respond.release(house, lin, opened.contact.id, "Must leave. Calm now.")
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    respond.claim_next(house, mei)
    intervene.close(
        house, mei, opened.contact.id, ClosingForm(Outcome.SUPPORTED, summary="Better.", next_step="calls her aunt")
    )
    follower = says(house, opened, "here again")
    with house.database.read() as conn:
        told = company_view.handovers(Reader(conn, house.keys, house.assessor, "en", house.clock.now()), follower)
    assert {(one["by"], one["summary"], one["next_step"]) for one in told} == {
        ("Mei", "Better.", "calls her aunt"),
        ("Lin", "Must leave. Calm now.", ""),
    }


def test_help_and_joining_are_refused_where_nobody_talks(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened = seeker(house)
    wong, lin = person(house, "Wong", Role.SUPERVISOR), on_duty(house, "Lin", Role.VOLUNTEER)
    with pytest.raises(Conflict):
        company.join(house, wong, opened.contact.id)
    with pytest.raises(NotAllowed):
        company.ask_help(house, lin, opened.contact.id)


def test_nothing_is_written_while_nobody_can_relieve_a_listener(
    helpline_on_both: Helpline, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = helpline_on_both
    lin, opened = talking(house)
    other = seeker(house)
    respond.claim_next(house, lin)
    says(house, opened, "imminent danger")
    assert now_is(house, other).owner_id == lin.id
    monkeypatch.setattr(handover, "UnitOfWork", None)
    assert handover.relieve(house) == 0
    monkeypatch.undo()
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    assert handover.relieve(house) == 1
    assert asked(house, mei) is not None
