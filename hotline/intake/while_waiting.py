"""What somebody may do beside the conversation: be called back, say what they would like, read their safety plan.

All are pages of their own, so that they work without a script and a page that loads again takes no words away.
"""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.domain.errors import InvalidInput, NotFound
from hotline.flow import callback, converse, reading_along, safety_plan, wish
from hotline.flow.callback import Wish
from hotline.intake import seekers
from hotline.intake.web_api import bp as api
from hotline.intake.web_chat import bp as pages
from hotline.routing.offers import Wishes
from hotline.web import desk_schemas, schemas
from hotline.web.house import helpline
from hotline.web.limits import WRITING, exempt_when_testing, limiter, on_breach
from hotline.web.session import current_contact


@pages.route("/chat/callback", methods=["GET", "POST"])
@limiter.limit(WRITING, methods=["POST"], exempt_when=exempt_when_testing, on_breach=on_breach)
def callback_page() -> Any:
    """Ask to be called back, with what is safe; a number nobody can dial is asked for again and nothing is lost."""
    contact = current_contact()
    if request.method == "GET":
        return _form({}, None)
    form = request.form
    if "region" in form:
        region = seekers.parse_region(form["region"])
        contact = converse.change_settings(helpline(), contact, language=None, region=region)
    wanted = Wish(
        form.get("phone", ""),
        form.get("safe_to_call") == "1",
        form.get("safe_to_text") == "1",
        form.get("safe_to_leave_message") == "1",
    )
    try:
        callback.ask(helpline(), contact, wanted)
    except InvalidInput as error:
        return _form(form, error.field), 400
    return redirect(url_for("seeker.chat"), 303)


def _form(given: Any, wrong: str | None) -> str:
    return render_template("intake/callback.html", contact=seekers.view(current_contact()), given=given, wrong=wrong)


@pages.post("/chat/callback/withdraw")
def callback_withdraw() -> Response:
    """Nobody calls any more."""
    callback.withdraw(helpline(), current_contact())
    return redirect(url_for("seeker.chat"), 303)


@pages.route("/chat/wishes", methods=["GET", "POST"])
def wishes_page() -> Any:
    """Say what one would like; nothing of it is needed."""
    contact = current_contact()
    if request.method == "POST":
        gender = request.form.get("gender") or None
        wish.keep_wishes(helpline(), contact, Wishes(gender, request.form.get("same_listener") == "1"))
        return redirect(url_for("seeker.chat"), 303)
    return render_template(
        "intake/wishes.html",
        wishes=wish.read_wishes(helpline(), contact),
        earlier=wish.earlier_listener(helpline(), contact),
    )


@pages.post("/chat/no-shadowing")
def refuse_shadowing() -> Response:
    """Nobody in training reads along."""
    reading_along.refuse(helpline(), current_contact())
    return redirect(url_for("seeker.chat"), 303)


@pages.get("/chat/plan")
def plan_page() -> str:
    """The safety plan, to be read or printed; it says so when none is shared."""
    contact = current_contact()
    plan = safety_plan.of_seeker(helpline(), contact)
    return render_template("intake/plan.html", plan=plan, contact=seekers.view(contact))


@api.get("/contact/plan")
@api.output(desk_schemas.PlanOut)
def get_plan() -> Any:
    """The safety plan that was shared, in its newest version. 404 when none is."""
    plan = safety_plan.of_seeker(helpline(), current_contact())
    if plan is None:
        raise NotFound("no plan is shared")
    return {"version": plan.version, "at": plan.at, "steps": dict(plan.steps)}


@api.post("/contact/callback")
@api.input(schemas.CallbackWish)
@api.output(schemas.SeekerContact)
def ask_callback(json_data: schemas.CallbackWish) -> Any:
    """Ask to be called back. 400 names ``phone`` or ``safe``; the place in line is kept."""
    wanted = Wish(json_data.phone, json_data.safe_to_call, json_data.safe_to_text, json_data.safe_to_leave_message)
    return seekers.view(callback.ask(helpline(), current_contact(), wanted))


@api.delete("/contact/callback")
@api.output(schemas.SeekerContact)
def withdraw_callback() -> Any:
    """Nobody calls any more."""
    callback.withdraw(helpline(), current_contact())
    return seekers.view(current_contact())


@api.put("/contact/wishes")
@api.input(schemas.WishesGiven)
@api.output({}, status_code=204)
def set_wishes(json_data: schemas.WishesGiven) -> Any:
    """What one would like; it never costs a longer wait than the first target."""
    wish.keep_wishes(helpline(), current_contact(), Wishes(json_data.gender, json_data.same_listener))
    return ""


@api.post("/contact/no-shadowing")
@api.output({}, status_code=204)
def refuse_reading_along() -> Any:
    """Nobody in training reads along; whoever does stops at once."""
    reading_along.refuse(helpline(), current_contact())
    return ""
