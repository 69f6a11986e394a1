"""The shapes of the JSON API of the helpline's people; see ``/api`` for the readable page."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from hotline.domain.contact import ActionKind, ActionState, AskedDirectly, Level, Outcome, Region
from hotline.volunteers.wellbeing import Heavy
from hotline.web.call_schemas import Reached
from hotline.web.offer_schemas import Capacity, HandoverOut, OfferOut, OfferTold, QueueItem
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


class WaitingItem(QueueItem):
    """A waiting contact; ``may_claim`` tells whether the reader may take it now."""

    may_claim: bool


class MineItem(QueueItem):
    """A contact the reader holds."""

    unread: int
    whispered: bool


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


class Desk(BaseModel):
    """What a listener sees."""

    me: PersonOut
    on_duty: bool
    capacity: Capacity
    offer: OfferOut | None
    told: list[OfferTold]
    waiting: list[WaitingItem]
    mine: list[MineItem]
    reading_along: list[dict[str, str]] = Field(description="conversations one reads along to learn")
    alarms: list[AlarmOut]
    follow_ups_due: int = Field(description="people to be asked again by now, for clinicians and supervisors")
    care: dict[str, Any] = Field(description="whether something may be offered now, why not, until when; notices")
    practice: str | None = Field(description="the exercise that one has open; it counts nowhere")


class StaffContact(Reached):
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
    features: list[dict[str, Any]] = Field(description="what the model's heads said over the conversation, 0-1")
    course: list[dict[str, Any]] = Field(description="every judgement in order and the level after it")
    screening: list[dict[str, Any]] = Field(description="every question of the screener with its newest answer")
    ask_next: dict[str, str | None] = Field(description="by screener (cssrs, asq) the question to ask next")
    level_request: dict[str, Any] | None
    actions: list[dict[str, Any]]
    dispatches: list[dict[str, Any]]
    closing: dict[str, str] | None
    asked: str | None
    outcome: str | None
    previous_contact: bool
    assignable: list[dict[str, str]] = Field(description="whom one may ask by hand to take it, or to take it over")
    beside: list[dict[str, str]] = Field(description="who is in the conversation beside its listener")
    asked_to_take_over: list[str] = Field(description="aliases of who is being asked to take over")
    not_taken_over: dict[str, Any] | None = Field(description="who was asked last and did not: alias, state, at")
    help_called: bool = Field(description="a supervisor was called to the listener's side and nobody came yet")
    handovers: list[HandoverOut] = Field(description="what listeners wrote for the next one, newest first")
    asides: list[dict[str, Any]] = Field(description="what was whispered; the person never sees it")
    shadow: dict[str, Any] | None = Field(description="who reads along to learn, or waits for the listener's yes")
    plan: dict[str, Any] | None = Field(description="the safety plan in its newest version")
    ratings: dict[str, dict[str, int | None]] = Field(description="distress, intent and hope, each at start and end")
    referrals: list[dict[str, Any]] = Field(description="ways to further help, each with how far it has come by now")
    consents: list[dict[str, Any]] = Field(description="what the person agreed to; ``given`` null counts as no")
    follow_ups: list[dict[str, Any]] = Field(description="when the person is asked again, and how each stands")
    guardian: dict[str, Any] | None = Field(description="who may be called in danger, or must not be; no name")
    drafts: dict[str, Any] = Field(description="what is half written, by form, for who may go on with it")
    learners: list[dict[str, str]] = Field(description="whom a supervisor may let read along")
    may: list[str]
    last_number: int
    erased_at: datetime | None = Field(description="when its words were destroyed; null while they are kept")
    legal_hold: dict[str, Any] | None = Field(description="by whom, since when, why not erased; for who oversees")
    recordings: list[dict[str, Any]] = Field(description="of its calls: recording_id, at, seconds, state")
    block: dict[str, Any] | None = Field(description="whether its number is asked first; for supervisors")


class Ladders(BaseModel):
    """Everybody who waits and every open urgent contact, each with its ladder."""

    at: datetime
    contacts: list[dict[str, Any]] = Field(description="QueueItem and rungs, rung, offers, refusals, watched_by, stuck")


class NewAside(Given):
    """A word the person never sees."""

    text: str = Field(max_length=4000)


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


class NewDispatch(Given):
    """An emergency call."""

    service: str
    basis: str
    disclosed: str
    note: str = ""
    address: bool = Field(default=False, description="asks with it for the sealed network address")


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
    level: Level | None = Field(None, description="how urgent it was in one's own judgement; kept beside the machine's")
    heavy: list[Heavy] = Field(default_factory=list, description="why a talk about it is owed to the listener")
    actions: list[NewAction] = Field(default_factory=list)


class Board(BaseModel):
    """What a supervisor sees."""

    at: datetime
    clock_alive: bool
    levels: list[dict[str, Any]]
    on_duty: list[dict[str, Any]]
    urgent: list[QueueItem]
    alarms: list[AlarmOut]
    pages: list[dict[str, Any]]
    calls: list[dict[str, Any]] = Field(description="every call that goes on, with each of its legs")
    telephone: dict[str, Any] = Field(description="``PhoneTrouble``")
    today: dict[str, Any]
    hours: list[dict[str, Any]] = Field(description="the last six hours in quarters: arrivals, waits, share in time")


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
