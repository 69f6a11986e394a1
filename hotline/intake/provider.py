"""The door of the telephone provider: every request signed, every field of the shape it must have, or refused.

Our own ids travel in the addresses we give the provider; its fields are read here and nowhere else.
"""

import re
import time
from dataclasses import dataclass
from typing import Any

from apiflask import APIBlueprint
from flask import abort, current_app, g, request

from hotline.domain.errors import InvalidInput, Unavailable
from hotline.domain.phone import is_number, is_withheld
from hotline.intake.signatures import HEADER, is_signed
from hotline.telemetry import WEBHOOKS_REFUSED
from hotline.web.house import house

bp = APIBlueprint("telephone", __name__, url_prefix="/twilio", enable_openapi=False)

FORM = "application/x-www-form-urlencoded"
ONCE_MORE_WITHIN_SECONDS = 1.5
"""A request that met another in the database is done again, unless somebody on the line has waited so long already."""
_SHAPES = {
    "CallSid": re.compile(r"CA[0-9a-f]{32}"),
    "MessageSid": re.compile(r"(?:SM|MM)[0-9a-f]{32}"),
    "ConferenceSid": re.compile(r"CF[0-9a-f]{32}"),
    "RecordingSid": re.compile(r"RE[0-9a-f]{32}"),
    "Digits": re.compile(r"[0-9#*]{0,32}"),
    "word": re.compile(r"[a-z][a-z_-]{0,39}"),
    "count": re.compile(r"[0-9]{1,9}"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The fields of one request, each asked for by the shape it must have."""

    fields: dict[str, str]

    def sid(self, name: str) -> str:
        """An id of the provider. Raises ``InvalidInput`` when missing or malformed."""
        return self._shaped(name, name)

    def number(self, name: str) -> str | None:
        """A telephone number in E.164 form, ``None`` where it is withheld. Raises ``InvalidInput`` otherwise."""
        given = self.fields.get(name, "").removeprefix("whatsapp:").strip()
        if is_withheld(given):
            return None
        if not is_number(given):
            raise InvalidInput("this is no telephone number", field=name)
        return given

    def word(self, name: str, default: str | None = None) -> str:
        """One of the provider's words, lower case. Raises ``InvalidInput`` when malformed or missing."""
        if name not in self.fields and default is not None:
            return default
        return self._shaped(name, "word")

    def digits(self) -> str:
        """The keys pressed, empty for none. Raises ``InvalidInput`` for what no telephone can send."""
        return self._shaped("Digits", "Digits") if "Digits" in self.fields else ""

    def count(self, name: str) -> int:
        """A whole number, 0 when missing. Raises ``InvalidInput``."""
        return int(self._shaped(name, "count")) if self.fields.get(name) else 0

    def text(self, name: str) -> str:
        """Free text, empty when missing."""
        return self.fields.get(name, "")

    def _shaped(self, name: str, shape: str) -> str:
        given = self.fields.get(name, "")
        if _SHAPES[shape].fullmatch(given) is None:
            raise InvalidInput("a field is missing or malformed", field=name)
        return given


@bp.before_request
def only_the_provider() -> None:
    """Refuse whatever the provider did not sign for our account; nothing of it is read before."""
    g.since = time.monotonic()
    settings = house().settings
    pairs = list(request.form.items(multi=True)) if request.mimetype == FORM else []
    url = settings.public_url + request.full_path.removesuffix("?")
    signature = request.headers.get(HEADER)
    if request.mimetype != FORM or not is_signed(settings.twilio_auth_tokens, url, pairs, signature):
        WEBHOOKS_REFUSED.labels("unsigned").inc()
        abort(403)
    if request.form.get("AccountSid") != settings.twilio_account_sid:
        WEBHOOKS_REFUSED.labels("account").inc()
        abort(403)
    g.told = Told(dict(pairs))


def told() -> Told:
    """The fields of this request, known to be signed."""
    found: Told = g.told
    return found


@bp.errorhandler(InvalidInput)
def malformed(error: InvalidInput) -> Any:
    """What is signed and malformed changes nothing; the provider is told so."""
    WEBHOOKS_REFUSED.labels("malformed").inc()
    return f"malformed: {error.field}", 400, {"Content-Type": "text/plain; charset=utf-8"}


@bp.errorhandler(Unavailable)
def once_more(_error: Unavailable) -> Any:
    """Two acts met in the database and one had to give way: every request may be told twice, so it is done again.

    Where the database stays away, the provider goes to its fallback, which says how else we can be reached.
    """
    if time.monotonic() - g.since < ONCE_MORE_WITHIN_SECONDS:
        try:
            return current_app.view_functions[str(request.endpoint)](**request.view_args or {})
        except Unavailable:
            pass
    return "", 503
