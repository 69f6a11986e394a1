"""An operator can score a file line by line, and one bad line does not lose the rest."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from hotline.cli.triage import triage


def _run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(triage, list(arguments), input=given, catch_exceptions=False)


def test_lines_are_scored_and_other_keys_pass_through() -> None:
    result = _run("score", "-", given='{"id": 7, "text": "我想死"}\n\n{"text": "hello"}\n')
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert rows[0]["id"] == 7
    assert rows[0]["level"] == "elevated"
    assert rows[0]["urgent"] is False
    assert 0 <= rows[0]["risk"] <= 1
    assert 0 <= rows[0]["urgency"] <= 1
    assert set(rows[0]["heads"]) >= {
        "suicide_self_harm",
        "violence_to_others",
        "abuse",
        "medical_emergency",
        "any_risk",
    }
    assert rows[0]["evidence"][0].keys() == {"start", "end", "source"}
    assert rows[0]["model"].startswith("triage-")
    assert rows[0]["policy"]


def test_a_bad_line_is_named_and_the_rest_is_scored() -> None:
    result = _run("score", given='nothing\n{"text": 1}\n{"a": 2}\n[]\n{"text": "hello"}\n')
    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["line 1", "line 2", "line 3", "line 4"]
    assert json.loads(result.stdout)["text"] == "hello"


def test_a_file_can_be_scored(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "thank you"}\n', "utf-8")
    assert json.loads(_run("score", str(path)).stdout)["level"] == "information"


def test_a_missing_model_is_said_aloud_and_everything_is_elevated(tmp_path: Path) -> None:
    result = _run("--models-dir", str(tmp_path), "score", given='{"text": "hello"}\n')
    assert result.exit_code == 0
    assert "not in use" in result.stderr
    assert json.loads(result.stdout)["level"] == "elevated"


def test_a_broken_configuration_refuses(tmp_path: Path) -> None:
    result = CliRunner().invoke(triage, ["--config-dir", str(tmp_path), "score"], input='{"text": "hello"}\n')
    assert result.exit_code == 1
    assert "lexicon" in result.stderr


def test_an_explanation_quotes_the_text_and_names_the_rule() -> None:
    result = _run("explain", "我好想自/殺", "--language", "zh-Hant")
    assert "“好想自/殺”" in result.stdout
    assert "說想死或不想活" in result.stdout


def test_the_card_can_be_read() -> None:
    assert "synthetic" in _run("card").stdout


def test_a_missing_card_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(triage, ["--models-dir", str(tmp_path), "card"])
    assert result.exit_code == 1
