"""How training sets are shown: what each holds, who asked, who answered, and what became of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotline.domain.records import Person
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader
from hotline.triage.training_sets import TrainingSet

LAPSED = "lapsed"


def sets(
    reader: Reader,
    person: Person,
    found: Sequence[tuple[TrainingSet, dict[str, Any] | None]],
    lapsing: Mapping[str, datetime],
) -> list[dict[str, Any]]:
    """``TrainingSetOut`` of the API for each; ``lapsing`` says by id until when an approval counts."""
    names = aliases(reader.conn, {by for one, _ in found for by in (one.asked_by, one.answered_by) if by})
    return [_set(reader, person, one, held, lapsing.get(one.id), names) for one, held in found]


def _set(
    reader: Reader,
    person: Person,
    one: TrainingSet,
    held: dict[str, Any] | None,
    until: datetime | None,
    names: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "set_id": one.id,
        "first_day": one.first_day,
        "last_day": one.last_day,
        "reason": one.reason,
        "state": LAPSED if until is not None and until < reader.now else one.state.value,
        "asked_by": names.get(one.asked_by, ""),
        "asked_at": one.asked_at,
        "answered_by": None if one.answered_by is None else names.get(one.answered_by, ""),
        "answered_at": one.answered_at,
        "lapses_at": until,
        "exported_at": one.exported_at,
        "held": held,
        "sha256": one.sha256,
        "mine": one.asked_by == person.id,
    }
