"""What the API says of texts, lines and channels; one shape for page and program."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from hotline.domain.contact import Channel, Language, Region
from hotline.web.schemas import Given


class TextStateOut(BaseModel):
    """How far the text that carries a message has come."""

    number: int = Field(description="of the message")
    state: str = Field(
        description="promised, sending, queued, sent, delivered, read; or refused, failed, undelivered: not received"
    )
    error: str | None = Field(
        description="stopped, place, no_number or no_line where we sent nothing; else the network's number for it"
    )


class TextStates(BaseModel):
    """The texts of one conversation."""

    texts: list[TextStateOut]


class LineOut(BaseModel):
    """One number of ours."""

    line_id: str
    channel: str
    number: str
    language: str
    region: str
    set_at: datetime
    by: str


class ChannelOut(BaseModel):
    """A channel that goes by a number; reason and names are for colleagues."""

    channel: str
    down: bool
    since: datetime | None
    by: str | None
    reason: str | None


class PhoneTrouble(BaseModel):
    """What the board says of telephones."""

    down: list[str] = Field(description="channels a supervisor says are down")
    provider_failing: bool
    texts_stuck: int = Field(description="texts the provider has not taken for more than a minute")
    texts_owed: int = Field(description="texts that did not arrive and that nobody saw to")
    calls_owed: int = Field(description="calls of ours that reached nobody, of contacts that are open")


class TextOwed(BaseModel):
    """A text that did not reach a person."""

    text_id: str
    contact_id: str
    pseudonym: str
    level: str
    open: bool
    number: int
    channel: str
    state: str
    error: str | None
    at: datetime


class CallOwed(BaseModel):
    """A call of ours that reached nobody."""

    contact_id: str
    pseudonym: str
    level: str
    open: bool
    at: datetime
    why: str


class BlockOut(BaseModel):
    """A number that is asked first; the number itself is kept nowhere in clear."""

    block_id: str
    contact_id: str
    pseudonym: str
    reason: str = Field(description="empty once the contact was erased")
    by: str
    at: datetime
    until: datetime


class KeptOut(BaseModel):
    """A contact that the machine turned away, for who doubts it."""

    contact_id: str
    pseudonym: str
    channel: str
    at: datetime


class RecordingOwed(BaseModel):
    """A recording that could not be fetched in all tries."""

    recording_id: str
    contact_id: str
    pseudonym: str
    at: datetime


class PhoneAndText(BaseModel):
    """Numbers, channels, and what did not reach a person."""

    lines: list[LineOut]
    channels: list[ChannelOut]
    trouble: dict[str, Any] = Field(description="``PhoneTrouble``")
    texts_owed: list[TextOwed]
    calls_owed: list[CallOwed]
    blocks: list[BlockOut]
    kept_out: list[KeptOut] = Field(description="turned away in the last seven days, the newest first")
    recordings_owed: list[RecordingOwed]


class LineGiven(Given):
    """List a number, with its country code."""

    channel: Channel
    number: str = Field(max_length=40)
    language: Language
    region: Region


class SwitchGiven(Given):
    """Say whether a channel is down; why is needed when it is."""

    down: bool
    reason: str = Field(default="", max_length=500)


class BlockGiven(Given):
    """Have the number of a contact asked first."""

    days: int = Field(description="1 to 30")
    reason: str = Field(max_length=500)


class PublicLine(BaseModel):
    """A number by which somebody reaches the helpline."""

    channel: str
    number: str
    language: str


class PublicLines(BaseModel):
    """How else the helpline can be reached."""

    lines: list[PublicLine]
    down: list[str] = Field(description="channels that do not work at this moment")
