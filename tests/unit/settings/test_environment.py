"""Settings: what is given is taken, what is wrong is named without being shown."""

from pathlib import Path

import pytest

from hotline.domain.errors import ConfigurationError
from hotline.settings import Settings, load_toml, normalise_database_url, plain_values


def test_without_a_word_everything_lies_in_one_folder(tmp_path: Path) -> None:
    settings = Settings.load({}, data_dir=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'hotline.sqlite3'}"
    assert settings.secrets_dir == tmp_path / "secrets"
    assert settings.uses_sqlite
    assert not settings.twilio_configured


@pytest.mark.parametrize("given", ["postgres://a@b/c", "postgresql://a@b/c", "postgresql+psycopg://a@b/c"])
def test_every_spelling_of_postgres_means_the_tested_driver(given: str) -> None:
    assert normalise_database_url(given) == "postgresql+psycopg://a@b/c"


def test_an_override_wins_and_none_leaves_the_environment() -> None:
    settings = Settings.load({"HOTLINE_PORT": "9001", "HOTLINE_HOST": "::"}, port=9002, host=None)
    assert (settings.port, settings.host) == (9002, "::")
    assert settings.public_url == "http://127.0.0.1:9002"


def test_a_child_process_reads_the_same_settings() -> None:
    given = {
        "TWILIO_AUTH_TOKEN": "new, old",
        "TWILIO_ACCOUNT_SID": "AC1",
        "HOTLINE_DEMO": "true",
        "REDIS_URL": "redis://x",
    }
    settings = Settings.load(given)
    assert Settings.load(settings.environ()) == settings
    assert settings.twilio_auth_tokens == ("new", "old")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOTLINE_PORT", "no-number"),
        ("HOTLINE_PORT", "70000"),
        ("HOTLINE_TRUSTED_PROXIES", "-1"),
        ("HOTLINE_LOG_LEVEL", "LOUD"),
        ("HOTLINE_WEB_THREADS", "0"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named_but_not_shown(variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as trouble:
        Settings.load({variable: value})
    assert variable in str(trouble.value)
    assert value not in str(trouble.value)


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = Settings.load({"DATABASE_URL": "postgres://u:canary@h/d", "TWILIO_AUTH_TOKEN": "canary"})
    assert "canary" not in repr(settings)


def test_a_policy_without_its_sources_is_its_bare_values() -> None:
    tree = {"a": {"value": 3, "unit": "s", "source": "x", "decided_by": "y"}, "b": [{"c": 1}], "version": "v"}
    assert plain_values(tree) == {"a": 3, "b": [{"c": 1}], "version": "v"}


def test_a_missing_or_broken_file_is_a_clear_refusal(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("a = ")
    for path in (tmp_path / "none.toml", broken):
        with pytest.raises(ConfigurationError, match=path.name):
            load_toml(path)


def test_the_routing_policy_of_the_project_reads_as_numbers() -> None:
    assert Settings.load({}).policy_values("routing_policy")["capacity"]["chats_at_once"] == 2
