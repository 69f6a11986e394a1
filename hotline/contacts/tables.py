"""Rows about people who reach out and what they wrote; every word and every address is sealed from the first migration."""

import sqlalchemy as sa

from hotline.storage.base import Json, UtcDateTime, metadata

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("pseudonym", sa.String(12), nullable=False, doc="what staff call this contact, for example KMT-47"),
    sa.Column("state", sa.String(16), nullable=False, index=True, doc="domain.contact.State"),
    sa.Column(
        "token", sa.String(32), nullable=False, doc="changes when waiting or conversation begins; stale timers differ"
    ),
    sa.Column("channel", sa.String(12), nullable=False, doc="domain.contact.Channel"),
    sa.Column("language", sa.String(8), nullable=False, doc="domain.contact.Language"),
    sa.Column("region", sa.String(8), nullable=False, doc="chosen by the seeker for emergency numbers"),
    sa.Column("third_party", sa.Boolean, nullable=False, doc="speaks for somebody else"),
    sa.Column("follows_contact_id", sa.String(32), nullable=True, doc="the earlier contact a codename continues"),
    sa.Column(
        "first_visible_number",
        sa.Integer,
        nullable=False,
        doc="messages before this are never shown to the seeker by themselves",
    ),
    sa.Column("level", sa.String(12), nullable=False, doc="domain.contact.Level; elevated until judged"),
    sa.Column("promise", Json, nullable=False, doc="service levels as they stood on arrival, per level, seconds"),
    sa.Column("owner_id", sa.String(32), nullable=True, index=True, doc="the listener who holds it"),
    sa.Column("last_number", sa.Integer, nullable=False, doc="number of the newest message"),
    sa.Column("seeker_number", sa.Integer, nullable=False, doc="number of the seeker's newest message; 0 for none"),
    sa.Column("judged_number", sa.Integer, nullable=False, doc="the seeker's newest message that was judged"),
    sa.Column("position_shown", sa.Integer, nullable=True, doc="the first queue position the seeker was told"),
    sa.Column("arrived_at", UtcDateTime, nullable=False, index=True, doc="first sign of the person"),
    sa.Column("acknowledged_at", UtcDateTime, nullable=True, doc="when the acknowledgement was committed"),
    sa.Column("waiting_since", UtcDateTime, nullable=True, doc="start of the present wait for a human"),
    sa.Column("accepted_at", UtcDateTime, nullable=True, doc="first accepted by a listener"),
    sa.Column("first_reply_at", UtcDateTime, nullable=True, doc="first human words"),
    sa.Column("seeker_wrote_at", UtcDateTime, nullable=True, doc="last message of the seeker"),
    sa.Column("unanswered_since", UtcDateTime, nullable=True, doc="first words of the seeker no listener has answered"),
    sa.Column(
        "settled_number",
        sa.Integer,
        nullable=False,
        doc="a person judged the words up to here; the machine judges what came after",
    ),
    sa.Column("listener_wrote_at", UtcDateTime, nullable=True, doc="last message of a listener"),
    sa.Column("seeker_seen_at", UtcDateTime, nullable=False, doc="last sign of life of the seeker's page"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="when the conversation ended"),
    sa.Column("abandoned_at", UtcDateTime, nullable=True, doc="when the seeker left before meeting a human"),
    sa.Column("closed_at", UtcDateTime, nullable=True, doc="when nothing more was owed"),
    sa.Column("outcome", sa.String(24), nullable=True, doc="domain.contact.Outcome"),
    sa.Column("asked_directly", sa.String(12), nullable=True, doc="domain.contact.AskedDirectly"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contacts.id"), nullable=False, doc="whose conversation"),
    sa.Column("number", sa.Integer, nullable=False, doc="1, 2, 3 … within the contact"),
    sa.Column("author", sa.String(8), nullable=False, doc="seeker, listener or system"),
    sa.Column("author_id", sa.String(32), nullable=True, doc="the listener, if one wrote it"),
    sa.Column("client_message_id", sa.String(64), nullable=False, doc="chosen by the sender; makes a repeat harmless"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was committed"),
    sa.Column("body", sa.LargeBinary, nullable=False, doc="sealed text"),
    sa.UniqueConstraint("contact_id", "number", name="uq_messages_number"),
    sa.UniqueConstraint("contact_id", "author", "client_message_id", name="uq_messages_client"),
)

seeker_keys = sa.Table(
    "seeker_keys",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True, doc="keyed hash of a session token or codename"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="what it opens"),
    sa.Column("kind", sa.String(8), nullable=False, doc="session or codename"),
    sa.Column("created_at", UtcDateTime, nullable=False, doc="when it was given"),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="whose identity"),
    sa.Column("kind", sa.String(16), nullable=False, doc="address, phone, account"),
    sa.Column("sealed", sa.LargeBinary, nullable=True, doc="sealed value; NULL once destroyed"),
    sa.Column("created_at", UtcDateTime, nullable=False, doc="when it was kept"),
    sa.Column("destroyed_at", UtcDateTime, nullable=True, doc="a network address: 24 h after closing"),
    sa.UniqueConstraint("contact_id", "kind", name="uq_identities_kind"),
)
