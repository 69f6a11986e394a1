"""The fast scorer is the trained model, not something like it."""

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import pytest
import skops.io

from hotline.triage.lexicon import features
from hotline.triage.normalise import normalise
from hotline.triage.scorer import load_lexicon, load_model
from hotline.triage.scorer.model import spaced

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "models"
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


@pytest.mark.filterwarnings("ignore")
def test_the_fast_scorer_agrees_with_scikit_learn() -> None:
    original = skops.io.load(MODELS / MANIFEST["original"]["file"], trusted=MANIFEST["original"]["trusted"])
    fast, lexicon = load_model(MODELS), load_lexicon(ROOT / "config")
    for text in TEXTS:
        plain = normalise(text).text
        on = features(lexicon.find(plain))
        rules = np.array([[1.0 if name in on else 0.0 for name in original["rule_names"]]])
        grams = original["characters"].transform([spaced(plain)]).toarray()
        words = original["words"].transform([plain]).toarray()
        row = np.hstack([grams, words, rules])
        logits = np.array([original["heads"][head].decision_function(row)[0] for head in fast.heads])
        expected = 1.0 / (1.0 + np.exp(-(logits * original["slopes"] + original["offsets"])))
        ours = fast.score(plain, on)
        assert [ours[head] for head in fast.heads] == pytest.approx(expected.tolist(), abs=1e-6)


def test_the_original_carries_the_hash_of_the_manifest() -> None:
    content = (MODELS / MANIFEST["original"]["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == MANIFEST["original"]["sha256"]


def test_the_model_loads_in_half_a_second() -> None:
    start = time.perf_counter()
    load_model(MODELS)
    assert time.perf_counter() - start < 0.5


def test_what_is_committed_of_the_model_stays_small() -> None:
    sizes = [(MODELS / MANIFEST[kind]["file"]).stat().st_size for kind in ("runtime", "original")]
    assert sum(sizes) < 4_000_000


def test_the_own_corpus_is_whole_and_has_every_level_in_every_script() -> None:
    seen: set[str] = set()
    for path in sorted((MODELS / "corpus").glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert {row["level"] for row in rows} == {"imminent", "high", "elevated", "routine", "information"}
        assert {row["split"] for row in rows} == {"train", "heldout"}
        texts = [row["text"] for row in rows]
        assert len(set(texts)) == len(texts)
        assert not seen & set(texts)
        seen |= set(texts)
    assert len(seen) >= 900
