"""Promises about what lies around the code: floors, settings, lock files, the two commands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter import cli as floors

from hotline.settings import Settings, environment_names

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def test_every_import_keeps_to_its_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert floors.lint_imports(no_cache=True) == 0


@pytest.mark.parametrize("variable", environment_names().values())
def test_every_setting_is_explained_to_the_operator(variable: str) -> None:
    assert f"| `{variable}` |" in (ROOT / "docs" / "settings.md").read_text("utf-8")


@pytest.mark.parametrize("name", environment_names())
def test_every_setting_is_explained_to_the_reader(name: str) -> None:
    assert Settings.model_fields[name].description


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_index(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "--hash=sha256:" in text
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text)
    pinned = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
    assert all("==" in line for line in pinned)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_serves_debians_own_python(name: str) -> None:
    assert 'async-timeout==5.0.1 ; python_full_version < "3.11.3"' in (ROOT / name).read_text("utf-8")


def wanted(section: str) -> set[str]:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    block = re.search(rf"^{section} = \[$(.*?)^\]$", text, flags=re.DOTALL | re.MULTILINE)
    assert block is not None
    return {re.split(r"[\[><=;~! ]", line.strip().strip('",'))[0].lower() for line in block[1].strip().splitlines()}


@pytest.mark.parametrize(("section", "lock"), [("dependencies", LOCKS[0]), ("dev", LOCKS[1])])
def test_a_lock_holds_everything_the_project_asks_for(section: str, lock: str) -> None:
    held = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE))
    assert wanted(section) <= {name.replace("_", "-") for name in held} | held


@pytest.mark.parametrize("name", ["run", "test", ".ci/run", ".ci/prepare.sh"])
def test_the_commands_are_plain_shell(name: str) -> None:
    assert subprocess.run(["sh", "-n", str(ROOT / name)], check=False).returncode == 0
    assert name.endswith(".sh") or os.access(ROOT / name, os.X_OK)


def test_the_command_line_starts_without_loading_the_house() -> None:
    ask = "import sys, hotline.cli; hotline.cli.main(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert not {"'sqlalchemy'", "'sklearn'", "'flask'", "'redis'"} & set(re.findall(r"'[\w.]+'", told))
