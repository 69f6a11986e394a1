"""What becomes of a text after it left: word of it counts once, in any order, and what is lost is work for somebody."""

import pytest
from flask import Flask
from support.people import person
from support.texts import (
    SmallTwilio,
    alarms,
    deliver_texts,
    every,
    post,
    sid,
    talk,
    with_twilio,
    writes,
)
from support.web import make_app

from hotline.contacts import texts
from hotline.contacts.texts import Text
from hotline.domain.contact import Role
from hotline.domain.texting import TextState
from hotline.flow import sending
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.settings import Settings


@pytest.fixture
def door(helpline: Helpline, settings: Settings) -> Flask:
    return make_app(helpline, with_twilio(settings))


def tells(door: Flask, text: Text, status: str, **given: str) -> int:
    form = {"MessageSid": text.sid or sid(), "AccountSid": "AC" + "0" * 32, "MessageStatus": status, **given}
    return int(post(door.test_client(), f"/twilio/sms/status?text={text.id}", form).status_code)


def sent(helpline: Helpline, twilio: SmallTwilio) -> Text:
    contact_id, _ = talk(helpline)
    deliver_texts(helpline, twilio)
    return every(helpline, contact_id)[-1]


def state(helpline: Helpline, text: Text) -> TextState:
    with helpline.database.read() as conn:
        return texts.get(conn, text.id).state


def test_a_late_word_never_undoes_a_later_one(door: Flask, helpline: Helpline, twilio: SmallTwilio) -> None:
    text = sent(helpline, twilio)
    for status in ("delivered", "sent", "queued", "sending", "delivered"):
        assert tells(door, text, status) == 204
    assert state(helpline, text) is TextState.DELIVERED


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_a_text_that_did_not_arrive_is_work_for_supervisors(
    door: Flask, helpline: Helpline, twilio: SmallTwilio, status: str
) -> None:
    text = sent(helpline, twilio)
    for _ in range(3):
        tells(door, text, status, ErrorCode="30003")
    with helpline.database.read() as conn:
        assert [(one.id, one.error) for one in texts.owed(conn)] == [(text.id, "30003")]
    assert alarms(helpline).count(AlarmKind.TEXT_UNDELIVERED) == 1
    wong = person(helpline, "Wong", Role.SUPERVISOR)
    sending.handle(helpline, wong, text.id)
    assert AlarmKind.TEXT_UNDELIVERED not in alarms(helpline)


def test_a_lost_text_can_be_sent_once_more(door: Flask, helpline: Helpline, twilio: SmallTwilio) -> None:
    text = sent(helpline, twilio)
    tells(door, text, "failed", ErrorCode="30001")
    sending.again(helpline, person(helpline, "Wong", Role.SUPERVISOR), text.id)
    deliver_texts(helpline, twilio)
    assert twilio.bodies[-1] == twilio.bodies[-2]
    tells(door, text, "undelivered")
    assert state(helpline, text) is TextState.QUEUED
    assert AlarmKind.TEXT_UNDELIVERED not in alarms(helpline)


def test_a_lost_text_to_somebody_in_danger_calls_a_supervisor(
    door: Flask, helpline: Helpline, twilio: SmallTwilio
) -> None:
    person(helpline, "Wong", Role.SUPERVISOR)
    contact_id, _ = talk(helpline, "high")
    deliver_texts(helpline, twilio)
    tells(door, every(helpline, contact_id)[-1], "undelivered")
    with helpline.database.read() as conn:
        raised = {one.id for one in routing.open_alarms(conn) if one.kind is AlarmKind.TEXT_UNDELIVERED}
        assert raised & {page.alarm_id for page in routing.recent_pages(conn)}


def test_word_that_overtakes_our_own_note_is_kept(door: Flask, helpline: Helpline, twilio: SmallTwilio) -> None:
    contact_id, lin = talk(helpline)
    deliver_texts(helpline, twilio)
    writes(helpline, lin, contact_id, "quick")
    text = every(helpline, contact_id)[-1]
    due = sending.next_due(helpline, contact_id, text.number)
    assert due is not None
    tells(door, text, "delivered", MessageSid=(fast := sid()))
    sending.handed_over(helpline, text.id, fast)
    assert state(helpline, text) is TextState.DELIVERED


@pytest.mark.parametrize("status", ["receiving", "strange", "partially_delivered"])
def test_words_we_do_not_know_change_nothing(door: Flask, helpline: Helpline, twilio: SmallTwilio, status: str) -> None:
    text = sent(helpline, twilio)
    assert tells(door, text, status) == 204
    assert state(helpline, text) is TextState.QUEUED


def test_word_about_texts_of_others_changes_nothing(door: Flask, helpline: Helpline, twilio: SmallTwilio) -> None:
    text = sent(helpline, twilio)
    assert tells(door, text, "failed", MessageSid=sid()) == 204
    form = {"MessageSid": sid(), "AccountSid": "AC" + "0" * 32, "MessageStatus": "failed"}
    for path in ("/twilio/sms/status", "/twilio/sms/status?text=" + "0" * 32, "/twilio/sms/status?text=x"):
        assert post(door.test_client(), path, form).status_code == 204
    assert state(helpline, text) is TextState.QUEUED


def test_a_closed_contact_keeps_its_texts_but_not_the_providers_ids(helpline: Helpline, twilio: SmallTwilio) -> None:
    from hotline.contacts import erasures  # noqa: PLC0415
    from hotline.contacts.keeping import WhyErased  # noqa: PLC0415

    text = sent(helpline, twilio)
    with UnitOfWork(helpline) as unit:
        made = erasures.Erasure(text.contact_id, unit.now, WhyErased.RETENTION, "machine", None, [])
        erasures.erase(unit.conn, made)
        unit.commit()
    assert {one.sid for one in every(helpline, text.contact_id)} == {None}
