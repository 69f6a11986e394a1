"""Lists of words as one array of bytes; an array of equally long strings is thirty times the size and slow to open."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hotline.domain.errors import ModelRefused


def written(words: Sequence[str]) -> npt.NDArray[np.uint8]:
    """The words, a line each, as the bytes of UTF-8.

    Raises:
        ValueError: a word holds a line's end.

    """
    if any("\n" in word for word in words):
        raise ValueError("A word of a list holds the end of a line.")
    return np.frombuffer("".join(f"{word}\n" for word in words).encode("utf-8"), dtype=np.uint8)


def read(array: npt.NDArray[Any]) -> list[str]:
    """The words of :func:`written`.

    Raises:
        ModelRefused: the array holds no bytes.
        UnicodeDecodeError: the bytes are no text.

    """
    if array.dtype != np.uint8:
        raise ModelRefused("A list of words is not kept as bytes.")
    return array.tobytes().decode("utf-8").split("\n")[:-1]
