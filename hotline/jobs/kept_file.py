"""Keeps outside the database who was held and who was erased; a backup brought back would have forgotten both.

Lines of JSON with ids, kinds and times only, beside the anchors of the log. A hold that the database lacks is placed
again before anything is erased; an erasure that it lacks is for people to repeat, and ``hotline doctor`` names it.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hotline.flow import retention
from hotline.flow.helpline import Helpline
from hotline.volunteers import store as volunteers

KINDS = ("hold_placed", "hold_lifted", "contact_erased")
KEPT_FILE = "held_and_erased.jsonl"
"""File of the data folder; copy it to where backups of the database do not reach."""
OVERLAP = timedelta(hours=1)
"""Acts of two processes may be written in another order than they were made."""


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [found for line in path.read_text("utf-8").splitlines() if (found := _line(line)) is not None]


def _line(text: str) -> dict[str, Any] | None:
    """One line; ``None`` for one that a kill cut off, which :func:`follow` writes again."""
    try:
        found: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError:
        return None
    return found


def follow(helpline: Helpline, path: Path) -> None:
    """Add what the staff log says and the file does not."""
    lines = _lines(path)
    known = {one["id"] for one in lines}
    since = max((datetime.fromisoformat(one["at"]) for one in lines), default=None)
    with helpline.database.read() as conn:
        found = volunteers.noted(conn, KINDS, since=None if since is None else since - OVERLAP)
    fresh = [one for one in found if one["id"] not in known]
    if fresh:
        with path.open("a", encoding="utf-8") as kept:
            kept.writelines(json.dumps(one) + "\n" for one in fresh)


def _held_and_erased(path: Path) -> tuple[set[str], set[str]]:
    last: dict[str, str] = {}
    for one in sorted(_lines(path), key=lambda line: datetime.fromisoformat(line["at"])):
        if last.get(one["contact_id"]) != "contact_erased":
            last[one["contact_id"]] = one["kind"]
    held, erased = ({one for one, kind in last.items() if kind == wanted} for wanted in (KINDS[0], KINDS[2]))
    return held, erased


def hold_again(helpline: Helpline, path: Path) -> list[str]:
    """Place the holds that the file knows and the database lacks; gives the contacts."""
    return retention.hold_again(helpline, sorted(_held_and_erased(path)[0]))


def lost(helpline: Helpline, path: Path) -> list[str]:
    """What the file knows and the database lacks, one sentence each."""
    held, erased = _held_and_erased(path)
    unheld, unerased = retention.lacks(helpline, sorted(held), sorted(erased))
    return [f"{one} was held" for one in unheld] + [f"{one} was erased" for one in unerased]
