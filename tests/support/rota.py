"""Shorthand for the rota and for heavy contacts in a test story."""

from datetime import date, datetime, timedelta

from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.flow import fitness, rest, rota
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.volunteers import care, shifts, tables
from hotline.volunteers.care import Notice
from hotline.volunteers.rota import Pattern, Shift
from hotline.volunteers.wellbeing import CareKind, Fit, Served

HOUR = timedelta(hours=1)
EVERY_DAY = tuple(range(7))


def fit(house: Helpline, person: Person) -> Fit:
    """The gate's verdict now."""
    with house.database.read() as conn:
        return fitness.fit(house, conn, person.id, house.clock.now())


def planned(house: Helpline, person: Person | None = None, *, days: int = 40) -> list[Shift]:
    """The shifts from now on, of one person or of all."""
    now = house.clock.now()
    with house.database.read() as conn:
        return shifts.between(conn, now, now + timedelta(days=days), None if person is None else person.id)


def shift(house: Helpline, by: Person, person: Person, start_at: datetime, hours: float = 4) -> Shift:
    """Plan a shift and give it back as it is kept."""
    new = Shift("", person.id, start_at, start_at + hours * HOUR, "Asia/Hong_Kong")
    rota.add_shift(house, by, new)
    return next(one for one in planned(house, person) if one.start_at == start_at)


def every_day(person: Person, start: int, end: int, *, first: date, zone: str = "Asia/Hong_Kong") -> Pattern:
    """A daily pattern between two local hours."""
    return Pattern(person.id, zone, EVERY_DAY, start * 60, end * 60 % 1440, first)


def told(house: Helpline, person: Person) -> list[str]:
    """What a person was told and has not put away, in the order of their words."""
    return sorted(one.kind for one in notices(house, person))


def notices(house: Helpline, person: Person) -> list[Notice]:
    """The notices themselves."""
    with house.database.read() as conn:
        return care.open_notices(conn, person.id, limit=100)


def debriefs(house: Helpline, person: Person) -> list[care.Care]:
    """Talks that are owed to a person."""
    with house.database.read() as conn:
        return [one for one in care.open_care(conn, [person.id], house.clock.now()) if one.kind is CareKind.DEBRIEF]


def settle_all(house: Helpline, by: Person, person: Person) -> None:
    """Somebody has talked with a person about everything heavy."""
    for one in debriefs(house, person):
        rest.settle_debrief(house, by, one.id, "we talked")


def has_served(house: Helpline, person: Person, *, urgent: bool, times: int = 1) -> None:
    """A person closed so many contacts just now."""
    with UnitOfWork(house) as unit:
        for _ in range(times):
            care.add_served(unit.conn, new_id(), person.id, Served(unit.now, unit.now, urgent))
        unit.commit()


def rested(house: Helpline, person: Person) -> None:
    """A night has passed for this person: nothing stands against an offer any more."""
    with UnitOfWork(house) as unit:
        for table in (tables.care, tables.served, tables.duty_spans):
            unit.conn.execute(table.delete().where(table.c.person_id == person.id))
        unit.commit()
