"""What a request may use: the wired helpline and the words and settings of the pages."""

from dataclasses import dataclass

from flask import current_app

from hotline.domain.emergency import EmergencyNumbers
from hotline.domain.words import Words
from hotline.flow.helpline import Helpline
from hotline.reports.queue_view import Reader
from hotline.settings import Settings
from hotline.web.language import negotiate


@dataclass(frozen=True, slots=True)
class House:
    """One web process's parts."""

    helpline: Helpline
    settings: Settings

    @property
    def emergency(self) -> EmergencyNumbers:
        """The emergency numbers of every region."""
        return self.helpline.emergency

    @property
    def words(self) -> Words:
        """The sentences and phrases that are said now."""
        return self.helpline.words.now


def house() -> House:
    """The parts of the running application."""
    found: House = current_app.extensions["hotline"]
    return found


def helpline() -> Helpline:
    """The wired helpline of the running application."""
    return house().helpline


def reader(conn: object) -> Reader:
    """What reports need to read in this request's language."""
    parts = helpline()
    return Reader(
        conn=conn,  # type: ignore[arg-type]
        keys=parts.keys,
        assessor=parts.assessor,
        language=negotiate(),
        now=parts.clock.now(),
    )
