"""A caller asks to be called back: which number, and what is safe, keeping their place in line."""

from typing import Any

from hotline.contacts import callbacks
from hotline.contacts import store as contacts
from hotline.contacts.call_steps import Act, Step
from hotline.contacts.policy import clean_phone
from hotline.domain.errors import InvalidInput
from hotline.domain.phone import Stage
from hotline.domain.records import Contact
from hotline.flow import callback
from hotline.flow.callback import Wish
from hotline.flow.standing import BEFORE_A_HUMAN
from hotline.flow.unit import UnitOfWork


def number(unit: UnitOfWork, contact: Contact, memory: dict[str, Any], taken: Step) -> dict[str, Any]:
    """Keep the number to call; one nobody can dial is asked for again."""
    own = contacts.open_identity(unit.conn, unit.keys, contact.id, "phone")
    try:
        wanted = own if taken.act is Act.OWN_NUMBER and own else clean_phone(str(taken.value or ""), contact.region)
    except InvalidInput:
        memory |= {"typing": True, "wrong": True}
        return {"stage": Stage.NUMBER}
    contacts.keep_identity(unit.conn, unit.keys, contact.id, "callback", wanted, unit.now)
    memory.pop("typing", None)
    return {}


def wish(unit: UnitOfWork, contact: Contact, memory: dict[str, Any]) -> dict[str, Any]:
    """All three answers are there: keep the wish to be called, or forget the number nobody may use.

    Their newest word counts: a no ends an older wish, and an older yes to being rung again. Gives what the leg keeps.
    """
    memory |= {"wished": True, "said": "call_back_unsafe"}
    kept = contacts.open_identity(unit.conn, unit.keys, contact.id, "callback")
    call, text = bool(memory.get("call")), bool(memory.get("text"))
    if kept is None or not (call or text) or contact.state not in BEFORE_A_HUMAN:
        end(unit, contact)
    else:
        callback.keep(unit, contact, Wish(kept, call, text, call and bool(memory.get("voicemail"))))
        memory["said"] = "call_back_noted" if call else "call_text_noted"
    return {} if call else {"safe_again": False}


def end(unit: UnitOfWork, contact: Contact) -> None:
    """Nobody calls or texts the number of a wish any more, and it is forgotten."""
    callbacks.change(unit.conn, contact.id, ended_at=unit.now)
    contacts.destroy_identity(unit.conn, contact.id, "callback", unit.now)


def again(unit: UnitOfWork, contact: Contact, memory: dict[str, Any], *, safe: bool) -> dict[str, Any]:
    """Whether they may be rung again if the line breaks; after a no a wish stands on for texts only.

    Gives what the leg keeps.
    """
    memory["said"] = "call_again_yes" if safe else "call_again_no"
    kept = callbacks.of_contacts(unit.conn, [contact.id]).get(contact.id)
    if not safe and kept is not None and kept.safe_to_text:
        callbacks.change(unit.conn, contact.id, safe_to_call=False)
    elif not safe and kept is not None:
        end(unit, contact)
    return {"safe_again": safe}
