"""A supervisor keeps numbers and channels and sees to what did not arrive; everybody else reads the result."""

from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import wire
from flask import Flask
from support.fakes import FakeAssessor, FakeBell, FakeClock
from support.people import on_duty, person
from support.texts import SmallTwilio, add_line, deliver_texts, heard
from support.web import browser_of, form_token, staff

from hotline.contacts import legs, texts
from hotline.domain.contact import Channel, Language, Region, Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed
from hotline.domain.phone import Ended, Party
from hotline.domain.records import Person
from hotline.domain.texting import TextState
from hotline.flow import lines, sending, texting
from hotline.flow.helpline import Helpline
from hotline.flow.lines import LineListed, NewLine, NoReason
from hotline.flow.unit import UnitOfWork
from hotline.settings import Settings

A_LINE = NewLine(Channel.SMS, "+852 3000 1234", Language.ZH_HANT, Region.HONG_KONG)


@pytest.fixture
def wong(helpline: Helpline) -> Person:
    return person(helpline, "Wong", Role.SUPERVISOR)


def lost_text(helpline: Helpline, clock: FakeClock) -> texts.Text:
    """A text to somebody that the network gave back."""
    contact_id = str(texting.hear(helpline, heard()))
    add_line(helpline)
    deliver_texts(helpline, SmallTwilio(clock))
    with helpline.database.read() as conn:
        text = next(one for found in texts.of_contact(conn, contact_id).values() for one in found if one.part)
    sending.told(helpline, text.id, str(text.sid), TextState.UNDELIVERED, "30005")
    return text


def test_a_number_is_listed_as_the_world_writes_it_and_every_process_knows_it(
    helpline_on_both: Helpline, settings: Settings, clock: FakeClock
) -> None:
    house = helpline_on_both
    other = wire(house.database, settings, clock, FakeAssessor(), FakeBell())
    boss = person(house, "Wong", Role.SUPERVISOR)
    line_id = lines.add_line(house, boss, A_LINE)
    other.look()
    assert [one.number for one in other.lines.now.lines] == ["+85230001234"]
    with pytest.raises(LineListed):
        lines.add_line(house, boss, A_LINE)
    lines.remove_line(house, boss, line_id)
    clock.advance(seconds=10)
    other.look()
    assert other.lines.now.lines == ()


@pytest.mark.parametrize("number", ["", "12345", "30001234", "+85212", "call us"])
def test_what_no_telephone_has_is_refused(helpline: Helpline, wong: Person, number: str) -> None:
    with pytest.raises(InvalidInput):
        lines.add_line(helpline, wong, NewLine(Channel.SMS, number, Language.EN, Region.OTHER))


def test_only_channels_that_go_by_a_number_have_one(helpline: Helpline, wong: Person) -> None:
    with pytest.raises(InvalidInput):
        lines.add_line(helpline, wong, NewLine(Channel.WEB, "+85230001234", Language.EN, Region.OTHER))
    with pytest.raises(InvalidInput):
        lines.switch_off(helpline, wong, Channel.WEB, "no")


def test_a_channel_is_switched_off_with_a_reason_once_and_on_again(helpline: Helpline, wong: Person) -> None:
    lines.add_line(helpline, wong, A_LINE)
    with pytest.raises(NoReason):
        lines.switch_off(helpline, wong, Channel.SMS, "  ")
    lines.switch_off(helpline, wong, Channel.SMS, "the provider says so")
    assert not helpline.lines.now.works(Channel.SMS)
    with pytest.raises(Conflict):
        lines.switch_off(helpline, wong, Channel.SMS, "again")
    lines.switch_on(helpline, wong, Channel.SMS)
    assert helpline.lines.now.works(Channel.SMS)
    with pytest.raises(Conflict):
        lines.switch_on(helpline, wong, Channel.SMS)


def test_a_listener_keeps_no_numbers(helpline: Helpline) -> None:
    lin = on_duty(helpline, "Lin", Role.VOLUNTEER)
    for act in (
        lambda: lines.add_line(helpline, lin, A_LINE),
        lambda: lines.remove_line(helpline, lin, "0" * 32),
        lambda: lines.switch_off(helpline, lin, Channel.SMS, "x"),
        lambda: lines.switch_on(helpline, lin, Channel.SMS),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_is_down_is_said_and_not_offered(app: Flask, helpline: Helpline, wong: Person) -> None:
    client = app.test_client()
    client.set_cookie("hl_lang", "en")
    assert "+852" not in client.get("/").text
    lines.add_line(helpline, wong, A_LINE)
    for path in ("/", "/help"):
        assert "sms:+85230001234" in client.get(path).text
    lines.switch_off(helpline, wong, Channel.SMS, "secret among colleagues")
    for path in ("/", "/help"):
        page = client.get(path).text
        assert "+85230001234" not in page
        assert "do not reach us at this moment" in page
        assert "secret among colleagues" not in page
    assert client.get("/api/v1/lines").json == {"lines": [], "down": ["sms"]}


def test_texts_are_not_offered_where_no_answer_could_arrive(app: Flask, helpline: Helpline, wong: Person) -> None:
    client = app.test_client()
    lines.add_line(helpline, wong, A_LINE)
    lines.add_line(helpline, wong, replace(A_LINE, channel=Channel.VOICE))
    for region, answered in (("hk", True), ("cn", False), ("tw", False), ("other", True)):
        page = client.get(f"/?region={region}").text
        assert "tel:+85230001234" in page
        assert ("sms:+85230001234" in page) is answered, region


def test_the_page_does_all_of_it_with_forms(app: Flask, helpline: Helpline) -> None:
    browser = browser_of(app, staff(app, helpline, "Boss", Role.SUPERVISOR))

    def press(path: str, **fields: str) -> int:
        token = form_token(browser.get("/staff/phone").text)
        return int(browser.post(f"/staff{path}", data={"csrf_token": token, **fields}).status_code)

    given = {"channel": "voice", "number": "+85230005678", "language": "en", "region": "hk"}
    assert press("/phone/lines", **(given | {"number": "nonsense"})) == 400
    assert press("/phone/lines", **(given | {"channel": "pigeon"})) == 400
    assert press("/phone/lines", **given) == 303
    (line,) = lines.standing_lines(helpline)
    assert press("/phone/channels/voice", down="1", reason="cut cable") == 303
    assert "cut cable" in browser.get("/staff/phone").text
    assert press("/phone/channels/voice") == 303
    assert press(f"/phone/lines/{line.id}/remove") == 303
    assert lines.standing_lines(helpline) == []


def test_the_api_does_all_of_it(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    boss = staff(app, helpline, "Boss", Role.SUPERVISOR)
    given = {"channel": "whatsapp", "number": "+85230005678", "language": "en", "region": "hk"}
    listed = boss.post("/phone/lines", given)
    assert (listed.status_code, boss.post("/phone/lines", given).status_code) == (201, 409)
    assert boss.call("PUT", "/phone/channels/whatsapp", {"down": True, "reason": "x"}).json["trouble"]["down"]
    assert boss.call("PUT", "/phone/channels/carrier-pigeon", {"down": True, "reason": "x"}).status_code == 400
    line_id = listed.json["lines"][0]["line_id"]
    assert boss.call("DELETE", f"/phone/lines/{line_id}").status_code == 204
    assert boss.call("DELETE", f"/phone/lines/{line_id}").status_code == 404
    text = lost_text(helpline, clock)
    assert [one["text_id"] for one in boss.get("/phone").json["texts_owed"]] == [text.id]
    assert boss.post(f"/texts/{text.id}/handle").json["texts_owed"] == []
    assert boss.post(f"/texts/{text.id}/handle").status_code == 409
    assert boss.post(f"/texts/{text.id}/again").status_code == 409


def test_a_lost_text_is_seen_at_the_message_on_the_board_and_on_the_page(
    app: Flask, helpline: Helpline, clock: FakeClock
) -> None:
    text = lost_text(helpline, clock)
    boss = staff(app, helpline, "Boss", Role.SUPERVISOR)
    said = boss.get(f"/contacts/{text.contact_id}/messages").json["messages"]
    assert said[text.number - 1]["sent_as_text"] == {"number": text.number, "state": "undelivered", "error": "30005"}
    told = boss.get(f"/contacts/{text.contact_id}/texts").json["texts"]
    assert {"number": text.number, "state": "undelivered", "error": "30005"} in told
    assert boss.get("/board").json["telephone"]["texts_owed"] == 1
    browser = browser_of(app, boss)
    browser.set_cookie("hl_lang", "en")
    assert "Not delivered (30005)" in browser.get(f"/staff/contacts/{text.contact_id}").text
    assert "1 text or call did not reach a person" in browser.get("/staff/board").text
    assert f'data-text="{text.id}"' in browser.get("/staff/phone").text


def test_the_person_at_the_page_is_not_told_of_deliveries(helpline: Helpline, clock: FakeClock, app: Flask) -> None:
    text = lost_text(helpline, clock)
    with UnitOfWork(helpline) as unit:
        from hotline.contacts import store as contacts  # noqa: PLC0415

        contacts.give_key(unit.conn, unit.keys, text.contact_id, "session", "the-page", unit.now)
        unit.commit()
    client = app.test_client()
    answer = client.get("/api/v1/contact/messages", headers={"Authorization": "Bearer the-page"})
    assert {one["sent_as_text"] for one in answer.json["messages"]} == {None}


def test_texts_the_provider_does_not_take_show_on_the_board(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    texting.hear(helpline, heard())
    boss = staff(app, helpline, "Boss", Role.SUPERVISOR)
    assert boss.get("/board").json["telephone"]["texts_stuck"] == 0
    clock.advance(minutes=2)
    assert boss.get("/board").json["telephone"]["texts_stuck"] == 2


def test_a_call_back_that_reached_nobody_is_listed_until_one_does(
    app: Flask, helpline: Helpline, clock: FakeClock
) -> None:
    contact_id = str(texting.hear(helpline, heard()))
    boss = staff(app, helpline, "Boss", Role.SUPERVISOR)

    def a_call(why: Ended) -> None:
        clock.advance(seconds=60)
        with UnitOfWork(helpline) as unit:
            leg = legs.add(
                unit.conn, contact_id=contact_id, party=Party.SEEKER, line="+85230001234", now=unit.now, inbound=False
            )
            legs.end(unit.conn, leg.id, unit.now + timedelta(seconds=20), why)
            unit.commit()

    a_call(Ended.BUSY)
    a_call(Ended.NO_ANSWER)
    assert [one["why"] for one in boss.get("/phone").json["calls_owed"]] == ["no_answer"]
    a_call(Ended.COMPLETED)
    assert boss.get("/phone").json["calls_owed"] == []
