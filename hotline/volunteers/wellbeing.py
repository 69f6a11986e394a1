"""Who may be offered a contact now and who must rest; a listener who is used up helps nobody and is harmed.

Pure: a record of one person goes in, a verdict with its reason and its end comes out. The numbers stand in
``config/wellbeing_policy.toml`` (helpline rules, section on people who listen).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from hotline.domain.contact import Level
from hotline.domain.errors import ConfigurationError

WEEK = timedelta(days=7)


class Unfit(StrEnum):
    """Why a person is offered nothing now, heaviest first."""

    STOOD_DOWN = "stood_down"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_MISSING = "certificate_missing"
    DEBRIEF_OWED = "debrief_owed"
    URGENT_IN_A_ROW = "urgent_in_a_row"
    ON_BREAK = "on_break"
    WEEK_FULL = "week_full"
    SHIFT_FULL = "shift_full"
    OFF_SHIFT = "off_shift"


class CareKind(StrEnum):
    """What is written down about a person's rest and hours."""

    BREAK = "break"
    STAND_DOWN = "stand_down"
    DEBRIEF = "debrief"
    EXTRA_TIME = "extra_time"


class Heavy(StrEnum):
    """Why a contact was of the heaviest kind, so that a talk about it is owed."""

    IMMINENT = "imminent"
    DEATH = "death"
    CHILD = "child"
    OWN_WORD = "own_word"


class CertificateKind(StrEnum):
    """What a training certificate is for."""

    BASIC = "basic"
    CRISIS = "crisis"
    CLINICAL = "clinical"


@dataclass(frozen=True, slots=True)
class WellbeingPolicy:
    """All numbers of ``config/wellbeing_policy.toml`` about people; those of the rota are :class:`rota.RotaPolicy`."""

    version: str
    after_urgent: timedelta
    urgent_in_a_row: int
    required: timedelta
    own: timedelta
    longest: timedelta
    contacts_per_shift: int
    week: timedelta
    debrief_after: Level
    warn: timedelta
    missing_stops: bool
    needed: Mapping[str, CertificateKind]

    @classmethod
    def from_numbers(cls, numbers: Mapping[str, Any]) -> "WellbeingPolicy":
        """Build from the file with its numbers unwrapped; raises ``ConfigurationError`` on a missing or odd one."""
        try:
            breaks, load, papers = numbers["breaks"], numbers["load"], numbers["certificates"]
            return cls(
                version=str(numbers["version"]),
                after_urgent=timedelta(minutes=breaks["after_urgent_minutes"]),
                urgent_in_a_row=int(breaks["urgent_in_a_row"]),
                required=timedelta(minutes=breaks["required_minutes"]),
                own=timedelta(minutes=breaks["own_minutes"]),
                longest=timedelta(minutes=breaks["longest_minutes"]),
                contacts_per_shift=int(load["contacts_per_shift"]),
                week=timedelta(hours=load["week_hours"]),
                debrief_after=Level(numbers["debriefs"]["after_level"]),
                warn=timedelta(days=papers["warn_days"]),
                missing_stops=papers["missing_stops"] == "yes",
                needed={stage: CertificateKind(kind) for stage, kind in papers["needed"].items()},
            )
        except (KeyError, TypeError, ValueError) as trouble:
            raise ConfigurationError(f"wellbeing_policy.toml is incomplete or malformed: {trouble!r}") from trouble


@dataclass(frozen=True, slots=True)
class Served:
    """One contact a person closed: begun, closed (``at``), and whether it was urgent."""

    begun_at: datetime
    at: datetime
    urgent: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of presence; ``end_at`` is ``None`` while it lasts."""

    start_at: datetime
    end_at: datetime | None


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one person at one moment; ``served`` begun last first, ``spans`` in any order.

    ``until`` of a break or stand-down may be ``None``: until somebody ends it. ``invented`` people have no week.
    """

    rota_kept: bool = False
    shift_started_at: datetime | None = None
    shift_ends_at: datetime | None = None
    next_shift_at: datetime | None = None
    extra_until: datetime | None = None
    stood_down: bool = False
    stood_down_until: datetime | None = None
    on_break: bool = False
    break_until: datetime | None = None
    debrief_owed: bool = False
    served: Sequence[Served] = ()
    spans: Sequence[Span] = ()
    certificates: Mapping[str, date] = field(default_factory=dict)
    stage: str = ""
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether somebody may be offered a contact now; if not why, and until when (``None``: a person must act)."""

    why: Unfit | None = None
    until: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing stands against an offer."""
        return self.why is None


def fit_for(policy: WellbeingPolicy, record: Record, now: datetime) -> Fit:
    """The verdict on one person now: the heaviest reason that stands, with its end where it ends by itself."""
    row_ends = row_over_at(policy, record.served, now)
    week_ends = week_free_at(record.spans, policy.week, now)
    if record.stood_down:
        return Fit(Unfit.STOOD_DOWN, record.stood_down_until)
    paper = _paper(policy, record, now.date())
    if paper is not None:
        return Fit(paper)
    if record.debrief_owed:
        return Fit(Unfit.DEBRIEF_OWED)
    if row_ends is not None:
        return Fit(Unfit.URGENT_IN_A_ROW, max(row_ends, record.break_until or row_ends))
    if record.on_break:
        return Fit(Unfit.ON_BREAK, record.break_until)
    if week_ends is not None and not record.invented:
        return Fit(Unfit.WEEK_FULL, week_ends)
    return _shift(policy, record, now)


def _shift(policy: WellbeingPolicy, record: Record, now: datetime) -> Fit:
    """What the rota says: nothing where none is kept."""
    extra = record.extra_until is not None and record.extra_until > now
    if not record.rota_kept or extra:
        return Fit()
    if record.shift_started_at is None:
        return Fit(Unfit.OFF_SHIFT, record.next_shift_at)
    started = record.shift_started_at
    if sum(one.at >= started for one in record.served) >= policy.contacts_per_shift:
        return Fit(Unfit.SHIFT_FULL, record.shift_ends_at)
    return Fit()


def _paper(policy: WellbeingPolicy, record: Record, today: date) -> Unfit | None:
    needed = policy.needed.get(record.stage)
    if needed is None:
        return None
    expires = record.certificates.get(needed)
    if expires is None:
        return Unfit.CERTIFICATE_MISSING if policy.missing_stops else None
    return Unfit.CERTIFICATE_EXPIRED if expires < today else None


def urgent_row(policy: WellbeingPolicy, served: Sequence[Served], now: datetime) -> int:
    """How many urgent contacts in a row were closed without a required break's length of rest between them.

    ``served`` is the one begun last first. Another contact between two urgent ones ends the row, and so does rest.
    """
    row, begun_next = 0, now
    for one in served:
        if not one.urgent or begun_next - one.at >= policy.required:
            break
        row, begun_next = row + 1, one.begun_at
    return row


def row_over_at(policy: WellbeingPolicy, served: Sequence[Served], now: datetime) -> datetime | None:
    """When the required break after too many urgent contacts in a row is over; ``None`` when none is required."""
    if urgent_row(policy, served, now) < policy.urgent_in_a_row:
        return None
    return served[0].at + policy.required


def worked(spans: Sequence[Span], since: datetime, until: datetime) -> timedelta:
    """How long somebody was present between two moments."""
    total = timedelta()
    for span in spans:
        start, end = max(span.start_at, since), min(span.end_at or until, until)
        total += max(end - start, timedelta())
    return total


def week_free_at(spans: Sequence[Span], cap: timedelta, now: datetime) -> datetime | None:
    """When the hours of the last seven days fall below the cap again, if the person rests from now on.

    ``None`` while they are below it. Hours leave the window in the order in which they were worked.
    """
    excess = worked(spans, now - WEEK, now) - cap
    if excess < timedelta():
        return None
    for span in sorted(spans, key=lambda one: one.start_at):
        start, end = max(span.start_at, now - WEEK), min(span.end_at or now, now)
        if end - start > excess:
            return start + excess + WEEK
        excess -= max(end - start, timedelta())
    return now


def expires_soon(policy: WellbeingPolicy, expires: date, today: date) -> bool:
    """Whether a certificate must be renewed now: it ends within the warning, or has ended."""
    return expires - today <= policy.warn
