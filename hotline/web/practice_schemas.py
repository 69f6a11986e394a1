"""The shapes of practice behind JSON; see ``/api`` for the readable page."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from hotline.domain.contact import Language, Level
from hotline.web.schemas import Given, Messages


class NewPractice(Given):
    """Begin an exercise; without a language it is the reader's."""

    scenario: str = Field(max_length=32)
    language: Language | None = None


class PracticeMade(BaseModel):
    """The exercise that began."""

    practice_id: str


class Practices(BaseModel):
    """What may be practised, and what one has practised."""

    scenarios: list[dict[str, str]] = Field(description="scenario and title")
    open: str | None = Field(description="the exercise that goes on")
    closed: list[dict[str, Any]] = Field(description="practice_id, title and closed_at, the newest first")


class PracticeMessages(Messages):
    """Everything said so far."""

    writing: bool = Field(description="whether the invented person is writing")


class PracticePoint(BaseModel):
    """One thing the feedback looked for."""

    code: str
    text: str
    met: bool


class PracticeFeedback(BaseModel):
    """What the exercise held, what was done and what was missed."""

    practice_id: str
    scenario: str
    title: str
    holds: str
    level: Level
    judged: Level | None
    points: list[PracticePoint]
    first_reply_seconds: int | None
    messages: int
    closed_at: datetime | None
