"""A blocked number is asked first: risk is heard as from anybody, the rest is turned away kindly."""

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.phones import CALLER, PhoneHouse, phone_house
from support.texts import add_line, heard
from support.web import browser_of, form_token, staff

from hotline.contacts import blocks as rows
from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Level, Outcome, Role, State
from hotline.domain.errors import NotAllowed, NotFound
from hotline.domain.records import Contact, Person
from hotline.flow import blocks, intervene, phone, respond, texting
from hotline.flow.blocks import AlreadyBlocked, BlockDays, BlockReason, NoNumber
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.phone import Said
from hotline.jobs import sweep
from hotline.lab.telephone import gather
from hotline.lab.telephone.people import Handset
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.settings import Settings

LIN = "+85261111111"


@pytest.fixture
def house(helpline: Helpline, settings: Settings, clock: FakeClock) -> PhoneHouse:
    return phone_house(helpline, settings, clock)


@pytest.fixture
def wong(helpline: Helpline) -> Person:
    return person(helpline, "Wong", Role.SUPERVISOR)


def after_a_call(house: PhoneHouse, wong: Person, days: int = 7) -> None:
    """Somebody called, hung up, and their number was blocked."""
    caller = house.calls()
    contact_id = house.contact_of(caller).id
    caller.hang_up()
    house.works()
    blocks.block(house.helpline, wong, contact_id, days=days, reason="insulted two listeners")


def alarms(helpline: Helpline) -> list[AlarmKind]:
    with helpline.database.read() as conn:
        return [one.kind for one in routing.open_alarms(conn)]


def contact(helpline: Helpline, contact_id: str | None) -> Contact:
    with helpline.database.read() as conn:
        return contacts.get_contact(conn, str(contact_id))


def test_calm_words_from_a_blocked_number_are_kept_and_the_call_ends_kindly(house: PhoneHouse, wong: Person) -> None:
    lin = house.listener("lin", LIN)
    after_a_call(house, wong)
    caller = house.calls()
    assert "9 9 9" in caller.words[-1]
    caller.say("I just want to annoy you")
    house.passes(40)
    kept = house.contact_of(caller)
    assert (kept.state, kept.outcome) == (State.CLOSED, Outcome.PRANK_OR_ABUSE)
    assert house.texts(kept.id) == ["I just want to annoy you"]
    assert "keeping this line free" in caller.words[-1]
    assert "9 9 9" in caller.words[-1]
    assert caller.status == "completed"
    assert not lin.ringing
    assert not house.world.errors


@pytest.mark.parametrize("how", ["key", "imminent", "elevated", "badly"])
def test_a_blocked_number_that_shows_risk_goes_through(
    house: PhoneHouse, wong: Person, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = house.listener("lin", LIN, Role.CLINICIAN)
    after_a_call(house, wong)
    caller = house.calls()
    if how == "key":
        caller.press("1")
    elif how == "badly":
        monkeypatch.setattr(gather, "CONFIDENCE", "0.1")
        caller.say("hello")
    else:
        caller.say(how)
    house.passes(2)
    assert house.contact_of(caller).state in {State.WAITING, State.OFFERED}
    assert house.contact_of(caller).level.rank >= Level.ELEVATED.rank
    assert AlarmKind.BLOCKED_RISK in alarms(house.helpline)
    lin.answer(press="1")
    house.passes(6)
    assert caller.in_conference


def test_silence_is_asked_once_more_and_then_the_call_ends(house: PhoneHouse, wong: Person) -> None:
    after_a_call(house, wong)
    caller = house.calls()
    asked = caller.words[-1]
    house.passes(90)
    assert caller.words.count(asked) == 2
    assert caller.status == "completed"
    kept = house.contact_of(caller)
    assert (kept.state, kept.outcome) == (State.CLOSED, Outcome.LEFT_EARLY)


def test_hanging_up_at_the_question_closes_it_as_left_and_risky_half_words_do_not(
    house: PhoneHouse, wong: Person
) -> None:
    after_a_call(house, wong)
    first = house.calls()
    first.hang_up()
    house.works()
    assert house.contact_of(first).outcome == Outcome.LEFT_EARLY
    second = house.calls()
    second.say("imminent")
    second.hang_up()
    house.works()
    left = house.contact_of(second)
    assert (left.state, left.level) == (State.ABANDONED, Level.IMMINENT)
    assert AlarmKind.URGENT_ABANDONED in alarms(house.helpline)


@pytest.mark.parametrize(("words", "state"), [("routine", State.CLOSED), ("imminent", State.WAITING)])
def test_words_that_come_after_the_call_are_judged_all_the_same(
    house: PhoneHouse, wong: Person, words: str, state: State
) -> None:
    after_a_call(house, wong)
    caller = house.calls()
    leg = house.leg_of(caller)
    caller.hang_up()
    house.works()
    phone.answer(house.helpline, leg.id, leg.stage, leg.round, Said(speech=words))
    assert house.all_contacts()[-1].state is state


def test_nobody_else_is_met_and_a_withheld_number_cannot_be_blocked(house: PhoneHouse, wong: Person) -> None:
    after_a_call(house, wong)
    for number in ("+85298887777", ""):
        other = house.calls(number)
        assert house.leg_of(other).stage == "greeting"
    with pytest.raises(NoNumber):
        blocks.block(house.helpline, wong, house.contact_of(other).id, days=1, reason="x")


def test_a_block_ends_by_itself_and_nothing_of_it_is_kept(house: PhoneHouse, wong: Person, clock: FakeClock) -> None:
    after_a_call(house, wong, days=1)
    clock.advance(seconds=86_401)
    assert house.leg_of(house.calls()).stage == "greeting"
    sweep.destroy_old(house.helpline)
    with house.helpline.database.read() as conn:
        assert conn.execute(rows.blocks.select()).all() == []


def calls_seven_times(house: PhoneHouse) -> Handset:
    """Six calls that broke at once, and one more, which is asked first."""
    for _ in range(6):
        caller = house.calls()
        assert house.leg_of(caller).stage == "greeting"
        caller.hang_up()
        house.works()
    caller = house.calls()
    assert house.leg_of(caller).stage == "gate"
    return caller


@pytest.mark.parametrize(("words", "level"), [("", Level.ELEVATED), ("routine", Level.ROUTINE)])
def test_many_calls_alone_keep_nobody_out_and_silence_is_elevated(house: PhoneHouse, words: str, level: Level) -> None:
    caller = calls_seven_times(house)
    if words:
        caller.say(words)
    house.passes(60)
    contact = house.contact_of(caller)
    assert (contact.state, contact.level) == (State.WAITING, level)
    assert house.leg_of(caller).stage == "waiting"
    assert caller.status == "in-progress"


def test_who_called_often_and_hangs_up_at_the_question_has_left_and_is_no_prank(house: PhoneHouse) -> None:
    caller = calls_seven_times(house)
    caller.hang_up()
    house.works()
    left = house.contact_of(caller)
    assert (left.state, left.outcome) == (State.ABANDONED, None)


def test_many_calls_at_once_are_asked_first_without_a_supervisor(house: PhoneHouse) -> None:
    caller = calls_seven_times(house)
    caller.press("1")
    house.works()
    assert house.contact_of(caller).level is Level.IMMINENT
    assert AlarmKind.BLOCKED_RISK not in alarms(house.helpline)
    assert house.leg_of(house.calls("+85298887777")).stage == "greeting"


def test_who_said_something_grave_and_is_cut_off_again_and_again_is_never_asked_first(house: PhoneHouse) -> None:
    for _ in range(9):
        caller = house.calls()
        assert house.leg_of(caller).stage == "greeting"
        caller.press("1")
        caller.hang_up()
        house.works()


def test_a_supervisor_says_why_and_for_how_long_once(house: PhoneHouse, wong: Person) -> None:
    contact_id = house.contact_of(house.calls()).id
    for days in (0, 31):
        with pytest.raises(BlockDays):
            blocks.block(house.helpline, wong, contact_id, days=days, reason="x")
    with pytest.raises(BlockReason):
        blocks.block(house.helpline, wong, contact_id, days=1, reason=" ")
    with pytest.raises(NotAllowed):
        blocks.block(house.helpline, on_duty(house.helpline, "Li", Role.VOLUNTEER), contact_id, days=1, reason="x")
    blocks.block(house.helpline, wong, contact_id, days=1, reason="x")
    with pytest.raises(AlreadyBlocked):
        blocks.block(house.helpline, wong, contact_id, days=1, reason="x")
    with house.helpline.database.read() as conn:
        (row,) = conn.execute(rows.blocks.select()).all()
        (standing,) = rows.standing(conn, house.helpline.keys, house.clock.now())
    assert CALLER not in str(row)
    blocks.lift(house.helpline, wong, standing.id)
    with pytest.raises(NotFound):
        blocks.lift(house.helpline, wong, standing.id)


def blocked_texter(helpline: Helpline, wong: Person) -> None:
    """Somebody texted, was met, and their number was blocked."""
    add_line(helpline)
    first = str(texting.hear(helpline, heard("routine")))
    blocks.block(helpline, wong, first, days=7, reason="spam")
    lin = on_duty(helpline, "Lin", Role.VOLUNTEER)
    respond.claim_next(helpline, lin)
    intervene.close(helpline, lin, first, ClosingForm(Outcome.PRANK_OR_ABUSE))


def test_a_blocked_texter_is_judged_before_anything_is_answered(helpline: Helpline, wong: Person) -> None:
    blocked_texter(helpline, wong)
    calm = contact(helpline, texting.hear(helpline, heard("routine")))
    assert (calm.state, calm.outcome, calm.owner_id) == (State.CLOSED, Outcome.PRANK_OR_ABUSE, None)
    assert calm.acknowledged_at is None
    grave = contact(helpline, texting.hear(helpline, heard("imminent")))
    assert (grave.state, grave.level) == (State.WAITING, Level.IMMINENT)
    assert grave.acknowledged_at is not None
    assert AlarmKind.BLOCKED_RISK in alarms(helpline)
    other = contact(helpline, texting.hear(helpline, heard("routine", sender="+85298887777")))
    assert other.state is State.WAITING


def test_a_blocked_texter_is_answered_once_a_day_with_the_emergency_numbers(
    helpline: Helpline, wong: Person, clock: FakeClock
) -> None:
    blocked_texter(helpline, wong)
    clock.advance(hours=25)
    answered = []
    for _ in range(2):
        contact_id = str(texting.hear(helpline, heard("routine")))
        with helpline.database.read() as conn:
            said = contacts.read_messages(conn, helpline.keys, contact_id)
        answered.append([one.text for one in said if one.author is Author.SYSTEM])
    assert [len(one) for one in answered] == [1, 0]
    assert "999" in answered[0][0]


def test_a_supervisor_blocks_on_the_page_and_lifts_on_phone_and_text(app: Flask, house: PhoneHouse) -> None:
    contact_id = house.contact_of(house.calls()).id
    browser = browser_of(app, staff(app, house.helpline, "Boss", Role.SUPERVISOR))
    page = f"/staff/contacts/{contact_id}"
    form = {"csrf_token": form_token(browser.get(page).text), "days": "3", "reason": "laughs and hangs up"}
    browser.post(f"{page}/block", data=form | {"days": "many"})
    assert "laughs and hangs up" not in browser.get("/staff/phone").text
    assert browser.post(f"{page}/block", data=form).status_code == 303
    assert "laughs and hangs up" in browser.get(page).text
    listed = browser.get("/staff/phone").text
    assert "laughs and hangs up" in listed
    block_id = listed.split('data-block="')[1].split('"')[0]
    assert browser.post(f"/staff/phone/blocks/{block_id}/lift", data=form).status_code == 303
    assert "laughs and hangs up" not in browser.get("/staff/phone").text


def test_the_same_for_programs(app: Flask, house: PhoneHouse) -> None:
    contact_id = house.contact_of(house.calls()).id
    boss = staff(app, house.helpline, "Boss", Role.SUPERVISOR)
    assert boss.post(f"/contacts/{contact_id}/block", {"days": 40, "reason": "x"}).status_code == 400
    found = boss.post(f"/contacts/{contact_id}/block", {"days": 4, "reason": "x"}).json["block"]
    assert found["stands"]
    block_id = found["blocks"][0]["block_id"]
    assert [one["block_id"] for one in boss.get("/phone").json["blocks"]] == [block_id]
    assert boss.call("DELETE", f"/phone/blocks/{block_id}").status_code == 204
    lin = staff(app, house.helpline, "Lin", Role.VOLUNTEER)
    assert lin.post(f"/contacts/{contact_id}/block", {"days": 4, "reason": "x"}).status_code == 403


def test_who_was_turned_away_is_listed_for_who_doubts_it(app: Flask, house: PhoneHouse, wong: Person) -> None:
    after_a_call(house, wong)
    caller = house.calls()
    caller.say("routine")
    house.passes(6)
    boss = staff(app, house.helpline, "Boss", Role.SUPERVISOR)
    listed = boss.get("/phone").json["kept_out"]
    assert [one["contact_id"] for one in listed] == [house.contact_of(caller).id]


def test_who_came_by_the_web_has_no_number_to_block(app: Flask, helpline: Helpline) -> None:
    opened = seeker(helpline)
    boss = staff(app, helpline, "Boss", Role.SUPERVISOR)
    assert boss.get(f"/contacts/{opened.contact.id}").json["block"] is None
    answer = boss.post(f"/contacts/{opened.contact.id}/block", {"days": 4, "reason": "x"})
    assert answer.status_code == 409
    assert "block_no_number" in answer.text
