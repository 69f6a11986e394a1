"""By which numbers we are reached, and what is down, as one process knows it; the first page may not wait for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from hotline.domain.clock import Clock
from hotline.domain.contact import Channel
from hotline.flow.last_known import LastKnown
from hotline.storage import channel_switches, phone_lines
from hotline.storage.engine import Database
from hotline.storage.phone_lines import Line


@dataclass(frozen=True, slots=True)
class Reach:
    """The numbers that are listed, and the channels a supervisor says are down."""

    lines: tuple[Line, ...] = ()
    down: frozenset[Channel] = frozenset()

    def works(self, channel: Channel) -> bool:
        """Whether people can be told to come by this channel: a number is listed, and it is not down."""
        return channel not in self.down and any(line.channel is channel for line in self.lines)

    def may_text(self, number: str) -> bool:
        """Whether a text to this number of ours reaches somebody."""
        return any(line.number == number for line in self.by_channel().get(Channel.SMS, []))

    def by_channel(self) -> dict[Channel, list[Line]]:
        """The numbers people may be told, by channel; none of a channel that is down."""
        return {
            channel: [line for line in self.lines if line.channel is channel]
            for channel in Channel
            if self.works(channel)
        }


class LinesBook(LastKnown[Reach]):
    """The numbers and switches of one process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock, Reach())

    def _read(self, conn: Connection, now: datetime) -> Reach:  # noqa: ARG002  # what stands, stands
        down = frozenset(one.channel for one in channel_switches.down(conn))
        return Reach(tuple(phone_lines.lines(conn)), down)
