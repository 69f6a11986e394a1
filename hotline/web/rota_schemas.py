"""The shapes of the rota and of people's rest behind JSON; see ``/api`` for the readable page."""

from datetime import date, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from hotline.volunteers.wellbeing import CertificateKind
from hotline.web.schemas import Given


class NewShift(Given):
    """One shift; moments with their offset. ``zone`` is the one it is shown in, the rota's when left out."""

    person_id: str
    start_at: AwareDatetime
    end_at: AwareDatetime
    zone: str | None = None


class NewPattern(Given):
    """Shifts that return every week by the wall clock of ``zone``; 0 is Monday, times are minutes after midnight."""

    person_id: str
    weekdays: list[int]
    start_minute: int
    end_minute: int
    first_day: date
    last_day: date | None = None
    zone: str | None = None


class Made(BaseModel):
    """What was made."""

    id: str


class SwapAsk(Given):
    """Whom to ask to take a shift; nobody named asks everybody."""

    colleague_id: str | None = None


class SwapOut(BaseModel):
    """How far a swap has come."""

    state: str


class StandDown(Given):
    """Let somebody rest; without hours until it is lifted."""

    reason: str
    hours: int | None = None


class Minutes(Given):
    """A length of time."""

    minutes: int


class Note(Given):
    """A short note, kept sealed."""

    note: str


class NewCertificate(Given):
    """A training certificate; it holds through ``expires_on``."""

    kind: CertificateKind
    granted_on: date
    expires_on: date


class MyRota(BaseModel):
    """One's own shifts, what is asked of one, and one's state."""

    zone: str
    shifts: list[dict[str, Any]]
    asked: list[dict[str, Any]]
    taken: list[dict[str, Any]]
    link_made_at: datetime | None
    care: dict[str, Any]


class Rota(BaseModel):
    """A week, the hours that lack people, and what waits for a decision."""

    zone: str
    kept: bool
    monday: date
    days: list[dict[str, Any]]
    patterns: list[dict[str, Any]]
    holidays: list[dict[str, Any]]
    to_decide: list[dict[str, Any]]
    gaps: list[dict[str, Any]] = Field(description="neighbouring hours with the same figures are one entry")


class Team(BaseModel):
    """Everybody who listens, those who may not be asked now first."""

    team: list[dict[str, Any]]


class CareOut(BaseModel):
    """One's own state: whether something may be offered, why not, until when."""

    care: dict[str, Any]
