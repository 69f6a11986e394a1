"""In which language to answer; negotiation alone gives nothing for zh-TW or yue, so the map is written out."""

from flask import current_app, g, request

from hotline.domain.contact import Language

COOKIE = "hl_lang"
NAMES = {Language.ZH_HANS: "简体中文", Language.ZH_HANT: "繁體中文", Language.EN: "English"}
LOCALES = {Language.ZH_HANS: "zh_Hans", Language.ZH_HANT: "zh_Hant", Language.EN: "en"}
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue")


def parse(value: str | None) -> Language | None:
    """The language a person chose, or ``None`` for anything we do not speak."""
    try:
        return Language(value or "")
    except ValueError:
        return None


def chose_language() -> bool:
    """Whether this browser chose a language itself."""
    return (parse(request.args.get("lang")) or parse(request.cookies.get(COOKIE))) is not None


def of_tag(tag: str) -> Language | None:
    """The language for one tag of ``Accept-Language``: TW, HK, MO and yue read 繁體, all other Chinese 简体."""
    lowered = tag.lower().replace("_", "-")
    if lowered.startswith(_TRADITIONAL):
        return Language.ZH_HANT
    if lowered == "zh" or lowered.startswith("zh-"):
        return Language.ZH_HANS
    if lowered == "en" or lowered.startswith("en-"):
        return Language.EN
    return None


def negotiate() -> Language:
    """The language of this request: chosen, of the contact, of the browser, else simplified Chinese."""
    if "language" not in g:
        chosen = parse(request.args.get("lang")) or parse(request.cookies.get(COOKIE))
        g.language = chosen or _accepted() or Language.ZH_HANS
    found: Language = g.language
    return found


def _accepted() -> Language | None:
    for tag, _quality in request.accept_languages:
        found = of_tag(tag)
        if found is not None:
            return found
    return None


def locale() -> str:
    """The catalogue Flask-Babel should read."""
    return LOCALES[negotiate()]


def error_sentence(code: str, **values: str) -> str:
    """The reviewed sentence for an error code; an unknown code says that it could not be done."""
    words = current_app.extensions["hotline"].words
    key = f"error_{code}"
    if code == "already_claimed" and not values.get("by"):
        key = "error_already_claimed_unknown"
    language = negotiate()
    if not words.has(key):
        key = "error_refused"
    sentence: str = words.sentence(key, language, **values)
    return sentence
