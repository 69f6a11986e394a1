"""Which words a model leaned on, as a few short spans; from a bare number no listener could tell fault from fact."""

from collections.abc import Collection, Iterable, Sequence

from hotline.domain.risk import Evidence
from hotline.triage.concepts import placed
from hotline.triage.lexicon import Hit, Lexicon
from hotline.triage.normalise import Normalised
from hotline.triage.scorer.model import Model, Stretch
from hotline.triage.scorer.twice import Twice

MOST = 3
"""Spans shown for one head; the strongest."""

_LEAST_SHARE = 0.35
_STOPS = frozenset(" ,.!?;:，。！？；：、\n\t")


def leaned_on(
    model: Model | Twice, lexicon: Lexicon, text: Normalised, hits: Sequence[Hit], heads: Collection[str]
) -> set[Evidence]:
    """What spoke most for each of these heads in a text with these hits, as spans (code points) of the original."""
    if not heads:
        return set()
    on, named = lexicon.features(text.text, hits), placed(lexicon.concepts.find(text.text))
    words = model.kinds.find(text.text)
    return {
        Evidence(*text.span(start, end), f"model:{head}")
        for head, leanings in model.leanings(text.text, heads, on, named).items()
        for start, end in telling(text.text, leanings, words)
    }


def telling(text: str, leanings: Sequence[float], words: Iterable[Stretch]) -> list[tuple[int, int]]:
    """The stretches ``text[start:end]`` that speak most for a head, at most three, in the order of the text.

    ``leanings`` holds a number per character (:meth:`Model.leanings`). A stretch is a run of characters that each reach
    a good part of the strongest one; none of the ``words`` (start, end, ...) is ever cut.
    """
    top = max(leanings, default=0.0)
    if top <= 0.0:
        return []
    strong = [each >= top * _LEAST_SHARE and text[place] not in _STOPS for place, each in enumerate(leanings)]
    for start, end, *_ in words:
        if any(strong[start:end]):
            strong[start:end] = [True] * (end - start)
    worth = {span: sum(max(each, 0.0) for each in leanings[span[0] : span[1]]) for span in _runs(strong)}
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
