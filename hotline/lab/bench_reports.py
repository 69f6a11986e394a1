"""Measures a year's report of a helpline with a million contacts; a report nobody waits for is a report nobody reads.

The contacts are rows of the shape that conversations leave, written without going through the flow, which would take
days. Their ids run on, because random ones make the writing slow and a report the same. Data keys exist only for those
of the last two days, which a report counts from their rows: older subjects count as erased, which costs the summary
less and the report the same.
"""

import dataclasses
import json
import random
import statistics
import time
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.tables import contacts
from hotline.domain.contact import AskedDirectly, Channel, Language, Level, Outcome, Region, State
from hotline.domain.ids import new_id
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions.tables import chain_heads
from hotline.jobs.tallies import tally_days
from hotline.lab.bench_claims import Scratch
from hotline.reports.period_report import report
from hotline.reports.periods import Period
from hotline.reports.totals import Books, Filters
from hotline.routing.tables import offers
from hotline.storage.migrate import upgrade
from hotline.triage.tables import assessments
from hotline.volunteers.rota import local_today
from hotline.volunteers.tables import duty_spans

DAYS = 366
ROUNDS = 5
KEYED_DAYS = 2
PEOPLE = 80
_AT_ONCE = 10_000
ANSWERED, JUDGED, AT_ONCE, ASKED = 0.9, 0.3, 0.8, 0.6
"""Shares of contacts that are answered, judged by a person, accepted at the first offer, asked directly."""
MEAN_WAIT_SECONDS, MEAN_TALK_SECONDS = 90, 2400
_LEVELS = (10, 60, 22, 6, 2)
_CHANNELS = (60, 20, 10, 5, 5)


def measure(helpline: Helpline, scratch: Scratch, *, number: int) -> dict[str, Any]:
    """Seconds (median) of a year's report beside the year before, and of one plain count over the same contacts."""
    house = dataclasses.replace(helpline, database=scratch.make("reports"), policies=helpline.policies.but())
    upgrade(house.database)
    _fill(house, number)
    started_seconds = time.perf_counter()
    counted = tally_days(house, budget_seconds=3600)
    rate = counted / (time.perf_counter() - started_seconds)
    zone = house.rota.zone
    today = local_today(house.clock.now(), zone)
    year, month = Period(today - timedelta(days=DAYS - 1), today, zone), Period(today - timedelta(days=29), today, zone)
    spans = {"year": year, "year_in_another_zone": dataclasses.replace(year, zone="Europe/London"), "month": month}
    told: dict[str, Any] = {"database": scratch.kind, "contacts": number, "days": counted, "days_per_s": round(rate, 1)}
    for name, span in spans.items():
        told[f"{name}_seconds"] = _timed(house, span, Filters())
    told["year_of_one_language_seconds"] = _timed(house, year, Filters(language=Language.EN))
    told["plain_count_seconds"] = _plain(house, year)
    told["ratio_to_plain_count"] = round(told["year_seconds"] / told["plain_count_seconds"], 2)
    house.database.dispose()
    return told


def _timed(house: Helpline, period: Period, filters: Filters) -> float:
    taken = []
    for _ in range(ROUNDS):
        started_seconds = time.perf_counter()
        with house.database.read() as conn:
            report(Books(conn, house.keys, house.clock.now()), period, filters)
        taken.append(time.perf_counter() - started_seconds)
    return round(statistics.median(taken), 3)


def _plain(house: Helpline, period: Period) -> float:
    """The least that rows can be asked: how many contacts of the year stand at each level."""
    ask = sa.select(contacts.c.level, sa.func.count()).group_by(contacts.c.level)
    taken = []
    for _ in range(ROUNDS):
        started_seconds = time.perf_counter()
        with house.database.read() as conn:
            conn.execute(ask.where(contacts.c.arrived_at >= period.start, contacts.c.arrived_at < period.end)).all()
        taken.append(time.perf_counter() - started_seconds)
    return round(statistics.median(taken), 3)


def _fill(house: Helpline, number: int) -> None:
    """The contacts of a year, a part of a day in each act."""
    dice, now = random.Random(1), house.clock.now()  # noqa: S311 - invented people
    promise = json.dumps(house.routing.promise())
    left = number
    while left:
        some = min(_AT_ONCE, left)
        _write(house, [_life(promise, dice, now, number, left - place) for place in range(some)])
        left -= some
    spans = [
        {"id": new_id(), "person_id": new_id(), "start_at": start, "end_at": start + timedelta(hours=8)}
        for start in (now - timedelta(hours=8 + 24 * day + dice.random() * 16) for day in range(DAYS))
        for _ in range(PEOPLE)
    ]
    with UnitOfWork(house) as unit:
        unit.conn.execute(sa.insert(duty_spans), spans)
        unit.commit()


def _write(house: Helpline, lives: list["_Life"]) -> None:
    with UnitOfWork(house) as unit:
        for table in (contacts, chain_heads, offers, assessments):
            rows = [row for life in lives for row in life.rows[table.name]]
            _insert(unit.conn, table, rows)
        for life in lives:
            if life.keyed:
                unit.keys.new_scope(unit.conn, life.rows["contacts"][0]["id"], unit.now)
        unit.commit()


def _insert(conn: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows of one shape as the driver takes them; through the layers above it a million would take an hour."""
    names = list(rows[0])
    sqlite = conn.dialect.name == "sqlite"
    marks = ", ".join(["?" if sqlite else "%s"] * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    values = [tuple(_driven(row[name], sqlite=sqlite) for name in names) for row in rows]
    conn.exec_driver_sql(f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks})', values)  # noqa: S608 - our own names


def _driven(value: Any, *, sqlite: bool) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, StrEnum):
        return value.value
    if sqlite and isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value


@dataclasses.dataclass(frozen=True, slots=True)
class _Life:
    """One contact as rows by table; ``keyed`` when a data key is made for it."""

    rows: dict[str, list[dict[str, Any]]]
    keyed: bool


def _life(promise: str, dice: random.Random, now: datetime, number: int, place: int) -> _Life:
    arrived = now - timedelta(days=(DAYS - 1) * place / number) + timedelta(seconds=dice.random())
    contact_id, level = f"{number - place:032x}", dice.choices(list(Level), _LEVELS)[0]
    waited = timedelta(seconds=dice.expovariate(1 / MEAN_WAIT_SECONDS))
    row = _contact(promise, dice, arrived, level, waited, answered=dice.random() < ANSWERED)
    head = {"contact_id": contact_id, "number": 1, "hash": b"", "signature": b"", "at": row["ended_at"]}
    rows = {
        "contacts": [row | {"id": contact_id}],
        "chain_heads": [head],
        "offers": _offers(dice, contact_id, level, arrived),
        "assessments": _judgements(dice, contact_id, level, arrived),
    }
    return _Life(rows, keyed=now - arrived < timedelta(days=KEYED_DAYS))


def _offers(dice: random.Random, contact_id: str, level: Level, at: datetime) -> list[dict[str, Any]]:
    offer: dict[str, Any] = {
        "contact_id": contact_id,
        "person_id": new_id(),
        "level": level,
        "reasons": [],
        "why": "",
        "by": None,
    }
    moments = dict.fromkeys(("offered_at", "due_at", "ended_at"), at)
    states = ["accepted"] if dice.random() < AT_ONCE else ["missed", "accepted"]
    return [{**offer, **moments, "id": f"{contact_id[1:]}{n}", "state": state} for n, state in enumerate(states)]


def _judgements(dice: random.Random, contact_id: str, level: Level, at: datetime) -> list[dict[str, Any]]:
    about = {"contact_id": contact_id, "level": level, "at": at, "expires_at": at, "details": b"", "policy": "bench"}
    found = [{**about, "made_by": "machine", "risk": dice.random(), "model": "bench", "message_number": 1}]
    if dice.random() < JUDGED:
        found.append({**about, "made_by": new_id(), "risk": None, "model": "closing", "message_number": 2})
    return [{**one, "id": f"{contact_id[1:]}{n}"} for n, one in enumerate(found)]


def _contact(
    promise: str, dice: random.Random, arrived: datetime, level: Level, waited: timedelta, *, answered: bool
) -> dict[str, Any]:
    here = arrived + waited
    ended = here + timedelta(seconds=dice.expovariate(1 / MEAN_TALK_SECONDS)) if answered else here
    return {
        "pseudonym": "BCD-10",
        "state": State.CLOSED,
        "token": new_id(),
        "channel": dice.choices(list(Channel), _CHANNELS)[0],
        "language": dice.choice(list(Language)),
        "region": Region.OTHER,
        "third_party": False,
        "first_visible_number": 1,
        "level": level,
        "promise": promise,
        "last_number": 1,
        "seeker_number": 1,
        "judged_number": 1,
        "settled_number": 1,
        "arrived_at": arrived,
        "accepted_at": here if answered else None,
        "first_reply_at": here if answered else None,
        "seeker_seen_at": here,
        "ended_at": ended,
        "abandoned_at": None if answered else here,
        "closed_at": ended,
        "outcome": Outcome.SUPPORTED if answered else Outcome.LEFT_EARLY,
        "asked_directly": AskedDirectly.DENIED if dice.random() < ASKED else None,
    }
