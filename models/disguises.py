"""Ways in which people disguise a text or bury it in small talk; a triage tried on clean text only would miss them."""

from collections.abc import Callable

import opencc

_TO_TRADITIONAL = opencc.OpenCC("s2t")
_LONG_WORD = 6
_LEET = str.maketrans({"i": "1", "e": "3", "o": "0", "a": "@"})
_CYRILLIC = str.maketrans({"a": "а", "e": "е", "o": "о", "c": "с", "i": "і"})
_EVASIONS = (("自杀", "紫砂"), ("自殺", "zs"), ("跳楼", "跳lou"), ("割腕", "割wan"), ("去死", "去s"), ("想死", "想亖"))
_ENGLISH_EVASIONS = (("suicide", "sewerslide"), ("suicidal", "sucidal"), ("kill myself", "kms"), ("kill", "k!ll"))
_BENIGN = (
    "谢谢你",
    "今天天气很好",
    "我中午吃了面",
    "晚上打算看电视",
    "thanks for being here",
    "it is sunny today",
    "we had noodles for lunch",
    "my sister likes her new bike",
    "聽日放假，想去行山",
    "公園啲花開得好靚",
)


def _between(text: str, separator: str, every: int) -> str:
    """A separator after every so many characters of Chinese; English words stay whole."""
    if text.isascii():
        return text
    return "".join(each + (separator if at % every == 0 and not each.isascii() else "") for at, each in enumerate(text))


def _wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def _replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for plain, disguised in pairs:
        text = text.replace(plain, disguised)
    return text


def _typo(text: str) -> str:
    """Two neighbouring letters of the longest English word change places."""
    words = text.split(" ")
    at = max(range(len(words)), key=lambda place: len(words[place]) * words[place].isascii())
    if len(words[at]) > _LONG_WORD and words[at].isascii():
        words[at] = words[at][:3] + words[at][4] + words[at][3] + words[at][5:]
    return " ".join(words)


TRANSFORMS: dict[str, Callable[[str], str]] = {
    "zero-width spaces": lambda text: _between(text, "\u200b", 1),
    "spaces between characters": lambda text: _between(text, " ", 2),
    "dots between characters": lambda text: _between(text, ".", 3),
    "slashes between characters": lambda text: _between(text, "/", 4),
    "stars between characters": lambda text: _between(text, "*", 5),
    "full width": _wide,
    "traditional script": lambda text: str(_TO_TRADITIONAL.convert(text)),
    "capitals": str.upper,
    "known evasions": lambda text: _replaced(text, _EVASIONS),
    "English evasions": lambda text: _replaced(text.lower(), _ENGLISH_EVASIONS),
    "digits in risk words": lambda text: " ".join(
        word.translate(_LEET) if word in {"kill", "die", "dead", "suicide", "pills", "knife"} else word
        for word in text.split(" ")
    ),
    "Cyrillic look-alikes": lambda text: text.translate(_CYRILLIC),
    "emoji at the end": lambda text: text + "🙂🙏🙏",
    "laughter at the end": lambda text: text + (" haha" if text.isascii() else "哈哈"),
    "no punctuation": lambda text: "".join(each for each in text if each.isalnum() or each.isspace() or each == "'"),
    "a typing slip": _typo,
    "last character drawn out": lambda text: text + text[-1:] * 4,
}
"""Disguises by name; each keeps the meaning that a person would read."""


def buried(line: str, count: int = 50) -> list[str]:
    """A conversation of benign sentences with one line in its middle."""
    benign = [f"{_BENIGN[at % len(_BENIGN)]}{'' if at < len(_BENIGN) else ' ' + str(at)}" for at in range(count)]
    return [*benign[: count // 2], line, *benign[count // 2 :]]
