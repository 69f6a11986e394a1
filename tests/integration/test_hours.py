"""Opening hours: they are told, they quiet the rota outside of them, and nobody is ever refused."""

from datetime import date, timedelta

import pytest
from conftest import wire
from flask import Flask
from support.fakes import FakeAssessor, FakeBell, FakeClock
from support.people import now_is, on_duty, person, seeker
from support.web import browser_of, form_token, reach_out, staff

from hotline.domain.contact import Level, Role, State
from hotline.domain.errors import NotAllowed, NotFound
from hotline.flow import hours, look_ahead, rota, route
from hotline.flow.helpline import Helpline
from hotline.flow.hours import BegunAlready, NoReason, WrongMoment
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.settings import Settings
from hotline.storage.opening_hours import opening_hours
from hotline.volunteers.opening import ALWAYS, Hours, SpecialDay, WrongHours, read_stretches
from hotline.volunteers.rota import Shift

HOUR = timedelta(hours=1)
NIGHTS = Hours((read_stretches("20:00-02:00", "x"),) * 7)
"""The tests' clock stands in the morning of Shanghai: closed."""


def closed(house: Helpline, what: Hours = NIGHTS) -> None:
    hours.set_hours(house, person(house, "Ada", Role.ADMINISTRATOR), what, from_at=None, reason="few people")


def kinds(house: Helpline) -> set[AlarmKind]:
    with house.database.read() as conn:
        return {one.kind for one in routing.open_alarms(conn)}


def test_hours_count_from_their_moment_in_every_process(
    helpline_on_both: Helpline, settings: Settings, clock: FakeClock
) -> None:
    house = helpline_on_both
    other = wire(house.database, settings, clock, FakeAssessor(), FakeBell())
    ada, begins = person(house, "Ada", Role.ADMINISTRATOR), clock.now() + HOUR
    hours.set_hours(house, ada, NIGHTS, from_at=begins, reason="few people")
    other.look()
    assert other.hours.now.open_at(clock.now())
    assert not other.hours.now.open_at(begins)
    hours.set_hours(house, ada, ALWAYS, from_at=begins + HOUR, reason="again")
    clock.advance(seconds=10)
    other.look()
    assert other.hours.now.opens_next(begins) == begins + HOUR


def test_what_is_planned_can_be_taken_back_and_what_began_cannot(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    ada = person(house, "Ada", Role.ADMINISTRATOR)
    planned = hours.set_hours(house, ada, NIGHTS, from_at=clock.now() + HOUR, reason="x")
    hours.revoke(house, ada, planned)
    with pytest.raises(NotFound):
        hours.revoke(house, ada, planned)
    assert house.hours.now.open_at(clock.now() + 2 * HOUR)
    begun = hours.set_hours(house, ada, NIGHTS, from_at=None, reason="x")
    with pytest.raises(BegunAlready):
        hours.revoke(house, ada, begun)


def test_only_an_administrator_sets_hours_with_a_reason_and_in_time(helpline: Helpline) -> None:
    ada, now = person(helpline, "Ada", Role.ADMINISTRATOR), helpline.clock.now()
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotAllowed):
            hours.set_hours(helpline, person(helpline, role.value, role), NIGHTS, from_at=None, reason="x")
    with pytest.raises(NoReason):
        hours.set_hours(helpline, ada, NIGHTS, from_at=None, reason=" ")
    with pytest.raises(WrongMoment):
        hours.set_hours(helpline, ada, NIGHTS, from_at=now - HOUR, reason="x")
    with pytest.raises(WrongHours):
        hours.set_hours(helpline, ada, Hours(((),) * 7), from_at=None, reason="x")


def test_outside_the_hours_an_urgent_contact_climbs_exactly_as_before(helpline: Helpline, clock: FakeClock) -> None:
    closed(helpline)
    opened = seeker(helpline, "imminent")
    assert (now_is(helpline, opened).level, now_is(helpline, opened).state) == (Level.IMMINENT, State.WAITING)
    route.watch_empty_house(helpline)
    assert AlarmKind.NOBODY_ON_DUTY in kinds(helpline)
    with helpline.database.read() as conn:
        place = routing.get(conn, opened.contact.id)
    assert place is not None
    assert place.status == "waiting"
    assert now_is(helpline, opened).promise == promised_while_open(helpline, clock)


def promised_while_open(house: Helpline, clock: FakeClock) -> object:
    """What a contact is promised while it is open."""
    clock.advance(minutes=1)
    hours.set_hours(house, person(house, "Bea", Role.ADMINISTRATOR), ALWAYS, from_at=None, reason="x")
    return now_is(house, seeker(house, "imminent")).promise


def test_who_waits_while_nobody_is_here_reads_when_it_opens(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    closed(helpline)
    found = reach_out(app).get("/contact").json
    assert found["opens_at"] == "2026-11-23T12:00:00Z"
    [said] = [text for text in found["notices"] if "begin again" in text]
    assert "Mon, Nov 23 20:00 (Hong Kong Standard Time)" in said
    assert found["emergency"]
    assert found["callback"]["offered"]
    clock.advance(hours=13)
    on_duty(helpline, "Lin", Role.VOLUNTEER)
    assert reach_out(app).get("/contact").json["opens_at"] is None


def test_somebody_on_duty_outside_the_hours_is_no_closed_door(app: Flask, helpline: Helpline) -> None:
    closed(helpline)
    on_duty(helpline, "Lin", Role.VOLUNTEER)
    found = reach_out(app).get("/contact").json
    assert (found["nobody_on_duty"], found["opens_at"]) == (False, None)
    assert not [text for text in found["notices"] if "begin again" in text]


@pytest.mark.parametrize(("later_hours", "told"), [(3, False), (20, True)])
def test_a_shift_that_begins_after_the_opening_is_told_as_well(
    app: Flask,
    helpline: Helpline,
    later_hours: int,
    told: bool,  # noqa: FBT001  # a case of the table
) -> None:
    closed(helpline)
    plan(helpline, helpline.clock.now() + later_hours * HOUR)
    said = reach_out(app).get("/contact").json["notices"]
    assert any("next listener" in text for text in said) is told


def plan(house: Helpline, start: object) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Mei", Role.VOLUNTEER)
    rota.add_shift(house, wong, Shift("", lin.id, start, start + 6 * HOUR, "Asia/Shanghai"))  # type: ignore[operator,arg-type]


def test_only_gaps_inside_the_hours_are_warned_of(helpline: Helpline, clock: FakeClock) -> None:
    plan(helpline, clock.now() - HOUR)
    before = [one for one in look_ahead.gaps(helpline, timedelta(days=2)) if one.missing]
    closed(helpline)
    inside = [one for one in look_ahead.gaps(helpline, timedelta(days=2)) if one.missing]
    assert inside
    assert {one.start_at for one in inside} == {
        one.start_at for one in before if helpline.hours.now.open_within(one.start_at, one.start_at + HOUR)
    }
    assert len(inside) < len(before)


def test_a_gap_alarm_settles_when_nothing_inside_the_hours_lacks_people(helpline: Helpline, clock: FakeClock) -> None:
    plan(helpline, clock.now() - HOUR)
    look_ahead.alarm_gaps(helpline)
    assert AlarmKind.ROTA_GAP in kinds(helpline)
    far = tuple(() if day != 4 else read_stretches("09:00-10:00", "x") for day in range(7))
    closed(helpline, Hours(far))
    look_ahead.alarm_gaps(helpline)
    assert AlarmKind.ROTA_GAP not in kinds(helpline)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["Monday", "20:00–02:00", "Christmas", "begin again", "Hong Kong Standard Time"]),
        ("zh-Hans", ["星期一", "20:00–02:00", "下次开始于", "香港标准时间", "不开放"]),
        ("zh-Hant", ["星期一", "20:00–02:00", "下次開始於", "香港標準時間", "不開放"]),
    ],
)
def test_the_first_page_states_the_hours(app: Flask, helpline: Helpline, language: str, parts: list[str]) -> None:
    client = app.test_client()
    client.set_cookie("hl_lang", language)
    assert "week-hours" not in client.get("/").text
    closed(helpline, Hours(NIGHTS.week, (SpecialDay(date(2026, 12, 20), "Christmas", ()),)))
    page = client.get("/").text
    assert [part for part in parts if part not in page] == []


def test_anyone_may_ask_for_the_hours(app: Flask, helpline: Helpline) -> None:
    asked = app.test_client().get("/api/v1/hours").json
    assert (asked["hours"], asked["open_now"]) == (None, True)
    closed(helpline)
    told = app.test_client().get("/api/v1/hours").json
    assert (told["open_now"], told["opens_next"]) == (False, "2026-11-23T12:00:00Z")
    assert told["hours"]["week"][0] == ["20:00-02:00"]


def test_the_api_sets_shows_and_takes_back(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    ada = staff(app, helpline, "Ada", Role.ADMINISTRATOR)
    soon = (clock.now() + HOUR).isoformat()
    special = [{"day": "2026-12-25", "name": " Christmas  Day", "stretches": []}]
    given = {"week": [["09:00-12:00", "20:00-02:00"]] * 7, "special": special, "from_at": soon, "reason": "few people"}
    made = ada.post("/hours", given)
    assert made.status_code == 201, made.json
    [kept] = made.json["history"]
    assert (kept["planned"], kept["by"], kept["hours"]["special"][0]["name"]) == (True, "Ada", "Christmas Day")
    assert ada.call("DELETE", f"/hours/{kept['setting_id']}").status_code == 204
    assert ada.get("/hours/history").json["history"][0]["revoked_by"] == "Ada"
    for wrong in ({"week": [["9-12"]] * 7}, {"week": [[]] * 7}, {"week": [["09:00-12:00"]]}):
        answer = ada.post("/hours", given | wrong)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "hours_wrong")


def test_the_page_sets_hours_and_keeps_what_was_mistyped(app: Flask, helpline: Helpline) -> None:
    browser = browser_of(app, staff(app, helpline, "Ada", Role.ADMINISTRATOR))
    browser.set_cookie("hl_lang", "en")
    token = form_token(browser.get("/staff/hours").text)
    days = {f"day-{number}": "20:00-02:00" for number in range(7)}
    special = {"special-day": ["2026-12-25", ""], "special-name": ["Christmas", ""], "special-times": ["", ""]}
    given = {"csrf_token": token, "kind": "week", "reason": "few people", **days, **special}
    wrong = browser.post("/staff/hours", data=given | {"day-3": "evening"})
    assert wrong.status_code == 400
    assert all(part in wrong.text for part in ('value="evening"', "aria-invalid", 'value="Christmas"'))
    assert browser.post("/staff/hours", data=given).status_code == 303
    standing = helpline.hours.now.hours_at(helpline.clock.now())
    assert standing is not None
    assert (standing.week, standing.special[0].name) == (NIGHTS.week, "Christmas")


def test_hours_that_nobody_can_read_silence_nobody(helpline: Helpline, clock: FakeClock) -> None:
    closed(helpline)
    helpline.look()
    with helpline.database.write() as conn:
        row = {"hours": {"week": "9-17"}, "from_at": clock.now(), "set_at": clock.now(), "by": "x", "reason": "by hand"}
        conn.execute(opening_hours.insert().values(id="broken", **row))
        conn.commit()
    clock.advance(minutes=1)
    helpline.look()
    assert not helpline.hours.now.open_at(clock.now())
    assert now_is(helpline, seeker(helpline, "imminent danger")).level is Level.IMMINENT
