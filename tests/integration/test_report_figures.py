"""Every figure of a report, worked out again from the same rows by other code; with the summary and without it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from support.fakes import A_MONDAY, FakeClock
from support.quality import many_judged
from support.reports import Again, weeks

from hotline.contacts.tables import contacts
from hotline.domain.contact import Channel, Language, Level
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions.tables import chain_heads
from hotline.jobs.tallies import EVERY, tally_days
from hotline.reports import quality_view
from hotline.reports.figures import FIGURES
from hotline.reports.period_report import report
from hotline.reports.periods import Period
from hotline.reports.queue_view import Reader
from hotline.reports.totals import Books, Filters
from hotline.storage import leases, report_days
from hotline.storage.migrate import downgrade, upgrade
from hotline.volunteers.tables import duty_spans

FILTERS = [
    Filters(),
    Filters(channel=Channel.VOICE),
    Filters(language=Language.ZH_HANT),
    Filters(level=Level.HIGH),
    Filters(channel=Channel.WEB, language=Language.EN, level=Level.ELEVATED),
]
ZONES = ["Asia/Hong_Kong", "Europe/London", "Asia/Kathmandu", "America/St_Johns"]
LAST = A_MONDAY.date()


def told(house: Helpline, period: Period, filters: Filters = Filters()) -> dict[str, Any]:  # noqa: B008 - frozen
    with house.database.read() as conn:
        return report(Books(conn, house.keys, house.clock.now()), period, filters)


def plain(value: Any) -> Any:
    """A share as (hits, of how many)."""
    return (value["hits"], value["total"]) if isinstance(value, dict) else value


def near(figures: dict[str, Any]) -> dict[str, Any]:
    """Means compared to nine digits, all else exactly."""
    return {name: round(one, 9) if isinstance(one, float) else one for name, one in figures.items()}


def again(house: Helpline, period: Period, filters: Filters) -> Again:
    only = filters.only
    return Again(house, lambda row: all(row[name] == value for name, value in only.items()), period.start, period.end)


def summed(house: Helpline) -> int:
    """Let the summary be made of every day that can be."""
    return tally_days(house, budget_seconds=60)


def check(house: Helpline, period: Period, filters: Filters) -> None:
    found = told(house, period, filters)
    for part, span in (("value", period), ("before", period.before())):
        wanted = again(house, span, filters)
        figures = {one["id"]: plain(one[part]) for one in found["figures"]}
        duty, occupancy = figures.pop("duty_hours"), figures.pop("occupancy")
        assert near(figures) == near(wanted.figures())
        if filters.only:
            assert (duty, occupancy) == (None, None)
        else:
            assert duty == pytest.approx(wanted.duty_hours(), rel=1e-3)
            assert occupancy == (pytest.approx(figures["talk_hours"] / duty) if duty else None)
    now = again(house, period, filters)
    shown = {name: {row["key"]: row["values"][0] for row in rows} for name, rows in found["tables"].items()}
    assert {key: number for key, number in shown["by_hour"].items() if number} == now.hours(period.zone)
    assert shown["by_day"] == now.days(period.zone)
    assert {key: number for key, number in shown["by_topic"].items() if number} == now.topics()


@pytest.mark.parametrize("summary", [False, True], ids=["rows", "summary"])
def test_every_figure_is_what_the_rows_say(helpline_on_both: Helpline, *, summary: bool) -> None:
    weeks(helpline_on_both, 400)
    if summary:
        assert summed(helpline_on_both) > 5
    for filters in FILTERS:
        check(helpline_on_both, Period(LAST - timedelta(days=8), LAST, "Asia/Hong_Kong"), filters)


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_hours_are_those_of_the_zone_that_was_chosen(helpline: Helpline, zone: str) -> None:
    weeks(helpline, 300)
    summed(helpline)
    check(helpline, Period(LAST - timedelta(days=6), LAST - timedelta(days=2), zone), Filters())


@pytest.mark.parametrize("seed", range(6))
def test_it_holds_for_other_weeks_as_well(helpline: Helpline, seed: int) -> None:
    weeks(helpline, 150, seed=100 + seed)
    summed(helpline)
    check(helpline, Period(LAST - timedelta(days=3 * seed), LAST, "Asia/Hong_Kong"), FILTERS[seed % len(FILTERS)])


def test_every_figure_and_table_has_one_name_and_one_definition() -> None:
    assert len({figure.id for figure in FIGURES}) == len(FIGURES)
    assert len({figure.definition for figure in FIGURES}) == len(FIGURES)
    assert all(figure.tables for figure in FIGURES)


def test_a_change_to_an_old_contact_is_in_the_next_report_and_then_in_the_summary(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house, zone = helpline_on_both, "Asia/Hong_Kong"
    weeks(house, 100)
    counted = summed(house)
    period = Period(LAST - timedelta(days=15), LAST - timedelta(days=3), zone)
    before = told(house, period)["figures"][0]["value"]
    clock.advance(hours=2)
    with UnitOfWork(house) as unit:
        inside = sa.and_(contacts.c.arrived_at >= period.start, contacts.c.arrived_at < period.end)
        moved = unit.conn.execute(sa.select(contacts.c.id).where(inside).limit(1)).scalar_one()
        unit.conn.execute(
            sa.update(contacts).where(contacts.c.id == moved).values(level="imminent", channel="referral")
        )
        unit.conn.execute(sa.update(chain_heads).where(chain_heads.c.contact_id == moved).values(at=unit.now))
        unit.commit()
    only = Filters(channel=Channel.REFERRAL)
    assert told(house, period, only)["figures"][0]["value"] == 1
    assert told(house, period)["figures"][0]["value"] == before
    assert summed(house) == 1
    clock.advance(seconds=2 * EVERY.total_seconds())
    assert told(house, period, only)["figures"][0]["value"] == 1
    with house.database.read() as conn:
        assert len(report_days.days(conn)) == counted


def test_a_day_with_an_open_conversation_is_counted_from_its_rows(helpline: Helpline) -> None:
    weeks(helpline, 60)
    with UnitOfWork(helpline) as unit:
        unit.conn.execute(sa.update(contacts).values(state="in_conversation"))
        unit.commit()
    assert summed(helpline) == sum(1 for day in empty_days(helpline))
    check(helpline, Period(LAST - timedelta(days=5), LAST, "Asia/Hong_Kong"), Filters())


def empty_days(house: Helpline) -> list[date]:
    """Days since the first contact on which nobody arrived."""
    zone = "Asia/Hong_Kong"
    arrived = again(house, Period(LAST - timedelta(days=30), LAST, zone), Filters()).days(zone)
    first = date.fromisoformat(min(arrived))
    return [day for n in range((LAST - first).days) if (day := first + timedelta(days=n)).isoformat() not in arrived]


def test_recall_and_precision_are_those_of_the_triage_quality_page(helpline: Helpline) -> None:
    many_judged(helpline)
    found = {
        one["id"]: one["value"] for one in told(helpline, Period(LAST - timedelta(days=27), LAST, "UTC"))["figures"]
    }
    with helpline.database.read() as conn:
        reader = Reader(conn, helpline.keys, helpline.assessor, "en", helpline.clock.now())
        page = quality_view.report(reader, helpline.quality, 28)["figures"]["by_level"]
    for fit, name in zip(page[:2], ("risk", "urgent"), strict=True):
        assert found[f"recall_{name}"] == pytest.approx(fit["recall"])
        assert found[f"precision_{name}"] == pytest.approx(fit["precision"])


def test_the_summary_holds_no_contact(helpline: Helpline) -> None:
    weeks(helpline, 40)
    summed(helpline)
    with helpline.database.read() as conn:
        kept = str(conn.execute(sa.select(report_days.report_cells)).all())
        ids = conn.execute(sa.select(contacts.c.id)).scalars().all()
    assert kept
    assert not [one for one in ids if one in kept]


def test_a_summary_made_in_another_zone_still_tells_the_truth(helpline: Helpline) -> None:
    weeks(helpline, 120)
    rota = replace(helpline.rota, zone="America/New_York")
    assert summed(replace(helpline, policies=helpline.policies.but(rota=rota))) > 3
    check(helpline, Period(LAST - timedelta(days=9), LAST - timedelta(days=1), "Asia/Hong_Kong"), Filters())


def test_the_schema_goes_down_and_up_again_and_counts_anew(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    weeks(house, 50)
    counted = summed(house)
    downgrade(house.database, "0011")
    upgrade(house.database)
    with house.database.read() as conn:
        assert report_days.days(conn) == []
    with UnitOfWork(house) as unit:
        unit.conn.execute(sa.delete(leases.beats))
        unit.commit()
    assert summed(house) == counted


def test_subjects_of_an_erased_contact_are_not_made_up(helpline: Helpline) -> None:
    weeks(helpline, 60)
    period = Period(LAST - timedelta(days=20), LAST, "UTC")
    assert sum(row["values"][0] for row in told(helpline, period)["tables"]["by_topic"]) > 0
    with UnitOfWork(helpline) as unit:
        for scope in unit.conn.execute(sa.select(contacts.c.id)).scalars().all():
            unit.keys.destroy_scope(unit.conn, scope, unit.now)
        unit.commit()
    assert sum(row["values"][0] for row in told(helpline, period)["tables"]["by_topic"]) == 0
    assert told(helpline, period)["figures"][0]["value"] == 60


def test_the_summary_is_made_once_a_minute_at_most_and_within_its_time(helpline: Helpline, clock: FakeClock) -> None:
    weeks(helpline, 50)
    assert tally_days(helpline, budget_seconds=0) <= 1
    assert tally_days(helpline, budget_seconds=60) == 0
    clock.advance(seconds=EVERY.total_seconds())
    assert tally_days(helpline, budget_seconds=60) > 5


def test_time_on_duty_over_midnight_is_written_when_it_is_over(helpline: Helpline, clock: FakeClock) -> None:
    weeks(helpline, 30)
    start = A_MONDAY - timedelta(hours=50)
    span = {"id": "s" * 32, "person_id": "d" * 32, "start_at": start, "end_at": None}
    with UnitOfWork(helpline) as unit:
        unit.conn.execute(sa.insert(duty_spans).values(**span))
        unit.commit()
    summed(helpline)
    with helpline.database.read() as conn:
        assert [day.duty_seconds is None for day in report_days.days(conn)][-2:] == [True, True]
    clock.advance(hours=2)
    with UnitOfWork(helpline) as unit:
        unit.conn.execute(sa.update(duty_spans).where(duty_spans.c.end_at.is_(None)).values(end_at=unit.now))
        unit.commit()
    summed(helpline)
    with helpline.database.read() as conn:
        assert None not in [day.duty_seconds for day in report_days.days(conn)]
    check(helpline, Period(LAST - timedelta(days=6), LAST, "Asia/Hong_Kong"), Filters())


def test_days_that_were_counted_in_another_way_are_counted_again(
    helpline: Helpline, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    weeks(helpline, 60)
    counted = summed(helpline)
    monkeypatch.setattr(report_days, "VERSION", report_days.VERSION + 1)
    with helpline.database.read() as conn:
        assert report_days.days(conn) == []
    period = Period(LAST - timedelta(days=9), LAST, "Asia/Hong_Kong")
    check(helpline, period, Filters())
    clock.advance(seconds=EVERY.total_seconds())
    assert summed(helpline) == counted
    with helpline.database.read() as conn:
        assert len(conn.execute(sa.select(report_days.report_days)).all()) == counted
    check(helpline, period, Filters())
