"""The fast scorer is the trained model, not something like it; and what it learnt from is what the card says."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from duplicates import near_copies
from original import opened

from hotline.triage.lexicon import HEADS
from hotline.triage.normalise import normalise
from hotline.triage.scorer import load_lexicon, load_model
from hotline.triage.scorer.grams import code_of, spaced, word_grams, word_spans, worded
from hotline.triage.scorer.model import ANY_RISK

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "models"
LEAST_SHARE = 0.5
"""Part of the shorter text's runs that makes two texts near-copies."""

MANIFEST = json.loads((MODELS / "manifest.json").read_text("utf-8"))
TEXTS = [
    "我想死",
    "今天天气不错，我们去公园吧",
    "我啱啱食咗成樽安眠藥",
    "I want to end it all tonight",
    "thanks that helped a lot",
    "我 feel 好 down，don't know 点算",
    "a",
    "",
    "😀😀",
    "他又打我了，孩子一直哭" * 20,
]


@pytest.fixture(scope="module")
def original() -> dict[str, Any]:
    return opened(MODELS)


def _as_scikit_learn_says(original: dict[str, Any], plain: str, seen: set[str]) -> npt.NDArray[np.float64]:
    """Uncalibrated log-odds by head: the mean of the linear models' and the net's."""
    named = np.array([[1.0 if name in seen else 0.0 for name in original["feature_names"]]])
    grams = original["characters"].transform([spaced(plain)]).toarray()
    row = np.hstack([grams, original["words"].transform([worded(plain)]).toarray(), named])
    linear = np.array([head.decision_function(row)[0] for head in original["heads"].values()])
    chances = original["net"].predict_proba(row)[0].astype(np.float64)
    return np.asarray((linear + np.log(chances / (1.0 - chances))) / 2.0)


@pytest.mark.filterwarnings("ignore")
def test_the_fast_scorer_agrees_with_scikit_learn(original: dict[str, Any]) -> None:
    fast, lexicon = load_model(MODELS), load_lexicon(ROOT / "config")
    assert list(original["heads"]) == list(fast.heads)
    for text in TEXTS:
        plain = normalise(text).text
        on = lexicon.features(plain, lexicon.find(plain))
        logits = _as_scikit_learn_says(original, plain, on | fast.kinds.features(plain))
        expected = 1.0 / (1.0 + np.exp(-(logits * original["slopes"] + original["offsets"])))
        whole = dict(zip(fast.heads, expected.tolist(), strict=True))
        none = np.prod([1.0 - whole[head] for head in HEADS])
        whole[ANY_RISK] = (whole[ANY_RISK] + 1.0 - none) / 2.0
        whole["urgent"] = min(whole["urgent"], whole[ANY_RISK])
        whole["imminent"] = min(whole["imminent"], whole["urgent"])
        ours = fast.score(plain, on)
        assert {head: ours[head] for head in fast.heads} == pytest.approx(whole, abs=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_a_longer_text_is_weighed_with_its_most_alarming_passage(original: dict[str, Any]) -> None:
    fast, lexicon = load_model(MODELS), load_lexicon(ROOT / "config")

    def totals(plain: str) -> npt.NDArray[np.float64]:
        seen = lexicon.features(plain, lexicon.find(plain)) | fast.kinds.features(plain)
        return _as_scikit_learn_says(original, plain, seen)

    kind = "今天天气很好,我们去公园走了走。"
    text, pieces = kind * 4 + "药我已经全吃了。", [kind * 3, kind * 2 + "药我已经全吃了。"]
    whole, most, offset = original["joints"]
    best = np.max([totals(piece) for piece in pieces], axis=0)
    logits = whole * totals(text) + most * best + offset
    expected = dict(zip(fast.heads, (1.0 / (1.0 + np.exp(-logits))).tolist(), strict=True))
    parts = [(piece, lexicon.features(piece, lexicon.find(piece))) for piece in pieces]
    ours = fast.score(text, lexicon.features(text, lexicon.find(text)), parts)
    assert {head: ours[head] for head in HEADS} == pytest.approx({head: expected[head] for head in HEADS}, abs=1e-6)


def test_what_a_feature_says_is_what_a_little_more_of_it_would_change() -> None:
    fast, lexicon = load_model(MODELS), load_lexicon(ROOT / "config")
    plain = normalise("我想死了怎么办，今晚就从楼上跳下去").text
    on = lexicon.features(plain, lexicon.find(plain))
    units = fast._sums(plain, on)[1]
    column, little = fast.heads.index("suicide_self_harm"), 1e-5
    rows = np.array([fast.features[name] for name in sorted(on) if name in fast.features])
    for row, each in zip(rows, fast.toward(rows, units)[:, column], strict=True):
        net = fast.net.logits(units + little * fast.weights[row, len(fast.heads) :]) - fast.net.logits(units)
        moved = (fast.weights[row, column] + net[column] / little) / 2.0
        assert each == pytest.approx(moved, abs=1e-3)


def test_every_n_gram_is_spread_over_the_characters_it_covers() -> None:
    fast = load_model(MODELS)
    framed = " i want to die, 今晚就从楼上跳下去 "
    rows, values, _ = fast._characters(framed)
    worth = dict(zip(fast.grams[rows].tolist(), values.tolist(), strict=True))
    expected = [0.0] * len(framed)
    for size in fast.sizes:
        for place in range(len(framed) - size + 1):
            for offset in range(size):
                expected[place + offset] += worth.get(int(code_of(framed[place : place + size])), 0.0) / size
    found = [0.0] * len(framed)
    for row, each, start, end in fast._standing_grams(framed).tolist():
        assert fast.grams[int(row)] == code_of(framed[int(start) : int(end)])
        for place in range(int(start), int(end)):
            found[place] += each
    assert found == pytest.approx(expected, abs=1e-6)


def test_leanings_are_what_each_feature_says_spread_over_where_it_stands() -> None:
    fast, text, heads = load_model(MODELS), "我想死, i want to die", ["imminent", "suicide_self_harm"]
    named = {"is:die": [(2, 3), (16, 19)]}
    units = fast._sums(text, set(named))[1]
    expected = np.zeros((len(text) + 2, len(fast.heads)))
    for row, worth, start, end in fast._standing(text, named).tolist():
        expected[int(start) : int(end)] += worth * fast.toward(np.array([int(row)]), units)[0]
    found = fast.leanings(text, heads, set(named), named)
    for head in heads:
        assert found[head] == pytest.approx(expected[1:-1, fast.heads.index(head)].tolist(), abs=1e-6)


def test_words_count_alone_in_runs_and_across_one_word_each_on_its_own_stretch() -> None:
    text = "took both, 药 boxes"
    assert word_grams(text) == ["took", "both", "boxes", "took both", "both boxes", "took both boxes", "took _ boxes"]
    places = {gram: text[start:end] for gram, start, end in word_spans(text)}
    assert list(places) == word_grams(text)
    assert (places["both"], places["both boxes"], places["took _ boxes"]) == ("both", "both, 药 boxes", text)


def test_the_original_carries_the_hash_of_the_manifest() -> None:
    content = (MODELS / MANIFEST["original"]["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == MANIFEST["original"]["sha256"]


def test_what_is_committed_of_the_model_stays_small() -> None:
    files = [MANIFEST[kind]["file"] for kind in ("runtime", "original", "kinds", "reader")]
    assert sum((MODELS / name).stat().st_size for name in [*files, "answers.npz"]) < 58_000_000


CORPUS = {
    path.name: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for path in sorted((MODELS / "corpus").glob("*.jsonl"))
}
LEVELS = {"imminent", "high", "elevated", "routine", "information"}
SPLITS = {"heldout.jsonl": {"heldout"}, "idioms.jsonl": {"idioms"}}


@pytest.mark.parametrize("name", CORPUS)
def test_a_file_of_the_own_corpus_holds_its_levels_and_only_its_splits(name: str) -> None:
    rows = CORPUS[name]
    assert {row["split"] for row in rows} <= SPLITS.get(name, {"train", "heldout"})
    assert {row["lang"] for row in rows} <= {"en", "zh-Hans", "zh-Hant"}
    levels = {row["level"] for row in rows}
    assert levels <= {"routine", "information"} if name == "idioms.jsonl" else levels <= LEVELS


def test_the_exam_and_the_training_rows_hold_all_levels_in_every_language() -> None:
    for chosen in ("heldout", "train"):
        held = {(row["lang"], row["level"]) for rows in CORPUS.values() for row in rows if row["split"] == chosen}
        assert held == {(lang, level) for lang in ("en", "zh-Hans", "zh-Hant") for level in LEVELS}


def test_the_own_corpus_is_large_and_no_text_stands_in_it_twice() -> None:
    texts = [row["text"] for rows in CORPUS.values() for row in rows]
    assert len(texts) >= 5_000
    assert len(set(texts)) == len(texts)
    assert len(CORPUS["idioms.jsonl"]) >= 400
    assert len(CORPUS["heldout.jsonl"]) >= 1_000


Pairs = list[tuple[int, int, float]]


@pytest.fixture(scope="module")
def own_pairs() -> Pairs:
    """The near-copies in the whole corpus; found once, for it takes a while."""
    return near_copies([row["text"] for rows in CORPUS.values() for row in rows], LEAST_SHARE)


def _copied_share(pairs: Pairs, texts: int) -> float:
    """The share of texts that have a near-copy among the others."""
    return len({place for first, second, _ in pairs for place in (first, second)}) / texts


def test_the_own_corpus_is_not_spun_from_templates(own_pairs: Pairs) -> None:
    assert _copied_share(own_pairs, sum(map(len, CORPUS.values()))) < 0.015


def test_the_duplicate_check_catches_spun_templates() -> None:
    people = ["my boss", "my neighbour", "my cousin", "my teacher", "my landlord"]
    english = [f"{one} keeps telling me that nobody would ever miss me" for one in people]
    chinese = [f"{one}一直跟我说没有人会在乎我今天过得怎么样" for one in ("老板", "邻居", "表哥", "老师")]
    for spun in (english, chinese):
        assert _copied_share(near_copies(spun, LEAST_SHARE), len(spun)) == 1.0


def test_nothing_held_out_is_near_to_a_training_row(own_pairs: Pairs) -> None:
    rows = [row for each in CORPUS.values() for row in each]
    crossing = [
        pair for pair in own_pairs if (rows[pair[0]]["split"] == "train") != (rows[pair[1]]["split"] == "train")
    ]
    assert len(crossing) <= len(rows) * 0.005
