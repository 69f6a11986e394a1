"""The shapes of the numbers of policies behind JSON; see ``/api`` for the readable page."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from hotline.web.schemas import Given


class PolicySetting(BaseModel):
    """A value that somebody set."""

    setting_id: str
    value: float
    from_at: datetime
    set_at: datetime
    by: str
    reason: str
    revoked_by: str | None = Field(description="who took it back before it began")
    planned: bool


class PolicyNumber(BaseModel):
    """One number with its unit, where it comes from, who decided, and everything that was ever set."""

    name: str
    value: float
    unit: str
    source: str = Field(description="of the file, or the reason of whoever set it")
    decided_by: str
    signed: bool
    set_by_people: bool
    in_file: float
    least: float
    most: float
    planned: list[PolicySetting]
    history: list[PolicySetting]


class Policies(BaseModel):
    """All numbers, in the order of their files."""

    numbers: list[PolicyNumber]


class NewSetting(Given):
    """Set a number; without a moment from now on."""

    value: float | str
    from_at: AwareDatetime | None = None
    reason: str = Field(max_length=500)
