"""The sentences and phrases said now: those of ``config/``, and over them the texts that two people signed."""

from datetime import datetime

from sqlalchemy.engine import Connection

from hotline.domain.clock import Clock
from hotline.domain.words import Signed, Words
from hotline.flow.last_known import LastKnown
from hotline.storage import word_revisions
from hotline.storage.engine import Database


class WordBook(LastKnown[Words]):
    """The words of one process; ``filed`` are those of the files alone, ``now`` those that are said."""

    def __init__(self, database: Database, clock: Clock, filed: Words) -> None:
        super().__init__(database, clock, filed)
        self.filed = filed

    def sentence(self, key: str, lang: str, **values: object) -> str:
        """The sentence ``key`` in ``lang`` as it is said now, its places filled in."""
        return self.now.sentence(key, lang, **values)

    def _read(self, conn: Connection, now: datetime) -> Words:
        found = word_revisions.in_force(word_revisions.signed(conn), now)
        return self.filed.with_signed(Signed(one.name, one.language, one.number, one.text) for one in found.values())
