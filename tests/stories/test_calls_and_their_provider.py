"""Stories of a provider that is late, tells things twice or in the wrong order, or forgets; and of our own kills."""

from contextlib import suppress
from datetime import timedelta

import pytest
from support.phone_stories import CHEN, LIN, connected, in_line, kinds_of, number_of, rang, said, takes
from support.phones import CALLER, LINE, PhoneHouse

from hotline.carriers.telephone import KnownCall
from hotline.domain.contact import Level, State
from hotline.domain.errors import CarrierError
from hotline.flow import dialling
from hotline.flow.unit import UnitOfWork
from hotline.jobs import calls, deliver
from hotline.lab.telephone.faults import PlannedFaults
from hotline.lab.telephone.states import Address
from hotline.lab.telephone.world import ANONYMOUS
from hotline.storage import outbox


def reconcile(house: PhoneHouse) -> None:
    house.passes(31)
    dialling.promise_reconcile(house.helpline)
    house.works()


def promises(house: PhoneHouse, kind: str) -> list[str]:
    table = outbox.outbox
    with house.helpline.database.read() as conn:
        return list(conn.execute(table.select().where(table.c.kind == kind)).scalars())


def test_the_end_of_a_call_that_is_told_before_its_beginning_opens_nothing_that_stays(house: PhoneHouse) -> None:
    house.world.faults(PlannedFaults([(20.0,), (0.0,)]))
    caller = house.world.dial(CALLER, LINE)
    house.passes(2)
    caller.hang_up()
    house.passes(30)
    (contact,) = house.all_contacts()
    assert contact.state is State.ABANDONED
    assert not [leg for leg in house.legs_of(contact.id) if leg.open]


def test_a_call_that_is_told_twice_in_one_instant_is_one_contact(house_on_both: PhoneHouse) -> None:
    house = house_on_both
    house.world.faults(PlannedFaults([(0.0, 0.0, 0.0)]))
    with house.world.together():
        caller = house.world.dial(CALLER, LINE)
    house.passes(3)
    assert len(house.all_contacts()) == 1
    assert "You have reached the helpline" in said(caller)
    assert not house.world.errors


def test_a_call_nobody_told_us_of_is_found_and_heard(house: PhoneHouse) -> None:
    own = house.world.office.numbers[LINE]
    own.voice, own.status_callback = Address("https://elsewhere.example.org/voice"), None
    house.world.static["https://elsewhere.example.org/voice"] = (
        "<Response><Say>Please hold.</Say><Pause length='120'/></Response>"
    )
    caller = house.world.dial(CALLER, LINE)
    assert house.all_contacts() == []
    reconcile(house)
    house.passes(3)
    assert "You have reached the helpline" in said(caller)
    caller.press("1")
    house.works()
    assert house.contact_of(caller).level is Level.IMMINENT


@pytest.mark.parametrize("given", [ANONYMOUS, "+0123456789", "+852 9123", "+"])
def test_what_is_no_number_of_a_call_nobody_told_us_of_is_kept_as_none(house: PhoneHouse, given: str) -> None:
    found = KnownCall("CA" + "a" * 32, given, LINE, inbound=True, started_at=None, ended=None)
    with suppress(CarrierError):  # the double does not know such a call
        calls._import(house.helpline, house.carriers, found)
    (contact,) = house.all_contacts()
    assert number_of(house, contact.id) is None
    house.passes(125)
    assert [leg.open for leg in house.legs_of(contact.id)] == [False]


def test_an_end_nobody_told_us_of_is_found_and_frees_everybody(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = in_line(house)
    house.until(lambda: lin.ringing)
    house.world.faults(PlannedFaults([(), (), ()], only=frozenset({"call-completed"})))
    caller.hang_up()
    house.passes(2)
    assert house.contact_of(caller).state is not State.ABANDONED
    reconcile(house)
    house.passes(3)
    assert house.contact_of(caller).state is State.ABANDONED
    assert not lin.ringing


def test_a_worker_killed_before_it_asked_the_provider_rings_nobody_twice(
    house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin, chen = house.listener("lin", LIN), house.listener("chen", CHEN)
    caller = house.calls()
    monkeypatch.setattr(deliver, "deliver", lambda *_given: None)
    house.until(lambda: promises(house, "ring"))
    monkeypatch.undo()
    (ring,) = promises(house, "ring")
    with UnitOfWork(house.helpline) as unit:
        assert outbox.claim(unit.conn, ring, unit.now, timedelta(seconds=10)) is not None
        unit.commit()
    house.until(lambda: rang([lin, chen]), 60)
    assert len([call for call in house.world.calls() if call.call.direction == "outbound-api"]) == 1
    takes(house, rang([lin, chen])[0], caller)


def test_a_worker_killed_after_it_asked_the_provider_rings_nobody_twice(
    house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = house.listener("lin", LIN)
    real = dialling.rung

    def killed(*_given: object) -> bool:
        raise KeyboardInterrupt

    caller = house.calls()
    monkeypatch.setattr(dialling, "rung", killed)
    with pytest.raises(KeyboardInterrupt):
        house.passes(60)
    monkeypatch.setattr(dialling, "rung", real)
    house.passes(15)
    assert len(lin.ringing) == 1
    takes(house, lin, caller)
    assert len([call for call in house.world.calls() if call.call.direction == "outbound-api"]) == 1
    assert kinds_of(house, house.contact_of(caller).id).count("number_dialled") == 1


def test_a_late_word_of_an_old_leg_does_not_touch_the_new_one(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    house.world.faults(PlannedFaults([(20.0,)], only=frozenset({"call-completed"})))
    lin.hang_up()
    reconcile(house)
    house.until(lambda: lin.ringing)
    takes(house, lin, caller)
    house.passes(30)
    assert caller.in_conference
    assert house.contact(contact_id).owner_id == house.people["lin"].id


def test_the_old_word_that_a_caller_is_gone_does_not_part_two_who_talk_again(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    caller.hang_up()
    house.passes(2)
    again = house.calls()
    takes(house, lin, again)
    leg = next(one for one in house.legs_of(contact_id) if one.person_id and one.open)
    handset = lin.talking[0]
    form = {"CallSid": handset.sid, "AccountSid": house.world.account_sid, "CallStatus": "in-progress"}
    url = f"https://help.example.org/twilio/voice/legs/{leg.id}/cut"
    house.world.office.web.tell("late", Address(url), form)
    house.passes(10)
    assert again.in_conference
    assert handset.in_conference == again.in_conference
