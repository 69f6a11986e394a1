"""Who is asking: a seeker by the secret of their conversation, staff by a session that is read afresh each time."""

from flask import Flask, Response, g, request

from hotline.domain.errors import NotAllowed, NotAuthenticated, NotFound
from hotline.domain.records import Contact, Person, Session
from hotline.flow import converse, sign_in
from hotline.web.access import ACCESS
from hotline.web.circles import ANYONE, SEEKER
from hotline.web.house import helpline, house
from hotline.web.language import chose_language

SEEKER_COOKIE = "hl_seeker"
STAFF_COOKIE = "hl_staff"
SILENT = frozenset({None, "probe"})
"""What says nothing to anybody and must not ask the database: files, signs of life."""


def bearer() -> str | None:
    """The token of an ``Authorization: Bearer`` header, or ``None``."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def remote_address() -> str | None:
    """Where the request came from; ``None`` when a proxy we were not told about forwards it.

    Behind such a proxy everybody would look like this machine, and demo people and figures are for this machine only.
    """
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & {name.title() for name, _ in request.headers}
    if forwarded and not house().settings.trusted_proxies:
        return None
    return request.remote_addr


def follow_what_is_said() -> None:
    """Words and hours as people set them last, also on a page for anyone and while the database is away."""
    helpline().words.look()
    helpline().hours.look()


def init(app: Flask) -> None:
    """Check every request against the access table."""
    app.before_request(check_access)


def check_access() -> None:
    """Let the request through, or raise; what has no row is refused."""
    if request.endpoint is None:
        return
    needed = ACCESS.get(request.endpoint)
    if needed is None:
        raise NotAllowed("this endpoint has no row in the access table")
    if needed == ANYONE:
        if request.blueprint not in SILENT:
            follow_what_is_said()
        return
    helpline().look()
    if needed == SEEKER:
        g.contact = _seeker()
        if not chose_language():
            g.language = g.contact.language
        return
    g.person, g.session = _staff()
    if isinstance(needed, frozenset) and not needed & g.person.roles:
        raise NotAllowed("your role does not permit this")


def _seeker() -> Contact:
    token = bearer() or request.cookies.get(SEEKER_COOKIE)
    if not token:
        raise NotAuthenticated("no conversation is open here")
    try:
        return converse.contact_of(helpline(), token)
    except NotFound:
        raise NotAuthenticated("this conversation is no longer open here") from None


def _staff() -> tuple[Person, Session]:
    token = bearer() or request.cookies.get(STAFF_COOKIE)
    if not token:
        raise NotAuthenticated("please sign in")
    return sign_in.who_is(helpline(), token)


def current_contact() -> Contact:
    """The seeker's contact of this request."""
    contact: Contact = g.contact
    return contact


def current_person() -> Person:
    """The signed-in person of this request."""
    person: Person = g.person
    return person


def current_session() -> Session:
    """The session of the signed-in person."""
    session: Session = g.session
    return session


def person_or_none() -> Person | None:
    """The signed-in person, also on pages for anyone, for the navigation."""
    if "person" in g:
        return current_person()
    token = request.cookies.get(STAFF_COOKIE)
    if not token:
        return None
    try:
        return sign_in.who_is(helpline(), token)[0]
    except NotAuthenticated:
        return None


def contact_or_none() -> Contact | None:
    """The seeker's contact, also on pages for anyone."""
    if "contact" in g:
        return current_contact()
    token = request.cookies.get(SEEKER_COOKIE)
    if not token:
        return None
    try:
        return converse.contact_of(helpline(), token)
    except NotFound:
        return None


def give_cookie(response: Response, name: str, token: str) -> None:
    """Hand a secret to the browser: for this browser session only, unreadable for scripts, never across sites."""
    response.set_cookie(
        name,
        token,
        httponly=True,
        samesite="Strict",
        secure=house().settings.public_url.startswith("https://"),
        path="/",
    )
