"""Reads TwiML, and refuses what Twilio would refuse; a document with an error means silence on a real telephone."""

from xml.etree import ElementTree as ET

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


def read(xml: str) -> ET.Element:
    """The ``<Response>`` of a document.

    Raises:
        BadDocument: it is no XML, or its root is something else.
    """
    if "<!DOCTYPE" in xml or "<!ENTITY" in xml:
        raise BadDocument(NOT_XML, "a document type is not allowed")
    try:
        root = ET.fromstring(xml.encode("utf-8"))  # noqa: S314 - no document type, hence no entities
    except (ET.ParseError, ValueError) as error:
        raise BadDocument(NOT_XML, f"not XML: {error}") from error
    if root.tag != "Response":
        raise BadDocument(NOT_TWIML, f"the root is {root.tag}")
    return root


def from_answer(answer: Answer) -> ET.Element:
    """The ``<Response>`` of a webhook's answer; raises :class:`BadDocument` with the code of what is wrong."""
    if answer.trouble is not None:
        raise BadDocument(answer.trouble, f"HTTP {answer.status}")
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind not in XML_TYPES:
        raise BadDocument(WRONG_CONTENT_TYPE, f"content type {kind or 'missing'}")
    return read(answer.body)
