"""Words about a contact: levels, states, channels; loose strings here would let a typo lose a person.

The level says how soon a person must meet a human, and who that human should be. It is no prediction and it never
refuses, shortens or ends service (NICE NG225 and NHS England advise against rationing by risk level).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """How soon a person must meet a human, from least to most urgent."""

    INFORMATION = "information"
    ROUTINE = "routine"
    ELEVATED = "elevated"
    HIGH = "high"
    IMMINENT = "imminent"

    @property
    def rank(self) -> int:
        """0 (information) to 4 (imminent); higher is more urgent."""
        return _RANKS[self]

    @property
    def urgent(self) -> bool:
        """Whether this level is imminent or high."""
        return self.rank >= Level.HIGH.rank


_RANKS = {level: rank for rank, level in enumerate(Level)}


def highest(*levels: Level) -> Level:
    """The most urgent of one or more levels."""
    return max(levels, key=lambda level: level.rank)


class State(StrEnum):
    """Where a contact stands on its way; see :mod:`hotline.domain.lifecycle` for the allowed steps."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    WAITING = "waiting"
    OFFERED = "offered"
    IN_CONVERSATION = "in_conversation"
    WRAPPING_UP = "wrapping_up"
    CALLBACK_DUE = "callback_due"
    REFERRED = "referred"
    ABANDONED = "abandoned"
    CLOSED = "closed"


class Channel(StrEnum):
    """How a person reached us."""

    WEB = "web"
    VOICE = "voice"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    REFERRAL = "referral"


class Language(StrEnum):
    """The languages the helpline speaks."""

    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"
    EN = "en"


class Region(StrEnum):
    """Where the seeker says they are; never guessed from an address."""

    MAINLAND = "cn"
    HONG_KONG = "hk"
    MACAU = "mo"
    TAIWAN = "tw"
    OTHER = "other"


class Author(StrEnum):
    """Who wrote a message."""

    SEEKER = "seeker"
    LISTENER = "listener"
    SYSTEM = "system"


class Role(StrEnum):
    """What a person of the helpline may do."""

    VOLUNTEER = "volunteer"
    CLINICIAN = "clinician"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Outcome(StrEnum):
    """How a conversation ended, as the closing form says it."""

    SUPPORTED = "supported"
    REFERRED = "referred"
    HANDED_TO_CLINICIAN = "handed_to_clinician"
    EMERGENCY_SERVICES = "emergency_services"
    FOLLOW_UP = "follow_up"
    LEFT_EARLY = "left_early"
    PRANK_OR_ABUSE = "prank_or_abuse"


class ActionKind(StrEnum):
    """What was done for a person (``domain`` rules, section on what is recorded)."""

    LISTENING = "listening"
    RISK_ASSESSMENT = "risk_assessment"
    SAFETY_PLAN = "safety_plan"
    REFERRAL = "referral"
    HAND_OFF = "hand_off"
    EMERGENCY_DISPATCH = "emergency_dispatch"
    GUARDIAN_CONTACT = "guardian_contact"
    FOLLOW_UP = "follow_up"


class ReferralTag(StrEnum):
    """Where a referral leads: three kinds of clinic, practical help, or company."""

    ADDICTION = "addiction"
    MOOD = "mood"
    PSYCHOSOMATIC = "psychosomatic"
    PRACTICAL_HELP = "practical_help"
    PEER_ACTIVITIES = "peer_activities"


class ActionState(StrEnum):
    """How far an action has come; what is planned is never shown as done."""

    DISCUSSED = "discussed"
    AGREED = "agreed"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


class FollowUpStep(StrEnum):
    """When somebody who agreed is asked again how they are, soonest first."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class FollowUpResult(StrEnum):
    """What became of one try to reach somebody again; ``GIVEN_UP`` ends a follow-up after enough tries."""

    REACHED = "reached"
    NOBODY = "nobody"
    SOMEBODY_ELSE = "somebody_else"
    NOT_WANTED = "not_wanted"
    GIVEN_UP = "given_up"


class Relation(StrEnum):
    """Who somebody is to the person who could be called for them."""

    PARENT = "parent"
    PARTNER = "partner"
    FAMILY = "family"
    FRIEND = "friend"
    TEACHER = "teacher"
    OTHER = "other"


class ConsentKind(StrEnum):
    """What a person may agree to; without their word it is no, research and learning above all."""

    SERVICE = "service"
    RECORDING = "recording"
    FOLLOW_UP = "follow_up"
    RESEARCH = "research"
    LEARNING = "learning"


class AskedDirectly(StrEnum):
    """Whether the listener asked about suicide in plain words, and what was answered."""

    YES = "yes"
    DENIED = "denied"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a door heard, in our words: one text from one person, before anything has judged it.

    ``client_message_id`` makes a repeated POST harmless; ``network_address`` is only ever stored sealed.
    """

    text: str
    client_message_id: str
    at: datetime
