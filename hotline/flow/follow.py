"""What has happened since a reader last looked; the only way a stream learns anything."""

from hotline.flow.helpline import Helpline
from hotline.storage import feed
from hotline.storage.feed import DESK, FeedEvent, contact_topic, person_topic, staff_topic

__all__ = ["DESK", "FeedEvent", "contact_topic", "latest", "person_topic", "since", "staff_topic"]


def latest(helpline: Helpline, topics: list[str]) -> dict[str, int]:
    """The newest event number of each topic, 0 where nothing happened yet."""
    with helpline.database.read() as conn:
        return feed.latest(conn, topics)


def since(helpline: Helpline, positions: dict[str, int]) -> list[FeedEvent]:
    """Events after each topic's position, oldest first within a topic."""
    with helpline.database.read() as conn:
        return feed.read(conn, positions)
