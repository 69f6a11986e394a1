"""Identifiers and unguessable tokens; a guessable id would let one visitor read another's conversation."""

import secrets
import uuid
from typing import NewType

ContactId = NewType("ContactId", str)
MessageId = NewType("MessageId", str)
PersonId = NewType("PersonId", str)
SessionId = NewType("SessionId", str)
AlarmId = NewType("AlarmId", str)

TOKEN_BYTES = 32
"""Bytes of entropy in a bearer token (256 bits)."""


def new_id() -> str:
    """A random 122-bit identifier as 32 hexadecimal characters, without order or meaning."""
    return uuid.uuid4().hex


def new_token() -> str:
    """A URL-safe secret of :data:`TOKEN_BYTES` bytes; store only its hash."""
    return secrets.token_urlsafe(TOKEN_BYTES)
