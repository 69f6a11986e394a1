"""Reviewed rows teach what a review can know, never the exam, and a model can be trained with them."""

import json
from pathlib import Path

import dataset
import evaluate
import learning
import numpy as np
import pytest
import reviewed
from click.testing import CliRunner

from hotline.cli.triage import triage
from hotline.triage.scorer import load_lexicon

ROOT = Path(__file__).parents[3]


def _line(text: str, level: str = "high", **other: str) -> str:
    return json.dumps({"id": "a", "text": text, "level": level, "source": "reviewed", **other}, ensure_ascii=False)


def _file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_level_says_how_soon_and_not_which_danger() -> None:
    risk, calm = reviewed.targets({"level": "high"}), reviewed.targets({"level": "routine"})
    assert (risk["urgent"], risk["any_risk"], risk["imminent"]) == (1.0, 1.0, 0.0)
    assert all(np.isnan(risk[head]) for head in dataset.DANGERS)
    assert all(calm[head] == 0.0 for head in (*dataset.DANGERS, "any_risk"))


def test_a_row_of_the_exam_is_left_out_however_it_is_written(tmp_path: Path) -> None:
    exam = [row["text"] for row in dataset.corpus_rows(ROOT / "models") if row["file"] == "heldout.jsonl"]
    long = next(text for text in exam if len(text) > 60)
    path = _file(tmp_path, _line(exam[0].upper()), _line(f"hello\n{long}\nthank you"), _line("[name] was unkind today"))
    kept, known = reviewed.reviewed_rows([path], ROOT / "models")
    assert ([row["text"] for row in kept], known) == (["某 was unkind today"], 2)


@pytest.mark.parametrize("line", [_line(" "), _line("hello", "worst"), json.dumps({"text": "hello", "level": "high"})])
def test_a_file_that_no_export_wrote_is_refused_in_words(tmp_path: Path, line: str) -> None:
    path, models = _file(tmp_path, line), str(ROOT / "models")
    done = CliRunner().invoke(triage, ["compare", models, models, "--reviewed", str(path)])
    assert (done.exit_code, "line 1" in done.output) == (1, True)


def test_two_models_are_compared_on_reviewed_rows(tmp_path: Path) -> None:
    path, models = (
        _file(tmp_path, _line("我今晚就去跳楼，[name]不知道", "imminent"), _line("谢谢", "information")),
        ROOT / "models",
    )
    done = CliRunner().invoke(triage, ["compare", str(models), str(models), "--reviewed", str(path)])
    assert done.exit_code == 0, done.output
    assert "over 2 rows" in done.output


def test_training_says_how_many_rows_count_and_which_set_is_missing(tmp_path: Path) -> None:
    path = _file(tmp_path, _line("[name] was unkind today", "routine"))
    words = ["--models-dir", str(ROOT / "models"), "train", "--data", str(tmp_path), "--into", str(tmp_path)]
    done = CliRunner().invoke(triage, [*words, "--reviewed", str(path)])
    assert done.exit_code == 1
    assert "1 reviewed rows; 0 more are left out" in done.output
    assert "zh_psysuicide_valid.jsonl" in done.output


def test_figures_on_reviewed_rows_leave_out_what_has_no_row(tmp_path: Path) -> None:
    lines = [_line("hello there", "routine"), _line("thank you for that", "information")]
    read, _ = reviewed.reviewed_rows([_file(tmp_path, *lines)], tmp_path)
    given = [(reviewed.REVIEWED, row, reviewed.reviewed_target) for row in read]
    held = dataset.gather(given, load_lexicon(ROOT / "config"), dataset.NO_KINDS)
    table = evaluate.reviewed_table(held, np.array([1, 2]))
    assert [line.split("|")[1:3] for line in table] == [
        [" reviewed: no risk, flagged as any risk ", " 0.500 "],
        [" reviewed: exact level ", " 0.500 "],
    ]


def _small_corpus(folder: Path) -> None:
    """A corpus that speaks of every head, small enough to learn in a second."""
    own = [
        {"text": f"{text} {word}", "level": level, "head": head, "split": "train"}
        for text, level, head in [
            ("i cut myself", "imminent", "suicide_self_harm"), ("he beats me", "imminent", "abuse"),
            ("i will stab him", "imminent", "violence_to_others"),
            ("she cannot breathe", "imminent", "medical_emergency"),
            ("opening hours please", "information", "none"), ("my exams are hard", "routine", "none"),
        ]
        for word in ("today", "again", "now", "here")
    ]  # fmt: skip
    (folder / "corpus").mkdir()
    (folder / "corpus" / "own.jsonl").write_text("\n".join(map(json.dumps, own)), "utf-8")
    (folder / "relabelled.jsonl").write_text("", "utf-8")


def test_a_small_model_learns_from_reviewed_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "SHIPPED", {})
    _small_corpus(tmp_path)
    lexicon = load_lexicon(ROOT / "config")
    lines = [_line(f"the ledge is wide {word}", "imminent") for word in ("one", "two", "three", "four")]
    read, _ = reviewed.reviewed_rows([_file(tmp_path, *lines)], tmp_path)
    given = [(reviewed.REVIEWED, row, reviewed.reviewed_target) for row in read]
    rows = dataset.load_rows(tmp_path, tmp_path, lexicon, (), given)
    assert rows.sources.count(reviewed.REVIEWED) == 4
    assert set(rows.weights[np.array(rows.sources) == reviewed.REVIEWED]) == {reviewed.WEIGHT}
    asked = dataset.gather(given[:1], lexicon, dataset.NO_KINDS)
    models = [learning.fit(each) for each in (rows, dataset.load_rows(tmp_path, tmp_path, lexicon))]
    with_them, without = (one.probabilities(asked)[0, dataset.HEADS.index("imminent")] for one in models)
    assert with_them > without + 0.05
