"""The page's web application, on an address of its own beside the double's REST interface.

It holds no secret and changes nothing outside the double, but it makes telephones ring: other pages of the same browser
may not use it, hence the checks of host and header.
"""

from importlib.resources import files
from pathlib import Path

from flask import Flask, Response, abort, jsonify, render_template, request, send_from_directory

from hotline.lab.phone_lab.acts import Acts, NotPossible
from hotline.lab.phone_lab.view import Cast, state
from hotline.lab.telephone.server import rest_app
from hotline.lab.telephone.world import World

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
HEADER = "X-Phone-Lab"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def lab_app(world: World, cast: Cast) -> Flask:
    """The double's REST interface and the page."""
    app = rest_app(world)
    acts = Acts(world)
    here = Path(__file__).parent
    shared = Path(str(files("hotline.web"))) / "static"
    app.template_folder = str(here / "templates")

    def page() -> str:
        return render_template("phone_lab.html", first=next(iter(cast.callers), ""))

    def asset(name: str) -> Response:
        return send_from_directory(shared if name in {"tokens.css", "icon.svg"} else here / "static", name)

    def look() -> Response:
        return jsonify(state(world, cast, acts.webhooks))

    def act(name: str) -> tuple[Response, int]:
        if request.headers.get(HEADER) != "1":
            abort(403)
        try:
            acts.do(name, request.get_json() or {})
        except NotPossible as no:
            return jsonify({"error": str(no)}), 409
        return jsonify({"ok": True}), 200

    app.before_request(_only_from_here)
    app.after_request(_with_headers)
    app.add_url_rule("/", "page", page)
    app.add_url_rule("/lab/static/<name>", "asset", asset)
    app.add_url_rule("/lab/state", "look", look)
    app.add_url_rule("/lab/acts/<name>", "act", act, methods=["POST"])
    return app


def _only_from_here() -> None:
    """A name that only seems to be this machine's must not lead a foreign page here."""
    host = request.host.rpartition(":")[0] if not request.host.endswith("]") else request.host
    if (host or request.host) not in LOCAL_HOSTS:
        abort(403)


def _with_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
