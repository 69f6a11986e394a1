"""Words about what becomes of an offer; an offer whose end nobody can name would be a person asked and forgotten."""

from enum import StrEnum


class OfferState(StrEnum):
    """How far an offer has come; every state but ``open`` is final."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class Decline(StrEnum):
    """Why a listener declines; nobody is asked to justify it further."""

    NOT_READY = "not_ready"
    KNOWN = "known"
    TOO_CLOSE = "too_close"
    LANGUAGE = "language"
    TECHNICAL = "technical"


class Missed(StrEnum):
    """What was missed, where it was not the offer at the desk."""

    UNREACHED = "unreached"


class Withdrawal(StrEnum):
    """Why the house takes an open offer back."""

    LEFT = "left"
    MORE_URGENT = "more_urgent"
    CHANGED = "changed"
    NOT_HERE = "not_here"
    OTHER_TAKEN = "other_taken"
    NO_ROOM = "no_room"


SHOWN = frozenset({OfferState.LOST, OfferState.MISSED, OfferState.WITHDRAWN})
"""Ends that are told to the person who was asked."""
