"""Where a long message is cut before each piece is judged alone; kind words around a crisis line would thin it out."""

import re

_ONE_THOUGHT = 60
_VERY_MANY_SENTENCES = 40
_STORY = 4
_THOUGHT = 3
_LONG_SENTENCE = 160
_PIECE = 80
_MOST_WINDOWED = 400
_WINDOWS = (1, 2, 3)
_SENTENCE = re.compile(r"[^。!?\n.;;…]+[。!?\n.;;…]*")
_LINE = re.compile(r"[^\n]+")
_ENDS = "。.;;… "
"""Marks that end a line in a long message and may be wanting where the same line is all somebody wrote."""

_BREATH = re.compile(r"[,， ]")

Span = tuple[int, int]


def passages(text: str) -> list[Span]:
    """The lines of a text of forty sentences and more, its sentences, and every two and three neighbouring ones.

    Each is judged as if it were a message of its own. Of very many sentences only every second three, so that the
    longest message is judged in time. Shorter stories are weighed with their passages (:func:`thoughts`): judged one by
    one, passages alarm far too often (of 237 long posts of veterans without risk 38, 27 of them as urgent).
    """
    spans = sentences(text)
    if len(spans) < _VERY_MANY_SENTENCES:
        return []
    sizes, step = (_WINDOWS, 1) if len(spans) <= _MOST_WINDOWED else (_WINDOWS[-1:], 2)
    windows = [
        (spans[at][0], spans[at + size - 1][1]) for size in sizes for at in range(0, len(spans) - size + 1, step)
    ]
    lines = [match.span() for match in _LINE.finditer(text)]
    bare = [(start, start + len(text[start:end].rstrip(_ENDS))) for start, end in lines]
    found = dict.fromkeys([*windows, *lines, *bare])
    return [(start, end) for start, end in found if start < end < start + len(text)]


def thoughts(text: str) -> list[Span]:
    """Every three neighbouring sentences of a text of four and more, for the model to weigh; nothing for a shorter one.

    Of very many sentences only every second three.
    """
    spans = sentences(text) if len(text) > _ONE_THOUGHT else []
    if len(spans) < _STORY:
        return []
    step = 1 if len(spans) <= _MOST_WINDOWED else 2
    return [(spans[at][0], spans[at + _THOUGHT - 1][1]) for at in range(0, len(spans) - _THOUGHT + 1, step)]


def sentences(text: str) -> list[Span]:
    """Where the sentences of a text stand; one without an end is cut where people breathe."""
    found: list[Span] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while end - start > _LONG_SENTENCE:
            breath = _BREATH.search(text, start + _PIECE, end)
            stop = min(breath.end() if breath else end, start + _LONG_SENTENCE)
            found.append((start, stop))
            start = stop
        if start < end:
            found.append((start, end))
    return found
