"""Rows of an invented helpline's weeks for the tests of the reports, and its figures worked out again, row by row.

The second half shares nothing with ``hotline.reports``: it reads whole tables and counts with plain loops.
"""

import json
import math
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hotline.contacts.tables import callbacks, contacts, follow_ups
from hotline.domain.ids import new_id
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions.tables import chain_heads, dispatches, reviews
from hotline.routing.tables import offers
from hotline.triage.tables import assessments
from hotline.volunteers.tables import duty_spans

LEVELS = ["information", "routine", "elevated", "high", "imminent"]
TARGETS = {"information": 1200, "routine": 600, "elevated": 300, "high": 60, "imminent": 20}
TOPICS = ["suicide_self_harm", "abuse", "violence_to_others", "medical_emergency"]
DECLINES = ["not_ready", "known", "too_close", "language", "technical"]
WITHDRAWALS = ["left", "more_urgent", "changed", "not_here", "other_taken"]
OUTCOMES = ["supported", "referred", "handed_to_clinician", "emergency_services", "follow_up", "left_early"]
ANSWERS = ["yes", "denied", "refused", "not_asked", None]

Row = dict[str, Any]


def weeks(house: Helpline, number: int, *, days: int = 20, seed: int = 1, over: bool = False) -> None:
    """So many contacts of the last ``days``, with everything that may have happened to each, drawn from a seed.

    ``over`` leaves nobody waiting or in conversation.
    """
    dice = random.Random(seed)  # noqa: S311
    with UnitOfWork(house) as unit:
        for _ in range(number):
            _life(unit, dice, unit.now - timedelta(seconds=dice.uniform(0, days * 86400)), over=over)
        for _ in range(3 * days):
            start = unit.now - timedelta(seconds=dice.uniform(0, days * 86400))
            end = min(unit.now, start + timedelta(hours=dice.uniform(0.1, 6)))
            span = {"id": new_id(), "person_id": dice.choice("abc") * 32, "start_at": start, "end_at": end}
            unit.conn.execute(sa.insert(duty_spans).values(**span))
        unit.commit()


def _life(unit: UnitOfWork, dice: random.Random, arrived: datetime, *, over: bool) -> None:
    contact_id, conn = new_id(), unit.conn
    unit.keys.new_scope(conn, contact_id, unit.now)
    row = _contact(dice, contact_id, arrived, unit.now, over=over)
    conn.execute(sa.insert(contacts).values(**row))
    changed = max(at for name in ("arrived_at", "ended_at", "closed_at") if (at := row[name]) is not None)
    head = {"contact_id": contact_id, "number": 1, "hash": b"", "signature": b"", "at": changed}
    conn.execute(sa.insert(chain_heads).values(**head))
    for _ in range(dice.randrange(4)):
        conn.execute(sa.insert(offers).values(**_offer(dice, contact_id, arrived)))
    for number in range(dice.randrange(5)):
        judged = _judged(unit, dice, contact_id, arrived, number)
        conn.execute(sa.insert(assessments).values(**judged))
    if dice.random() < 0.2:
        conn.execute(sa.insert(dispatches).values(**_dispatch(dice, contact_id, arrived)))
    for step in dice.sample(["day", "week", "month"], dice.randrange(3)):
        conn.execute(sa.insert(follow_ups).values(**_follow_up(dice, contact_id, arrived, step)))
    if dice.random() < 0.3:
        conn.execute(sa.insert(reviews).values(**_review(dice, contact_id, arrived)))
    if dice.random() < 0.2:
        over = dice.choice([None, arrived + timedelta(hours=1)])
        wish = {"contact_id": contact_id, "asked_at": arrived, "attempts": 0, "next_at": None, "ended_at": over}
        safe = dict.fromkeys(("safe_to_call", "safe_to_text", "safe_to_leave_message"), True)
        conn.execute(sa.insert(callbacks).values(**wish, **safe))


def _follow_up(dice: random.Random, contact_id: str, at: datetime, step: str) -> Row:
    when = at + timedelta(days=dice.choice([1, 60]))
    state = dice.choice(["open", "open", "done", "unreached", "cancelled"])
    safe = dict.fromkeys(("safe_to_call", "safe_to_text", "safe_to_leave_message"), True)
    base = {"id": new_id(), "contact_id": contact_id, "step": step, "state": state, "attempts": 0, "by": "a" * 32}
    return {**base, **safe, "due_at": when, "next_at": when, "ended_at": None if state == "open" else at}


def _review(dice: random.Random, contact_id: str, at: datetime) -> Row:
    due = at + timedelta(days=dice.choice([1, 40]))
    signed = dice.choice([None, at + timedelta(hours=20)])
    return {
        "id": new_id(),
        "contact_id": contact_id,
        "reasons": ["urgent"],
        "double": False,
        "opened_at": at,
        "due_at": due,
        "signed_at": signed,
    }


def _contact(dice: random.Random, contact_id: str, arrived: datetime, now: datetime, *, over: bool) -> Row:
    waited = arrived + timedelta(seconds=dice.choice([5, 20, 20.4, 59, 61, 300, 301, dice.uniform(0, 4000)]))
    still = 0 if over else 1 if now - arrived < timedelta(days=3) else 0.02
    fate = dice.choices(["closed", "in_conversation", "abandoned", "waiting", "again"], [12, still, 4, still, 1])[0]
    answered = fate in {"closed", "in_conversation", "again"}
    ended = waited + timedelta(minutes=dice.uniform(1, 90))
    left = {"abandoned": waited, "again": ended}.get(fate)
    level = dice.choice(LEVELS)
    return {
        "id": contact_id,
        "pseudonym": "KMT-47",
        "state": "abandoned" if fate == "again" else fate,
        "token": new_id(),
        "channel": dice.choice(["web", "web", "voice", "sms"]),
        "language": dice.choice(["zh-Hans", "zh-Hant", "en"]),
        "region": "hk",
        "third_party": False,
        "first_visible_number": 1,
        "level": level,
        "promise": {name: {"target_seconds": TARGETS[name] * dice.choice([1, 2])} for name in LEVELS},
        "last_number": 1,
        "seeker_number": 1,
        "judged_number": 1,
        "settled_number": 0,
        "arrived_at": arrived,
        "accepted_at": waited if answered else None,
        "first_reply_at": waited + timedelta(seconds=30) if answered and dice.random() < 0.9 else None,
        "seeker_seen_at": arrived,
        "ended_at": ended if fate == "closed" else left,
        "abandoned_at": left,
        "closed_at": ended if fate == "closed" and ended < now else None,
        "outcome": dice.choice(OUTCOMES) if fate == "closed" else None,
        "asked_directly": dice.choice(ANSWERS) if fate == "closed" else None,
    }


def _offer(dice: random.Random, contact_id: str, at: datetime) -> Row:
    state = dice.choice(["accepted", "declined", "missed", "lost", "withdrawn", "released"])
    why = {"declined": dice.choice(DECLINES), "withdrawn": dice.choice(WITHDRAWALS), "released": "released"}
    return {
        "id": new_id(),
        "contact_id": contact_id,
        "person_id": new_id(),
        "level": "routine",
        "reasons": [],
        "state": "missed" if state == "released" else state,
        "why": why.get(state, ""),
        "offered_at": at,
        "due_at": at,
        "ended_at": at,
    }


def _judged(unit: UnitOfWork, dice: random.Random, contact_id: str, arrived: datetime, number: int) -> Row:
    how = dice.choice(["m-1", "m-1", "m-1", "human", "screener", "closing", "review"])
    row_id, at = new_id(), arrived + timedelta(minutes=number + dice.random())
    heads = {topic: dice.random() for topic in dice.sample(TOPICS, dice.randrange(4))}
    risk = dice.choice([None, dice.random()]) if how == "m-1" else None
    details = {"heads": heads, "evidence": [], "reason": "", "failure": None}
    sealed = unit.keys.seal(unit.conn, contact_id, f"assessments.details.{row_id}", json.dumps(details))
    return {
        "id": row_id,
        "contact_id": contact_id,
        "message_number": number,
        "level": dice.choice(LEVELS),
        "made_by": "machine" if how == "m-1" else "a" * 32,
        "risk": risk,
        "details": sealed,
        "model": how,
        "policy": "p",
        "at": at,
        "expires_at": at,
    }


def _dispatch(dice: random.Random, contact_id: str, at: datetime) -> Row:
    state = dice.choice(["asked", "refused", "called", "arrived", "not_found", "cancelled"])
    called = None if state in {"asked", "refused"} else at
    base = {"service": "police", "basis": "consent", "details": b"", "by": "a" * 32, "at": at}
    return {"id": new_id(), "contact_id": contact_id, "state": state, "called_at": called, **base}


# --- worked out again -----------------------------------------------------------------------------------------------


class Again:
    """Whole tables in memory, and each figure from them by plain loops."""

    def __init__(self, house: Helpline, keep: Callable[[Row], bool], start: datetime, end: datetime) -> None:
        self.now, self.start, self.end = house.clock.now(), start, end
        with house.database.read() as conn:
            self.contacts = [row for row in _all(conn, contacts) if start <= row["arrived_at"] < end and keep(row)]
            mine = {row["id"] for row in self.contacts}
            self.offers = [r for r in _all(conn, offers) if r["contact_id"] in mine and r["why"] != "released"]
            self.assessments = [r for r in _all(conn, assessments) if r["contact_id"] in mine]
            self.dispatches = [r for r in _all(conn, dispatches) if r["contact_id"] in mine and r["called_at"]]
            self.callbacks = [r for r in _all(conn, callbacks) if r["contact_id"] in mine]
            self.follow_ups = [r for r in _all(conn, follow_ups) if r["contact_id"] in mine]
            self.reviews = [r for r in _all(conn, reviews) if r["contact_id"] in mine]
            self.spans = _all(conn, duty_spans)
            self.heads = {
                r["id"]: json.loads(
                    house.keys.unseal(conn, r["contact_id"], f"assessments.details.{r['id']}", r["details"])
                )["heads"]
                for r in self.assessments
            }
        self.taken = [row for row in self.contacts if row["accepted_at"]]
        self.left = [row for row in self.contacts if row["abandoned_at"] and not row["accepted_at"]]
        self.waits = sorted(_seconds(row["arrived_at"], row["accepted_at"]) for row in self.taken)

    def figures(self) -> dict[str, Any]:
        """Every figure by its id; shares as (hits, of how many)."""
        urgent = [row for row in self.taken if row["level"] in {"high", "imminent"}]
        words = [_seconds(r["arrived_at"], r["first_reply_at"]) for r in self.contacts if r["first_reply_at"]]
        leaves = sorted(_seconds(row["arrived_at"], row["abandoned_at"]) for row in self.left)
        number = len(self.contacts)
        return {
            "contacts": number,
            "support_conversations": len(self.taken) - len(urgent),
            "urgent_interventions": len(urgent),
            "answered": (len(self.taken), number),
            "abandoned": (len(self.left), number),
            "abandoned_median": _part(leaves, 0.5),
            "left_again": sum(1 for row in self.taken if row["abandoned_at"]),
            "waiting": number - len(self.taken) - len(self.left),
            "speed_mean": sum(self.waits) / len(self.waits) if self.waits else None,
            "speed_p50": _part(self.waits, 0.5),
            "speed_p90": _part(self.waits, 0.9),
            "speed_longest": max(self.waits, default=None),
            "first_words": sum(words) / len(words) if words else None,
            "in_time": self.in_time(self.contacts),
            **self.work(),
            **self.safety(),
            **self.triage(),
        }

    def in_time(self, rows: list[Row]) -> tuple[int, int]:
        hits = of = 0
        for row in rows:
            limit = row["promise"][row["level"]]["target_seconds"]
            if row["accepted_at"]:
                of += 1
                hits += _seconds(row["arrived_at"], row["accepted_at"]) <= limit
            elif _seconds(row["arrived_at"], row["abandoned_at"] or self.now) > limit:
                of += 1
        return hits, of

    def work(self) -> dict[str, Any]:
        talk = 0
        for row in self.taken:
            until = row["ended_at"] or (self.now if row["state"] == "in_conversation" else None)
            talk += _seconds(row["accepted_at"], until) if until else 0
        how = Counter(row["state"] for row in self.offers)
        number = len(self.offers)
        return {
            "talk_hours": talk / 3600,
            "offers": number,
            **{f"offers_{state}": (how[state], number) for state in ("accepted", "declined", "missed")},
        }

    def duty_hours(self) -> float:
        total = 0
        for row in self.spans:
            begin, end = max(row["start_at"], self.start), min(row["end_at"] or self.now, self.end)
            total += max(0, (end - begin) // timedelta(seconds=1))
        return total / 3600

    def safety(self) -> dict[str, Any]:
        risky = [r for r in self.taken if r["state"] == "closed" and r["level"] in LEVELS[2:]]
        asked = [row for row in risky if row["asked_directly"] in {"yes", "denied", "refused"}]
        came = [row for row in self.dispatches if row["state"] == "arrived"]
        due = [row for row in self.callbacks if row["ended_at"] is None]
        owed = [row for row in self.reviews if not row["signed_at"]]
        return {
            "asked_directly": (len(asked), len(risky)),
            "dispatches": len(self.dispatches),
            "dispatches_confirmed": (len(came), len(self.dispatches)),
            "callbacks": len(self.callbacks),
            "callbacks_done": len(self.callbacks) - len(due),
            "callbacks_due": len(due),
            "follow_ups": len(self.follow_ups),
            "follow_ups_done": sum(1 for row in self.follow_ups if row["state"] == "done"),
            "follow_ups_due": sum(1 for r in self.follow_ups if r["state"] == "open" and r["next_at"] <= self.now),
            "reviews_signed": len(self.reviews) - len(owed),
            "reviews_owed": len(owed),
            "reviews_overdue": sum(1 for row in owed if row["due_at"] < self.now),
        }

    def triage(self) -> dict[str, Any]:
        found: Counter[str] = Counter()
        pairs: list[tuple[int, int]] = []
        for line in self.lines().values():
            stands: int | None = None
            for row in line:
                rank = LEVELS.index(row["level"])
                if row["model"] == "human":
                    found["raised"] += stands is not None and rank > stands
                    found["lowered"] += stands is not None and rank < stands
                    stands = rank
                elif row["model"] not in {"closing", "review"}:
                    found["raised_by_answer"] += row["model"] == "screener" and rank > (
                        -1 if stands is None else stands
                    )
                    stands = rank if stands is None else max(stands, rank)
            machine = [LEVELS.index(r["level"]) for r in line if r["made_by"] == "machine" and r["risk"] is not None]
            people = [LEVELS.index(r["level"]) for r in line if r["model"] in {"human", "closing", "review"}]
            if machine and people:
                pairs.append((people[-1], max(machine)))
        told: dict[str, Any] = {name: found[name] for name in ("raised", "lowered", "raised_by_answer")}
        for name, cut in (("risk", 2), ("urgent", 3)):
            both = sum(1 for people, machine in pairs if people >= cut and machine >= cut)
            told[f"recall_{name}"] = (both, sum(1 for people, _ in pairs if people >= cut))
            told[f"precision_{name}"] = (both, sum(1 for _, machine in pairs if machine >= cut))
        return told

    def lines(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in sorted(self.assessments, key=lambda one: one["at"]):
            found.setdefault(row["contact_id"], []).append(row)
        return found

    def topics(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for line in self.lines().values():
            read = [row for row in line if row["made_by"] == "machine" and row["risk"] is not None]
            if read:
                seen = [topic for topic in TOPICS if self.heads[read[-1]["id"]].get(topic, 0) >= 0.5]
                found.update(seen or ["none"])
        return found

    def hours(self, zone: str) -> Counter[str]:
        return Counter(f"{row['arrived_at'].astimezone(ZoneInfo(zone)):%H}" for row in self.contacts)

    def days(self, zone: str) -> Counter[str]:
        return Counter(f"{row['arrived_at'].astimezone(ZoneInfo(zone)):%Y-%m-%d}" for row in self.contacts)


def _all(conn: Any, table: sa.Table) -> list[Row]:
    return [dict(row) for row in conn.execute(sa.select(table)).mappings()]


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, math.floor((end - start).total_seconds()))


def _part(ordered: list[int], part: float) -> int | None:
    return ordered[math.ceil(part * len(ordered)) - 1] if ordered else None


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
