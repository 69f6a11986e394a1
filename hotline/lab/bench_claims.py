"""Measures claims through the real flow against the same statements in raw SQL; a ratio survives a change of machine.

Both run in the same process on copies of the same prepared database, with the same number of threads. The statements
are those that the real flow sent, recorded in a first, untimed run.
"""

import dataclasses
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from hotline.domain.contact import Language, Role
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.flow import arrive, enrol, respond
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opening
from hotline.lab.figures import spread
from hotline.storage.engine import Database
from hotline.storage.migrate import upgrade

ROOMY = 10**6
"""Nobody is full, no seat is kept free, and nobody vanishes while the contacts are being made."""

Statements = list[tuple[str, Any]]


class Scratch:
    """Throw-away databases: SQLite files in a folder, or databases of a PostgreSQL server made from a template."""

    def __init__(self, folder: Path, postgres_url: str | None) -> None:
        self._folder = folder
        self._postgres = None if postgres_url is None else sa.make_url(postgres_url)
        self._made: list[str] = []
        self._mark = new_id()[:8]

    @property
    def kind(self) -> str:
        """The engine's name."""
        return "sqlite" if self._postgres is None else "postgresql"

    def make(self, name: str, copy_of: str | None = None) -> Database:
        """A database of this name, empty or a copy; nobody may be using the one that is copied."""
        if self._postgres is None:
            path = self._folder / f"{name}.sqlite3"
            if copy_of is not None:
                shutil.copy(self._folder / f"{copy_of}.sqlite3", path)
            return Database(f"sqlite:///{path}")
        full, template = self._full(name), "template1" if copy_of is None else self._full(copy_of)
        self._administer(f'CREATE DATABASE "{full}" TEMPLATE "{template}"')
        self._made.append(full)
        return Database(self._postgres.set(database=full).render_as_string(hide_password=False))

    def remove(self) -> None:
        """Drop what was made on the server; files go with their folder."""
        for name in self._made:
            self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _full(self, name: str) -> str:
        return f"hotline_bench_{self._mark}_{name}"

    def _administer(self, statement: str) -> None:
        if self._postgres is not None:
            engine = sa.create_engine(self._postgres, isolation_level="AUTOCOMMIT")
            with engine.connect() as conn:
                conn.execute(sa.text(statement))
            engine.dispose()


def measure(helpline: Helpline, scratch: Scratch, *, contacts: int, claimers: int) -> dict[str, Any]:
    """Claims per second, milliseconds a claim, and the ratio of raw SQL's rate to the flow's."""
    policy = dataclasses.replace(
        helpline.routing,
        chats_at_once=ROOMY,
        chats_at_once_urgent=ROOMY,
        presence_lost_seconds=ROOMY,
        reserve_from_seats=ROOMY,
    )
    helpline = dataclasses.replace(helpline, policies=helpline.policies.but(routing=policy), demo=True)
    prepared = scratch.make("prepared")
    people = _prepare(dataclasses.replace(helpline, database=prepared), contacts, claimers)
    prepared.engine.dispose()
    recorded = _record(dataclasses.replace(helpline, database=scratch.make("recorded", "prepared")), people)
    flow = _timed_flow(dataclasses.replace(helpline, database=scratch.make("flow", "prepared")), people)
    raw = _timed_raw(scratch.make("raw", "prepared"), recorded, claimers)
    return {
        "database": scratch.kind,
        "contacts": contacts,
        "claimers": claimers,
        "flow_claims_per_second": round(contacts / flow[0], 1),
        "flow_claim_ms": spread(flow[1], factor=1000, digits=2),
        "raw_claims_per_second": round(contacts / raw[0], 1),
        "raw_claim_ms": spread(raw[1], factor=1000, digits=2),
        "raw_to_flow_ratio": round(flow[0] / raw[0], 2),
        "statements_per_claim": round(sum(len(one) for one in recorded) / max(1, len(recorded)), 1),
    }


def _prepare(helpline: Helpline, contacts: int, claimers: int) -> list[Person]:
    """Waiting contacts, and listeners on duty who can take any of them."""
    upgrade(helpline.database)
    people = []
    for number in range(claimers):
        invitation = enrol.invite(helpline, "bench", roles=(Role.CLINICIAN,))
        words = {"login": f"bench-{number}", "alias": f"Bench {number}", "password": new_id()}
        people.append(enrol.accept_invite(helpline, invitation, **words, languages=list(Language)))
        respond.go(helpline, people[-1], on_duty=True)
    for number in range(contacts):
        arrive.arrive(helpline, Opening(Language.EN, text=f"hello {number}", client_message_id=new_id()))
    return people


@contextmanager
def _recording(database: Database, into: Statements) -> Iterator[None]:
    """Remember every statement sent while inside."""

    def remember(*sent: Any) -> None:
        into.append((sent[2], sent[3]))

    event.listen(database.engine, "before_cursor_execute", remember)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", remember)


def _record(helpline: Helpline, people: list[Person]) -> list[Statements]:
    """The statements of each claim until nobody waits."""
    recorded: list[Statements] = []
    while True:
        one: Statements = []
        with _recording(helpline.database, one):
            try:
                respond.claim_next(helpline, people[len(recorded) % len(people)])
            except respond.NobodyWaiting:
                break
        recorded.append([sent for sent in one if not sent[0].startswith(("BEGIN", "COMMIT", "ROLLBACK"))])
    helpline.database.engine.dispose()
    return recorded


def _timed_flow(helpline: Helpline, people: list[Person]) -> tuple[float, list[float]]:
    def claim(person: Person) -> Callable[[], bool]:
        def one() -> bool:
            try:
                respond.claim_next(helpline, person)
            except respond.NobodyWaiting:
                return False
            return True

        return one

    measured = _race([claim(person) for person in people])
    helpline.database.engine.dispose()
    return measured


def _timed_raw(database: Database, recorded: list[Statements], claimers: int) -> tuple[float, list[float]]:
    left, lock = iter(recorded), threading.Lock()

    def one() -> bool:
        with lock:
            statements = next(left, None)
        if statements is None:
            return False
        with database.write() as conn:
            cursor = conn.connection.cursor()
            for statement, parameters in statements:
                many = isinstance(parameters, list)
                (cursor.executemany if many else cursor.execute)(statement, parameters)
            cursor.close()
            conn.commit()
        return True

    measured = _race([one] * claimers)
    database.engine.dispose()
    return measured


def _race(works: list[Callable[[], bool]]) -> tuple[float, list[float]]:
    """Run each work in a thread of its own until it gives ``False``; gives all seconds and those of each success."""
    taken: list[float] = []

    def run(work: Callable[[], bool]) -> None:
        while True:
            started_seconds = time.perf_counter()
            if not work():
                return
            taken.append(time.perf_counter() - started_seconds)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    started_seconds = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started_seconds, taken
