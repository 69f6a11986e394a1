"""What the clock looks at ahead of time: shifts to remind of, hours without people, certificates that end.

A gap that is seen when it has come is a night without anybody.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.domain.contact import Language, Role
from hotline.domain.records import Person
from hotline.flow import escalate, fitness, swap
from hotline.flow import rota as rota_flow
from hotline.flow.escalate import PageOrder
from hotline.flow.helpline import Helpline
from hotline.flow.unit import OnDoubt, UnitOfWork
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.storage import feed
from hotline.volunteers import care, rota, shifts
from hotline.volunteers import store as volunteers
from hotline.volunteers.care import Certificate
from hotline.volunteers.rota import Hour, Shift
from hotline.volunteers.wellbeing import expires_soon


def look_ahead(helpline: Helpline) -> int:
    """Everything ahead: shifts written, swaps ended, people reminded and warned, gaps raised; gives how many acts."""
    return (
        rota_flow.write_ahead(helpline)
        + swap.expire(helpline)
        + remind(helpline)
        + warn_of_certificates(helpline)
        + alarm_gaps(helpline)
    )


def gaps(helpline: Helpline, length: timedelta) -> list[Hour]:
    """Each hour from now on for so long, planned and needed; nothing where no rota is kept.

    An hour wholly outside the opening hours needs nobody: it is no gap, whatever the rota's numbers say.
    """
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        if not fitness.rota_kept(helpline, conn, now):
            return []
        planned = shifts.between(conn, now - timedelta(hours=1), now + length + timedelta(hours=1))
    found = rota.hours(helpline.rota, planned, now, now + length)
    opening = helpline.hours.now
    return [
        one if opening.open_within(one.start_at, one.start_at + rota.HOUR) else replace(one, needed=0) for one in found
    ]


def alarm_gaps(helpline: Helpline) -> int:
    """Alarm supervisors once a day while an hour within the alarm's reach lacks people; gives how many such hours."""
    short = [hour for hour in gaps(helpline, helpline.rota.gap_alarm) if hour.missing]
    with helpline.database.read() as conn:
        ringing = any(one.kind is AlarmKind.ROTA_GAP for one in routing.open_alarms(conn))
    if not short and not ringing:
        return 0
    with UnitOfWork(helpline) as unit:
        if short:
            today = rota.local_today(unit.now, helpline.rota.zone)
            escalate.alarm(unit, AlarmKind.ROTA_GAP, None, token=f"gap:{today}")
        elif routing.settle_alarms(unit.conn, unit.now, contact_id=None, kinds=[AlarmKind.ROTA_GAP]):
            unit.tell(feed.DESK, "alarm")
        unit.commit()
    return len(short)


def remind(helpline: Helpline) -> int:
    """Tell people of shifts that begin soon, at the desk and by telephone where a number was left; gives how many."""
    with helpline.database.read() as conn:
        soon = shifts.to_remind(conn, helpline.clock.now(), helpline.rota.remind)
    for shift in soon:
        with UnitOfWork(helpline) as unit:
            if not shifts.mark_reminded(unit.conn, shift, unit.now):
                continue
            key = f"remind:{shift.id}:{shift.person_id}"
            told = {"start_at": shift.start_at.isoformat(), "end_at": shift.end_at.isoformat()}
            care.tell(unit.conn, shift.person_id, "shift_soon", key=key, now=unit.now, **told)
            if volunteers.get_person(unit.conn, shift.person_id).phone is not None:
                payload = {"shift_id": shift.id, "person_id": shift.person_id}
                unit.promise("reminder", payload, dedupe_key=key, on_doubt=OnDoubt.DROP)
            unit.tell(feed.DESK, "state", person_id=shift.person_id)
            unit.commit()
    return len(soon)


def reminder_details(helpline: Helpline, shift_id: str, person_id: str) -> PageOrder | None:
    """What to say to whom about a shift; ``None`` when it was given away, taken off or has begun meanwhile."""
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        shift = next((one for one in shifts.between(conn, now, now + WITHIN, person_id) if one.id == shift_id), None)
        if shift is None or shift.start_at <= now:
            return None
        person = volunteers.get_person(conn, person_id)
        number = None
        if person.phone is not None:
            number = helpline.keys.unseal(conn, f"person:{person.id}", f"people.phone.{person.id}", person.phone)
    language = Language(person.languages[0]) if person.languages else Language.EN
    text = helpline.words.sentence("reminder_shift", language, start=_clock(shift), zone=shift.zone)
    return PageOrder(page_id="", person_id=person.id, to_number=number, text=text, language=language)


WITHIN = timedelta(days=2)
"""How far ahead a promised reminder may lie."""


def _clock(shift: Shift) -> str:
    """The start by the wall clock of the shift's zone."""
    return shift.start_at.astimezone(ZoneInfo(shift.zone)).strftime("%Y-%m-%d %H:%M")


def warn_of_certificates(helpline: Helpline) -> int:
    """Tell the person and the supervisors of a certificate that ends soon, and once more when it has; gives how many.

    Only the newest certificate of a kind counts: a renewed one warns nobody.
    """
    now = helpline.clock.now()
    today = rota.local_today(now, helpline.rota.zone)
    with helpline.database.read() as conn:
        ending = [one for one in care.certificates_of(conn) if expires_soon(helpline.wellbeing, one.expires_on, today)]
        fresh = [one for one in ending if not care.was_told(conn, one.person_id, _key(one, now))]
        people = volunteers.get_people(conn) if fresh else {}
    for paper in fresh:
        with UnitOfWork(helpline) as unit:
            for person_id in _who_hears(paper, people):
                kind = "certificate_expired" if paper.expires_on < now.date() else "certificate_soon"
                told = {"kind": paper.kind, "person_id": paper.person_id, "expires_on": paper.expires_on.isoformat()}
                care.tell(unit.conn, person_id, kind, key=_key(paper, now), now=unit.now, paper=told)
                unit.tell(feed.DESK, "state", person_id=person_id)
            unit.commit()
    return len(fresh)


def _key(paper: Certificate, now: datetime) -> str:
    return f"certificate:{paper.id}:{'over' if paper.expires_on < now.date() else 'soon'}"


def _who_hears(paper: Certificate, people: dict[str, Person]) -> list[str]:
    supervisors = [one.id for one in people.values() if Role.SUPERVISOR in one.roles and one.disabled_at is None]
    return [paper.person_id, *(one for one in supervisors if one != paper.person_id)]
