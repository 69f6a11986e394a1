"""The shapes of a report for programs; apart from the desks, because a funder's spreadsheet reads them too."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field


class Span(BaseModel):
    """Whole local days of a zone, from the first to the last."""

    first: date = Field(alias="from", serialization_alias="from")
    to: date
    zone: str
    days: int


class FigureOut(BaseModel):
    """One figure in both periods; a share is a mapping of ``hits``, ``total``, ``value``, ``low`` and ``high``."""

    id: str
    value: Any
    before: Any


class Definition(BaseModel):
    """What a figure or table means, in the reader's language; ``tables`` are those it is counted from."""

    id: str
    label: str
    definition: str
    unit: str
    columns: list[str]
    tables: list[str]


class Report(BaseModel):
    """Figures and tables of a period; a row of a table has ``key``, ``values`` in the order of the columns, ``before``.

    ``unfinished``: the period is not over yet.
    """

    period: Span
    before: Span
    filters: dict[str, str | None]
    made_at: datetime
    unfinished: bool
    figures: list[FigureOut]
    tables: dict[str, list[dict[str, Any]]]
    definitions: list[Definition]
