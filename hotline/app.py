"""Builds the web application from its parts; everything it needs is handed in, nothing is global."""

from typing import Any

from apiflask import APIFlask
from flask import current_app
from werkzeug.middleware.proxy_fix import ProxyFix

from hotline import __version__
from hotline.consoles import (
    about_whom,
    admin,
    api_desk,
    api_people,
    api_practice,
    api_rota,
    auth,
    blocks,
    browser_calls,
    calls,
    care,
    company,
    follow_ups,
    guardian,
    hours,
    ladders,
    offers,
    phone,
    policies,
    practice,
    quality,
    reading_along,
    recordings,
    reports,
    retention,
    reviews,
    rota,
    safety_plan,
    sealed_address,
    styleguide,
    supervisor,
    texts,
    training_sets,
    volunteer,
    what_if,
    words,
    written_down,
)
from hotline.consoles.doors import api, pages
from hotline.flow.helpline import Helpline
from hotline.intake import provider, sms, voice, voice_helpers, web_api, web_chat, while_waiting
from hotline.settings import Settings, load_secrets
from hotline.web import csrf, errors, limits, packing, page, probes, session, voice_sdk
from hotline.web.access import ACCESS
from hotline.web.house import House
from hotline.wiring import build_helpline

MOST_BYTES = 256 * 1024
"""Largest request: a message of 4,000 characters, a form, with room to spare."""
ROOMS = (
    sms,
    voice,
    voice_helpers,
    while_waiting,
    about_whom,
    admin,
    api_desk,
    api_people,
    api_practice,
    api_rota,
    auth,
    blocks,
    browser_calls,
    calls,
    care,
    company,
    follow_ups,
    guardian,
    hours,
    ladders,
    offers,
    phone,
    policies,
    practice,
    quality,
    reading_along,
    recordings,
    reports,
    retention,
    reviews,
    rota,
    safety_plan,
    sealed_address,
    styleguide,
    supervisor,
    texts,
    training_sets,
    volunteer,
    what_if,
    words,
    written_down,
)
"""Modules that hang their routes on blueprints of others."""


def create_app(settings: Settings, helpline: Helpline | None = None) -> APIFlask:
    """The web application; ``helpline`` is built from the settings unless a test hands one in."""
    app = APIFlask(
        "hotline",
        title="hotline",
        version=__version__,
        spec_path="/api/openapi.json",
        docs_path=None,
        static_folder="web/static",
        template_folder="web/templates",
        json_errors=False,
    )
    _configure(app, settings)
    app.extensions["hotline"] = House(
        helpline=helpline or build_helpline(settings),
        settings=settings,
    )
    voice_sdk.init(app, settings)
    for init in (session.init, csrf.init, page.init, packing.init, errors.init):
        init(app)
    limits.init(app, None if settings.uses_sqlite else settings.redis_url)
    for blueprint in (web_chat.bp, web_api.bp, provider.bp, pages, api, probes.probe, probes.docs):
        app.register_blueprint(blueprint)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configure(app: APIFlask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=load_secrets(settings.secrets_dir).session_key,
        SESSION_COOKIE_NAME="hl_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        OPENAPI_VERSION="3.1.0",
        VALIDATION_ERROR_STATUS_CODE=400,
        SERVERS=[{"url": settings.public_url or "/"}],
        SECURITY_SCHEMES={"token": {"type": "http", "scheme": "bearer"}},
    )
    app.spec_processor(complete_spec)
    app.error_processor(errors.on_api_error)


def _who_by_operation() -> dict[tuple[str, str], str]:
    """Whom each (address, method) serves, in words, from the access table."""
    found: dict[tuple[str, str], str] = {}
    for rule in current_app.url_map.iter_rules():
        needed = ACCESS.get(rule.endpoint, "")
        said = needed if isinstance(needed, str) else ", ".join(sorted(role.value for role in needed))
        address = rule.rule.replace("<", "{").replace(">", "}")
        found |= {(address, method.lower()): said for method in rule.methods or ()}
    return found


def complete_spec(spec: Any) -> Any:
    """Say what APIFlask leaves out: whom it serves, that bodies are required, and that every error has one shape."""
    who = _who_by_operation()
    for address, path in spec["paths"].items():
        for method, operation in path.items():
            operation["x-who"] = who.get((address, method), "")
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            operation["responses"].setdefault("4XX", {"$ref": "#/components/responses/Failure"})
            operation["responses"].pop("422", None)
    shape = {
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("code", "message", "field", "by")},
                "required": ["code", "message"],
            },
        },
        "required": ["error"],
    }
    spec.setdefault("components", {}).setdefault("responses", {})["Failure"] = {
        "description": "a stable code and a sentence in the reader's language",
        "content": {"application/json": {"schema": shape}},
    }
    return spec


__all__ = ["ROOMS", "complete_spec", "create_app"]
