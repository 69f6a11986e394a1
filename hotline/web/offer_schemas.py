"""The shapes of waiting contacts and offers in the JSON API; see ``/api`` for the readable page."""

from datetime import datetime

from pydantic import BaseModel, Field

from hotline.domain.contact import Language, Level
from hotline.domain.phone import CallsBy
from hotline.flow.callback import CallResult
from hotline.routing.ranking import Gender, Topic
from hotline.routing.replies import Decline
from hotline.web.schemas import Given


class EvidenceOut(BaseModel):
    """One span behind a level, in characters of its message."""

    source: str
    label: str
    quote: str
    start: int
    end: int


class OwnerOut(BaseModel):
    """Who holds a contact."""

    person_id: str
    alias: str


class QueueItem(BaseModel):
    """A contact in a list."""

    contact_id: str
    pseudonym: str
    state: str
    level: Level
    language: Language
    channel: str
    third_party: bool
    waiting_since: datetime
    waited_seconds: int
    target_seconds: int
    overdue: bool
    returned: bool
    wants_call: bool
    lane: str | None
    evidence: list[EvidenceOut]
    owner: OwnerOut | None


class HandoverOut(BaseModel):
    """What one listener wrote for the next."""

    by: str
    at: datetime
    summary: str
    next_step: str


class HandoverAsked(Given):
    """Ask one colleague to take over."""

    person_id: str = Field(max_length=32)
    summary: str = Field(max_length=4000)


class CallNoted(Given):
    """What became of a call."""

    result: CallResult


class NumberOut(BaseModel):
    """A number to call, in clear; that it was opened is in the log."""

    number: str


class SkillsGiven(Given):
    """What a listener says about themselves."""

    gender: Gender | None = None
    topics: list[Topic] = Field(default_factory=list)
    again: bool = False
    calls_by: CallsBy = Field(default=CallsBy.NOTHING, description="where this person takes calls")


class Capacity(BaseModel):
    """How many contacts a listener holds, and may hold."""

    used: int
    limit: int


class OfferOut(BaseModel):
    """The contact the reader is asked about; ``reasons`` say why they are."""

    offer_id: str
    contact: QueueItem
    reasons: list[str]
    due_at: datetime
    left_seconds: int
    rings: bool = Field(description="a call that rings at this person's telephone or browser now")
    by: str | None
    handovers: list[HandoverOut]
    returns: bool


class OfferTold(BaseModel):
    """An offer that ended without the reader: ``lost`` to ``by``, ``missed``, or ``withdrawn`` (``why``)."""

    offer_id: str
    pseudonym: str
    state: str
    why: str
    by: str | None
    at: datetime


class Refusal(Given):
    """No to an offer."""

    reason: Decline


class Assignment(Given):
    """Whom a supervisor asks by hand."""

    person_id: str = Field(max_length=32)
