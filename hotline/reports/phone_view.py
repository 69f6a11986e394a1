"""Numbers, channels, and what did not reach a person: the work that telephones leave to supervisors."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts import store as contacts
from hotline.contacts import texts
from hotline.contacts.tables import contacts as contact_rows
from hotline.contacts.tables import legs
from hotline.contacts.text_tables import texts as text_rows
from hotline.domain.contact import Channel, State
from hotline.domain.phone import NOT_REACHED, Party
from hotline.domain.records import Contact
from hotline.domain.texting import UNSENT
from hotline.reports import block_view, recording_view
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.storage import channel_switches, phone_lines

STUCK_AFTER = timedelta(minutes=1)
"""A text that is not handed over by then is being tried again."""
CALLS_LISTED_FOR = timedelta(hours=24)
CHANNELS = (Channel.VOICE, Channel.SMS, Channel.WHATSAPP)


def overview(reader: Reader) -> dict[str, Any]:
    """``PhoneAndText`` of the API."""
    return {
        "lines": lines(reader.conn),
        "channels": channels(reader.conn),
        "trouble": trouble(reader),
        "texts_owed": _texts_owed(reader.conn),
        "calls_owed": _calls_owed(reader),
        "blocks": block_view.blocked(reader),
        "kept_out": block_view.kept_out(reader),
        "recordings_owed": recording_view.owed(reader),
    }


def lines(conn: Connection) -> list[dict[str, Any]]:
    """Our numbers, in the order in which they were listed."""
    found = phone_lines.lines(conn)
    names = aliases(conn, {line.by for line in found})
    return [
        {
            "line_id": line.id,
            "channel": line.channel.value,
            "number": line.number,
            "language": line.language.value,
            "region": line.region.value,
            "set_at": line.set_at,
            "by": names.get(line.by, ""),
        }
        for line in found
    ]


def channels(conn: Connection) -> list[dict[str, Any]]:
    """Each channel that goes by a number, and whether it is down."""
    found = {one.channel: one for one in channel_switches.down(conn)}
    names = aliases(conn, {one.by for one in found.values()})
    return [
        {
            "channel": channel.value,
            "down": channel in found,
            "since": found[channel].down_at if channel in found else None,
            "by": names.get(found[channel].by, "") if channel in found else None,
            "reason": found[channel].reason if channel in found else None,
        }
        for channel in CHANNELS
    ]


def trouble(reader: Reader) -> dict[str, Any]:
    """What the board says of telephones: what is down, what the provider does not take, what was not delivered."""
    late = sa.and_(text_rows.c.state.in_(UNSENT), text_rows.c.at < reader.now - STUCK_AFTER)
    stuck = reader.conn.execute(sa.select(sa.func.count()).select_from(text_rows).where(late)).scalar_one()
    failing = any(one.kind is AlarmKind.PHONE_TROUBLE for one in routing.open_alarms(reader.conn, limit=1000))
    return {
        "down": [one.channel.value for one in channel_switches.down(reader.conn)],
        "provider_failing": failing,
        "texts_stuck": int(stuck),
        "texts_owed": len(texts.owed(reader.conn)),
        "calls_owed": len(_lost_calls(reader)),
    }


def _named(contact: Contact) -> dict[str, Any]:
    about = {"contact_id": contact.id, "pseudonym": contact.pseudonym, "level": contact.level.value}
    return about | {"open": contact.state is not State.CLOSED}


def _texts_owed(conn: Connection) -> list[dict[str, Any]]:
    found = texts.owed(conn)
    whose = contacts.get_contacts(conn, sorted({one.contact_id for one in found}))
    return [
        _named(whose[one.contact_id])
        | {
            "text_id": one.id,
            "number": one.number,
            "channel": one.channel.value,
            "state": one.state.value,
            "error": one.error,
            "at": one.changed_at,
        }
        for one in found
    ]


def _lost_calls(reader: Reader) -> list[Any]:
    """The newest call of ours to each person whose contact is open, where it reached nobody."""
    ours = sa.and_(legs.c.party == Party.SEEKER, legs.c.inbound.is_(False), legs.c.ended_at.is_not(None))
    newest = (
        sa.select(legs.c.contact_id, sa.func.max(legs.c.at).label("at"))
        .where(legs.c.party == Party.SEEKER, legs.c.at > reader.now - CALLS_LISTED_FOR)
        .group_by(legs.c.contact_id)
        .subquery()
    )
    statement = (
        sa.select(legs.c.contact_id, legs.c.ended_at, legs.c.why)
        .join(newest, sa.and_(newest.c.contact_id == legs.c.contact_id, newest.c.at == legs.c.at))
        .join(contact_rows, contact_rows.c.id == legs.c.contact_id)
        .where(ours, legs.c.why.in_([one.value for one in NOT_REACHED]), contact_rows.c.state != State.CLOSED)
        .order_by(legs.c.ended_at)
    )
    return list(reader.conn.execute(statement))


def _calls_owed(reader: Reader) -> list[dict[str, Any]]:
    found = _lost_calls(reader)
    whose = contacts.get_contacts(reader.conn, sorted({row.contact_id for row in found}))
    return [_named(whose[row.contact_id]) | {"at": row.ended_at, "why": row.why} for row in found]
