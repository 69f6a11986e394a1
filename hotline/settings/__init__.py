"""What an operator may choose, and the keys; read once and passed in, or two processes would disagree about them."""

from hotline.settings.environment import (
    SOURCED,
    Settings,
    environment_names,
    load_toml,
    normalise_database_url,
    plain_values,
)
from hotline.settings.secret_files import Secrets, add_master_key, ensure_secrets, load_secrets, new_secrets

__all__ = [
    "SOURCED",
    "Secrets",
    "Settings",
    "add_master_key",
    "ensure_secrets",
    "environment_names",
    "load_secrets",
    "load_toml",
    "new_secrets",
    "normalise_database_url",
    "plain_values",
]
