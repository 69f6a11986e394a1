"""Asking again after a day, a week, … a year: only with consent, a few tries each, an alarm when one slips."""

from datetime import timedelta

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.time import kinds
from support.web import browser_of, form_token, reach_out, staff

from hotline.contacts import follow_ups as rows
from hotline.contacts import store as contacts
from hotline.contacts.aftercare import FollowUpState
from hotline.domain.contact import ConsentKind, FollowUpResult, FollowUpStep, Outcome, Region, Role
from hotline.domain.errors import AlreadyClaimed, Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.records import Person
from hotline.flow import consents, follow_up, intervene, respond, review
from hotline.flow.follow_up import NoConsent, Reach, Tried
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.jobs import sweep

REACH = Reach("9123 4567", safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)
NOBODY, REACHED = Tried(FollowUpResult.NOBODY), Tried(FollowUpResult.REACHED, "sleeps better", again=True)


def talk(house: Helpline, *, agreed: bool = True) -> tuple[str, Person]:
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    opened = seeker(house, region=Region.HONG_KONG)
    respond.claim_next(house, chen)
    if agreed:
        consents.note(house, chen, opened.contact.id, ConsentKind.FOLLOW_UP, given=True, version="1")
    return opened.contact.id, chen


def closed_with_follow_ups(house: Helpline) -> tuple[str, Person]:
    contact_id, chen = talk(house)
    follow_up.arrange(house, chen, contact_id, REACH)
    intervene.close(house, chen, contact_id, ClosingForm(Outcome.FOLLOW_UP))
    return contact_id, chen


def planned(house: Helpline, contact_id: str) -> list[rows.FollowUp]:
    with house.database.read() as conn:
        return rows.of_contact(conn, contact_id)


def number_kept(house: Helpline, contact_id: str) -> str | None:
    with house.database.read() as conn:
        return contacts.open_identity(conn, house.keys, contact_id, follow_up.KIND)


def test_a_year_of_follow_ups_is_planned_with_consent_only(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    contact_id, chen = talk(house, agreed=False)
    with pytest.raises(NoConsent):
        follow_up.arrange(house, chen, contact_id, REACH)
    consents.note(house, chen, contact_id, ConsentKind.FOLLOW_UP, given=True, version="1")
    follow_up.arrange(house, chen, contact_id, REACH)
    follow_up.arrange(house, chen, contact_id, REACH)
    days = {one.step: (one.due_at - clock.now()).days for one in planned(house, contact_id)}
    assert days == dict(zip(FollowUpStep, (1, 7, 30, 91, 182, 365), strict=True))


def test_a_year_goes_by_and_every_talk_leads_to_the_next(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    contact_id, chen = closed_with_follow_ups(house)
    for one in planned(house, contact_id):
        with pytest.raises(Conflict):
            follow_up.open_number(house, chen, one.id)
        clock.set(one.due_at)
        assert follow_up.open_number(house, chen, one.id)[0] == "+85291234567"
        assert follow_up.note_attempt(house, chen, one.id, REACHED) is FollowUpState.DONE
    assert number_kept(house, contact_id) is None
    lines, fault = review.read_log(house, contact_id)
    assert [line.kind for line in lines].count("follow_up_tried") == 6
    assert fault is None
    assert "sleeps" not in str(lines)


def test_nobody_reached_is_tried_up_to_five_times_and_given_up_not_before_three(
    helpline: Helpline, clock: FakeClock
) -> None:
    contact_id, chen = closed_with_follow_ups(helpline)
    first = planned(helpline, contact_id)[0]
    clock.set(first.due_at)
    for number in range(1, 6):
        state = follow_up.note_attempt(helpline, chen, first.id, NOBODY)
        assert state is (FollowUpState.UNREACHED if number == 5 else FollowUpState.OPEN)
        clock.advance(hours=20)
    second = planned(helpline, contact_id)[1]
    clock.set(second.due_at)
    follow_up.note_attempt(helpline, chen, second.id, NOBODY)
    clock.advance(hours=20)
    with pytest.raises(Conflict):
        follow_up.note_attempt(helpline, chen, second.id, Tried(FollowUpResult.GIVEN_UP))


def test_what_slips_is_an_alarm_that_ends_with_the_try(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    contact_id, chen = closed_with_follow_ups(house)
    first = planned(house, contact_id)[0]
    clock.set(first.due_at + timedelta(hours=11))
    sweep.SWEEPS["follow_ups"](house)
    assert "follow_up_overdue" not in kinds(house)
    clock.advance(hours=1)
    for _ in range(2):
        sweep.SWEEPS["follow_ups"](house)
    assert kinds(house).count("follow_up_overdue") == 1
    follow_up.note_attempt(house, chen, first.id, NOBODY)
    assert "follow_up_overdue" not in kinds(house)
    clock.advance(hours=33)
    sweep.SWEEPS["follow_ups"](house)
    assert kinds(house).count("follow_up_overdue") == 1


@pytest.mark.parametrize("tried", [Tried(FollowUpResult.NOT_WANTED), Tried(FollowUpResult.REACHED)])
def test_a_no_ends_them_all_and_destroys_the_number(helpline: Helpline, clock: FakeClock, tried: Tried) -> None:
    contact_id, chen = closed_with_follow_ups(helpline)
    first = planned(helpline, contact_id)[0]
    clock.set(first.due_at)
    follow_up.note_attempt(helpline, chen, first.id, tried)
    assert {one.state for one in planned(helpline, contact_id)[1:]} == {FollowUpState.CANCELLED}
    assert number_kept(helpline, contact_id) is None
    with helpline.database.read() as conn:
        assert follow_up.consents.newest(conn, contact_id)[ConsentKind.FOLLOW_UP].given is False


def test_a_consent_taken_back_in_the_conversation_ends_them_too(helpline: Helpline) -> None:
    contact_id, chen = talk(helpline)
    follow_up.arrange(helpline, chen, contact_id, REACH)
    consents.note(helpline, chen, contact_id, ConsentKind.FOLLOW_UP, given=False, version="1")
    assert {one.state for one in planned(helpline, contact_id)} == {FollowUpState.CANCELLED}
    assert number_kept(helpline, contact_id) is None


def test_only_clinicians_and_supervisors_follow_up(helpline: Helpline, clock: FakeClock) -> None:
    contact_id, _ = closed_with_follow_ups(helpline)
    first = planned(helpline, contact_id)[0]
    clock.set(first.due_at)
    with pytest.raises(NotAllowed):
        follow_up.open_number(helpline, person(helpline, "Lin", Role.VOLUNTEER), first.id)
    with pytest.raises(NotFound):
        follow_up.open_number(helpline, person(helpline, "Wong", Role.SUPERVISOR), "0" * 32)


def test_a_number_nobody_can_dial_or_use_is_asked_for_again(helpline: Helpline) -> None:
    contact_id, chen = talk(helpline)
    for reach in (Reach("12", True, False, False), Reach("9123 4567", False, False, True)):
        with pytest.raises(InvalidInput):
            follow_up.arrange(helpline, chen, contact_id, reach)


def test_the_list_shows_who_is_due_and_the_pages_lead_through_a_try(
    app: Flask, helpline: Helpline, clock: FakeClock
) -> None:
    chen = staff(app, helpline, "Chen", Role.CLINICIAN)
    reach_out(app, region="hk")
    contact_id = chen.post("/queue/next").json["contact_id"]
    chen.post(f"/contacts/{contact_id}/consents", {"kind": "follow_up", "given": True})
    plan = {"phone": "91234567", "safe_to_text": True}
    assert len(chen.post(f"/contacts/{contact_id}/follow-ups", plan).json["follow_ups"]) == 6
    assert chen.post(f"/contacts/{contact_id}/close", {"outcome": "follow_up", "next_step": "see her aunt"}).json
    clock.advance(hours=25)
    later = staff(app, helpline, "Ho", Role.CLINICIAN)
    first = later.get("/follow-ups").json["due"][0]
    assert (first["step"], first["safe_to_call"], first["overdue"]) == ("day", False, False)
    assert later.get("/desk").json["follow_ups_due"] == 1
    page = browser_of(app, later)
    assert first["pseudonym"] in page.get("/staff/follow-ups").text
    assert later.post(f"/follow-ups/{first['follow_up_id']}/number").json == {"number": "+85291234567"}
    left = later.post(f"/follow-ups/{first['follow_up_id']}/tried", {"result": "reached", "note": "better"}).json
    assert left["due"] == []


def test_two_do_not_call_the_same_person_at_once(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    contact_id, chen = closed_with_follow_ups(house)
    wong = person(house, "Wong", Role.SUPERVISOR)
    first = planned(house, contact_id)[0]
    clock.advance(hours=24)
    follow_up.open_number(house, chen, first.id)
    for act in (lambda: follow_up.open_number(house, wong, first.id), lambda: _note(house, wong, first.id)):
        with pytest.raises(AlreadyClaimed) as told:
            act()
        assert told.value.by == "Chen"
    clock.advance(seconds=house.follow_up.claim.total_seconds())
    follow_up.open_number(house, wong, first.id)
    _note(house, wong, first.id)
    assert planned(house, contact_id)[0].taken_by is None


def _note(house: Helpline, who: Person, follow_up_id: str) -> None:
    follow_up.note_attempt(house, who, follow_up_id, NOBODY)


def test_a_note_that_comes_too_late_is_shown_to_who_wrote_it(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    contact_id, _ = closed_with_follow_ups(helpline)
    first = planned(helpline, contact_id)[0]
    clock.advance(hours=24)
    wong, ho = staff(app, helpline, "Wong", Role.SUPERVISOR), staff(app, helpline, "Ho", Role.SUPERVISOR)
    wong.post(f"/follow-ups/{first.id}/number")
    assert [one["called_by"] for one in ho.get("/follow-ups").json["due"]] == ["Wong"]
    page = browser_of(app, ho)
    token = form_token(page.get("/staff/follow-ups").text)
    form = {"csrf_token": token, "result": "reached", "note": "she sleeps better"}
    answer = page.post(f"/staff/follow-ups/{first.id}/tried", data=form)
    assert answer.status_code == 409
    assert "she sleeps better" in answer.text
