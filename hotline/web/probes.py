"""Whether this process lives and can serve, and its figures; without them a balancer sends people to a corpse."""

from typing import Any

from flask import Blueprint, Response, render_template
from flask import current_app as app

from hotline.domain.errors import HotlineError, NotFound
from hotline.reports import live_board
from hotline.telemetry import CONTENT_TYPE, render_metrics
from hotline.web.house import helpline, house
from hotline.web.session import remote_address

probe = Blueprint("probe", __name__)
docs = Blueprint("api", __name__)
_LOCAL = ("127.0.0.1", "::1")


@probe.get("/live")
def live() -> str:
    """This process answers."""
    return "alive\n"


@probe.get("/ready")
def ready() -> Any:
    """This process can serve: its database answers. The model may be gone, that only raises levels."""
    try:
        with helpline().database.read() as conn:
            waiting = live_board.waiting_count(conn)
            clock = live_board.clock_alive(conn, helpline().clock.now())
    except HotlineError:
        return {"ready": False}, 503
    failure = getattr(helpline().assessor, "failure", None)
    return {
        "ready": True,
        "waiting": waiting,
        "model": "failing" if failure else "answers",
        "clock": "alive" if clock else "silent",
    }


@probe.get("/metrics")
def metrics() -> Response:
    """Prometheus figures, for this machine only."""
    if remote_address() not in _LOCAL:
        raise NotFound("figures are for this machine only")
    return Response(render_metrics(house().settings.environ()), content_type=CONTENT_TYPE)


@docs.get("/api", endpoint="docs")
def docs_page() -> str:
    """The JSON API as a readable page."""
    return render_template("web/api.html", spec=app.spec)  # type: ignore[attr-defined]
