"""What one person said in several conversations stays together while any of them is needed."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.retention import erased_at_once, months_later, no_chance, over, stands
from support.web import staff

from hotline.contacts import store as contacts
from hotline.contacts.keeping import Obstacle
from hotline.domain.contact import Role
from hotline.flow import erase, owed, retention
from hotline.flow.helpline import Helpline
from hotline.flow.retention import KeptBack
from hotline.flow.unit import UnitOfWork
from hotline.interventions.rubric import Why
from hotline.jobs.retention import erase_all_due
from hotline.storage import leases
from hotline.storage.engine import Database


def obstacles(house: Helpline, contact_id: str) -> list[Obstacle]:
    with house.database.read() as conn:
        return erase.obstacles(conn, stands(house, contact_id))


def follow(house: Helpline, *ids: str) -> None:
    """The later ones follow the earlier ones, as under a codename."""
    with UnitOfWork(house) as unit:
        for earlier, later in pairwise(ids):
            contacts.update_contact(unit.conn, later, follows_contact_id=earlier)
        unit.commit()


def three_over(house: Helpline) -> list[str]:
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    ids = [over(house, lin).contact.id for _ in range(3)]
    follow(house, *ids)
    return ids


def test_nothing_of_somebody_who_is_here_goes(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline_on_both)
    ids = three_over(house)
    months_later(clock, 13)
    here = seeker(house, "it is bad again").contact.id
    follow(house, ids[-1], here)
    assert erase_all_due(house, budget_seconds=60) == 0
    assert [obstacles(house, one) for one in (*ids, here)] == [[Obstacle.PERSON]] * 3 + [[Obstacle.OPEN]]
    with pytest.raises(KeptBack):
        erased_at_once(house, ids[0])


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_hold_keeps_everything_of_the_person(helpline_on_both: Helpline, clock: FakeClock, which: int) -> None:
    house = no_chance(helpline_on_both)
    ids = three_over(house)
    other = over(house, on_duty(house, "Mei", Role.VOLUNTEER)).contact.id
    retention.place_hold(house, person(house, "Wong", Role.SUPERVISOR), ids[which], "police report")
    months_later(clock, 13)
    assert erase_all_due(house, budget_seconds=60) == 1
    assert [stands(house, one).erased_at is None for one in (*ids, other)] == [True, True, True, False]


def test_a_codename_is_not_given_up_while_a_later_contact_is_held(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline_on_both)
    first, *_, last = three_over(house)
    erased_at_once(house, first)
    retention.place_hold(house, person(house, "Wong", Role.SUPERVISOR), last, "police report")
    months_later(clock, 40)
    assert not erase.unlink_due(house, first)
    assert erase_all_due(house, budget_seconds=60) == 0


def test_the_page_names_what_else_the_person_has(app: Flask, helpline: Helpline) -> None:
    house = no_chance(helpline)
    names = [stands(house, one).pseudonym for one in three_over(house)]
    found = staff(app, helpline, "Ada", Role.ADMINISTRATOR).get(f"/retention?pseudonym={names[1]}").json["found"]
    assert sorted(found[0]["same_person"]) == sorted([names[0], names[2]])


def beat(database: Database) -> datetime | None:
    with database.read() as conn:
        return leases.last_beats(conn).get(erase.DONE)


def test_what_waits_for_people_keeps_nothing_else_waiting(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline_on_both)
    first, *others = [over(house, on_duty(house, name, Role.VOLUNTEER)).contact.id for name in ("Lin", "Mei", "Yu")]
    with UnitOfWork(house) as unit:
        owed.ask_for(unit, first, Why.WEEKLY)
        unit.commit()
    months_later(clock, 12)
    assert [erase_all_due(house, budget_seconds=-1) for _ in others] == [1, 1]
    assert erase_all_due(house, budget_seconds=-1) == 0
    assert (stands(house, first).erased_at, beat(house.database)) == (None, clock.now())
    clock.advance(hours=1)
    erase_all_due(house)
    assert beat(house.database) == clock.now() - timedelta(hours=1)
