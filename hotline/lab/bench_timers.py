"""Measures how late the clock process looks at what is due; an alarm that comes late is an alarm nobody heard."""

import random
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hotline.flow.helpline import Helpline
from hotline.flow.unit import CLOCK_TOPIC, UnitOfWork
from hotline.lab.figures import spread
from hotline.settings import Settings
from hotline.storage import timers
from hotline.wiring import opened_helpline

WITHIN_SECONDS = 20.0
KIND = "bench"


def timer_lateness(data_dir: Path, *, count: int) -> dict[str, Any]:
    """Milliseconds from due to handled, of timers due at random moments while a whole helpline runs on ``data_dir``."""
    with opened_helpline(Settings.load(data_dir=data_dir)) as helpline:
        _ask(helpline, count)
        deadline = time.monotonic() + WITHIN_SECONDS + 10
        while len(late := _late(helpline)) < count and time.monotonic() < deadline:
            time.sleep(0.5)
    return {"timers": len(late), "late_ms": spread(late, factor=1000, digits=1), "early": sum(one < 0 for one in late)}


def _ask(helpline: Helpline, count: int) -> None:
    """Write timers of no contact: the clock handles them as any other and nothing follows."""
    dice = random.Random(1)  # noqa: S311  # moments, no secrets
    with UnitOfWork(helpline) as unit:
        for number in range(count):
            due_at = unit.now + timedelta(seconds=2 + WITHIN_SECONDS * dice.random())
            timers.set_timer(unit.conn, kind=KIND, contact_id=None, token=str(number), due_at=due_at)
        unit.commit()
    helpline.bell.ring([CLOCK_TOPIC])


def _late(helpline: Helpline) -> list[float]:
    table = timers.timers
    with helpline.database.read() as conn:
        rows = conn.execute(sa.select(table).where(table.c.kind == KIND, table.c.fired_at.is_not(None)))
        return [(row.fired_at - row.due_at).total_seconds() for row in rows]
