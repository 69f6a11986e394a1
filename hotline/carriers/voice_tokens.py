"""Short-lived tokens by which a listener's browser takes calls; whoever holds one can be rung in that name, no more."""

from dataclasses import dataclass, field

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant


@dataclass(frozen=True, slots=True)
class TokenKey:
    """An API key of the account; its secret signs and is never shown."""

    account_sid: str
    key_sid: str
    secret: str = field(repr=False)


def voice_token(key: TokenKey, identity: str, seconds: int) -> str:
    """A token to be rung as ``identity`` for so many seconds; it allows no calls outwards and no messages."""
    grant = VoiceGrant(incoming_allow=True)
    token = AccessToken(key.account_sid, key.key_sid, key.secret, grants=[grant], identity=identity, ttl=seconds)
    return str(token.to_jwt())
