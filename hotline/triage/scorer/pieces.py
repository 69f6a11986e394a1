"""Cuts a text into the word pieces of an encoder; its table knows no text, only pieces that came together often."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MARK = "\u2581"
"""Stands for a space in a piece; every text begins with one."""

_SPACE = re.compile(r"\s")
_UNKNOWN = -30.0
"""Log-probability of a character that is no piece: worse than any, so that pieces are used where there are some."""

Piece = tuple[int, int, int]
"""Row of a piece, and where it stands: ``text[start:end]``."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of an encoder with their log-probabilities (unigram model of SentencePiece).

    ``rows`` gives each piece's row, ``worth`` the log-probability by row, ``longest`` the length of the longest piece.
    """

    rows: Mapping[str, int]
    worth: tuple[float, ...]
    longest: int

    def cut(self, text: str) -> list[Piece]:
        """The likeliest pieces of a normalised text in order; characters that are no piece are left out."""
        framed = MARK + _SPACE.sub(MARK, text)
        best = [0.0]
        back: list[tuple[int, int]] = [(0, -1)]
        for end in range(1, len(framed) + 1):
            top, start, row = best[end - 1] + _UNKNOWN, end - 1, -1
            for begin in range(max(0, end - self.longest), end):
                known = self.rows.get(framed[begin:end])
                if known is not None and (value := best[begin] + self.worth[known]) > top:
                    top, start, row = value, begin, known
            best.append(top)
            back.append((start, row))
        return _traced(back)


def _traced(back: list[tuple[int, int]]) -> list[Piece]:
    """The pieces from where each position was reached; the mark before the text has no place in it."""
    found: list[Piece] = []
    end = len(back) - 1
    while end > 0:
        start, row = back[end]
        if row >= 0:
            found.append((row, max(0, start - 1), end - 1))
        end = start
    return found[::-1]
