"""Looks for what nobody moved: due timers, contacts nobody judged, listeners and seekers who vanished.

Every open state of a contact has its watcher here or in the timers; without them a crash between two commits would
leave a person in silence.
"""

from collections.abc import Callable
from datetime import timedelta

from hotline.contacts import blocks, callbacks, legs, texts
from hotline.contacts import store as contacts
from hotline.domain.contact import Channel, State
from hotline.domain.texting import TEXT_CHANNELS
from hotline.flow import (
    arrive,
    callback,
    case_review,
    converse,
    dialling,
    drift,
    escalate,
    follow_up,
    intervene,
    look_ahead,
    offer,
    recordings,
    route,
    vanish,
)
from hotline.flow.helpline import Helpline
from hotline.flow.scene import AWAITING
from hotline.flow.unit import UnitOfWork
from hotline.jobs import retention, tallies
from hotline.reports import weekly_sample
from hotline.storage import feed, leases, timers, webhooks
from hotline.telemetry import get_logger

WITHOUT_PAGE = TEXT_CHANNELS | {Channel.VOICE}
FORGOTTEN_AFTER = timedelta(seconds=5)
"""A contact with words that was not judged by then fell between two commits."""
ASKED_FIRST_FOR = timedelta(minutes=3)
"""A caller who is asked first and stands there longer goes through as everybody."""
ABANDONED_KEPT_OPEN = timedelta(hours=24)
FEED_KEPT_FOR = timedelta(hours=24)
WEBHOOKS_KEPT_FOR = timedelta(days=7)
SAMPLE_EVERY = timedelta(hours=24)
"""Drawing reads a week of contacts; it is not done at every sweep."""

_log = get_logger(__name__)


def run_due(helpline: Helpline) -> int:
    """Fire every due timer, each in its own act; one that fails stays due and does not stop the others."""
    with helpline.database.read() as conn:
        due = timers.due(conn, helpline.clock.now())
    for timer in due:
        try:
            escalate.fire(helpline, timer)
        except Exception:
            _log.exception("a timer failed and stays due", timer_id=timer.id, kind=timer.kind)
    return len(due)


def assess_forgotten(helpline: Helpline) -> int:
    """Judge what was never judged, and queue who stands before the queue: crashed in between, or opened and silent."""
    now = helpline.clock.now()
    silent = timedelta(seconds=helpline.routing.silent_opening_seconds)
    with helpline.database.read() as conn:
        found = contacts.in_states(conn, [State.RECEIVED, State.ASSESSED])
        late = {c.id for c in found if now - c.arrived_at > (FORGOTTEN_AFTER if c.seeker_wrote_at else silent)}
        late |= {c.id for c in contacts.unjudged(conn, written_before=now - FORGOTTEN_AFTER)}
        late -= legs.at_the_gate(conn, since=now - ASKED_FIRST_FOR)
    for contact_id in late:
        arrive.think(helpline, contact_id)
    return len(late)


def vanished_seekers(helpline: Helpline) -> int:
    """Waiting contacts whose page gave no sign of life for long are abandoned; urgent ones alarm.

    Whoever asked to be called back, or texts, has no page to stay at; for who calls, hanging up is the sign.
    """
    now = helpline.clock.now()
    gone_before = now - timedelta(seconds=helpline.routing.seeker_gone_seconds)
    with helpline.database.read() as conn:
        gone = contacts.in_states(conn, list(AWAITING), before=gone_before)
        ids = [found.id for found in gone]
        called = callbacks.of_contacts(conn, ids).keys() | legs.on_calls(conn, ids)
    gone = [found for found in gone if found.id not in called and found.reply_by not in WITHOUT_PAGE]
    for found in gone:
        with UnitOfWork(helpline) as unit:
            contact = contacts.get_contact(unit.conn, found.id, lock=True)
            still_gone = contact.seeker_seen_at < gone_before and contact.reply_by not in WITHOUT_PAGE
            if contact.state in AWAITING and still_gone:
                converse.give_up(unit, contact, actor="machine")
                unit.commit()
    return len(gone)


def destroy_old(helpline: Helpline) -> int:
    """Destroy network addresses some hours after closing; forget old feed events, fired timers and who texted."""
    with UnitOfWork(helpline) as unit:
        destroyed = contacts.destroy_addresses_closed_before(
            unit.conn, unit.now - helpline.retention.addresses, unit.now
        )
        feed.forget_before(unit.conn, unit.now - FEED_KEPT_FOR)
        timers.forget_before(unit.conn, unit.now - FEED_KEPT_FOR)
        webhooks.forget_before(unit.conn, unit.now - WEBHOOKS_KEPT_FOR)
        blocks.forget_over(unit.conn, unit.now)
        texts.forget_texters(unit.conn, unit.now - FEED_KEPT_FOR)
        unit.commit()
    return destroyed


def close_abandoned(helpline: Helpline) -> int:
    """Close contacts that were left long ago and were not urgent; urgent ones wait for a supervisor's sign-off."""
    with helpline.database.read() as conn:
        found = contacts.in_states(conn, [State.ABANDONED], before=helpline.clock.now() - ABANDONED_KEPT_OPEN)
    old = [contact for contact in found if not contact.level.urgent]
    for contact in old:
        intervene.close_forgotten(helpline, contact.id)
    return len(old)


def forgotten_ends(helpline: Helpline) -> int:
    """What is over and was not put away: old addresses, abandoned contacts, closing forms nobody filled in."""
    return destroy_old(helpline) + close_abandoned(helpline) + escalate.closing_forms_owed(helpline)


def reviews_owed(helpline: Helpline) -> int:
    """Ask once a day for what the weekly sample drew, and alarm while any review is overdue."""
    with helpline.database.read() as conn:
        drawn_at = leases.last_beats(conn).get("weekly_sample")
    if drawn_at is None or helpline.clock.now() - drawn_at >= SAMPLE_EVERY:
        draw_sample(helpline)
    return case_review.watch_overdue(helpline)


def draw_sample(helpline: Helpline) -> int:
    """Ask for the reviews of last week's sample that were not asked for yet; gives how many."""
    with helpline.database.read() as conn:
        drawn = weekly_sample.sample(conn, helpline.clock.now(), helpline.quality.sample_size)["contacts"]
    asked = case_review.ask_weekly(helpline, [row["contact_id"] for row in drawn])
    with UnitOfWork(helpline) as unit:
        leases.beat(unit.conn, "weekly_sample", unit.now)
        unit.commit()
    return asked


SWEEPS: dict[str, Callable[[Helpline], int]] = {
    "assess_forgotten": assess_forgotten,
    "vanished_listeners": vanish.let_go_of_vanished,
    "silent_listeners": vanish.silent_listeners,
    "vanished_seekers": vanished_seekers,
    "forgotten_ends": forgotten_ends,
    "callbacks": callback.bring_back_due,
    "empty_house": route.watch_empty_house,
    "offers": offer.match,
    "drift": drift.check_drift,
    "rota": look_ahead.look_ahead,
    "reviews": reviews_owed,
    "reports": tallies.tally_days,
    "retention": retention.erase_all_due,
    "follow_ups": follow_up.watch_overdue,
    "recordings": recordings.destroy_old,
    "calls": dialling.promise_reconcile,
}
"""Every sweep by the name it beats under."""


def sweep_all(helpline: Helpline) -> None:
    """Run every sweep and leave its sign of life; one that fails is logged, and missed by the watchdog."""
    for name, work in SWEEPS.items():
        try:
            work(helpline)
            with UnitOfWork(helpline) as unit:
                leases.beat(unit.conn, f"sweep.{name}", unit.now)
                unit.commit()
        except Exception:
            _log.exception("a sweep failed", sweep=name)
