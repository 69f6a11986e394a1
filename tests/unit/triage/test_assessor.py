"""A conversation keeps its most urgent moment, however it is padded, split or disguised."""

import subprocess
import sys
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest

from hotline.domain.contact import Level
from hotline.triage.lexicon import HEADS
from hotline.triage.policy import STEPS
from hotline.triage.scorer import TriageAssessor, load_assessor, load_lexicon, load_policy

ROOT = Path(__file__).parents[3]
ASSESSOR = load_assessor(ROOT / "models", ROOT / "config")
KIND = ["谢谢你", "今天天气很好", "我中午吃了面", "你真好", "晚上打算看电视"]


@pytest.mark.parametrize(
    "text",
    [
        "我刚吃了一整瓶安眠药",
        "我啱啱食咗成樽安眠藥",
        "I just swallowed a whole bottle of pills",
        "他正在砸门，他拿着刀",
        "我现在就想死，药已经吃了",
        "我今晚就想结束生命，已经准备好了",
        "他拿刀追我 我躲在厕所",
        "i am sitting on the ledge and i cannot think",
    ],
)
def test_an_act_in_progress_is_imminent(text: str) -> None:
    assert ASSESSOR.judge([text]).level is Level.IMMINENT


def test_a_wish_to_die_tonight_is_urgent() -> None:
    assert ASSESSOR.judge(["I want to kill myself tonight"]).level.urgent


def test_a_friend_who_tells_of_a_beaten_child_is_heard() -> None:
    judgement = ASSESSOR.judge(["his dad hits him every night, I am his friend"])
    assert judgement.level.rank >= Level.ELEVATED.rank


@pytest.mark.parametrize("text", ["我想死", "我唔想做人喇", "I want to die", "我老公经常打我", "my dad hits me"])
def test_risk_is_at_least_elevated(text: str) -> None:
    assert ASSESSOR.judge([text]).level.rank >= Level.ELEVATED.rank


@pytest.mark.parametrize("text", ["谢谢你", "請問你哋服務時間係點", "what are your opening hours", "你好"])
def test_small_talk_and_practical_questions_are_information(text: str) -> None:
    assert ASSESSOR.judge([text]).level is Level.INFORMATION


@pytest.mark.parametrize("text", ["今天被老板骂了一顿，回家哭了好久", "同男朋友分咗手，好唔開心", "笑死我了"])
def test_venting_is_never_urgent(text: str) -> None:
    assert not ASSESSOR.judge([text]).level.urgent


@pytest.mark.parametrize("crisis", ["我今晚就跳楼", "我决定自杀了", "I am going to kill myself tonight"])
def test_fifty_kind_messages_around_a_crisis_line_do_not_lower_its_level(crisis: str) -> None:
    alone = ASSESSOR.judge([crisis]).level
    padded = ASSESSOR.judge([*KIND * 5, crisis, *KIND * 5]).level
    assert padded.rank >= alone.rank


def test_fifty_kind_sentences_in_one_message_do_not_hide_a_crisis_line() -> None:
    kind = "。".join(KIND * 5)
    alone = ASSESSOR.judge(["我决定今晚自杀"]).level
    assert ASSESSOR.judge([f"{kind}。我决定今晚自杀。{kind}"]).level.rank >= alone.rank


class Attentive:
    """A model that notices one word only when little stands around it, as thin features do."""

    name = "attentive"

    def score(self, text: str, features: AbstractSet[str]) -> dict[str, float]:
        del features
        noticed = "暗号" in text and len(text) < 20
        return dict.fromkeys((*HEADS, *STEPS), 0.99 if noticed else 0.0)


def test_kind_sentences_do_not_thin_out_what_only_the_model_notices() -> None:
    assessor = TriageAssessor(load_lexicon(ROOT / "config"), load_policy(ROOT / "config"), Attentive())
    kind = "。".join(KIND * 5)
    assert (
        assessor.judge([f"{kind}。这里有暗号。{kind}"]).level is assessor.judge(["这里有暗号"]).level is Level.IMMINENT
    )


@pytest.mark.parametrize(("around", "level"), [(10, Level.INFORMATION), (25, Level.ELEVATED)])
def test_a_worrying_sentence_of_a_story_is_read_in_its_story(around: int, level: Level) -> None:
    class Worried(Attentive):
        def score(self, text: str, features: AbstractSet[str]) -> dict[str, float]:
            urgency = {"urgent": 0.0, "imminent": 0.0, "distress": 0.0}
            return super().score(text, features) | urgency

    assessor = TriageAssessor(load_lexicon(ROOT / "config"), load_policy(ROOT / "config"), Worried())
    kind = "。".join((KIND * 5)[:around])
    assert assessor.judge([f"{kind}。这里有暗号。{kind}"]).level is level


def test_a_thought_cut_into_short_messages_is_read_as_one() -> None:
    assessor = TriageAssessor(load_lexicon(ROOT / "config"), load_policy(ROOT / "config"), Attentive())
    assert assessor.judge(["我好想", "自", "杀"]).level is Level.ELEVATED
    assert assessor.judge(["我好想", "吃", "面"]).level is Level.INFORMATION


def test_evidence_points_into_the_last_text_as_it_was_given() -> None:
    text = "真的，我好想自/殺"
    spans = {text[each.start : each.end] for each in ASSESSOR.judge(["你好", text]).evidence}
    assert any("自/殺" in span for span in spans)


def test_evidence_has_a_label_in_the_listeners_language() -> None:
    source = ASSESSOR.judge(["我想死"]).evidence[0].source
    assert ASSESSOR.label(source, "zh-Hant") != source
    assert ASSESSOR.label("rule:unknown", "en") == "rule:unknown"


def test_silence_after_readable_words_is_no_new_risk() -> None:
    assert ASSESSOR.judge(["你好", "……"]).level is Level.INFORMATION


@pytest.mark.parametrize("texts", [[], [""], ["Мне очень плохо сегодня"], ["\ud800"]])
def test_what_cannot_be_read_needs_a_human(texts: list[str]) -> None:
    assert ASSESSOR.judge(texts).level.rank >= Level.ELEVATED.rank


def test_a_long_conversation_stays_cheap() -> None:
    class Counting(Attentive):
        asked = 0

        def score(self, text: str, features: AbstractSet[str]) -> dict[str, float]:
            self.asked += 1
            return super().score(text, features)

    model = Counting()
    assessor = TriageAssessor(load_lexicon(ROOT / "config"), load_policy(ROOT / "config"), model)
    texts = [f"第{number}条消息，今天也很累" for number in range(300)]
    assessor.judge(texts)
    before = model.asked
    assessor.judge([*texts, "再说一句"])
    assert model.asked == before + 1


def test_the_service_scores_without_importing_scikit_learn() -> None:
    code = (
        "import sys; from pathlib import Path; from hotline.triage.scorer import load_assessor;"
        f"a = load_assessor(Path({str(ROOT / 'models')!r}), Path({str(ROOT / 'config')!r}));"
        "j = a.judge(['hello']); assert j.failure is None, j.failure;"
        "assert not {'sklearn', 'scipy', 'skops', 'joblib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
