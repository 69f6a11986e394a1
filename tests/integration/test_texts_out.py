"""What is said to somebody who texts goes out: once, in order, followed to the end, and seen when it is lost."""

import random

import pytest
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import ReadTimeout
from support.fakes import FakeClock
from support.people import says, seeker
from support.texts import (
    LINE,
    OTHER_LINE,
    SmallTwilio,
    add_line,
    alarms,
    deliver_texts,
    due_texts,
    every,
    heard,
    talk,
    until_quiet,
    writes,
)
from twilio.base.exceptions import TwilioRestException

from hotline.contacts import store as contacts
from hotline.domain.contact import Channel
from hotline.domain.texting import Refusal, TextState
from hotline.flow import sending, texting
from hotline.flow.helpline import Helpline
from hotline.jobs import deliver
from hotline.routing.ladder import AlarmKind

NUMBER = "+85291234567"


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


def test_number_and_words_of_a_text_stand_nowhere_in_clear(helpline: Helpline) -> None:
    contact_id = str(texting.hear(helpline, heard("canary-words")))
    with helpline.database.read() as conn:
        assert contacts.open_identity(conn, helpline.keys, contact_id, "text") == NUMBER
        raw = conn.connection.dbapi_connection.iterdump()  # type: ignore[union-attr]
        dump = "\n".join(raw)
    assert NUMBER not in dump
    assert "canary-words" not in dump
