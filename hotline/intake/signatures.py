"""Whether a request really comes from our provider; without this check anybody could speak for a caller.

Fails closed: no token, no header, another algorithm, a parameter given twice or a JSON body is refused. The address is
rebuilt from the configured public one, because a proxy may have changed the one we see. Twilio's signature has neither
a moment nor bounds between a name and its value: ``{a: "1b2"}`` and ``{a: "1", b: "2"}`` sign alike. Hence every
parameter that decides something is checked for its shape afterwards (:mod:`hotline.intake.provider`), and what was told
once has no second effect (:mod:`hotline.storage.webhooks`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from twilio.request_validator import HMAC_SHA1, RequestValidator

HEADER = "X-Twilio-Signature"
ALGORITHM = HMAC_SHA1
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{27}=")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")


def is_signed(tokens: Sequence[str], url: str, pairs: Iterable[tuple[str, str]], signature: str | None) -> bool:
    """Whether one of ``tokens`` signed exactly this address and these parameters; several count while one is changed.

    ``url`` is the public address with its query as it was asked, ``pairs`` the form's fields in their order.
    """
    given = list(pairs)
    params = dict(given)
    if not tokens or signature is None or _SIGNATURE.fullmatch(signature) is None:
        return False
    if len(params) != len(given) or not all(_NAME.fullmatch(name) for name in params):
        return False
    return any(_signed_by(token, url, params, signature) for token in tokens if token)


def _signed_by(token: str, url: str, params: Mapping[str, str], signature: str) -> bool:
    return bool(RequestValidator(token).validate(url, dict(params), signature, algorithm=ALGORITHM))
