"""The shapes of a seeker's JSON API, one model for checking, answering and documenting; see ``/api``."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hotline.contacts.policy import MESSAGE_LIMIT_CHARACTERS
from hotline.domain.contact import Language, Region
from hotline.domain.records import Message
from hotline.routing.ranking import Gender


class Given(BaseModel):
    """What a client sends; unknown keys are refused, so that a misspelt one is not silently lost."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)


class NewContact(Given):
    """Open a contact."""

    language: Language | None = None
    region: Region = Region.OTHER
    text: str | None = Field(None, max_length=MESSAGE_LIMIT_CHARACTERS)
    client_message_id: str | None = None
    third_party: bool = False


class ContactChange(Given):
    """Pick another language or region."""

    language: Language | None = None
    region: Region | None = None


class NewMessage(Given):
    """Write. The same ``client_message_id`` twice is one message."""

    client_message_id: str
    text: str = Field(max_length=MESSAGE_LIMIT_CHARACTERS)


class Return(Given):
    """Come back."""

    codename: str = Field(max_length=100)
    language: Language | None = None
    region: Region = Region.OTHER


class CallbackWish(Given):
    """Ask to be called back; the three answers are the person's own, and silence counts as no."""

    phone: str = Field(max_length=40)
    safe_to_call: bool = False
    safe_to_text: bool = False
    safe_to_leave_message: bool = False


class WishesGiven(Given):
    """What one would like."""

    gender: Gender | None = None
    same_listener: bool = False


class CallbackState(BaseModel):
    """``offered``: one may ask to be called now; ``asked``: one has."""

    offered: bool
    asked: bool


class Emergency(BaseModel):
    """One emergency number."""

    label: str
    number: str
    note: str


class ListenerOut(BaseModel):
    """Who listens."""

    alias: str
    verified: bool


class SeekerContact(BaseModel):
    """A contact as the person themselves may see it."""

    contact_id: str
    pseudonym: str
    state: str
    language: Language
    region: Region
    listener: ListenerOut | None
    position: int | None = Field(description="place in the queue, 1 is next; null when not waiting")
    expected_wait_seconds: int | None = Field(description="an upper bound; null when unknown")
    nobody_on_duty: bool
    opens_at: datetime | None = Field(
        description="with nobody on duty outside the opening hours: when they begin again"
    )
    callback: CallbackState
    plan_shared: bool = Field(description="whether there is a safety plan to read")
    shadowing_refused: bool = Field(description="whether this person said that nobody in training may read along")
    can_write: bool
    urgent_help: bool
    last_number: int
    first_visible_number: int
    erased_at: datetime | None = Field(description="when this conversation's words were destroyed")
    emergency: list[Emergency]
    notices: list[str]


class OpenedContact(BaseModel):
    """A contact and the bearer token that speaks for it."""

    contact: SeekerContact
    token: str


class MessageOut(BaseModel):
    """One message."""

    number: int
    author: str
    alias: str | None
    text: str
    at: datetime
    client_message_id: str | None
    link: str | None = Field(None, description="where a sentence of the service leads the person: ``plan``")
    channel: str = Field("web", description="by which channel it came or went")
    sent_as_text: dict[str, Any] | None = Field(
        None, description="for staff: what became of the text that carries it, as ``TextStateOut``"
    )


def said(message: Message, *, alias: str | None) -> dict[str, Any]:
    """``MessageOut`` of a message that was just written; ``alias`` names a listener, ``None`` the seeker."""
    return {
        "number": message.number,
        "author": message.author.value,
        "alias": alias,
        "text": message.text,
        "at": message.at,
        "client_message_id": message.client_message_id,
        "channel": message.channel.value,
    }


class Messages(BaseModel):
    """Messages after a number, in order."""

    messages: list[MessageOut]
    last_number: int
    erased_at: datetime | None = Field(default=None, description="when the words were destroyed; there are none then")


class Codename(BaseModel):
    """A codename, shown once."""

    codename: str
