"""Comparing models, proposing thresholds and correcting labels: tools that decide nothing must at least not deceive."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import compare
import dataset
import evaluate
import learning
import numpy as np
import pytest
import thresholds
from click.testing import CliRunner

from hotline.cli.triage import triage
from hotline.domain.contact import Level
from hotline.triage.scorer import load_lexicon, load_policy, load_twice

ROOT = Path(__file__).parents[3]


def test_a_model_compared_with_itself_differs_in_nothing(tmp_path: Path) -> None:
    labelled = tmp_path / "reviewed.jsonl"
    rows = [{"text": "我今晚就跳楼", "level": "imminent"}, {"text": "谢谢", "level": "information"}] * 3
    labelled.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    models = str(ROOT / "models")
    done = CliRunner().invoke(triage, ["compare", models, models, "--on", str(labelled)])
    assert done.exit_code == 0, done.output
    assert "exact level | 1.000 | 1.000 | +0.000 | +0.000 to +0.000" in done.output


def test_a_folder_without_a_model_is_an_error_in_words(tmp_path: Path) -> None:
    done = CliRunner().invoke(triage, ["compare", str(tmp_path), str(ROOT / "models")])
    assert done.exit_code == 1
    assert "The model cannot be opened" in done.output


def test_a_difference_is_marked_only_when_its_interval_leaves_out_zero() -> None:
    truth = np.array([3] * 60 + [0] * 60)
    silent, perfect = np.zeros(120, dtype=np.int64), truth.copy()
    once = silent.copy()
    once[0] = 3
    marked = compare.table(silent, perfect, truth)
    assert any("urgent recognised" in line and "*" in line for line in marked)
    assert not any("urgent recognised" in line and "*" in line for line in compare.table(silent, once, truth))


def test_reviewed_rows_speak_of_their_level_and_head() -> None:
    targets = dataset.own_targets({"level": "high", "head": "abuse"})
    assert (targets["abuse"], targets["any_risk"], targets["urgent"], targets["imminent"]) == (1.0, 1.0, 1.0, 0.0)


def test_a_row_read_again_takes_its_new_level_and_leaves_the_routine_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "老豆又打阿妈"
    corrected = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "level": "elevated", "head": "abuse"}
    (tmp_path / "corpus").mkdir()
    (tmp_path / "relabelled.jsonl").write_text(json.dumps(corrected), "utf-8")
    (tmp_path / "talk.jsonl").write_text(json.dumps({"text": text, "label": "1"}), "utf-8")
    monkeypatch.setattr(dataset, "SHIPPED", {"talk": dataset.SHIPPED["yue_hkcancor"]})
    rows = dataset.load_rows(tmp_path, tmp_path, load_lexicon(ROOT / "config"))
    assert rows.sources == [dataset.RELABELLED]
    assert rows.targets[0, dataset.HEADS.index("abuse")] == 1.0


def _rows(calm: int, risk: int) -> dataset.Rows:
    raw = [{"level": "routine", "head": "none"}] * calm + [{"level": "elevated", "head": "abuse"}] * risk
    total = calm + risk
    targets = np.array([[dataset.own_targets(row)[head] for head in dataset.HEADS] for row in raw])
    return dataset.Rows(
        ["话"] * total,
        [set() for _ in raw],
        [[] for _ in raw],
        [0] * total,
        targets,
        np.ones(total),
        ["own"] * total,
        raw,
    )


def test_a_row_newer_than_the_reader_is_judged_by_the_first_reading_alone() -> None:
    twice = load_twice(ROOT / "models")
    assert twice is not None
    rows, lexicon = _rows(0, 2), load_lexicon(ROOT / "config")
    policy = replace(load_policy(ROOT / "config"), second_thresholds={"zh": {"urgent": 0.01}, "en": {}})
    way = evaluate.Way(learning.Fitted.__new__(learning.Fitted), twice, lexicon, policy)
    heads = len(dataset.HEADS)
    first, answers = np.full((2, heads), -3.0), np.full((2, heads), 9.0)
    answers[1] = np.nan
    found, ranks = way.weighed(rows, first, answers)
    assert found[1] == pytest.approx(learning.settled(first)[1])
    assert found[0, dataset.HEADS.index("any_risk")] > 0.5 > found[1, dataset.HEADS.index("any_risk")]
    assert ranks[0] >= Level.HIGH.rank > Level.ELEVATED.rank > ranks[1]


def test_what_is_raised_as_soon_counts_into_the_load() -> None:
    rows = _rows(100, 100)
    scores = np.zeros((200, len(dataset.HEADS)))
    scores[:100, dataset.HEADS.index("any_risk")] = np.linspace(0.0, 0.5, 100)
    scores[:8, dataset.HEADS.index("imminent")] = 0.3
    every = np.ones(200, dtype=bool)
    without = thresholds.Choice(rows, scores, ~every, every).thresholds()["any_risk"]
    counted = thresholds.Choice(rows, scores, ~every, every, soon=0.2).thresholds()["any_risk"]
    assert counted > without


def test_the_proposed_threshold_is_the_lowest_within_the_load() -> None:
    rows = _rows(100, 100)
    scores = np.zeros((200, len(dataset.HEADS)))
    scores[:100, dataset.HEADS.index("any_risk")] = np.linspace(0.0, 0.5, 100)
    scores[100:, dataset.HEADS.index("any_risk")] = 0.6
    choice = thresholds.Choice(rows, scores, np.zeros(200, dtype=bool), np.ones(200, dtype=bool))
    found = choice.thresholds()["any_risk"]
    flagged = (scores[:100, dataset.HEADS.index("any_risk")] >= found).mean()
    assert flagged <= thresholds.LOAD_ANY[thresholds.OWN_CALM]
    assert (scores[:100, dataset.HEADS.index("any_risk")] >= found - 0.01).mean() > thresholds.LOAD_ANY[
        thresholds.OWN_CALM
    ]


def test_the_load_is_that_of_both_readings_together() -> None:
    rows = _rows(100, 100)
    first, again = np.zeros((200, len(dataset.HEADS))), np.zeros((200, len(dataset.HEADS)))
    for head in ("any_risk", "urgent"):
        first[:50, dataset.HEADS.index(head)] = np.linspace(0.0, 0.5, 50)
        again[50:100, dataset.HEADS.index(head)] = np.linspace(0.0, 0.8, 50)
        first[100:, dataset.HEADS.index(head)] = 0.9
    every = np.ones(200, dtype=bool)
    alone = thresholds.Choice(rows, first, ~every, every).thresholds()
    both = thresholds.Choice(rows, first, ~every, every, again=again).thresholds()
    assert both["any_risk"] > alone["any_risk"]
    assert both["urgent"] == alone["urgent"], "the first reading's own load"
    urgent, second = first[:100, dataset.HEADS.index("urgent")], again[:100, dataset.HEADS.index("urgent")]
    called = (urgent >= both["urgent"]) | (second >= both["urgent, second reading"])
    assert called.mean() <= thresholds.LOAD_BOTH[thresholds.OWN_CALM]
    assert "urgent, second reading" not in alone
