"""A database that was brought back from a backup has forgotten holds and erasures; the file beside it has not."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from support.fakes import FakeClock
from support.people import on_duty, person
from support.retention import erased_at_once, months_later, no_chance, over, stands

from hotline.contacts import holds
from hotline.contacts.tables import contacts
from hotline.contacts.tables import holds as hold_rows
from hotline.domain.contact import Role
from hotline.flow import retention
from hotline.flow.helpline import Helpline
from hotline.jobs import kept_file
from hotline.jobs.watchdog import Watchdog
from hotline.volunteers.tables import staff_log


def restored(house: Helpline) -> None:
    """As in a backup from before the first hold and the first erasure."""
    with house.database.write() as conn:
        conn.execute(sa.delete(hold_rows))
        conn.execute(sa.update(contacts).values(erased_at=None))
        conn.execute(sa.delete(staff_log).where(staff_log.c.kind.in_(kept_file.KINDS)))
        conn.commit()


def watched(house: Helpline, path: Path) -> None:
    Watchdog(house, heartbeat_url=None, anchors_file=None, kept=path).check()


def test_what_was_held_is_held_again_before_anything_is_erased(
    helpline: Helpline, clock: FakeClock, tmp_path: Path
) -> None:
    house, path = no_chance(helpline), tmp_path / "kept.jsonl"
    held, lifted, gone = [over(house, on_duty(house, name, Role.VOLUNTEER)).contact.id for name in ("Lin", "Mei", "Yu")]
    wong = person(house, "Wong", Role.SUPERVISOR)
    for one in (held, lifted):
        retention.place_hold(house, wong, one, "SECRET-reason")
    asked = retention.ask(house, wong, lifted, retention.Wanted.LIFT, "over")
    clock.advance(seconds=1)
    retention.answer(house, person(house, "Ada", Role.ADMINISTRATOR), asked, agree=True)
    erased_at_once(house, gone)
    watched(house, path)
    restored(house)
    assert sorted(kept_file.lost(house, path)) == sorted([f"{held} was held", f"{gone} was erased"])
    months_later(clock, 12)
    clock.advance(hours=timedelta(days=1) // timedelta(hours=1))
    watched(house, path)
    with house.database.read() as conn:
        assert [one.contact_id for one in holds.in_force(conn, house.keys)] == [held]
    assert (stands(house, held).erased_at, stands(house, lifted).erased_at) == (None, clock.now())
    assert "SECRET-reason" not in path.read_text()


def test_each_act_stands_in_the_file_once(helpline: Helpline, tmp_path: Path) -> None:
    house, path = no_chance(helpline), tmp_path / "kept.jsonl"
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    retention.place_hold(house, person(house, "Wong", Role.SUPERVISOR), contact_id, "police report")
    for _ in range(2):
        kept_file.follow(house, path)
    whole = path.read_text()
    assert whole.count(contact_id) == 1
    path.write_text(whole[:-20] + "\n")  # a kill in the middle of writing
    kept_file.follow(house, path)
    assert path.read_text().endswith(whole)
