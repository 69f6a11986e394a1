"""The opening hours as one process knows them; a page that says when somebody comes may not wait for the database."""

from datetime import datetime

from sqlalchemy.engine import Connection

from hotline.domain.clock import Clock
from hotline.flow.last_known import LastKnown
from hotline.storage import opening_hours
from hotline.storage.engine import Database
from hotline.volunteers.opening import Opening, from_document


class HoursBook(LastKnown[Opening]):
    """The hours of one process, in the rota's zone; ``now`` holds those of all times, planned ones as well."""

    def __init__(self, database: Database, clock: Clock, zone: str) -> None:
        super().__init__(database, clock, Opening(zone))

    def _read(self, conn: Connection, now: datetime) -> Opening:  # noqa: ARG002  # what is planned is known as well
        found = [one for one in opening_hours.settings(conn) if one.revoked_by is None]
        return Opening(self.now.zone, tuple((one.from_at, from_document(one.hours)) for one in found))
