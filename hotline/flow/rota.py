"""The rota: shifts and patterns, days off, what is missing, reminders; without it nobody knows who comes tonight."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.ids import new_id, new_token
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage import feed
from hotline.volunteers import care, rota, shifts
from hotline.volunteers import store as volunteers
from hotline.volunteers.calendar import calendar
from hotline.volunteers.rota import Pattern, Shift
from hotline.volunteers.shifts import KeptPattern

CALENDAR_SHOWS = timedelta(days=28)
HOLIDAY_NAME_CHARACTERS = 60


class DoubleBooked(Conflict):
    """The person has another shift at that time."""

    code = "double_booked"


def add_shift(helpline: Helpline, actor: Person, shift: Shift) -> None:
    """Plan one shift of a person (its id is not used); raises ``DoubleBooked`` or ``InvalidInput``."""
    _supervisor(actor)
    rota.check_zone(shift.zone)
    rota.check_length(shift.end_at - shift.start_at)
    with UnitOfWork(helpline) as unit:
        person = volunteers.get_person(unit.conn, shift.person_id)
        if shift.end_at <= unit.now:
            raise InvalidInput("this shift is over already", field="start")
        shifts.hold_person(unit.conn, person.id)
        check_free(unit, person.id, shift.start_at, shift.end_at)
        fresh = Shift(new_id(), person.id, shift.start_at, shift.end_at, shift.zone)
        shifts.add_shift(unit.conn, fresh, by=actor.id)
        _noted(unit, actor.id, "shift_added", person.id)
        unit.commit()


def check_free(unit: UnitOfWork, person_id: str, start_at: datetime, end_at: datetime) -> None:
    """Raise ``DoubleBooked`` when the person has a shift that shares time with this stretch."""
    if rota.overlapping(shifts.between(unit.conn, start_at, end_at, person_id), start_at, end_at) is not None:
        raise DoubleBooked("this person has another shift at that time")


def remove_shift(helpline: Helpline, actor: Person, shift_id: str) -> None:
    """Take a shift off the rota and tell its person."""
    _supervisor(actor)
    with UnitOfWork(helpline) as unit:
        _remove(unit, actor.id, [shifts.get_shift(unit.conn, shift_id)])
        unit.commit()


def _remove(unit: UnitOfWork, actor_id: str, gone: Iterable[Shift]) -> None:
    taken = list(gone)
    shifts.remove_shifts(unit.conn, [shift.id for shift in taken], unit.now)
    for shift in taken:
        told = {"start_at": shift.start_at.isoformat(), "end_at": shift.end_at.isoformat()}
        care.tell(unit.conn, shift.person_id, "shift_removed", key=f"removed:{shift.id}", now=unit.now, **told)
        _noted(unit, actor_id, "shift_removed", shift.person_id)


def add_pattern(helpline: Helpline, actor: Person, pattern: Pattern) -> str:
    """Plan shifts that return every week and write those of the coming weeks; gives the pattern's id.

    Raises ``DoubleBooked`` when one of them meets another shift of the same person.
    """
    _supervisor(actor)
    rota.check_pattern(pattern)
    with UnitOfWork(helpline) as unit:
        person = volunteers.get_person(unit.conn, pattern.person_id)
        shifts.hold_person(unit.conn, person.id)
        pattern_id = shifts.add_pattern(unit.conn, pattern, by=actor.id, now=unit.now)
        if _write(unit, KeptPattern(pattern_id, pattern, None)):
            raise DoubleBooked("this pattern meets another shift of the same person")
        _noted(unit, actor.id, "pattern_added", person.id)
        unit.commit()
    return pattern_id


def _write(unit: UnitOfWork, kept: KeptPattern) -> int:
    """Write a pattern's shifts up to the horizon; gives how many were left out because the person is booked already."""
    today = rota.local_today(unit.now, kept.pattern.zone)
    until = today + timedelta(days=unit.helpline.rota.horizon_days)
    since = max(today, kept.pattern.first_day)
    if kept.written_until is not None:
        since = max(since, kept.written_until + timedelta(days=1))
    left_out = _write_days(unit, kept, since, until)
    shifts.change_pattern(unit.conn, kept.id, written_until=until)
    return left_out


def _write_days(unit: UnitOfWork, kept: KeptPattern, since: date, until: date) -> int:
    left_out = 0
    free = shifts.holidays_from(unit.conn, since)
    for day, start_at, end_at in rota.occurrences(kept.pattern, since, until, free):
        booked = shifts.between(unit.conn, start_at, end_at, kept.pattern.person_id)
        if end_at <= unit.now:
            continue
        if rota.overlapping(booked, start_at, end_at) is not None:
            left_out += 1
            continue
        shift = Shift(new_id(), kept.pattern.person_id, start_at, end_at, kept.pattern.zone, kept.id)
        shifts.add_shift(unit.conn, shift, by="machine", pattern_day=day)
    return left_out


def end_pattern(helpline: Helpline, actor: Person, pattern_id: str) -> None:
    """End a pattern: its shifts that have not begun leave the rota, but for those given to somebody else."""
    _supervisor(actor)
    with UnitOfWork(helpline) as unit:
        kept = shifts.get_pattern(unit.conn, pattern_id)
        shifts.change_pattern(unit.conn, pattern_id, ended_at=unit.now)
        _remove(unit, actor.id, shifts.of_pattern(unit.conn, pattern_id, kept.pattern.person_id, unit.now))
        _noted(unit, actor.id, "pattern_ended", kept.pattern.person_id)
        unit.commit()


def add_holiday(helpline: Helpline, actor: Person, day: date, name: str) -> None:
    """A day without patterns: their shifts that begin on it leave the rota; single shifts stay."""
    _supervisor(actor)
    called = " ".join(name.split())
    if not 1 <= len(called) <= HOLIDAY_NAME_CHARACTERS:
        raise InvalidInput("a name of 1 to 60 characters is needed", field="name")
    with UnitOfWork(helpline) as unit:
        shifts.add_holiday(unit.conn, day, called, by=actor.id, now=unit.now)
        _remove(unit, actor.id, shifts.of_pattern_day(unit.conn, day, unit.now))
        _noted(unit, actor.id, "holiday_added", None)
        unit.commit()


def remove_holiday(helpline: Helpline, actor: Person, day: date) -> None:
    """The day has its patterns again."""
    _supervisor(actor)
    with UnitOfWork(helpline) as unit:
        shifts.remove_holiday(unit.conn, day)
        for kept in shifts.live_patterns(unit.conn):
            if kept.written_until is not None and day <= kept.written_until:
                _write_days(unit, kept, day, day)
        _noted(unit, actor.id, "holiday_removed", None)
        unit.commit()


def write_ahead(helpline: Helpline) -> int:
    """Write the shifts of the coming weeks for every pattern that has not reached them; gives how many patterns."""
    horizon = timedelta(days=helpline.rota.horizon_days)
    today = rota.local_today(helpline.clock.now(), helpline.rota.zone)
    with helpline.database.read() as conn:
        behind = shifts.unwritten(conn, today + horizon - timedelta(days=1))
    for found in behind:
        with UnitOfWork(helpline) as unit:
            try:
                kept = shifts.get_pattern(unit.conn, found.id)
            except NotFound:
                continue
            shifts.hold_person(unit.conn, kept.pattern.person_id)
            _write(unit, kept)
            unit.commit()
    return len(behind)


def make_link(helpline: Helpline, person: Person) -> str:
    """A fresh private calendar link of one's own rota; gives its token. An older link ends at once."""
    token = new_token()
    with UnitOfWork(helpline) as unit:
        shifts.set_link(unit.conn, person.id, unit.keys.blind("calendar", token), unit.now)
        _noted(unit, person.id, "calendar_linked", person.id)
        unit.commit()
    return token


def remove_link(helpline: Helpline, person: Person) -> None:
    """The calendar link leads nowhere from now on."""
    with UnitOfWork(helpline) as unit:
        shifts.remove_link(unit.conn, person.id)
        _noted(unit, person.id, "calendar_unlinked", person.id)
        unit.commit()


def calendar_of(helpline: Helpline, token: str, *, title: str) -> str:
    """The calendar behind a private link; raises ``NotFound`` when it was taken back or never was."""
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        person_id = shifts.person_of_link(conn, helpline.keys.blind("calendar", token))
        if person_id is None or volunteers.get_person(conn, person_id).disabled_at is not None:
            raise NotFound("no such calendar")
        horizon = timedelta(days=helpline.rota.horizon_days + 1)
        mine = shifts.between(conn, now - CALENDAR_SHOWS, now + horizon, person_id)
    return calendar(mine, title=title, now=now)


def _noted(unit: UnitOfWork, actor_id: str, kind: str, person_id: str | None) -> None:
    volunteers.note(unit.conn, unit.now, actor_id=actor_id, kind=kind, person_id=person_id)
    unit.tell(feed.DESK, "state", person_id=person_id or "")


def _supervisor(actor: Person) -> None:
    if Role.SUPERVISOR not in actor.roles:
        raise NotAllowed("only a supervisor changes the rota")
