"""One spelling for what people type in a hundred; without it a space inside a word would hide a crisis from the rules.

Text becomes lower-case simplified Chinese or English with disguises undone (zero-width characters, separators inside
words, swapped digits, known evasions), and every resulting character remembers which part of the original it came
from, so that evidence can be shown in the person's own words.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import opencc

_T2S = opencc.OpenCC("t2s")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6df"
_BETWEEN = " \n/\\.*_-·•|~^+=#&`'…@$%×☆★♥❤○●■□◆"

Match = re.Match[str]
Replacement = str | Callable[[Match], str | None]


@dataclass(frozen=True, slots=True)
class Step:
    """What is written ``instead`` of what ``pattern`` matches.

    Wherever it matches the text holds one of the characters ``signs``; "" means that nothing is known of it. Most texts
    hold none, and a set is asked far faster than an expression.
    """

    signs: str
    pattern: re.Pattern[str]
    instead: Replacement


class Reading(StrEnum):
    """Whether a text can be judged by what we have; anything but READABLE needs a human."""

    READABLE = "readable"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text; character ``i`` came from ``original[starts[i]:ends[i]]`` (code points)."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original behind ``text[start:end]`` (``end`` exclusive, ``start < end``)."""
        return self.starts[start], self.ends[end - 1]


# --- words that evasions stand for ------------------------------------------------------------------------------

_RISK_WORD_LIST = (
    "kill killed killing die dying dead death suicide suicidal myself end cut cutting pills murder rape raped stab "
    "shoot gun overdose overdosed hang hanging harm hurt hurting abuse abused beat life live want self knife jump "
    "everything alive help"
)
_RISK_WORDS = frozenset(_RISK_WORD_LIST.split())
_LEET = str.maketrans(
    {"1": "i", "!": "i", "|": "l", "3": "e", "0": "o", "@": "a", "4": "a", "$": "s", "5": "s", "7": "t"}
)
_LEET_TOKEN = re.compile(r"(?=[a-z0-9!@$|]*[a-z])(?=[a-z0-9!@$|]*[0-9!@$|])[a-z0-9!@$|]{3,14}")
_STARRED = re.compile(r"(?<![a-z*])[a-z]+\*+[a-z]+(?![a-z*])")
_SPACED_LETTERS = re.compile(r"(?<![a-z0-9])[a-z](?:[ ./_*-][a-z]){2,}(?![a-z0-9])")
_LATIN_RUN = re.compile(r"([a-z])\1{2,}")
_CJK_RUN = re.compile(rf"([{_CJK}])\1{{2,}}")
_CJK_GAP = re.compile(rf"(?<=[{_CJK}])[{re.escape(_BETWEEN)}]{{1,4}}(?=[{_CJK}])")
_CJK_CHOPPED = re.compile(rf"(?:[{_CJK}][，,。！!、.]){{2,}}[{_CJK}]")
_APOSTROPHE = re.compile(r"(?<=[a-z])'(?=[a-z])")
_SPACES = re.compile(r"[ \t]{2,}")


def _leet(match: Match) -> str | None:
    word = match.group()
    for candidate in (
        word.translate(_LEET),
        word.rstrip("!").translate(_LEET),
        word.replace("1", "l").translate(_LEET),
    ):
        if candidate in _RISK_WORDS:
            return candidate
    return None


def _starred(match: Match) -> str | None:
    word = match.group()
    pattern = re.compile(re.sub(r"\*+", lambda stars: f"[a-z]{{1,{len(stars.group()) + 1}}}", word))
    found = sorted(known for known in _RISK_WORDS if pattern.fullmatch(known))
    return found[0] if found else None


def _joined(match: Match) -> str:
    return re.sub(r"[^a-z]", "", match.group())


def _once(match: Match) -> str:
    return "ll" if match.group(1) == "l" else match.group(1)


STEPS = (
    Step("'", _APOSTROPHE, ""),
    Step(_BETWEEN, _CJK_GAP, ""),
    Step(",，。！!、.", _CJK_CHOPPED, lambda match: re.sub(rf"[^{_CJK}]", "", match.group())),
    Step("", _CJK_RUN, lambda match: match.group(1)),
    Step(" ./_*-", _SPACED_LETTERS, _joined),
    Step("", _LATIN_RUN, _once),
    Step("*", _STARRED, _starred),
    Step("0123456789!@$|", _LEET_TOKEN, _leet),
    Step(" \t", _SPACES, " "),
)

_WISH = "(?:想|要|去|求|快|该|好|我|就|来|们|了|天|晚)"
EVASIONS = tuple(
    Step(signs, re.compile(pattern), replacement)
    for signs, pattern, replacement in (
        ("z", r"zi\s?sha(?![a-z])", "自杀"),
        ("x", r"xiang\s?si(?![a-z])", "想死"),
        ("l", r"tiao\s?lou(?![a-z])", "跳楼"),
        ("w", r"ge\s?wan(?![a-z])", "割腕"),
        ("x", r"bu\s?xiang\s?huo(?![a-z])", "不想活"),
        ("q", r"huo\s?bu\s?xia\s?qu", "活不下去"),
        ("q", r"qu\s?si(?![a-z])", "去死"),
        ("z", rf"(?<![a-z])zs(?![a-z0-9])(?=[{_CJK},。!?\s]|$)", "自杀"),
        ("自", r"(?<=自)[^\u4e00-\u9fff,。!?\n]{1,3}(?=杀|残|尽|伤)", ""),
        ("跳", r"(?<=跳)[^\u4e00-\u9fff,。!?\n]{1,3}(?=楼|下去)", ""),
        ("割", r"(?<=割)[^\u4e00-\u9fff,。!?\n]{1,3}(?=腕)", ""),
        ("死", r"(?<=想)[^\u4e00-\u9fff,。!?\n]{1,3}(?=死)", ""),
        (
            "鲨沙刹煞莎s杀殺",
            r"(?:自鲨|自沙|自刹|自煞|自莎|自sha|自s(?![a-z])|zi杀|(?<![a-z])z杀|白杀(?=了?自己)|目殺)",
            "自杀",
        ),
        ("紫", r"(?<!宜兴)(?<!产)紫(?:砂|杀|沙)(?![壶杯锅泥陶器煲盆茶罐矿土岩色花系街炉])", "自杀"),
        ("亖", r"亖", "死"),
        ("4", rf"(?<={_WISH})4(?=了|算|掉|一|吧|啊|啦|$|,|。|!)(?!一?[0-9点号月日楼级年])", "死"),
        ("想去要", r"(?<=想|去|要)(?:s(?![a-z0-9])|si(?![a-z]))(?=了|掉|啊|吧|一|$|,|。)", "死"),
        ("鼠屎", r"想(?:鼠|屎)(?=了|掉|啊|$|,|。)", "想死"),
        ("跳", r"跳lou", "跳楼"),
        ("割腕", r"割wan|ge腕|戈腕", "割腕"),
        ("声", r"轻声(?=的念头|念头)", "轻生"),
        ("k", r"(?<![a-z])kms(?![a-z])", "kill myself"),
        ("v", r"(?<![a-z])unaliv(?:e|ing)(?![a-z])|(?<![a-z])un-aliv(?:e|ing)(?![a-z])", "kill"),
        ("d", r"sewer\s?slide|sue?i?\s?side(?![a-z])|suislide|s[u*]+i?c[iy]+de|suicde|suicid3", "suicide"),
        ("d", r"(?<![a-z])sucide", "suicide"),
        ("d", r"sucidal|suicidle|suisidal|suicdal", "suicidal"),
        ("k", r"kill\s?my\s?self|kil myself|k[i1]ll? ?myslef", "kill myself"),
        ("k", r"\bke(?:rmit) (?:suicide|the frog)(?= |$)", "suicide"),
    )
)


@lru_cache(maxsize=32_768)
def _fold(character: str) -> str:
    """One character in its plainest form; empty when it carries nothing."""
    folded = unicodedata.normalize("NFKC", character).casefold()
    if not folded.isascii():
        folded = (
            "".join(
                part
                for part in unicodedata.normalize("NFKD", folded)
                if unicodedata.category(part) not in {"Mn", "Cf", "Cc", "Me"}
            )
            if unicodedata.category(character)[0] != "S"
            else folded
        )
    folded = _HOMOGLYPHS.get(folded, folded)
    if folded.isspace() and folded != "\n":
        return " "
    return (
        ""
        if folded != "\n" and len(folded) == 1 and unicodedata.category(folded) in {"Cf", "Cc", "Cs", "Mn"}
        else folded
    )


_HOMOGLYPHS = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "〜": "~", "～": "~", "ı": "i"}
_LOOKALIKES = str.maketrans("аеорсухіѕԁһјӏкмтвн", "aeopcyxisdhjlkmtbh")
_MIXED = re.compile(r"[a-zа-яѕіԁһјӏ]*(?:[a-z][а-яѕіԁһјӏ]|[а-яѕіԁһјӏ][a-z])[a-zа-яѕіԁһјӏ]*")


def to_simplified(text: str) -> str:
    """Traditional characters as simplified ones; the length in code points never changes."""
    converted: str = _T2S.convert(text)
    if len(converted) == len(text):
        return converted
    singles = (_T2S.convert(character) for character in text)
    return "".join(single if len(single) == 1 else character for single, character in zip(singles, text, strict=True))


def _substitute(whole: Normalised, pattern: re.Pattern[str], replacement: Replacement) -> Normalised:
    """Replace every match; the new characters all stand for the whole stretch they replaced."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = 0
    for match in pattern.finditer(whole.text):
        new = replacement if isinstance(replacement, str) else replacement(match)
        if new is None or match.start() == match.end():
            continue
        pieces += whole.text[last : match.start()], new
        starts += [*whole.starts[last : match.start()], *[whole.starts[match.start()]] * len(new)]
        ends += [*whole.ends[last : match.start()], *[whole.ends[match.end() - 1]] * len(new)]
        last = match.end()
    if not last:
        return whole
    pieces.append(whole.text[last:])
    return Normalised("".join(pieces), [*starts, *whole.starts[last:]], [*ends, *whole.ends[last:]])


def normalise(text: str) -> Normalised:
    """The one spelling of ``text``, with the way back; never fails, whatever the characters."""
    folded = list(map(_fold, text))
    joined = "".join(folded)
    starts: Sequence[int] = range(len(text))
    ends: Sequence[int] = range(1, len(text) + 1)
    if len(joined) != len(text) or max(map(len, folded), default=1) > 1:
        starts = [index for index, piece in enumerate(folded) for _ in piece]
        ends = [start + 1 for start in starts]
    whole = Normalised(joined if joined.isascii() else to_simplified(joined), starts, ends)
    if not joined.isascii() and _MIXED.search(whole.text):
        whole = _substitute(whole, _MIXED, lambda match: match.group().translate(_LOOKALIKES))
    characters = set(whole.text)
    for step in _EVERY_STEP:
        if not step.signs or not characters.isdisjoint(step.signs):
            changed = _substitute(whole, step.pattern, step.instead)
            if changed is not whole:
                whole, characters = changed, set(changed.text)
    return whole


_EVERY_STEP = (*STEPS, *EVASIONS)

_ENGLISH_LIST = (
    "i im ive a an the and or but to of in on at it is was be been are am my me you your we he she they them his her "
    "that this what how why when where who not no yes do does did dont cant wont have has had with for from as if so "
    "just can could would will want help please thanks thank hi hello hey ok okay need feel like get got go know think "
    "good bad day week night morning school home work job mum mom dad friend sad tired sick low high old new again "
    "one all about out up down by more some too very really now today suicide kill die dead self harm pills"
)
_ENGLISH = frozenset(_ENGLISH_LIST.split())
_WORDS = re.compile(r"[a-z]+")
_LEAST_SHARE = 0.6
_FEW_WORDS = 5


def reading(normalised: str) -> Reading:
    """Whether a normalised text is in a language we can judge.

    Few letters outside Chinese and Latin script, and, when it is Latin only, at least one common English word among
    five. Gibberish counts as unsupported: a human looks.
    """
    letters = sum(character.isalpha() for character in normalised)
    if not letters:
        return Reading.READABLE if any(character.isdigit() for character in normalised) else Reading.EMPTY
    chinese = len(_CHINESE.findall(normalised))
    words = _WORDS.findall(normalised)
    latin = sum(map(len, words))
    if chinese + latin < _LEAST_SHARE * letters:
        return Reading.UNSUPPORTED
    if not chinese and len(words) >= _FEW_WORDS and not any(word in _ENGLISH for word in words):
        return Reading.UNSUPPORTED
    return Reading.READABLE


_CHINESE = re.compile(rf"[{_CJK}]")
_HAN = re.compile("[\u3400-\u9fff]")


def language_of(text: str) -> str:
    """``zh`` for a normalised text with a Han character in it, else ``en``: which thresholds it is held against."""
    return "zh" if _HAN.search(text) else "en"
