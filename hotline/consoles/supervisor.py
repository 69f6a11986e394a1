"""The supervisor's pages: the live board, alarms, and the second signature under an emergency call."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.consoles import pictures, views
from hotline.consoles.doors import pages
from hotline.domain.contact import Level, Role
from hotline.domain.errors import InvalidInput
from hotline.flow import emergency, escalate, review
from hotline.web.house import helpline
from hotline.web.session import current_person


@pages.get("/board")
def board() -> str:
    """Who waits against which target, who is on duty, urgent contacts, alarms."""
    return _board("board.html")


@pages.get("/board/fragment")
def board_fragment() -> str:
    """The part of the board that changes."""
    return _board("_board.html")


def _board(template: str) -> str:
    board = views.board(supervises=Role.SUPERVISOR in current_person().roles)
    return render_template(
        f"consoles/{template}", board=board, hours=pictures.last_hours(board["hours"]), percent=pictures.percent
    )


@pages.post("/alarms/<alarm_id>/acknowledge")
def acknowledge(alarm_id: str) -> Response:
    """Take an alarm."""
    escalate.acknowledge(helpline(), current_person(), alarm_id)
    return redirect(url_for("staff.board"), 303)


@pages.post("/contacts/<contact_id>/review-level")
def review_level(contact_id: str) -> Response:
    """A supervisor's judgement of a closed contact."""
    try:
        level = Level(request.form.get("level", ""))
    except ValueError:
        raise InvalidInput("unknown level", field="level") from None
    review.judge_afterwards(helpline(), current_person(), contact_id, level, request.form.get("reason", ""))
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@pages.post("/dispatches/<dispatch_id>/countersign")
def countersign_dispatch(dispatch_id: str) -> Response:
    """A supervisor's signature under an emergency call."""
    agree = request.form.get("agree") == "1"
    contact_id = emergency.countersign(helpline(), current_person(), dispatch_id, agree=agree)
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)
