"""A trainee practises at the same desk; it is counted nowhere, reaches nobody, and somebody real comes first."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.web import browser_of, staff

from hotline.contacts.tables import contacts
from hotline.domain.contact import ActionKind, ActionState, Author, Language, Level, Outcome, Role
from hotline.domain.errors import Conflict, InvalidInput, NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.flow import practise, respond
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm, Done
from hotline.interventions.tables import log_entries
from hotline.reports import practice_view
from hotline.reports.queue_view import Reader
from hotline.routing.policy import Stage
from hotline.routing.tables import alarms, queue
from hotline.storage.outbox import outbox
from hotline.triage.screening import Answer, Question
from hotline.triage.tables import assessments
from hotline.volunteers.practices import lines
from hotline.volunteers.tables import practice_lines, served

NOTHING_REAL = (contacts, queue, alarms, outbox, assessments, log_entries, served)


def trainee(house: Helpline, name: str = "Lin") -> Person:
    return person(house, name, Role.VOLUNTEER, stage=Stage.TRAINEE)


def says(house: Helpline, who: Person, exercise: str, text: str) -> None:
    practise.write(house, who, exercise, text=text, client_id=new_id())


def shown(house: Helpline, who: Person, exercise: str) -> list[str]:
    """What stands on the page now, by whom."""
    found, _ = practise.look(house, who, exercise)
    with house.database.read() as conn:
        reader = Reader(conn, house.keys, house.assessor, "en", house.clock.now())
        return [one.message.text for one in practice_view.visible(reader, found) if one.message.author is Author.SEEKER]


def test_the_invented_person_answers_after_a_while_and_never_at_once(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house, lin = helpline_on_both, trainee(helpline_on_both)
    script = house.practice.scenarios["passing"].scripts["en"]
    exercise = practise.start(house, lin, "passing", Language.EN)
    says(house, lin, exercise, "I am listening")
    assert shown(house, lin, exercise) == [script.opening]
    clock.advance(seconds=13)
    assert shown(house, lin, exercise) == [script.opening, script.lines[0]]
    says(house, lin, exercise, "Are you having thoughts of suicide?")
    clock.advance(seconds=13)
    assert shown(house, lin, exercise)[-1] == script.asked


def test_who_writes_again_is_read_before_the_answer_comes(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house, lin = helpline_on_both, trainee(helpline_on_both)
    script = house.practice.scenarios["passing"].scripts["en"]
    exercise = practise.start(house, lin, "passing", Language.EN)
    says(house, lin, exercise, "It sounds heavy")
    says(house, lin, exercise, "Do you sometimes want to die?")
    clock.advance(seconds=13)
    assert shown(house, lin, exercise) == [script.opening, script.asked]


def test_a_silence_is_a_line_that_nobody_sees(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house, lin = helpline_on_both, trainee(helpline_on_both)
    exercise = practise.start(house, lin, "silence", Language.EN)
    for expected in (1, 2, 2, 3):
        says(house, lin, exercise, "I am here")
        clock.advance(seconds=13)
        assert len(shown(house, lin, exercise)) == expected


def test_the_same_message_sent_twice_is_one_message(helpline_on_both: Helpline) -> None:
    house, lin = helpline_on_both, trainee(helpline_on_both)
    exercise = practise.start(house, lin, "exam", Language.EN)
    first = practise.write(house, lin, exercise, text="hello", client_id="a" * 8)
    assert practise.write(house, lin, exercise, text="hello", client_id="a" * 8) == (first[0], False)


def test_a_whole_exercise_leaves_no_trace_where_real_people_are_counted(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house, lin = helpline_on_both, on_duty(helpline_on_both, "Lin", Role.VOLUNTEER)
    with house.database.read() as conn:
        before = [conn.scalar(sa.select(sa.func.count()).select_from(table)) for table in NOTHING_REAL]
    exercise = practise.start(house, lin, "urgent", Language.EN)
    says(house, lin, exercise, "Are you safe? imminent danger")
    clock.advance(seconds=13)
    practise.set_level(house, lin, exercise, Level.IMMINENT)
    practise.note_answer(house, lin, exercise, Question.INTENT, Answer.YES)
    practise.record_action(
        house, lin, exercise, Done(ActionKind.EMERGENCY_DISPATCH, ActionState.AGREED, "I would call")
    )
    practise.wrap_up(house, lin, exercise)
    practise.close(house, lin, exercise, ClosingForm(Outcome.EMERGENCY_SERVICES, level=Level.IMMINENT))
    with house.database.read() as conn:
        after = [conn.scalar(sa.select(sa.func.count()).select_from(table)) for table in NOTHING_REAL]
    assert after == before == [0] * len(NOTHING_REAL)
    assert practise.finished(house, [lin.id]) == {lin.id: 1}


def test_somebody_real_comes_first_and_the_exercise_waits(helpline_on_both: Helpline) -> None:
    house, lin = helpline_on_both, on_duty(helpline_on_both, "Lin", Role.VOLUNTEER)
    exercise = practise.start(house, lin, "lonely", Language.EN)
    assert not practise.somebody_real(house, lin)
    seeker(house)
    respond.claim_next(house, lin)
    assert practise.somebody_real(house, lin)
    with pytest.raises(practise.SomebodyReal):
        says(house, lin, exercise, "hello")
    practise.wrap_up(house, lin, exercise)
    practise.close(house, lin, exercise, ClosingForm(Outcome.SUPPORTED))
    with pytest.raises(practise.SomebodyReal):
        practise.start(house, lin, "exam", Language.EN)
    assert practise.finished(house, [lin.id]) == {}


def test_an_exercise_is_ones_own_one_at_a_time_and_of_a_known_kind(helpline_on_both: Helpline) -> None:
    house, lin, mei = helpline_on_both, trainee(helpline_on_both), trainee(helpline_on_both, "Mei")
    exercise = practise.start(house, lin, "exam", Language.EN)
    with pytest.raises(Conflict):
        practise.start(house, lin, "home", Language.EN)
    with pytest.raises(InvalidInput):
        practise.start(house, mei, "no-such", Language.EN)
    for trouble in (lambda: says(house, mei, exercise, "hello"), lambda: practise.look(house, mei, exercise)):
        with pytest.raises(NotFound):
            trouble()


def test_after_the_end_nothing_more_is_said_or_written(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house, lin = helpline_on_both, trainee(helpline_on_both)
    exercise = practise.start(house, lin, "exam", Language.EN)
    says(house, lin, exercise, "hello")
    practise.wrap_up(house, lin, exercise)
    clock.advance(seconds=60)
    assert len(shown(house, lin, exercise)) == 1
    with pytest.raises(Conflict):
        says(house, lin, exercise, "still there?")
    practise.close(house, lin, exercise, ClosingForm(Outcome.SUPPORTED))
    with pytest.raises(Conflict):
        practise.set_level(house, lin, exercise, Level.HIGH)


def test_an_answer_taken_back_is_not_asked_any_more(helpline: Helpline) -> None:
    lin = trainee(helpline)
    exercise = practise.start(helpline, lin, "exam", Language.EN)
    practise.note_answer(helpline, lin, exercise, Question.THOUGHTS, Answer.NO)
    assert practise.look(helpline, lin, exercise)[0].record["asked"] == "denied"
    practise.note_answer(helpline, lin, exercise, Question.THOUGHTS, Answer.NOT_YET)
    assert practise.look(helpline, lin, exercise)[0].record["answers"] == {}


def test_what_was_written_in_an_exercise_is_sealed(helpline: Helpline) -> None:
    lin = trainee(helpline)
    exercise = practise.start(helpline, lin, "exam", Language.EN)
    says(helpline, lin, exercise, "a sentence of my own")
    with helpline.database.read() as conn:
        kept = b"".join(conn.execute(sa.select(practice_lines.c.text)).scalars())
        found = lines(conn, helpline.keys, practise.look(helpline, lin, exercise)[0])
    assert b"sentence" not in kept
    assert found[1].message.text == "a sentence of my own"


def test_the_api_walks_through_an_exercise_to_its_feedback(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    exercise = lin.post("/practices", {"scenario": "passing", "language": "en"}).json["practice_id"]
    assert lin.get("/desk").json["practice"] == exercise
    assert lin.get(f"/practices/{exercise}/feedback").status_code == 409
    text = "Thank you. Do you think of suicide?"
    sent = lin.post(f"/practices/{exercise}/messages", {"text": text, "client_message_id": "c" * 8})
    assert sent.status_code == 201
    assert lin.get(f"/practices/{exercise}/messages").json["writing"] is True
    clock.advance(seconds=20)
    told = lin.get(f"/practices/{exercise}/messages").json
    assert (told["writing"], len(told["messages"])) == (False, 3)
    view = lin.post(f"/practices/{exercise}/screening", {"question": "thoughts", "answer": "yes"}).json
    assert (view["asked"], "help" in view["may"], "dispatch" in view["may"]) == ("yes", False, False)
    closing = {"outcome": "supported", "level": "elevated", "asked": "yes", "next_step": "calls her aunt"}
    found = lin.post(f"/practices/{exercise}/close", closing).json
    assert {one["code"]: one["met"] for one in found["points"]}["asked_directly"] is True
    assert found["first_reply_seconds"] == 0
    assert lin.get("/practices").json["open"] is None


def test_a_supervisor_sees_how_many_were_finished_and_practises_not(app: Flask, helpline: Helpline) -> None:
    lin, wong = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Wong", Role.SUPERVISOR)
    exercise = lin.post("/practices", {"scenario": "exam"}).json["practice_id"]
    lin.post(f"/practices/{exercise}/messages", {"text": "hello", "client_message_id": "c" * 8})
    lin.post(f"/practices/{exercise}/close", {"outcome": "supported"})
    team = wong.get("/team").json["team"]
    assert {one["alias"]: one["practised"] for one in team} == {"Lin": 1, "Wong": 0}
    assert "1 practice contact finished" in browser_of(app, wong).get("/staff/team?lang=en", follow_redirects=True).text
    assert wong.post("/practices", {"scenario": "exam"}).status_code == 403


def test_the_page_is_the_conversations_own_and_says_practice(app: Flask, helpline: Helpline) -> None:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    exercise = lin.post("/practices", {"scenario": "exam", "language": "en"}).json["practice_id"]
    page = browser_of(app, lin).get(f"/staff/practices/{exercise}?lang=en", follow_redirects=True).text
    assert "Nobody real reads this" in page
    assert f"/staff/practices/{exercise}/messages" in page
    assert "data-help" not in page
    assert f"/staff/contacts/{exercise}" not in page


def test_a_level_holds_a_day_in_practice_too(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    exercise = lin.post("/practices", {"scenario": "exam"}).json["practice_id"]
    view = lin.post(f"/practices/{exercise}/level", {"level": "high", "reason": "x"}).json
    assert (view["level"], view["level_by"]) == ("high", "Lin")
    assert view["level_expires_at"].startswith((clock.now() + timedelta(hours=24)).strftime("%Y-%m-%dT%H:%M"))


def test_a_practice_is_broken_off_and_nothing_of_it_is_kept(app: Flask, helpline: Helpline) -> None:
    learner = staff(app, helpline, "Lin", Role.VOLUNTEER, stage=Stage.TRAINEE, duty=False)
    assert learner.who is not None
    exercise = practise.start(helpline, learner.who, "passing", Language.EN)
    says(helpline, learner.who, exercise, "I am listening")
    assert "/break-off" in browser_of(app, learner).get(f"/staff/practices/{exercise}").text
    assert learner.post(f"/practices/{exercise}/break-off").status_code == 204
    assert learner.post(f"/practices/{exercise}/break-off").status_code == 404
    with helpline.database.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(practice_lines)).scalar_one() == 0
    practise.start(helpline, learner.who, "passing", Language.EN)
