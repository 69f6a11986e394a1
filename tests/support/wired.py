"""A helpline on a real database with fakes at its edges."""

from functools import cache

from support.fakes import FakeAssessor, FakeBell, FakeClock

from hotline.contacts.aftercare import FollowUpPolicy
from hotline.domain.calling import CallPolicy
from hotline.domain.texting import TextPolicy
from hotline.flow.helpline import Helpline
from hotline.flow.hours_book import HoursBook
from hotline.flow.lines_book import LinesBook
from hotline.flow.policy_book import FILES, PolicyBook
from hotline.flow.word_book import WordBook
from hotline.interventions.rubric import ReviewPolicy
from hotline.settings import Settings
from hotline.storage.engine import Database
from hotline.storage.sealed import Keyring
from hotline.triage.quality import QualityPolicy
from hotline.volunteers.practice import Practice
from hotline.web.words import load_emergency, load_words

_words = cache(load_words)
"""Read once for all tests of a process; nothing can change them."""


def wire(database: Database, settings: Settings, clock: FakeClock, assessor: FakeAssessor, bell: FakeBell) -> Helpline:
    """A helpline on a real database with fakes at its edges."""
    policies = PolicyBook(database, clock, {name: settings.policy(name) for name in FILES})
    return Helpline(
        database=database,
        keys=Keyring(master_keys={"k1": b"1" * 32}, current="k1", index_key=b"2" * 32, anchor_key=b"3" * 32),
        assessor=assessor,
        bell=bell,
        clock=clock,
        words=WordBook(database, clock, _words(settings.config_dir)),
        emergency=load_emergency(settings.config_dir),
        hours=HoursBook(database, clock, policies.now.rota.zone),
        lines=LinesBook(database, clock),
        policies=policies,
        quality=QualityPolicy.from_numbers(settings.policy_values("quality_policy")),
        practice=Practice.from_numbers(settings.policy_values("practice")),
        review=ReviewPolicy.from_numbers(settings.policy_values("review_policy")),
        follow_up=FollowUpPolicy.from_numbers(settings.policy_values("follow_up_policy")),
        calls=CallPolicy.from_numbers(settings.policy_values("phone_policy")),
        texting=TextPolicy.from_numbers(settings.policy_values("phone_policy")),
        demo=True,
    )
