"""How often somebody may try; wide for those who need help, narrow where a secret could be guessed."""

from collections.abc import Mapping

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from hotline.domain.errors import TooMany

OPENING = "60 per minute"
"""Contacts from one address: a school or a ward may share one."""
WRITING = "240 per minute"
GUESSING = "10 per minute; 60 per hour"
"""Codenames and invitations tried from one address."""
SIGNING_IN = "10 per minute; 100 per hour"
"""Sign-ins from one address, and for one login."""

limiter = Limiter(get_remote_address, headers_enabled=False, swallow_errors=True, in_memory_fallback_enabled=True)


def init(app: Flask, redis_url: str | None) -> None:
    """Count in Redis where processes share one, in memory else or when Redis is gone."""
    app.config["RATELIMIT_STORAGE_URI"] = _storage(redis_url)
    if redis_url is not None:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    app.config["RATELIMIT_IN_MEMORY_FALLBACK"] = [WRITING]
    limiter.init_app(app)


def _storage(redis_url: str | None) -> str:
    if redis_url is None:
        return "memory://"
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url


def login_key() -> str:
    """The login that is tried, so that one account is not tried from many addresses at once."""
    given = request.get_json(silent=True) if request.is_json else request.form
    login = given.get("login", "") if isinstance(given, Mapping) else ""
    return f"login:{str(login).strip().lower()[:64]}"


def exempt_when_testing() -> bool:
    """Load tests and replays against one's own machine switch the limits off by configuration."""
    return bool(current_app.config.get("HOTLINE_NO_LIMITS"))


def on_breach(_limit: object) -> None:
    """Say it in our own words."""
    raise TooMany("too many attempts; wait a minute")
