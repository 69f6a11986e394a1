"""Stories of the first minute: what a caller says or does not say, and what is heard by whoever is in danger."""

from dataclasses import replace

import pytest
from support.fakes import FakeClock
from support.phone_stories import CHEN, LIN, OTHER_CALLERS, asked, connected, in_line, number_of, rang, said, takes
from support.phones import CALLER, PhoneHouse, phone_house
from support.time import kinds

from hotline.domain.contact import Language, Level, Region, Role, State
from hotline.flow import intervene
from hotline.flow.helpline import Helpline
from hotline.lab.telephone import gather
from hotline.lab.telephone.world import ANONYMOUS
from hotline.settings import Settings
from hotline.triage.scorer import TriageAssessor, load_assessor


@pytest.fixture(scope="module")
def real_assessor(settings: Settings) -> TriageAssessor:
    """The rules and the model of the project themselves."""
    return load_assessor(settings.models_dir, settings.config_dir)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2", "我今晚就想死，药已经准备好了"),
        ("3", "我今晚想死，啲藥已經準備好"),
        ("", "I want to kill myself tonight and I have the pills here"),
    ],
)
def test_danger_is_understood_in_each_language_by_the_real_judgement(
    helpline: Helpline, settings: Settings, clock: FakeClock, real_assessor: TriageAssessor, key: str, words: str
) -> None:
    house = phone_house(replace(helpline, assessor=real_assessor), settings, clock)
    caller = house.calls()
    caller.press(key) if key else None
    house.waits(caller, "asking")
    caller.say(words)
    house.passes(3)
    contact = house.contact_of(caller)
    assert contact.level.urgent
    assert house.texts(contact.id) == [words]
    asked_in = {one.language for one in caller.heard if "." in one.text or "。" in one.text}
    assert {"2": "cmn-CN", "3": "yue-CN", "": "en-GB"}[key] in asked_in


def test_words_that_the_line_cut_off_are_heard_and_weighed(house: PhoneHouse) -> None:
    caller = asked(house)
    caller.say("this is imminent")
    caller.hang_up()
    house.works()
    (contact,) = house.all_contacts()
    assert house.texts(contact.id) == ["this is imminent"]
    assert (contact.level, contact.state) == (Level.IMMINENT, State.ABANDONED)
    assert "urgent_abandoned" in kinds(house.helpline)


def test_words_that_were_hard_to_understand_are_at_least_elevated(
    house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "CONFIDENCE", "0.2")
    caller = in_line(house, "mumble")
    assert house.contact_of(caller).level is Level.ELEVATED


def test_danger_that_is_spoken_rings_several_at_once_and_they_hear_how_urgent(house: PhoneHouse) -> None:
    phones = [house.listener("lin", LIN, Role.CLINICIAN), house.listener("chen", CHEN, Role.CLINICIAN)]
    caller = in_line(house, "this is imminent")
    house.passes(2)
    assert rang(phones) == phones
    phones[0].answer()
    house.passes(1)
    assert "imminent" in said(phones[0]).lower()
    assert house.contact_of(caller).level is Level.IMMINENT


@pytest.mark.parametrize(
    ("language", "region", "words"),
    [
        (Language.ZH_HANT, Region.TAIWAN, ["1 9 2 5", "1 1 9"]),
        (Language.EN, Region.HONG_KONG, ["9 9 9"]),
        (Language.ZH_HANS, Region.MAINLAND, ["1 2 3 5 6", "1 1 0"]),
    ],
)
def test_danger_and_goodbye_say_the_numbers_of_the_region(
    house: PhoneHouse, language: Language, region: Region, words: list[str]
) -> None:
    line = "+85230002000"
    house.line(line, language, region)
    caller = house.calls("+85291110000", to=line)
    caller.press("1")
    house.passes(2)
    assert all(one in said(caller) for one in words)
    lin = house.listener("lin", LIN)
    contact_id = takes(house, lin, caller)
    intervene.wrap_up(house.helpline, house.people["lin"], contact_id)
    house.until(lambda: caller.status == "completed")
    assert all(one in caller.last for one in words)
    assert house.contact_of(caller).language is language


def test_who_is_silent_hears_the_numbers_and_a_long_wait_is_said_to_be_long(house: PhoneHouse) -> None:
    connected(house)
    for number in OTHER_CALLERS:
        last = house.calls(number)
        house.waits(last, "waiting")
    house.passes(45)
    assert house.contact_of(last).level is Level.ELEVATED
    assert said(last).count("9 9 9") == 1
    assert "You are number 4 in line. It may take a long time" in said(last)


def test_an_anonymous_caller_is_heard_keeps_no_number_and_is_not_asked_about_it(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = asked(house, ANONYMOUS)
    caller.say("a hard day")
    house.until(lambda: lin.ringing)
    lin.answer(press="1")
    house.until(lambda: caller.in_conference)
    contact = house.contact_of(caller)
    assert number_of(house, contact.id) is None
    assert "cut off, may we call you back" not in said(caller)


def test_two_anonymous_callers_are_two_people(house: PhoneHouse) -> None:
    first, second = asked(house, ANONYMOUS), asked(house, ANONYMOUS)
    assert house.contact_of(first).id != house.contact_of(second).id


def test_who_says_no_to_being_rung_is_never_rung(house: PhoneHouse) -> None:
    caller = in_line(house)
    caller.press("6")
    house.works()
    caller.listen()
    caller.hang_up()
    house.passes(30)
    assert house.all_contacts()[0].state is State.ABANDONED
    assert not house.world.phone(CALLER).heard


def test_long_breathing_goes_on_with_the_wait_and_the_key_for_danger_is_heard_in_it(house: PhoneHouse) -> None:
    caller = in_line(house)
    caller.press("3")
    house.passes(12)
    assert said(caller).lower().count("breathe in") >= 1
    house.passes(60)
    breaths = said(caller).lower().count("breathe in")
    assert house.leg_of(caller).stage == "waiting"
    house.passes(30)
    assert said(caller).lower().count("breathe in") == breaths
    caller.press("3")
    house.passes(5)
    caller.press("1")
    house.works()
    assert house.contact_of(caller).level is Level.IMMINENT


def test_danger_is_heard_in_the_middle_of_every_question_about_a_call_back(house: PhoneHouse) -> None:
    for number, keys in zip(OTHER_CALLERS, ("2", "25", "255", "2555"), strict=True):
        caller = in_line(house, number=number)
        for key in keys:
            caller.press(key)
            house.works()
        caller.press("1")
        house.works()
        assert house.contact_of(caller).level is Level.IMMINENT, keys
        assert house.leg_of(caller).stage == "waiting"


def test_a_number_that_is_being_typed_is_no_key_for_danger(house: PhoneHouse) -> None:
    caller = in_line(house)
    for keys in ("2", "6", "1"):
        caller.press(keys)
        house.works()
    assert house.contact_of(caller).level is Level.ROUTINE
