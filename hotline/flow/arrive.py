"""Receive, assess, route, each in its own commit; if thinking fails, the person has an answer and is still found."""

from hotline.domain.errors import NotFound
from hotline.domain.records import Contact, Message
from hotline.flow import assess, converse, receive, route
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opened, Opening
from hotline.telemetry import get_logger

_log = get_logger(__name__)


def arrive(helpline: Helpline, opening: Opening) -> Opened:
    """Somebody reaches out: committed first, then judged and queued. Raises only what ``receive`` raises.

    A contact without words waits for them; the sweep queues it when they do not come.
    """
    opened = receive.open_contact(helpline, opening)
    if opening.text is not None:
        think(helpline, opened.contact.id)
    return opened


def hear(helpline: Helpline, contact: Contact, *, text: str, client_message_id: str) -> tuple[Contact, Message, bool]:
    """The seeker writes; gives the contact it belongs to now, the message, and whether it is new.

    Writing into a closed contact opens one that follows it, so that nobody is refused.
    """
    contact, message, is_new = converse.post_as_seeker(helpline, contact, text=text, client_id=client_message_id)
    if is_new:
        think(helpline, contact.id)
    return contact, message, is_new


def think(helpline: Helpline, contact_id: str) -> None:
    """Judge and queue; whatever breaks here is logged and found again by the sweep, never shown to the person."""
    try:
        assess.assess(helpline, contact_id)
    except NotFound:
        raise
    except Exception:
        _log.exception("assessment failed; the sweep will try again", contact_id=contact_id)
    try:
        route.route(helpline, contact_id)
    except Exception:
        _log.exception("routing failed; the sweep will try again", contact_id=contact_id)
