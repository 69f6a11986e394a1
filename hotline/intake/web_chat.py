"""The pages of somebody who needs help; every action is an ordinary form, so that nothing depends on a script."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.contacts.policy import check_client_message_id, dialling_code
from hotline.domain.contact import Region
from hotline.domain.errors import InvalidInput, NotFound
from hotline.domain.ids import new_id
from hotline.flow import arrive, converse
from hotline.intake import seekers
from hotline.web import language, lines, opening
from hotline.web.house import helpline, house
from hotline.web.language import error_sentence
from hotline.web.limits import GUESSING, OPENING, WRITING, exempt_when_testing, limiter, on_breach
from hotline.web.page import REGION_COOKIE
from hotline.web.page import region as chosen_region
from hotline.web.session import SEEKER_COOKIE, contact_or_none, current_contact, give_cookie

bp = Blueprint("seeker", __name__, template_folder="templates")


@bp.get("/")
def home() -> Response:
    """Who we are, the numbers, and one button; a region chosen here is kept for the other pages."""
    response = make_response(
        render_template("intake/home.html", open_contact=contact_or_none(), **_hours(), **_lines())
    )
    if "region" in request.args:
        _keep_region(response, seekers.parse_region(request.args["region"]))
    return response


def _hours() -> dict[str, Any]:
    """When it is open, as the first page says it; and when again, in words, outside of it."""
    parts, spoken = helpline(), language.negotiate()
    again = seekers.closed_until()
    return {
        "hours": opening.table(parts.hours.now, parts.clock.now(), spoken),
        "opens_again": None if again is None else opening.moment_said(again, parts.hours.now.zone, spoken),
    }


def _lines() -> dict[str, Any]:
    """Numbers to call and text, and what does not work now; no texts where an answer could not arrive."""
    texts = helpline().texting.reaches(dialling_code(chosen_region()))
    return {"reach": lines.reach(helpline().lines.now, language.negotiate(), texts=texts)}


def _keep_region(response: Response, region: Region) -> None:
    response.set_cookie(REGION_COOKIE, region, httponly=True, samesite="Lax")


@bp.post("/start")
@limiter.limit(OPENING, exempt_when=exempt_when_testing, on_breach=on_breach)
def start() -> Response:
    """Open a conversation and go there."""
    region = seekers.parse_region(request.form.get("region"))
    opened = seekers.open_contact(
        chosen=language.parse(request.form.get("language")),
        region=region,
        text=request.form.get("text", "").strip() or None,
        client_message_id=_client_id(),
        third_party=request.form.get("third_party") in {"1", "on", "true"},
    )
    response = make_response(redirect(url_for("seeker.chat"), 303))
    give_cookie(response, SEEKER_COOKIE, opened.token)
    _keep_region(response, region)
    return response


def _client_id() -> str:
    """The form's own id of the message, or a fresh one when it has none."""
    try:
        return check_client_message_id(request.form.get("client_message_id"))
    except InvalidInput:
        return new_id()


@bp.get("/chat")
def chat() -> str:
    """The conversation."""
    contact = current_contact()
    converse.seen(helpline(), contact)
    return render_template(
        "intake/chat.html",
        contact=seekers.view(contact),
        messages=seekers.messages(contact, 0)["messages"],
        fresh_id=new_id(),
    )


@bp.post("/chat/messages")
@limiter.limit(WRITING, exempt_when=exempt_when_testing, on_breach=on_breach)
def send() -> Response:
    """Write, without a script."""
    text = request.form.get("text", "")
    if text.strip():
        arrive.hear(helpline(), current_contact(), text=text, client_message_id=_client_id())
    return redirect(url_for("seeker.chat"), 303)


@bp.post("/chat/region")
def set_region() -> Response:
    """Pick the region whose emergency numbers are shown."""
    region = seekers.parse_region(request.form.get("region"))
    converse.change_settings(helpline(), current_contact(), language=None, region=region)
    response = redirect(url_for("seeker.chat"), 303)
    _keep_region(response, region)
    return response


@bp.post("/chat/codename")
def codename() -> str:
    """Show a fresh codename, once."""
    return render_template("intake/codename.html", codename=converse.give_codename(helpline(), current_contact()))


@bp.post("/chat/end")
def end() -> Response:
    """End the conversation and leave nothing in this browser."""
    converse.end_as_seeker(helpline(), current_contact())
    response = redirect(url_for("seeker.goodbye"), 303)
    response.delete_cookie(SEEKER_COOKIE)
    return response


@bp.route("/return", methods=["GET", "POST"])
@limiter.limit(GUESSING, methods=["POST"], exempt_when=exempt_when_testing, on_breach=on_breach)
def return_page() -> Any:
    """Come back with a codename."""
    if request.method == "GET":
        return render_template("intake/return.html", error=None)
    try:
        opened = seekers.come_back(
            request.form.get("codename", ""),
            chosen=None,
            region=seekers.parse_region(request.cookies.get(REGION_COOKIE)),
        )
    except NotFound:
        typed = request.form.get("codename", "")[:80]
        return render_template("intake/return.html", error=error_sentence("unknown_codename"), given=typed), 404
    response = make_response(redirect(url_for("seeker.chat"), 303))
    give_cookie(response, SEEKER_COOKIE, opened.token)
    return response


@bp.get("/help")
def help() -> str:  # noqa: A001  # the page's name
    """Numbers, breathing, reading."""
    return render_template("intake/help.html", **_lines())


@bp.get("/privacy")
def privacy() -> str:
    """What is kept, for how long, and who may open it."""
    months = helpline().retention.transcripts_months
    return render_template("intake/privacy.html", months=str(months))


@bp.get("/goodbye")
def goodbye() -> str:
    """The last page."""
    return render_template("intake/goodbye.html")


@bp.get("/leave")
def leave() -> Response:
    """Quick exit without a script: forget this browser's secret and go somewhere harmless."""
    response = redirect(house().settings.exit_url, 303)
    response.delete_cookie(SEEKER_COOKIE)
    return response
