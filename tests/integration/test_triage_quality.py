"""The quality report, the candidate in shadow and the watch over drift, on both databases and on the page."""

import random
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from support.fakes import FakeAssessor, FakeClock
from support.people import now_is, on_duty, person, says, seeker
from support.quality import at, copies, judged, many_judged, score_of
from support.time import kinds
from support.web import browser_of, staff

from hotline.domain.contact import Language, Level, Outcome, Role
from hotline.domain.risk import Judgement
from hotline.flow import assess, drift, intervene, respond, review
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.unit import UnitOfWork
from hotline.jobs import sweep
from hotline.jobs.turns import SHADOW, Turns
from hotline.reports import quality_view
from hotline.reports.queue_view import Reader
from hotline.settings import Settings
from hotline.storage.migrate import downgrade, upgrade
from hotline.triage import shadows
from hotline.triage.shadows import DriftCheck
from hotline.triage.tables import assessments, shadow_assessments
from hotline.wiring import build_candidate


def report(house: Helpline, days: int = 28) -> dict[str, object]:
    with house.database.read() as conn:
        reader = Reader(conn, house.keys, house.assessor, "en", house.clock.now())
        return quality_view.report(reader, house.quality, days)


def test_the_report_compares_people_and_machine(helpline_on_both: Helpline) -> None:
    many_judged(helpline_on_both)
    found = report(helpline_on_both)
    assert (found["judged"], found["arrived"], found["enough"]) == (36, 36, True)
    figures: dict[str, list[dict[str, dict[str, int]]]] = found["figures"]  # type: ignore[assignment]
    risk = figures["by_level"][0]
    assert (risk["recall"]["hits"], risk["recall"]["total"]) == (16, 20)
    assert (risk["precision"]["hits"], risk["precision"]["total"]) == (16, 20)
    languages = [one["name"] for one in figures["by_language"]]
    assert languages == ["en", "zh-Hans", "zh-Hant"] * 2
    assert sum(sum(row) for row in figures["confusion"]) == 36  # type: ignore[misc]


def test_too_few_judged_conversations_give_no_figures(helpline: Helpline) -> None:
    many_judged(helpline, rounds=2)
    found = report(helpline)
    assert (found["judged"], found["least"], found["figures"]) == (18, 30, None)


def test_a_person_who_changes_their_mind_counts_once_with_the_last_word(helpline: Helpline) -> None:
    many_judged(helpline)
    before = report(helpline)["figures"]["confusion"]  # type: ignore[index]
    wong = person(helpline, "Wong", Role.SUPERVISOR)
    with helpline.database.read() as conn:
        routine = conn.execute(
            sa.select(assessments.c.contact_id).where(
                assessments.c.model == "closing", assessments.c.level == "routine"
            )
        ).scalars()
        one = next(iter(routine))
    review.judge_afterwards(helpline, wong, one, Level.IMMINENT, "")
    after = report(helpline)["figures"]["confusion"]  # type: ignore[index]
    assert sum(map(sum, after)) == sum(map(sum, before))
    assert sum(after[0]) == sum(before[0]) + 1


def test_the_weekly_sample_is_drawn_from_what_was_never_flagged_and_stays_the_same(helpline: Helpline) -> None:
    last_week = at(helpline, helpline.clock.now() - timedelta(days=3))
    lin = on_duty(last_week, "Lin", Role.CLINICIAN)
    quiet = [
        judged(last_week, lin, machine=Level.ROUTINE, people=Level.ROUTINE, language=Language.EN) for _ in range(12)
    ]
    for machine, people in ((Level.ELEVATED, Level.ROUTINE), (Level.ROUTINE, Level.HIGH)):
        judged(last_week, lin, machine=machine, people=people, language=Language.EN)
    first: dict[str, list[dict[str, object]]] = report(helpline)["sample"]  # type: ignore[assignment]
    assert first == report(helpline)["sample"]
    drawn = [one["contact_id"] for one in first["contacts"]]
    assert (len(drawn), first["of"]) == (10, 12)
    assert set(drawn) <= set(quiet)
    review.judge_afterwards(helpline, person(helpline, "Wong", Role.SUPERVISOR), str(drawn[0]), Level.HIGH, "missed")
    again = report(helpline)["sample"]["contacts"]  # type: ignore[index]
    assert [one["contact_id"] for one in again] == drawn
    assert again[0]["reviewed"]


def test_what_was_flagged_and_then_lowered_is_not_in_the_sample(helpline: Helpline) -> None:
    last_week = at(helpline, helpline.clock.now() - timedelta(days=3))
    lin, opened = on_duty(last_week, "Lin", Role.CLINICIAN), seeker(last_week, "elevated")
    respond.claim(last_week, lin, opened.contact.id)
    assess.set_level(last_week, lin, opened.contact.id, Level.ROUTINE, "a misunderstanding")
    intervene.close(last_week, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    assert now_is(last_week, opened).level is Level.ROUTINE
    assert report(helpline)["sample"]["contacts"] == []  # type: ignore[index]


class Candidate(FakeAssessor):
    """A candidate that thinks everything elevated, unless told to break."""

    def judge(self, texts: list[str]) -> Judgement:
        self.asked.append(list(texts))
        if self.raising:
            raise RuntimeError("not ready")
        return Judgement(Level.ELEVATED, risk=0.5, urgency=0.1, model="candidate-2", policy="p")


def turns(house: Helpline, candidate: FakeAssessor) -> Turns:
    return Turns(house, SHADOW, candidate, threading.Event())


def test_a_candidate_scores_what_the_machine_judged_and_decides_nothing(helpline_on_both: Helpline) -> None:
    house, candidate = helpline_on_both, Candidate()
    opened = seeker(house, "hello")
    says(house, opened, "this is routine")
    before = now_is(house, opened)
    scorer = turns(house, candidate)
    assert (scorer.turn(), scorer.turn()) == (2, 0)
    assert candidate.asked == [["hello"], ["hello", "this is routine"]]
    assert now_is(house, opened) == before
    assert "risk_rising" not in kinds(house)
    shadow: dict[str, object] = report(house)["shadow"]  # type: ignore[assignment]
    assert (shadow["model"], shadow["answered"], shadow["agreed"]) == ("candidate-2", 2, 0)
    assert {one["candidate"] for one in shadow["differing"]} == {"elevated"}  # type: ignore[attr-defined]


def test_words_a_person_settled_are_not_put_to_the_candidate_again(helpline: Helpline) -> None:
    lin, candidate = on_duty(helpline, "Lin", Role.VOLUNTEER), Candidate()
    opened = seeker(helpline, "old words")
    respond.claim_next(helpline, lin)
    assess.set_level(helpline, lin, opened.contact.id, Level.ELEVATED, "looked")
    says(helpline, opened, "new words")
    turns(helpline, candidate).turn()
    assert candidate.asked == [["old words"], ["new words"]]


def test_a_candidate_that_raises_is_shown_and_disturbs_nothing(helpline_on_both: Helpline) -> None:
    candidate = Candidate()
    candidate.raising = True
    opened = seeker(helpline_on_both, "hello")
    turns(helpline_on_both, candidate).turn()
    shadow: dict[str, object] = report(helpline_on_both)["shadow"]  # type: ignore[assignment]
    assert (shadow["answered"], shadow["failures"]) == (0, [{"reason": "raised RuntimeError", "number": 1}])
    assert now_is(helpline_on_both, opened).level is Level.ROUTINE


def test_a_candidate_that_does_not_load_says_so_on_every_judgement(helpline: Helpline, tmp_path: object) -> None:
    candidate = build_candidate(Settings.load({}, shadow_models_dir=tmp_path))
    assert candidate is not None
    seeker(helpline, "hello")
    Turns(helpline, SHADOW, candidate, threading.Event()).turn()
    failures = report(helpline)["shadow"]["failures"]  # type: ignore[index]
    assert "cannot be opened" in failures[0]["reason"]


def test_no_candidate_is_the_usual_state() -> None:
    assert build_candidate(Settings.load({})) is None


def test_what_a_candidate_saw_is_sealed_with_the_contacts_key(helpline: Helpline) -> None:
    opened = seeker(helpline, "hello")
    turns(helpline, Candidate()).turn()
    with UnitOfWork(helpline) as unit:
        row = unit.conn.execute(sa.select(shadow_assessments)).one()
        place = f"shadow_assessments.details.{row.assessment_id}"
        assert "heads" in helpline.keys.unseal(unit.conn, opened.contact.id, place, row.details)


def scores(
    house: Helpline, clock: FakeClock, *, days_ago: int, shape: tuple[int, int], number: int, model: str = "fake"
) -> None:
    """Machine's judgements of ``number`` contacts with scores of a beta shape."""
    chance = random.Random(days_ago)  # noqa: S311  # not a secret
    now = clock.now()
    contact_id = seeker(house, "hello").contact.id
    with UnitOfWork(house) as unit:
        for copied in copies(unit.conn, contact_id, number):
            judgement = Judgement(Level.ROUTINE, chance.betavariate(*shape), 0.0, model=model, policy="p")
            score_of(unit, copied, judgement, at=now - timedelta(days=days_ago))
        unit.commit()


@pytest.mark.parametrize(("shape", "alarmed"), [((1, 6), 0), ((3, 3), 1)])
def test_a_shift_of_the_scores_alarms_once_a_week(
    helpline_on_both: Helpline, clock: FakeClock, shape: tuple[int, int], alarmed: int
) -> None:
    house = helpline_on_both
    scores(house, clock, days_ago=14, shape=(1, 6), number=600)
    scores(house, clock, days_ago=2, shape=shape, number=250)
    assert drift.check_drift(house) == alarmed
    assert drift.check_drift(house) == 0
    clock.advance(hours=24)
    drift.check_drift(house)
    assert kinds(house).count("model_drift") == alarmed
    with house.database.read() as conn:
        found = {(one.measure, one.language): one for one in shadows.latest_checks(conn)}
    assert len(found) == 6
    assert found["risk", "en"].shifted == bool(alarmed)
    assert found["coverage", "en"].psi is None


def test_a_language_in_which_scores_and_wording_shift_raises_one_alarm(
    helpline: Helpline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shifted(_: object, measure: str, now: datetime) -> list[DriftCheck]:
        return [
            DriftCheck(f"{now:%Y-%m-%d}", language, measure, 0.5, 250, 600, True, now) for language in ("en", "zh-Hans")
        ]

    monkeypatch.setattr(drift, "_compare", shifted)
    assert drift.check_drift(helpline) == 4
    assert kinds(helpline).count("model_drift") == 2


def test_a_new_model_is_no_change_in_what_people_write(helpline: Helpline, clock: FakeClock) -> None:
    scores(helpline, clock, days_ago=14, shape=(1, 6), number=600, model="old")
    scores(helpline, clock, days_ago=2, shape=(3, 3), number=250)
    assert drift.check_drift(helpline) == 0


def test_too_few_scores_are_no_shift(helpline: Helpline, clock: FakeClock) -> None:
    scores(helpline, clock, days_ago=14, shape=(1, 6), number=600)
    scores(helpline, clock, days_ago=2, shape=(3, 3), number=150)
    assert drift.check_drift(helpline) == 0
    with helpline.database.read() as conn:
        assert all(one.psi is None for one in shadows.latest_checks(conn))


def test_the_clock_watches_over_drift() -> None:
    assert sweep.SWEEPS["drift"] is drift.check_drift


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("rounds", [0, 4])
def test_the_page_shows_the_figures_or_says_that_there_are_too_few(
    app: Flask, helpline: Helpline, language: str, rounds: int
) -> None:
    many_judged(helpline, rounds=rounds)
    turns(helpline, Candidate()).turn()
    browser = browser_of(app, staff(app, helpline, "Wong", Role.SUPERVISOR))
    browser.set_cookie("hl_lang", language)
    page = browser.get("/staff/quality?days=91")
    assert page.status_code == 200
    assert page.text.count('<svg class="plot') == (8 if rounds else 1)
    assert ("30" in page.text) or rounds


@pytest.mark.parametrize(("role", "sees"), [(Role.SUPERVISOR, 1), (Role.AUDITOR, 1), (Role.CLINICIAN, 0)])
def test_contacts_are_linked_only_for_those_who_may_open_them(
    app: Flask, helpline: Helpline, role: Role, sees: int
) -> None:
    seeker(helpline, "hello")
    turns(helpline, Candidate()).turn()
    caller = staff(app, helpline, "Wong", role)
    assert ("/staff/contacts/" in browser_of(app, caller).get("/staff/quality").text) == bool(sees)
    assert bool(caller.get("/quality?days=7").json["shadow"]["differing"]) == bool(sees)


def test_the_new_tables_go_and_come_with_data_in_the_old_ones(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened = seeker(house, "high risk")
    turns(house, Candidate()).turn()
    downgrade(house.database, "0001")
    upgrade(house.database)
    assert now_is(house, opened).level is Level.HIGH
    assert report(replace(house))["shadow"] is None
