"""The emergency numbers of every region; without them a sentence about danger would lead nowhere. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.domain.contact import Region

NUMBERS_IN_A_TEXT = 2
"""A text message is short; the most urgent ones stand first."""


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """One number to call: who answers, what to dial (empty when only words can be given), and a remark."""

    label: str
    number: str
    note: str


@dataclass(frozen=True, slots=True)
class EmergencyNumbers:
    """The numbers of every region in every language; build it with :func:`load_emergency`."""

    numbers: Mapping[tuple[str, str], tuple[EmergencyNumber, ...]]
    names: Mapping[tuple[str, str], str]
    version: str

    def for_region(self, region: str, lang: str) -> list[EmergencyNumber]:
        """The numbers of ``region``, most urgent first; an unknown region gives those of ``other``."""
        known = (region, lang) in self.numbers
        return list(self.numbers[(region if known else Region.OTHER.value, lang)])

    def line(self, region: str, lang: str) -> str:
        """The numbers as one line for the ``{emergency}`` of a sentence: "Police 110 · Ambulance 120"."""
        parts = (f"{entry.label} {entry.number or entry.note}" for entry in self.for_region(region, lang))
        return " · ".join(parts)

    def texted(self, region: str, lang: str) -> str:
        """The first two numbers for a text message, in letters that every telephone sends cheaply."""
        first = self.for_region(region, lang)[:NUMBERS_IN_A_TEXT]
        return ", ".join(f"{entry.label} {entry.number or entry.note}" for entry in first)

    def regions(self, lang: str) -> list[tuple[str, str]]:
        """The regions a person may choose, as (code, name in ``lang``)."""
        return [(region.value, self.names[(region.value, lang)]) for region in Region]
