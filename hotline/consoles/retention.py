"""The doors of what is kept: periods, what goes soon, legal holds, and erasing at once because the person asks."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import when
from hotline.consoles.doors import api, pages
from hotline.contacts.keeping import Wanted
from hotline.domain.errors import InvalidInput
from hotline.flow import erase, retention
from hotline.reports import retention_view
from hotline.web import retention_schemas as schemas
from hotline.web import staff_schemas
from hotline.web.house import helpline, reader
from hotline.web.session import current_person

FILE = "retention_policy."


def _overview() -> dict[str, Any]:
    parts, pseudonym = helpline(), request.args.get("pseudonym", "").strip().upper()[:12]
    parts.policies.look()
    numbers = [one for name, one in parts.policies.numbers.items() if name.startswith(FILE)]
    with parts.database.read() as conn:
        found = retention_view.overview(reader(conn), parts.retention, numbers, current_person(), zone=parts.rota.zone)
    late, named = erase.past_their_period(parts), erase.named(parts, pseudonym) if pseudonym else []
    return found | {
        "begins_at": erase.begins_at(parts),
        "kept": [retention_view.line(*one) for one in late],
        "found": [retention_view.line(*one) for one in named],
    }


@pages.get("/retention")
def retention_page() -> str:
    """The periods in force, what goes soon, what went, and who holds what back."""
    zone = helpline().rota.zone
    return render_template(
        "consoles/retention.html",
        kept=_overview(),
        pseudonym=request.args.get("pseudonym", ""),
        wall_clock=lambda at: when.clock(at, zone),
    )


def _back() -> Response:
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.retention_page", pseudonym=request.form.get("pseudonym") or None), 303)


@pages.post("/contacts/<contact_id>/hold")
def hold(contact_id: str) -> Response:
    """Keep a contact from being erased."""
    retention.place_hold(helpline(), current_person(), contact_id, request.form.get("reason", ""))
    return _back()


@pages.post("/contacts/<contact_id>/second-word")
def ask_second_word(contact_id: str) -> Response:
    """Ask a second person to lift a hold, or to erase at once."""
    try:
        wanted = Wanted(request.form.get("wanted", ""))
    except ValueError:
        raise InvalidInput("lift or erase", field="wanted") from None
    retention.ask(helpline(), current_person(), contact_id, wanted, request.form.get("reason", ""))
    return _back()


@pages.post("/second-words/<word_id>")
def say_second_word(word_id: str) -> Response:
    """The second person agrees, or anybody who may says no."""
    retention.answer(helpline(), current_person(), word_id, agree=request.form.get("agree") == "1")
    return _back()


@api.get("/retention")
@api.output(schemas.Retention)
def get_retention() -> Any:
    """What is kept and what goes; ``?pseudonym=`` finds the contacts of that name with what keeps them."""
    return _overview()


@api.post("/contacts/<contact_id>/hold")
@api.input(schemas.HoldGiven)
@api.output(schemas.Retention, status_code=201)
def hold_contact(contact_id: str, json_data: schemas.HoldGiven) -> Any:
    """Hold a contact. 409 when it is held already or ``erased``."""
    retention.place_hold(helpline(), current_person(), contact_id, json_data.reason)
    return _overview()


@api.post("/contacts/<contact_id>/second-word")
@api.input(schemas.WordGiven)
@api.output(schemas.Retention, status_code=201)
def ask_for_second_word(contact_id: str, json_data: schemas.WordGiven) -> Any:
    """Ask to ``lift`` a hold or, as an administrator, to ``erase``. 409 ``kept_back`` while anything is owed."""
    retention.ask(helpline(), current_person(), contact_id, json_data.wanted, json_data.reason)
    return _overview()


@api.post("/second-words/<word_id>")
@api.input(staff_schemas.Agreement)
@api.output(schemas.Retention)
def answer_second_word(word_id: str, json_data: staff_schemas.Agreement) -> Any:
    """A second person agrees, or says no. 403 ``second_person`` for whoever asked."""
    retention.answer(helpline(), current_person(), word_id, agree=json_data.agree)
    return _overview()
