"""What every resource of the double's REST shares: parameters, errors with Twilio's codes, pages of lists."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import phonenumbers

from hotline.lab.telephone.states import Address

Json = dict[str, Any]
Given = Mapping[str, Any] | Iterable[tuple[str, str]]

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000
_E164 = re.compile(r"\+[1-9]\d{6,14}")


class Refused(Exception):
    """Twilio says no: HTTP status, Twilio's code, a sentence."""

    def __init__(self, status: int, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence

    def body(self) -> Json:
        """The answer's JSON."""
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.sentence, "more_info": more, "status": self.status}


def not_found(path: str) -> Refused:
    """Nothing lies there."""
    return Refused(404, 20404, f"The requested resource {path} was not found")


@dataclass(frozen=True)
class Reply:
    """An answer; ``fate`` is answered, late (done, but after ``delay_seconds``) or silent (it never comes)."""

    status: int
    json: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = "application/json"
    fate: str = "answered"
    delay_seconds: float = 0.0


class Params:
    """Parameters of a request; a name may stand there several times."""

    def __init__(self, given: Given) -> None:
        self._all: dict[str, list[str]] = {}
        pairs = given.items() if isinstance(given, Mapping) else given
        for name, value in pairs:
            values = value if isinstance(value, list | tuple) else [value]
            self._all.setdefault(name, []).extend(_written(one) for one in values if one is not None)

    def names(self) -> set[str]:
        """What was given."""
        return {name for name, values in self._all.items() if values}

    def one(self, name: str, default: str = "") -> str:
        """The last value."""
        values = self._all.get(name)
        return values[-1] if values else default

    def words(self, name: str) -> list[str]:
        """Every value, those with spaces taken apart."""
        return [word for value in self._all.get(name, []) for word in value.split()]

    def each(self, name: str) -> list[str]:
        """Every value as it is."""
        return list(self._all.get(name, []))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Whether it says true."""
        return self.one(name, "true" if default else "false").lower() == "true"

    def word(self, name: str, known: frozenset[str]) -> str:
        """One of Twilio's words, or nothing; :class:`Refused` for another."""
        said = self.one(name)
        if said and said not in known:
            raise Refused(400, 20001, f"{name} is none of {', '.join(sorted(known))}")
        return said

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A whole number within bounds; :class:`Refused` otherwise."""
        said = self.one(name, str(default))
        if not re.fullmatch(r"-?\d+", said) or not lowest <= int(said) <= highest:
            raise Refused(400, 20001, f"{name} must lie between {lowest} and {highest}")
        return int(said)

    def address(self, name: str, method: str) -> Address | None:
        """An address with its method; None when it was not given, :class:`Refused` when it is none."""
        url = self.one(name)
        if not url:
            return None
        return Address(checked_url(url), self.one(method, "POST").upper())


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def checked_url(url: str) -> str:
    """A whole web address; :class:`Refused` for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Refused(400, 21205, f"Url is not a valid URL: {url}")
    return url


def is_number(number: str) -> bool:
    """Whether a telephone network could have this number."""
    if not _E164.fullmatch(number):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def is_endpoint(to: str) -> bool:
    """Whether a call can go there: a number, or a browser."""
    return is_number(to) or re.fullmatch(r"client:[\w.@+-]{1,121}", to) is not None


def moment(said: str) -> datetime:
    """A date or a moment as lists are filtered by; :class:`Refused` otherwise."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise Refused(400, 20001, f"not a date: {said}") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def within(params: Params, name: str, when: datetime | None) -> bool:
    """Whether a time passes the filters ``Name``, ``Name<`` and ``Name>``; ``Name`` means that day."""
    bounds = {suffix: params.one(name + suffix) for suffix in ("", "<", ">")}
    if not any(bounds.values()):
        return True
    if when is None:
        return False
    day = moment(bounds[""]) if bounds[""] else None
    return (
        (day is None or day <= when < day + timedelta(days=1))
        and (not bounds["<"] or when <= moment(bounds["<"]))
        and (not bounds[">"] or when >= moment(bounds[">"]))
    )


def page_of(path: str, params: Params, name: str, found: list[Json]) -> Json:
    """One page of a list, with the addresses of its neighbours."""
    size = params.number("PageSize", DEFAULT_PAGE_SIZE, 1, LARGEST_PAGE_SIZE)
    number = params.number("Page", 0, 0, 1_000_000)
    kept = {one: params.one(one) for one in sorted(params.names() - {"Page", "PageSize", "PageToken"})}

    def at(page: int) -> str:
        return f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': page})}"

    shown = found[number * size : (number + 1) * size]
    start = number * size
    return {
        "first_page_uri": at(0),
        "next_page_uri": at(number + 1) if start + size < len(found) else None,
        "previous_page_uri": at(number - 1) if number else None,
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(shown) - 1),
        "uri": at(number),
        name: shown,
    }


Handler = Callable[..., Reply]
