"""The provider's script for calls in the browser, from the operator's disk; pages name its hash, no other runs."""

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, current_app, g

from hotline.domain.errors import ConfigurationError
from hotline.settings import Settings

CONNECTS_TO = "wss://*.twilio.com"
"""Where a page with the script may connect to beside ourselves: signalling only. Voices go peer to server by WebRTC."""
_KEY = "hotline-voice-sdk"


@dataclass(frozen=True, slots=True)
class VoiceScript:
    """The script as it was when this process started, and its hash as browsers check it."""

    content: bytes = field(repr=False)

    @property
    def integrity(self) -> str:
        """``sha256-…``, for the page."""
        return "sha256-" + base64.b64encode(hashlib.sha256(self.content).digest()).decode("ascii")


def init(app: Flask, settings: Settings) -> None:
    """Read the script once. Raises ``ConfigurationError`` when it is configured and cannot be read."""
    wanted = settings.voice_sdk if settings.browser_calls_configured else None
    app.extensions[_KEY] = None if wanted is None else VoiceScript(_read(wanted))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as trouble:
        raise ConfigurationError(f"HOTLINE_VOICE_SDK: the file {path} cannot be read") from trouble


def script() -> VoiceScript | None:
    """The script; ``None`` where the operator configured no calls in the browser."""
    found: VoiceScript | None = current_app.extensions[_KEY]
    return found


def open_page() -> None:
    """This page takes calls: its browser may use the microphone and reach the provider's signalling."""
    g.takes_calls = True


def page_is_open() -> bool:
    """Whether this request's page takes calls."""
    return bool(g.get("takes_calls"))
