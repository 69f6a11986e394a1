"""Supervisors set numbers from a moment on; every process follows, and nobody's promise changes after they arrived."""

from datetime import timedelta

import pytest
from conftest import wire
from flask import Flask
from support.fakes import FakeAssessor, FakeBell, FakeClock
from support.people import now_is, on_duty, person, seeker
from support.web import browser_of, form_token, staff

from hotline.domain.contact import Level, Role
from hotline.domain.errors import AtCapacity, NotAllowed, NotFound
from hotline.domain.numbers import NoNumber, OutOfOrder, OutOfRange
from hotline.domain.records import Person
from hotline.flow import policies, respond
from hotline.flow.helpline import Helpline
from hotline.flow.policies import BegunAlready, NoReason, WrongMoment
from hotline.settings import Settings
from hotline.storage import policy_values
from hotline.storage.policy_values import Setting

TARGET = "routing_policy.service_levels.routine.target_seconds"
ALARM = "routing_policy.service_levels.routine.alarm_seconds"
CHATS = "routing_policy.capacity.chats_at_once"
SHARE = "routing_policy.service_levels.routine.share"


def boss(house: Helpline) -> Person:
    return person(house, "Wong", Role.SUPERVISOR)


def sets(house: Helpline, who: Person, name: str, value: float | str, *, in_minutes: float | None = None) -> str:
    from_at = None if in_minutes is None else house.clock.now() + timedelta(minutes=in_minutes)
    return policies.set_value(house, who, name, value, from_at=from_at, reason="night team grew")


def kept(house: Helpline) -> list[Setting]:
    with house.database.read() as conn:
        return policy_values.settings(conn)


def target(house: Helpline) -> int:
    house.policies.look()
    return house.routing.service_levels[Level.ROUTINE].target_seconds


def test_a_value_counts_from_its_moment_on_and_not_before(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    sets(house, boss(house), TARGET, 300, in_minutes=30)
    assert target(house) == 600
    clock.advance(minutes=29)
    assert target(house) == 600
    clock.advance(minutes=1)
    assert target(house) == 300


def test_another_process_follows_within_ten_seconds(
    helpline_on_both: Helpline, settings: Settings, clock: FakeClock
) -> None:
    house = helpline_on_both
    other = wire(house.database, settings, clock, FakeAssessor(), FakeBell())
    assert target(other) == 600
    sets(house, boss(house), TARGET, 300)
    clock.advance(seconds=10)
    assert target(other) == 300


def test_who_arrived_before_keeps_what_was_promised(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    before = seeker(house)
    sets(house, boss(house), TARGET, 300)
    clock.advance(seconds=10)
    after = seeker(house)
    promised = [now_is(house, one).promise["routine"]["target_seconds"] for one in (before, after)]
    assert promised == [600, 300]


def test_decisions_go_by_what_is_in_force(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    sets(house, boss(house), CHATS, 1)
    for _ in range(2):
        seeker(house)
    respond.claim_next(house, lin)
    with pytest.raises(AtCapacity):
        respond.claim_next(house, lin)


@pytest.mark.parametrize(
    ("name", "value", "trouble"),
    [
        (TARGET, "soon", NoNumber),
        (TARGET, "nan", NoNumber),
        (TARGET, 1.5, NoNumber),
        (TARGET, 0, OutOfRange),
        (CHATS, 0, OutOfRange),
        (SHARE, 1.1, OutOfRange),
        (TARGET, 1201, OutOfOrder),
        (ALARM, 599, OutOfOrder),
        ("wellbeing_policy.breaks.longest_minutes", 10, OutOfOrder),
        ("routing_policy.no.such_number", 1, NotFound),
    ],
)
def test_values_that_make_no_sense_are_refused(
    helpline: Helpline, name: str, value: float | str, trouble: type[Exception]
) -> None:
    with pytest.raises(trouble):
        sets(helpline, boss(helpline), name, value)
    assert kept(helpline) == []


def test_a_plan_that_would_contradict_a_later_plan_is_refused(helpline_on_both: Helpline) -> None:
    house, wong = helpline_on_both, boss(helpline_on_both)
    sets(house, wong, ALARM, 700, in_minutes=60)
    with pytest.raises(OutOfOrder):
        sets(house, wong, TARGET, 800, in_minutes=30)


def test_a_reason_and_a_moment_to_come_are_needed(helpline: Helpline) -> None:
    wong, now = boss(helpline), helpline.clock.now()
    with pytest.raises(NoReason):
        policies.set_value(helpline, wong, TARGET, 300, from_at=None, reason="  ")
    for far in (timedelta(hours=-1), timedelta(days=400)):
        with pytest.raises(WrongMoment):
            policies.set_value(helpline, wong, TARGET, 300, from_at=now + far, reason="because")


def test_what_is_planned_can_be_taken_back_and_what_began_cannot(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house, wong = helpline_on_both, boss(helpline_on_both)
    planned = sets(house, wong, TARGET, 300, in_minutes=30)
    policies.revoke(house, wong, planned)
    with pytest.raises(NotFound):
        policies.revoke(house, wong, planned)
    clock.advance(minutes=31)
    assert target(house) == 600
    begun = sets(house, wong, TARGET, 300)
    with pytest.raises(BegunAlready):
        policies.revoke(house, wong, begun)
    assert [(one.value, one.revoked_by) for one in kept(house)] == [(300, wong.id), (300, None)]


def test_taking_back_what_another_plan_rests_on_is_refused(helpline: Helpline) -> None:
    wong = boss(helpline)
    later_alarm = sets(helpline, wong, ALARM, 3000, in_minutes=10)
    sets(helpline, wong, TARGET, 2000, in_minutes=20)
    with pytest.raises(OutOfOrder):
        policies.revoke(helpline, wong, later_alarm)


def test_only_supervisors_and_administrators_decide(helpline: Helpline) -> None:
    planned = sets(helpline, person(helpline, "Ada", Role.ADMINISTRATOR), TARGET, 300, in_minutes=5)
    for role in (Role.VOLUNTEER, Role.CLINICIAN, Role.AUDITOR):
        somebody = person(helpline, role.value, role)
        with pytest.raises(NotAllowed):
            sets(helpline, somebody, TARGET, 400)
        with pytest.raises(NotAllowed):
            policies.revoke(helpline, somebody, planned)


def test_every_number_of_the_files_is_within_its_own_range(helpline: Helpline) -> None:
    found = helpline.policies.numbers
    assert len(found) > 60
    assert [one.checked(one.value) for one in found.values()] == [one.value for one in found.values()]


def test_the_api_shows_sets_and_takes_back(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR)
    soon = (clock.now() + timedelta(hours=1)).isoformat()
    made = wong.post(f"/policies/{TARGET}", {"value": 300, "from_at": soon, "reason": "night team grew"})
    assert made.status_code == 201, made.json
    assert (made.json["value"], made.json["planned"][0]["value"], made.json["planned"][0]["by"]) == (600, 300, "Wong")
    listed = {one["name"]: one for one in wong.get("/policies").json["numbers"]}
    assert (listed[TARGET]["unit"], listed[TARGET]["decided_by"], listed[TARGET]["signed"]) == ("s", "unsigned", False)
    setting = made.json["planned"][0]["setting_id"]
    assert wong.call("DELETE", f"/policy-settings/{setting}").status_code == 204
    assert wong.post(f"/policies/{TARGET}", {"value": 0, "reason": "x"}).json["error"]["code"] == "policy_out_of_range"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "smaller or larger"), ("zh-Hans", "允许的范围"), ("zh-Hant", "允許的範圍")]
)
def test_the_page_says_what_is_wrong_in_the_readers_language(
    app: Flask, helpline: Helpline, language: str, words: str
) -> None:
    browser, path = browser_of(app, staff(app, helpline, "Wong", Role.SUPERVISOR)), f"/staff/policies/{TARGET}"
    browser.set_cookie("hl_lang", language)
    token = form_token(browser.get(path).text)
    given = {"csrf_token": token, "value": "0", "reason": "x"}
    assert words in browser.post(path, data=given, follow_redirects=True).text
