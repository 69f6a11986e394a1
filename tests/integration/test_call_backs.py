"""Somebody who cannot wait at the page is called: the place is kept, the number sealed, what is safe is asked first."""

from typing import Any

import pytest
from support.fakes import FakeClock
from support.people import now_is, on_duty, person, seeker

from hotline.contacts import callbacks
from hotline.contacts import store as contacts
from hotline.contacts.callbacks import Callback
from hotline.contacts.tables import identities
from hotline.domain.contact import Outcome, Region, Role, State
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.records import Contact
from hotline.flow import callback, intervene, offer, respond, route
from hotline.flow.callback import CallResult, Wish
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.receive import Opened
from hotline.flow.unit import UnitOfWork
from hotline.jobs import sweep
from hotline.reports import desk_view, live_board, offer_view
from hotline.reports.queue_view import Reader
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind

WISH = Wish("91234567", safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)


def kept(house: Helpline, opened: Opened) -> Callback | None:
    with house.database.read() as conn:
        return callbacks.of_contacts(conn, [opened.contact.id]).get(opened.contact.id)


def waiting(house: Helpline, text: str = "a hard day") -> Opened:
    opened = seeker(house, text, region=Region.HONG_KONG)
    callback.ask(house, opened.contact, WISH)
    return opened


def test_who_asked_to_be_called_may_leave_the_page_and_keeps_the_place(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house = helpline_on_both
    opened, other = waiting(house), seeker(house)
    clock.advance(seconds=house.routing.seeker_gone_seconds + 60)
    sweep.vanished_seekers(house)
    assert now_is(house, opened).state is State.WAITING
    assert now_is(house, other).state is State.ABANDONED
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    assert respond.claim_next(house, lin) == opened.contact.id
    assert callback.number_of(house, lin, opened.contact.id) == "+85291234567"


def test_the_number_is_sealed_and_destroyed_a_day_after_the_end(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    opened = waiting(house)
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    respond.claim_next(house, lin)
    with house.database.read() as conn:
        rows = conn.execute(identities.select()).all()
    assert all(b"91234567" not in (row.sealed or b"") for row in rows)
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    clock.advance(hours=25)
    sweep.destroy_old(house)
    with house.database.read() as conn:
        assert contacts.open_identity(conn, house.keys, opened.contact.id, "callback") is None
    assert kept(house, opened) is None


def test_nobody_reached_is_called_again_later_in_the_old_place(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    opened = waiting(house)
    first_wait = now_is(house, opened).waiting_since
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    respond.claim_next(house, lin)
    callback.note_call(house, lin, opened.contact.id, CallResult.NOBODY)
    assert now_is(house, opened).state is State.CALLBACK_DUE
    assert callback.bring_back_due(house) == 0
    clock.advance(seconds=house.routing.callback_retry_seconds)
    assert callback.bring_back_due(house) == 1
    assert callback.bring_back_due(house) == 0
    now = now_is(house, opened)
    assert (now.state, now.owner_id, now.waiting_since) == (State.WAITING, None, first_wait)


def test_a_fault_with_one_call_back_stops_no_other(
    helpline_on_both: Helpline, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    people = [waiting(house), waiting(house)]
    for _ in people:
        callback.note_call(house, lin, respond.claim_next(house, lin), CallResult.NOBODY)
    clock.advance(seconds=house.routing.callback_retry_seconds)
    in_order = route.enter_queue

    def faulty(unit: UnitOfWork, contact: Contact, **given: Any) -> Contact:
        if contact.id == people[0].contact.id:
            raise RuntimeError("a fault")
        return in_order(unit, contact, **given)

    monkeypatch.setattr(route, "enter_queue", faulty)
    assert callback.bring_back_due(house) == 1
    assert [now_is(house, one).state for one in people] == [State.CALLBACK_DUE, State.WAITING]
    monkeypatch.undo()
    assert callback.bring_back_due(house) == 1


def test_who_is_asked_and_the_board_see_that_a_call_is_wanted(helpline: Helpline) -> None:
    opened = waiting(helpline, "high risk")
    chen, wong = on_duty(helpline, "Chen", Role.CLINICIAN), person(helpline, "Wong", Role.SUPERVISOR)
    offer.match(helpline)
    with helpline.database.read() as conn:
        reader = Reader(conn, helpline.keys, helpline.assessor, "en", helpline.clock.now())
        found = offer_view.offer(reader, chen)
        assert found is not None
        assert found["contact"]["wants_call"]
        assert [one["wants_call"] for one in live_board.board(reader, helpline.routing)["urgent"]] == [True]
        assert [one["wants_call"] for one in desk_view.desk(reader, helpline.routing, wong)["waiting"]] == [True]
    callback.withdraw(helpline, now_is(helpline, opened))
    with helpline.database.read() as conn:
        reader = Reader(conn, helpline.keys, helpline.assessor, "en", helpline.clock.now())
        assert [one["wants_call"] for one in live_board.board(reader, helpline.routing)["urgent"]] == [False]


def test_an_urgent_person_nobody_reaches_becomes_a_supervisors(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    opened = waiting(house, "high risk")
    for _ in range(house.routing.callback_attempts):
        chen = on_duty(house, f"Chen{clock.now():%H%M%S}", Role.CLINICIAN)
        respond.claim_next(house, chen)
        callback.note_call(house, chen, opened.contact.id, CallResult.SOMEBODY_ELSE)
        clock.advance(seconds=house.routing.callback_retry_seconds)
        callback.bring_back_due(house)
    assert now_is(house, opened).state is State.IN_CONVERSATION
    assert kept(house, opened) is None
    with house.database.read() as conn:
        assert routing.has_open_alarm(conn, AlarmKind.URGENT_ABANDONED, opened.contact.id)


def test_reached_or_not_wanted_ends_the_calls(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    for result in (CallResult.REACHED, CallResult.NOT_WANTED):
        opened = waiting(house)
        respond.claim_next(house, lin)
        callback.note_call(house, lin, opened.contact.id, result)
        assert now_is(house, opened).state is State.IN_CONVERSATION
        with pytest.raises(Conflict):
            callback.note_call(house, lin, opened.contact.id, CallResult.NOBODY)
        intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))


def test_a_number_nobody_can_dial_and_no_safe_way_are_refused(helpline: Helpline) -> None:
    opened = seeker(helpline)
    for phone, field in (("911", "phone"), ("+1", "phone"), ("hello", "phone"), ("+266696687", "phone")):
        with pytest.raises(InvalidInput) as refused:
            callback.ask(helpline, opened.contact, Wish(phone, True, True, True))
        assert refused.value.field == field
    with pytest.raises(InvalidInput) as refused:
        callback.ask(helpline, opened.contact, Wish("+85291234567", False, False, True))
    assert refused.value.field == "safe"
    assert kept(helpline, opened) is None


def test_only_who_is_in_the_conversation_opens_the_number(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened = waiting(house)
    lin, mei = on_duty(house, "Lin", Role.VOLUNTEER), on_duty(house, "Mei", Role.VOLUNTEER)
    respond.claim_next(house, lin)
    with pytest.raises(NotAllowed):
        callback.number_of(house, mei, opened.contact.id)
    assert callback.number_of(house, person(house, "Wong", Role.SUPERVISOR), opened.contact.id) == "+85291234567"
    other = seeker(house)
    respond.claim_next(house, mei)
    with pytest.raises(NotFound):
        callback.number_of(house, mei, other.contact.id)


def test_a_wish_taken_back_is_taken_back(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    opened = waiting(house)
    callback.withdraw(house, opened.contact)
    callback.withdraw(house, opened.contact)
    assert kept(house, opened) is None
    clock.advance(seconds=house.routing.seeker_gone_seconds + 60)
    sweep.vanished_seekers(house)
    assert now_is(house, opened).state is State.ABANDONED
