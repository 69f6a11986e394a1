"""What was done is read again: by when, by whom, with which points; what nobody reads again is not learnt from.

A review arises with the act that asks for it (closing, an emergency call, a level set by a person), in the same
transaction. One supervisor takes it, so that two do not read at once; a few are rated twice, blind. Signed, its words
reach the listener.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, Role, State
from hotline.domain.errors import AlreadyClaimed, Conflict, Erased, InvalidInput, NotAllowed, NotFound
from hotline.domain.records import Contact, Person
from hotline.flow import assess, escalate
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import NOTE_LIMIT_CHARACTERS
from hotline.flow.owed import ask_for
from hotline.flow.unit import UnitOfWork
from hotline.interventions import reviews
from hotline.interventions.reviews import Rating, Review, Words
from hotline.interventions.rubric import Item, Why, check_scores, share_of
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.storage import feed
from hotline.volunteers import care, rota
from hotline.volunteers import store as volunteers


@dataclass(frozen=True, slots=True)
class Appraisal:
    """One rating as a form gives it; ``level`` is how urgent it was, in hindsight, of a closed contact."""

    scores: Mapping[Item, int]
    praise: str = ""
    advice: str = ""
    level: Level | None = None


def find(helpline: Helpline, review_id: str) -> Review:
    """One review; raises ``NotFound``."""
    with helpline.database.read() as conn:
        return reviews.get(conn, review_id)


def claim(helpline: Helpline, person: Person, review_id: str) -> None:
    """Take a review to read it; one that somebody took and left is free again after a while.

    Raises ``AlreadyClaimed`` with who reads it, ``NotAllowed`` for one's own contact, ``Conflict`` while it is open:
    what is rated before the end would be signed without anybody having read the end.
    """
    with UnitOfWork(helpline) as unit:
        found, contact = _held(unit, person, review_id)
        if contact.owner_id == person.id:
            raise NotAllowed("nobody reviews their own conversation")
        _check_unsigned(found)
        _check_closed(contact)
        made = reviews.ratings_of(unit.conn, [found.id]).get(found.id, [])
        if person.id in {one.by for one in made} or len(made) >= found.raters:
            raise Conflict("everybody who rates it has, or a second person reads it now")
        lapsed = unit.now - helpline.review.claim_lapses
        if (
            not reviews.claim(unit.conn, found.id, person.id, unit.now, lapsed_before=lapsed)
            and found.claimed_by != person.id
        ):
            by = volunteers.get_person(unit.conn, found.claimed_by).alias if found.claimed_by else ""
            raise AlreadyClaimed("somebody else reads this one", by=by)
        unit.log(contact.id, "review_claimed", person.id)
        unit.tell(feed.DESK, "state", contact_id=contact.id)
        unit.commit()


def release(helpline: Helpline, person: Person, review_id: str) -> None:
    """Give a review back unread; saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        found, contact = _held(unit, person, review_id)
        if found.claimed_by == person.id and found.signed_at is None:
            reviews.change(unit.conn, found.id, claimed_by=None, claimed_at=None)
            unit.log(contact.id, "review_released", person.id)
            unit.tell(feed.DESK, "state", contact_id=contact.id)
            unit.commit()


def rate(helpline: Helpline, person: Person, review_id: str, given: Appraisal) -> bool:
    """Give the points; gives whether a second person is still to rate it.

    Raises ``InvalidInput`` for points outside the scale, ``Conflict`` for a review one has not taken.
    """
    scores = check_scores(helpline.review, given.scores)
    words = Words(_short(given.praise, "praise"), _short(given.advice, "advice"))
    with UnitOfWork(helpline) as unit:
        found, contact = _held(unit, person, review_id)
        _check_unsigned(found)
        if found.claimed_by != person.id:
            raise Conflict("take the review first")
        before = reviews.ratings_of(unit.conn, [found.id]).get(found.id, [])
        made = Rating(found.id, person.id, unit.now, scores, share_of(helpline.review, scores))
        reviews.rate(unit.conn, unit.keys, contact.id, made, words)
        if given.level is not None:
            assess.note_judgement(unit, contact, given.level, by=person.id, how="review")
        second = found.double and not before
        reviews.change(unit.conn, found.id, claimed_by=None, claimed_at=None)
        unit.log(contact.id, "review_rated", person.id)
        unit.tell(feed.DESK, "state", contact_id=contact.id)
        unit.commit()
    return second


def _short(text: str, name: str) -> str:
    if len(text) > NOTE_LIMIT_CHARACTERS:
        raise InvalidInput(f"a note holds at most {NOTE_LIMIT_CHARACTERS} characters", field=name)
    return text.strip()


def sign(helpline: Helpline, person: Person, review_id: str) -> None:
    """Sign a rated review off; its words go to the listener. Raises ``Conflict`` while a rating is missing."""
    with UnitOfWork(helpline) as unit:
        found, contact = _held(unit, person, review_id)
        _check_unsigned(found)
        if contact.owner_id == person.id:
            raise NotAllowed("nobody signs for their own conversation")
        _check_closed(contact)
        made = reviews.ratings_of(unit.conn, [found.id]).get(found.id, [])
        if len(made) < found.raters:
            raise Conflict("a rating is missing")
        reviews.change(unit.conn, found.id, signed_by=person.id, signed_at=unit.now, claimed_by=None, claimed_at=None)
        unit.log(contact.id, "review_signed", person.id)
        if contact.owner_id is not None:
            key = f"review:{found.id}"
            care.tell(unit.conn, contact.owner_id, "review_signed", key=key, now=unit.now, pseudonym=contact.pseudonym)
        _settle(unit)
        unit.tell(feed.DESK, "state", contact_id=contact.id)
        unit.commit()


def read_feedback(helpline: Helpline, person: Person, review_id: str) -> None:
    """The listener has read it; raises ``NotFound`` for anybody else's."""
    with UnitOfWork(helpline) as unit:
        found = reviews.get(unit.conn, review_id, lock=True)
        contact = contacts.get_contact(unit.conn, found.contact_id)
        if contact.owner_id != person.id or found.signed_at is None:
            raise NotFound("no such review")
        if found.read_at is None:
            reviews.change(unit.conn, found.id, read_at=unit.now)
            care.untell(unit.conn, f"review:{found.id}", unit.now)
            unit.commit()


def _held(unit: UnitOfWork, person: Person, review_id: str) -> tuple[Review, Contact]:
    if Role.SUPERVISOR not in person.roles:
        raise NotAllowed("a supervisor reviews")
    found = reviews.get(unit.conn, review_id, lock=True)
    return found, contacts.get_contact(unit.conn, found.contact_id)


def _check_closed(contact: Contact) -> None:
    if contact.state is not State.CLOSED:
        raise Conflict("the contact is still open")
    if contact.erased_at is not None:
        raise Erased("its words are no longer kept")


def _check_unsigned(found: Review) -> None:
    if found.signed_at is not None:
        raise Conflict("this review is signed already")


def ask_weekly(helpline: Helpline, contact_ids: Iterable[str]) -> int:
    """Ask for reviews of the weekly sample of contacts never flagged; gives how many are new."""
    asked = 0
    for contact_id in contact_ids:
        with UnitOfWork(helpline) as unit:
            if contacts.get_contact(unit.conn, contact_id, lock=True).erased_at is not None:
                continue
            if ask_for(unit, contact_id, Why.WEEKLY):
                asked += 1
                unit.commit()
    return asked


def watch_overdue(helpline: Helpline) -> int:
    """Alarm once a day while reviews are overdue, until none is; gives how many are."""
    with helpline.database.read() as conn:
        late = reviews.overdue(conn, helpline.clock.now())
        ringing = any(one.kind is AlarmKind.REVIEW_OVERDUE for one in routing.open_alarms(conn))
    if not late and not ringing:
        return 0
    with UnitOfWork(helpline) as unit:
        if late:
            today = rota.local_today(unit.now, helpline.rota.zone)
            escalate.alarm(unit, AlarmKind.REVIEW_OVERDUE, None, token=f"review:{today}")
        else:
            _settle(unit)
        unit.commit()
    return late


def _settle(unit: UnitOfWork) -> None:
    if reviews.overdue(unit.conn, unit.now):
        return
    if routing.settle_alarms(unit.conn, unit.now, contact_id=None, kinds=[AlarmKind.REVIEW_OVERDUE]):
        unit.tell(feed.DESK, "alarm")
