"""The shapes of what is written down at the desk: safety plans and drafts; see ``/api``."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from hotline.domain.contact import ActionState, ConsentKind, FollowUpResult, ReferralTag, Relation
from hotline.web.schemas import Given


class PlanGiven(Given):
    """A safety plan. ``steps`` maps a step to its words; ``base`` is the version it was written on, 0 for none."""

    steps: dict[str, str]
    base: int = 0


class DraftGiven(Given):
    """What stands in some fields of a form now; the others stay as they were kept."""

    fields: dict[str, str]


class RatingsGiven(Given):
    """How the person rates themselves; what is missing or null was not asked."""

    start_distress: int | None = Field(None, ge=0, le=10)
    start_intent: int | None = Field(None, ge=0, le=100)
    start_hope: int | None = Field(None, ge=0, le=100)
    end_distress: int | None = Field(None, ge=0, le=10)
    end_intent: int | None = Field(None, ge=0, le=100)
    end_hope: int | None = Field(None, ge=0, le=100)


class ReferralGiven(Given):
    """A way to further help, and how far it has come."""

    tag: ReferralTag
    state: ActionState
    note: str = ""


class ReferralCourse(Given):
    """How far a referral has come by now."""

    state: ActionState
    note: str = ""


class ConsentGiven(Given):
    """The person's answer to one question."""

    kind: ConsentKind
    given: bool


class FollowUpsGiven(Given):
    """How somebody may be reached later; the three answers are the person's own, silence counts as no."""

    phone: str = Field(max_length=40)
    safe_to_call: bool = False
    safe_to_text: bool = False
    safe_to_leave_message: bool = False


class FollowUpTried(Given):
    """What became of a try; ``again`` is the person's word on the next time, asked each time, and silence is no."""

    result: FollowUpResult
    note: str = ""
    again: bool = False


class FollowUpsOut(BaseModel):
    """Who is to be asked again now, and within a week."""

    due: list[dict[str, Any]]
    soon: list[dict[str, Any]]


class FollowUpNumber(BaseModel):
    """The number to call now."""

    number: str


class GuardianGiven(Given):
    """Whom the person named; of somebody who is the danger no number is kept."""

    name: str
    phone: str = ""
    relation: Relation
    danger: bool = False


class GuardianOut(BaseModel):
    """Whom to call, in clear."""

    name: str
    number: str


class AddressOut(BaseModel):
    """A network address in clear, shown once."""

    address: str


class PlanOut(BaseModel):
    """The safety plan as the person may read it."""

    version: int
    at: datetime
    steps: dict[str, str] = Field(description="step and words, in the order of use")


class AboutWhom(Given):
    """Whom a contact is about."""

    third_party: bool = Field(description="they speak for somebody else, whose the risk is")
