"""What every page shares: language, words, numbers, headers; one page without its emergency numbers is one too many."""

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, redirect, request, url_for
from flask_babel import Babel, format_date, gettext, ngettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from hotline.domain.contact import Language, Region
from hotline.flow import converse, enrol
from hotline.web import language, voice_sdk
from hotline.web.house import helpline, house
from hotline.web.session import contact_or_none, person_or_none

REGION_COOKIE = "hl_region"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init(app: Flask) -> None:
    """Give every template its words and every answer its headers."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "web/translations"
    Babel(app, locale_selector=language.locale)
    app.before_request(switch_language)
    app.after_request(harden)
    app.context_processor(shared)
    app.jinja_env.filters.update(local_time=local_time, house_day=house_day, duration=duration)


def switch_language() -> Any:
    """``?lang=`` on any page: remember the choice and show the same page without the parameter."""
    chosen = language.parse(request.args.get("lang"))
    if chosen is None or request.method != "GET" or request.path.startswith("/api/v1"):
        return None
    contact = contact_or_none()
    if contact is not None and contact.language != chosen:
        converse.change_settings(helpline(), contact, language=chosen, region=None)
    person = person_or_none()
    if person is not None:
        enrol.works_in(helpline(), person, chosen)
    rest = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    response = redirect(request.path + (f"?{urlencode(rest)}" if rest else ""), 303)
    response.set_cookie(language.COOKIE, chosen, httponly=True, samesite="Lax")
    return response


def nonce() -> str:
    """This answer's nonce for the few scripts that carry data."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    found: str = g.csp_nonce
    return found


def harden(response: Response) -> Response:
    """Security headers on every answer; pages are never stored."""
    if voice_sdk.page_is_open():
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        also = f" {voice_sdk.CONNECTS_TO}" if voice_sdk.page_is_open() else ""
        policy = (
            f"default-src 'none'; script-src 'self' 'nonce-{nonce()}'; style-src 'self'; img-src 'self' data:; "
            f"connect-src 'self'{also}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; font-src 'self'; "
            "manifest-src 'self'; media-src 'self'"
        )
        response.headers.setdefault("Content-Security-Policy", policy)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def region() -> Region:
    """The region the person chose: of their contact, else of their cookie, else by no guess at all."""
    contact = contact_or_none()
    if contact is not None:
        return contact.region
    try:
        return Region(request.args.get("region") or request.cookies.get(REGION_COOKIE, ""))
    except ValueError:
        return Region.OTHER


def emergency_numbers(chosen: Region, spoken: Language | None = None) -> list[dict[str, str]]:
    """The emergency numbers of a region, in this request's language unless another is ``spoken``."""
    found = house().emergency.for_region(chosen, spoken or language.negotiate())
    return [{"label": one.label, "number": one.number, "note": one.note} for one in found]


def words(key: str, **values: Any) -> str:
    """A reviewed sentence in this request's language."""
    return house().words.sentence(key, language.negotiate(), **values)


def said_in(spoken: str, key: str) -> str:
    """A reviewed sentence in the language of the conversation, for a listener to say."""
    return house().words.sentence(key, spoken)


def shared() -> dict[str, Any]:
    """The context of every template."""
    chosen = language.negotiate()
    here = region()
    return {
        "lang": chosen.value,
        "languages": [(code.value, name) for code, name in language.NAMES.items()],
        "path": request.path,
        "words": words,
        "said_in": said_in,
        "csrf_token": generate_csrf,
        "csp_nonce": nonce,
        "region": here.value,
        "regions": house().emergency.regions(chosen),
        "emergency": emergency_numbers(here),
        "person": person_or_none() if request.path.startswith("/staff") else None,
        "exit_url": house().settings.exit_url,
        "static_url": lambda file: url_for("static", filename=file),
        "gettext": gettext,
        "ngettext": ngettext,
        "_": gettext,
    }


def local_time(moment: datetime | None) -> Markup:
    """``HH:MM`` in a ``<time>`` element; the script turns it into the reader's own zone."""
    if moment is None:
        return Markup("")
    iso = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup('<time datetime="{}">{}</time>').format(iso, moment.strftime("%H:%M UTC"))


def house_day(moment: datetime) -> str:
    """A day with its year by the house's calendar, in the reader's language."""
    day = moment.astimezone(ZoneInfo(helpline().rota.zone)).date()
    return str(format_date(day, "long"))


def duration(seconds: int | None) -> str:
    """Seconds as a short length of time: 45 s, 3 min, 1 h 5 min."""
    if seconds is None:
        return "–"
    if seconds < 60:  # noqa: PLR2004
        return str(gettext("%(n)s s", n=int(seconds)))
    minutes = int(seconds) // 60
    if minutes < 60:  # noqa: PLR2004
        return str(gettext("%(n)s min", n=minutes))
    return str(gettext("%(h)s h %(m)s min", h=minutes // 60, m=minutes % 60))
