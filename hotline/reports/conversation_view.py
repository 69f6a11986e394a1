"""What stands beside the words of a conversation: the phrases that counted, the level's course, what was asked.

Without it a listener would see a level and have to believe it.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Level, highest
from hotline.domain.records import Contact
from hotline.domain.risk import Evidence
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader
from hotline.triage import answers
from hotline.triage import store as triage
from hotline.triage.screening import Answer, Question, Screener, ask_next
from hotline.triage.store import Assessment

MACHINE = "machine"
SEEKER = "seeker"
"""Who says of themselves, by key 1 on the telephone, that they are in danger."""
NOTED_ONLY = frozenset({"closing", "review"})
"""Judgements that are kept beside the level and do not set it."""
LEAST_SHARE_SHOWN = 0.2
"""Heads below this say little and would only fill the pane."""
HEADS_SHOWN = 4


def parts(text: str, pieces: Sequence[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """The text cut at the edges of its pieces ``(start, end, label)``; each part has the labels that lie over it.

    Offsets are code points, end exclusive; a piece that is empty or outside the text marks nothing.
    """
    fitting = [(start, end, label) for start, end, label in pieces if 0 <= start < end <= len(text)]
    cuts = sorted({0, len(text), *(edge for start, end, _ in fitting for edge in (start, end))})
    found: list[dict[str, Any]] = []
    for start, end in pairwise(cuts):
        over = dict.fromkeys(label for first, last, label in fitting if first <= start and end <= last)
        found.append({"text": text[start:end], "labels": list(over)})
    return found


def marks(reader: Reader, contact: Contact) -> list[dict[str, Any]]:
    """For every message of the seeker with evidence: its number, its parts, and the reasons in words.

    While a conversation stands below elevated nothing is marked: a greeting that a rule knows is no reason to worry.
    """
    line = triage.timeline(reader.conn, reader.keys, contact.id, limit=500)
    told = [one for one in line if one.made_by == MACHINE and one.level.rank >= Level.ELEVATED.rank]
    newest = {one.message_number: one.evidence for one in told if one.evidence}
    said = contacts.read_messages(reader.conn, reader.keys, contact.id, limit=2000) if newest else []
    return [
        _marked(reader, message.number, message.text, newest[message.number])
        for message in said
        if message.author is Author.SEEKER and message.number in newest
    ]


def _marked(reader: Reader, number: int, text: str, evidence: Sequence[Evidence]) -> dict[str, Any]:
    rules_first = sorted(evidence, key=lambda one: one.source.startswith("model:"))
    pieces = [(one.start, one.end, reader.assessor.label(one.source, reader.language)) for one in rules_first]
    quotes: dict[str, list[str]] = {}
    for start, end, label in pieces:
        found = quotes.setdefault(label, [])
        if 0 <= start < end <= len(text) and end - start < len(text) and text[start:end] not in found:
            found.append(text[start:end])
    return {
        "number": number,
        "parts": parts(text, pieces),
        "notes": [{"label": label, "quotes": found} for label, found in quotes.items()],
    }


def features(reader: Reader, line: Sequence[Assessment]) -> list[dict[str, Any]]:
    """What the model's heads said over the conversation so far, highest first; ``share`` is a probability 0-1.

    Of both readings the higher one: the second is written only where it raised.
    """
    told = {one.model: one.heads for one in line if one.made_by == MACHINE and one.heads}
    names = {name for heads in told.values() for name in heads}
    most = {name: max(heads.get(name, 0.0) for heads in told.values()) for name in names}
    heads = sorted(most.items(), key=lambda head: -head[1])
    return [
        {"source": f"model:{name}", "label": reader.assessor.label(f"model:{name}", reader.language), "share": value}
        for name, value in heads[:HEADS_SHOWN]
        if value >= LEAST_SHARE_SHOWN
    ]


def course(line: Sequence[Assessment], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every judgement in order, by whom (``names`` are aliases by id), and the level after it."""
    found: list[dict[str, Any]] = []
    standing = Level.INFORMATION
    for one in line:
        by_person = one.made_by != MACHINE
        if one.made_by in {MACHINE, SEEKER} or one.model == "screener":
            standing = highest(standing, one.level)
        elif one.model not in NOTED_ONLY:
            standing = one.level
        found.append(
            {
                "at": one.at,
                "level": one.level.value,
                "standing": standing.value,
                "by_person": by_person,
                "by": names.get(one.made_by, SEEKER if one.made_by == SEEKER else "") if by_person else MACHINE,
                "how": one.model if by_person else MACHINE,
            },
        )
    return found


def screening(reader: Reader, contact: Contact) -> list[dict[str, Any]]:
    """Every question of the screener in the order of asking, with its newest answer; ``not_yet`` where nobody asked."""
    known = answers.newest(reader.conn, contact.id)
    names = aliases(reader.conn, {one.by for one in known.values()})
    return [
        {
            "question": question.value,
            "screener": question.screener.value,
            "answer": known[question].answer.value if question in known else Answer.NOT_YET.value,
            "by": names.get(known[question].by) if question in known else None,
            "at": known[question].at if question in known else None,
        }
        for question in Question
    ]


def to_ask(rows: list[dict[str, Any]]) -> dict[str, str | None]:
    """By screener the question to ask next, of rows as :func:`screening` gives them."""
    said = {Question(one["question"]): Answer(one["answer"]) for one in rows}
    found = {screener.value: ask_next(screener, said) for screener in Screener}
    return {screener: None if question is None else question.value for screener, question in found.items()}
