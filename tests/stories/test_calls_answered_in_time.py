"""Whoever is on the line is answered, however slow or broken it is behind; and every answer is sound markup."""

import threading
import time
from dataclasses import replace
from itertools import product

import pytest
from support.phone_stories import LIN, asked, in_line, said
from support.phones import CALLER, LINE, PUBLIC, PhoneHouse

from hotline.domain.contact import Language, Level, Region, State
from hotline.domain.phone import Stage
from hotline.domain.risk import Judgement
from hotline.flow.hearing import Scene, look
from hotline.intake import voice
from hotline.intake.call_script import Place, Script, speak
from hotline.lab.telephone.states import Address
from hotline.lab.telephone.twiml_check import problems
from hotline.storage import engine

FALLBACK = "https://static.example.org/fallback.xml"
PLACES = [
    Place(None, None, staffed=True, trouble=False),
    Place(1, 30, staffed=True, trouble=False),
    Place(7, 1300, staffed=True, trouble=False),
    Place(2, None, staffed=True, trouble=False),
    Place(3, 60, staffed=False, trouble=False),
    Place(3, 60, staffed=False, trouble=False, hours=7),
    Place(3, 60, staffed=True, trouble=True),
    Place(3, 60, staffed=True, trouble=True, texts=True),
]
MEMORIES = [
    {},
    {"speak": True},
    {"turn": 4, "again_asked": True, "breathe": True},
    {"typing": True},
    {"typing": True, "wrong": True},
    {"said": "call_message_kept", "message": True, "message_over": True},
    {"said": "call_listener_changed", "turn": 3, "standing": [1, 30, True, False]},
    {"said": "call_back_unsafe", "wished": True},
    {"said": "call_message_first", "message": True},
]


@pytest.mark.parametrize(("language", "region"), list(product(Language, Region)))
def test_whatever_a_caller_may_hear_at_any_stage_is_sound(
    house: PhoneHouse, language: Language, region: Region
) -> None:
    caller = asked(house)
    scene = look(house.helpline, house.leg_of(caller).id)
    words, parts = house.helpline.words.now, house.helpline
    for stage, place, memory, level in product(Stage, PLACES, MEMORIES, (Level.ROUTINE, Level.IMMINENT)):
        for state, alias, inbound in ((State.WAITING, None, True), (State.IN_CONVERSATION, 'A & "B" <c>', False)):
            leg = replace(scene.leg, stage=stage, memory=memory, inbound=inbound)
            contact = replace(scene.contact, language=language, region=region, level=level, state=state)
            now = Scene(leg, contact, number_known=inbound, alias=alias)
            script = Script(
                now, place, words, parts.emergency, parts.calls, f"{PUBLIC}/twilio/voice", f"{PUBLIC}/q.wav"
            )
            assert problems(str(speak(script)[0])) == [], (stage, place, memory)


def test_every_answer_of_a_night_of_calls_was_sound(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = in_line(house)
    house.until(lambda: lin.ringing)
    lin.answer(press="1")
    house.passes(6)
    lin.hang_up()
    house.passes(15)
    caller.hang_up()
    house.passes(5)
    documents = [one.answer.body for one in house.world.sent if one.answer.body.startswith("<?xml")]
    assert len(documents) >= 8
    assert [problems(one) for one in documents if problems(one)] == []


def test_a_judgement_that_takes_long_keeps_nobody_on_the_line_waiting(
    house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, judged = threading.Event(), house.helpline.assessor.judge

    def slowly(texts: list[str]) -> Judgement:
        gate.wait(30)
        return judged(texts)

    caller = asked(house)
    monkeypatch.setattr(voice, "THINKING_SECONDS", 0.3)
    monkeypatch.setattr(house.helpline.assessor, "judge", slowly)
    caller.say("this is imminent")
    house.world.advance(2)
    assert house.leg_of(caller).stage == "waiting"
    assert "Thank you for telling us" in said(caller)
    assert [one.kind for one in house.world.sent].count("redirect") == 1
    assert house.contact_of(caller).state is State.RECEIVED
    gate.set()
    deadline = time.monotonic() + 10
    while house.contact_of(caller).state is State.RECEIVED and time.monotonic() < deadline:
        time.sleep(0.02)
    house.works()
    assert house.contact_of(caller).level is Level.IMMINENT


def test_a_locked_database_leads_to_the_fallback_and_leaves_no_half_contact(
    house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = house.world.office.numbers[LINE]
    own.voice_fallback = Address(FALLBACK)
    house.world.static[FALLBACK] = "<Response><Say>Please call nine nine nine.</Say></Response>"
    monkeypatch.setattr(engine, "BUSY_LIMIT_SECONDS", 0.2)
    with house.helpline.database.write() as conn:
        with monkeypatch.context() as during:
            during.setattr(house.helpline.database, "_writer", engine.FairLock())
            caller = house.world.dial(CALLER, LINE)
        conn.rollback()
    assert "Please call nine nine nine" in said(caller)
    assert house.all_contacts() == []
    caller.hang_up()
    again = asked(house)
    assert len(house.all_contacts()) == 1
    assert "You have reached the helpline" in said(again)
