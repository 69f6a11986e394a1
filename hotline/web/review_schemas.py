"""The shapes of reviews in the JSON API; see ``/api`` for the readable page."""

from datetime import datetime

from pydantic import BaseModel, Field

from hotline.domain.contact import Level
from hotline.interventions.rubric import Item
from hotline.web.schemas import Given


class ReviewItem(BaseModel):
    """A review in a list; ``share`` (0 to 1) and ``passed`` only once everybody who rates it has."""

    review_id: str
    contact_id: str
    pseudonym: str
    level: Level
    language: str
    listener: str
    closed: bool
    erased_at: datetime | None
    reasons: list[str]
    double: bool
    state: str
    due_at: datetime
    overdue: bool
    claimed_by: str | None
    mine: bool
    may_claim: bool
    may_sign: bool
    share: float | None
    passed: bool | None
    signed_at: datetime | None


class AgreementOut(BaseModel):
    """How two raters agree: share of items within a point of one another, quadratic weighted kappa."""

    reviews: int
    items: int
    close: float
    kappa: float | None


class Reviews(BaseModel):
    """What is owed, what was signed in the last four weeks, and how raters agree."""

    open: list[ReviewItem]
    signed: list[ReviewItem]
    overdue: int
    agreement: AgreementOut | None
    pass_share: float
    points: int


class RatingOut(BaseModel):
    """What one person gave."""

    at: datetime
    scores: dict[str, int]
    share: float
    passed: bool
    praise: str
    advice: str


class NamedRating(RatingOut):
    """What one person gave, with their alias."""

    by: str


class ReviewOut(ReviewItem):
    """One review with the ratings its reader may see."""

    items: list[str]
    points: int
    pass_share: float
    ratings: list[NamedRating]


class NewRating(Given):
    """Points by item (left out where it does not apply), and words for the listener."""

    scores: dict[Item, int]
    praise: str = Field("", max_length=4000)
    advice: str = Field("", max_length=4000)
    level: Level | None = None


class FeedbackItem(BaseModel):
    """One signed review of a conversation of one's own; nobody is named."""

    review_id: str
    pseudonym: str
    erased_at: datetime | None
    signed_at: datetime
    read: bool
    share: float
    points: int
    ratings: list[RatingOut]


class Feedback(BaseModel):
    """The newest fifty."""

    feedback: list[FeedbackItem]
