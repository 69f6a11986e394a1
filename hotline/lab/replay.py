"""Plays written conversations through the public API and counts what arrived; promises about delivery need a witness.

Every conversation has a seeker and a listener with a stream each. A message counts as received when the other one saw
it, as lost when it was acknowledged and never seen, as duplicated when it was seen more than once.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

from hotline.domain.errors import HotlineError
from hotline.domain.ids import new_id
from hotline.lab.api import Api, ApiTrouble
from hotline.lab.listeners import Listener
from hotline.lab.party import Party

MOST_LETTERS = 4000
CLAIM_PATIENCE_SECONDS = 120.0
DELIVERY_PATIENCE_SECONDS = 60.0
BEAT_EVERY_SECONDS = 8.0
URGENT = frozenset({"imminent", "high"})
"""Levels after which a listener rests."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One written conversation: author (``seeker`` or ``listener``) and text of each turn, a seeker's first."""

    id: str
    language: str | None
    turns: tuple[tuple[str, str], ...]


@dataclass
class Result:
    """What became of one conversation; times in seconds."""

    sent: int = 0
    received: int = 0
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    level: str = ""
    wait_seconds: float | None = None
    delivery_seconds: list[float] = field(default_factory=list)
    error: str = ""


def read_conversations(path: Path, limit: int | None = None) -> Iterator[Conversation]:
    """The conversations of a file of ``{id, turns: [{role, text}]}`` lines; ``ValueError`` names a bad line."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if limit is not None and number > limit:
                return
            try:
                given = json.loads(line)
                turns = tuple((turn["role"], _one_spelling(turn["text"])) for turn in given["turns"])
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ValueError(f"line {number} is no conversation: {type(error).__name__}") from error
            turns = tuple(turn for turn in turns if turn[1] and turn[0] in {"seeker", "listener"})
            first = next((place for place, turn in enumerate(turns) if turn[0] == "seeker"), len(turns))
            if turns[first:]:
                yield Conversation(str(given.get("id", number)), given.get("lang"), turns[first:])


def _one_spelling(text: str) -> str:
    """The text as the helpline keeps it, so that a line end spelt otherwise does not count as a loss."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()[:MOST_LETTERS]


def replay(
    base_url: str,
    conversations: list[Conversation],
    listeners: list[Listener],
    done: Callable[[Result], None],
    relieve: Callable[[], Listener] | None = None,
) -> list[Result]:
    """Play all conversations, as many at once as there are listeners; ``done`` is called after each.

    After an urgent conversation a listener rests, as the house asks of everybody, and ``relieve`` sends another.
    """
    free: Queue[Listener] = Queue()
    for listener in listeners:
        free.put(listener)
    over = threading.Event()
    threading.Thread(target=_beat, args=(listeners, over), daemon=True).start()

    def play_one(conversation: Conversation) -> Result:
        listener = free.get()
        result = Result()
        try:
            _play(base_url, conversation, listener, result)
        except ApiTrouble as trouble:
            result.error = str(trouble)
        finally:
            free.put(_next_one(listener, result, relieve))
        done(result)
        return result

    try:
        with ThreadPoolExecutor(max_workers=len(listeners)) as many:
            return list(many.map(play_one, conversations))
    finally:
        over.set()


def _next_one(listener: Listener, result: Result, relieve: Callable[[], Listener] | None) -> Listener:
    """The same listener, or somebody new where this one must rest now."""
    if relieve is None or result.level not in URGENT:
        return listener
    try:
        return relieve()
    except (ApiTrouble, HotlineError):
        return listener


def _beat(listeners: list[Listener], over: threading.Event) -> None:
    """Keep all listeners on duty."""
    while not over.wait(BEAT_EVERY_SECONDS):
        for listener in list(listeners):
            try:
                listener.api.ask("POST", "/duty/beat")
            except ApiTrouble:
                continue


def _play(base_url: str, conversation: Conversation, listener: Listener, result: Result) -> None:
    """Open, claim, talk, compare, close."""
    api = Api(base_url)
    opened_seconds = time.monotonic()
    opening = {"client_message_id": new_id(), "text": conversation.turns[0][1]}
    if conversation.language:
        opening["language"] = conversation.language
    opened = api.ask("POST", "/contacts", opening)
    api.token, contact_id = opened["token"], opened["contact"]["contact_id"]
    result.sent += 1
    seeker = Party(api, messages_path="/contact/messages", stream_path="/contact/stream")
    here = f"/contacts/{contact_id}"
    partner = Party(listener.api, messages_path=f"{here}/messages", stream_path=f"/desk/stream?contact={contact_id}")
    try:
        seeker.start()
        claimed = _claim(listener, here)
        result.wait_seconds = time.monotonic() - opened_seconds
        partner.start()
        _talk(conversation, {"seeker": seeker, "listener": partner}, result)
        _compare(conversation, seeker, partner, result)
        result.level = _close(listener, here) or claimed
    finally:
        seeker.stop()
        partner.stop()
        api.close()


def _claim(listener: Listener, here: str) -> str:
    """Take the contact as soon as it waits; gives its level. Raises ``ApiTrouble`` when somebody else has it."""
    deadline = time.monotonic() + CLAIM_PATIENCE_SECONDS
    while True:
        try:
            return str(listener.api.ask("POST", f"{here}/claim")["level"])
        except ApiTrouble as trouble:
            if trouble.code == "already_claimed" and trouble.by == listener.alias:
                return str(listener.api.ask("GET", here)["level"])
            if trouble.code == "off_duty":
                listener.api.ask("POST", "/duty", {"on_duty": True})
            elif trouble.code == "already_claimed" and trouble.by:
                raise
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _talk(conversation: Conversation, parties: dict[str, Party], result: Result) -> None:
    """Send turn by turn; each is awaited at the other end before the next."""
    parties["listener"].read()
    other = {"seeker": "listener", "listener": "seeker"}
    for author, text in conversation.turns[1:]:
        message, sent_seconds = parties[author].send(text)
        result.sent += 1
        seen_seconds = parties[other[author]].wait_for(message["number"], DELIVERY_PATIENCE_SECONDS)
        if seen_seconds is not None:
            result.delivery_seconds.append(seen_seconds - sent_seconds)


def _compare(conversation: Conversation, seeker: Party, partner: Party, result: Result) -> None:
    """Hold what was written against what each end saw, and against what the server shows now."""
    for party in (seeker, partner):
        party.read()
    written = Counter(conversation.turns)
    views = [partner.seen.texts(), partner.whole(), seeker.whole()]
    by_partner = [turn for turn in conversation.turns if turn[0] == "listener"]
    views_of_listener = Counter(turn for turn in seeker.seen.texts() if turn[0] == "listener")
    lost_here = Counter(by_partner) - views_of_listener
    result.lost = max(*((written - Counter(view)).total() for view in views), lost_here.total())
    result.received = result.sent - result.lost
    extra = max((Counter(view) - written).total() for view in views)
    result.duplicated = max(extra, seeker.seen.repeated, partner.seen.repeated)
    result.reordered = sum(view != list(conversation.turns) for view in views if Counter(view) == written)


def _close(listener: Listener, here: str) -> str:
    """Close with an outcome; gives the level at the end. Closing again after a lost answer is no trouble."""
    form: dict[str, Any] = {
        "outcome": "supported",
        "asked": "not_asked",
        "actions": [{"kind": "listening", "state": "done"}],
    }
    try:
        return str(listener.api.ask("POST", f"{here}/close", form)["level"])
    except ApiTrouble as trouble:
        if trouble.status == 409:  # noqa: PLR2004 - closed by the request whose answer was lost
            return ""
        raise
