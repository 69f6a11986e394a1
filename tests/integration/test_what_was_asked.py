"""What a listener asked and heard: kept, shown, logged, and only ever a reason to look sooner."""

import pytest
from flask import Flask
from support.fakes import FakeAssessor
from support.people import now_is, on_duty, person, says, seeker
from support.time import kinds
from support.web import browser_of, form_token, reach_out, staff

from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Level, Outcome, Role
from hotline.domain.errors import Conflict, NotAllowed
from hotline.domain.ids import new_id
from hotline.domain.records import Message
from hotline.domain.risk import Judgement
from hotline.flow import assess, intervene, respond, review, screen
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.unit import UnitOfWork
from hotline.storage import feed
from hotline.triage import store as triage
from hotline.triage.screening import Answer, Question


def test_a_yes_to_intent_raises_and_alarms_on_the_ordinary_path(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = on_duty(house, "Lin", Role.VOLUNTEER), seeker(house)
    respond.claim_next(house, lin)
    screen.note_answer(house, lin, opened.contact.id, Question.INTENT, Answer.YES)
    contact = now_is(house, opened)
    assert (contact.level, contact.asked_directly) == (Level.HIGH, "yes")
    assert kinds(house) == ["risk_rising"]
    lines = [line.kind for line in review.read_log(house, opened.contact.id)[0]]
    assert {"screened", "level_raised_by_answer"} <= set(lines)


def test_a_refusal_counts_upwards(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = on_duty(house, "Lin", Role.VOLUNTEER), seeker(house)
    respond.claim_next(house, lin)
    screen.note_answer(house, lin, opened.contact.id, Question.WISH, Answer.REFUSED)
    assert (now_is(house, opened).level, now_is(house, opened).asked_directly) == (Level.ELEVATED, "refused")


def test_no_answer_lowers_anything_and_taking_one_back_neither(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = on_duty(house, "Lin", Role.VOLUNTEER), seeker(house, "high risk")
    respond.claim_next(house, lin)
    for question in Question:
        screen.note_answer(house, lin, opened.contact.id, question, Answer.NO)
        screen.note_answer(house, lin, opened.contact.id, question, Answer.NOT_YET)
    assert now_is(house, opened).level is Level.HIGH


def test_an_answer_settles_no_words(helpline: Helpline) -> None:
    lin, opened = on_duty(helpline, "Lin", Role.VOLUNTEER), seeker(helpline)
    respond.claim_next(helpline, lin)
    screen.note_answer(helpline, lin, opened.contact.id, Question.INTENT, Answer.YES)
    assert now_is(helpline, opened).settled_number == 0


def test_only_who_holds_the_contact_or_a_supervisor_notes_answers_and_only_while_open(helpline: Helpline) -> None:
    lin, mei = on_duty(helpline, "Lin", Role.VOLUNTEER), person(helpline, "Mei", Role.VOLUNTEER)
    opened = seeker(helpline)
    respond.claim_next(helpline, lin)
    with pytest.raises(NotAllowed):
        screen.note_answer(helpline, mei, opened.contact.id, Question.PLAN, Answer.NO)
    intervene.close(helpline, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    with pytest.raises(Conflict):
        screen.note_answer(helpline, lin, opened.contact.id, Question.PLAN, Answer.NO)


def test_the_next_listener_sees_what_was_asked_and_what_was_not(app: Flask, helpline: Helpline) -> None:
    lin, mei = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Mei", Role.VOLUNTEER)
    reach_out(app)
    contact_id = lin.post("/queue/next").json["contact_id"]
    lin.post(f"/contacts/{contact_id}/screening", {"question": "alone", "answer": "yes"})
    lin.post(f"/contacts/{contact_id}/release")
    taken = mei.post(f"/contacts/{contact_id}/claim").json
    said = {one["question"]: (one["answer"], one["by"]) for one in taken["screening"]}
    assert said["alone"] == ("yes", "Lin")
    assert said["plan"] == ("not_yet", None)


def test_one_tap_on_the_page_notes_an_answer(app: Flask, helpline: Helpline) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    reach_out(app)
    contact_id = lin.post("/queue/next").json["contact_id"]
    browser = browser_of(app, lin)
    page = browser.get(f"/staff/contacts/{contact_id}/fragment").text
    token = form_token(page)
    browser.post(f"/staff/contacts/{contact_id}/screening", data={"csrf_token": token, "said": "means:refused"})
    said = lin.get(f"/contacts/{contact_id}").json
    assert (said["level"], said["screening"][7]["answer"]) == ("elevated", "refused")


def close_with(house: Helpline, text: str, level: Level) -> str:
    lin, opened = on_duty(house, "Lin", Role.CLINICIAN), seeker(house, text)
    respond.claim(house, lin, opened.contact.id)
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED, level=level))
    return opened.contact.id


@pytest.mark.parametrize(
    ("text", "level", "stands"), [("high", Level.ROUTINE, Level.HIGH), ("routine", Level.HIGH, Level.HIGH)]
)
def test_the_closing_judgement_is_kept_and_lowers_nothing(
    helpline_on_both: Helpline, text: str, level: Level, stands: Level
) -> None:
    contact_id = close_with(helpline_on_both, text, level)
    with helpline_on_both.database.read() as conn:
        assert contacts.get_contact(conn, contact_id).level is stands
        last = triage.timeline(conn, helpline_on_both.keys, contact_id)[-1]
    assert (last.model, last.level) == ("closing", level)


def test_a_supervisor_judges_a_closed_contact_in_hindsight(helpline: Helpline) -> None:
    contact_id = close_with(helpline, "routine", Level.ROUTINE)
    wong, mei = person(helpline, "Wong", Role.SUPERVISOR), person(helpline, "Mei", Role.VOLUNTEER)
    review.judge_afterwards(helpline, wong, contact_id, Level.HIGH, "overlooked")
    with pytest.raises(NotAllowed):
        review.judge_afterwards(helpline, mei, contact_id, Level.HIGH, "")
    with helpline.database.read() as conn:
        assert contacts.get_contact(conn, contact_id).level is Level.ROUTINE
        assert triage.timeline(conn, helpline.keys, contact_id)[-1].model == "review"


def test_an_open_contact_is_not_judged_in_hindsight(helpline: Helpline) -> None:
    wong, opened = person(helpline, "Wong", Role.SUPERVISOR), seeker(helpline)
    with pytest.raises(Conflict):
        review.judge_afterwards(helpline, wong, opened.contact.id, Level.HIGH, "")


def test_every_message_keeps_its_own_phrases(app: Flask, helpline: Helpline) -> None:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER, Role.CLINICIAN)
    someone = reach_out(app, "this is elevated talk")
    contact_id = lin.post("/queue/next").json["contact_id"]
    someone.post("/contact/messages", {"client_message_id": new_id(), "text": "now it is high"})
    marked = lin.get(f"/contacts/{contact_id}/marks").json["messages"]
    phrases = [[part["text"] for part in one["parts"] if part["labels"]] for one in marked]
    assert phrases == [["elevated"], ["high"]]
    page = browser_of(app, lin).get(f"/staff/contacts/{contact_id}").text
    assert ">elevated</mark>" in page
    assert "rule:fake" in page


def test_the_person_is_never_told_that_they_were_judged(helpline: Helpline) -> None:
    opened = seeker(helpline, "elevated")
    says(helpline, opened, "high")
    with helpline.database.read() as conn:
        topics = [feed.contact_topic(opened.contact.id), feed.staff_topic(opened.contact.id)]
        heard = [{event.kind for event in feed.read(conn, {topic: 0})} for topic in topics]
    assert "judged" not in heard[0]
    assert heard[1] == {"judged"}


def test_messages_that_came_together_are_judged_one_by_one(helpline: Helpline, assessor: FakeAssessor) -> None:
    opened = seeker(helpline, "hello")
    for word in ("elevated", "high"):
        with UnitOfWork(helpline) as unit:
            contact = contacts.get_contact(unit.conn, opened.contact.id, lock=True)
            said = Message(0, Author.SEEKER, None, new_id(), unit.now, f"it is {word}")
            number = contacts.add_message(unit.conn, unit.keys, contact.id, said).number
            contacts.update_contact(unit.conn, contact.id, seeker_number=number)
            unit.commit()
    assess.assess(helpline, opened.contact.id)
    with helpline.database.read() as conn:
        line = triage.timeline(conn, helpline.keys, opened.contact.id)
    judged = [(one.message_number, one.level) for one in line if one.evidence]
    assert [level for _, level in sorted(judged)] == [Level.ELEVATED, Level.HIGH]
    assert assessor.asked[-1] == ["hello", "it is elevated", "it is high"]


def test_how_much_of_a_message_the_model_knows_is_kept(helpline_on_both: Helpline, assessor: FakeAssessor) -> None:
    plain = assessor.judge

    def knowing(texts: list[str]) -> Judgement:
        found = plain(texts)
        return Judgement(found.level, found.risk, found.urgency, model="fake", policy="fake", coverage=0.75)

    assessor.judge = knowing  # type: ignore[method-assign]  # a fake that also says what it knows
    opened = seeker(helpline_on_both)
    says(helpline_on_both, opened, "more")
    with helpline_on_both.database.read() as conn:
        kept = conn.execute(triage.assessments.select()).all()
    assert {row.coverage for row in kept} == {0.75}
