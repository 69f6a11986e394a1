"""A worker reads every judged message again: it may raise, never lower, and its trouble leaves the first judgement."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.fakes import FakeAssessor, FakeClock
from support.people import now_is, on_duty, person, says, seeker
from support.time import kinds

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, Outcome, Role
from hotline.domain.records import Contact
from hotline.domain.risk import Evidence, Judgement
from hotline.flow import assess, converse, intervene, respond, scene, second_reading
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.unit import UnitOfWork
from hotline.interventions import reviews
from hotline.interventions.rubric import Why
from hotline.jobs.turns import SECOND_READING, Turns
from hotline.jobs.watchdog import Watchdog
from hotline.reports import conversation_view, quality_view
from hotline.reports.queue_view import Reader
from hotline.routing import offers
from hotline.routing.offers import Skills
from hotline.routing.ranking import Topic
from hotline.triage import shadows
from hotline.triage import store as triage
from hotline.triage.tables import second_readings


class Second(FakeAssessor):
    """Sees danger where the first one hears none: in the word "dog"."""

    level = Level.HIGH

    def __init__(self, heads: dict[str, float] | None = None) -> None:
        super().__init__()
        self.heads = heads or {}

    def judge(self, texts: list[str]) -> Judgement:
        given = super().judge(texts)
        if given.failure is not None:
            return given
        start = texts[-1].find("dog")
        level = self.level if any("dog" in text for text in texts) else Level.INFORMATION
        evidence = (Evidence(start, start + 3, "model:urgent"),) if start >= 0 else ()
        return Judgement(
            level, risk=0.9, urgency=0.8, heads=self.heads, evidence=evidence, model="first+second", policy="p"
        )


def turns(house: Helpline, second: FakeAssessor) -> Turns:
    return Turns(house, SECOND_READING, second, threading.Event())


def written(house: Helpline) -> list[tuple[str | None, str | None, bool]]:
    with house.database.read() as conn:
        rows = conn.execute(sa.select(second_readings).order_by(second_readings.c.at)).all()
    return [(row.level, row.failure, row.raised_by is not None) for row in rows]


def test_a_waiting_contact_is_raised_and_every_judgement_read_once(helpline_on_both: Helpline) -> None:
    house, second = helpline_on_both, Second()
    calm, hinting = seeker(house, "hello"), seeker(house, "the dog is at my sister's")
    reader = turns(house, second)
    assert (reader.turn(), reader.turn(), turns(house, Second()).turn()) == (2, 0, 0)
    assert sorted(second.asked) == [["hello"], ["the dog is at my sister's"]]
    assert now_is(house, calm).level is Level.ROUTINE
    assert now_is(house, hinting).level is Level.HIGH
    assert sorted(written(house)) == [("high", None, True), ("information", None, False)]


def test_whoever_holds_the_contact_hears_of_it(helpline: Helpline) -> None:
    lin, opened = on_duty(helpline, "Lin", Role.CLINICIAN), seeker(helpline, "hello")
    respond.claim(helpline, lin, opened.contact.id)
    says(helpline, opened, "the dog is at my sister's")
    turns(helpline, Second()).turn()
    assert now_is(helpline, opened).level is Level.HIGH
    assert "risk_rising" in kinds(helpline)
    with helpline.database.read() as conn:
        reader = Reader(conn, helpline.keys, helpline.assessor, "en", helpline.clock.now())
        marked = conversation_view.marks(reader, now_is(helpline, opened))
    assert [[part["text"] for part in one["parts"] if part["labels"]] for one in marked] == [["dog"]]


def test_what_only_the_second_reading_heard_still_counts_when_somebody_is_sought(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house, sup = helpline_on_both, person(helpline_on_both, "Wong", Role.SUPERVISOR)
    lin, opened = on_duty(house, "Lin", Role.CLINICIAN), seeker(house, "the dog is at my sister's")
    with UnitOfWork(house) as unit:
        offers.keep_skills(unit.conn, lin.id, Skills(topics=frozenset({Topic.ABUSE.value})))
        unit.commit()
    turns(house, Second({"abuse": 0.9})).turn()
    clock.advance(seconds=5)
    says(house, opened, "are you there")
    clock.advance(seconds=5)
    assess.set_level(house, sup, opened.contact.id, Level.IMMINENT, "she is in danger tonight")
    with house.database.read() as conn:
        [waiting] = scene.look(house, conn, house.clock.now()).waiting
    assert waiting.topics == {Topic.ABUSE}


def test_what_later_words_told_still_counts_after_a_person_judged(helpline: Helpline, clock: FakeClock) -> None:
    lin, sup = on_duty(helpline, "Lin", Role.CLINICIAN), person(helpline, "Wong", Role.SUPERVISOR)
    opened = seeker(helpline, "hello")
    later = clock.advance(seconds=5)
    told = Judgement(Level.INFORMATION, 0.1, 0.1, heads={"abuse": 0.9}, model="fake", policy="fake")
    about = {"message_number": 1, "made_by": "machine", "at": later, "expires_at": later + timedelta(hours=1)}
    with UnitOfWork(helpline) as unit:
        offers.keep_skills(unit.conn, lin.id, Skills(topics=frozenset({Topic.ABUSE.value})))
        triage.add_assessment(unit.conn, unit.keys, opened.contact.id, told, about=about)
        unit.commit()
    clock.advance(seconds=5)
    assess.set_level(helpline, sup, opened.contact.id, Level.HIGH, "he is at the door")
    with helpline.database.read() as conn:
        [waiting] = scene.look(helpline, conn, helpline.clock.now()).waiting
    assert waiting.topics == {Topic.ABUSE}


def test_it_never_lowers(helpline: Helpline) -> None:
    opened = seeker(helpline, "imminent")
    second = Second()
    turns(helpline, second).turn()
    assert (len(second.asked), now_is(helpline, opened).level) == (1, Level.IMMINENT)


def test_words_that_a_person_has_judged_since_are_not_raised_again(helpline: Helpline) -> None:
    lin, opened = on_duty(helpline, "Lin", Role.VOLUNTEER), seeker(helpline, "the dog is at my sister's")
    respond.claim_next(helpline, lin)
    assess.set_level(helpline, lin, opened.contact.id, Level.ROUTINE, "she is on holiday")
    second = Second()
    reader = turns(helpline, second)
    reader.turn()
    assert now_is(helpline, opened).level is Level.ROUTINE
    says(helpline, opened, "I will take a walk now")
    reader.turn()
    assert second.asked[-1] == ["I will take a walk now"]
    assert now_is(helpline, opened).level is Level.ROUTINE
    says(helpline, opened, "the dog stays there for good")
    reader.turn()
    assert now_is(helpline, opened).level is Level.HIGH


@pytest.mark.parametrize("trouble", ["failing", "raising"])
def test_one_that_does_not_answer_leaves_the_first_judgement_is_told_and_tried_again_later(
    helpline: Helpline, clock: FakeClock, trouble: str
) -> None:
    second, opened = Second(), seeker(helpline, "the dog is at my sister's")
    setattr(second, trouble, True)
    reader = turns(helpline, second)
    assert (reader.turn(), reader.turn()) == (1, 0)
    assert now_is(helpline, opened).level is Level.ROUTINE
    assert written(helpline) == [(None, {"failing": "fake", "raising": "raised RuntimeError"}[trouble], False)]
    assert {"model_failing", "second_reading_failing"} & set(kinds(helpline)) == {"second_reading_failing"}
    setattr(second, trouble, False)
    clock.advance(minutes=11)
    assert (reader.turn(), reader.turn()) == (1, 0)
    assert now_is(helpline, opened).level is Level.HIGH
    assert written(helpline) == [("high", None, True)]


def test_a_fault_in_writing_keeps_no_other_waiting(helpline: Helpline, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, opened = seeker(helpline, "the dog is lost"), seeker(helpline, "the dog is at my sister's")
    raise_it = assess.raise_by_machine

    def broken(unit: UnitOfWork, contact: Contact, judgement: Judgement, number: int) -> str:
        if contact.id == stuck.contact.id:
            raise KeyError("something nobody thought of")
        return raise_it(unit, contact, judgement, number)

    monkeypatch.setattr(assess, "raise_by_machine", broken)
    turns(helpline, Second()).turn()
    assert (now_is(helpline, stuck).level, now_is(helpline, opened).level) == (Level.ROUTINE, Level.HIGH)
    assert "second_reading_failing" in kinds(helpline)


def test_the_newest_words_are_read_first(helpline: Helpline, clock: FakeClock) -> None:
    seeker(helpline, "an old hello")
    clock.advance(minutes=1)
    seeker(helpline, "a new hello")
    second = Second()
    turns(helpline, second).turn()
    assert second.asked == [["a new hello"], ["an old hello"]]


def test_two_workers_on_one_judgement_write_it_once(helpline: Helpline) -> None:
    opened = seeker(helpline, "the dog is at my sister's")

    class Slow(Second):
        def judge(self, texts: list[str]) -> Judgement:
            if not self.asked:
                self.asked.append(texts)
                second_reading.read_new(helpline, Second(), since=helpline.clock.now() - timedelta(hours=1))
            return super().judge(texts)

    second_reading.read_new(helpline, Slow(), since=helpline.clock.now() - timedelta(hours=1))
    assert written(helpline) == [("high", None, True)]
    with helpline.database.read() as conn:
        line = triage.timeline(conn, helpline.keys, opened.contact.id)
    assert sorted(one.model for one in line) == ["fake", "first+second"]


def test_danger_found_after_somebody_left_needs_a_sign_off(helpline: Helpline) -> None:
    opened = seeker(helpline, "the dog is at my sister's")
    converse.end_as_seeker(helpline, now_is(helpline, opened))
    turns(helpline, Second()).turn()
    assert now_is(helpline, opened).level is Level.HIGH
    assert "urgent_abandoned" in kinds(helpline)
    with helpline.database.read() as conn:
        said = [one.text for one in contacts.read_messages(conn, helpline.keys, opened.contact.id, limit=50)]
    assert len(said) == len(set(said))
    assert not any("?" in text for text in said[2:])


@pytest.mark.parametrize(("level", "why"), [(Level.HIGH, Why.URGENT), (Level.IMMINENT, Why.IMMINENT)])
def test_danger_found_in_a_closed_contact_asks_for_a_review(helpline: Helpline, level: Level, why: Why) -> None:
    second = Second()
    second.level = level
    lin, opened = on_duty(helpline, "Lin", Role.VOLUNTEER), seeker(helpline, "hello")
    respond.claim_next(helpline, lin)
    says(helpline, opened, "the dog is at my sister's")
    says(helpline, opened, "yes, the dog")
    intervene.close(helpline, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    turns(helpline, second).turn()
    assert now_is(helpline, opened).level is Level.ROUTINE
    assert [raised for _, _, raised in written(helpline)].count(True) == 1
    with helpline.database.read() as conn:
        asked = {one.contact_id: one.reasons for one in reviews.open_ones(conn)}
    assert why in asked[opened.contact.id]


def test_words_that_cannot_be_opened_keep_no_later_ones_waiting(helpline: Helpline) -> None:
    gone, opened = seeker(helpline, "the dog is gone"), seeker(helpline, "the dog is here")
    with UnitOfWork(helpline) as unit:
        helpline.keys.destroy_scope(unit.conn, gone.contact.id, unit.now)
        unit.commit()
    turns(helpline, Second()).turn()
    assert now_is(helpline, opened).level is Level.HIGH
    assert sorted(failure or "" for _, failure, _ in written(helpline)) == ["", "not read: SealBroken"]
    assert "second_reading_failing" not in kinds(helpline)


def test_the_report_counts_each_message_once_and_flags_what_either_reading_found(
    helpline: Helpline, clock: FakeClock
) -> None:
    opened = seeker(helpline, "the dog is at my sister's")
    says(helpline, opened, "hello again")
    turns(helpline, Second()).turn()
    turns(helpline, Second())
    clock.advance(minutes=1)
    since = clock.now() - timedelta(days=1)
    with helpline.database.read() as conn:
        drifting = shadows.scores(conn, "risk", since=since, until=clock.now())
        week = quality_view._weeks(conn, since, clock.now())[-1]
        waiting = shadows.without_shadow(conn, since=since, limit=10)
    assert drifting == {"en": [Level.ROUTINE.rank / Level.IMMINENT.rank]}
    assert (week["number"], week["flagged"]) == (2, 1.0)
    assert len(waiting) == 2


def test_why_it_was_raised_stays_when_calm_words_follow(helpline: Helpline) -> None:
    opened = seeker(helpline, "the dog is at my sister's")
    turns(helpline, Second(heads={"suicide_self_harm": 0.9})).turn()
    says(helpline, opened, "ok")
    with helpline.database.read() as conn:
        reader = Reader(conn, helpline.keys, helpline.assessor, "en", helpline.clock.now())
        line = triage.timeline(conn, helpline.keys, opened.contact.id)
        assert [one["share"] for one in conversation_view.features(reader, line)] == [0.9]


def test_a_thread_that_fell_silent_is_told(helpline: Helpline, clock: FakeClock) -> None:
    turns(helpline, Second())._beat()
    watchdog = Watchdog(helpline, heartbeat_url=None, anchors_file=None)
    watchdog.check()
    assert "sweep_stale" not in kinds(helpline)
    clock.advance(minutes=3)
    watchdog.check()
    assert "sweep_stale" in kinds(helpline)
