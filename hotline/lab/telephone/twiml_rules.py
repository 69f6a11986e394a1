"""What Twilio documents about the verbs the helpline uses: attributes, their values, and what may nest in what."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST_URL = 4000
Check = Callable[[str], Iterator[str]]

VOICES = {
    "Polly.Zhiyu": "cmn-CN",
    "Polly.Zhiyu-Neural": "cmn-CN",
    "Polly.Hiujin-Neural": "yue-CN",
    **{f"Google.cmn-CN-{kind}-{letter}": "cmn-CN" for kind in ("Standard", "Wavenet") for letter in "ABCD"},
    **{f"Google.cmn-TW-{kind}-{letter}": "cmn-TW" for kind in ("Standard", "Wavenet") for letter in "ABC"},
    **{f"Google.yue-HK-Standard-{letter}": "yue-HK" for letter in "ABCD"},
    **{f"Polly.{name}{kind}": "en-GB" for name in ("Amy", "Emma", "Brian") for kind in ("", "-Neural")},
    "Polly.Arthur-Neural": "en-GB",
    **{
        f"Polly.{name}{kind}": "en-US"
        for name in ("Ivy", "Joanna", "Kendra", "Kimberly", "Salli", "Joey", "Justin", "Kevin", "Matthew")
        for kind in ("", "-Neural")
    },
    **{f"Polly.{name}-Generative": "en-US" for name in ("Joanna", "Matthew", "Ruth", "Danielle")},
    "Polly.Amy-Generative": "en-GB",
    "Polly.Olivia-Neural": "en-AU",
    "Polly.Aria-Neural": "en-NZ",
    "Polly.Kajal-Neural": "en-IN",
}
"""Voices of the helpline's languages → the language each speaks."""

SAID_IN = frozenset(VOICES.values()) | {"en", "en-AU", "en-CA", "en-GB", "en-US", "zh-CN", "zh-HK", "zh-TW"}
HEARD_IN = frozenset(
    {"cmn-Hans-CN", "cmn-Hans-HK", "cmn-Hant-TW", "yue-Hant-HK", "zh", "zh-CN", "zh-TW"}
    | {
        f"en-{region}"
        for region in ("AU", "CA", "GB", "GH", "HK", "IE", "IN", "KE", "NG", "NZ", "PH", "SG", "US", "ZA")
    }
)
"""Languages a `<Gather>` understands, of those the helpline speaks."""

ROOM_EVENTS = frozenset({"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"})
CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
RECORDING_EVENTS = frozenset({"in-progress", "completed", "absent"})


def whole(lowest: int, highest: int) -> Check:
    """A whole number within bounds."""

    def check(value: str) -> Iterator[str]:
        if not re.fullmatch(r"\d{1,6}", value) or not lowest <= int(value) <= highest:
            yield f"{value!r} is no whole number between {lowest} and {highest}"

    return check


def one_of(*allowed: str) -> Check:
    """One of these words."""

    def check(value: str) -> Iterator[str]:
        if value not in allowed:
            yield f"{value!r} is none of {', '.join(sorted(allowed))}"

    return check


def words_of(allowed: frozenset[str]) -> Check:
    """At least one of these words, with single spaces between them."""

    def check(value: str) -> Iterator[str]:
        strange = set(value.split(" ")) - allowed
        if strange:
            yield f"{', '.join(repr(one) for one in sorted(strange))} is unknown"

    return check


def matches(pattern: str) -> Check:
    """A value of this form."""
    form = re.compile(pattern)

    def check(value: str) -> Iterator[str]:
        if not form.fullmatch(value):
            yield f"{value!r} has the wrong form"

    return check


def either(number: Check, *words: str) -> Check:
    """One of these words, or what the other check accepts."""

    def check(value: str) -> Iterator[str]:
        if value not in words:
            yield from number(value)

    return check


def url(value: str) -> Iterator[str]:
    """A web address, whole or relative."""
    if len(value) > LONGEST_URL:
        yield f"the address is longer than {LONGEST_URL} characters"
        return
    if re.search(r"\s", value):
        yield "the address holds white space"
    try:
        parts = urlsplit(value)
    except ValueError:
        yield "the address cannot be read"
        return
    if parts.scheme not in {"", "http", "https"}:
        yield f"the address begins with {parts.scheme}:"
    elif parts.scheme and not parts.netloc:
        yield "the address names no host"


def url_or_nothing(value: str) -> Iterator[str]:
    """A web address, or nothing for silence."""
    return url(value) if value else iter(())


@dataclass(frozen=True)
class Rule:
    """What an element may carry and hold."""

    attributes: dict[str, Check] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


flag = one_of("true", "false")
method = one_of("GET", "POST")
any_text = matches(r".{0,500}")
SPOKEN = frozenset({"Say", "Play", "Pause"})
SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})

_told = {"statusCallback": url, "statusCallbackMethod": method}
_recorded = {
    "recordingStatusCallback": url,
    "recordingStatusCallbackMethod": method,
    "recordingStatusCallbackEvent": words_of(RECORDING_EVENTS),
}
_told_of_calls = {**_told, "statusCallbackEvent": words_of(CALL_EVENTS), "url": url, "method": method}

VERBS = {
    "Say": Rule({"voice": one_of("man", "woman", *VOICES), "language": one_of(*SAID_IN), "loop": whole(0, 1000)}, SSML),
    "Play": Rule({"loop": whole(0, 1000), "digits": matches(r"[0-9*#wWA-D]{1,64}")}),
    "Pause": Rule({"length": whole(1, 3600)}),
    "Gather": Rule(
        {
            "action": url,
            "method": method,
            "input": one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
            "timeout": either(whole(1, 600), "auto"),
            "numDigits": whole(1, 100),
            "finishOnKey": matches(r"[0-9*#]?"),
            "speechTimeout": either(whole(1, 60), "auto"),
            "language": one_of(*HEARD_IN),
            "hints": matches(r"(?s).{0,50000}"),
            "profanityFilter": flag,
            "bargeIn": flag,
            "actionOnEmptyResult": flag,
            "enhanced": flag,
            "speechModel": one_of("default", "numbers_and_commands", "phone_call", "experimental_conversations"),
            "partialResultCallback": url,
            "partialResultCallbackMethod": method,
        },
        SPOKEN,
    ),
    "Redirect": Rule({"method": method}),
    "Dial": Rule(
        {
            "action": url,
            "method": method,
            "timeout": whole(5, 600),
            "timeLimit": whole(1, 86400),
            "callerId": matches(r"\+[1-9]\d{6,14}|client:[\w.@+-]+"),
            "answerOnBridge": flag,
            "hangupOnStar": flag,
            "record": one_of("do-not-record", "record-from-answer", "record-from-ringing"),
            **_recorded,
        },
        frozenset({"Conference", "Number", "Client"}),
    ),
    "Record": Rule(
        {
            "action": url,
            "method": method,
            "timeout": whole(0, 600),
            "finishOnKey": matches(r"[0-9*#]{0,12}"),
            "maxLength": whole(1, 14400),
            "playBeep": flag,
            "trim": one_of("trim-silence", "do-not-trim"),
            "transcribe": flag,
            "transcribeCallback": url,
            **_recorded,
        }
    ),
    "Hangup": Rule(),
    "Reject": Rule({"reason": one_of("rejected", "busy")}),
    "Message": Rule(
        {
            "to": any_text,
            "from": any_text,
            "action": url,
            "method": method,
            "statusCallback": url,
        },
        frozenset({"Body", "Media"}),
    ),
}

NOUNS = {
    "Conference": Rule(
        {
            **_told,
            **_recorded,
            "statusCallbackEvent": words_of(ROOM_EVENTS),
            "muted": flag,
            "beep": one_of("true", "false", "onEnter", "onExit"),
            "startConferenceOnEnter": flag,
            "endConferenceOnExit": flag,
            "participantLabel": matches(r"(?!CA[0-9a-f]{32}$).{1,128}"),
            "jitterBufferSize": one_of("off", "small", "medium", "large"),
            "waitUrl": url_or_nothing,
            "waitMethod": method,
            "maxParticipants": whole(2, 250),
            "record": one_of("do-not-record", "record-from-start", "true", "false"),
            "trim": one_of("trim-silence", "do-not-trim"),
            "region": one_of("us1", "ie1", "de1", "sg1", "br1", "au1", "jp1"),
            "coach": matches(r"CA[0-9a-f]{32}"),
        }
    ),
    "Number": Rule({**_told_of_calls, "sendDigits": matches(r"[0-9*#wW]{1,32}")}),
    "Client": Rule(_told_of_calls),
    "Body": Rule(),
    "Media": Rule(),
}
