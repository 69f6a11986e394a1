"""Measures what a claim costs behind a short and a very long queue; a listener must not wait because many others do.

Helplines of different lengths stand side by side and are claimed from in turn, so that a busy neighbour slows all.
Most who wait are rows without a conversation: nobody claims them, they only stand there.
"""

import dataclasses
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Language, Role
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.flow import arrive, enrol, respond
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opening
from hotline.flow.scene import look
from hotline.flow.standing import standing
from hotline.flow.unit import UnitOfWork
from hotline.lab.bench_claims import ROOMY, Scratch
from hotline.lab.figures import percentile
from hotline.routing.ranking import plan
from hotline.routing.tables import queue
from hotline.storage.migrate import upgrade

LENGTHS = (100, 10_000, 100_000)
ROUNDS = 30
COMMON, RARE = Language.EN, Language.ZH_HANT
_AT_ONCE = 5000


@dataclasses.dataclass(frozen=True, slots=True)
class Queue:
    """One helpline with so many waiting; ``common`` and ``rare`` are listeners who speak one language each."""

    length: int
    helpline: Helpline
    common: Person
    rare: Person
    last: Contact


def measure(helpline: Helpline, scratch: Scratch) -> dict[str, Any]:
    """Milliseconds (P50) of a claim in a common and a rare language, a match and a told wait, by length, and ratios."""
    policy = dataclasses.replace(
        helpline.routing,
        chats_at_once=ROOMY,
        chats_at_once_urgent=ROOMY,
        presence_lost_seconds=ROOMY,
        reserve_from_seats=ROOMY,
    )
    trial = dataclasses.replace(helpline, policies=helpline.policies.but(routing=policy), demo=True)
    ready = [_queue(dataclasses.replace(trial, database=scratch.make(f"queue{n}")), n) for n in LENGTHS]
    acts: dict[str, Callable[[Queue], Any]] = {
        "claim_common": lambda one: respond.claim_next(one.helpline, one.common),
        "claim_rare": lambda one: respond.claim_next(one.helpline, one.rare),
        "match": _match,
        "told_wait": _tell,
    }
    told: dict[str, Any] = {"database": scratch.kind}
    for name, act in acts.items():
        told[f"{name}_ms"] = _in_turn(ready, act)
    for name in acts:
        shortest, longest = told[f"{name}_ms"][str(LENGTHS[0])], told[f"{name}_ms"][str(LENGTHS[-1])]
        told[f"{name}_ratio"] = round(longest / shortest, 2)
    for one in ready:
        one.helpline.database.dispose()
    return told


def _in_turn(ready: list[Queue], act: Callable[[Queue], Any]) -> dict[str, float]:
    taken: dict[int, list[float]] = {one.length: [] for one in ready}
    for _ in range(ROUNDS):
        for one in ready:
            started_seconds = time.perf_counter()
            act(one)
            taken[one.length].append(time.perf_counter() - started_seconds)
    return {str(length): round((percentile(all_of, 0.5) or 0) * 1000, 2) for length, all_of in taken.items()}


def _match(one: Queue) -> None:
    """What the clock does each second before it asks anybody."""
    helpline, now = one.helpline, one.helpline.clock.now()
    with helpline.database.read() as conn:
        seen = look(helpline, conn, now)
    plan(helpline.routing, seen.waiting, seen.candidates, now)


def _tell(one: Queue) -> None:
    with one.helpline.database.read() as conn:
        standing(one.helpline, conn, one.last)


def _queue(helpline: Helpline, length: int) -> Queue:
    """Contacts to claim in front, the crowd behind them, and those of the rare language last of all."""
    upgrade(helpline.database)
    common, rare = (_listener(helpline, language) for language in (COMMON, RARE))
    front = [_seeker(helpline, COMMON) for _ in range(ROUNDS)]
    _crowd(helpline, front[-1], max(0, length - 2 * ROUNDS))
    back = [_seeker(helpline, RARE) for _ in range(ROUNDS + 1)]
    return Queue(length, helpline, common, rare, back[-1])


def _listener(helpline: Helpline, language: Language) -> Person:
    invitation = enrol.invite(helpline, "bench", roles=(Role.CLINICIAN,))
    words = {"login": f"bench-{language}", "alias": f"Bench {language}", "password": new_id()}
    person = enrol.accept_invite(helpline, invitation, **words, languages=[language])
    respond.go(helpline, person, on_duty=True)
    return person


def _seeker(helpline: Helpline, language: Language) -> Contact:
    return arrive.arrive(helpline, Opening(language, text="hello", client_message_id=new_id())).contact


def _crowd(helpline: Helpline, like: Contact, number: int) -> None:
    """So many copies of a waiting contact, a microsecond behind one another."""
    with UnitOfWork(helpline) as unit:
        conn = unit.conn
        person = dict(conn.execute(sa.select(contact_rows).where(contact_rows.c.id == like.id)).one()._mapping)  # noqa: SLF001
        place = dict(conn.execute(sa.select(queue).where(queue.c.contact_id == like.id)).one()._mapping)  # noqa: SLF001
        for start in range(0, number, _AT_ONCE):
            steps = range(start + 1, min(start + _AT_ONCE, number) + 1)
            ids = {step: new_id() for step in steps}
            later = {step: person["arrived_at"] + timedelta(microseconds=step) for step in steps}
            conn.execute(
                sa.insert(contact_rows),
                [person | {"id": ids[step], "arrived_at": later[step], "waiting_since": later[step]} for step in steps],
            )
            conn.execute(
                sa.insert(queue),
                [
                    place | {"contact_id": ids[step], "queue_key": place["queue_key"] + step, "since": later[step]}
                    for step in steps
                ],
            )
        unit.commit()
