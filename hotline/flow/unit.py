"""State, log, feed and promises in one commit; written apart, a crash between them would hide what was done."""

from contextlib import AbstractContextManager  # noqa: TC003  # a class attribute's type
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy.engine import Connection

from hotline.contacts import store as contacts
from hotline.domain.ids import new_id
from hotline.domain.lifecycle import Step, advance
from hotline.domain.records import Contact
from hotline.flow.helpline import Helpline
from hotline.interventions import log
from hotline.storage import feed, outbox, timers
from hotline.storage.outbox import OnDoubt, PromiseState

__all__ = ["CLOCK_TOPIC", "OnDoubt", "UnitOfWork"]

CLOCK_TOPIC = "clock"
"""Rung when a timer or promise was written, so that the clock process looks again."""


class UnitOfWork:
    """One act. ``with UnitOfWork(helpline) as unit: … unit.commit()``; leaving without commit changes nothing."""

    conn: Connection
    now: datetime

    def __init__(self, helpline: Helpline) -> None:
        self.helpline = helpline
        self.keys = helpline.keys
        self._opened: AbstractContextManager[Connection] | None = None
        self._lines: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
        self._events: list[tuple[str, str, dict[str, Any]]] = []
        self._bells: set[str] = set()
        self._committed = False

    def __enter__(self) -> Self:
        """Open the transaction; the act's moment is taken once."""
        self.helpline.look()
        self._opened = self.helpline.database.write()
        self.conn = self._opened.__enter__()
        self.now = self.helpline.clock.now()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the transaction, then ring, outside of it."""
        if self._opened is not None:
            self._opened.__exit__(kind, error, trace)
        if self._committed and self._bells:
            self.helpline.bell.ring(sorted(self._bells))

    def log(self, contact_id: str, kind: str, actor: str, **details: Any) -> None:
        """Add a line to the contact's log, in the past tense."""
        self._lines.setdefault(contact_id, []).append((kind, actor, details))

    def tell(self, topic: str, kind: str, **data: Any) -> None:
        """Add an event to a topic's feed, once per act; ids and numbers only."""
        if (topic, kind, data) not in self._events:
            self._events.append((topic, kind, data))

    def tell_all(self, contact_id: str, kind: str, **data: Any) -> None:
        """Tell the contact's conversation and every desk."""
        self.tell(feed.contact_topic(contact_id), kind, contact_id=contact_id, **data)
        self.tell(feed.DESK, kind, contact_id=contact_id, **data)

    def promise(
        self,
        kind: str,
        payload: dict[str, str],
        *,
        dedupe_key: str,
        on_doubt: OnDoubt,
        due_at: datetime | None = None,
        again_after: timedelta | None = None,
    ) -> None:
        """Promise an effect outside; carried out after the commit by the worker.

        What was promised by this key before is not promised again, unless its outcome is ``again_after`` old.
        """
        row = {
            "id": new_id(),
            "dedupe_key": dedupe_key,
            "kind": kind,
            "payload": payload,
            "on_doubt": on_doubt,
            "state": PromiseState.PENDING,
            "due_at": due_at or self.now,
            "attempts": 0,
            "created_at": self.now,
        }
        outbox.promise(self.conn, row, again_before=None if again_after is None else self.now - again_after)
        self._bells.add(CLOCK_TOPIC)

    def timer(self, kind: str, *, contact: Contact, due_at: datetime, token: str | None = None) -> None:
        """Ask to look at a contact again at ``due_at``; stale once the contact's token differs."""
        timers.set_timer(
            self.conn,
            kind=kind,
            contact_id=contact.id,
            token=token or contact.token,
            due_at=due_at,
        )
        self._bells.add(CLOCK_TOPIC)

    def advance(self, contact: Contact, step: Step, *, actor: str, **values: Any) -> Contact:
        """Move a contact's state by the lifecycle table, with its log line and events."""
        state = advance(contact.state, step)
        moved = contacts.update_contact(self.conn, contact.id, state=state, **values)
        if state != contact.state:
            self.log(contact.id, f"step_{step}", actor, before=contact.state, after=state)
        self.tell_all(contact.id, "state")
        return moved

    def anchor_log(self) -> dict[str, Any] | None:
        """Anchor all chains that grew; gives the line to keep outside this database, or ``None``."""
        return log.anchor(self.conn, self.keys, self.now)

    def seal_log_off(self, contact_id: str) -> bool:
        """Let what is logged from this act on have a key of its own; ``False`` for a contact without a log."""
        return log.seal_off(self.conn, self.keys, contact_id, self.now)

    def commit(self) -> None:
        """Write log lines, then feed events, and commit everything at once."""
        for contact_id, lines in sorted(self._lines.items()):
            log.append(self.conn, self.keys, contact_id, lines, self.now)
        with self.helpline.database.turn():
            if self._events:
                feed.append(self.conn, self._events, self.now)
            self.conn.commit()
        self._committed = True
        self._bells.update(topic for topic, _, _ in self._events)
