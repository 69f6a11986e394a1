"""What is said to somebody who texts goes out: once, in order, followed to the end, and seen when it is lost."""

import random

import pytest
from flask import Flask
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import ReadTimeout
from support.fakes import FakeClock
from support.people import on_duty, person, says, seeker
from support.texts import (
    LINE,
    OTHER_LINE,
    SmallTwilio,
    add_line,
    deliver_texts,
    due_texts,
    heard,
    post,
    sid,
    until_quiet,
    with_twilio,
)
from support.web import make_app
from twilio.base.exceptions import TwilioRestException

from hotline.contacts import store as contacts
from hotline.contacts import texts
from hotline.contacts.texts import Text
from hotline.domain.contact import Channel, Language, Region, Role
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.domain.texting import NOT_REACHED, Refusal, TextState, cut, segments
from hotline.flow import converse, respond, sending, texting
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.jobs import deliver
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.settings import Settings

NUMBER = "+85291234567"


@pytest.fixture
def twilio(clock: FakeClock) -> SmallTwilio:
    return SmallTwilio(clock)


def talk(helpline: Helpline, text: str = "a hard day", **given: object) -> tuple[str, Person]:
    """Somebody texts and a listener takes it; gives contact and listener."""
    add_line(helpline, language=Language.EN, region=Region.OTHER)
    contact_id = texting.hear(helpline, heard(text, **given))  # type: ignore[arg-type]
    lin = on_duty(helpline, "Lin", Role.CLINICIAN)
    respond.claim_next(helpline, lin)
    return str(contact_id), lin


def writes(helpline: Helpline, lin: Person, contact_id: str, *said: str) -> None:
    for text in said:
        converse.post_as_listener(helpline, lin, contact_id, text=text, client_id=new_id())


def every(helpline: Helpline, contact_id: str) -> list[Text]:
    """The texts of ours to this contact, in the order in which they were written."""
    with helpline.database.read() as conn:
        found = texts.of_contact(conn, contact_id)
    return [one for pieces in found.values() for one in pieces if one.state is not TextState.RECEIVED]


def alarms(helpline: Helpline) -> list[AlarmKind]:
    with helpline.database.read() as conn:
        return [one.kind for one in routing.open_alarms(conn)]


def overloaded() -> TwilioRestException:
    return TwilioRestException(503, "/Messages", "try later")


def test_all_that_is_said_goes_out_in_order_from_the_line_that_was_written_to(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    twilio = SmallTwilio(clock)
    add_line(helpline_on_both, OTHER_LINE)
    contact_id, lin = talk(helpline_on_both)
    writes(helpline_on_both, lin, contact_id, "hello", "I am here", "take your time")
    deliver_texts(helpline_on_both, twilio)
    assert twilio.bodies[-3:] == ["hello", "I am here", "take your time"]
    assert twilio.bodies[0].startswith("You have reached us")
    assert {(one.to, one.from_) for one in twilio.sent} == {(NUMBER, LINE)}
    assert {one.state for one in every(helpline_on_both, contact_id)} == {TextState.QUEUED}


def test_whoever_writes_at_the_page_gets_no_texts(helpline: Helpline) -> None:
    says(helpline, seeker(helpline), "hello")
    assert due_texts(helpline) == []


def test_whatsapp_is_answered_by_whatsapp(helpline: Helpline, twilio: SmallTwilio) -> None:
    talk(helpline, channel=Channel.WHATSAPP)
    deliver_texts(helpline, twilio)
    assert {(one.to, one.from_) for one in twilio.sent} == {(f"whatsapp:{NUMBER}", f"whatsapp:{LINE}")}


def test_a_promise_carried_out_again_and_again_sends_once(helpline: Helpline, twilio: SmallTwilio) -> None:
    contact_id, lin = talk(helpline)
    writes(helpline, lin, contact_id, "once")
    promises = due_texts(helpline)
    for promise_id in promises * 3:
        deliver.deliver(helpline, twilio.carriers(), promise_id)
    assert twilio.bodies.count("once") == 1


@pytest.mark.parametrize("seed", range(8))
def test_in_whatever_order_promises_are_taken_texts_leave_in_theirs(
    helpline: Helpline, twilio: SmallTwilio, clock: FakeClock, seed: int
) -> None:
    contact_id, lin = talk(helpline)
    said = [f"number {number}" for number in range(6)]
    writes(helpline, lin, contact_id, *said)
    promises, chance = due_texts(helpline), random.Random(seed)  # noqa: S311  # an order, no secret
    chance.shuffle(promises)
    twilio.troubles = [overloaded() for _ in range(chance.randrange(4))]
    for promise_id in promises:
        deliver.deliver(helpline, twilio.carriers(), promise_id)
    until_quiet(helpline, twilio, clock, minutes=3)
    assert [body for body in twilio.bodies if body in said] == said


def test_a_later_text_never_overtakes_one_that_is_tried_again(
    helpline: Helpline, twilio: SmallTwilio, clock: FakeClock
) -> None:
    contact_id, lin = talk(helpline)
    deliver_texts(helpline, twilio)
    before = len(twilio.sent)
    twilio.troubles = [overloaded()]
    writes(helpline, lin, contact_id, "first")
    deliver_texts(helpline, twilio)
    writes(helpline, lin, contact_id, "second")
    deliver_texts(helpline, twilio)
    assert len(twilio.sent) == before
    until_quiet(helpline, twilio, clock, minutes=2)
    assert twilio.bodies[before:] == ["first", "second"]


def test_an_answer_lost_on_its_way_is_asked_for_and_nothing_is_said_twice(
    helpline: Helpline, twilio: SmallTwilio, clock: FakeClock
) -> None:
    contact_id, lin = talk(helpline)
    deliver_texts(helpline, twilio)
    writes(helpline, lin, contact_id, "ok", "ok")
    twilio.kept = [ReadTimeout("lost")]
    until_quiet(helpline, twilio, clock, minutes=2)
    assert twilio.bodies.count("ok") == 2
    assert twilio.listed == 1
    assert len({one.sid for one in every(helpline, contact_id)}) == len(every(helpline, contact_id))


def test_what_did_not_arrive_there_is_sent_after_asking(
    helpline: Helpline, twilio: SmallTwilio, clock: FakeClock
) -> None:
    contact_id, lin = talk(helpline)
    deliver_texts(helpline, twilio)
    writes(helpline, lin, contact_id, "hello")
    twilio.troubles, twilio.list_troubles = [NotConnected("away")], [NotConnected("away"), overloaded()]
    until_quiet(helpline, twilio, clock, minutes=3)
    assert (twilio.bodies.count("hello"), twilio.listed) == (1, 3)


@pytest.mark.parametrize("taken", [True, False])
def test_a_killed_worker_leaves_nothing_lost_and_nothing_doubled(
    helpline: Helpline, twilio: SmallTwilio, clock: FakeClock, *, taken: bool
) -> None:
    contact_id, lin = talk(helpline)
    deliver_texts(helpline, twilio)
    writes(helpline, lin, contact_id, "between", "behind")
    (first, _) = due_texts(helpline)
    deliver._take(helpline, first)
    due = sending.next_due(helpline, contact_id, every(helpline, contact_id)[-2].number)
    assert due is not None
    if taken:
        twilio.create(to=NUMBER, from_=LINE, body="between", status_callback="")
    until_quiet(helpline, twilio, clock, minutes=3)
    assert twilio.bodies[-2:] == ["between", "behind"]
    assert twilio.bodies.count("between") == 1


def test_ten_minutes_of_trouble_lose_nothing(helpline: Helpline, twilio: SmallTwilio, clock: FakeClock) -> None:
    contact_id, lin = talk(helpline)
    writes(helpline, lin, contact_id, "still here")
    stops_at = clock.now().timestamp() + 600
    while clock.now().timestamp() < stops_at:
        twilio.troubles = [overloaded()] * 50
        deliver_texts(helpline, twilio)
        clock.advance(seconds=15)
    twilio.troubles = []
    until_quiet(helpline, twilio, clock, minutes=4)
    assert twilio.bodies.count("still here") == 1
    assert {one.state for one in every(helpline, contact_id)} == {TextState.QUEUED}


def test_trouble_without_end_is_seen_and_what_stands_behind_goes_on(
    helpline: Helpline, twilio: SmallTwilio, clock: FakeClock
) -> None:
    contact_id, lin = talk(helpline)
    deliver_texts(helpline, twilio)
    writes(helpline, lin, contact_id, "impossible", "after it")
    twilio.troubles = [TwilioRestException(400, "/Messages", "no", code=21211)]
    until_quiet(helpline, twilio, clock, minutes=2)
    lost = [one for one in every(helpline, contact_id) if one.state is TextState.FAILED]
    assert [one.error for one in lost] == ["21211"]
    assert twilio.bodies[-1] == "after it"
    assert alarms(helpline).count(AlarmKind.TEXT_UNDELIVERED) == 1


def test_a_long_answer_goes_out_in_pieces_and_whole(helpline: Helpline, twilio: SmallTwilio) -> None:
    contact_id, lin = talk(helpline)
    deliver_texts(helpline, twilio)
    before, long = len(twilio.sent), "我在聽，請慢慢說。" * 400
    writes(helpline, lin, contact_id, long)
    deliver_texts(helpline, twilio)
    assert "".join(twilio.bodies[before:]) == long
    assert len(twilio.bodies[before:]) == 3


@pytest.mark.parametrize(
    ("sender", "why"), [("+8613800138000", Refusal.PLACE), ("+886912345678", Refusal.PLACE), (None, Refusal.NO_NUMBER)]
)
def test_where_texts_cannot_work_nothing_is_sent_and_it_is_said(
    helpline: Helpline, twilio: SmallTwilio, sender: str | None, why: Refusal
) -> None:
    contact_id, _ = talk(helpline, sender=sender)
    deliver_texts(helpline, twilio)
    assert twilio.sent == []
    assert {(one.state, one.error) for one in every(helpline, contact_id)} == {(TextState.REFUSED, why.value)}
    assert AlarmKind.TEXT_UNDELIVERED in alarms(helpline)


def test_whatsapp_reaches_taiwan(helpline: Helpline, twilio: SmallTwilio) -> None:
    talk(helpline, sender="+886912345678", channel=Channel.WHATSAPP)
    deliver_texts(helpline, twilio)
    assert twilio.sent


def test_after_stop_nothing_leaves_until_start(helpline: Helpline, twilio: SmallTwilio) -> None:
    contact_id, lin = talk(helpline)
    deliver_texts(helpline, twilio)
    before = len(twilio.sent)
    texting.hear(helpline, heard("STOP"))
    writes(helpline, lin, contact_id, "are you there?")
    deliver_texts(helpline, twilio)
    assert len(twilio.sent) == before
    assert every(helpline, contact_id)[-1].error == Refusal.STOPPED
    texting.hear(helpline, heard("START"))
    writes(helpline, lin, contact_id, "good to hear")
    deliver_texts(helpline, twilio)
    assert twilio.bodies[before:] == ["good to hear"]


def test_who_stopped_at_the_network_is_known_to_have_stopped(
    helpline: Helpline, twilio: SmallTwilio, clock: FakeClock
) -> None:
    contact_id, lin = talk(helpline)
    deliver_texts(helpline, twilio)
    twilio.troubles = [TwilioRestException(400, "/Messages", "blocked", code=21610)]
    writes(helpline, lin, contact_id, "hello?")
    until_quiet(helpline, twilio, clock, minutes=1)
    assert AlarmKind.TEXTS_STOPPED in alarms(helpline)
    assert AlarmKind.TEXT_UNDELIVERED not in alarms(helpline)


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


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("region", list(Region))
def test_every_sentence_written_for_texts_fits_into_three(
    helpline: Helpline, language: Language, region: Region
) -> None:
    words, emergency = helpline.words.now, helpline.emergency.texted(region, language)
    keys = [key for key in words.texts[Language.EN] if key.startswith(("text_", "texts_"))]
    values = {"emergency": emergency, "alias": "Cheung Siu-ming", "position": "12", "minutes": "45"}
    keys += ["listener_joined", "waiting_position", "wait_unknown", "listener_released", "supervisor_joined"]
    long = {key: segments(words.sentence(key, language, **values)) for key in keys}
    assert {key: number for key, number in long.items() if number > 3} == {}


SAID = (
    "acknowledgement", "acknowledgement_urgent", "asked_place", "nobody_on_duty", "wait_unknown", "waiting_position",
    "listener_joined", "listener_changed", "listener_vanished", "listener_released", "supervisor_joined",
    "companion_left", "shadowing_began", "shadowing_ended", "callback_noted", "callback_withdrawn", "plan_shared",
    "conversation_ended", "seeker_ended", "texts_stopped",
)  # fmt: skip
"""All that ``receive.say`` says."""


@pytest.mark.parametrize("key", SAID)
def test_no_text_speaks_of_a_page_nobody_sees(helpline: Helpline, key: str) -> None:
    words = helpline.words.now
    said = f"text_{key}" if words.has(f"text_{key}") else key
    for language, off in zip(
        Language, (("本页", "页面", "屏幕"), ("本頁", "頁面", "螢幕"), ("page", "screen", "below")), strict=True
    ):
        assert [word for word in off if word in words.texts[language][said]] == []


def test_a_text_that_speaks_of_danger_holds_the_numbers(helpline: Helpline) -> None:
    for key in ("acknowledgement", "acknowledgement_urgent", "nobody_on_duty", "conversation_ended", "seeker_ended"):
        assert "emergency" in helpline.words.now.placeholders(f"text_{key}")


def test_pieces_are_the_whole_and_break_no_sign() -> None:
    family = "👨‍👩‍👧‍👦"
    assert "".join(cut(family * 40, 100)) == family * 40
    assert cut("", 10) == []
    assert all(not piece.startswith("\u0301") for piece in cut("e\u0301" * 99, 10))


def test_segments_are_counted_as_networks_bill_them() -> None:
    assert [segments(one) for one in ("a" * 160, "a" * 161, "你" * 70, "你" * 71, "[" * 80, "[" * 81)] == [
        1,
        2,
        1,
        2,
        1,
        2,
    ]


def test_ranks_leave_no_doubt() -> None:
    assert [one.value for one in NOT_REACHED] == ["refused", "failed", "undelivered"]
    assert TextState.DELIVERED.rank > TextState.UNDELIVERED.rank > TextState.SENT.rank


def test_number_and_words_of_a_text_stand_nowhere_in_clear(helpline: Helpline) -> None:
    contact_id = str(texting.hear(helpline, heard("canary-words")))
    with helpline.database.read() as conn:
        assert contacts.open_identity(conn, helpline.keys, contact_id, "text") == NUMBER
        raw = conn.connection.dbapi_connection.iterdump()  # type: ignore[union-attr]
        dump = "\n".join(raw)
    assert NUMBER not in dump
    assert "canary-words" not in dump
