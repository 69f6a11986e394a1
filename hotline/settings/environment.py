"""What an operator may choose; without one reader of the environment a setting could mean two things in two processes.

This is the only room that reads ``os.environ`` and the numbers of ``config/``. Everything is read once, checked, frozen
and passed in; no decision imports it. The keys live beside it in :mod:`hotline.settings.secret_files`.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from hotline.domain.errors import ConfigurationError

_HOME = Path(__file__).resolve().parent.parent.parent

SOURCED = ("value", "unit", "source", "decided_by")
"""What every number of ``config/`` must carry, so that nobody has to guess where it comes from."""


def _setting(env: str, description: str, default: Any = None, *, secret: bool = False) -> Any:
    """Declare one setting read from the environment variable ``env``; a secret one is never shown by ``repr``."""
    return Field(default=default, description=description, json_schema_extra={"env": env}, repr=not secret)


class Settings(BaseModel):
    """Everything the processes are told from outside; paths are absolute, the database address is normalised."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Path = _setting("HOTLINE_DATA_DIR", "folder for everything this machine keeps", Path("var/hotline"))
    database_url: str = _setting(
        "DATABASE_URL", "PostgreSQL address; SQLite in the data folder when unset", "", secret=True
    )
    redis_url: str | None = _setting(
        "REDIS_URL", "Redis address; without it jobs run in the clock process", secret=True
    )
    host: str = _setting("HOTLINE_HOST", "address the web server listens on", "127.0.0.1")
    port: int = _setting("HOTLINE_PORT", "port the web server listens on", 8000)
    public_url: str = _setting("HOTLINE_PUBLIC_URL", "address people type; host and port when unset", "")
    config_dir: Path = _setting("HOTLINE_CONFIG_DIR", "folder of words, lexicons and policies", _HOME / "config")
    models_dir: Path = _setting("HOTLINE_MODELS_DIR", "folder of the triage model and its manifest", _HOME / "models")
    shadow_models_dir: Path | None = _setting(
        "HOTLINE_SHADOW_MODELS_DIR", "folder of a candidate model that scores in shadow and decides nothing"
    )
    secrets_dir: Path = _setting("HOTLINE_SECRETS_DIR", "folder of keys; <data dir>/secrets when unset", Path())
    demo: bool = _setting("HOTLINE_DEMO", "whether demo people exist; they sign in from this machine only", False)
    exit_url: str = _setting("HOTLINE_EXIT_URL", "where the quick exit leads", "https://www.wikipedia.org/")
    web_threads: int = _setting("HOTLINE_WEB_THREADS", "threads of one web process; an open page holds one", 400)
    trusted_proxies: int = _setting("HOTLINE_TRUSTED_PROXIES", "reverse proxies in front whose headers count", 0)
    twilio_account_sid: str | None = _setting("TWILIO_ACCOUNT_SID", "Twilio account; silent carrier when unset")
    twilio_auth_tokens: tuple[str, ...] = _setting(
        "TWILIO_AUTH_TOKEN", "Twilio token, or several with commas while it is being changed", (), secret=True
    )
    twilio_from_number: str | None = _setting(
        "TWILIO_FROM_NUMBER", "number that pages and our own calls come from, as +4412345678"
    )
    twilio_api_url: str | None = _setting(
        "HOTLINE_TWILIO_API_URL", "another address of Twilio's API, such as that of the phone lab"
    )
    twilio_api_key_sid: str | None = _setting(
        "TWILIO_API_KEY_SID", "API key that signs the tokens of browsers that take calls"
    )
    twilio_api_key_secret: str | None = _setting("TWILIO_API_KEY_SECRET", "the secret of that API key", secret=True)
    voice_sdk: Path | None = _setting("HOTLINE_VOICE_SDK", "script file of Twilio's Voice SDK for calls in the browser")
    heartbeat_url: str | None = _setting("HOTLINE_HEARTBEAT_URL", "address pinged only while all is well", secret=True)
    metrics_dir: Path | None = _setting(
        "PROMETHEUS_MULTIPROC_DIR", "folder where the processes of one machine put their figures together"
    )
    log_level: str = _setting("HOTLINE_LOG_LEVEL", "least important log line to keep", "INFO")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """The settings of ``environ`` (the process's own when None) with ``overrides`` that are not None on top.

        Raises:
            ConfigurationError: a value is malformed; the message names the setting and never its value.
        """
        source = os.environ if environ is None else environ
        given = {name: source[env] for name, env in environment_names().items() if source.get(env, "").strip()}
        given |= {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls.model_validate(given)
        except ValidationError as trouble:
            raise ConfigurationError(_explain(trouble)) from None

    def environ(self) -> dict[str, str]:
        """The environment variables that make another process load these same settings."""
        given: dict[str, str] = {}
        for name, env in environment_names().items():
            value = getattr(self, name)
            if value is None or value in ((), ""):
                continue
            given[env] = ",".join(value) if isinstance(value, tuple) else str(value)
        return given

    def child_environ(self, **extra: str) -> dict[str, str]:
        """The whole environment for a process we start: our own, these settings, and ``extra`` on top."""
        return dict(os.environ) | self.environ() | extra

    def policy(self, name: str) -> dict[str, Any]:
        """The file ``config/<name>.toml`` as written, each number a table of :data:`SOURCED`."""
        return load_toml(self.config_dir / f"{name}.toml")

    def policy_values(self, name: str) -> dict[str, Any]:
        """The file ``config/<name>.toml`` with every sourced number replaced by its bare value."""
        flat = plain_values(self.policy(name))
        if not isinstance(flat, dict):
            raise ConfigurationError(f"config/{name}.toml is a single value, not a policy")
        return flat

    @property
    def uses_sqlite(self) -> bool:
        """Whether the database is a file of this machine, so that one web process must do."""
        return self.database_url.startswith("sqlite")

    @property
    def twilio_configured(self) -> bool:
        """Whether pages can leave by telephone."""
        return bool(self.twilio_account_sid and self.twilio_auth_tokens and self.twilio_from_number)

    @property
    def browser_calls_configured(self) -> bool:
        """Whether listeners may take calls in the browser."""
        return bool(
            self.twilio_configured and self.twilio_api_key_sid and self.twilio_api_key_secret and self.voice_sdk
        )

    @property
    def release(self) -> str:
        """The version of the program, as shown by the health page."""
        from hotline import __version__  # noqa: PLC0415 - the package root must not wait for this file

        return __version__

    @field_validator("twilio_auth_tokens", mode="before")
    @classmethod
    def _split_tokens(cls, given: object) -> object:
        return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given

    @field_validator("port", "web_threads")
    @classmethod
    def _positive(cls, given: int) -> int:
        if not 0 < given < 65536:  # noqa: PLR2004 - the largest port there is
            raise ValueError("must be between 1 and 65535")
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _not_negative(cls, given: int) -> int:
        if given < 0:
            raise ValueError("must not be negative")
        return given

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, given: str) -> str:
        if given.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return given.upper()

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, given: Any) -> Any:
        """Fill in what follows from other settings: absolute paths, addresses, the place of the secrets."""
        data = Path(given.get("data_dir") or "var/hotline").expanduser().resolve()
        url = normalise_database_url(str(given.get("database_url") or f"sqlite:///{data / 'hotline.sqlite3'}"))
        host, port = given.get("host") or "127.0.0.1", given.get("port") or 8000
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
        public = str(given.get("public_url") or f"http://{shown}:{port}").rstrip("/")
        folders = ("config_dir", "models_dir", "shadow_models_dir", "voice_sdk")
        places = {name: Path(given[name]).expanduser().resolve() for name in folders if given.get(name)}
        secrets_dir = Path(given.get("secrets_dir") or data / "secrets").expanduser().resolve()
        return (
            given | places | {"data_dir": data, "database_url": url, "public_url": public, "secrets_dir": secrets_dir}
        )


def environment_names() -> dict[str, str]:
    """Setting name to environment variable, in the order of the class."""
    names: dict[str, str] = {}
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        if not isinstance(extra, dict):  # pragma: no cover - a setting declared without _setting
            raise ConfigurationError(f"setting {name} has no environment variable")
        names[name] = str(extra["env"])
    return names


def normalise_database_url(url: str) -> str:
    """The same address with the one PostgreSQL driver this project tests (``postgresql+psycopg``)."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def load_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        ConfigurationError: the file is missing, unreadable or not TOML.
    """
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise ConfigurationError(f"the file {path} is missing") from None
    except (OSError, tomllib.TOMLDecodeError) as trouble:
        raise ConfigurationError(f"the file {path} cannot be read: {trouble}") from trouble


def plain_values(node: Any) -> Any:
    """The same tree with each table of :data:`SOURCED` replaced by its ``value``."""
    if isinstance(node, dict):
        if "value" in node and "source" in node:
            return node["value"]
        return {key: plain_values(below) for key, below in node.items()}
    if isinstance(node, list):
        return [plain_values(below) for below in node]
    return node


def _explain(trouble: ValidationError) -> str:
    """One sentence that names the variables to change, without their values."""
    names = environment_names()
    parts = []
    for error in trouble.errors(include_url=False, include_context=False, include_input=False):
        where = str(error["loc"][0]) if error["loc"] else "settings"
        parts.append(f"{names.get(where, where)}: {error['msg']}")
    return "settings cannot be used: " + "; ".join(parts)
