"""A browser's token: who it is for, what it allows, how long; and that nobody else can make one."""

import jwt
import pytest

from hotline.carriers.voice_tokens import TokenKey, voice_token

KEY = TokenKey("AC" + "1" * 32, "SK" + "2" * 32, "the secret of an invented key, long enough for its use")


def read(token: str, secret: str = KEY.secret) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(token, secret, algorithms=["HS256"])
    return found


def test_a_token_lets_one_browser_be_rung_for_a_short_while_and_nothing_else() -> None:
    held = read(voice_token(KEY, "listener-7", 600))
    assert held["grants"] == {"identity": "listener-7", "voice": {"incoming": {"allow": True}}}
    assert (held["iss"], held["sub"]) == (KEY.key_sid, KEY.account_sid)
    assert int(str(held["exp"])) - int(str(held["nbf"])) == 600


def test_a_token_of_another_secret_is_not_ours() -> None:
    with pytest.raises(jwt.InvalidSignatureError):
        read(voice_token(KEY, "listener-7", 600), "another secret of the very same length as the first")


def test_the_secret_is_never_shown() -> None:
    assert KEY.secret not in repr(KEY)
