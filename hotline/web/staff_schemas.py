"""The shapes of the JSON API of the helpline's people; see ``/api`` for the readable page."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from hotline.domain.contact import ActionKind, ActionState, AskedDirectly, Language, Level, Outcome, Region
from hotline.web.schemas import Given


class SignIn(Given):
    """Sign in."""

    login: str = Field(max_length=64)
    password: str = Field(max_length=200)
    totp: str | None = Field(None, max_length=12)


class PersonOut(BaseModel):
    """A person of the helpline."""

    person_id: str
    login: str
    alias: str
    roles: list[str]
    stage: str
    languages: list[str]
    totp: bool
    phone: bool
    demo: bool
    disabled: bool
    on_duty: bool


class SignedIn(BaseModel):
    """A session and the bearer token that speaks for it."""

    person: PersonOut
    token: str


class Whoami(BaseModel):
    """Who is signed in."""

    person: PersonOut


class Duty(Given):
    """Go on or off duty."""

    on_duty: bool


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
    lane: str | None
    evidence: list[EvidenceOut]
    owner: OwnerOut | None


class WaitingItem(QueueItem):
    """A waiting contact; ``may_claim`` tells whether the reader may take it now."""

    may_claim: bool


class MineItem(QueueItem):
    """A contact the reader holds."""

    unread: int


class AlarmOut(BaseModel):
    """An alarm."""

    alarm_id: str
    kind: str
    contact_id: str | None
    pseudonym: str | None
    level: str | None
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    sentence: str
    runbook: str


class Capacity(BaseModel):
    """How many contacts a listener holds, and may hold."""

    used: int
    limit: int


class Desk(BaseModel):
    """What a listener sees."""

    me: PersonOut
    on_duty: bool
    capacity: Capacity
    waiting: list[WaitingItem]
    mine: list[MineItem]
    alarms: list[AlarmOut]


class StaffContact(QueueItem):
    """A contact with everything known about it."""

    region: Region
    arrived_at: datetime
    acknowledged_at: datetime | None
    accepted_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None
    level_by: str
    level_expires_at: datetime | None
    model_answered: bool
    assessments: list[dict[str, Any]]
    level_request: dict[str, Any] | None
    actions: list[dict[str, Any]]
    dispatches: list[dict[str, Any]]
    closing: dict[str, str] | None
    asked: str | None
    outcome: str | None
    previous_contact: bool
    may: list[str]
    last_number: int


class LevelChange(Given):
    """A person's own judgement."""

    level: Level
    reason: str


class Agreement(Given):
    """A second person's word."""

    agree: bool


class NewAction(Given):
    """Something done, or meant to be done."""

    kind: ActionKind
    state: ActionState
    note: str = ""


class Asked(Given):
    """Whether the person was asked about suicide in plain words."""

    asked: AskedDirectly
    reason: str = ""


class NewDispatch(Given):
    """An emergency call."""

    service: str
    basis: str
    disclosed: str
    note: str = ""


class Arrival(Given):
    """What became of an emergency call."""

    outcome: str
    note: str = ""


class Closing(Given):
    """The closing form."""

    outcome: Outcome
    summary: str = ""
    next_step: str = ""
    asked: AskedDirectly | None = None
    actions: list[NewAction] = Field(default_factory=list)


class LogOut(BaseModel):
    """What was done, and whether the chain holds."""

    entries: list[dict[str, Any]]
    verified: bool
    fault: str | None


class Board(BaseModel):
    """What a supervisor sees."""

    at: datetime
    clock_alive: bool
    levels: list[dict[str, Any]]
    on_duty: list[dict[str, Any]]
    urgent: list[QueueItem]
    alarms: list[AlarmOut]
    pages: list[dict[str, Any]]
    today: dict[str, Any]


class NewInvite(Given):
    """Invite somebody."""

    roles: list[str]
    alias: str = ""
    login: str = ""


class InviteLink(BaseModel):
    """The link of an invitation, shown once."""

    invite_url: str
    token: str


class AcceptInvite(Given):
    """Accept an invitation."""

    token: str
    login: str
    alias: str
    password: str
    languages: list[str]


class Roles(Given):
    """Other roles, and perhaps another training stage."""

    roles: list[str]
    stage: str | None = None


class PasswordChange(Given):
    """Another password."""

    current: str
    new: str


class Phone(Given):
    """The number for pages; empty removes it."""

    phone: str


class Code(Given):
    """A one-time code."""

    code: str


class Password(Given):
    """The password, once more."""

    password: str


class TotpStart(BaseModel):
    """A second factor that waits for its first code."""

    secret: str
    otpauth_uri: str
