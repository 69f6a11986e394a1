"""Clock, worker, web server and Redis are killed while ladders run: every rung rings once, none ten seconds late."""

import json
import os
import re
import signal
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.houses import RunningHouse, running_house
from support.processes import children_of

from hotline.routing.tables import alarms, pages
from hotline.storage.engine import Database
from hotline.storage.timers import timers

PARTS = (r"hotline clock", r"hotline worker", r"hotline serve", r"redis\.sock")
LATEST = timedelta(seconds=10)
RUNGS = {"alarm", "everyone"}
PEOPLE = 12


def reach_out(house: RunningHouse, number: int) -> str:
    body = json.dumps({"language": "en", "text": f"I am on the bridge and about to jump {number}"}).encode()
    request = urllib.request.Request(  # noqa: S310  # our own address
        f"{house.base_url}/api/v1/contacts", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        opened: dict[str, Any] = json.loads(answer.read())
    contact_id: str = opened["contact"]["contact_id"]
    return contact_id


def kill_in_turn(house: RunningHouse, *, seconds: float, every: float) -> int:
    """Kill one part after another; gives how many were killed."""
    until, killed = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        wanted = PARTS[killed % len(PARTS)]
        found = [pid for pid, line in children_of(house.process.pid).items() if re.search(wanted, line)]
        if found:
            os.kill(found[0], signal.SIGKILL)
        killed += 1
        time.sleep(every)
    return killed


@pytest.mark.campaign
@pytest.mark.timeout(300)
def test_every_rung_rings_once_and_in_time_whatever_dies(tmp_path: Path) -> None:
    with running_house(tmp_path / "house") as house:
        waiting = {reach_out(house, number) for number in range(PEOPLE)}
        assert kill_in_turn(house, seconds=70, every=4) >= 16
        time.sleep(12)
        database = Database(f"sqlite:///{house.data_dir / 'hotline.sqlite3'}")
        with database.read() as conn:
            rung = conn.execute(sa.select(timers).where(timers.c.kind.in_(RUNGS))).all()
            raised = conn.execute(sa.select(alarms).where(alarms.c.kind == "urgent_waiting")).all()
            called = conn.execute(sa.select(pages)).all()
        database.engine.dispose()
    fired = [one for one in rung if one.contact_id in waiting and one.fired_at is not None]
    assert {(one.contact_id, one.kind) for one in fired} == {(one, kind) for one in waiting for kind in RUNGS}
    assert all(timedelta() <= one.fired_at - one.due_at <= LATEST for one in fired)
    tokens = [one.token for one in raised]
    assert len(tokens) == len(set(tokens)) == PEOPLE * len(RUNGS)
    assert {one.alarm_id for one in called} >= {one.id for one in raised}
    assert {one.state for one in called} <= {"sent", "silent"}
