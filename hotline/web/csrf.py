"""Refuses forms that another site made a browser send; without it a link could close a conversation."""

from flask import Flask, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from hotline.domain.errors import Refused
from hotline.web.session import bearer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SIGNED = "telephone"
"""The provider's door checks a signature over every field instead (``intake/provider.py``)."""
_protection = CSRFProtect()


class CsrfRefused(Refused):
    """The form's token is missing or belongs to another browser session."""

    status = 400
    code = "csrf"


def init(app: Flask) -> None:
    """Check every unsafe request that a cookie could have authorised."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    _protection.init_app(app)
    app.before_request(check)


def check() -> None:
    """Requests with a bearer token, or signed by the provider, carry no ambient authority and need no form token."""
    if request.method in SAFE_METHODS or request.endpoint is None or bearer() is not None:
        return
    if request.blueprint == SIGNED:
        return
    if request.path.startswith("/api/") and not request.cookies:
        return
    try:
        _protection.protect()
    except CSRFError as error:
        raise CsrfRefused("the form has expired; load the page again") from error
