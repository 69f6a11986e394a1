"""Somebody texts: the same number is the same person, on whatever channel it began, and nothing they wrote is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, says, seeker
from support.texts import LINE, OTHER_LINE, add_line, fields, heard, how_many, post, said, sid, with_twilio
from support.web import make_app, staff

from hotline.contacts import store as contacts
from hotline.contacts.tables import contacts as rows
from hotline.domain.contact import Author, Channel, Language, Level, Outcome, Region, Role, State
from hotline.domain.records import Contact
from hotline.flow import arrive, callback, converse, intervene, respond, texting
from hotline.flow.callback import Wish
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.unit import UnitOfWork
from hotline.jobs import sweep
from hotline.settings import Settings

NUMBER = "+85291234567"


def contact(helpline: Helpline, contact_id: str | None) -> Contact:
    assert contact_id is not None
    with helpline.database.read() as conn:
        return contacts.get_contact(conn, contact_id)


def closed(helpline: Helpline, contact_id: str) -> None:
    lin = on_duty(helpline, "Lin", Role.VOLUNTEER)
    assert respond.claim_next(helpline, lin) == contact_id
    intervene.wrap_up(helpline, lin, contact_id)
    intervene.close(helpline, lin, contact_id, ClosingForm(Outcome.SUPPORTED))


def test_a_text_is_a_contact_that_waits_like_every_other(helpline_on_both: Helpline) -> None:
    add_line(helpline_on_both)
    found = contact(helpline_on_both, texting.hear(helpline_on_both, heard("high risk")))
    assert (found.state, found.channel, found.reply_by) == (State.WAITING, Channel.SMS, Channel.SMS)
    assert (found.language, found.region, found.level) == (Language.ZH_HANT, Region.HONG_KONG, Level.HIGH)
    assert found.acknowledged_at is not None
    with helpline_on_both.database.read() as conn:
        assert contacts.open_identity(conn, helpline_on_both.keys, found.id, "phone") == NUMBER


def test_a_second_text_joins_the_first(helpline: Helpline) -> None:
    one, two = texting.hear(helpline, heard("one")), texting.hear(helpline, heard("two"))
    assert one == two
    assert [message.text for message in said(helpline, one)] == ["one", "two"]


def test_two_numbers_are_two_people(helpline: Helpline) -> None:
    assert texting.hear(helpline, heard()) != texting.hear(helpline, heard(sender="+85291234568"))


def test_whatsapp_and_sms_of_one_number_are_one_person_and_the_last_is_answered(helpline: Helpline) -> None:
    first = texting.hear(helpline, heard())
    assert texting.hear(helpline, heard("here now", channel=Channel.WHATSAPP)) == first
    found = contact(helpline, first)
    assert (found.channel, found.reply_by) == (Channel.SMS, Channel.WHATSAPP)
    assert [one.channel for one in said(helpline, first)] == [Channel.SMS, Channel.WHATSAPP]


def test_who_left_the_page_and_texts_is_with_the_same_listener(helpline: Helpline) -> None:
    opened = seeker(helpline)
    wish = Wish(NUMBER, safe_to_call=True, safe_to_text=True, safe_to_leave_message=False)
    callback.ask(helpline, opened.contact, wish)
    lin = on_duty(helpline, "Lin", Role.VOLUNTEER)
    respond.claim_next(helpline, lin)
    assert texting.hear(helpline, heard("I am on the bus now")) == opened.contact.id
    found = contact(helpline, opened.contact.id)
    assert (found.owner_id, found.reply_by) == (lin.id, Channel.SMS)
    says(helpline, opened, "back at the page")
    assert contact(helpline, opened.contact.id).reply_by is Channel.WEB


def test_a_number_said_to_be_unsafe_for_texts_opens_nobodys_conversation(helpline: Helpline) -> None:
    opened = seeker(helpline)
    wish = Wish(NUMBER, safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)
    callback.ask(helpline, opened.contact, wish)
    assert texting.hear(helpline, heard("who is this?")) != opened.contact.id
    assert contact(helpline, opened.contact.id).reply_by is Channel.WEB


def test_a_closed_contact_is_not_continued_but_nobody_is_refused(helpline: Helpline) -> None:
    first = contact(helpline, texting.hear(helpline, heard()))
    closed(helpline, first.id)
    second = contact(helpline, texting.hear(helpline, heard("me again")))
    assert second.id != first.id
    assert second.state is State.WAITING


def test_the_same_text_told_twice_is_one_message(helpline: Helpline) -> None:
    told = heard("once")
    first = texting.hear(helpline, told)
    assert texting.hear(helpline, told) is None
    assert len(said(helpline, first)) == 1


def test_texts_of_a_new_number_that_come_at_once_are_one_contact(helpline_on_both: Helpline) -> None:
    together = [heard(f"part {number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(lambda one: texting.hear(helpline_on_both, one), together))
    assert len(found) == 1
    assert {one.text for one in said(helpline_on_both, found.pop())} == {one.body for one in together}


@pytest.mark.parametrize("body", ["字" * 9_000, "w " * 5_000, "👩‍👩‍👧 " * 1_500, "a\u0301" * 4_500])
def test_a_long_text_is_kept_whole(helpline: Helpline, body: str) -> None:
    found = said(helpline, texting.hear(helpline, heard(body)))
    assert "".join(one.text for one in found) == body
    assert all(len(one.text) <= 4_000 for one in found)


@pytest.mark.parametrize("body", ["😔", "好攰，唔知點算", "👍🏽 ok", "ünïcödé", "¿?"])
def test_every_script_arrives_as_it_was_written(helpline: Helpline, body: str) -> None:
    assert [one.text for one in said(helpline, texting.hear(helpline, heard(body)))] == [body]


def test_a_picture_without_words_is_somebody_who_waits_and_is_told_the_truth(helpline: Helpline) -> None:
    found = contact(helpline, texting.hear(helpline, heard("", files=1)))
    assert (found.state, found.level) == (State.WAITING, Level.ELEVATED)
    notices = [one.client_message_id for one in said(helpline, found.id, Author.SYSTEM)]
    assert any(one.startswith("text_files") for one in notices)


def test_a_machine_that_sends_pictures_is_not_answered_for_ever(helpline: Helpline) -> None:
    found = {texting.hear(helpline, heard("", files=1)) for _ in range(5)}
    ours = said(helpline, found.pop(), Author.SYSTEM)
    assert sum(one.client_message_id.startswith("text_files") for one in ours) == 1


def test_an_empty_text_into_a_conversation_is_told_to_both(helpline: Helpline) -> None:
    first = texting.hear(helpline, heard())
    texting.hear(helpline, heard(" \n"))
    assert said(helpline, first, Author.SYSTEM)[-1].client_message_id.startswith("text_empty")


def test_a_withheld_number_is_heard_though_nobody_can_answer(helpline: Helpline) -> None:
    found = contact(helpline, texting.hear(helpline, heard(sender=None)))
    assert found.state is State.WAITING


def test_the_line_decides_language_and_region(helpline: Helpline, clock: FakeClock) -> None:
    add_line(helpline)
    clock.advance(seconds=1)
    add_line(helpline, OTHER_LINE, language=Language.EN, region=Region.OTHER)
    found = contact(helpline, texting.hear(helpline, heard(line=OTHER_LINE)))
    assert (found.language, found.region) == (Language.EN, Region.OTHER)
    stray = contact(helpline, texting.hear(helpline, heard(sender="+85291234569", line="+15005550006")))
    assert stray.language is Language.ZH_HANT


def test_whoever_texts_is_told_where_they_stand(helpline: Helpline) -> None:
    add_line(helpline, language=Language.EN, region=Region.OTHER)
    alone = said(helpline, texting.hear(helpline, heard()), Author.SYSTEM)[-1]
    assert "No listener is on duty" in alone.text
    on_duty(helpline, "Lin", Role.VOLUNTEER)
    second = said(helpline, texting.hear(helpline, heard(sender="+85291234569")), Author.SYSTEM)[-1]
    assert "in line" in second.text


def test_who_texts_has_no_page_to_vanish_from(helpline: Helpline, clock: FakeClock) -> None:
    found = texting.hear(helpline, heard())
    clock.advance(hours=3)
    sweep.vanished_seekers(helpline)
    assert contact(helpline, found).state is State.WAITING


def test_a_text_after_the_end_reopens_with_the_same_listener(helpline: Helpline) -> None:
    found = texting.hear(helpline, heard())
    lin = on_duty(helpline, "Lin", Role.VOLUNTEER)
    respond.claim_next(helpline, lin)
    intervene.wrap_up(helpline, lin, str(found))
    texting.hear(helpline, heard("one more thing"))
    again = contact(helpline, found)
    assert (again.state, again.owner_id) == (State.IN_CONVERSATION, lin.id)


def test_texts_and_page_are_one_history(helpline: Helpline) -> None:
    found = str(texting.hear(helpline, heard("first by text")))
    with UnitOfWork(helpline) as unit:
        contacts.give_key(unit.conn, unit.keys, found, "session", "the-page", unit.now)
        unit.commit()
    page = converse.contact_of(helpline, "the-page")
    arrive.hear(helpline, page, text="then by page", client_message_id="page-0001")
    assert [(one.text, one.channel) for one in said(helpline, found)] == [
        ("first by text", Channel.SMS),
        ("then by page", Channel.WEB),
    ]


@pytest.fixture
def door(helpline: Helpline, settings: Settings) -> Flask:
    add_line(helpline)
    return make_app(helpline, with_twilio(settings))


def test_the_door_answers_with_nothing_to_say(door: Flask, helpline: Helpline) -> None:
    form = fields("I am not well")
    for _ in range(3):
        answer = post(door.test_client(), "/twilio/sms/incoming", form)
        assert (answer.status_code, answer.mimetype) == (200, "application/xml")
        assert answer.data.endswith(b"<Response/>")
    assert how_many(helpline) == 1


def test_whatsapp_comes_through_the_same_door(door: Flask, helpline: Helpline) -> None:
    post(door.test_client(), "/twilio/sms/incoming", fields(sender=f"whatsapp:{NUMBER}", To=f"whatsapp:{LINE}"))
    with helpline.database.read() as conn:
        assert conn.execute(sa.select(rows.c.channel)).scalars().all() == ["whatsapp"]


@pytest.mark.parametrize("sender", ["12345", "853", "AMAZON", "My Bank 24"])
def test_a_machine_with_a_short_code_is_not_answered_and_opens_nothing(
    door: Flask, helpline: Helpline, sender: str
) -> None:
    assert post(door.test_client(), "/twilio/sms/incoming", fields(sender=sender)).status_code == 200
    assert how_many(helpline) == 0


@pytest.mark.parametrize("sender", ["anonymous", "Restricted", "+266696687", ""])
def test_who_withholds_their_number_is_heard(door: Flask, helpline: Helpline, sender: str) -> None:
    assert post(door.test_client(), "/twilio/sms/incoming", fields(sender=sender)).status_code == 200
    assert how_many(helpline) == 1


@pytest.mark.parametrize(
    "wrong", [{"MessageSid": "SM1"}, {"From": "+0"}, {"NumMedia": "-1"}, {"From": "whatsapp:x", "MessageSid": sid()}]
)
def test_what_is_signed_and_malformed_changes_nothing(door: Flask, helpline: Helpline, wrong: dict[str, str]) -> None:
    assert post(door.test_client(), "/twilio/sms/incoming", fields() | wrong).status_code == 400
    assert how_many(helpline) == 0


def test_somebody_with_risk_in_a_text_is_urgent_at_once(door: Flask, helpline: Helpline) -> None:
    person(helpline, "Wong", Role.SUPERVISOR)
    post(door.test_client(), "/twilio/sms/incoming", fields("imminent"))
    wong = staff(door, helpline, "Boss", Role.SUPERVISOR)
    (waiting,) = wong.get("/desk").json["waiting"]
    assert (waiting["level"], waiting["channel"]) == ("imminent", "sms")


def test_an_old_texter_is_forgotten_and_a_wish_for_silence_is_not(helpline: Helpline, clock: FakeClock) -> None:
    texting.hear(helpline, heard(sender="+85291234560"))
    texting.hear(helpline, heard("STOP", sender="+85291234561"))
    clock.advance(hours=30)
    sweep.destroy_old(helpline)
    with helpline.database.read() as conn:
        kept = conn.execute(sa.select(sa.text("lookup")).select_from(sa.text("texters"))).scalars().all()
    assert kept == [helpline.keys.blind("phone", "+85291234561")]
