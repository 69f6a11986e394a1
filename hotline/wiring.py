"""Puts the real parts together for one process; wired anywhere else, a test could not swap a part for a fake."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.carriers.bell import RedisBell
from hotline.carriers.paging import Carriers
from hotline.carriers.silent import SilentCarrier
from hotline.carriers.twilio import TwilioCarrier
from hotline.carriers.twilio_api import build_client
from hotline.carriers.twilio_calls import TwilioCalls
from hotline.carriers.twilio_recordings import TwilioRecordings
from hotline.carriers.twilio_texts import TwilioTexts
from hotline.contacts.aftercare import FollowUpPolicy
from hotline.domain.calling import CallPolicy
from hotline.domain.clock import SystemClock
from hotline.domain.ports import Assessor
from hotline.domain.texting import TextPolicy
from hotline.flow.helpline import Helpline
from hotline.flow.hours_book import HoursBook
from hotline.flow.lines_book import LinesBook
from hotline.flow.policy_book import FILES, PolicyBook
from hotline.flow.word_book import WordBook
from hotline.interventions.rubric import ReviewPolicy
from hotline.settings import Secrets, Settings, ensure_secrets, load_secrets
from hotline.storage.engine import Database
from hotline.storage.migrate import upgrade
from hotline.storage.sealed import Keyring
from hotline.triage.quality import QualityPolicy
from hotline.triage.scorer import TriageAssessor, load_assessor, load_second_reading
from hotline.volunteers.practice import Practice
from hotline.web.words import load_emergency, load_words

DEMO_LOGINS = "demo-logins.json"
"""File of the data folder with the demo people's passwords, for its owner only."""


def build_helpline(settings: Settings) -> Helpline:
    """A helpline on the database, keys, model, words and bell that the settings name.

    Raises:
        ConfigurationError: keys, words, lexicon or policy are missing or damaged. A model that cannot be used is no
            error: every text is then at least ``elevated``.
    """
    database, clock = Database(settings.database_url), SystemClock()
    policies = PolicyBook(database, clock, {name: settings.policy(name) for name in FILES})
    return Helpline(
        database=database,
        keys=build_keyring(settings),
        assessor=load_assessor(settings.models_dir, settings.config_dir),
        bell=RedisBell(settings.redis_url),
        clock=clock,
        words=WordBook(database, clock, load_words(settings.config_dir)),
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
        demo=settings.demo,
    )


def build_candidate(settings: Settings) -> Assessor | None:
    """The candidate model that scores in shadow, or ``None`` when none is named.

    One that does not load answers every text with its reason, so that the report shows it.
    """
    if settings.shadow_models_dir is None:
        return None
    return load_assessor(settings.shadow_models_dir, settings.config_dir)


def build_second_reading(settings: Settings, first: Assessor) -> Assessor | None:
    """What reads every judged message again in a worker, or ``None`` when the manifest names no sentence reader.

    One that does not load answers every text with its reason; then the first judgements stand and an alarm says so.
    """
    beside = first if isinstance(first, TriageAssessor) else None
    return load_second_reading(settings.models_dir, settings.config_dir, beside)


class RereadingKeyring(Keyring):
    """A keyring that looks into the key file again when it meets a master key made after this process started."""

    def __init__(self, secrets_dir: Path, *, kept: Secrets) -> None:
        super().__init__(
            master_keys=dict(kept.master_keys),
            current=kept.current_key_id,
            index_key=kept.index_key,
            anchor_key=kept.anchor_key,
        )
        self._secrets_dir = secrets_dir

    def _master(self, key_id: str) -> bytes:
        if key_id not in self._masters:
            self._masters.update(load_secrets(self._secrets_dir).master_keys)
        return super()._master(key_id)


@contextmanager
def opened_helpline(settings: Settings) -> Iterator[Helpline]:
    """A helpline for one command on this machine, without Redis; its connections are closed afterwards."""
    helpline = build_helpline(settings.model_copy(update={"redis_url": None}))
    try:
        yield helpline
    finally:
        helpline.database.engine.dispose()


def build_keyring(settings: Settings) -> Keyring:
    """The keys of this installation; raises ``ConfigurationError`` when they are missing."""
    return RereadingKeyring(settings.secrets_dir, kept=load_secrets(settings.secrets_dir))


def build_carriers(settings: Settings) -> Carriers:
    """The silent carrier, and the telephone when the settings name an account, a token and a number."""
    if settings.twilio_account_sid is None or settings.twilio_from_number is None or not settings.twilio_auth_tokens:
        return Carriers(silent=SilentCarrier())
    api = build_client(settings.twilio_account_sid, settings.twilio_auth_tokens[0], settings.twilio_api_url)
    return Carriers(
        silent=SilentCarrier(),
        telephone=TwilioCarrier(api, from_number=settings.twilio_from_number),
        calls=TwilioCalls(api),
        texts=TwilioTexts(api),
        recordings=TwilioRecordings(api, settings.twilio_api_url),
        public_url=settings.public_url,
        from_number=settings.twilio_from_number,
    )


def prepare(settings: Settings) -> None:
    """Make missing folders and keys, and bring the database to this version; doing it again changes nothing."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    ensure_secrets(settings.secrets_dir)
    database = Database(settings.database_url)
    upgrade(database)
    database.engine.dispose()


def make_demo_people(settings: Settings) -> list[tuple[str, str, list[str]]]:
    """Make the demo people that do not exist yet; gives login, password and roles of those made now.

    The passwords are also kept in the data folder, in a file of its owner only, for ``hotline replay``.
    """
    from hotline.flow.enrol import ensure_demo_people  # noqa: PLC0415 - only demo machines need it

    with opened_helpline(settings.model_copy(update={"demo": True})) as helpline:
        people = ensure_demo_people(helpline)
    made = [(login, password, [str(role) for role in roles]) for login, password, roles in people]
    if made:
        _keep_logins(settings.data_dir / DEMO_LOGINS, made)
    return made


def _keep_logins(path: Path, made: list[tuple[str, str, list[str]]]) -> None:
    known = json.loads(path.read_text("utf-8")) if path.exists() else []
    fresh = [{"login": login, "password": password, "roles": roles} for login, password, roles in made]
    names = {person["login"] for person in fresh}
    kept = [person for person in known if person["login"] not in names] + fresh
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        json.dump(kept, stream, indent=1)
    draft.replace(path)
