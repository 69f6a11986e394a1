"""How an exercise looks: like a contact, marked as practice; at its end what it held and what was missed."""

from datetime import datetime, timedelta
from typing import Any

from hotline.domain.contact import Author, Channel, Level, Region, State
from hotline.domain.records import Person
from hotline.domain.risk import Judgement
from hotline.reports.conversation_view import to_ask
from hotline.reports.queue_view import EVIDENCE_LIMIT, Reader, piece
from hotline.routing.policy import RoutingPolicy
from hotline.triage.screening import Answer, Question
from hotline.volunteers import practices
from hotline.volunteers.practice import Practice, Scenario, Shown, met
from hotline.volunteers.practices import Exercise, Line

BY_PAGE = {"reply_by": Channel.WEB.value, "written_by": Channel.WEB.value, "texts_stopped": False}
"""How an invented person is reached."""
LEFT_EMPTY = (
    "asides",
    "recordings",
    "assessments",
    "features",
    "course",
    "dispatches",
    "referrals",
    "consents",
    "follow_ups",
    "assignable",
    "beside",
    "asked_to_take_over",
    "handovers",
    "learners",
)
"""What a contact has and an exercise never will: others, and what leads outside."""
LEVEL_HOLDS_FOR = timedelta(hours=24)
"""A level expires after this (helpline rules, section 1)."""


def visible(reader: Reader, exercise: Exercise) -> list[Line]:
    """What has been said by now; silences and what is still being written are not shown."""
    said = practices.lines(reader.conn, reader.keys, exercise)
    return [one for one in said if one.message.at <= reader.now and one.message.text]


def messages(reader: Reader, exercise: Exercise, person: Person) -> dict[str, Any]:
    """``PracticeMessages`` of the API: everything said so far, and whether the invented person is writing."""
    said = visible(reader, exercise)
    to_come = [one for one in practices.lines(reader.conn, reader.keys, exercise) if one.message.at > reader.now]
    return {
        "messages": [
            {
                "number": one.message.number,
                "author": one.message.author.value,
                "alias": person.alias if one.message.author is Author.LISTENER else None,
                "text": one.message.text,
                "at": one.message.at,
                "client_message_id": one.message.client_message_id,
            }
            for one in said
        ],
        "last_number": said[-1].message.number if said else 0,
        "writing": any(one.message.text for one in to_come),
    }


def contact(
    reader: Reader, policy: RoutingPolicy, scenario: Scenario, exercise: Exercise, person: Person
) -> dict[str, Any]:
    """``StaffContact`` of the API, so that the same page shows it; nobody else is in it and nobody can be called."""
    said = visible(reader, exercise)
    texts = [one.message.text for one in said if one.message.author is Author.SEEKER]
    judged = reader.assessor.judge(texts) if texts else None
    by_person = exercise.record["level"]
    machine = Level.ROUTINE if judged is None else judged.level
    level = Level(by_person) if by_person else machine
    return (
        _as_item(reader, policy, exercise, level)
        | _like_a_contact(exercise, person, last_number=said[-1].message.number if said else 0)
        | {
            "pseudonym": scenario.scripts[exercise.language].title,
            "evidence": [] if judged is None else _evidence(reader, judged, texts[-1]),
            "model_answered": judged is None or judged.failure is None,
            "level_by": person.alias if by_person else "machine",
            "screening": (asked := _screening(exercise, person)),
            "ask_next": to_ask(asked),
            "actions": [_action(one, person) for one in exercise.record["actions"]],
            "may": sorted(_may(exercise)),
        }
    )


def _as_item(reader: Reader, policy: RoutingPolicy, exercise: Exercise, level: Level) -> dict[str, Any]:
    return {
        "contact_id": exercise.id,
        "state": exercise.state.value,
        "level": level.value,
        "language": exercise.language.value,
        "channel": Channel.WEB.value,
        "third_party": False,
        "waiting_since": exercise.started_at,
        "waited_seconds": 0,
        "target_seconds": policy.service_levels[level].target_seconds,
        "overdue": False,
        "returned": False,
        "wants_call": False,
        "lane": None,
        "level_expires_at": reader.now + LEVEL_HOLDS_FOR,
    }


def _like_a_contact(exercise: Exercise, person: Person, *, last_number: int) -> dict[str, Any]:
    nobody: dict[str, Any] = dict.fromkeys(
        (
            "level_request",
            "callback",
            "call",
            "block",
            "shadow",
            "plan",
            "guardian",
            "acknowledged_at",
            "erased_at",
            "legal_hold",
        )
    )
    nothing: dict[str, Any] = {name: [] for name in LEFT_EMPTY}
    return (
        nobody
        | nothing
        | {
            "owner": {"person_id": person.id, "alias": person.alias},
            "help_called": False,
            "not_taken_over": None,
            "drafts": {},
            "ratings": {},
            "region": Region.OTHER.value,
            "arrived_at": exercise.started_at,
            "accepted_at": exercise.started_at,
            "first_reply_at": exercise.first_reply_at,
            "ended_at": exercise.ended_at,
            "closed_at": exercise.closed_at,
            "asked": exercise.record["asked"],
            "outcome": exercise.record.get("outcome"),
            "closing": exercise.record["closing"],
            "previous_contact": False,
            "last_number": last_number,
            **BY_PAGE,
        }
    )


def _evidence(reader: Reader, judged: Judgement, text: str) -> list[dict[str, Any]]:
    return [piece(reader, one, text) for one in judged.evidence[:EVIDENCE_LIMIT]]


def _screening(exercise: Exercise, person: Person) -> list[dict[str, Any]]:
    said = exercise.record["answers"]
    return [
        {
            "question": question.value,
            "screener": question.screener.value,
            "answer": said.get(question.value, Answer.NOT_YET.value),
            "by": person.alias if question.value in said else None,
            "at": exercise.started_at if question.value in said else None,
        }
        for question in Question
    ]


def _action(one: dict[str, str], person: Person) -> dict[str, Any]:
    return {
        "action_id": one["id"],
        "at": datetime.fromisoformat(one["at"]),
        "by": person.alias,
        "kind": one["kind"],
        "state": one["state"],
        "note": one["note"],
    }


def _may(exercise: Exercise) -> set[str]:
    if exercise.state is State.CLOSED:
        return set()
    talking = {"write", "wrap_up"} if exercise.state is State.IN_CONVERSATION else set()
    return talking | {"level", "action", "asked", "close"}


def feedback(
    practice: Practice, scenario: Scenario, exercise: Exercise, texts: list[str], language: str
) -> dict[str, Any]:
    """``PracticeFeedback`` of the API; ``texts`` are the listener's, normalised, ``language`` the reader's."""
    record = exercise.record
    judged = Level(record["judged"]) if record.get("judged") else None
    asked = record["asked"] in {"yes", "denied", "refused"}
    shown = Shown(tuple(texts), asked, judged, (record["closing"] or {}).get("next_step", ""))
    script = scenario.scripts[language]
    first = None if exercise.first_reply_at is None else exercise.first_reply_at - exercise.started_at
    return {
        "practice_id": exercise.id,
        "scenario": scenario.code,
        "title": script.title,
        "holds": script.holds,
        "level": scenario.level.value,
        "judged": judged,
        "points": [
            {"code": code, "text": practice.criteria[code].texts[language], "met": done}
            for code, done in met(practice, scenario, shown).items()
        ],
        "first_reply_seconds": None if first is None else int(first.total_seconds()),
        "messages": len(texts),
        "closed_at": exercise.closed_at,
    }


def overview(practice: Practice, open_id: str | None, closed: list[Exercise], language: str) -> dict[str, Any]:
    """``Practices`` of the API: the scenarios, the exercise that is open, and those that are over, newest first."""
    titles = {code: one.scripts[language].title for code, one in practice.scenarios.items()}
    return {
        "scenarios": [{"scenario": code, "title": title} for code, title in titles.items()],
        "open": open_id,
        "closed": [
            {"practice_id": one.id, "title": titles.get(one.scenario, one.scenario), "closed_at": one.closed_at}
            for one in closed
        ],
    }
