"""When who is called, rung by rung; a promise frozen in the contact, so that an edit never moves a running ladder."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hotline.domain.contact import Level


class AlarmKind(StrEnum):
    """Why a human must look now."""

    URGENT_WAITING = "urgent_waiting"
    TARGET_MISSED = "target_missed"
    RISK_RISING = "risk_rising"
    LISTENER_SILENT = "listener_silent"
    SEEKER_SILENT = "seeker_silent"
    NOBODY_ON_DUTY = "nobody_on_duty"
    DISPATCH_UNSIGNED = "dispatch_unsigned"
    MODEL_FAILING = "model_failing"
    SECOND_READING_FAILING = "second_reading_failing"
    MODEL_DRIFT = "model_drift"
    SWEEP_STALE = "sweep_stale"
    URGENT_ABANDONED = "urgent_abandoned"
    CLOSING_OWED = "closing_owed"
    ROTA_GAP = "rota_gap"
    HELP_WANTED = "help_wanted"
    REVIEW_OVERDUE = "review_overdue"
    FOLLOW_UP_OVERDUE = "follow_up_overdue"
    CALL_LOST = "call_lost"
    CALL_ALONE = "call_alone"
    PHONE_TROUBLE = "phone_trouble"
    TEXT_UNDELIVERED = "text_undelivered"
    TEXTS_STOPPED = "texts_stopped"
    BLOCKED_RISK = "blocked_risk"
    RECORDING_LOST = "recording_lost"


COMPANY_ALARMS = (AlarmKind.RISK_RISING, AlarmKind.HELP_WANTED)
"""Alarms that ask somebody to come to a listener's side."""


class TimerKind(StrEnum):
    """What a timer of a contact looks at."""

    TARGET = "target"
    ALARM = "alarm"
    EVERYONE = "everyone"
    SILENCE = "silence"
    COUNTERSIGN = "countersign"
    OFFER = "offer"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Rung:
    """One moment of the ladder."""

    kind: TimerKind
    due_at: datetime


def rungs(promise: dict[str, dict[str, Any]], level: Level, waiting_since: datetime) -> list[Rung]:
    """The rungs of a wait that began at ``waiting_since``, soonest first, by the promise frozen in the contact."""
    promised = promise[level.value]
    found = [
        Rung(TimerKind.TARGET, waiting_since + timedelta(seconds=promised["target_seconds"])),
        Rung(TimerKind.ALARM, waiting_since + timedelta(seconds=promised["alarm_seconds"])),
    ]
    if promised["everyone_seconds"] is not None:
        found.append(Rung(TimerKind.EVERYONE, waiting_since + timedelta(seconds=promised["everyone_seconds"])))
    return sorted(found, key=lambda rung: rung.due_at)


def silence(
    *,
    unanswered_since: datetime | None,
    listener_wrote_at: datetime | None,
    held_since: datetime,
    limits: tuple[timedelta, timedelta],
) -> tuple[AlarmKind, datetime]:
    """Whose turn it is in an urgent conversation, and when their silence becomes an alarm.

    A listener's clock runs from the first words nobody has answered, however much the seeker goes on writing, and never
    from before ``held_since``, when this listener took the contact. ``limits`` are (listener, seeker).
    """
    if unanswered_since is not None:
        return AlarmKind.LISTENER_SILENT, max(unanswered_since, held_since) + limits[0]
    if listener_wrote_at is None or listener_wrote_at < held_since:
        return AlarmKind.LISTENER_SILENT, held_since + limits[0]
    return AlarmKind.SEEKER_SILENT, listener_wrote_at + limits[1]
