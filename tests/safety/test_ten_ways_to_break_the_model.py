"""However the model is broken, a person is at least ``elevated``, the reason is kept, and the rules still speak."""

import hashlib
import io
import json
import pickle
import shutil
import threading
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hotline.domain.contact import Level
from hotline.domain.errors import ConfigurationError, ModelRefused
from hotline.triage.lexicon import HEADS
from hotline.triage.policy import STEPS
from hotline.triage.scorer import TriageAssessor, load_assessor, load_lexicon, load_model, load_policy
from hotline.triage.scorer.wordlist import read

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
CALM = dict.fromkeys((*HEADS, *STEPS), 0.0)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("manifest.json", "model.npz", "kinds.npz"):
        shutil.copy(ROOT / "models" / name, tmp_path / name)
    return tmp_path


def _manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def _resigned(folder: Path, content: bytes) -> None:
    (folder / "model.npz").write_bytes(content)
    _manifest(folder, runtime={"file": "model.npz", "sha256": hashlib.sha256(content).hexdigest()})


def _arrays(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    with np.load(folder / "model.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    change(arrays)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    _resigned(folder, buffer.getvalue())


def _not_finite(arrays: dict[str, Any]) -> None:
    arrays["weights"][0, 0] = np.nan


def _wrong_shape(arrays: dict[str, Any]) -> None:
    arrays["weights"], arrays["units"] = arrays["weights"][:-1], arrays["units"][:-1]


def _objects(arrays: dict[str, Any]) -> None:
    arrays["words"] = np.array(read(arrays["words"]), dtype=object)


def _words_as_strings(arrays: dict[str, Any]) -> None:
    arrays["words"] = np.array(read(arrays["words"]))


def _words_are_no_text(arrays: dict[str, Any]) -> None:
    arrays["words"] = np.full_like(arrays["words"], 0xFF)


def _other_steps(arrays: dict[str, Any]) -> None:
    arrays["units"] = arrays["units"].astype(np.int16)


def _unit_lost(arrays: dict[str, Any]) -> None:
    arrays["units"] = arrays["units"][:-1]


def _one_largest_for_all(arrays: dict[str, Any]) -> None:
    arrays["unit_most"] = arrays["unit_most"][:1]


def _square_thresholds(arrays: dict[str, Any]) -> None:
    arrays["thresholds"] = arrays["thresholds"][:, np.newaxis]


def _net_not_finite(arrays: dict[str, Any]) -> None:
    arrays["outputs"][0, 0] = np.inf


def _kind_twice(arrays: dict[str, Any]) -> None:
    arrays["kind_codes"][0] = arrays["kind_codes"][1]


def _altered(folder: Path) -> None:
    """Arrays that would load and fit, but are not the ones that were signed."""
    signed = json.loads((folder / "manifest.json").read_text("utf-8"))["runtime"]
    _arrays(folder, lambda arrays: arrays.update(weights=arrays["weights"] * 0))
    _manifest(folder, runtime=signed)


BROKEN_FILES: dict[str, Callable[[Path], object]] = {
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "no arrays": lambda folder: (folder / "model.npz").unlink(),
    "no word kinds": lambda folder: (folder / "kinds.npz").unlink(),
    "other word kinds": lambda folder: (folder / "kinds.npz").write_bytes(b"not the signed ones"),
    "manifest is no JSON": lambda folder: (folder / "manifest.json").write_text("{", "utf-8"),
    "wrong hash": _altered,
    "corrupt though signed": lambda folder: _resigned(folder, b"not an archive"),
    "a pickle in its place": lambda folder: _resigned(folder, pickle.dumps({"weights": 1})),
    "objects among the arrays": lambda folder: _arrays(folder, _objects),
    "words in another layout": lambda folder: _arrays(folder, _words_as_strings),
    "words that are no text": lambda folder: _arrays(folder, _words_are_no_text),
    "a number that is not finite": lambda folder: _arrays(folder, _not_finite),
    "arrays that do not fit": lambda folder: _arrays(folder, _wrong_shape),
    "a net in other steps": lambda folder: _arrays(folder, _other_steps),
    "a net that lacks a row": lambda folder: _arrays(folder, _unit_lost),
    "a largest weight for fewer units": lambda folder: _arrays(folder, _one_largest_for_all),
    "thresholds of another shape": lambda folder: _arrays(folder, _square_thresholds),
    "a net that is not finite": lambda folder: _arrays(folder, _net_not_finite),
    "a kind twice": lambda folder: _arrays(folder, _kind_twice),
    "unknown format": lambda folder: _manifest(folder, format=99),
    "below its floor": lambda folder: _manifest(folder, results={"auc_any_risk": 0.5, "auc_suicide_self_harm": 0.5}),
    "a result that is not finite": lambda folder: _manifest(
        folder, results={"auc_any_risk": float("nan"), "auc_suicide_self_harm": float("nan")}
    ),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_broken_files_are_refused_and_everybody_is_at_least_elevated(models: Path, name: str) -> None:
    BROKEN_FILES[name](models)
    with pytest.raises(ModelRefused):
        load_model(models)
    assessor = load_assessor(models, CONFIG)
    calm, crisis = assessor.judge(["谢谢你"]), assessor.judge(["我刚吃了一整瓶安眠药"])
    assert assessor.failure
    assert calm.level.rank >= Level.ELEVATED.rank
    assert calm.failure
    assert calm.risk is None
    assert crisis.level is Level.IMMINENT


class Stand:
    """A model that does what it is told."""

    name = "stand-in"

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.answer = answer

    def score(self, text: str, features: AbstractSet[str]) -> dict[str, float]:
        del text, features
        return self.answer()  # type: ignore[no-any-return]


def _raise() -> Any:
    raise RuntimeError("broken")


BROKEN_ANSWERS: dict[str, Callable[[], Any]] = {
    "raises": _raise,
    "answers nothing": lambda: None,
    "not a number": lambda: {**CALM, "any_risk": float("nan")},
    "infinite": lambda: {**CALM, "urgent": float("inf")},
    "out of range": lambda: {**CALM, "abuse": 1.5},
    "negative": lambda: {**CALM, "abuse": -0.1},
    "a word": lambda: {**CALM, "abuse": "high"},
    "a head is missing": lambda: {"any_risk": 0.1},
    "a list": lambda: [0.1] * 8,
    "a truth value": lambda: {**CALM, "abuse": True},
}


@pytest.mark.parametrize("name", BROKEN_ANSWERS)
def test_a_broken_answer_counts_as_no_answer(name: str) -> None:
    assessor = TriageAssessor(load_lexicon(CONFIG), load_policy(CONFIG), Stand(BROKEN_ANSWERS[name]))
    judgement = assessor.judge(["谢谢你"])
    assert judgement.level.rank >= Level.ELEVATED.rank
    assert judgement.failure
    assert judgement.risk is None
    assert assessor.judge(["我刚吃了一整瓶安眠药"]).level is Level.IMMINENT


def test_a_slow_model_does_not_keep_a_person_waiting() -> None:
    release = threading.Event()

    def slowly() -> dict[str, float]:
        release.wait(20)
        return CALM

    assessor = TriageAssessor(load_lexicon(CONFIG), load_policy(CONFIG), Stand(slowly))
    start = time.monotonic()
    judgements = [assessor.judge(["谢谢你"]), assessor.judge(["你好"])]
    took = time.monotonic() - start
    release.set()
    assert took < 2
    assert all(judgement.level.rank >= Level.ELEVATED.rank and judgement.failure for judgement in judgements)


def test_a_failure_is_not_remembered_once_the_model_answers_again() -> None:
    answers = iter([_raise, lambda: CALM])

    def changing() -> Any:
        return next(answers)()

    assessor = TriageAssessor(load_lexicon(CONFIG), load_policy(CONFIG), Stand(changing))
    assert assessor.judge(["谢谢你"]).failure
    assert assessor.judge(["谢谢你"]).failure is None


def test_even_trouble_in_our_own_rooms_ends_with_a_human() -> None:
    assessor = TriageAssessor(load_lexicon(CONFIG), load_policy(CONFIG), Stand(lambda: CALM))
    assessor.lexicon = None  # type: ignore[assignment]
    judgement = assessor.judge(["谢谢你"])
    assert judgement.level is Level.ELEVATED
    assert judgement.failure


def test_a_broken_lexicon_is_no_matter_of_the_model_and_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        load_assessor(ROOT / "models", tmp_path)
