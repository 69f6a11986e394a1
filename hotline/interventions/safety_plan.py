"""The six steps of a safety plan; a step left out of the list would be one nobody thinks of at three in the morning.

The order is the order of use: what one can do alone comes before whom one asks, and professionals before the
surroundings are made safer together (Stanley and Brown's safety planning; helpline rules, section 5).
"""

from collections.abc import Mapping
from enum import StrEnum

from hotline.domain.errors import InvalidInput

STEP_LIMIT_CHARACTERS = 2000


class PlanStep(StrEnum):
    """What a step is about, first step first."""

    WARNING_SIGNS = "warning_signs"
    OWN_COPING = "own_coping"
    DISTRACTION = "distraction"
    PEOPLE_TO_ASK = "people_to_ask"
    PROFESSIONALS = "professionals"
    SAFER_PLACE = "safer_place"


def written(given: Mapping[str, str]) -> dict[str, str]:
    """The words of each step, trimmed, empty steps left out.

    Raises ``InvalidInput`` when no step holds a word, or one holds more than :data:`STEP_LIMIT_CHARACTERS`.
    """
    found: dict[str, str] = {}
    for step in PlanStep:
        text = given.get(step, "").replace("\r\n", "\n").strip()
        if len(text) > STEP_LIMIT_CHARACTERS:
            raise InvalidInput(f"a step holds at most {STEP_LIMIT_CHARACTERS} characters", field=step)
        if text:
            found[step.value] = text
    if not found:
        raise InvalidInput("write at least one step", field=PlanStep.WARNING_SIGNS)
    return found
