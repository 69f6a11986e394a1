"""How far the texts of a conversation have come, and which did not arrive; unseen, a listener waits for an answer."""

from typing import Any

from hotline.contacts import texts
from hotline.contacts.texts import Text
from hotline.domain.records import Contact
from hotline.domain.texting import TextState
from hotline.reports.queue_view import Reader


def states(reader: Reader, contact: Contact, after: int = 0) -> dict[int, dict[str, Any]]:
    """``TextStateOut`` of the API for each message beyond ``after`` that went out as a text."""
    found = texts.of_contact(reader.conn, contact.id, after)
    sent = {number: [one for one in pieces if one.state is not TextState.RECEIVED] for number, pieces in found.items()}
    return {number: _state(number, texts.furthest_behind(pieces)) for number, pieces in sent.items() if pieces}


def _state(number: int, text: Text) -> dict[str, Any]:
    return {"number": number, "state": text.state.value, "error": text.error}
