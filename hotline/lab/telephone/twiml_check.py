"""Holds a document against TwiML as Twilio documents it; a telephone says nothing about a misspelt attribute.

Only what the helpline uses is known: a verb that is new to it is a problem here before it is one on a line.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from hotline.lab.telephone.twiml_rules import NOUNS, VERBS, VOICES, Rule, url

LARGEST_BYTES = 64 * 1024
LONGEST_SAID = 4096
LONGEST_NAME = 128
FIRST_ONLY = frozenset({"Reject"})
DIALLED = frozenset({"Conference", "Number", "Client"})
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_IDENTITY = re.compile(r"[\w.@+-]{1,121}")

KINDS = {
    "voice": frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Dial", "Record", "Hangup", "Reject"}),
    "wait": frozenset({"Say", "Play", "Pause", "Redirect"}),
    "message": frozenset({"Message", "Redirect"}),
}
"""What may stand in a document: of a call, of somebody who waits in a conference, the answer to a text."""


def problems(xml: str, kind: str = "voice") -> list[str]:
    """Everything Twilio would stumble over, a sentence each; empty when the document is sound.

    ``kind`` is ``voice``, ``wait`` (what is heard in a conference that has not begun) or ``message``.
    """
    if len(xml.encode("utf-8")) > LARGEST_BYTES:
        return [f"the document is larger than {LARGEST_BYTES} bytes"]
    if "<!DOCTYPE" in xml or "<!ENTITY" in xml:
        return ["a document type is not allowed"]
    try:
        root = ET.fromstring(xml.encode("utf-8"))  # noqa: S314 - no document type, hence no entities
    except (ET.ParseError, ValueError) as error:
        return [f"not XML: {error}"]
    return list(_response(root, KINDS[kind]))


def _response(root: ET.Element, allowed: frozenset[str]) -> Iterator[str]:
    if root.tag != "Response":
        yield f"the root is <{root.tag}>, not <Response>"
        return
    yield from _no_attributes(root)
    yield from _no_text(root)
    for place, verb in enumerate(root):
        if verb.tag not in allowed:
            yield f"<{verb.tag}> may not stand here"
            continue
        if verb.tag in FIRST_ONLY and place:
            yield f"<{verb.tag}> must be the first verb"
        yield from _verb(verb, VERBS[verb.tag])


def _verb(verb: ET.Element, rule: Rule) -> Iterator[str]:
    """Attributes, children and words of one element."""
    for name, value in verb.attrib.items():
        if name not in rule.attributes:
            yield f"<{verb.tag}> has no attribute {name}"
        else:
            yield from (f"<{verb.tag} {name}>: {wrong}" for wrong in rule.attributes[name](value))
    yield from (f"<{verb.tag}> lacks {name}" for name in sorted(rule.needs - set(verb.attrib)))
    for child in verb:
        if child.tag not in rule.children:
            yield f"<{verb.tag}> may not hold <{child.tag}>"
        elif child.tag in NOUNS:
            yield from _verb(child, NOUNS[child.tag])
        elif child.tag in VERBS:
            yield from _verb(child, VERBS[child.tag])
    check = _BY_TAG.get(verb.tag, _no_text)
    yield from check(verb)


def _no_attributes(element: ET.Element) -> Iterator[str]:
    yield from (f"<{element.tag}> has no attribute {name}" for name in element.attrib)


def _no_text(element: ET.Element) -> Iterator[str]:
    words = (element.text or "") + "".join(child.tail or "" for child in element)
    if words.strip():
        yield f"<{element.tag}> holds stray text"


def _said(verb: ET.Element) -> Iterator[str]:
    words = "".join(verb.itertext()).strip()
    if not words:
        yield "<Say> says nothing"
    if len(words) > LONGEST_SAID:
        yield f"<Say> is longer than {LONGEST_SAID} characters"
    voice, language = verb.get("voice", ""), verb.get("language", "")
    spoken = VOICES.get(voice, "")
    if spoken and language and spoken != language:
        yield f"<Say>: {voice} speaks {spoken}, not {language}"
    if voice in {"", "man", "woman"} and language and not language.lower().startswith(("en", "es", "fr", "de")):
        yield f"<Say>: {voice or 'the default voice'} does not speak {language}"


def _played(verb: ET.Element) -> Iterator[str]:
    where = (verb.text or "").strip()
    if not where and not verb.get("digits"):
        yield "<Play> plays nothing"
    if where:
        yield from (f"<Play>: {wrong}" for wrong in url(where))
    if verb.get("digits") and verb.get("loop", "1") == "0":
        yield "<Play> of keys may not repeat for ever"


def _gathered(verb: ET.Element) -> Iterator[str]:
    yield from _no_text(verb)
    kinds = verb.get("input", "dtmf").split()
    for name in ("language", "speechTimeout", "hints", "profanityFilter", "speechModel"):
        if name in verb.attrib and "speech" not in kinds:
            yield f"<Gather {name}> without speech among its input"
    for name in ("numDigits", "finishOnKey"):
        if name in verb.attrib and "dtmf" not in kinds:
            yield f"<Gather {name}> without dtmf among its input"


def _redirected(verb: ET.Element) -> Iterator[str]:
    where = (verb.text or "").strip()
    if not where:
        yield "<Redirect> leads nowhere"
    else:
        yield from (f"<Redirect>: {wrong}" for wrong in url(where))


def _dialled(verb: ET.Element) -> Iterator[str]:
    nouns = [child.tag for child in verb if child.tag in DIALLED]
    words = (verb.text or "").strip()
    if not nouns and not words:
        yield "<Dial> dials nobody"
    if nouns and words:
        yield "<Dial> holds stray text"
    if words and not nouns and not _NUMBER.fullmatch(words):
        yield f"<Dial>: {words} is no number"
    if "Conference" in nouns and len(nouns) > 1:
        yield "<Dial> of a conference may hold nothing else"
    if len(nouns) > 10:  # noqa: PLR2004 - Twilio rings ten at once
        yield "<Dial> rings at most ten"


def _conference(noun: ET.Element) -> Iterator[str]:
    name = "".join(noun.itertext()).strip()
    if not name:
        yield "<Conference> has no name"
    if len(name) > LONGEST_NAME:
        yield f"<Conference>: the name is longer than {LONGEST_NAME} characters"
    if name.startswith("CF") and re.fullmatch(r"CF[0-9a-f]{32}", name):
        yield "<Conference>: the name looks like an id"
    if "statusCallback" in noun.attrib and "statusCallbackEvent" not in noun.attrib:
        yield "<Conference statusCallback> without statusCallbackEvent tells nothing"


def _number(noun: ET.Element) -> Iterator[str]:
    number = (noun.text or "").strip()
    if not _NUMBER.fullmatch(number):
        yield f"<Number>: {number or 'nothing'} is no number"


def _client(noun: ET.Element) -> Iterator[str]:
    if not _IDENTITY.fullmatch((noun.text or "").strip()):
        yield "<Client>: no identity"


def _recorded(verb: ET.Element) -> Iterator[str]:
    yield from _no_text(verb)
    wanted = verb.get("transcribe") == "true" or "transcribeCallback" in verb.attrib
    length = verb.get("maxLength", "3600")
    if wanted and (not length.isdigit() or not 2 <= int(length) <= 120):  # noqa: PLR2004 - Twilio's bounds in seconds
        yield "<Record transcribe> needs a maxLength between 2 and 120"


def _messaged(verb: ET.Element) -> Iterator[str]:
    bodies = [child for child in verb if child.tag == "Body"]
    words = "".join(bodies[0].itertext() if bodies else [verb.text or ""]).strip()
    if not words and not any(child.tag == "Media" for child in verb):
        yield "<Message> is empty"
    if len(words) > 1600:  # noqa: PLR2004 - Twilio's bound
        yield "<Message> is longer than 1600 characters"


def _anything(_element: ET.Element) -> Iterator[str]:
    return iter(())


_BY_TAG = {
    "Say": _said,
    "Play": _played,
    "Gather": _gathered,
    "Redirect": _redirected,
    "Dial": _dialled,
    "Conference": _conference,
    "Number": _number,
    "Client": _client,
    "Record": _recorded,
    "Message": _messaged,
    "Body": _anything,
    "Media": _anything,
}
