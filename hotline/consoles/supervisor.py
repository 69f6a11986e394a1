"""The supervisor's pages: the live board, alarms, and the second signature under an emergency call."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.consoles import views
from hotline.consoles.doors import pages
from hotline.flow import escalate, intervene
from hotline.web.house import helpline
from hotline.web.session import current_person


@pages.get("/board")
def board() -> str:
    """Who waits against which target, who is on duty, urgent contacts, alarms."""
    return render_template("consoles/board.html", board=views.board())


@pages.get("/board/fragment")
def board_fragment() -> str:
    """The part of the board that changes."""
    return render_template("consoles/_board.html", board=views.board())


@pages.post("/alarms/<alarm_id>/acknowledge")
def acknowledge(alarm_id: str) -> Response:
    """Take an alarm."""
    escalate.acknowledge(helpline(), current_person(), alarm_id)
    return redirect(url_for("staff.board"), 303)


@pages.post("/dispatches/<dispatch_id>/countersign")
def countersign_dispatch(dispatch_id: str) -> Response:
    """A supervisor's signature under an emergency call."""
    agree = request.form.get("agree") == "1"
    contact_id = intervene.countersign(helpline(), current_person(), dispatch_id, agree=agree)
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)
