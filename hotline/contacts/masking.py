"""Takes out of a text what could point to somebody: names, numbers, addresses, links; unmasked it would tell.

Rather too much than too little: a name that is only a word costs a training text one word. It works by rules and lists
and so cannot be perfect, which is why two people approve before anything leaves. Pure; the lists stand in
``config/masking.toml``.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from hotline.domain.errors import ConfigurationError

LINK, MAIL, ACCOUNT, NUMBER, DATE, PLACE, NAME = (
    f"[{what}]" for what in ("link", "e-mail", "account", "number", "date", "place", "name")
)
Match = re.Match[str]
Rule = tuple[re.Pattern[str], str | Callable[[Match], str]]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_ZH_DIGIT = "零〇一二三四五六七八九幺两兩壹贰叁肆伍陆柒捌玖"
_EN_DIGIT = "(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?"
_SERVICES = (
    "微信|威信|薇信|wechat|weixin|vx|v信|wx|qq|whatsapp|line id|telegram|tg|signal|instagram|insta|ins|ig|facebook|fb|"
    "抖音|小红书|小紅書|微博|b站|discord|snapchat|snap|skype|支付宝|支付寶|alipay|账号|帳號|用户名"
)
_WAY = "路|街|道|巷|弄|里|邨|村|苑|园|園|大厦|大廈|小区|小區|花园|花園|大道|公寓|宿舍"
_UNIT = "号楼|號樓|号院|栋|棟|幢|座|单元|單元|室|号|號|弄|楼|樓|层|層"
_HOUSE = "大学(?!生)|大學(?!生)|学院|學院|中学|中學|小学|小學|高中|一中|二中|三中|附中|医院|醫院|幼儿园|幼稚園|公司|派出所|书院|書院|教会|教會"
_NOT_HOUSE = "我你您他她它在去到从從是的了上和跟就读讀想考个個那这這所间間家有被去送入嚟喺返系係"
_ROAD = "street|road|avenue|lane|drive|court|close|terrace|crescent|boulevard|gardens|estate|square"


def _found(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PLAIN: tuple[Rule, ...] = (
    (_found(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\s?(?:\.|\(dot\))\s?[\w-]+)+"), MAIL),
    (_found(r"[\w.+-]{2,}\s+at\s+[\w-]+(?:\s+dot\s+(?:com|cn|net|org|hk|tw|io|co|uk|edu|me)\b)+"), MAIL),
    (_found(r"(?:https?://|www\.)[^\s，。！？]+"), LINK),
    (_found(r"(?<![\w.])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|hk|tw|mo|io|me|info|xyz|uk|us|au|app|top|cc|gg|ly)\b(?:/[^\s，。]*)?"), LINK),
    (_found(r"(?<![A-Za-z0-9_])@[\w.]{2,}"), ACCOUNT),
    (_found(rf"(?P<keep>(?<![a-z])(?:{_SERVICES})(?![a-z]{{2}})\s*(?:号码|号|號|id|名|name|is|是|[:=])*\s*)(?P<hide>[a-z0-9_.\-]{{4,}})"), rf"\g<keep>{ACCOUNT}"),
    (_found(rf"(?P<keep>(?:{_SERVICES})\s*(?:号码|号|號|id|名)?(?:叫|是|[:=])\s*)[{_HAN}]{{2,8}}"), rf"\g<keep>{ACCOUNT}"),
    (_found(r"(?P<keep>加我?\s*[a-z]{1,3}\s*[:：]?\s*)\d{5,}"), rf"\g<keep>{ACCOUNT}"),
    (_found(r"(?<!\d)(?:\d{4}|\d{1,2})[/.-]\d{1,2}[/.-](?:\d{4}|\d{1,2})(?!\d)"), DATE),
    (_found(r"(?:\d{2,4}\s*年\s*)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[日号號]"), DATE),
    (_found(r"(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月)?|(?<![\d-])(?:19[3-9]|20[0-4])\d(?![\d-])"), DATE),
    (_found(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+\d{{4}})?|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b"), DATE),
    (_found(r"(?<![a-z0-9])[a-z]{1,2}\d{6,8}\s?\(?[0-9a-z]?\)?(?![a-z0-9])"), NUMBER),
    (_found(rf"(?P<keep>住喺|住响|住在|住|家在|屋企喺)[{_HAN}]{{1,8}}?(?:小区|小區|花园|花園|大厦|大廈|邨|公寓|新村|苑)"), rf"\g<keep>{PLACE}"),
    (_found(rf"[{_HAN}]{{1,8}}?(?:{_WAY})[东西南北中東]?\s*(?:(?:[\da-z]{{1,5}}|[{_ZH_DIGIT}十百]{{1,4}})\s*(?:{_UNIT}|期|\b)\s*)+"), PLACE),
    (_found(rf"(?:第?\d{{1,5}}|[{_ZH_DIGIT}十百]{{1,5}})\s*(?:{_UNIT})(?:\s*[\d{_ZH_DIGIT}]{{1,5}}\s*(?:{_UNIT}))+"), PLACE),
    (_found(r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b"), PLACE),
    (_found(rf"\b\d{{1,5}}[a-z]?,?\s+(?:[\w']+\s+){{1,3}}(?:{_ROAD}|st|rd|ave|ln|dr)\b\.?"), PLACE),
    (_found(rf"(?<=\b(?:in|on|at|by) )(?!the |a |this |that |my |our |his |her |their |main |one )[a-z']+\s+(?:{_ROAD})\b|(?<=\bnear )[a-z']+\s+(?:{_ROAD})\b"), PLACE),
    (_found(r"\b(?:flat|unit|apt|apartment|room|block|floor)\s+\d+[a-z]?\b"), PLACE),
    (_found(r"\+?\d(?:[\s().·•,，_/-]{0,2}\d){5,}[xX]?"), NUMBER),
    (_found(r"(?<![a-z0-9])(?=[a-z_-]*\d)(?=[\d_-]*[a-z])[a-z0-9_-]{6,}(?![a-z0-9])"), NUMBER),
    (_found(rf"[{_ZH_DIGIT}](?:[\s-]?[{_ZH_DIGIT}\d]){{5,}}"), NUMBER),
    (_found(rf"\b{_EN_DIGIT}(?:[\s,-]+{_EN_DIGIT}){{4,}}\b"), NUMBER),
    (_found(rf"(?:(?![{_NOT_HOUSE}])[{_HAN}]){{2,8}}(?:{_HOUSE})"), PLACE),
)  # fmt: skip
"""What is found by its shape, in the order in which it is looked for."""


@dataclass(frozen=True, slots=True)
class Masker:
    """The rules of one list of names. :meth:`mask` gives a text in which a mark stands for whatever was taken out."""

    rules: tuple[Rule, ...]

    @classmethod
    def from_lists(cls, lists: Mapping[str, Any]) -> "Masker":
        """Build from ``config/masking.toml``; raises ``ConfigurationError``."""
        try:
            places = [*lists["chinese"]["places"], *lists["latin"]["places"]]
            return cls((*_PLAIN, *_chinese(lists["chinese"]), *_latin(lists["latin"]), (_any(places), PLACE)))
        except (KeyError, TypeError, re.error) as trouble:
            raise ConfigurationError(f"masking.toml is incomplete or malformed: {trouble!r}") from trouble

    def mask(self, text: str) -> str:
        """The text in plain characters (full-width and invisible ones undone) without what could point to somebody."""
        plain = unicodedata.normalize("NFKC", text)
        plain = "".join(each for each in plain if unicodedata.category(each) != "Cf")
        for pattern, put in self.rules:
            plain = pattern.sub(put, plain)
        return plain


def _any(words: Iterable[str]) -> re.Pattern[str]:
    """Any of these words; what is written in letters only as a whole word."""
    longest_first = sorted(words, key=len, reverse=True)
    return _found("|".join(rf"\b{re.escape(one)}\b" if one.isascii() else re.escape(one) for one in longest_first))


def _chinese(lists: Mapping[str, Any]) -> list[Rule]:
    """Introductions, titles, "little" and "old", then surnames; a given name stops where a verb or particle begins."""
    given = rf"(?:(?![{lists['stops']}])[{_HAN}])"
    double = "|".join(lists["double"])
    sure, every = f"(?:{double}|[{lists['clear']}])", f"[{lists['clear']}{lists['usual']}{lists['around']}]"
    titles = "|".join(sorted(lists["titles"], key=len, reverse=True))
    told, naming = ("|".join(sorted(lists[which], key=len, reverse=True)) for which in ("introductions", "naming"))
    words, called = "|".join(lists["words"]), "|".join(lists["called"])
    behind = "".join(rf"(?<!{one[:-1]}(?={one[-1]}))" for one in lists["before"])
    whole = rf"(?!{words})(?:{double}|{every}){given}{{1,2}}|小{given}{{1,2}}|[A-Z][a-z]+"
    return [
        (re.compile(rf"(?P<keep>(?:{naming})[:：是 ]?)(?:{whole}|{given}{{1,3}}|[A-Za-z]+)"), rf"\g<keep>{NAME}"),
        (
            re.compile(rf"(?P<keep>(?:{called})[:：是 ]?)(?![{lists['called_not']}])(?:{whole}|{given}{{1,3}})"),
            rf"\g<keep>{NAME}",
        ),
        (re.compile(rf"(?P<keep>(?:{told})[:： ]?)(?:{whole})"), rf"\g<keep>{NAME}"),
        (re.compile(rf"(?!{words}){behind}(?:{double}|{every}){given}{{0,2}}?(?P<keep>{titles})"), rf"{NAME}\g<keep>"),
        (re.compile(rf"[小老](?!{words}){every}{given}?(?![{lists['relations']}])"), NAME),
        (re.compile(rf"小[{lists['little']}]|阿(?![{lists['relations']}])[{_HAN}]"), NAME),
        (re.compile(rf"(?!{words}){behind}{sure}{given}{{1,2}}"), NAME),
        (re.compile(rf"(?!{words}){behind}[{lists['usual']}]{given}{{1,2}}"), NAME),
    ]


def _latin(lists: Mapping[str, Any]) -> list[Rule]:
    """Introductions, titles, known names, and what is written with a capital in the middle of a sentence."""
    told, titles = ("|".join(map(re.escape, lists[which])) for which in ("introductions", "titles"))
    known, kept = frozenset(lists["names"]), frozenset(lists["capitals"])
    written = re.compile(
        r"(?P<opens>(?:^|[.!?。！？\n…]\s*))?(?<![A-Za-z\[])(?P<word>[A-Za-z]+(?:-[A-Za-z]+)*)(?P<rest>'[a-z]+)?"
    )
    return [
        (_found(rf"(?P<keep>\b(?:{told})\s*:?\s+)(?!a\b|the\b|me\b|an\b|my\b|it\b|him\b|her\b|them\b|in\b|off\b|to\b|by\b)[a-z'-]+"), rf"\g<keep>{NAME}"),
        (_found(rf"(?P<keep>\b(?:{titles})\.?\s)(?!and\b|or\b|is\b|said\b|who\b|has\b|was\b|told\b|says\b|to\b|him\b|you\b)[a-z'-]+"), rf"\g<keep>{NAME}"),
        (written, partial(_word, known=known, kept=kept)),
    ]  # fmt: skip


def _word(found: Match, *, known: frozenset[str], kept: frozenset[str]) -> str:
    """One word as it stands, or a mark where it is a known name or has a capital that no sentence gave it."""
    opens, word, rest = found["opens"], found["word"], found["rest"] or ""
    capital = word[0].isupper() and not word.isupper() and word not in kept
    if word.lower() in known or any(part in known for part in word.lower().split("-")):
        return f"{opens or ''}{NAME}{rest}"
    return f"{opens or ''}{NAME}{rest}" if capital and opens is None else found[0]
