"""The second reading: pieces are cut as the encoder's were, wrong arrays are refused, and it may only raise."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from hotline.domain.contact import Level
from hotline.domain.errors import ModelRefused
from hotline.domain.risk import Judgement
from hotline.triage.scorer import load_assessor, load_model, load_second_reading, load_twice, wordlist
from hotline.triage.scorer.both import Both
from hotline.triage.scorer.model import ANY_RISK, NESTED, Model
from hotline.triage.scorer.pieces import MARK, Pieces
from hotline.triage.scorer.reader import SHAPES, WIDTH, WINDOW, Reader, read_reader
from hotline.triage.scorer.twice import Twice, read_twice

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "models"
HEADS = ("suicide_self_harm", "any_risk", "urgent")
NAMES = [MARK, f"{MARK}i", f"{MARK}am", f"{MARK}calm", "我", "不", "想", "活", "不想", "了"]
PIECES = Pieces({name: row for row, name in enumerate(NAMES, 2)}, (0.0, 0.0, *[-3.0] * len(NAMES)), 5)


def arrays(heads: int = 3, **given: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    """A reader of the pieces above with weights by chance."""
    chance = np.random.default_rng(7)
    rows = len(NAMES) + 2
    return {
        "pieces": wordlist.written(NAMES),
        "worth": np.array(PIECES.worth),
        "table": chance.integers(0, 256, (rows, WIDTH)).astype(np.uint8),
        "scales": np.full(rows, 1 / 128),
        "lows": np.full(rows, -1.0),
        **{name: chance.normal(0, 0.06, shape) for name, shape in SHAPES.items()},
        "out": chance.normal(0, 0.1, (1792, heads)),
        "out_b": np.zeros(heads),
    } | given


@pytest.fixture(scope="module")
def reader() -> Reader:
    return read_reader("chance", HEADS, arrays())


def test_the_likeliest_pieces_are_cut_and_stand_where_they_stand() -> None:
    text = "i am calm"
    assert [NAMES[row - 2] for row, _, _ in PIECES.cut(text)] == [f"{MARK}i", f"{MARK}am", f"{MARK}calm"]
    assert [text[start:end] for _, start, end in PIECES.cut(text)] == ["i", " am", " calm"]
    assert [NAMES[row - 2] for row, _, _ in PIECES.cut("我不想活了")] == [MARK, "我", "不想", "活", "了"]


def test_characters_that_are_no_piece_are_left_out_and_cost_no_other() -> None:
    text = "我☂不想"
    assert [text[start:end] for _, start, end in PIECES.cut(text)] == ["", "我", "不想"]
    assert PIECES.cut("☂") == [(2, 0, 0)]


def test_a_sentence_is_more_than_its_words(reader: Reader) -> None:
    assert not np.allclose(reader.logits("我不想活"), reader.logits("我想不活"), atol=1e-3)


def test_the_last_words_of_a_long_text_are_read(reader: Reader) -> None:
    calm = "i am calm " * WINDOW
    assert not np.allclose(reader.logits(f"{calm}我不想活了"), reader.logits(calm.strip()), atol=1e-3)
    assert np.isfinite(reader.logits(calm * 20)).all()


def test_what_a_head_leans_on_is_what_it_loses_without_it(reader: Reader) -> None:
    leanings = reader.leanings("我不想活", ["urgent"])["urgent"]
    column = HEADS.index("urgent")
    whole = reader.logits("我不想活")[column]
    assert leanings[0] == pytest.approx(float(whole - reader.logits("不想活")[column]), abs=1e-4)
    assert leanings[1] == leanings[2] == pytest.approx(float(whole - reader.logits("我活")[column]) / 2, abs=1e-4)
    assert reader.leanings("", ["urgent"]) == {"urgent": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"out": np.zeros((1792, 2))},
        {"worth": np.zeros(3)},
        {"table": np.zeros((len(NAMES) + 2, WIDTH), dtype=np.int8)},
        {"mean": np.full(SHAPES["mean"], np.nan)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(wrong: dict[str, npt.NDArray[Any]]) -> None:
    with pytest.raises(ModelRefused):
        read_reader("wrong", HEADS, arrays(**wrong))


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(MODELS)


def of_both(model: Model, shares: list[float]) -> Twice:
    every = np.repeat(np.array(shares)[:, np.newaxis], len(model.heads), axis=1)
    return read_twice(model, "chance", arrays(len(model.heads), shares=every))


def test_where_the_second_counts_nothing_the_first_is_heard(model: Model) -> None:
    text = "我不想活了"
    assert of_both(model, [1.0, 0.0, 0.0]).score(text, set()) == pytest.approx(model.score(text, set()))


def test_where_the_first_counts_nothing_the_second_is_heard(model: Model) -> None:
    twice, text = of_both(model, [0.0, 1.0, 0.5]), "我不想活了"
    wanted = 1 / (1 + np.exp(-(twice.second.logits(text) + 0.5)))
    found = twice.score(text, set())
    free = {ANY_RISK, *(step for step, _ in NESTED)}
    for head, value in zip(model.heads, wanted, strict=True):
        assert head in free or found[head] == pytest.approx(float(value), abs=1e-6)
    assert found["imminent"] <= found["urgent"] <= found[ANY_RISK]
    assert twice.name == f"{model.name}+chance"


def test_shares_that_do_not_fit_are_refused(model: Model) -> None:
    with pytest.raises(ModelRefused):
        read_twice(model, "wrong", arrays(len(model.heads), shares=np.zeros((2, len(model.heads)))))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("model.npz", "kinds.npz", "reader.npz", "manifest.json"):
        shutil.copy(MODELS / name, tmp_path)
    return tmp_path


def changed(folder: Path, **entry: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["reader"] |= entry
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def test_a_manifest_may_name_no_reader(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    del manifest["reader"]
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert load_twice(folder) is None
    assert load_second_reading(folder, ROOT / "config") is None


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"sha256": "0" * 64}, "hash"),
        ({"results": {"auc_any_risk": 0.5, "auc_suicide_self_harm": 0.99}}, "below its floor"),
        ({"file": "gone.npz"}, "cannot be opened"),
    ],
)
def test_a_reader_that_was_not_signed_so_answers_nothing(folder: Path, entry: dict[str, object], why: str) -> None:
    changed(folder, **entry)
    second = load_second_reading(folder, ROOT / "config")
    assert second is not None
    assert why in str(second.failure)
    assert load_model(folder).name, "the first reading goes on"


class Says:
    """Gives one judgement."""

    def __init__(self, level: Level, failure: str | None = None) -> None:
        self.given = Judgement(level, 0.5, 0.5, model="m", policy="p", failure=failure)

    def judge(self, _texts: list[str]) -> Judgement:
        return self.given

    def label(self, source: str, _language: str) -> str:
        return source


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        (Says(Level.ROUTINE), Says(Level.HIGH), Level.HIGH),
        (Says(Level.HIGH), Says(Level.ROUTINE), Level.HIGH),
        (Says(Level.ROUTINE), Says(Level.ELEVATED, "over its budget"), Level.ROUTINE),
        (Says(Level.ROUTINE), None, Level.ROUTINE),
    ],
)
def test_the_higher_of_both_stands_where_both_answered(first: Says, second: Says | None, stands: Level) -> None:
    assert Both(first, second).judge(["hello"]).level is stands


AS_TORCH_SAYS = {
    "我不想活了，今晚就走": [7.41, -7.61, -6.10, -8.66, 8.04, 8.37, 3.56, 0.73],
    "the cat has gone to my sister, all is paid": [-1.21, -6.78, -6.28, -7.12, -2.21, 3.66, -2.24, -2.88],
    "hello": [-6.07, -6.36, -6.19, -6.28, -5.94, -4.79, -7.01, -6.75],
}
"""What ``models/encoder.py: Encoder`` answers with the arrays of ``reader-3cede9b445``; made anew with each reader."""


@pytest.mark.parametrize("text", AS_TORCH_SAYS)
def test_the_shipped_reader_answers_what_it_was_taught(text: str) -> None:
    twice = load_twice(MODELS)
    assert twice is not None
    assert twice.second.logits(text) == pytest.approx(AS_TORCH_SAYS[text], abs=0.006)


def test_a_reader_weighed_beside_another_model_is_refused(folder: Path) -> None:
    changed(folder, beside="triage-other")
    second = load_second_reading(folder, ROOT / "config")
    assert second is not None
    assert "beside another model" in str(second.failure)


HINTS = [
    ("everyone will be better by monday, i promise, you will see", Level.HIGH),
    ("孩子们的教育金都转好了，我可以放心了", Level.ELEVATED),
]


@pytest.mark.parametrize(("text", "least"), HINTS)
def test_a_decision_told_without_its_word_is_heard_at_the_second_reading(text: str, least: Level) -> None:
    first, second = load_assessor(MODELS, ROOT / "config"), load_second_reading(MODELS, ROOT / "config")
    assert second is not None
    judged = second.judge([text])
    assert judged.failure is None
    assert judged.level.rank >= least.rank > first.judge([text]).level.rank
    assert judged.evidence
