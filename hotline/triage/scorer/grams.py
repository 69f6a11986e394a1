"""The n-grams of a normalised text as numbers, and its Latin words; strings would cost most of a message's time."""

import re
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.intp]
LATIN = re.compile(r"[A-Za-z0-9]+")
_BASE, _ONE = 1_099_511_628_211, np.uint64(1)


def spaced(text: str) -> str:
    """The text as n-grams see it: white space as one space, framed by a space at both ends."""
    return f" {' '.join(text.split())} "


def gram_codes(framed: str, sizes: range) -> npt.NDArray[np.uint64]:
    """The 64-bit numbers (characters x sizes) of the n-grams that begin at each character; see :func:`code_of`.

    Those that would run over the end count a NUL for what is missing, which no normalised text holds.
    """
    longest = sizes[-1]
    points = np.frombuffer((framed + "\0" * longest).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    windows = np.empty((len(framed), longest), dtype=np.uint64)
    for place in range(longest):
        windows[:, place] = points[place : place + len(framed)]
    windows += _ONE
    return np.asarray(windows @ _powers(sizes))


@cache
def _powers(sizes: range) -> npt.NDArray[np.uint64]:
    """What each character of an n-gram is multiplied with (characters x sizes), modulo 2**64."""
    powers = np.zeros((sizes[-1], len(sizes)), dtype=np.uint64)
    for column, size in enumerate(sizes):
        powers[:size, column] = [pow(_BASE, power, 2**64) for power in reversed(range(size))]
    return powers


def code_of(gram: str) -> np.uint64:
    """The 64-bit number of one n-gram."""
    code = 0
    for character in gram:
        code = (code * _BASE + ord(character) + 1) % 2**64
    return np.uint64(code)


def word_grams(text: str) -> list[str]:
    """Latin words, runs of two and three, and pairs with one word between, as the word vocabulary counts them."""
    return _runs(LATIN.findall(text))


def worded(text: str) -> str:
    """The text as the word vectoriser sees it."""
    return "|".join(word_grams(text))


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """The same with the stretch ``text[start:end]`` that each stands on."""
    spans = [match.span() for match in LATIN.finditer(text)]
    pairs = [(start, end) for (start, _), (_, end) in pairwise(spans)]
    threes = [(start, end) for (start, _), (_, end) in zip(spans, spans[2:], strict=False)]
    grams = _runs([text[start:end] for start, end in spans])
    return [(gram, *span) for gram, span in zip(grams, [*spans, *pairs, *threes, *threes], strict=True)]


def _runs(words: list[str]) -> list[str]:
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    threes = [f"{pair} {third}" for pair, third in zip(pairs, words[2:], strict=False)]
    return [*words, *pairs, *threes, *(f"{first} _ {third}" for first, third in zip(words, words[2:], strict=False))]


def runs_of(places: Rows) -> tuple[Rows, Rows]:
    """Where each run of equal numbers starts, and how long it is; ``np.diff`` would cost three times as much."""
    new = np.ones(len(places), dtype=np.bool_)
    np.not_equal(places[1:], places[:-1], out=new[1:])
    starts = new.nonzero()[0]
    times = np.empty_like(starts)
    times[:-1], times[-1:] = starts[1:], len(places)
    return starts, times - starts
