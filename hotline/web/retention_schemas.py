"""The shapes of what is kept, held and erased behind JSON, and of the log, which outlives them all."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from hotline.contacts.keeping import Obstacle, Wanted
from hotline.web.policy_schemas import PolicyNumber
from hotline.web.schemas import Given


class LogOut(BaseModel):
    """What was done, and whether the chain holds; entries marked ``erased`` have lost their details for good."""

    entries: list[dict[str, Any]]
    verified: bool
    fault: str | None
    erased_at: datetime | None = Field(description="when the details of the earlier entries were destroyed")


class Due(BaseModel):
    """How many contacts' words are due to be erased within so many days."""

    days: int
    contacts: int


class ErasedDay(BaseModel):
    """How many contacts were erased on a local day, by why."""

    day: str
    retention: int
    request: int


class HoldOut(BaseModel):
    """A legal hold in force."""

    contact_id: str
    pseudonym: str
    reason: str
    by: str
    at: datetime
    lift_asked: bool


class WordOut(BaseModel):
    """What waits for a second person."""

    word_id: str
    contact_id: str
    pseudonym: str
    wanted: Wanted
    reason: str
    by: str
    at: datetime
    mine: bool = Field(description="asked by whoever reads this, who cannot be the second person")


class KeptContact(BaseModel):
    """A contact with what keeps it from being erased; never its words."""

    contact_id: str
    pseudonym: str
    state: str
    arrived_at: datetime
    closed_at: datetime | None
    erased_at: datetime | None
    obstacles: list[Obstacle]
    same_person: list[str] = Field(description="of what was looked for: what else the same person has here, kept still")


class Retention(BaseModel):
    """What is kept for how long, what goes soon, what went, and who holds what back."""

    periods: list[PolicyNumber]
    due: list[Due]
    begins_at: datetime | None = Field(description="when the clock begins to erase in this installation; null since")
    erased: list[ErasedDay]
    holds: list[HoldOut]
    waiting: list[WordOut]
    kept: list[KeptContact] = Field(description="past their period and still there, with what they wait for")
    found: list[KeptContact] = Field(description="contacts of the pseudonym that was asked for")


class HoldGiven(Given):
    """Why a contact is held."""

    reason: str


class WordGiven(Given):
    """Ask to lift a hold or to erase at once."""

    wanted: Wanted
    reason: str
