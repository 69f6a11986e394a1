"""Everything a seeker's page does, for programs: the same acts behind JSON."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, make_response, request

from hotline.domain.contact import Author
from hotline.domain.errors import NotFound
from hotline.flow import arrive, converse, follow
from hotline.flow.receive import Opened
from hotline.intake import seekers
from hotline.reports import hours_view
from hotline.web import lines, schemas, streams, text_schemas, word_schemas
from hotline.web.house import helpline
from hotline.web.limits import GUESSING, OPENING, WRITING, exempt_when_testing, limiter, on_breach
from hotline.web.session import SEEKER_COOKIE, bearer, current_contact, give_cookie
from hotline.web.streams import after_number

bp = APIBlueprint("api_seeker", __name__, url_prefix="/api/v1", tag="Somebody who needs help")


def _opened(opened: Opened) -> Response:
    answer = schemas.OpenedContact(contact=seekers.view(opened.contact), token=opened.token)  # type: ignore[arg-type]
    response = make_response(answer.model_dump(mode="json"), 201)
    give_cookie(response, SEEKER_COOKIE, opened.token)
    return response


@bp.post("/contacts")
@limiter.limit(OPENING, exempt_when=exempt_when_testing, on_breach=on_breach)
@bp.input(schemas.NewContact)
@bp.output(schemas.OpenedContact, status_code=201)
def create_contact(json_data: schemas.NewContact) -> Any:
    """Open a contact, perhaps with first words; the token speaks for it."""
    opened = seekers.open_contact(
        chosen=json_data.language,
        region=json_data.region,
        text=json_data.text,
        client_message_id=json_data.client_message_id,
        third_party=json_data.third_party,
    )
    return _opened(opened)


@bp.post("/returns")
@limiter.limit(GUESSING, exempt_when=exempt_when_testing, on_breach=on_breach)
@bp.input(schemas.Return)
@bp.output(schemas.OpenedContact, status_code=201)
def come_back(json_data: schemas.Return) -> Any:
    """Continue under a codename; earlier messages are not shown again."""
    return _opened(seekers.come_back(json_data.codename, chosen=json_data.language, region=json_data.region))


@bp.get("/hours")
@bp.output(word_schemas.PublicHours)
def get_hours() -> Any:
    """When the helpline is open, and when again. Whoever writes outside of it is heard as well."""
    return hours_view.public(helpline().hours.now, helpline().clock.now())


@bp.get("/lines")
@bp.output(text_schemas.PublicLines)
def get_lines() -> Any:
    """By which numbers the helpline can be called or texted now, and what does not work at this moment."""
    return lines.reach(helpline().lines.now)


@bp.get("/contact")
@bp.output(schemas.SeekerContact)
def get_contact() -> Any:
    """Where one's own contact stands."""
    contact = current_contact()
    converse.seen(helpline(), contact)
    return seekers.view(contact)


@bp.patch("/contact")
@bp.input(schemas.ContactChange)
@bp.output(schemas.SeekerContact)
def change_contact(json_data: schemas.ContactChange) -> Any:
    """Pick another language or region."""
    changed = converse.change_settings(
        helpline(),
        current_contact(),
        language=json_data.language,
        region=json_data.region,
    )
    return seekers.view(changed)


@bp.post("/contact/messages")
@limiter.limit(
    WRITING,
    key_func=lambda: bearer() or request.cookies.get(SEEKER_COOKIE, ""),
    exempt_when=exempt_when_testing,
    on_breach=on_breach,
)
@bp.input(schemas.NewMessage)
@bp.output(schemas.MessageOut, status_code=201)
def post_message(json_data: schemas.NewMessage) -> Any:
    """Write. 201 for a new message, 200 for one that was sent before."""
    _, message, is_new = arrive.hear(
        helpline(),
        current_contact(),
        text=json_data.text,
        client_message_id=json_data.client_message_id,
    )
    return schemas.said(message, alias=None), 201 if is_new else 200


@bp.get("/contact/messages")
@bp.output(schemas.Messages)
def get_messages() -> Any:
    """Messages after ``?after=``, in order, at most 500 at once."""
    return seekers.messages(current_contact(), after_number())


@bp.get("/contact/stream")
@bp.doc(description="Server-Sent Events; reconnect with Last-Event-ID.", responses=[200])
def stream() -> Response:
    """Live updates of one's own contact."""
    contact, token = current_contact(), bearer() or request.cookies.get(SEEKER_COOKIE, "")
    parts = helpline()

    def still_allowed() -> None:
        now_open = converse.contact_of(parts, token)
        if now_open.id != contact.id:
            raise NotFound("this page speaks for a contact that follows")
        converse.seen(parts, now_open)

    return streams.stream(parts, [follow.contact_topic(contact.id)], still_allowed)


@bp.post("/contact/typing")
@bp.output({}, status_code=204)
def typing() -> Any:
    """Say that one is writing; it may be lost."""
    converse.typing(helpline(), current_contact(), Author.SEEKER)
    return ""


@bp.post("/contact/codename")
@bp.output(schemas.Codename, status_code=201)
def codename() -> Any:
    """A fresh codename, shown once; it replaces an older one."""
    return {"codename": converse.give_codename(helpline(), current_contact())}


@bp.post("/contact/end")
@bp.output(schemas.SeekerContact)
def end() -> Any:
    """End one's own contact."""
    return seekers.view(converse.end_as_seeker(helpline(), current_contact()))
