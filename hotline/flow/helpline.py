"""Everything one process needs to act, wired once at the top and handed down; globals would hide who uses what."""

from dataclasses import dataclass

from hotline.domain.clock import Clock
from hotline.domain.ports import Assessor, Bell, Sentences
from hotline.routing.policy import RoutingPolicy
from hotline.storage.engine import Database
from hotline.storage.sealed import Keyring


@dataclass(frozen=True, slots=True)
class Helpline:
    """A wired helpline. ``demo`` tells whether invented people may be made."""

    database: Database
    keys: Keyring
    assessor: Assessor
    bell: Bell
    clock: Clock
    words: Sentences
    routing: RoutingPolicy
    demo: bool = False
