"""What somebody hears who waits in line, and what is heard of them: no dead line, and no word lost."""

import wave
from datetime import timedelta
from importlib.resources import files

import pytest
from support.phone_stories import in_line, said
from support.phones import PhoneHouse

from hotline.domain.contact import Level
from hotline.flow import phone
from hotline.intake import call_script
from hotline.lab.telephone.people import Handset
from hotline.lab.telephone.says import speech_seconds


def silences(caller: Handset) -> list[float]:
    """The seconds in which this person heard nothing, between each two things they heard."""
    lasts = [8.0 if one.kind == "play" else speech_seconds(one.text) for one in caller.heard]
    ends = [one.at + timedelta(seconds=seconds) for one, seconds in zip(caller.heard, lasts, strict=True)]
    return [(one.at - end).total_seconds() for one, end in zip(caller.heard[1:], ends, strict=False)]


@pytest.mark.parametrize("words", ["a routine question", "this is imminent"])
def test_the_line_of_who_waits_is_never_dead(house: PhoneHouse, words: str) -> None:
    caller = in_line(house, words)
    told = len(caller.heard)
    house.passes(120)
    waited = silences(caller)[told:]
    assert len(waited) > 5
    assert max(waited) <= 2


def test_the_music_is_as_long_as_the_turns_reckon() -> None:
    with wave.open(str(files("hotline.web") / "static/audio/quiet.wav")) as music:
        assert music.getnframes() / music.getframerate() == call_script.SOUND_SECONDS


def test_danger_spoken_while_waiting_is_heard_and_noise_raises_nobody(house: PhoneHouse) -> None:
    caller = in_line(house, "a routine question")
    house.passes(20)
    assert house.contact_of(caller).level is Level.ROUTINE
    answered = phone.Said(speech="hm hm", confidence=0.1)
    leg = house.leg_of(caller)
    phone.answer(house.helpline, leg.id, leg.stage, leg.round, answered)
    house.passes(3)
    assert house.contact_of(caller).level is Level.ROUTINE
    caller.say("this is imminent")
    house.passes(5)
    assert house.contact_of(caller).level is Level.IMMINENT
    assert "9 9 9" in said(caller)
    assert house.texts(house.contact_of(caller).id)[-1] == "this is imminent"
