"""Whole stories of people who text, against the double: real requests, signed webhooks, its faults."""

from dataclasses import replace

import pytest
from support.fakes import FakeClock
from support.people import on_duty
from support.phones import CALLER, LINE, SID, TOKEN, PhoneHouse, phone_house
from support.texts import add_line
from twilio.rest import Client

from hotline.carriers.twilio_texts import TwilioTexts
from hotline.contacts import texts
from hotline.domain.contact import Channel, Language, Region, Role, State
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.domain.texting import TextState
from hotline.flow import converse, respond
from hotline.flow.helpline import Helpline
from hotline.lab.telephone.faults import WebhookFaults
from hotline.lab.telephone.http_client import InProcessHttp
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.settings import Settings

ANA = "+85298765432"


@pytest.fixture
def house(helpline: Helpline, settings: Settings, clock: FakeClock) -> PhoneHouse:
    made = phone_house(helpline, settings, clock)
    add_line(helpline, LINE, channel=Channel.WHATSAPP, language=Language.EN, region=Region.HONG_KONG)
    api = Client(SID, TOKEN, http_client=InProcessHttp(made.world))
    return replace(made, carriers=replace(made.carriers, texts=TwilioTexts(api)))


def talk(house: PhoneHouse) -> tuple[Contact, Person]:
    """Ana texts, and Lin, who has no telephone, takes her."""
    house.world.text(ANA, LINE, "I cannot sleep")
    while not house.all_contacts():
        house.passes(5)
    (contact,) = house.all_contacts()
    lin = house.people["Lin"] = on_duty(house.helpline, "Lin", Role.VOLUNTEER)
    respond.claim(house.helpline, lin, contact.id)
    house.works()
    return house.contact(contact.id), lin


def writes(house: PhoneHouse, lin: Person, contact: Contact, text: str) -> None:
    converse.post_as_listener(house.helpline, lin, contact.id, text=text, client_id=new_id())
    house.works()


def states(house: PhoneHouse, contact: Contact) -> list[TextState]:
    with house.helpline.database.read() as conn:
        found = texts.of_contact(conn, contact.id)
    return [one.state for pieces in found.values() for one in pieces if one.part]


def got(house: PhoneHouse, number: str = ANA) -> list[str]:
    return [one.body for one in house.world.texts_to(number)]


def alarms(house: PhoneHouse) -> set[AlarmKind]:
    with house.helpline.database.read() as conn:
        return {one.kind for one in routing.open_alarms(conn)}


def test_a_conversation_by_text_is_heard_answered_and_followed_to_the_end(house: PhoneHouse) -> None:
    contact, lin = talk(house)
    writes(house, lin, contact, "I am here. What keeps you awake?")
    house.world.text(ANA, LINE, "everything 😔")
    house.works()
    assert house.texts(contact.id) == ["I cannot sleep", "everything 😔"]
    assert got(house)[-1] == "I am here. What keeps you awake?"
    assert set(states(house, contact)) == {TextState.DELIVERED}
    assert house.contact(contact.id).state is State.IN_CONVERSATION


@pytest.mark.parametrize("seed", range(6))
def test_webhooks_doubled_late_and_reversed_change_nothing(house: PhoneHouse, seed: int) -> None:
    house.world.faults(WebhookFaults(seed=seed, doubled=0.5, delayed=0.5, reversed_order=True))
    contact, lin = talk(house)
    for text in ("one", "two", "three"):
        writes(house, lin, contact, text)
    house.passes(90)
    assert got(house)[-3:] == ["one", "two", "three"]
    assert set(states(house, contact)) == {TextState.DELIVERED}
    assert house.texts(contact.id) == ["I cannot sleep"]


@pytest.mark.parametrize("mode", ["error", "busy", "silent", "lost"])
def test_whatever_the_provider_does_with_one_request_each_text_arrives_once(house: PhoneHouse, mode: str) -> None:
    contact, lin = talk(house)
    house.world.provider.will(mode, times=2, concerns=lambda method, path: method == "POST" and "Messages" in path)
    for text in ("one", "two", "one"):
        writes(house, lin, contact, text)
    house.passes(120)
    assert got(house)[-3:] == ["one", "two", "one"]
    assert set(states(house, contact)) == {TextState.DELIVERED}


def test_ten_minutes_without_the_provider_lose_and_double_nothing(house: PhoneHouse) -> None:
    contact, lin = talk(house)
    house.world.provider.will("error")
    for text in ("one", "two"):
        writes(house, lin, contact, text)
    house.passes(600)
    house.world.provider.recover()
    house.passes(130)
    assert got(house)[-2:] == ["one", "two"]


@pytest.mark.parametrize(("fate", "state"), [("undeliver", TextState.UNDELIVERED), ("fail", TextState.FAILED)])
def test_what_does_not_arrive_is_seen(house: PhoneHouse, fate: str, state: TextState) -> None:
    contact, lin = talk(house)
    house.world.phone(ANA).texts_will(fate)
    writes(house, lin, contact, "are you there?")
    assert states(house, contact)[-1] is state
    assert AlarmKind.TEXT_UNDELIVERED in alarms(house)


def test_stop_at_the_provider_and_here_are_one(house: PhoneHouse) -> None:
    contact, lin = talk(house)
    house.world.text(ANA, LINE, "STOP")
    house.works()
    before = got(house)
    writes(house, lin, contact, "hello?")
    assert got(house) == before
    assert AlarmKind.TEXTS_STOPPED in alarms(house)
    house.world.text(ANA, LINE, "START")
    writes(house, lin, contact, "welcome back")
    assert got(house)[-1] == "welcome back"
    assert AlarmKind.TEXTS_STOPPED not in alarms(house)


@pytest.mark.parametrize("word", ["END", "QUIT", "cancel"])
def test_a_person_in_distress_who_writes_the_networks_words_is_still_answered(house: PhoneHouse, word: str) -> None:
    contact, lin = talk(house)
    house.world.text(ANA, LINE, word)
    writes(house, lin, contact, "I am still with you")
    assert house.texts(contact.id)[-1] == word
    assert got(house)[-1] == "I am still with you"


def test_whatsapp_goes_both_ways(house: PhoneHouse) -> None:
    house.world.text(f"whatsapp:{ANA}", f"whatsapp:{LINE}", "hi")
    house.works()
    assert house.world.texts_to(f"whatsapp:{ANA}")


def test_a_text_during_a_call_is_in_the_same_conversation(house: PhoneHouse) -> None:
    handset = house.calls()
    house.world.text(CALLER, LINE, "I cannot speak aloud here")
    house.works()
    contact = house.contact_of(handset)
    assert len(house.all_contacts()) == 1
    assert "I cannot speak aloud here" in house.texts(contact.id)
    assert house.contact(contact.id).reply_by is Channel.SMS
