"""Every page and door says plainly that a contact was erased; administrators hold, lift and erase with another."""

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty
from support.retention import WORDS, months_later, no_chance, over, stands
from support.web import Caller, browser_of, staff

from hotline.contacts import store as contacts
from hotline.domain.contact import Role
from hotline.domain.ids import new_token
from hotline.flow import converse, owed
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opened
from hotline.flow.unit import UnitOfWork
from hotline.interventions import reviews
from hotline.interventions.reviews import Rating, Words
from hotline.interventions.rubric import Why
from hotline.jobs.retention import erase_all_due
from hotline.reports import review_view
from hotline.reports.queue_view import Reader
from hotline.volunteers import store as volunteers

SAYS = {
    "en": "Erased on November 23, 2027",
    "zh-Hans": "已于2027年11月23日清除",
    "zh-Hant": "已於2027年11月23日清除",
}


def gone(house: Helpline, clock: FakeClock) -> tuple[Opened, str]:
    """A conversation that was reviewed and then erased, and the review's id."""
    opened = over(no_chance(house), on_duty(house, "Lin", Role.VOLUNTEER))
    with UnitOfWork(house) as unit:
        owed.ask_for(unit, opened.contact.id, Why.WEEKLY)
        (found,) = reviews.of_contacts(unit.conn, [opened.contact.id])
        given = Rating(found.id, "r" * 32, unit.now, {"welcome": 4}, 1.0)
        reviews.rate(unit.conn, unit.keys, opened.contact.id, given, Words("CANARY-praise", ""))
        reviews.change(unit.conn, found.id, signed_by="r" * 32, signed_at=unit.now)
        unit.commit()
    months_later(clock, 12)
    assert erase_all_due(house, budget_seconds=60) == 1
    return opened, found.id


@pytest.mark.parametrize("language", list(SAYS))
def test_staff_pages_say_when_it_was_erased(app: Flask, helpline: Helpline, clock: FakeClock, language: str) -> None:
    opened, review_id = gone(helpline, clock)
    browser = browser_of(app, staff(app, helpline, "Wong", Role.SUPERVISOR))
    browser.set_cookie("hl_lang", language)
    about = f"/staff/contacts/{opened.contact.id}"
    asked = f"/staff/retention?pseudonym={opened.contact.pseudonym}"
    for path in (about, f"{about}/log", f"/staff/reviews/{review_id}", asked):
        page = browser.get(path)
        assert (page.status_code, SAYS[language] in page.text) == (200, True), path
        assert not any(word in page.text for word in (*WORDS, "CANARY-praise"))
    for path in (f"{about}/fragment", "/staff/reviews", "/staff/quality", "/staff/reports"):
        assert browser.get(path).status_code == 200, path
    assert browser.get(f"{about}/plan").status_code == 409


def test_the_api_says_when_it_was_erased(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    opened, review_id = gone(helpline, clock)
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR)
    path = f"/contacts/{opened.contact.id}"
    for each in (path, f"{path}/messages", f"{path}/log", f"/reviews/{review_id}"):
        answer = wong.get(each)
        assert (answer.status_code, answer.json["erased_at"][:10]) == (200, "2027-11-23"), each
    assert wong.get(f"{path}/messages").json["messages"] == []
    assert wong.get(f"{path}/marks").status_code == 200
    log = wong.get(f"{path}/log").json
    assert (log["verified"], log["entries"][0]["erased"], log["entries"][-1]["kind"]) == (True, True, "viewed")
    judged = wong.post(f"{path}/review-level", {"level": "high", "reason": "x"})
    assert (judged.status_code, judged.json["error"]["code"]) == (409, "erased")


def test_a_listener_reads_that_feedback_went_with_the_words(helpline: Helpline, clock: FakeClock) -> None:
    opened, _ = gone(helpline, clock)
    with helpline.database.read() as conn:
        lin = volunteers.get_person(conn, str(stands(helpline, opened.contact.id).owner_id))
        seen = Reader(conn, helpline.keys, helpline.assessor, "en", clock.now())
        (told,) = review_view.feedback(seen, helpline.review, lin)
    assert (told["erased_at"], told["share"], told["ratings"][0]["praise"]) == (clock.now(), 1.0, "")


def test_the_person_reads_it_kindly_and_may_go_on(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    opened, _ = gone(helpline, clock)
    token = new_token()
    with UnitOfWork(helpline) as unit:
        contacts.give_key(unit.conn, unit.keys, opened.contact.id, "session", token, unit.now)
        unit.commit()
    caller = Caller(app.test_client(), token)
    seen = caller.get("/contact").json
    assert seen["erased_at"] is not None
    assert "no longer kept" in seen["notices"][0]
    assert caller.get("/contact/messages").json["messages"] == []
    assert caller.get("/contact/plan").status_code == 404
    for page in ("/chat", "/chat/plan", "/privacy"):
        assert browser_of(app, caller, "hl_seeker").get(page).status_code == 200
    sent = caller.post("/contact/messages", {"client_message_id": "n" * 8, "text": "I am back"})
    assert sent.status_code == 201
    assert caller.get("/contact").json["contact_id"] != opened.contact.id


def test_a_codename_of_an_erased_conversation_opens_a_new_one(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    opened = over(no_chance(helpline), on_duty(helpline, "Lin", Role.VOLUNTEER))
    codename = converse.give_codename(helpline, opened.contact)
    months_later(clock, 12)
    erase_all_due(helpline, budget_seconds=60)
    back = Caller(app.test_client()).post("/returns", {"codename": codename, "language": "en"})
    assert back.status_code == 201, back.json
    said = Caller(app.test_client(), back.json["token"]).get("/contact/messages").json["messages"]
    assert "no longer kept" in str(said)
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR)
    assert wong.get(f"/contacts/{back.json['contact']['contact_id']}").status_code == 200


def test_two_people_hold_lift_and_erase_through_the_api(app: Flask, helpline: Helpline) -> None:
    opened = over(no_chance(helpline), on_duty(helpline, "Lin", Role.VOLUNTEER))
    ada, wong = staff(app, helpline, "Ada", Role.ADMINISTRATOR), staff(app, helpline, "Wong", Role.SUPERVISOR)
    path = f"/contacts/{opened.contact.id}"
    held = ada.post(f"{path}/hold", {"reason": "police report"})
    assert (held.status_code, held.json["holds"][0]["reason"]) == (201, "police report")
    assert wong.get(path).json["legal_hold"]["by"] == "Ada"
    refused = ada.post(f"{path}/second-word", {"wanted": "erase", "reason": "letter"})
    assert refused.json["error"]["code"] == "kept_back"
    word = ada.post(f"{path}/second-word", {"wanted": "lift", "reason": "over"}).json["waiting"][0]
    assert (word["mine"], word["wanted"]) == (True, "lift")
    mine = ada.post(f"/second-words/{word['word_id']}", {"agree": True})
    assert (mine.status_code, mine.json["error"]["code"]) == (403, "second_person")
    assert wong.post(f"/second-words/{word['word_id']}", {"agree": True}).json["holds"] == []
    wish = ada.post(f"{path}/second-word", {"wanted": "erase", "reason": "letter"}).json["waiting"][0]
    done = wong.post(f"/second-words/{wish['word_id']}", {"agree": True}).json
    assert [(day["retention"], day["request"]) for day in done["erased"]] == [(0, 1)]


def test_the_page_counts_what_falls_due(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    opened = over(no_chance(helpline), on_duty(helpline, "Lin", Role.VOLUNTEER))
    months_later(clock, 11)
    clock.advance(hours=48)
    ada = staff(app, helpline, "Ada", Role.ADMINISTRATOR)
    assert {one["days"]: one["contacts"] for one in ada.get("/retention").json["due"]} == {0: 0, 7: 0, 30: 1}
    found = ada.get(f"/retention?pseudonym={opened.contact.pseudonym.lower()}").json["found"]
    assert [(one["contact_id"], one["obstacles"]) for one in found] == [(opened.contact.id, [])]
    assert ada.get("/retention?pseudonym=NOBODY").json["found"] == []
