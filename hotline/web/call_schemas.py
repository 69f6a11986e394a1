"""What programs send and get about calls."""

from typing import Any

from pydantic import BaseModel, Field

from hotline.domain.contact import Language, Level
from hotline.domain.phone import BrowserState, Mode
from hotline.flow.on_the_line import CallAct
from hotline.web.offer_schemas import QueueItem
from hotline.web.schemas import Given


class Reached(QueueItem):
    """A contact, and how its person is reached."""

    reply_by: str = Field(description="the channel by which they spoke last")
    written_by: str = Field(description="the channel by which written words reach the person; voice: they reach nobody")
    texts_stopped: bool = Field(description="whether they want no more texts, so that nothing goes out")
    callback: dict[str, Any] | None = Field(description="the wish to be called back and what is safe")
    call: dict[str, Any] | None = Field(description="who is on which line, and what one may do about it")


class CallActGiven(Given):
    """One thing to do about the call of a conversation."""

    act: CallAct


class ListenIn(Given):
    """How a supervisor sits in a call."""

    mode: Mode


class VoiceToken(BaseModel):
    """What a browser needs to be rung; valid for so many ``seconds``."""

    token: str
    identity: str
    seconds: int


class VoiceState(Given):
    """How a browser that takes calls is."""

    state: BrowserState


class VoiceCall(BaseModel):
    """The call at one's own telephone: whose, why (``offered``, ``yours``, ``company``), and where one's leg stands."""

    contact_id: str
    pseudonym: str
    level: Level
    language: Language
    why: str
    state: str = Field(description="planned, ringing, asked (key 1 takes the call) or talking")
