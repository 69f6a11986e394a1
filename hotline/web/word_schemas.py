"""The shapes of what the helpline says, and of its opening hours, behind JSON; see ``/api`` for the readable page."""

from datetime import date, datetime

from pydantic import AwareDatetime, BaseModel, Field

from hotline.domain.contact import Language
from hotline.web.schemas import Given


class WordText(BaseModel):
    """One text as it is said now in one language."""

    language: Language
    text: str
    in_file: str
    number: int | None = Field(description="which proposed text stands in place of the file's; null: the file's")
    version: str = Field(description="as it is kept with what was asked in these words, for example with a consent")
    proposed_by: str | None
    signed_by: str


class WordRevision(BaseModel):
    """A proposed text and what became of it."""

    revision_id: str
    name: str
    language: Language
    number: int
    text: str
    state: str = Field(description="proposed, planned, said, replaced, refused, withdrawn, or misfit: the file changed")
    from_at: datetime | None
    proposed_at: datetime
    proposed_by: str
    proposed_by_id: str
    reason: str
    decided_at: datetime | None
    decided_by: str | None
    refusal: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawal: str | None


class Word(BaseModel):
    """One sentence or phrase in every language, with everything ever proposed for it."""

    name: str
    group: str
    places: list[str] = Field(description="what is filled in; a new text has exactly these")
    texts: list[WordText]
    changed: bool
    waiting: int = Field(description="how many proposed texts wait for a second reader")
    revisions: list[WordRevision]


class WordList(BaseModel):
    """Texts in the order of their files."""

    words: list[Word]


class NewWording(Given):
    """Propose a text; without a moment it is said from the signature on."""

    language: Language
    text: str = Field(max_length=4_000)
    from_at: AwareDatetime | None = None
    reason: str = Field(max_length=500)


class Reason(Given):
    """Why a text is refused or withdrawn."""

    reason: str = Field(max_length=500)


class SpecialDay(BaseModel):
    """A date with hours of its own; closed without stretches."""

    day: date
    name: str
    stretches: list[str]


class Hours(BaseModel):
    """Hours of a week, Monday first, each stretch as ``20:00-02:00``; null for always open."""

    week: list[list[str]] | None
    special: list[SpecialDay]


class PublicHours(BaseModel):
    """When the helpline says it is open. Outside of it everybody may write, and danger is answered at any hour."""

    zone: str
    hours: Hours | None = Field(description="null where nobody set any")
    open_now: bool
    opens_next: datetime | None


class HoursSetting(BaseModel):
    """Hours that somebody set."""

    setting_id: str
    hours: Hours
    from_at: datetime
    set_at: datetime
    by: str
    reason: str
    revoked_by: str | None
    planned: bool
    in_force: bool


class HoursHistory(BaseModel):
    """What counts now, what is planned and what was."""

    now: PublicHours
    history: list[HoursSetting]


class NewSpecialDay(Given):
    """A date with hours of its own."""

    day: date
    name: str = Field(max_length=60)
    stretches: list[str] = Field(default=[], max_length=6)


class NewHours(Given):
    """Set the hours; without a moment from now on."""

    week: list[list[str]] | None
    special: list[NewSpecialDay] = Field(default=[], max_length=60)
    from_at: AwareDatetime | None = None
    reason: str = Field(max_length=500)
