"""The shapes of what watches over the triage: questions that were asked, marked phrases, the quality report."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from hotline.domain.contact import AskedDirectly
from hotline.triage.screening import Answer, Question
from hotline.web.schemas import Given


class Asked(Given):
    """Whether the person was asked about suicide in plain words."""

    asked: AskedDirectly
    reason: str = ""


class Screening(Given):
    """A question that was asked, and what was answered; it may raise the level and never lowers it."""

    question: Question
    answer: Answer


class MarksOut(BaseModel):
    """The phrases that counted, message by message: ``parts`` with ``labels``, and ``notes`` with ``quotes``."""

    messages: list[dict[str, Any]]


class Quality(BaseModel):
    """How well the triage does; shares come with ``hits``, ``total`` and an interval ``low`` to ``high``.

    ``unanswered``: contacts in which the machine said nothing; they count in none of the shares.
    """

    days: int
    since: datetime
    judged: int
    arrived: int
    unanswered: int
    least: int
    enough: bool
    figures: dict[str, Any] | None
    weeks: list[dict[str, Any]]
    versions: list[dict[str, Any]]
    drift: list[dict[str, Any]]
    drift_threshold: float
    drift_least: int
    shadow: dict[str, Any] | None
    sample: dict[str, Any]


class WhatIf(BaseModel):
    """The house as it is and changed, played by its own rules: ``people``, ``days`` and figures by level.

    ``own_contacts`` of the house's own history were played from, 0 for the committed scenario; ``team_on_duty`` tells
    whether whoever is on duty was the team. Shares come with an interval ``low`` to ``high``.
    """

    question: dict[str, Any]
    own_contacts: int
    least_contacts: int
    team_on_duty: bool
    as_it_is: dict[str, Any]
    changed: dict[str, Any]
