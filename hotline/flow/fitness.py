"""Whether a person may be offered a contact now: the one gate that offers and claims ask; two gates would disagree.

``fits`` reads many people with the same few queries as one, for whoever ranks the people on duty.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from hotline.domain.errors import Conflict
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.volunteers import care, rota, shifts
from hotline.volunteers import store as volunteers
from hotline.volunteers.care import Care
from hotline.volunteers.shifts import Standing
from hotline.volunteers.wellbeing import WEEK, CareKind, Fit, Record, Unfit, fit_for

LOOKS_BACK = timedelta(hours=24)
"""How far back contacts are counted; longer than any shift."""


class NotFit(Conflict):
    """The person must rest, is off shift, or lacks a certificate; ``fit`` says which and until when."""

    code = "not_fit"

    def __init__(self, found: Fit) -> None:
        super().__init__(f"nothing is offered to this person now: {found.why}")
        self.fit = found
        self.code = f"unfit_{found.why}"


def fit(helpline: Helpline, conn: Connection, person_id: str, now: datetime) -> Fit:
    """The verdict on one person; raises ``NotFound`` for nobody."""
    return fits(helpline, conn, [volunteers.get_person(conn, person_id)], now)[person_id]


def fits(helpline: Helpline, conn: Connection, people: Iterable[Person], now: datetime) -> dict[str, Fit]:
    """The verdict on each of these people, by id."""
    found = records(helpline, conn, people, now)
    return {person_id: fit_for(helpline.wellbeing, record, now) for person_id, record in found.items()}


def check(unit: UnitOfWork, person: Person) -> None:
    """Let a person take a contact within the act of ``unit``, or raise ``NotFit``."""
    found = fits(unit.helpline, unit.conn, [person], unit.now)[person.id]
    if not found.ok:
        raise NotFit(found)


def rota_kept(helpline: Helpline, conn: Connection, now: datetime) -> bool:
    """Whether this helpline keeps a rota; without one nobody is ever off shift."""
    policy = helpline.rota
    return shifts.is_kept(conn, rota.local_today(now, policy.zone), now - policy.unkept)


def records(helpline: Helpline, conn: Connection, people: Iterable[Person], now: datetime) -> dict[str, Record]:
    """What is known of each person, by id, in a fixed number of queries."""
    by_id = {person.id: person for person in people}
    ids = list(by_id)
    if not ids:
        return {}
    kept = rota_kept(helpline, conn, now)
    standing = shifts.standings(conn, ids, now) if kept else {}
    lines: dict[str, list[Care]] = {}
    for line in care.open_care(conn, ids, now):
        lines.setdefault(line.person_id, []).append(line)
    served = care.served_by(conn, ids, now - LOOKS_BACK)
    spans = care.spans_of(conn, ids, now - WEEK)
    papers: dict[str, dict[str, date]] = {}
    for paper in care.certificates_of(conn, ids):
        papers.setdefault(paper.person_id, {})[paper.kind] = paper.expires_on
    return {
        person.id: Record(
            rota_kept=kept,
            **_standing(standing.get(person.id, Standing())),
            **_care(lines.get(person.id, [])),
            served=served.get(person.id, ()),
            spans=spans.get(person.id, ()),
            certificates=papers.get(person.id, {}),
            stage=person.stage,
            invented=person.demo,
        )
        for person in by_id.values()
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {"shift_started_at": one.started_at, "shift_ends_at": one.ends_at, "next_shift_at": one.next_at}


def _care(lines: list[Care]) -> dict[str, Any]:
    """What stands of each kind; of several the one that ends last counts, and one without an end ends last."""
    ends = {kind: [line.until for line in lines if line.kind is kind] for kind in CareKind}
    return {
        "stood_down": bool(ends[CareKind.STAND_DOWN]),
        "stood_down_until": _last(ends[CareKind.STAND_DOWN]),
        "on_break": bool(ends[CareKind.BREAK]),
        "break_until": _last(ends[CareKind.BREAK]),
        "debrief_owed": bool(ends[CareKind.DEBRIEF]),
        "extra_until": _last(ends[CareKind.EXTRA_TIME]),
    }


def _last(ends: list[datetime | None]) -> datetime | None:
    """The latest of these ends; ``None`` when one of them has none, or there is nothing."""
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


__all__ = ["Fit", "NotFit", "Unfit", "check", "fit", "fits", "records", "rota_kept"]
