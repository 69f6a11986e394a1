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
    sa.Column("channel", sa.String(12), nullable=False, doc="domain.contact.Channel they first came by"),
    sa.Column(
        "reply_by",
        sa.String(12),
        nullable=False,
        server_default="web",
        doc="domain.contact.Channel by which words reach them now",
    ),
    sa.Column("language", sa.String(8), nullable=False, doc="domain.contact.Language"),
    sa.Column("region", sa.String(8), nullable=False, doc="chosen by the seeker for emergency numbers"),
    sa.Column("third_party", sa.Boolean, nullable=False, doc="speaks for somebody else"),
    sa.Column(
        "follows_contact_id", sa.String(32), nullable=True, index=True, doc="the earlier contact a codename continues"
    ),
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
    sa.Column("erased_at", UtcDateTime, nullable=True, doc="when its words were destroyed; NULL while they are kept"),
    sa.Index(
        "ix_contacts_kept",
        "closed_at",
        sqlite_where=sa.text("erased_at IS NULL AND closed_at IS NOT NULL"),
        postgresql_where=sa.text("erased_at IS NULL AND closed_at IS NOT NULL"),
    ),
    sa.Index(
        "ix_contacts_talked",
        "ended_at",
        sqlite_where=sa.text("accepted_at IS NOT NULL"),
        postgresql_where=sa.text("accepted_at IS NOT NULL"),
    ),
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
    sa.Column(
        "channel", sa.String(12), nullable=False, server_default="web", doc="domain.contact.Channel it came or went by"
    ),
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
    sa.Column(
        "kind", sa.String(16), nullable=False, doc="address, callback, guardian, follow_up, phone, text, account"
    ),
    sa.Column("sealed", sa.LargeBinary, nullable=True, doc="sealed value; NULL once destroyed"),
    sa.Column("lookup", sa.String(64), nullable=True, index=True, doc="keyed hash of a telephone number; NULL else"),
    sa.Column("created_at", UtcDateTime, nullable=False, doc="when it was kept"),
    sa.Column(
        "destroyed_at", UtcDateTime, nullable=True, doc="an address, a call-back number, a guardian: 24 h after closing"
    ),
    sa.UniqueConstraint("contact_id", "kind", name="uq_identities_kind"),
)

callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="who asked to be called; the number is an identity"),
    sa.Column("safe_to_call", sa.Boolean, nullable=False, doc="the person's own answer"),
    sa.Column("safe_to_text", sa.Boolean, nullable=False, doc="the person's own answer"),
    sa.Column("safe_to_leave_message", sa.Boolean, nullable=False, doc="the person's own answer"),
    sa.Column("asked_at", UtcDateTime, nullable=False, doc="when they asked"),
    sa.Column("attempts", sa.Integer, nullable=False, doc="calls made so far that reached nobody"),
    sa.Column("next_at", UtcDateTime, nullable=True, index=True, doc="when to try again; NULL while they wait in line"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="reached, not wanted any more, or given up"),
)

legs = sa.Table(
    "legs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id; part of the addresses the provider asks"),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contacts.id"), nullable=False, doc="about whom"),
    sa.Column("sid", sa.String(34), nullable=True, unique=True, doc="the provider's id; NULL until it is rung"),
    sa.Column("party", sa.String(8), nullable=False, doc="domain.phone.Party"),
    sa.Column("person_id", sa.String(32), nullable=True, doc="which helper"),
    sa.Column("offer_id", sa.String(32), nullable=True, doc="the offer a helper is rung for; NULL when they hold it"),
    sa.Column("mode", sa.String(8), nullable=False, doc="domain.phone.Mode"),
    sa.Column("inbound", sa.Boolean, nullable=False, doc="they called us"),
    sa.Column("line", sa.String(20), nullable=False, doc="our number; never a person's"),
    sa.Column("state", sa.String(8), nullable=False, doc="domain.phone.LegState"),
    sa.Column("stage", sa.String(12), nullable=False, doc="domain.phone.Stage"),
    sa.Column("round", sa.Integer, nullable=False, doc="how often something was asked; a late answer has another"),
    sa.Column("memory", Json, nullable=False, doc="what was said already and yes/no answers; never words or numbers"),
    sa.Column("unfinished", sa.LargeBinary, nullable=True, doc="sealed: words understood while they still speak"),
    sa.Column("safe_again", sa.Boolean, nullable=True, doc="may be rung again if cut off; NULL when not asked"),
    sa.Column("hold", sa.Boolean, nullable=False, doc="hears the waiting words while a helper looks something up"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it began or was planned"),
    sa.Column("answered_at", UtcDateTime, nullable=True, doc="when it was answered"),
    sa.Column("joined_at", UtcDateTime, nullable=True, doc="when it entered the conference; NULL when it left again"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="when it ended"),
    sa.Column("why", sa.String(12), nullable=True, doc="domain.phone.Ended"),
    sa.Index("ix_legs_contact", "contact_id", "at"),
    sa.Index(
        "ix_legs_open",
        "contact_id",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="whose word"),
    sa.Column("number", sa.Integer, primary_key=True, doc="1, 2, 3 … within the contact"),
    sa.Column("kind", sa.String(12), nullable=False, doc="domain.contact.ConsentKind"),
    sa.Column("given", sa.Boolean, nullable=False, doc="yes or no; without a row it is no"),
    sa.Column("version", sa.String(40), nullable=False, doc="of the sentences it was asked with"),
    sa.Column("by", sa.String(32), nullable=False, doc="who asked and noted it"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when"),
)

guardians = sa.Table(
    "guardians",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="for whom; name and number are an identity"),
    sa.Column("relation", sa.String(12), nullable=False, doc="domain.contact.Relation"),
    sa.Column("danger", sa.Boolean, nullable=False, doc="this person is the danger: no number is kept, nobody calls"),
    sa.Column("by", sa.String(32), nullable=False, doc="who noted it"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when"),
)

follow_ups = sa.Table(
    "follow_ups",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="who agreed; the number is an identity"),
    sa.Column("step", sa.String(12), nullable=False, doc="domain.contact.FollowUpStep"),
    sa.Column("due_at", UtcDateTime, nullable=False, doc="the promised moment"),
    sa.Column("next_at", UtcDateTime, nullable=False, doc="when to try next"),
    sa.Column("state", sa.String(12), nullable=False, doc="contacts.aftercare.FollowUpState"),
    sa.Column("attempts", sa.Integer, nullable=False, doc="tries so far"),
    sa.Column("safe_to_call", sa.Boolean, nullable=False, doc="the person's own answer"),
    sa.Column("safe_to_text", sa.Boolean, nullable=False, doc="the person's own answer"),
    sa.Column("safe_to_leave_message", sa.Boolean, nullable=False, doc="the person's own answer"),
    sa.Column("by", sa.String(32), nullable=False, doc="who arranged it with the person"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="reached, given up, or not wanted any more"),
    sa.Column("taken_by", sa.String(32), nullable=True, doc="who opened the number and is calling"),
    sa.Column("taken_at", UtcDateTime, nullable=True, doc="since when; after a while another may call"),
    sa.Index("ix_follow_ups_due", "state", "next_at"),
)

follow_up_attempts = sa.Table(
    "follow_up_attempts",
    metadata,
    sa.Column("follow_up_id", sa.String(32), primary_key=True, doc="of which follow-up"),
    sa.Column("number", sa.Integer, primary_key=True, doc="1, 2, 3 …"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was tried"),
    sa.Column("by", sa.String(32), nullable=False, doc="who tried"),
    sa.Column("result", sa.String(16), nullable=False, doc="domain.contact.FollowUpResult"),
    sa.Column("note", sa.LargeBinary, nullable=False, doc="sealed note"),
)

holds = sa.Table(
    "holds",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="what may not be erased"),
    sa.Column("reason", sa.LargeBinary, nullable=False, doc="sealed reason"),
    sa.Column("by", sa.String(32), nullable=False, doc="who placed it"),
    sa.Column("at", UtcDateTime, nullable=False, doc="since when"),
    sa.Column("lifted_at", UtcDateTime, nullable=True, doc="when two people lifted it; NULL while it is in force"),
    sa.Index(
        "uq_holds_open",
        "contact_id",
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    ),
)

second_words = sa.Table(
    "second_words",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, doc="about which contact"),
    sa.Column("wanted", sa.String(8), nullable=False, doc="contacts.keeping.Wanted"),
    sa.Column("reason", sa.LargeBinary, nullable=False, doc="sealed reason of who asked"),
    sa.Column("asked_by", sa.String(32), nullable=False, doc="first person"),
    sa.Column("asked_at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("answered_by", sa.String(32), nullable=True, doc="second person, or the first who took it back"),
    sa.Column("answered_at", UtcDateTime, nullable=True, doc="when; NULL while it waits"),
    sa.Column("agreed", sa.Boolean, nullable=True, doc="what the second person said"),
    sa.Index(
        "uq_second_words_open",
        "contact_id",
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    ),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="what was erased"),
    sa.Column("at", UtcDateTime, nullable=False, index=True, doc="when"),
    sa.Column("why", sa.String(12), nullable=False, doc="contacts.keeping.WhyErased"),
    sa.Column("by", sa.String(32), nullable=False, doc="'machine', or who asked for it"),
    sa.Column("second", sa.String(32), nullable=True, doc="who agreed; NULL for the machine"),
    sa.Column("topics", Json, nullable=False, doc="subjects the reports go on counting; never words"),
    sa.Column("unlinked_at", UtcDateTime, nullable=True, doc="when its codename was given up as well"),
)
