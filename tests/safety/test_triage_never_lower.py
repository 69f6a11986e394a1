"""Short words that must never fall again, whatever model is trained next; explaining a level must never cost one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.domain.contact import Level
from hotline.triage.scorer import Model, TriageAssessor, load_lexicon, load_model, load_policy

ROOT = Path(__file__).parents[2]
UNHURRIED = replace(load_policy(ROOT / "config"), budget_seconds=60)
"""What is judged here is words; on a crowded machine the usual 0.8 s passed once."""

ASSESSOR = TriageAssessor(load_lexicon(ROOT / "config"), UNHURRIED, load_model(ROOT / "models"))
LEAST = {
    Level.HIGH: (
        "我在天台",
        "i am on the bridge",
        "standing on the edge",
        "i have a gun",
        "he locked me in",
        "我要杀了他",
        "我想砍人",
        "明天就不在了",
        "我妈妈昏倒了",
        "i cant breathe",
    ),
    Level.ELEVATED: (
        "我撑不住了",
        "頂唔順喇",
        "唔想做人",
        "跳落去",
        "有人在追我",
        "what\u2019s the point of living",
        "i\u2019m done",
        "活不下去了",
        "救命",
        "help me",
        "I feel suicidal",
        "my friend told me she is suicidal",
        "我又割手了",
    ),
}
URGENT = [
    row["text"]
    for row in map(json.loads, (ROOT / "models/corpus/zh-Hans.4.jsonl").read_text("utf-8").splitlines())
    if row["level"] in {"imminent", "high"}
]


@pytest.mark.parametrize(("least", "text"), [(least, text) for least, texts in LEAST.items() for text in texts])
def test_these_words_are_never_given_less(least: Level, text: str) -> None:
    assert ASSESSOR.judge([text]).level.rank >= least.rank


@pytest.mark.parametrize("ending", ["!!!!!!!!!!", "！！！！！！", "……", "~~~~~~", "??????"])
def test_no_run_of_punctuation_breaks_a_judgement(ending: str) -> None:
    for text in URGENT:
        assert ASSESSOR.judge([text + ending]).failure is None, text


class Unexplaining(Model):
    """A model whose scores are sound and whose explanations are not."""

    def leanings(self, *_: object) -> dict[str, list[float]]:
        raise ValueError


def test_a_failing_explanation_costs_no_level() -> None:
    model = load_model(ROOT / "models")
    broken = Unexplaining(**{name: getattr(model, name) for name in Model.__slots__})
    assessor = TriageAssessor(load_lexicon(ROOT / "config"), load_policy(ROOT / "config"), broken)
    judged, healthy = assessor.judge(["他又打我了，还拿刀"]), ASSESSOR.judge(["他又打我了，还拿刀"])
    assert any(each.source.startswith("model:") for each in healthy.evidence)
    assert not any(each.source.startswith("model:") for each in judged.evidence)
    assert (judged.level, judged.failure) == (healthy.level, None)


def test_the_rules_speak_even_when_a_judgement_cannot_be_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    assessor = TriageAssessor(load_lexicon(ROOT / "config"), load_policy(ROOT / "config"), load_model(ROOT / "models"))
    monkeypatch.setattr(assessor, "_judge", lambda _: 1 / 0)
    judged = assessor.judge(["我决定今晚自杀", "谢谢"])
    assert judged.level.urgent
    assert judged.failure == "ZeroDivisionError"
