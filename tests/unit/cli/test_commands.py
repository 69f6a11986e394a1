"""The command line: clear sentences, right exit statuses, no secret on the screen."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.cli import COMMANDS, main
from hotline.settings import load_secrets


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A prepared data folder."""
    assert ask("migrate", "--data-dir", str(tmp_path)).exit_code == 0
    return tmp_path


def ask(*words: str) -> Result:
    return CliRunner(env={"DATABASE_URL": "", "REDIS_URL": "", "HOTLINE_DATA_DIR": ""}).invoke(main, list(words))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    assert ask(name, "--help").exit_code == 0


def test_an_unknown_command_is_refused() -> None:
    assert ask("dance").exit_code == 2


def test_a_wrong_setting_is_told_in_one_sentence() -> None:
    told = CliRunner(env={"HOTLINE_PORT": "many"}).invoke(main, ["doctor"])
    assert told.exit_code == 1
    assert "HOTLINE_PORT" in told.output
    assert "Traceback" not in told.output


def test_demo_people_are_made_once_and_their_passwords_kept_for_their_owner(kept: Path) -> None:
    first = json.loads(ask("demo", "--json", "--data-dir", str(kept)).stdout)
    file = kept / "demo-logins.json"
    assert json.loads(file.read_text()) == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(ask("demo", "--json", "--data-dir", str(kept)).stdout) == []
    assert "They exist already" in ask("demo", "--data-dir", str(kept)).stdout


def test_the_first_administrator_of_a_real_house_comes_by_a_link(kept: Path) -> None:
    told = ask("invite", "--data-dir", str(kept))
    assert told.exit_code == 0
    assert told.stdout.startswith("http://127.0.0.1:8000/staff/invite/")
    assert ask("invite", "--role", "king", "--data-dir", str(kept)).exit_code == 2


def test_keys_are_rotated_and_never_shown(kept: Path) -> None:
    ask("demo", "--json", "--data-dir", str(kept))
    before = load_secrets(kept / "secrets").current_key_id
    told = ask("keys", "rotate", "--data-dir", str(kept)).stdout
    assert "6 data keys wrapped anew" in told
    assert "0 data keys wrapped anew" in ask("keys", "rotate", "--resume", "--data-dir", str(kept)).stdout
    listed = ask("keys", "list", "--data-dir", str(kept)).stdout
    assert before in listed
    secret = (kept / "secrets" / "secrets.json").read_text()
    assert not [value for value in json.loads(secret)["master_keys"].values() if value in told + listed]


def test_the_log_of_an_empty_house_holds(kept: Path) -> None:
    told = ask("verify-log", "--data-dir", str(kept))
    assert (told.exit_code, told.stdout) == (0, "The log holds.\n")


def test_a_log_that_was_cut_off_is_found_by_its_witness(kept: Path, tmp_path: Path) -> None:
    witness = tmp_path / "anchors.jsonl"
    witness.write_text(json.dumps({"number": 1, "hash": "00"}) + "\n")
    told = ask("verify-log", "--data-dir", str(kept), "--witnessed", str(witness))
    assert told.exit_code == 1
    assert "anchor 1" in told.stdout


def test_the_doctor_names_what_is_missing(tmp_path: Path) -> None:
    told = ask("doctor", "--data-dir", str(tmp_path / "new"))
    assert told.exit_code == 1
    assert "MISSING  keys" in told.stdout
    assert "hotline migrate" in told.stdout


def test_the_doctor_says_what_script_calls_in_the_browser_run_and_what_is_forgotten(kept: Path, tmp_path: Path) -> None:
    script = tmp_path / "twilio.min.js"
    script.write_bytes(b"abc")
    half = {"HOTLINE_VOICE_SDK": str(script), "TWILIO_API_KEY_SID": "SK1", "TWILIO_API_KEY_SECRET": "hush"}
    whole = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM_NUMBER": "+12025550101"} | half
    answers = [CliRunner(env=env).invoke(main, ["doctor", "--data-dir", str(kept)]).output for env in ({}, half, whole)]
    told = [next(line for line in answer.splitlines() if "browser calls" in line) for answer in answers]
    assert told[0].split()[0] == told[2].split()[0] == "ok"
    assert "not offered" in told[0]
    assert told[1].split()[0] == "MISSING"
    assert "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" in told[2]
    assert not any("hush" in answer for answer in answers)


def test_a_replay_without_a_house_says_so(tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text('{"turns": [{"role": "seeker", "text": "a"}]}')
    told = ask("replay", str(file), "--data-dir", str(tmp_path / "none"))
    assert told.exit_code == 1
    assert "no helpline lives in" in told.output


def test_a_report_comes_as_text_and_as_files(kept: Path, tmp_path: Path) -> None:
    days = ("--from", "2026-11-01", "--to", "2026-11-20", "--data-dir", str(kept))
    told = ask("report", *days, "--words", "zh-Hans")
    assert told.exit_code == 0
    assert "全部联系" in told.stdout
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF-")):
        assert ask("report", *days, "--format", kind, "--out", str(tmp_path / kind)).exit_code == 0
        assert (tmp_path / kind).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "soon"), "2026-11-23"),
        (("--from", "2026-11-01", "--level", "worst"), "imminent"),
        (("--from", "2026-11-01", "--format", "pdf"), "--out"),
        (("--format", "month", "--out", "x.pdf"), "--month"),
        (("--from", "2026-11-01", "--zone", "Mars/Olympus"), "time zone"),
        ((), "--from"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(kept: Path, words: tuple[str, ...], said: str) -> None:
    told = ask("report", "--data-dir", str(kept), *words)
    assert told.exit_code in {1, 2}
    assert said in told.output
    assert "Traceback" not in told.output
