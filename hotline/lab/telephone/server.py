"""The double over real HTTP, for a helpline that runs in processes of its own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from flask import Flask, Response, jsonify, make_response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from hotline.lab.telephone.rest import Rest
from hotline.lab.telephone.rest_kit import Reply
from hotline.lab.telephone.web import DEADLINE_SECONDS
from hotline.lab.telephone.world import World

SILENCE_SECONDS = 60.0
"""How long a connection is held that will get no answer; every patient client has gone by then."""
_METHODS = ("GET", "POST", "DELETE")


def rest_app(world: World) -> Flask:
    """The account's REST interface, and nothing else."""
    app = Flask("hotline.lab.telephone", static_folder=None)
    rest = Rest(world)

    def answer(path: str) -> Response:
        given = request.form if request.method == "POST" else request.args
        known = request.authorization
        auth = (known.username or "", known.password or "") if known is not None else None
        pairs = list(given.items(multi=True))
        return _response(rest.handle(request.method, f"/2010-04-01/{path}", pairs, auth))

    app.add_url_rule("/2010-04-01/<path:path>", "rest", answer, methods=_METHODS)
    return app


def _response(reply: Reply) -> Response:
    if reply.fate == "silent":
        time.sleep(SILENCE_SECONDS)
        return make_response("", 504)
    time.sleep(reply.delay_seconds)
    if reply.content is not None:
        response = make_response(reply.content, reply.status)
        response.content_type = reply.content_type
    else:
        response = make_response(jsonify(reply.json) if reply.json is not None else "", reply.status)
    response.headers.extend(reply.headers)
    return response


class HttpDeliver:
    """Calls a running helpline's webhooks; ``rewrite`` turns its public address into one that can be reached here."""

    def __init__(self, rewrite: tuple[str, str] = ("", "")) -> None:
        self._rewrite = rewrite
        self._http = httpx.Client(timeout=DEADLINE_SECONDS)

    def __call__(self, method: str, url: str, params: dict[str, str], headers: dict[str, str]) -> tuple[int, str, str]:
        """One request; raises ``OSError`` when nobody answers within Twilio's patience."""
        public, local = self._rewrite
        reached = local + url.removeprefix(public) if public and url.startswith(public) else url
        given: dict[str, Any] = {"data": params} if method == "POST" else {}
        try:
            answer = self._http.request(method, reached, headers=headers, **given)
        except httpx.HTTPError as error:
            raise ConnectionError(str(error)) from error
        return answer.status_code, answer.headers.get("content-type", ""), answer.text

    def close(self) -> None:
        """Let go of all connections."""
        self._http.close()


class _Quiet(WSGIRequestHandler):
    """Writes no line for a request, because addresses hold numbers."""

    def log_request(self, *_: Any) -> None:
        """Write nothing."""


@contextmanager
def serving(app: Flask, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve while inside; gives the address, with a free port where none was chosen."""
    server = make_server(host, port, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]  # the threaded server has it
    thread = threading.Thread(target=server.serve_forever, name="telephone-server", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()
