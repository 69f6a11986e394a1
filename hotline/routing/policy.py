"""The order of the queue and who may take what, as pure functions; the simulation and the database share them.

Waiting raises a contact one step per target missed, never above ``elevated``: an urgent contact is never behind one
that is only old. Numbers come from ``config/routing_policy.toml`` and are frozen into the contact on arrival.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.domain.contact import Channel, Level, Role

STEP = 10**17
"""One level in the queue key; more than any moment in microseconds since 1970 can reach."""


class Lane(StrEnum):
    """Who a waiting contact needs at least."""

    OPEN = "open"
    CRISIS = "crisis"
    CLINICAL = "clinical"


class Stage(StrEnum):
    """How far a volunteer's training has come."""

    TRAINEE = "trainee"
    MENTORED = "mentored"
    SOLO = "solo"
    CRISIS_TRAINED = "crisis_trained"


LEARNING = frozenset({Stage.TRAINEE, Stage.MENTORED})
"""Stages whose volunteers may read along to learn."""


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """What is promised at one level; ``everyone_seconds`` is ``None`` where only supervisors are called."""

    target_seconds: int
    alarm_seconds: int
    everyone_seconds: int | None
    share: float


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """All numbers of ``config/routing_policy.toml``; durations in seconds."""

    version: str
    service_levels: dict[Level, ServiceLevel]
    chats_at_once: int
    chats_at_once_urgent: int
    presence_lost_seconds: int
    listener_silence_seconds: int
    seeker_silence_seconds: int
    answer_reminder_seconds: int
    answer_return_seconds: int
    answer_return_urgent_seconds: int
    seeker_gone_seconds: int
    dispatch_countersign_seconds: int
    silent_opening_seconds: int
    closing_owed_seconds: int
    usual_conversation_seconds: int
    wait_told_up_to_seconds: int
    callback_offered_after_seconds: int
    callback_retry_seconds: int
    callback_attempts: int
    offer_seconds: int
    offer_urgent_seconds: int
    offers_at_once_urgent: int
    head_start_seconds: int
    handover_answer_seconds: int
    missed_again_seconds: int
    lost_shown_seconds: int
    reserve_from_seats: int
    reserved_seats: int
    reserve_high_after_seconds: int
    reserve_routine_seconds: int
    reserve_information_seconds: int
    weight_same_listener: int
    weight_training: int
    weight_gender: int
    weight_topic: int
    weight_undivided: int
    weight_recent: int
    recent_window_seconds: int

    @classmethod
    def from_numbers(cls, numbers: dict[str, Any]) -> "RoutingPolicy":
        """Build from ``config/routing_policy.toml``, its numbers unwrapped; raises ``KeyError`` on a missing one."""
        levels = {
            Level(name): ServiceLevel(
                target_seconds=int(given["target_seconds"]),
                alarm_seconds=int(given["alarm_seconds"]),
                everyone_seconds=int(given["everyone_seconds"]) if "everyone_seconds" in given else None,
                share=float(given["share"]),
            )
            for name, given in numbers["service_levels"].items()
        }
        sections = ("capacity", "presence", "silence", "dispatch", "wait", "callback", "offers", "reserve", "ranking")
        flat = {key: int(value) for section in sections for key, value in numbers[section].items()}
        return cls(version=numbers["version"], service_levels=levels, **flat)

    def promise(self) -> dict[str, dict[str, Any]]:
        """The service levels as they are copied into a contact; later edits change later contacts only."""
        return {
            level.value: {
                "target_seconds": promised.target_seconds,
                "alarm_seconds": promised.alarm_seconds,
                "everyone_seconds": promised.everyone_seconds,
            }
            for level, promised in self.service_levels.items()
        }


@dataclass(frozen=True, slots=True)
class Reach:
    """What one listener may be given next.

    ``below_severity`` leaves urgent contacts to those with room, ``but`` are contacts they declined, and of a seat
    that is ``reserved_since`` only imminent contacts and high ones that wait since before then may be given.
    """

    languages: tuple[str, ...]
    lanes: frozenset[Lane]
    below_severity: int | None = None
    but: tuple[str, ...] = ()
    reserved_since: datetime | None = None


def effective_rank(level: Level, targets_missed: int) -> int:
    """The rank a contact stands at: its own, or raised by waiting, but by waiting never above elevated."""
    if level.urgent:
        return level.rank
    return min(level.rank + targets_missed, Level.ELEVATED.rank)


def queue_key(level: Level, targets_missed: int, waiting_since: datetime) -> int:
    """The place in the queue as one number, smallest first: by effective rank, then by arrival in microseconds."""
    micros = int(waiting_since.timestamp() * 1_000_000)
    return (Level.IMMINENT.rank - effective_rank(level, targets_missed)) * STEP + micros


def first_key(rank: int) -> int:
    """The smallest place in the queue that anybody of this effective rank can have."""
    return (Level.IMMINENT.rank - rank) * STEP


def lane_for(level: Level, *, clinician_free: bool, crisis_trained_free: bool) -> Lane:
    """The lane a contact starts in: urgent at a clinician, a crisis-trained volunteer at once if none is free.

    When neither is on duty the lane is open: any trained human is better than none.
    """
    if level.urgent and clinician_free:
        return Lane.CLINICAL
    if level.rank >= Level.ELEVATED.rank and (crisis_trained_free or clinician_free):
        return Lane.CRISIS
    return Lane.OPEN


_WIDER = {Lane.CLINICAL: Lane.CRISIS, Lane.CRISIS: Lane.OPEN, Lane.OPEN: Lane.OPEN}


def wider(lane: Lane) -> Lane:
    """The lane one step more open, for a contact whose target was missed."""
    return _WIDER[lane]


def widens_again(level: Level, lane: Lane, targets_missed: int) -> bool:
    """Whether another missed target would change anything for a contact that stands so."""
    return lane is not Lane.OPEN or effective_rank(level, targets_missed) < Level.ELEVATED.rank


def lanes_of(roles: Iterable[Role], stage: Stage) -> frozenset[Lane]:
    """The lanes a listener may serve; supervisors stand in where clinicians do."""
    held = set(roles)
    if Role.CLINICIAN in held or Role.SUPERVISOR in held:
        return frozenset(Lane)
    if Role.VOLUNTEER not in held or stage is Stage.TRAINEE:
        return frozenset()
    if stage is Stage.CRISIS_TRAINED:
        return frozenset({Lane.OPEN, Lane.CRISIS})
    return frozenset({Lane.OPEN})


def room_level(level: Level, channel: Channel) -> Level:
    """The level whose room a contact needs: a call has its listener alone, as danger has."""
    return Level.HIGH if channel is Channel.VOICE and not level.urgent else level


def room_for(policy: RoutingPolicy, *, held: int, held_urgent: int, level: Level) -> bool:
    """Whether a listener who holds ``held`` chats, ``held_urgent`` of them urgent, may take one of ``level``."""
    limit = policy.chats_at_once_urgent if held_urgent or level.urgent else policy.chats_at_once
    return held < limit
