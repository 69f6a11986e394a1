"""Everything one process needs to act, wired once at the top and handed down; globals would hide who uses what."""

from dataclasses import dataclass

from hotline.contacts.aftercare import FollowUpPolicy
from hotline.contacts.keeping import RetentionPolicy
from hotline.domain.calling import CallPolicy
from hotline.domain.clock import Clock
from hotline.domain.emergency import EmergencyNumbers
from hotline.domain.ports import Assessor, Bell
from hotline.domain.texting import TextPolicy
from hotline.flow.hours_book import HoursBook
from hotline.flow.lines_book import LinesBook
from hotline.flow.policy_book import PolicyBook
from hotline.flow.word_book import WordBook
from hotline.interventions.rubric import ReviewPolicy
from hotline.routing.policy import RoutingPolicy
from hotline.storage.engine import Database
from hotline.storage.sealed import Keyring
from hotline.triage.quality import QualityPolicy
from hotline.volunteers.practice import Practice
from hotline.volunteers.rota import RotaPolicy
from hotline.volunteers.wellbeing import WellbeingPolicy


@dataclass(frozen=True, slots=True)
class Helpline:
    """A wired helpline. ``demo`` tells whether invented people may be made."""

    database: Database
    keys: Keyring
    assessor: Assessor
    bell: Bell
    clock: Clock
    words: WordBook
    emergency: EmergencyNumbers
    hours: HoursBook
    lines: LinesBook
    policies: PolicyBook
    quality: QualityPolicy
    practice: Practice
    review: ReviewPolicy
    follow_up: FollowUpPolicy
    calls: CallPolicy
    texting: TextPolicy
    demo: bool = False

    def look(self) -> None:
        """Follow what people set, before an act or a request begins; asks the database at most every few seconds."""
        self.policies.look()
        self.words.look()
        self.hours.look()
        self.lines.look()

    @property
    def routing(self) -> RoutingPolicy:
        """The numbers of routing in force now."""
        return self.policies.now.routing

    @property
    def wellbeing(self) -> WellbeingPolicy:
        """The numbers of rest in force now."""
        return self.policies.now.wellbeing

    @property
    def rota(self) -> RotaPolicy:
        """The numbers of the rota in force now."""
        return self.policies.now.rota

    @property
    def retention(self) -> RetentionPolicy:
        """The periods of keeping in force now."""
        return self.policies.now.retention
