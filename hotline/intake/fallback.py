"""What a caller hears when nothing of ours answers: one document that needs no server, uploaded before it is needed.

The provider keeps it and plays it by itself. It greets in every language, says the emergency numbers, and may ring
another number.
"""

from collections.abc import Iterator, Mapping, Sequence

from hotline.domain.calling import Voice
from hotline.domain.contact import Language
from hotline.domain.emergency import EmergencyNumbers
from hotline.domain.words import Words
from hotline.intake.call_script import spoken_numbers
from hotline.intake.twiml import Line, Spoken

RING_SECONDS = 25
"""Shorter than most voicemail boxes; whoever is not reached hears the numbers again."""
TIMES = 2


def document(
    words: Words,
    emergency: EmergencyNumbers,
    voices: Mapping[Language, Voice],
    *,
    regions: Sequence[str],
    languages: Sequence[Language],
    forward: str | None = None,
) -> str:
    """The document as text; everything is said twice, with the other number in between where there is one."""
    spoken = Spoken(voices)
    for turn in range(TIMES):
        for language in languages:
            spoken.say(list(_lines(words, emergency, regions, language)))
        if forward is not None and not turn:
            for language in languages:
                spoken.say([Line(words.sentence("call_fallback_forward", language), language)])
            spoken.forward(forward, RING_SECONDS)
    return str(spoken.hang_up())


def _lines(words: Words, emergency: EmergencyNumbers, regions: Sequence[str], language: Language) -> Iterator[Line]:
    yield Line(words.sentence("call_fallback", language), language)
    names = dict(emergency.regions(language))
    for region in regions:
        numbers = spoken_numbers(emergency, region, language)
        yield Line(f"{names[region]}: {numbers}", language, pause_seconds=1)
