"""A worker reads every judged message again: it may raise, never lower, and its trouble leaves the first judgement."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.fakes import FakeAssessor, FakeClock
from support.people import now_is, on_duty, says, seeker
from support.time import kinds

from hotline.domain.contact import Level, Outcome, Role
from hotline.domain.risk import Evidence, Judgement
from hotline.flow import assess, intervene, respond
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.unit import UnitOfWork
from hotline.interventions import reviews
from hotline.jobs.turns import SECOND_READING, Turns
from hotline.reports import conversation_view, quality_view
from hotline.reports.queue_view import Reader
from hotline.settings import Settings
from hotline.triage import shadows
from hotline.triage.tables import second_readings
from hotline.wiring import build_second_reading


class Second(FakeAssessor):
    """Sees danger where the first one hears none: in the word "dog"."""

    level = Level.HIGH

    def judge(self, texts: list[str]) -> Judgement:
        given = super().judge(texts)
        if given.failure is not None:
            return given
        start = texts[-1].find("dog")
        level = self.level if any("dog" in text for text in texts) else Level.INFORMATION
        evidence = (Evidence(start, start + 3, "model:urgent"),) if start >= 0 else ()
        return Judgement(level, risk=0.9, urgency=0.8, evidence=evidence, model="first+second", policy="p")


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
    assert second.asked == [["hello"], ["the dog is at my sister's"]]
    assert now_is(house, calm).level is Level.ROUTINE
    assert now_is(house, hinting).level is Level.HIGH
    assert written(house) == [("information", None, False), ("high", None, True)]


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


def test_it_never_lowers(helpline: Helpline) -> None:
    opened = seeker(helpline, "imminent")
    second = Second()
    turns(helpline, second).turn()
    assert (len(second.asked), now_is(helpline, opened).level) == (1, Level.IMMINENT)


def test_words_that_a_person_has_judged_since_are_not_raised_again(helpline: Helpline) -> None:
    lin, opened = on_duty(helpline, "Lin", Role.VOLUNTEER), seeker(helpline, "the dog is at my sister's")
    respond.claim_next(helpline, lin)
    assess.set_level(helpline, lin, opened.contact.id, Level.ROUTINE, "she is on holiday")
    reader = turns(helpline, Second())
    reader.turn()
    assert now_is(helpline, opened).level is Level.ROUTINE
    says(helpline, opened, "the dog stays there for good")
    reader.turn()
    assert now_is(helpline, opened).level is Level.HIGH


@pytest.mark.parametrize("trouble", ["failing", "raising"])
def test_one_that_does_not_answer_leaves_the_first_judgement_and_is_told(helpline: Helpline, trouble: str) -> None:
    second, opened = Second(), seeker(helpline, "hello")
    setattr(second, trouble, True)
    reader = turns(helpline, second)
    assert (reader.turn(), reader.turn()) == (1, 0)
    assert now_is(helpline, opened).level is Level.ROUTINE
    assert written(helpline) == [(None, {"failing": "fake", "raising": "raised RuntimeError"}[trouble], False)]
    assert {"model_failing", "second_reading_failing"} & set(kinds(helpline)) == {"second_reading_failing"}


def test_danger_found_in_a_closed_contact_asks_for_a_review(helpline: Helpline) -> None:
    lin, opened = on_duty(helpline, "Lin", Role.VOLUNTEER), seeker(helpline, "hello")
    respond.claim_next(helpline, lin)
    says(helpline, opened, "the dog is at my sister's")
    intervene.close(helpline, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    turns(helpline, Second()).turn()
    assert now_is(helpline, opened).level is Level.ROUTINE
    with helpline.database.read() as conn:
        assert opened.contact.id in {one.contact_id for one in reviews.open_ones(conn)}


def test_words_that_cannot_be_opened_keep_no_later_ones_waiting(helpline: Helpline) -> None:
    gone, opened = seeker(helpline, "the dog is gone"), seeker(helpline, "the dog is here")
    with UnitOfWork(helpline) as unit:
        helpline.keys.destroy_scope(unit.conn, gone.contact.id, unit.now)
        unit.commit()
    turns(helpline, Second()).turn()
    assert now_is(helpline, opened).level is Level.HIGH
    assert sorted(failure or "" for _, failure, _ in written(helpline)) == ["", "not read: SealBroken"]


def test_the_report_counts_both_readings_and_the_drift_only_the_first(helpline: Helpline, clock: FakeClock) -> None:
    opened = seeker(helpline, "the dog is at my sister's")
    turns(helpline, Second()).turn()
    clock.advance(minutes=1)
    with helpline.database.read() as conn:
        found = shadows.scores(conn, "risk", since=clock.now() - timedelta(days=1), until=clock.now())
        versions = quality_view._versions(conn, clock.now() - timedelta(days=1))
    assert found == {"en": [Level.ROUTINE.rank / Level.IMMINENT.rank]}
    assert {one["model"] for one in versions} == {"fake", "first+second"}
    assert now_is(helpline, opened).level is Level.HIGH


def test_a_manifest_without_a_reader_is_no_trouble(tmp_path: object) -> None:
    assert build_second_reading(Settings.load({}, models_dir=tmp_path)) is not None
