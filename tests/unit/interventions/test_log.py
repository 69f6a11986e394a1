"""Whoever changes, moves, drops or adds an entry of the log is found."""

import random

import pytest
import sqlalchemy as sa
from support.people import on_duty, seeker

from hotline.domain.contact import Role
from hotline.flow import respond
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import log
from hotline.interventions.tables import anchors, chain_heads, log_entries

TAMPERS = ("change", "drop_middle", "truncate", "swap", "drop_chain", "forge_head")


@pytest.fixture
def story(helpline: Helpline) -> Helpline:
    lin = on_duty(helpline, "Lin", Role.VOLUNTEER)
    for _ in range(2):
        seeker(helpline)
        respond.claim_next(helpline, lin)
    with UnitOfWork(helpline) as unit:
        unit.anchor_log()
        unit.commit()
    return helpline


def faults(house: Helpline, witnessed: list[dict[str, object]] | None = None) -> list[log.Fault]:
    with house.database.read() as conn:
        return list(log.verify(conn, house.keys, witnessed or []))


def tamper(house: Helpline, how: str, rng: random.Random) -> None:
    with house.database.write() as conn:
        rows = conn.execute(sa.select(log_entries)).all()
        row = rng.choice([row for row in rows if row.number > 1])
        here = sa.and_(log_entries.c.contact_id == row.contact_id, log_entries.c.number == row.number)
        chain = log_entries.c.contact_id == row.contact_id
        if how == "change":
            column = rng.choice(["kind", "actor"])
            conn.execute(sa.update(log_entries).where(here).values({column: "forged"}))
        elif how == "drop_middle":
            conn.execute(sa.delete(log_entries).where(here))
        elif how == "truncate":
            conn.execute(sa.delete(log_entries).where(chain, log_entries.c.number >= row.number))
        elif how == "swap":
            other = next(one for one in rows if one.number == row.number - 1 and one.contact_id == row.contact_id)
            conn.execute(sa.update(log_entries).where(here).values(sealed=other.sealed))
        elif how == "drop_chain":
            conn.execute(sa.delete(log_entries).where(chain))
            conn.execute(sa.delete(chain_heads).where(chain_heads.c.contact_id == row.contact_id))
        else:
            conn.execute(sa.update(chain_heads).values(signature=rng.randbytes(64)))
        conn.commit()


def test_an_untouched_log_holds(story: Helpline) -> None:
    assert faults(story) == []


@pytest.mark.parametrize("how", TAMPERS)
@pytest.mark.parametrize("seed", range(3))
def test_tampering_is_found(story: Helpline, how: str, seed: int) -> None:
    tamper(story, how, random.Random(seed))  # noqa: S311  # which row, no secret
    assert faults(story)


def test_anchors_rewritten_together_with_the_log_differ_from_the_witnessed_ones(story: Helpline) -> None:
    with story.database.read() as conn:
        kept = conn.execute(sa.select(anchors)).one()
    witness = [{"number": kept.number, "hash": kept.hash.hex()}]
    assert faults(story, witness) == []
    with story.database.write() as conn:
        conn.execute(sa.delete(anchors))
        conn.commit()
    assert faults(story, witness)
