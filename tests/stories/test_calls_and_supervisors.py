"""Stories of a supervisor on a call: listens, coaches, joins, takes over, leaves; and of what is said about it."""

import pytest
from support.phone_stories import (
    LIN,
    WONG,
    connected,
    kinds_of,
    page_of,
    rooms,
    said,
    supervisor,
    takes,
)
from support.phones import CALLER, PhoneHouse

from hotline.contacts import store as contacts
from hotline.domain.errors import NotAllowed
from hotline.domain.phone import Mode
from hotline.flow import company, on_the_line
from hotline.lab.telephone.people import Phone
from hotline.routing import company as beside


def there(house: PhoneHouse, contact_id: str) -> list[str]:
    with house.helpline.database.read() as conn:
        return beside.beside(conn, contact_id)


def picks_up(house: PhoneHouse, phone: Phone) -> None:
    """A supervisor's telephone has rung and been answered with key 1."""
    house.passes(2)
    phone.answer(press="1")
    house.passes(2)


def test_a_supervisor_who_listens_is_heard_by_nobody(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    wong, phone = supervisor(house)
    on_the_line.listen_in(house.helpline, wong, contact_id, Mode.LISTEN)
    picks_up(house, phone)
    phone.say("nobody hears this")
    caller.say("I am so tired")
    assert "nobody hears this" not in said(caller) + said(lin)
    assert "I am so tired" in said(phone)
    assert kinds_of(house, contact_id).count("listened_in") == 1
    caller.hang_up()
    house.passes(15)
    assert not phone.talking


def test_a_supervisor_who_coaches_is_heard_by_the_listener_alone(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    wong, phone = supervisor(house)
    on_the_line.listen_in(house.helpline, wong, contact_id, Mode.COACH)
    picks_up(house, phone)
    phone.say("ask about the plan")
    assert "ask about the plan" in said(lin)
    assert "ask about the plan" not in said(caller)
    on_the_line.listen_in(house.helpline, wong, contact_id, Mode.LISTEN)
    house.passes(2)
    phone.say("now silent")
    assert "now silent" not in said(lin) + said(caller)
    on_the_line.listen_in(house.helpline, wong, contact_id, Mode.COACH)
    house.passes(2)
    phone.say("ask again")
    assert "ask again" in said(lin)
    assert "ask again" not in said(caller)


def test_a_supervisor_joins_takes_over_and_the_listener_goes(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    wong, phone = supervisor(house)
    with pytest.raises(NotAllowed):
        on_the_line.listen_in(house.helpline, wong, contact_id, Mode.TALK)
    company.join(house.helpline, wong, contact_id)
    picks_up(house, phone)
    phone.say("I am with you both")
    assert "I am with you both" in said(caller)
    assert "I am with you both" in said(lin)
    company.take_over(house.helpline, wong, contact_id)
    company.leave(house.helpline, house.people["lin"], contact_id)
    house.passes(4)
    assert rooms(house, contact_id) == sorted([CALLER, WONG])
    assert house.contact(contact_id).owner_id == wong.id
    assert "lost" not in said(caller)


@pytest.mark.parametrize("how", ["leaves", "hangs_up"])
def test_a_supervisor_who_goes_leaves_the_two_as_they_were(house: PhoneHouse, how: str) -> None:
    caller, _, contact_id = connected(house)
    wong, phone = supervisor(house)
    company.join(house.helpline, wong, contact_id)
    picks_up(house, phone)
    if how == "leaves":
        company.leave(house.helpline, wong, contact_id)
    else:
        phone.hang_up()
    house.passes(20)
    assert rooms(house, contact_id) == sorted([CALLER, LIN])
    assert not phone.ringing
    assert (wong.id in there(house, contact_id)) is (how == "hangs_up")
    assert "lost" not in said(caller)


def test_a_coach_whose_listener_drops_is_not_heard_by_the_caller(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    wong, phone = supervisor(house)
    on_the_line.listen_in(house.helpline, wong, contact_id, Mode.COACH)
    picks_up(house, phone)
    lin.hang_up()
    house.passes(3)
    phone.say("what happened")
    takes(house, lin, caller)
    house.passes(3)
    phone.say("ask about tonight")
    assert "what happened" not in said(caller)
    assert "ask about tonight" not in said(caller)
    assert "ask about tonight" in said(lin)


def test_who_comes_in_is_told_that_nobody_announces_them_and_nothing_unheard_stands_as_said(house: PhoneHouse) -> None:
    caller, _, contact_id = connected(house)
    wong, phone = supervisor(house)
    assert "nobody announces who comes in" in page_of(house, contact_id, name="wong")
    company.join(house.helpline, wong, contact_id)
    house.passes(2)
    handset = phone.answer()
    house.until(lambda: "Please say who you are" in said(phone))
    handset.press("1")
    house.until(lambda: handset.in_conference)
    company.take_over(house.helpline, wong, contact_id)
    house.passes(4)
    with house.helpline.database.read() as conn:
        spoken = [one.text for one in contacts.read_messages(conn, house.helpline.keys, contact_id)]
    assert spoken == house.texts(contact_id)
    assert "asking a colleague" not in said(caller)
