"""Reads TwiML, and refuses what Twilio would refuse; a document with an error means silence on a real telephone."""

from xml.etree import ElementTree as ET

from hotline.lab.telephone.twiml_check import problems
from hotline.lab.telephone.web import Answer

NOT_XML = 12100
NOT_TWIML = 12200
WRONG_CONTENT_TYPE = 12300
XML_TYPES = frozenset({"text/xml", "application/xml"})


class BadDocument(Exception):
    """Twilio would not play this: its error code and why."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


def read(xml: str, kind: str = "voice") -> ET.Element:
    """The ``<Response>`` of a document; ``kind`` as in :func:`hotline.lab.telephone.twiml_check.problems`.

    Raises:
        BadDocument: it is no XML, or something is in it that Twilio would stumble over.
    """
    wrong = problems(xml, kind)
    if wrong:
        code = NOT_XML if wrong[0].startswith("not XML") else NOT_TWIML
        raise BadDocument(code, "; ".join(wrong))
    return ET.fromstring(xml.encode("utf-8"))  # noqa: S314 - checked above: no document type


def from_answer(answer: Answer, kind: str = "voice") -> ET.Element:
    """The ``<Response>`` of a webhook's answer; raises :class:`BadDocument` with the code of what is wrong."""
    if answer.trouble is not None:
        raise BadDocument(answer.trouble, f"HTTP {answer.status}")
    content_type = answer.content_type.partition(";")[0].strip().lower()
    if content_type not in XML_TYPES:
        raise BadDocument(WRONG_CONTENT_TYPE, f"content type {content_type or 'missing'}")
    return read(answer.body, kind)
