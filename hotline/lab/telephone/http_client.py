"""Lets Twilio's own client talk to the double without a network, with every trouble a network can have."""

import json
import logging
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from requests.exceptions import ReadTimeout
from twilio.http import HttpClient
from twilio.http.response import Response

from hotline.lab.telephone.rest import Rest
from hotline.lab.telephone.rest_kit import Reply
from hotline.lab.telephone.world import World

DEFAULT_TIMEOUT_SECONDS = 8.0


class InProcessHttp(HttpClient):  # type: ignore[misc]  # the library has no types
    """Give it to ``twilio.rest.Client(sid, token, http_client=InProcessHttp(world))``."""

    def __init__(self, world: World, timeout: float = DEFAULT_TIMEOUT_SECONDS) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False, timeout=timeout)
        self._rest = Rest(world)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        """Every request: method, path, parameters."""

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,  # noqa: ARG002 - the library's signature
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002 - the library's signature
    ) -> Response:
        """Ask the double; raises ``ReadTimeout`` where a real one would not have answered in time."""
        parts = urlsplit(uri)
        given = {**dict(parse_qsl(parts.query)), **(params or {}), **(data or {})}
        given = {name: value for name, value in given.items() if not _is_unset(value)}
        path = unquote(parts.path)
        self.asked.append((method.upper(), path, given))
        reply = self._rest.handle(method.upper(), path, given, auth)
        patience = timeout or self.timeout or DEFAULT_TIMEOUT_SECONDS
        if reply.fate == "silent" or reply.delay_seconds > patience:
            raise ReadTimeout(f"no answer within {patience} s")
        return Response(reply.status, _body(reply), reply.headers)


def _is_unset(value: object) -> bool:
    return value is None or type(value).__name__ == "object"


def _body(reply: Reply) -> str:
    if reply.content is not None:
        return reply.content.decode("latin-1")
    return json.dumps(reply.json) if reply.json is not None else ""
