"""How what the helpline says is shown: each text in every language, whether people changed it, and who signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from hotline.domain.contact import Language
from hotline.domain.words import PHRASES, Words, fits, placeholders
from hotline.reports.people import aliases
from hotline.storage import word_revisions
from hotline.storage.word_revisions import Revision

GROUPS = ("said", "phrase", "level", "alarm", "error")
"""What the texts are for: said to people, listeners' phrases, names of levels, alarms at the desks, errors."""


def group_of(name: str) -> str:
    """What a text is for."""
    table, _, key = name.partition(".")
    if table == PHRASES:
        return "phrase"
    first = key.partition("_")[0]
    return first if first in GROUPS else "said"


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The words of the files with everything that was ever proposed, and the aliases of who did."""

    filed: Words
    found: Mapping[str, list[Revision]]
    standing: Mapping[tuple[str, str], Revision]
    names: Mapping[str, str]
    now: datetime


def listed(conn: Connection, filed: Words, now: datetime, wanted: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """``Word`` of the API for each of these names (all of the files without them), in their order."""
    found: dict[str, list[Revision]] = {}
    for one in word_revisions.everything(conn):
        found.setdefault(one.name, []).append(one)
    every = [one for each in found.values() for one in each]
    people = {who for one in every for who in (one.proposed_by, one.decided_by, one.withdrawn_by) if who}
    standing = {
        place: one
        for place, one in word_revisions.in_force(every, now).items()
        if fits(filed, one.name, one.language, one.text)
    }
    shelf = _Shelf(filed, found, standing, aliases(conn, people), now)
    return [_word(shelf, name) for name in (filed.names() if wanted is None else wanted)]


def _word(shelf: _Shelf, name: str) -> dict[str, Any]:
    revisions = [_revision(shelf, one) for one in reversed(shelf.found.get(name, []))]
    texts = [_text(shelf, name, language) for language in Language]
    return {
        "name": name,
        "group": group_of(name),
        "places": sorted(placeholders(shelf.filed.text(name, Language.EN))),
        "texts": texts,
        "changed": any(one["number"] is not None for one in texts),
        "waiting": sum(one["state"] == "proposed" for one in revisions),
        "revisions": revisions,
    }


def _text(shelf: _Shelf, name: str, language: Language) -> dict[str, Any]:
    standing = shelf.standing.get((name, language.value))
    filed = shelf.filed
    return {
        "language": language.value,
        "text": filed.text(name, language) if standing is None else standing.text,
        "in_file": filed.text(name, language),
        "number": None if standing is None else standing.number,
        "version": filed.versions[language] + ("" if standing is None else f"#{standing.number}"),
        "proposed_by": None if standing is None else shelf.names.get(standing.proposed_by, ""),
        "signed_by": filed.reviewed_by[language]
        if standing is None
        else shelf.names.get(standing.decided_by or "", ""),
    }


def _revision(shelf: _Shelf, one: Revision) -> dict[str, Any]:
    named = {who: shelf.names.get(who, "") for who in (one.proposed_by, one.decided_by, one.withdrawn_by) if who}
    return {
        "revision_id": one.id,
        "name": one.name,
        "language": one.language,
        "number": one.number,
        "text": one.text,
        "state": _state(shelf, one),
        "from_at": one.begins_at or one.from_at,
        "proposed_at": one.proposed_at,
        "proposed_by": named[one.proposed_by],
        "proposed_by_id": one.proposed_by,
        "reason": one.reason,
        "decided_at": one.decided_at,
        "decided_by": named.get(one.decided_by or ""),
        "refusal": one.refusal,
        "withdrawn_at": one.withdrawn_at,
        "withdrawn_by": named.get(one.withdrawn_by or ""),
        "withdrawal": one.withdrawal,
    }


def _state(shelf: _Shelf, one: Revision) -> str:
    """Proposed, refused, withdrawn, planned, said, misfit (the file changed since) or replaced."""
    if one.withdrawn_at is not None:
        return "withdrawn"
    if one.signed is None:
        return "proposed"
    if not one.signed:
        return "refused"
    if not fits(shelf.filed, one.name, one.language, one.text):
        return "misfit"
    if one.begins_at is not None and one.begins_at > shelf.now:
        return "planned"
    standing = shelf.standing.get((one.name, one.language))
    return "said" if standing is not None and standing.id == one.id else "replaced"
