"""How long one message takes to be judged, rules included, beside the plain scikit-learn call in the same run."""

import itertools
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))

from original import opened

from hotline.triage.normalise import normalise
from hotline.triage.scorer import load_assessor, load_lexicon, load_model, load_second_reading
from hotline.triage.scorer.grams import spaced, worded

ROOT = Path(__file__).resolve().parents[1]
TEXTS = [
    "今天又被老板当着大家的面骂了一顿，回家路上一直哭，不知道还要不要干下去了，好累",
    "我真的撑不下去了，每天晚上都在想要不要从楼上跳下去，可是又放不下我妈和我弟弟两个",
    "同男朋友嘈咗一晚交，佢走咗之後我成晚瞓唔著，唔知點算好，好想搵個人傾下偈得唔得",
    "i had a bad day and i cannot stop crying",
]
"""Forty characters each, as long as a first message often is; the second lets rules speak."""

ROUNDS = 4_000
ROUNDS_OF_THE_PIPELINE = 300


def _microseconds(act: Callable[[str], object], rounds: int) -> list[float]:
    taken = []
    for round_number in range(rounds):
        text = TEXTS[round_number % len(TEXTS)]
        start = time.perf_counter()
        act(text)
        taken.append((time.perf_counter() - start) * 1e6)
    return taken


def main() -> None:
    """Print p50 and p99 in µs: our scoring, a whole judgement, a second reading, the scikit-learn pipeline."""
    threadpool_limits(1)  # one core is what is measured, and what a worker reads with
    lexicon = load_lexicon(ROOT / "config")
    start = time.perf_counter()
    model = load_model(ROOT / "models")
    print(f"load: {time.perf_counter() - start:.2f} s")
    original = opened(ROOT / "models")

    def ours(text: str) -> object:
        plain = normalise(text).text
        return model.score(plain, lexicon.features(plain, lexicon.find(plain)))

    def pipeline(text: str) -> object:
        plain = normalise(text).text
        on = lexicon.features(plain, lexicon.find(plain)) | model.kinds.features(plain)
        named = np.array([[1.0 if name in on else 0.0 for name in original["feature_names"]]])
        grams, words = original["characters"].transform([spaced(plain)]), original["words"].transform([worded(plain)])
        row = sp.hstack([grams, words, named]).tocsr()
        return [head.predict_proba(row) for head in [*original["heads"].values(), original["net"]]]

    folders = (ROOT / "models", ROOT / "config")
    assessor, second = load_assessor(*folders), load_second_reading(*folders)
    fresh = itertools.count()

    def judgement(text: str) -> object:
        return assessor.judge([f"{text}{next(fresh)}"])  # a new text each time, or the cache would answer

    def second_reading(text: str) -> object:
        return second and second.judge([f"{text}{next(fresh)}"])

    for name, act, rounds in (
        ("ours", ours, ROUNDS),
        ("judgement", judgement, ROUNDS),
        ("second reading, in a worker", second_reading, ROUNDS_OF_THE_PIPELINE),
        ("pipeline", pipeline, ROUNDS_OF_THE_PIPELINE),
    ):
        taken = sorted(_microseconds(act, rounds))
        print(f"{name}: p50 {statistics.median(taken):.0f} µs, p99 {taken[int(len(taken) * 0.99)]:.0f} µs")


if __name__ == "__main__":
    main()
