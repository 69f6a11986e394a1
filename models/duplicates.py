"""Finds near-copies among texts by the n-grams they share; a spun template would count as many rows and teach one.

Chinese texts are compared by runs of four characters, English ones by runs of three words, both after normalisation,
so that another script, spacing or punctuation hides no copy.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from hotline.triage.normalise import normalise

CHARACTERS, WORDS = 4, 3
"""Lengths of the runs compared: characters of Chinese, words of English."""

NEAR_COPY = 0.5
"""Texts that share this part of their runs are the same text for training and testing."""

_FEWEST_RUNS = 4
_COMMON = 200


def runs(text: str) -> frozenset[str]:
    """The runs of characters or words that a text consists of."""
    plain = "".join(each if each.isalnum() else " " for each in normalise(text).text)
    if plain.isascii():
        words = plain.split()
        return frozenset(" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1))
    dense = "".join(plain.split())
    return frozenset(dense[at : at + CHARACTERS] for at in range(len(dense) - CHARACTERS + 1))


def near_copies(texts: Sequence[str], least_share: float) -> list[tuple[int, int, float]]:
    """Pairs of positions whose shorter text shares at least this part (0-1) of its runs with the other.

    Texts of fewer than four runs are left out: two short greetings are alike without being copies.
    """
    known = [runs(text) for text in texts]
    places: dict[str, list[int]] = {}
    for place, found in enumerate(known):
        for run in found if len(found) >= _FEWEST_RUNS else ():
            places.setdefault(run, []).append(place)
    shared = Counter(pair for where in places.values() if len(where) < _COMMON for pair in combinations(where, 2))
    return [
        (first, second, count / least)
        for (first, second), count in sorted(shared.items())
        if count / (least := min(len(known[first]), len(known[second]))) >= least_share
    ]
