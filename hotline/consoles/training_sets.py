"""The doors of training sets: ask for reviewed contacts to learn from, see what that holds, say yes or no to it."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles.doors import api, pages
from hotline.flow import training_sets
from hotline.reports import training_view
from hotline.volunteers.rota import local_today
from hotline.web import training_schemas as schemas
from hotline.web.house import helpline, reader
from hotline.web.language import NAMES
from hotline.web.session import current_person

USUAL_DAYS = 28


def shown() -> list[dict[str, Any]]:
    """``TrainingSetOut`` of the API, newest first."""
    parts = helpline()
    found = training_sets.listed(parts)
    lapsing = {one.id: until for one, _ in found if (until := training_sets.lapses_at(parts, one)) is not None}
    with parts.database.read() as conn:
        return training_view.sets(reader(conn), current_person(), found, lapsing)


@pages.get("/training-sets")
def training_sets_page() -> str:
    """What was asked for, approved and exported, and the form to ask."""
    today = local_today(helpline().clock.now(), helpline().rota.zone)
    return render_template(
        "consoles/training_sets.html",
        listed=shown(),
        may_decide=bool(training_sets.DECIDING & current_person().roles),
        language_names={code.value: name for code, name in NAMES.items()},
        first=today - timedelta(days=USUAL_DAYS),
        last=today,
    )


@pages.post("/training-sets")
def ask_training_set() -> Response:
    """Ask for an export."""
    form = request.form
    training_sets.ask(
        helpline(),
        current_person(),
        first=form.get("first", ""),
        last=form.get("last", ""),
        reason=form.get("reason", ""),
    )
    flash(gettext("Asked. Somebody else has to approve it."), "ok")
    return redirect(url_for("staff.training_sets_page"), 303)


@pages.post("/training-sets/<set_id>/answer")
def answer_training_set(set_id: str) -> Response:
    """Approve or refuse what somebody else asked for."""
    training_sets.answer(helpline(), current_person(), set_id, approve=request.form.get("answer") == "yes")
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.training_sets_page"), 303)


@api.get("/training-sets")
@api.output(schemas.TrainingSets)
def get_training_sets() -> Any:
    """The newest training sets with what they hold and how many contacts are left out and why."""
    return {"sets": shown()}


@api.post("/training-sets")
@api.input(schemas.NewTrainingSet)
@api.output(schemas.TrainingSets, status_code=201)
def wish_training_set(json_data: schemas.NewTrainingSet) -> Any:
    """Ask for an export; somebody else has to approve it."""
    training_sets.ask(
        helpline(), current_person(), first=json_data.first_day, last=json_data.last_day, reason=json_data.reason
    )
    return {"sets": shown()}


@api.post("/training-sets/<set_id>/answer")
@api.input(schemas.TrainingSetAnswer)
@api.output(schemas.TrainingSets)
def decide_training_set(set_id: str, json_data: schemas.TrainingSetAnswer) -> Any:
    """Approve or refuse what somebody else asked for; 403 for one's own wish, 409 once answered."""
    training_sets.answer(helpline(), current_person(), set_id, approve=json_data.approve)
    return {"sets": shown()}
