"""How long a contact's words and record are kept; pure, so that three years fit into a test."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hotline.domain.errors import ConfigurationError

LEAST_RECORD_MONTHS = 36
"""NHC guide: the record of a hotline is kept for at least 3 years."""


class WhyErased(StrEnum):
    """Why a contact was erased."""

    RETENTION = "retention"
    REQUEST = "request"


class Obstacle(StrEnum):
    """What keeps a contact from being erased."""

    ERASED = "erased"
    OPEN = "open"
    HOLD = "hold"
    PERSON = "person"
    REVIEW = "review"
    FOLLOW_UP = "follow_up"
    DISPATCH = "dispatch"
    ADDRESS = "address"
    DEBRIEF = "debrief"


class Wanted(StrEnum):
    """What takes two people."""

    LIFT = "lift"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """``config/retention_policy.toml`` without its sources; see there for unit, source and signer of each number."""

    version: str
    transcripts_months: int
    record_months: int
    whispers: timedelta
    drafts: timedelta
    addresses: timedelta
    notice: timedelta

    @classmethod
    def from_numbers(cls, numbers: Mapping[str, Any]) -> "RetentionPolicy":
        """Build from the file with its numbers unwrapped; raises ``ConfigurationError``, also for less than 3 years."""
        try:
            periods = numbers["periods"]
            made = cls(
                version=str(numbers["version"]),
                transcripts_months=int(periods["transcripts_months"]),
                record_months=int(periods["record_months"]),
                whispers=timedelta(days=float(periods["whispers_days"])),
                drafts=timedelta(days=float(periods["drafts_days"])),
                addresses=timedelta(hours=float(periods["addresses_hours"])),
                notice=timedelta(days=float(numbers["changes"]["notice_days"])),
            )
        except (KeyError, TypeError, ValueError) as trouble:
            raise ConfigurationError(f"retention_policy.toml is incomplete or malformed: {trouble!r}") from trouble
        if made.record_months < LEAST_RECORD_MONTHS:
            raise ConfigurationError("retention_policy.toml: the record is kept for at least 36 months")
        if made.transcripts_months < 1:
            raise ConfigurationError("retention_policy.toml: transcripts are kept for at least a month")
        return made

    def transcripts_end(self, now: datetime) -> datetime:
        """The words of contacts closed up to this moment are not kept any more at ``now``."""
        return months_before(now, self.transcripts_months)

    def record_end(self, now: datetime) -> datetime:
        """What links the record of contacts closed up to this moment to a person is not kept any more at ``now``."""
        return months_before(now, self.record_months)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time some calendar months earlier; the last day of a month that is too short."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
