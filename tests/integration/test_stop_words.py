"""Whoever writes STOP gets no more texts, and whoever is there hears of it; everything else is a person speaking."""

import pytest
from support.people import person
from support.texts import add_line, alarms, heard, how_many, said

from hotline.contacts import texts
from hotline.domain.contact import Author, Language, Role
from hotline.flow import texting
from hotline.flow.helpline import Helpline
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind

NUMBER = "+85291234567"
STOPS = ["STOP", "stop", " Stop \n", "STOPALL", "unsubscribe", "退订", "退訂", "ＳＴＯＰ"]
SPEECH = ["END", "QUIT", "CANCEL", "stop hurting me", "I want to stop", "Stop.", "end it all", "退出", "取消", "HELP"]


@pytest.mark.parametrize("word", STOPS)
def test_a_stop_word_ends_texts_and_alerts_whoever_is_there(helpline: Helpline, word: str) -> None:
    add_line(helpline, language=Language.EN)
    found = texting.hear(helpline, heard())
    texting.hear(helpline, heard(word))
    assert AlarmKind.TEXTS_STOPPED in alarms(helpline)
    with helpline.database.read() as conn:
        assert texts.is_stopped(conn, helpline.keys.blind("phone", NUMBER))
    assert word.strip() in [one.text.strip() for one in said(helpline, found)]
    assert "START" in said(helpline, found, Author.SYSTEM)[-1].text


@pytest.mark.parametrize("word", SPEECH)
def test_everything_else_is_a_person_speaking(helpline: Helpline, word: str) -> None:
    texting.hear(helpline, heard(word))
    assert how_many(helpline) == 1
    assert AlarmKind.TEXTS_STOPPED not in alarms(helpline)
    with helpline.database.read() as conn:
        assert not texts.is_stopped(conn, helpline.keys.blind("phone", NUMBER))


def test_what_the_network_made_of_a_word_counts(helpline: Helpline) -> None:
    texting.hear(helpline, heard())
    texting.hear(helpline, heard("basta", opt="STOP"))
    assert AlarmKind.TEXTS_STOPPED in alarms(helpline)


def test_stop_of_somebody_who_is_not_here_opens_nothing(helpline: Helpline) -> None:
    assert texting.hear(helpline, heard("STOP")) is None
    assert how_many(helpline) == 0


@pytest.mark.parametrize("word", ["START", "unstop", "恢复", "恢復"])
def test_start_brings_texts_back(helpline: Helpline, word: str) -> None:
    texting.hear(helpline, heard())
    texting.hear(helpline, heard("STOP"))
    texting.hear(helpline, heard(word))
    assert AlarmKind.TEXTS_STOPPED not in alarms(helpline)
    with helpline.database.read() as conn:
        assert not texts.is_stopped(conn, helpline.keys.blind("phone", NUMBER))


def test_stop_of_somebody_in_danger_calls_supervisors(helpline: Helpline) -> None:
    person(helpline, "Wong", Role.SUPERVISOR)
    texting.hear(helpline, heard("high"))
    texting.hear(helpline, heard("STOP"))
    with helpline.database.read() as conn:
        (raised,) = [one for one in routing.open_alarms(conn) if one.kind is AlarmKind.TEXTS_STOPPED]
        assert raised.id in [page.alarm_id for page in routing.recent_pages(conn)]
