"""What the API says of texts, lines and channels; one shape for page and program."""

from pydantic import BaseModel, Field


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
