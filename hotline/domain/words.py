"""The sentences and phrases the helpline says, and what a new text for one must be; a slip would leave out the numbers.

A text has a name (``sentences.goodbye``, ``phrases.greet``) and stands in every language. The files of ``config/`` are
the ground; over them lie the texts two people signed. Pure.
"""

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from hotline.domain.contact import Language
from hotline.domain.errors import InvalidInput

SENTENCES, PHRASES = "sentences", "phrases"
LIMIT_CHARACTERS = 1_000
LABEL_LIMIT_CHARACTERS = 40
"""A level's name stands on narrow buttons."""
NEVER_SAID = re.compile(r"一直在|永远陪|永遠陪|always be here|为什么|為什麼|為甚麼|\bwhy\b", re.IGNORECASE)
"""No promise of constant presence, and nobody is asked for reasons."""
SENDS_TO_NUMBERS: Mapping[str, str] = {
    Language.ZH_HANS: "本页上的紧急电话",
    Language.ZH_HANT: "本頁上的緊急電話",
    Language.EN: "emergency numbers on this page",
}
"""What a sentence that speaks of danger says in each language; a new text for it says it too."""
_FORMATTER = string.Formatter()


class WrongPlaces(InvalidInput):
    """The places to fill in are not exactly those of the file, or the braces are malformed."""

    code = "word_places"


class WrongText(InvalidInput):
    """Empty, too long, or with characters that cannot be seen."""

    code = "word_text"


class NeverSaid(InvalidInput):
    """It promises constant presence or asks for reasons."""

    code = "word_never_said"


class NumbersMissing(InvalidInput):
    """The file's text sends to the emergency numbers and this one does not."""

    code = "word_numbers"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A reviewed short phrase a listener may put into the composer, read, change and send."""

    phrase_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A text two people stand for; ``number`` counts the texts ever proposed for this name and language, from 1."""

    name: str
    language: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """All sentences and phrases, in every language.

    ``versions`` maps a language to the version of its file, ``reviewed_by`` to who signed it; ``signed`` maps name and
    language to the number of the text that stands in place of the file's.
    """

    texts: Mapping[str, Mapping[str, str]]
    phrase_texts: Mapping[str, Mapping[str, str]]
    versions: Mapping[str, str]
    reviewed_by: Mapping[str, str]
    signed: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def sentence(self, key: str, lang: str, **values: object) -> str:
        """The sentence ``key`` in ``lang`` with ``{names}`` filled in; values it does not use are ignored.

        Raises :class:`KeyError` when the key, the language or a value the sentence needs is missing.
        """
        return _FORMATTER.vformat(self.texts[lang][key], (), values)

    def has(self, key: str) -> bool:
        """Whether there is a sentence of this name (in every language, or in none)."""
        return key in self.texts[Language.EN]

    def placeholders(self, key: str) -> frozenset[str]:
        """The names the sentence wants, the same in every language."""
        return placeholders(self.texts[Language.EN][key])

    def phrases(self, lang: str) -> list[Phrase]:
        """The listeners' phrases in ``lang``, in the order of the file."""
        return [Phrase(phrase_id, text) for phrase_id, text in self.phrase_texts[lang].items()]

    def names(self) -> list[str]:
        """The names of all texts, in the order of the file."""
        sentences = [f"{SENTENCES}.{key}" for key in self.texts[Language.EN]]
        return sentences + [f"{PHRASES}.{key}" for key in self.phrase_texts[Language.EN]]

    def text(self, name: str, lang: str) -> str:
        """The text of this name, unfilled; raises :class:`KeyError`."""
        table, _, key = name.partition(".")
        return {SENTENCES: self.texts, PHRASES: self.phrase_texts}[table][lang][key]

    def version_of(self, name: str, lang: str) -> str:
        """Which text is said: the file's version, and ``#3`` behind it where the third proposed text stands."""
        number = self.signed.get((name, lang))
        return self.versions[lang] if number is None else f"{self.versions[lang]}#{number}"

    def with_signed(self, signed: Iterable[Signed]) -> "Words":
        """The same with signed texts in place of the file's; one that no longer fits the file is left out."""
        fitting = [one for one in signed if fits(self, one.name, one.language, one.text)]
        return replace(
            self,
            texts=_laid_over(self.texts, SENTENCES, fitting),
            phrase_texts=_laid_over(self.phrase_texts, PHRASES, fitting),
            signed=MappingProxyType({(one.name, one.language): one.number for one in fitting}),
        )


def _laid_over(
    filed: Mapping[str, Mapping[str, str]], table: str, signed: list[Signed]
) -> Mapping[str, Mapping[str, str]]:
    found = {lang: dict(texts) for lang, texts in filed.items()}
    for one in signed:
        given, _, key = one.name.partition(".")
        if given == table:
            found[one.language][key] = one.text
    return MappingProxyType({lang: MappingProxyType(texts) for lang, texts in found.items()})


def placeholders(text: str) -> frozenset[str]:
    """The names in braces, with what stands behind them; raises ``ValueError`` for malformed braces."""
    parts = [part[1:] for part in _FORMATTER.parse(text) if part[1] is not None]
    return frozenset(f"{name}{f'!{how}' if how else ''}{f':{spec}' if spec else ''}" for name, spec, how in parts)


def fits(filed: Words, name: str, lang: str, text: str) -> bool:
    """Whether the file has this name and this text wants exactly what the file's wants."""
    try:
        return placeholders(text) == placeholders(filed.text(name, lang))
    except (KeyError, ValueError):
        return False


def checked(filed: Words, name: str, lang: str, given: str) -> str:
    """A text that may be proposed, its spaces tidied.

    Raises ``WrongText``, ``WrongPlaces``, ``NeverSaid`` or ``NumbersMissing``; :class:`KeyError` for an unknown name.
    """
    before, text = filed.text(name, lang), " ".join(given.split())
    limit = LABEL_LIMIT_CHARACTERS if name.startswith(f"{SENTENCES}.level_") else LIMIT_CHARACTERS
    if not text or len(text) > limit or not text.isprintable():
        raise WrongText("a text of up to 1,000 characters that can be seen is needed", field="text")
    if not fits(filed, name, lang, text):
        raise WrongPlaces("the places to fill in are those of the file", field="text")
    if NEVER_SAID.search(text):
        raise NeverSaid("no promise of constant presence, and no asking for reasons", field="text")
    pointer = SENDS_TO_NUMBERS[lang]
    if pointer in before and pointer not in text:
        raise NumbersMissing("this sentence sends to the emergency numbers", field="text")
    return text
