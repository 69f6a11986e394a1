"""Which words a model leaned on, as a few short spans; from a bare number no listener could tell fault from fact."""

import re
from collections.abc import Sequence

MOST = 3
"""Spans shown for one head; the strongest."""

_LEAST_SHARE = 0.35
_LATIN_WORD = re.compile(r"[a-z0-9']+")
_STOPS = frozenset(" ,.!?;:，。！？；：、\n\t")


def telling(text: str, leanings: Sequence[float]) -> list[tuple[int, int]]:
    """The stretches ``text[start:end]`` that speak most for a head, at most three, in the order of the text.

    ``leanings`` holds a number per character (:meth:`Model.leanings`). A stretch is a run of characters that each reach
    a good part of the strongest one; Latin words are never cut.
    """
    top = max(leanings, default=0.0)
    if top <= 0.0:
        return []
    strong = [each >= top * _LEAST_SHARE and text[place] not in _STOPS for place, each in enumerate(leanings)]
    for match in _LATIN_WORD.finditer(text):
        if any(strong[match.start() : match.end()]):
            strong[match.start() : match.end()] = [True] * (match.end() - match.start())
    worth = {span: sum(leanings[span[0] : span[1]]) for span in _runs(strong)}
    best = max(worth.values(), default=0.0)
    telling_most = sorted((span for span in worth if worth[span] >= best * _LEAST_SHARE), key=lambda span: -worth[span])
    return sorted(telling_most[:MOST])


def _runs(strong: Sequence[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start: int | None = None
    for place, each in enumerate([*strong, False]):
        if each and start is None:
            start = place
        elif not each and start is not None:
            found.append((start, place))
            start = None
    return found
