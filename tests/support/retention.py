"""Conversations that are over, with a word in everything that can hold one, and years that go by."""

from dataclasses import replace
from datetime import datetime

from support.fakes import FakeClock
from support.people import seeker
from support.rota import rested

from hotline.contacts import store as contacts
from hotline.contacts.keeping import months_before
from hotline.domain.contact import ActionKind, ActionState, Outcome
from hotline.domain.records import Contact, Person
from hotline.flow import aside, converse, intervene, respond, safety_plan
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm, Done
from hotline.flow.receive import Opened

WORDS = tuple(f"CANARY-{name}-7c1f" for name in ("first", "reply", "note", "summary", "step", "plan", "whisper"))
FIRST, REPLY, NOTE, SUMMARY, STEP, PLAN, WHISPER = WORDS


def no_chance(house: Helpline) -> Helpline:
    """The same house, where no calm contact is drawn for a review."""
    return replace(house, review=replace(house.review, sample_share=0.0, double_share=0.0))


def over(house: Helpline, listener: Person, text: str = FIRST) -> Opened:
    """A conversation from first word to close, each of :data:`WORDS` where a person puts such words."""
    opened = seeker(house, text, network_address="192.0.2.77")
    respond.claim_next(house, listener)
    mine = opened.contact.id
    converse.post_as_listener(house, listener, mine, text=REPLY, client_id="reply-001")
    intervene.record_action(house, listener, mine, Done(ActionKind.LISTENING, ActionState.DONE, NOTE))
    safety_plan.save(house, listener, mine, {"own_coping": PLAN}, base=0)
    safety_plan.share(house, listener, mine)
    aside.say(house, listener, mine, WHISPER)
    intervene.close(house, listener, mine, ClosingForm(Outcome.SUPPORTED, summary=SUMMARY, next_step=STEP))
    rested(house, listener)
    return opened


def months_later(clock: FakeClock, months: int) -> datetime:
    """The clock shows the same day so many months on, and an hour more."""
    clock.set(months_before(clock.now(), -months))
    return clock.advance(hours=1)


def stands(house: Helpline, contact_id: str) -> Contact:
    """The contact as it is now, whoever may ask."""
    with house.database.read() as conn:
        return contacts.get_contact(conn, contact_id)
