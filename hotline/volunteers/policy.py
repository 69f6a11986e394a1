"""What a login, an alias and a password must be; decided without a database."""

import re
import unicodedata
from collections.abc import Iterable

from hotline.domain.contact import Language, Role
from hotline.domain.errors import InvalidInput

PASSWORD_MIN_CHARACTERS = 12
"""NIST SP 800-63B-4 asks for 15 without, 8 with a second factor; 12 is our choice between them."""
PASSWORD_MAX_CHARACTERS = 200
DIFFERENT_CHARACTERS = 5
ALIAS_MAX_CHARACTERS = 40
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


def clean_login(login: str) -> str:
    """A login as it is compared: lower case, 3 to 40 of ``a-z 0-9 . _ -``."""
    cleaned = unicodedata.normalize("NFKC", login).strip().lower()
    if not _LOGIN.fullmatch(cleaned):
        raise InvalidInput("a login has 3 to 40 letters a-z, digits, dots, - or _", field="login")
    return cleaned


def clean_alias(alias: str) -> str:
    """What a seeker will see: 1 to 40 characters, no control characters, nothing self-claimed such as a badge."""
    cleaned = " ".join(alias.split())
    if not 1 <= len(cleaned) <= ALIAS_MAX_CHARACTERS or any(
        unicodedata.category(letter) in {"Cc", "Cf", "So"} for letter in cleaned
    ):
        raise InvalidInput("an alias has 1 to 40 characters without symbols", field="alias")
    return cleaned


def check_password(password: str, *, login: str) -> str:
    """At least :data:`PASSWORD_MIN_CHARACTERS`, not the login, not one character repeated."""
    if len(password) < PASSWORD_MIN_CHARACTERS or len(password) > PASSWORD_MAX_CHARACTERS:
        raise InvalidInput(
            f"a password has {PASSWORD_MIN_CHARACTERS} to {PASSWORD_MAX_CHARACTERS} characters", field="password"
        )
    if login in password.lower() or len(set(password)) < DIFFERENT_CHARACTERS:
        raise InvalidInput("this password is too easy to guess", field="password")
    return password


def check_roles(roles: Iterable[str]) -> list[Role]:
    """Known roles, without repeats; at least one."""
    try:
        found = sorted({Role(role) for role in roles})
    except ValueError:
        raise InvalidInput("unknown role", field="roles") from None
    if not found:
        raise InvalidInput("at least one role is needed", field="roles")
    return found


def check_languages(languages: Iterable[str]) -> list[Language]:
    """Known languages in the order given, the first is one's own, without repeats; at least one."""
    try:
        found = list(dict.fromkeys(Language(language) for language in languages))
    except ValueError:
        raise InvalidInput("unknown language", field="languages") from None
    if not found:
        raise InvalidInput("at least one language is needed", field="languages")
    return found
