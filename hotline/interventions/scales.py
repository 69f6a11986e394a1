"""How somebody rates themselves at the start and at the end; without numbers nobody could tell whether talking helps.

Distress 0 to 10, intent and hope 0 to 100 (helpline rules, section 5). A rating is the person's own word: it raises and
lowers no level.
"""

from collections.abc import Mapping
from enum import StrEnum

from hotline.domain.errors import InvalidInput


class Scale(StrEnum):
    """What is rated."""

    DISTRESS = "distress"
    INTENT = "intent"
    HOPE = "hope"

    @property
    def most(self) -> int:
        """The highest number of this scale; the lowest is 0."""
        return 10 if self is Scale.DISTRESS else 100


class Moment(StrEnum):
    """When it is asked."""

    START = "start"
    END = "end"


Ratings = Mapping[tuple[Moment, Scale], int]


def name_of(moment: Moment, scale: Scale) -> str:
    """The field of one rating, for example ``start_hope``."""
    return f"{moment}_{scale}"


def rated(given: Mapping[str, str]) -> dict[tuple[Moment, Scale], int]:
    """The ratings somebody typed, fields left empty left out; raises ``InvalidInput`` naming the first wrong field."""
    found = {}
    for moment in Moment:
        for scale in Scale:
            name = name_of(moment, scale)
            text = given.get(name, "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit() and int(text) <= scale.most):
                raise InvalidInput(f"a whole number from 0 to {scale.most}", field=name)
            found[moment, scale] = int(text)
    return found
