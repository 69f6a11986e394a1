"""The shapes of training sets behind JSON; see ``/api`` for the readable page."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from hotline.web.schemas import Given


class TrainingSetOut(BaseModel):
    """Reviewed contacts of some days, asked for by one person and approved by another."""

    set_id: str
    first_day: str
    last_day: str
    reason: str
    state: str = Field(description="asked, approved, refused, exported, or lapsed")
    asked_by: str
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    lapses_at: datetime | None
    exported_at: datetime | None
    held: dict[str, Any] | None = Field(description="contacts, by language and level, and left out by reason")
    sha256: str | None = Field(description="of the file that left")
    mine: bool = Field(description="asked for by the reader, who cannot answer it")


class TrainingSets(BaseModel):
    """The newest training sets, newest first."""

    sets: list[TrainingSetOut]


class NewTrainingSet(Given):
    """Ask for the reviewed contacts that were closed on these local days."""

    first_day: str
    last_day: str
    reason: str = Field(max_length=500)


class TrainingSetAnswer(Given):
    """The second person's word."""

    approve: bool
