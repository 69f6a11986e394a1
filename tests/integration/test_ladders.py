"""A supervisor sees what rings next, what has rung, who was asked, and why somebody stands still."""

from itertools import count
from typing import Any

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.time import let_pass
from support.web import browser_of, staff

from hotline.domain.contact import Region, Role
from hotline.flow import callback, converse, intervene, offer, respond, rest, scene
from hotline.flow.callback import CallResult, Wish
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opened
from hotline.reports import ladder_view
from hotline.routing import offers
from hotline.routing.policy import Stage
from hotline.routing.replies import Decline

NUMBERS = count()


def ladder_of(app: Flask, house: Helpline, opened: Opened) -> dict[str, Any]:
    boss = staff(app, house, f"Boss{next(NUMBERS)}", Role.SUPERVISOR, duty=False)
    found = boss.get("/ladders").json["contacts"]
    ladder: dict[str, Any] = next(one for one in found if one["contact_id"] == opened.contact.id)
    return ladder


def test_rungs_run_until_they_ring(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    person(helpline, "Wong", Role.SUPERVISOR)
    opened = seeker(helpline, "high risk")
    before = ladder_of(app, helpline, opened)
    assert [one["kind"] for one in before["rungs"]] == ["target", "alarm", "everyone"]
    assert (before["stuck"], before["watched_by"]) == ("nobody_here", "escalate.wait_timers")
    let_pass(helpline, clock, 181)
    after = ladder_of(app, helpline, opened)
    assert "alarm" not in [one["kind"] for one in after["rungs"]]
    assert {one["kind"] for one in after["rung"]} == {"nobody_on_duty", "urgent_waiting"}
    waiting = next(one for one in after["rung"] if one["kind"] == "urgent_waiting")
    assert len(waiting["called"]) >= 1


def test_a_rung_that_does_not_ring_is_shown_as_the_clocks_fault(
    app: Flask, helpline: Helpline, clock: FakeClock
) -> None:
    opened = seeker(helpline)
    clock.advance(seconds=helpline.routing.service_levels[opened.contact.level].target_seconds + 900)
    assert ladder_of(app, helpline, opened)["stuck"] == "clock_late"


def test_everybody_here_is_named_with_why_they_may_not_be_asked(app: Flask, helpline: Helpline) -> None:
    solo = on_duty(helpline, "Solo", Role.VOLUNTEER, stage=Stage.SOLO)
    chen = on_duty(helpline, "Chen", Role.VOLUNTEER)
    opened = seeker(helpline, "something elevated")
    offer.match(helpline)
    with helpline.database.read() as conn:
        found = offers.open_of(conn, chen.id)
    assert found is not None
    offer.decline(helpline, chen, found.id, Decline.TOO_CLOSE)
    ladder = ladder_of(app, helpline, opened)
    why = {one["alias"]: one["why"] for one in ladder["refusals"]}
    assert (why[solo.alias], why[chen.alias]) == ("training", "declined")
    assert ladder["stuck"] == "nobody_can"
    assert [one["state"] for one in ladder["offers"]] == ["declined"]


def test_who_rests_is_here_and_who_is_far_behind_is_not_stuck(
    app: Flask, helpline: Helpline, monkeypatch: pytest.MonkeyPatch
) -> None:
    chen = on_duty(helpline, "Chen", Role.CLINICIAN)
    rest.take_break(helpline, chen)
    first = seeker(helpline)
    assert ladder_of(app, helpline, first)["stuck"] == "nobody_can"
    rest.end_break(helpline, chen, chen.id)
    monkeypatch.setattr(scene, "HEADS", 1)
    behind = seeker(helpline)
    assert ladder_of(app, helpline, behind)["stuck"] is None


def test_an_urgent_person_who_left_and_a_form_that_is_owed_stand_there(app: Flask, helpline: Helpline) -> None:
    left = seeker(helpline, "high risk")
    converse.end_as_seeker(helpline, converse.contact_of(helpline, left.token))
    lin = on_duty(helpline, "Lin", Role.CLINICIAN)
    opened = seeker(helpline)
    respond.claim_next(helpline, lin)
    intervene.wrap_up(helpline, lin, opened.contact.id)
    assert ladder_of(app, helpline, left)["stuck"] == "sign_off"
    assert ladder_of(app, helpline, opened)["stuck"] == "closing_form"


def test_the_page_shows_it_in_words(app: Flask, helpline: Helpline) -> None:
    seeker(helpline, "high risk")
    client = browser_of(app, staff(app, helpline, "Boss", Role.SUPERVISOR, duty=False))
    client.set_cookie("hl_lang", "en")
    page = client.get("/staff/ladders").text
    assert "everyone on duty is called" in page
    assert "Nobody is on duty who could be asked." in page


def test_who_did_not_answer_again_and_again_is_named_once(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    lin = on_duty(helpline, "Lin", Role.CLINICIAN)
    seeker(helpline, "high risk")
    for _ in range(3):
        offer.match(helpline)
        let_pass(helpline, clock, helpline.routing.offer_urgent_seconds + 1)
        respond.beat(helpline, lin)
    client = browser_of(app, staff(app, helpline, "Boss", Role.SUPERVISOR, duty=False))
    client.set_cookie("hl_lang", "en")
    page = client.get("/staff/ladders").text
    assert "did not answer × " in page
    assert page.count("Lin (") == 1


def test_a_call_back_shows_when_the_next_call_is_due_and_no_offer_that_has_ended(
    app: Flask, helpline: Helpline
) -> None:
    opened = seeker(helpline, region=Region.HONG_KONG)
    callback.ask(
        helpline, opened.contact, Wish("91234567", safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)
    )
    chen = on_duty(helpline, "Chen", Role.VOLUNTEER)
    offer.match(helpline)
    assert "offer" in [one["kind"] for one in ladder_of(app, helpline, opened)["rungs"]]
    respond.claim_next(helpline, chen)
    callback.note_call(helpline, chen, opened.contact.id, CallResult.NOBODY)
    rungs = ladder_of(app, helpline, opened)["rungs"]
    assert [one["kind"] for one in rungs] == ["callback"]
    assert rungs[0]["left_seconds"] > 0


def test_somebody_in_danger_stands_there_behind_any_number_of_others(
    app: Flask, helpline: Helpline, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladder_view, "SHOWN", 1)
    for _ in range(5):
        seeker(helpline)
        clock.advance(seconds=1)
    opened = seeker(helpline, "imminent danger")
    assert ladder_of(app, helpline, opened)["level"] == "imminent"
