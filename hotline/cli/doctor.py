"""Says what is in order and what is missing, before a person in need finds out."""

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotline.cli import DATA_DIR
from hotline.domain.errors import HotlineError
from hotline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command()
@DATA_DIR
def doctor(data_dir: Path | None) -> None:
    """Check Python, keys, database, Redis, words and model; exit status 1 when something is missing."""
    settings = Settings.load(data_dir=data_dir)
    checks: dict[str, Callable[[Settings], str]] = {
        "python": _python,
        "data folder": _data_folder,
        "keys": _keys,
        "database": _database,
        "redis": _redis,
        "words": _words,
        "routing policy": _routing,
        "quality policy": _quality,
        "triage": _triage,
        "candidate": _candidate,
        "telephone": _telephone,
        "lines": _lines,
        "browser calls": _browser_calls,
        "retention": _retention,
    }
    failed = 0
    for name, check in checks.items():
        try:
            click.echo(f"  ok       {name:15} {check(settings)}")
        except (HotlineError, OSError, ValueError, KeyError) as trouble:
            failed += 1
            click.echo(f"  MISSING  {name:15} {trouble}")
    raise SystemExit(1 if failed else 0)


def _python(_settings: Settings) -> str:
    return ".".join(str(part) for part in sys.version_info[:3])


def _data_folder(settings: Settings) -> str:
    probe = settings.data_dir / ".doctor"
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe.write_bytes(b"")
    probe.unlink()
    return str(settings.data_dir)


def _keys(settings: Settings) -> str:
    from hotline.settings import load_secrets

    kept = load_secrets(settings.secrets_dir)
    return f"{len(kept.master_keys)} master key(s), current {kept.current_key_id}"


def _database(settings: Settings) -> str:
    from hotline.domain.errors import ConfigurationError
    from hotline.storage.engine import Database
    from hotline.storage.migrate import is_current

    kind = "SQLite" if settings.uses_sqlite else "PostgreSQL"
    database = Database(settings.database_url)
    current = is_current(database)
    database.engine.dispose()
    if not current:
        raise ConfigurationError(f"{kind} is not at this program's version: run `hotline migrate`")
    return f"{kind}, at this version"


def _redis(settings: Settings) -> str:
    from redis import RedisError

    from hotline.domain.errors import Unavailable
    from hotline.embedded.redis_server import find_program
    from hotline.jobs.queues import connect

    if settings.redis_url is None:
        return f"none configured; `hotline up` starts {find_program()}"
    try:
        with connect(settings.redis_url) as client:
            client.ping()
    except RedisError as trouble:
        raise Unavailable("Redis does not answer; chats go on, pages open more slowly") from trouble
    return "answers"


def _words(settings: Settings) -> str:
    from hotline.web.words import load_words

    words = load_words(settings.config_dir)
    signed = ", ".join(f"{language}: {who}" for language, who in sorted(words.reviewed_by.items()))
    return f"reviewed by {signed}"


def _routing(settings: Settings) -> str:
    from hotline.routing.policy import RoutingPolicy

    return f"version {RoutingPolicy.from_numbers(settings.policy_values('routing_policy')).version}"


def _triage(settings: Settings) -> str:
    from hotline.domain.errors import ModelRefused
    from hotline.triage.scorer import load_assessor, load_second_reading

    assessor = load_assessor(settings.models_dir, settings.config_dir)
    if assessor.failure:
        raise ModelRefused(f"{assessor.failure} Every text is at least elevated and a human looks.")
    second = load_second_reading(settings.models_dir, settings.config_dir, assessor)
    if second is not None and second.failure:
        raise ModelRefused(f"{second.failure} The first reading decides alone.")
    return f"{assessor.model} is in use, each message is read once" if second is None else f"{second.model} is in use"


def _quality(settings: Settings) -> str:
    from hotline.triage.quality import QualityPolicy

    return f"version {QualityPolicy.from_numbers(settings.policy_values('quality_policy')).version}"


def _candidate(settings: Settings) -> str:
    from hotline.domain.errors import ModelRefused
    from hotline.triage.scorer import load_assessor

    if settings.shadow_models_dir is None:
        return "none in shadow"
    assessor = load_assessor(settings.shadow_models_dir, settings.config_dir)
    if assessor.failure:
        raise ModelRefused(f"{assessor.failure} It scores in shadow only, so nobody is affected.")
    return f"{assessor.model} scores in shadow"


def _telephone(settings: Settings) -> str:
    if settings.twilio_account_sid is None or not settings.twilio_auth_tokens:
        return "none; pages stand on the board only"
    from hotline.carriers import twilio_voice_setup
    from hotline.carriers.twilio_api import build_client
    from hotline.domain.errors import ConfigurationError

    sid, tokens = settings.twilio_account_sid, settings.twilio_auth_tokens
    clients = [build_client(sid, token, settings.twilio_api_url) for token in tokens]
    wrong = twilio_voice_setup.of_tokens(clients) + twilio_voice_setup.of_address(settings.public_url)
    if wrong:
        raise ConfigurationError("; ".join(wrong))
    return f"Twilio takes {len(tokens)} token(s), and {settings.public_url} answers"


def _browser_calls(settings: Settings) -> str:
    from hotline.domain.errors import ConfigurationError

    given = (settings.twilio_api_key_sid, settings.twilio_api_key_secret, settings.voice_sdk)
    if not any(given):
        return "not offered"
    if settings.voice_sdk is None or not settings.browser_calls_configured:
        raise ConfigurationError(
            "TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET and HOTLINE_VOICE_SDK are set together, beside the account"
        )
    return f"offered; SHA-256 of the script {hashlib.sha256(settings.voice_sdk.read_bytes()).hexdigest()}"


def _lines(settings: Settings) -> str:
    from hotline.carriers import twilio_setup
    from hotline.carriers.twilio_api import build_client
    from hotline.domain.errors import ConfigurationError, Unavailable
    from hotline.flow.lines import standing_lines
    from hotline.storage.migrate import is_current
    from hotline.wiring import opened_helpline

    with opened_helpline(settings) as helpline:
        if not is_current(helpline.database):
            raise Unavailable("the database is not at this version")
        ours = standing_lines(helpline)
    if not ours:
        return "no number is listed; people reach the helpline by web chat only"
    if settings.twilio_account_sid is None or not settings.twilio_auth_tokens:
        raise ConfigurationError(f"{len(ours)} number(s) are listed and no account at Twilio is set")
    api = build_client(settings.twilio_account_sid, settings.twilio_auth_tokens[0], settings.twilio_api_url)
    wrong = twilio_setup.faults(api, ours, settings.public_url)
    if wrong:
        raise ConfigurationError("; ".join(wrong))
    return f"{len(ours)} number(s) ask us; {twilio_setup.LOOK_YOURSELF}"


def _retention(settings: Settings) -> str:
    from hotline.domain.errors import Unavailable
    from hotline.flow.erase import begins_at, past_their_period
    from hotline.jobs import kept_file
    from hotline.storage.migrate import is_current
    from hotline.wiring import opened_helpline

    with opened_helpline(settings) as helpline:
        if not is_current(helpline.database):
            raise Unavailable("the database is not at this version")
        helpline.policies.look()
        late = [keeps for _, keeps in past_their_period(helpline, limit=1000) if not keeps]
        lost = kept_file.lost(helpline, settings.data_dir / kept_file.KEPT_FILE)
        months, begins = helpline.retention.transcripts_months, begins_at(helpline)
    if lost:
        raise Unavailable(f"the database lacks what was done before it was restored: {'; '.join(lost)}")
    if late:
        raise Unavailable(f"{len(late)} contact(s) should be erased by now: does the clock run? See its log")
    first = f"; erasing begins on {begins:%Y-%m-%d}" if begins else ""
    return f"words are kept for {months} months after closing; nothing is overdue{first}"
