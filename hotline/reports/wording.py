"""Gives a report its words in one language, for pages, files and the command line alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from hotline.reports.figure import N_, Names, Part, Unit

FEW = 5
"""A number from one up to, not including, this could point at a person."""
LEAST_TOTAL = 20
"""Shares of fewer would tell single people apart."""
NOTHING = "–"
SAME = "±0"

PARTS: dict[Part, str] = {
    Part.COUNTERS: N_("Who reached out"),
    Part.ANSWERING: N_("How fast somebody came"),
    Part.LISTENING: N_("Listeners’ work"),
    Part.SAFETY: N_("Safety"),
    Part.TRIAGE: N_("Levels, machine and people"),
}
_NAMES: dict[Names, dict[str, str]] = {
    Names.CHANNEL: {
        "web": N_("Web chat"),
        "voice": N_("Phone"),
        "sms": N_("Text message"),
        "whatsapp": "WhatsApp",
        "referral": N_("Referral"),
    },
    Names.TOPIC: {
        "suicide_self_harm": N_("suicide and self-harm"),
        "abuse": N_("abuse and violence at home"),
        "violence_to_others": N_("anger and fear of hurting others"),
        "medical_emergency": N_("illness and emergencies"),
        "none": N_("none of these"),
    },
    Names.OUTCOME: {
        "supported": N_("Supported in conversation"),
        "referred": N_("Referred"),
        "handed_to_clinician": N_("Handed to a clinician"),
        "emergency_services": N_("Emergency services involved"),
        "follow_up": N_("Follow-up agreed"),
        "left_early": N_("Left early"),
        "prank_or_abuse": N_("Prank or abuse"),
    },
    Names.ASKED: {
        "yes": N_("Asked: thoughts of suicide confirmed"),
        "denied": N_("Asked: denied"),
        "refused": N_("Asked: did not want to answer"),
        "not_asked": N_("Not asked"),
    },
    Names.DECLINE: {
        "not_ready": N_("I need a moment"),
        "known": N_("I know this person"),
        "too_close": N_("This is too close to me"),
        "language": N_("Not my language"),
        "technical": N_("Something does not work here"),
    },
    Names.WITHDRAWAL: {
        "left": N_("The person had left"),
        "more_urgent": N_("Somebody in greater danger came first"),
        "changed": N_("The level or the conversation had changed"),
        "not_here": N_("The listener was not there any more"),
        "other_taken": N_("The listener took another contact"),
    },
}
_FILTERS = {"channel": N_("Channel"), "language": N_("Language"), "level": N_("Level")}
ALL = N_("all")


@dataclass(frozen=True, slots=True)
class Wording:
    """``say`` translates a message id, ``sentence`` gives a reviewed sentence by its key, ``locale`` is Babel's name.

    ``few_hidden`` shows small numbers as ``<5`` and shares of few not at all, for readers outside the house.
    """

    say: Callable[[str], str]
    sentence: Callable[[str], str]
    languages: Mapping[str, str]
    locale: str
    few_hidden: bool = False

    def name(self, names: Names, key: str) -> str:
        """What a row of a table is called."""
        if names is Names.LEVEL:
            return self.sentence(f"level_{key}")
        if names is Names.LANGUAGE:
            return self.languages.get(key, key)
        if names is Names.WAIT:
            if key == "0":
                return self.say(N_("longer"))
            return self.say(N_("up to %(wait)s")) % {"wait": self.seconds(int(key))}
        if names is Names.DAY and len(key) == len("2026-11"):
            return self.month(date.fromisoformat(f"{key}-01"))
        return self.say(_NAMES.get(names, {}).get(key, key))

    def titled(self, name: str, value: str) -> str:
        """A name and what it is, with the language's own colon."""
        return self.say(N_("%(name)s: %(value)s")) % {"name": name, "value": value}

    def filters(self, given: Mapping[str, str | None]) -> str:
        """Which contacts count, in one line."""
        told = []
        for field, label in _FILTERS.items():
            value = given.get(field)
            name = self.say(ALL) if value is None else self.name(Names(field), value)
            told.append(self.titled(self.say(label), name))
        return " · ".join(told)

    def day(self, day: date) -> str:
        """A date in the reader's language."""
        return str(format_date(day, "long", locale=self.locale))

    def month(self, day: date) -> str:
        """The month of a date in the reader's language."""
        return str(format_skeleton("yMMMM", day, locale=self.locale))

    def span(self, period: Mapping[str, Any]) -> str:
        """From the first to the last day of a period, or its only day."""
        first, last = self.day(period["from"]), self.day(period["to"])
        return first if first == last else f"{first} – {last}"

    def value(self, value: Any, unit: Unit) -> str:
        """A value as people read it; a dash where there was nothing to count."""
        if value is None:
            return NOTHING
        if unit is Unit.SHARE:
            return self._share(value)
        if unit is Unit.SECONDS:
            return self.seconds(value)
        if unit is Unit.HOURS:
            return self.say(N_("%(n)s h")) % {"n": self._number(value)}
        return f"<{FEW}" if self.few_hidden and 0 < value < FEW else self._number(value)

    def interval(self, value: Any) -> str:
        """The interval of a share and what it was counted from; empty for anything else or for readers outside."""
        if not isinstance(value, Mapping) or value["value"] is None or self.few_hidden:
            return ""
        return f"{value['low']:.0%} – {value['high']:.0%} · {value['hits']}/{value['total']}"

    def change(self, now: Any, before: Any, unit: Unit) -> str:
        """How a value differs from the period before: in per cent, points of per cent, or seconds."""
        if (
            NOTHING in {self.value(now, unit), self.value(before, unit)}
            or self._few(now, unit)
            or self._few(before, unit)
        ):
            return NOTHING
        if unit is Unit.SHARE:
            points = (_plain(now) - _plain(before)) * 100
            return self.say(N_("%(n)s points")) % {"n": _signed(f"{points:+.1f}")}
        if unit is Unit.SECONDS:
            sign = "−" if now < before else "+"
            return f"{sign}{self.seconds(abs(now - before))}" if round(now - before) else SAME
        if now == before:
            return SAME
        return NOTHING if not before else _signed(f"{(now - before) / before:+.0%}")

    def seconds(self, value: float) -> str:
        """A length of time: 45 s, 3 min 20 s, 1 h 5 min."""
        whole = round(value)
        if whole < 60:  # noqa: PLR2004 - a minute
            return self.say(N_("%(n)s s")) % {"n": whole}
        if whole < 3600 and whole % 60 == 0:  # noqa: PLR2004 - an hour
            return self.say(N_("%(n)s min")) % {"n": whole // 60}
        if whole < 3600:  # noqa: PLR2004 - an hour
            return self.say(N_("%(m)s min %(s)s s")) % {"m": whole // 60, "s": whole % 60}
        return self.say(N_("%(h)s h %(m)s min")) % {"h": whole // 3600, "m": whole % 3600 // 60}

    def _few(self, value: Any, unit: Unit) -> bool:
        return self.few_hidden and unit is Unit.COUNT and 0 < value < FEW

    def _share(self, value: Any) -> str:
        if not isinstance(value, Mapping):
            return f"{value:.0%}"
        if value["value"] is None or (self.few_hidden and value["total"] < LEAST_TOTAL):
            return NOTHING
        return f"{value['value']:.0%}" if self.few_hidden else f"{value['value']:.1%}"

    def _number(self, value: float) -> str:
        return str(format_decimal(round(value) if value >= FEW else round(value, 1), locale=self.locale))


def _signed(text: str) -> str:
    """A number with a real minus, which no reader takes for a hyphen."""
    return text.replace("-", "−")


def _plain(value: Any) -> float:
    return float(value["value"] if isinstance(value, Mapping) else value)
