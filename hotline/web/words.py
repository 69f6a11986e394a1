"""The sentences the helpline says by itself, checked when it starts; a missing one would leave a person with silence.

Every sentence stands in ``config/words.<language>.toml`` and was written to be reviewed by a clinician; nothing here is
generated. What people signed later lies over it (:mod:`hotline.flow.word_book`). Emergency numbers stand in
``config/emergency_numbers.toml`` by the region the person chose. Both are read once, checked in all languages together,
and frozen. Pure of Flask.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hotline.domain.contact import Language, Region
from hotline.domain.emergency import EmergencyNumber, EmergencyNumbers
from hotline.domain.errors import ConfigurationError
from hotline.domain.words import Phrase, Words, placeholders

__all__ = ["EmergencyNumber", "EmergencyNumbers", "Phrase", "Words", "load_emergency", "load_words"]


def load_words(config_dir: Path) -> Words:
    """Read and check ``words.*.toml`` in ``config_dir``.

    Raises :class:`ConfigurationError` when a file is missing or malformed, a sentence or phrase is missing in one
    language, is empty, or has other placeholders than its siblings.
    """
    files = {language.value: _read(config_dir / f"words.{language.value}.toml") for language in Language}
    texts = {lang: _texts(content, "sentences", lang) for lang, content in files.items()}
    phrases = {lang: _texts(content, "phrases", lang) for lang, content in files.items()}
    _check_same(texts, "sentence")
    _check_same(phrases, "phrase")
    return Words(
        texts=MappingProxyType({lang: MappingProxyType(found) for lang, found in texts.items()}),
        phrase_texts=MappingProxyType({lang: MappingProxyType(found) for lang, found in phrases.items()}),
        versions=MappingProxyType({lang: _field(content, "version", lang) for lang, content in files.items()}),
        reviewed_by=MappingProxyType({lang: _field(content, "reviewed_by", lang) for lang, content in files.items()}),
    )


def load_emergency(config_dir: Path) -> EmergencyNumbers:
    """Read and check ``emergency_numbers.toml`` in ``config_dir``.

    Raises :class:`ConfigurationError` when a region, a language, a source or who decided is missing.
    """
    name = "emergency_numbers.toml"
    content = _read(config_dir / name)
    numbers: dict[tuple[str, str], tuple[EmergencyNumber, ...]] = {}
    names: dict[tuple[str, str], str] = {}
    for region in Region:
        try:
            entry = content["regions"][region.value]
            for language in Language:
                names[(region.value, language.value)] = entry["name"][language.value]
                numbers[(region.value, language.value)] = _numbers(entry["numbers"], language.value)
        except KeyError as missing:
            message = f"{name}: region {region.value} lacks {missing}"
            raise ConfigurationError(message) from missing
    return EmergencyNumbers(MappingProxyType(numbers), MappingProxyType(names), _field(content, "version", name))


def _numbers(entries: list[dict[str, Any]], lang: str) -> tuple[EmergencyNumber, ...]:
    """One region's numbers in one language; each must say where it comes from and who decided."""
    for entry in entries:
        if not (entry["source"] and entry["decided_by"]):
            message = f"emergency number {entry['value']!r} has no source or nobody who decided"
            raise ConfigurationError(message)
    return tuple(EmergencyNumber(entry["label"][lang], entry["value"], entry["note"][lang]) for entry in entries)


def _read(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path.name} cannot be read: {error}"
        raise ConfigurationError(message) from error


def _texts(content: dict[str, Any], table: str, lang: str) -> dict[str, str]:
    """The ``text`` of every entry of one table; empty or missing texts are refused."""
    found: dict[str, str] = {}
    for key, entry in content.get(table, {}).items():
        text = entry.get("text", "")
        if not isinstance(text, str) or not text.strip():
            message = f"words.{lang}.toml: {table}.{key} has no text"
            raise ConfigurationError(message)
        found[key] = text
    return found


def _field(content: dict[str, Any], name: str, where: str) -> str:
    """A file-level line that must be there."""
    value = content.get(name, "")
    if not isinstance(value, str) or not value:
        message = f"{where}: {name} is missing"
        raise ConfigurationError(message)
    return value


def _check_same(by_language: Mapping[str, Mapping[str, str]], what: str) -> None:
    """Refuse a key that some language lacks, and placeholders that differ between languages."""
    every_key = {key for texts in by_language.values() for key in texts}
    for key in sorted(every_key):
        lacking = [lang for lang, texts in by_language.items() if key not in texts]
        if lacking:
            message = f"{what} {key!r} is missing in {', '.join(lacking)}"
            raise ConfigurationError(message)
        if len({_placeholders(texts[key]) for texts in by_language.values()}) > 1:
            message = f"{what} {key!r} has different placeholders in different languages"
            raise ConfigurationError(message)


def _placeholders(text: str) -> frozenset[str]:
    """The names in braces; malformed braces are refused."""
    try:
        return placeholders(text)
    except ValueError as error:
        message = f"malformed braces in {text!r}: {error}"
        raise ConfigurationError(message) from error
