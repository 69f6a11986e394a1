"""When somebody is asked again how they are, and how often it is tried; pure, so that a year fits into a test."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hotline.domain.contact import FollowUpResult, FollowUpStep
from hotline.domain.errors import ConfigurationError


class FollowUpState(StrEnum):
    """How a follow-up stands."""

    OPEN = "open"
    DONE = "done"
    UNREACHED = "unreached"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """``config/follow_up_policy.toml`` without its sources; see there for unit, source and signer of each number."""

    version: str
    days: Mapping[FollowUpStep, int]
    attempts_least: int
    attempts_most: int
    retry: timedelta
    overdue: timedelta
    claim: timedelta

    @classmethod
    def from_numbers(cls, numbers: Mapping[str, Any]) -> "FollowUpPolicy":
        """Build from the file with its numbers unwrapped; raises ``ConfigurationError``."""
        try:
            tries = numbers["attempts"]
            return cls(
                version=str(numbers["version"]),
                days={step: int(numbers["days"][step.value]) for step in FollowUpStep},
                attempts_least=int(tries["least"]),
                attempts_most=int(tries["most"]),
                retry=timedelta(hours=float(tries["retry_hours"])),
                overdue=timedelta(hours=float(tries["overdue_hours"])),
                claim=timedelta(hours=float(tries["claim_hours"])),
            )
        except (KeyError, TypeError, ValueError) as trouble:
            raise ConfigurationError(f"follow_up_policy.toml is incomplete or malformed: {trouble!r}") from trouble

    def moments(self, start: datetime) -> dict[FollowUpStep, datetime]:
        """When each follow-up is due, counted from ``start``."""
        return {step: start + timedelta(days=days) for step, days in self.days.items()}

    def after(self, result: FollowUpResult, attempts: int) -> FollowUpState:
        """How a follow-up stands after its try number ``attempts`` ended so."""
        if result is FollowUpResult.REACHED:
            return FollowUpState.DONE
        if result is FollowUpResult.NOT_WANTED:
            return FollowUpState.CANCELLED
        if result is FollowUpResult.GIVEN_UP or attempts >= self.attempts_most:
            return FollowUpState.UNREACHED
        return FollowUpState.OPEN
