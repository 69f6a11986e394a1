"""Stories of our own faults: a contact that cannot be read, two acts at once, a worker killed at a ring."""

import threading
from typing import Any

import pytest
from support.fakes import FakeAssessor, FakeBell, FakeClock
from support.phone_stories import CHEN, LIN, OTHER_CALLERS, connected, in_line, rang, takes
from support.phones import CALLER, PhoneHouse, phone_house
from support.wired import wire

from hotline.contacts import callbacks
from hotline.contacts import store as contacts
from hotline.flow import callback, hearing, on_the_line, switchboard
from hotline.flow.on_the_line import CallAct
from hotline.flow.unit import UnitOfWork
from hotline.jobs import deliver
from hotline.settings import Settings
from hotline.storage.engine import Database

TURNS = 60


def test_a_contact_whose_call_cannot_be_settled_keeps_nobody_else_waiting(
    house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty, fine = (in_line(house, number=number) for number in OTHER_CALLERS[:2])
    faulty_id, real = house.contact_of(faulty).id, switchboard.board

    def board(conn: Any, contact: Any) -> Any:
        if contact.id == faulty_id:
            raise ValueError("a row nobody foresaw")
        return real(conn, contact)

    monkeypatch.setattr(switchboard, "board", board)
    phones = [house.listener("lin", LIN), house.listener("chen", CHEN)]
    house.until(lambda: rang(phones), 30)
    takes(house, rang(phones)[0], fine)


def test_a_worker_killed_at_a_ring_leaves_the_caller_alone_for_seconds(
    house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, lin, _ = connected(house)
    lin.hang_up()
    real = deliver._carry_out

    def killed(helpline: Any, carriers: Any, promise: Any) -> None:
        if promise.kind != "ring":
            real(helpline, carriers, promise)
            return
        raise KeyboardInterrupt

    monkeypatch.setattr(deliver, "_carry_out", killed)
    with pytest.raises(KeyboardInterrupt):
        house.passes(60)
    monkeypatch.undo()
    house.until(lambda: lin.ringing, 25)
    takes(house, lin, caller)


def test_who_takes_back_a_wish_to_be_called_hears_the_telephone_stop(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    caller.hang_up()
    wish = callbacks.Callback(contact_id, True, False, False, asked_at=house.clock.now())
    with UnitOfWork(house.helpline) as unit:
        callbacks.keep(unit.conn, wish)
        contacts.keep_identity(unit.conn, unit.keys, contact_id, "callback", CALLER, unit.now)
        unit.commit()
    house.until(lambda: not lin.talking, 30)
    on_the_line.act(house.helpline, house.people["lin"], contact_id, CallAct.CALL)
    house.until(lambda: lin.ringing)
    lin.answer(press="1")
    theirs = house.world.phone(CALLER)
    house.until(lambda: theirs.ringing)
    callback.withdraw(house.helpline, house.contact(contact_id))
    house.passes(4)
    assert not theirs.ringing


@pytest.fixture
def on_postgres(
    postgres_database: Database, settings: Settings, clock: FakeClock, assessor: FakeAssessor, bell: FakeBell
) -> PhoneHouse:
    return phone_house(wire(postgres_database, settings, clock, assessor, bell), settings, clock)


@pytest.mark.postgres
def test_a_listener_who_holds_while_the_provider_asks_waits_for_nobody(on_postgres: PhoneHouse) -> None:
    house = on_postgres
    caller, _, contact_id = connected(house)
    leg_id, faults = house.leg_of(caller).id, []

    def again(act: Any) -> None:
        for turn in range(TURNS):
            try:
                act(turn)
            except Exception as fault:  # noqa: BLE001 - what one thread meets is told to the test
                faults.append(fault)

    def hold(turn: int) -> None:
        what = (CallAct.HOLD, CallAct.RESUME)[turn % 2]
        on_the_line.act(house.helpline, house.people["lin"], contact_id, what)

    acts = [hold, lambda _turn: hearing.look(house.helpline, leg_id), lambda _turn: switchboard.settle(house.helpline)]
    threads = [threading.Thread(target=again, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
