"""What counts as a message, a codename, a pseudonym; decided without a database, so that it can be read and tested."""

import re
import secrets
import unicodedata
from typing import Any

import phonenumbers

from hotline.domain.contact import Region
from hotline.domain.errors import InvalidInput

MESSAGE_LIMIT_CHARACTERS = 4000
CODENAME_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""31 letters that are not mistaken for one another on paper."""
CODENAME_CHARACTERS = 16
"""16 letters of 31 are 79 bits; the rule asks for at least 60."""
_DIALLED_IN = {Region.MAINLAND: "CN", Region.HONG_KONG: "HK", Region.MACAU: "MO", Region.TAIWAN: "TW"}
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean_text(text: Any) -> str:
    """A person's words as they will be kept: control characters removed, nothing else changed.

    Raises ``InvalidInput`` when empty or longer than :data:`MESSAGE_LIMIT_CHARACTERS`.
    """
    if not isinstance(text, str):
        raise InvalidInput("text must be a string", field="text")
    cleaned = _CONTROL.sub("", text.replace("\r\n", "\n"))
    if not cleaned.strip():
        raise InvalidInput("the message is empty", field="text")
    if len(cleaned) > MESSAGE_LIMIT_CHARACTERS:
        raise InvalidInput(f"a message holds at most {MESSAGE_LIMIT_CHARACTERS} characters", field="text")
    return cleaned


def check_client_message_id(value: Any) -> str:
    """The sender's own id of a message: 8 to 64 letters, digits, ``-`` or ``_``."""
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise InvalidInput("client_message_id must be 8 to 64 letters, digits, - or _", field="client_message_id")
    return value


def new_codename() -> str:
    """A fresh codename in groups of four, for example ``k7qm-4xta-9wzp-r3hd``."""
    letters = "".join(secrets.choice(CODENAME_ALPHABET) for _ in range(CODENAME_CHARACTERS))
    return "-".join(letters[start : start + 4] for start in range(0, CODENAME_CHARACTERS, 4))


def normal_codename(typed: str) -> str:
    """A typed codename as it is compared: full-width folded, lower case, without spaces or hyphens."""
    folded = unicodedata.normalize("NFKC", typed).lower()
    return "".join(letter for letter in folded if letter in CODENAME_ALPHABET)


def new_pseudonym() -> str:
    """What staff call a contact: three letters and two digits, without meaning."""
    letters = "".join(secrets.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(3))
    return f"{letters}-{secrets.randbelow(90) + 10}"


def own_number(typed: str) -> str:
    """One of our own numbers in E.164 form, typed with ``+`` and country code; new ranges of numbers count as well.

    Raises ``InvalidInput`` (field ``phone``).
    """
    try:
        parsed = phonenumbers.parse(unicodedata.normalize("NFKC", typed).strip(), None)
    except phonenumbers.NumberParseException:
        raise InvalidInput("this is no telephone number", field="phone") from None
    if not phonenumbers.is_possible_number(parsed):
        raise InvalidInput("no number of this country is so long", field="phone")
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def dialling_code(region: Region) -> str:
    """The country code of a region's telephones with ``+``; nothing where the region is unknown."""
    country = _DIALLED_IN.get(region)
    return "" if country is None else f"+{phonenumbers.country_code_for_region(country)}"


def clean_phone(typed: str, region: Region) -> str:
    """A typed number in E.164 form; without ``+`` it is read as one of the region the person chose.

    Raises ``InvalidInput`` (field ``phone``) for what no telephone can reach.
    """
    try:
        parsed = phonenumbers.parse(unicodedata.normalize("NFKC", typed).strip(), _DIALLED_IN.get(region))
    except phonenumbers.NumberParseException:
        raise InvalidInput("this is no telephone number", field="phone") from None
    if not phonenumbers.is_valid_number(parsed):
        raise InvalidInput("this number cannot be reached", field="phone")
    number: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return number
