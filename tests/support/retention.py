"""Conversations that are over, with a word in everything that can hold one, and years that go by."""

from dataclasses import replace
from datetime import datetime

from support.fakes import FakeClock
from support.people import person, seeker
from support.rota import rested

from hotline.contacts import store as contacts
from hotline.contacts.keeping import Wanted, months_before
from hotline.domain.contact import ActionKind, ActionState, Outcome, Role
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.flow import aside, converse, erase, intervene, respond, rest, retention, safety_plan
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm, Done
from hotline.flow.receive import Opened
from hotline.flow.unit import UnitOfWork
from hotline.storage import leases
from hotline.volunteers import care
from hotline.volunteers.wellbeing import CareKind, Heavy

WORDS = tuple(f"CANARY-{name}-7c1f" for name in ("first", "reply", "note", "summary", "step", "plan", "whisper"))
FIRST, REPLY, NOTE, SUMMARY, STEP, PLAN, WHISPER = WORDS


def no_chance(house: Helpline) -> Helpline:
    """The same house, where no calm contact is drawn for a review; its clock looked for the first time now."""
    looked(house)
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


def erased_at_once(house: Helpline, contact_id: str) -> None:
    """Two people have it erased because the person asks."""
    ada, wong = (person(house, f"E{new_id()[:8]}", role) for role in (Role.ADMINISTRATOR, Role.SUPERVISOR))
    asked = retention.ask(house, ada, contact_id, Wanted.ERASE, "asked by letter")
    retention.answer(house, wong, asked, agree=True)


def talked_over(house: Helpline, listener: Person, contact_id: str) -> str:
    """Somebody talked with the listener about a contact and wrote that down; gives the talk's id."""
    values = {"person_id": listener.id, "reason": Heavy.OWN_WORD, "start_at": house.clock.now(), "by": listener.id}
    with UnitOfWork(house) as unit:
        talk = care.add_care(unit.conn, CareKind.DEBRIEF, values | {"contact_id": contact_id})
        unit.commit()
    rest.settle_debrief(house, person(house, f"T{new_id()[:8]}", Role.SUPERVISOR), talk, "the bridge stayed with her")
    return talk


def looked(house: Helpline) -> None:
    """The clock has looked for the first time, so that it erases when its notice is over."""
    with UnitOfWork(house) as unit:
        leases.beat(unit.conn, erase.FIRST, unit.now)
        unit.commit()
