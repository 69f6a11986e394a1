"""Shorthand of the stories about calls: who talks with whom, what was heard, what stands in the log, what rings."""

from collections.abc import Iterable

from support.phones import CALLER, PhoneHouse
from support.web import Caller, browser_of

from hotline.contacts import store as contacts
from hotline.domain.contact import Role
from hotline.domain.records import Person
from hotline.flow.sign_in import Credentials, sign_in
from hotline.interventions import log
from hotline.interventions.log import LogLine
from hotline.lab.telephone.people import Handset, Phone
from hotline.routing import offers
from hotline.routing.offers import Offer

LIN, CHEN, WONG = "+85261111111", "+85262222222", "+85263333333"
OTHER_CALLERS = ("+85291230001", "+85291230002", "+85291230003", "+85291230004")


def asked(house: PhoneHouse, number: str = CALLER) -> Handset:
    """A caller who is asked what brings them."""
    caller = house.calls(number)
    house.waits(caller, "asking")
    return caller


def in_line(house: PhoneHouse, words: str = "I had a hard day", number: str = CALLER) -> Handset:
    """A caller who said something and waits."""
    caller = asked(house, number)
    caller.say(words)
    house.waits(caller, "waiting")
    return caller


def takes(house: PhoneHouse, phone: Phone, caller: Handset) -> str:
    """Whoever is rung at this telephone takes the caller; gives the contact's id."""
    house.until(lambda: phone.ringing)
    phone.answer(press="1")
    house.until(lambda: caller.in_conference)
    return house.contact_of(caller).id


def connected(
    house: PhoneHouse, words: str = "I had a hard day", name: str = "lin", number: str = LIN
) -> tuple[Handset, Phone, str]:
    """A caller and a listener who talk: the caller, the listener's telephone, the contact's id."""
    phone = house.listener(name, number)
    caller = in_line(house, words)
    return caller, phone, takes(house, phone, caller)


def supervisor(house: PhoneHouse) -> tuple[Person, Phone]:
    """A supervisor with a telephone, who is asked about nobody while others are here."""
    phone = house.listener("wong", WONG, Role.SUPERVISOR)
    return house.people["wong"], phone


def said(heard: Handset | Phone) -> str:
    """Everything somebody heard, in one piece."""
    return " | ".join(one.text for one in heard.heard if one.kind in {"say", "voice", "error"})


def log_of(house: PhoneHouse, contact_id: str) -> list[LogLine]:
    """The log of a contact."""
    with house.helpline.database.read() as conn:
        return log.read(conn, house.helpline.keys, contact_id)


def kinds_of(house: PhoneHouse, contact_id: str) -> list[str]:
    """The kinds of everything in the log of a contact."""
    return [line.kind for line in log_of(house, contact_id)]


def number_of(house: PhoneHouse, contact_id: str, kind: str = "phone") -> str | None:
    """A number in the vault."""
    with house.helpline.database.read() as conn:
        return contacts.open_identity(conn, house.helpline.keys, contact_id, kind)


def rooms(house: PhoneHouse, contact_id: str) -> list[str]:
    """The numbers of those who sit in the conference of a contact now, sorted."""
    found = house.world.office.room_named(f"contact-{contact_id}")
    present = [] if found is None else [seat.call for seat in found.present()]
    return sorted(call.from_ if call.direction == "inbound" else call.to for call in present)


def rang(phones: Iterable[Phone]) -> list[Phone]:
    """Those of these telephones that ring now."""
    return [phone for phone in phones if phone.ringing]


def page_of(house: PhoneHouse, contact_id: str = "", language: str = "en", name: str = "lin") -> str:
    """What somebody's browser shows them of a contact, or their desk."""
    path = f"contacts/{contact_id}" if contact_id else "desk"
    who = sign_in(house.helpline, Credentials(name, f"{name}-{name}-Zq9!xw", None, "127.0.0.1"))[1]
    browser = browser_of(house.app, Caller(house.app.test_client(), who))
    answer = browser.get(f"/staff/{path}?lang={language}", follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def own_offer(house: PhoneHouse, name: str) -> Offer:
    """What somebody is being asked now."""
    with house.helpline.database.read() as conn:
        found = offers.open_of(conn, house.people[name].id)
    assert found is not None
    return found
