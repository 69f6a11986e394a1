"""How people's rest is shown: a calm card at one's own desk, a list with everybody's state for the supervisor."""

from datetime import date, datetime, timedelta
from typing import Any

from hotline.domain.records import Person
from hotline.reports.people import aliases, is_on_duty, person_view
from hotline.reports.queue_view import Reader
from hotline.routing import store as routing
from hotline.routing.policy import RoutingPolicy
from hotline.volunteers import care
from hotline.volunteers import store as volunteers
from hotline.volunteers.care import Care
from hotline.volunteers.wellbeing import (
    WEEK,
    CareKind,
    Fit,
    Record,
    WellbeingPolicy,
    expires_soon,
    fit_for,
    urgent_row,
    worked,
)


def card(reader: Reader, policy: WellbeingPolicy, person: Person, record: Record) -> dict[str, Any]:
    """``Care`` of the API: whether something may be offered to this person, and what stands about their rest."""
    fit = fit_for(policy, record, reader.now)
    lines = care.open_care(reader.conn, [person.id], reader.now)
    return _state(reader, policy, record, fit, lines) | {
        "notices": [
            {"notice_id": one.id, "kind": one.kind, "at": one.at, **_told(reader, one.data)}
            for one in care.open_notices(reader.conn, person.id)
        ],
    }


def how(policy: WellbeingPolicy, record: Record, now: datetime) -> dict[str, Any]:
    """How somebody is, in three facts: whether and why nothing may be offered, until when, urgent contacts in a row."""
    fit = fit_for(policy, record, now)
    return {"why": fit.why, "until": fit.until, "urgent_in_a_row": urgent_row(policy, record.served, now)}


def _told(reader: Reader, data: dict[str, Any]) -> dict[str, Any]:
    """What a notice is about, with the alias of whom it is about and its moments as moments."""
    paper = data.get("paper", {})
    names = aliases(reader.conn, {paper["person_id"]}) if paper else {}
    return {
        "start_at": _moment(data.get("start_at")),
        "end_at": _moment(data.get("end_at")),
        "certificate": paper.get("kind"),
        "about": next(iter(names.values()), data.get("pseudonym")),
        "expires_on": paper.get("expires_on"),
    }


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _state(reader: Reader, policy: WellbeingPolicy, record: Record, fit: Fit, lines: list[Care]) -> dict[str, Any]:
    breaks = [line for line in lines if line.kind is CareKind.BREAK]
    stood = [line for line in lines if line.kind is CareKind.STAND_DOWN]
    return {
        "ok": fit.ok,
        "why": fit.why,
        "until": fit.until,
        "rota_kept": record.rota_kept,
        "shift_ends_at": record.shift_ends_at,
        "next_shift_at": record.next_shift_at,
        "extra_until": record.extra_until,
        "break_until": record.break_until if breaks else None,
        "break_reason": breaks[-1].reason if breaks else None,
        "may_end_break": bool(breaks) and all(line.reason != "required" for line in breaks),
        "stand_down_reason": _opened(reader, stood[-1]) if stood else None,
        "debriefs": [
            {"care_id": line.id, "reason": line.reason, "since": line.start_at, "contact_id": line.contact_id}
            for line in lines
            if line.kind is CareKind.DEBRIEF
        ],
        "week_hours": round(worked(record.spans, reader.now - WEEK, reader.now) / timedelta(hours=1), 1),
        "week_cap_hours": round(policy.week / timedelta(hours=1), 1),
        "urgent_in_a_row": urgent_row(policy, record.served, reader.now),
    }


def _opened(reader: Reader, line: Care) -> str:
    """The words of a sealed note, for the person it is about and for supervisors."""
    if line.note is None:
        return ""
    return reader.keys.unseal(reader.conn, f"person:{line.person_id}", f"care.note.{line.id}", line.note)


def team(
    reader: Reader,
    policy: WellbeingPolicy,
    routing_policy: RoutingPolicy,
    people: dict[str, Person],
    records: dict[str, Record],
) -> list[dict[str, Any]]:
    """``Team`` of the API: everybody who listens, those who may not be asked now first."""
    ids = list(people)
    loads = routing.load_of(reader.conn, ids)
    lines: dict[str, list[Care]] = {}
    for line in care.open_care(reader.conn, ids, reader.now):
        lines.setdefault(line.person_id, []).append(line)
    papers = _papers(reader, policy, ids)
    found = []
    for person in people.values():
        duty = is_on_duty(volunteers.duty_of(reader.conn, person.id), routing_policy, reader.now)
        fit = fit_for(policy, records[person.id], reader.now)
        state = _state(reader, policy, records[person.id], fit, lines.get(person.id, []))
        more = {"used": loads[person.id][0], "certificates": papers.get(person.id, [])}
        found.append(person_view(person, on_duty=duty) | state | more)
    return sorted(found, key=lambda one: (one["ok"], not one["on_duty"], one["alias"]))


def _papers(reader: Reader, policy: WellbeingPolicy, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    today = reader.now.date()
    found: dict[str, list[dict[str, Any]]] = {}
    for paper in care.certificates_of(reader.conn, ids):
        found.setdefault(paper.person_id, []).append(
            {
                "certificate_id": paper.id,
                "kind": paper.kind.value,
                "granted_on": paper.granted_on,
                "expires_on": paper.expires_on,
                "state": _paper_state(policy, paper.expires_on, today),
            },
        )
    return found


def _paper_state(policy: WellbeingPolicy, expires_on: date, today: date) -> str:
    if expires_on < today:
        return "expired"
    return "soon" if expires_soon(policy, expires_on, today) else "holds"


def colleagues_to_talk_to(reader: Reader, person: Person) -> list[dict[str, Any]]:
    """Debriefs of others that this person could settle: whose, since when and why, never about which contact."""
    owed = [line for line in care.open_debriefs(reader.conn) if line.person_id != person.id]
    names = aliases(reader.conn, {line.person_id for line in owed})
    return [
        {"care_id": line.id, "alias": names.get(line.person_id, ""), "reason": line.reason, "since": line.start_at}
        for line in owed
    ]
