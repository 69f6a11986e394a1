"""Rows about how worried we are and why; append-only, so that a level can always be explained afterwards."""

import sqlalchemy as sa

from hotline.storage.base import Json, UtcDateTime, metadata

assessments = sa.Table(
    "assessments",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="whose assessment"),
    sa.Column("message_number", sa.Integer, nullable=False, doc="the newest message that was judged; 0 for none"),
    sa.Column("level", sa.String(12), nullable=False, doc="the level after this assessment"),
    sa.Column("made_by", sa.String(32), nullable=False, doc="'machine' or the id of a person"),
    sa.Column("risk", sa.Float, nullable=True, doc="probability 0-1 of any crisis risk; NULL when not answered"),
    sa.Column("urgency", sa.Float, nullable=True, doc="probability 0-1 of imminent or high"),
    sa.Column("coverage", sa.Float, nullable=True, doc="share 0-1 of the message's n-grams that the model knows"),
    sa.Column("details", sa.LargeBinary, nullable=False, doc="sealed JSON: heads, evidence spans, reason, failure"),
    sa.Column(
        "model", sa.String(80), nullable=False, doc="model version; 'human', 'screener', 'closing', 'review' for people"
    ),
    sa.Column("policy", sa.String(80), nullable=False, doc="policy version that decided"),
    sa.Column("at", UtcDateTime, nullable=False, index=True, doc="when"),
    sa.Column(
        "expires_at", UtcDateTime, nullable=False, doc="24 h later; expiry asks for a reassessment, it lowers nothing"
    ),
)

level_requests = sa.Table(
    "level_requests",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="whose level"),
    sa.Column("to_level", sa.String(12), nullable=False, doc="the lower level that is asked for"),
    sa.Column("reason", sa.LargeBinary, nullable=False, doc="sealed reason"),
    sa.Column("asked_by", sa.String(32), nullable=False, doc="first person"),
    sa.Column("asked_as_supervisor", sa.Boolean, nullable=False, doc="then a listener signs, else a supervisor"),
    sa.Column("asked_at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("answered_by", sa.String(32), nullable=True, doc="second person"),
    sa.Column("agreed", sa.Boolean, nullable=True, doc="what the second person said"),
    sa.Column("answered_at", UtcDateTime, nullable=True, doc="when"),
)

shadow_assessments = sa.Table(
    "shadow_assessments",
    metadata,
    sa.Column(
        "assessment_id",
        sa.String(32),
        primary_key=True,
        doc="the machine's assessment it stands beside; decides nothing",
    ),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="whose assessment"),
    sa.Column("message_number", sa.Integer, nullable=False, doc="the newest message that was judged"),
    sa.Column("level", sa.String(12), nullable=False, doc="what the candidate would have said"),
    sa.Column("risk", sa.Float, nullable=True, doc="probability 0-1 of any crisis risk; NULL when not answered"),
    sa.Column("urgency", sa.Float, nullable=True, doc="probability 0-1 of imminent or high"),
    sa.Column("details", sa.LargeBinary, nullable=False, doc="sealed JSON: heads, evidence spans"),
    sa.Column("model", sa.String(80), nullable=False, doc="the candidate's version"),
    sa.Column("policy", sa.String(80), nullable=False, doc="policy version"),
    sa.Column("failure", sa.String(160), nullable=True, doc="why the candidate did not answer, technical words only"),
    sa.Column("at", UtcDateTime, nullable=False, index=True, doc="when it was scored"),
)

second_readings = sa.Table(
    "second_readings",
    metadata,
    sa.Column("assessment_id", sa.String(32), primary_key=True, doc="the machine's assessment that was read again"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="whose assessment"),
    sa.Column("level", sa.String(12), nullable=True, doc="what the second reading said; NULL when it did not answer"),
    sa.Column("model", sa.String(80), nullable=False, doc="versions of both readings"),
    sa.Column("failure", sa.String(160), nullable=True, doc="why there was no answer, technical words only"),
    sa.Column(
        "raised_by", sa.String(32), nullable=True, index=True, doc="the assessment that raised the level, if it did"
    ),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was read"),
)

screenings = sa.Table(
    "screenings",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="who was asked"),
    sa.Column("question", sa.String(16), nullable=False, doc="triage.screening.Question"),
    sa.Column(
        "answer", sa.String(12), nullable=False, doc="triage.screening.Answer; the newest counts, none is changed"
    ),
    sa.Column("by", sa.String(32), nullable=False, doc="the listener who asked"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was noted"),
)

drift_checks = sa.Table(
    "drift_checks",
    metadata,
    sa.Column("day", sa.String(10), primary_key=True, doc="the UTC day of the check, as 2026-11-23"),
    sa.Column("language", sa.String(8), primary_key=True, doc="domain.contact.Language"),
    sa.Column("measure", sa.String(12), primary_key=True, doc="risk or coverage"),
    sa.Column("psi", sa.Float, nullable=True, doc="population stability index; NULL with too few contacts"),
    sa.Column("recent", sa.Integer, nullable=False, doc="contacts in the recent window"),
    sa.Column("earlier", sa.Integer, nullable=False, doc="contacts in the window before"),
    sa.Column("shifted", sa.Boolean, nullable=False, doc="whether the index passed the threshold of that day"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was computed"),
)

training_sets = sa.Table(
    "training_sets",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("first_day", sa.String(10), nullable=False, doc="first local day on which contacts were closed"),
    sa.Column("last_day", sa.String(10), nullable=False, doc="last such day, included"),
    sa.Column("zone", sa.String(64), nullable=False, doc="whose wall clock cuts the days"),
    sa.Column("reason", sa.String(500), nullable=False, doc="what for; never about a person"),
    sa.Column("state", sa.String(10), nullable=False, doc="triage.training_sets.SetState"),
    sa.Column("asked_by", sa.String(32), nullable=False, doc="first person"),
    sa.Column("asked_at", UtcDateTime, nullable=False, index=True, doc="when"),
    sa.Column("answered_by", sa.String(32), nullable=True, doc="second person"),
    sa.Column("answered_at", UtcDateTime, nullable=True, doc="when"),
    sa.Column("exported_at", UtcDateTime, nullable=True, doc="when its rows left the house"),
    sa.Column("held", Json, nullable=True, doc="numbers of what it held when it left"),
    sa.Column("sha256", sa.String(64), nullable=True, doc="hash of the file that left"),
)
