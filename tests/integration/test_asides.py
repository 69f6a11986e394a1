"""A supervisor whispers; the listener hears it, the person and whoever learns by reading along never do."""

import pytest
from flask import Flask
from support.people import on_duty, person, seeker
from support.web import Caller, browser_of, reach_out, staff

from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed
from hotline.flow import aside, follow, intervene, reading_along, respond
from hotline.flow.helpline import Helpline
from hotline.interventions import log
from hotline.routing import asides
from hotline.routing.policy import Stage
from hotline.routing.tables import asides as rows
from hotline.storage import feed

SECRET = "ask her about tonight"  # no password: a word nobody outside may hear


def test_only_who_is_in_it_or_supervises_whispers_and_only_while_it_goes_on(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, mei = on_duty(house, "Lin", Role.VOLUNTEER), on_duty(house, "Mei", Role.VOLUNTEER)
    wong = person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house)
    with pytest.raises(Conflict):
        aside.say(house, wong, opened.contact.id, SECRET)
    respond.claim_next(house, lin)
    aside.say(house, wong, opened.contact.id, SECRET)
    aside.say(house, lin, opened.contact.id, "thank you")
    with pytest.raises(NotAllowed):
        aside.say(house, mei, opened.contact.id, "me too")
    with pytest.raises(InvalidInput):
        aside.say(house, wong, opened.contact.id, "  ")
    with house.database.read() as conn:
        assert [one.text for one in asides.of_contact(conn, house.keys, opened.contact.id)] == [SECRET, "thank you"]
        assert all(SECRET.encode() not in row.text for row in conn.execute(rows.select()))
        assert log.verify_contact(conn, house.keys, opened.contact.id) is None
    intervene.wrap_up(house, lin, opened.contact.id)
    with pytest.raises(Conflict):
        aside.say(house, wong, opened.contact.id, SECRET)


def test_no_door_of_the_seeker_gives_an_aside_away(app: Flask, helpline: Helpline) -> None:
    seeking, lin = reach_out(app), staff(app, helpline, "Lin", Role.VOLUNTEER)
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR, duty=False)
    contact_id = lin.post("/queue/next").json["contact_id"]
    before = follow.latest(helpline, [follow.contact_topic(contact_id), follow.staff_topic(contact_id)])
    assert wong.post(f"/contacts/{contact_id}/whisper", {"text": SECRET}).status_code == 204
    after = follow.latest(helpline, [follow.contact_topic(contact_id), follow.staff_topic(contact_id)])
    grown = {topic.partition(":")[0]: after[topic] - before[topic] for topic in after}
    assert grown == {"contact": 0, "staff": 1}
    for path in ("/contact", "/contact/messages"):
        assert SECRET not in seeking.get(path).text
    assert SECRET not in browser_of(app, seeking, "hl_seeker").get("/chat").text
    assert [one["text"] for one in lin.get(f"/contacts/{contact_id}").json["asides"]] == [SECRET]
    assert SECRET in browser_of(app, lin).get(f"/staff/contacts/{contact_id}").text


def test_whoever_reads_along_to_learn_hears_no_aside(app: Flask, helpline: Helpline) -> None:
    lin, wong = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Wong", Role.SUPERVISOR, duty=False)
    mei: Caller = staff(app, helpline, "Mei", Role.VOLUNTEER, duty=False, stage=Stage.TRAINEE)
    reach_out(app)
    contact_id = lin.post("/queue/next").json["contact_id"]
    assert lin.who is not None
    assert wong.who is not None
    assert mei.who is not None
    reading_along.allow(helpline, wong.who, contact_id, mei.who.id)
    reading_along.answer(helpline, lin.who, contact_id, agree=True)
    wong.post(f"/contacts/{contact_id}/whisper", {"text": SECRET})
    assert mei.get(f"/contacts/{contact_id}").json["asides"] == []
    assert mei.post(f"/contacts/{contact_id}/whisper", {"text": "x"}).status_code == 403


def test_a_listener_who_looks_elsewhere_hears_of_it_until_they_answer(app: Flask, helpline: Helpline) -> None:
    lin, wong = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Wong", Role.SUPERVISOR, duty=False)
    reach_out(app)
    contact_id = lin.post("/queue/next").json["contact_id"]
    assert [one["whispered"] for one in lin.get("/desk").json["mine"]] == [False]
    before = follow.latest(helpline, [feed.DESK])[feed.DESK]
    wong.post(f"/contacts/{contact_id}/whisper", {"text": SECRET})
    assert follow.latest(helpline, [feed.DESK])[feed.DESK] > before
    assert [one["whispered"] for one in lin.get("/desk").json["mine"]] == [True]
    desk = browser_of(app, lin).get("/staff/desk").text
    assert f'data-whispered="{contact_id}"' in desk
    assert SECRET not in desk
    lin.post(f"/contacts/{contact_id}/whisper", {"text": "thank you"})
    assert [one["whispered"] for one in lin.get("/desk").json["mine"]] == [False]
