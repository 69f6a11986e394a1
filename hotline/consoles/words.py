"""The doors of what the helpline says: read and search it, propose a text, sign or refuse somebody else's, undo."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import when
from hotline.consoles.doors import api, pages
from hotline.domain.contact import Language
from hotline.domain.errors import InvalidInput, NotFound
from hotline.domain.words import LIMIT_CHARACTERS
from hotline.flow import wordings
from hotline.reports import word_view
from hotline.web import word_schemas as schemas
from hotline.web.house import helpline
from hotline.web.language import error_sentence, negotiate
from hotline.web.session import current_person


def _words(*names: str) -> list[dict[str, Any]]:
    """``Word`` of the API for these names, all without any; raises ``NotFound``."""
    parts = helpline()
    if not set(names) <= set(parts.words.filed.names()):
        raise NotFound("no such text")
    with parts.database.read() as conn:
        return word_view.listed(conn, parts.words.filed, parts.clock.now(), names or None)


def _searched() -> list[dict[str, Any]]:
    """What the query asks for: ``q`` in names and texts, ``group``, ``only`` changed or waiting."""
    asked = " ".join(request.args.get("q", "").split()).casefold()[:100]
    group, only = request.args.get("group", ""), request.args.get("only", "")
    return [
        one
        for one in _words()
        if (not asked or any(asked in text.casefold() for text in _texts(one)))
        and group in {"", one["group"]}
        and (only not in {"changed", "waiting"} or one[only])
    ]


def _texts(word: dict[str, Any]) -> list[str]:
    waiting = [one["text"] for one in word["revisions"] if one["state"] == "proposed"]
    return [word["name"], *(one["text"] for one in word["texts"]), *waiting]


def _may() -> bool:
    return bool(wordings.WORDING & current_person().roles)


@pages.get("/words")
def words_page() -> str:
    """Every sentence and phrase in three languages side by side, those that wait for a second reader first."""
    found = _searched()
    return render_template(
        "consoles/words.html",
        listed=sorted(found, key=lambda one: not one["waiting"]),
        groups=word_view.GROUPS,
        asked={name: request.args.get(name, "") for name in ("q", "group", "only")},
    )


@pages.get("/words/<name>")
def word_page(name: str) -> str:
    """One text in three languages, what is proposed for it, and the forms."""
    return _word_page(name)


def _word_page(name: str, *, trouble: str = "", typed: Any = None) -> str:
    zone, word, given = helpline().rota.zone, _words(name)[0], typed or {}
    now = {one["language"]: one for one in word["texts"]}
    asked = given.get("language") or request.args.get("language", "")
    return render_template(
        "consoles/word.html",
        word=word,
        now=now,
        chosen=asked if asked in now else negotiate().value,
        may=_may(),
        trouble=trouble,
        typed=given,
        limit=LIMIT_CHARACTERS,
        zone=zone,
        wall_clock=lambda at: when.clock(at, zone),
    )


@pages.post("/words/<name>")
def propose_word(name: str) -> Any:
    """Propose a text; what is refused stays in its form."""
    form = request.form
    try:
        wordings.propose(
            helpline(),
            current_person(),
            name,
            _language(form.get("language", "")),
            form.get("text", ""),
            from_at=when.read_moment(form.get("from_at", ""), helpline().rota.zone),
            reason=form.get("reason", ""),
        )
    except InvalidInput as trouble:
        return _word_page(name, trouble=error_sentence(trouble.code), typed=form), 400
    flash(gettext("Proposed. Somebody else reads it and signs; until then the old text is said."), "ok")
    return redirect(url_for("staff.word_page", name=name), 303)


def _language(given: str) -> Language:
    try:
        return Language(given)
    except ValueError:
        raise InvalidInput("choose a language", field="language") from None


@pages.post("/word-revisions/<revision_id>/sign")
def sign_word(revision_id: str) -> Response:
    """Stand for somebody else's text."""
    found = wordings.sign(helpline(), current_person(), revision_id)
    flash(gettext("Signed. It is said everywhere within ten seconds of its moment."), "ok")
    return redirect(url_for("staff.word_page", name=found.name), 303)


@pages.post("/word-revisions/<revision_id>/refuse")
def refuse_word(revision_id: str) -> Response:
    """Do not stand for it, and say why."""
    found = wordings.refuse(helpline(), current_person(), revision_id, request.form.get("reason", ""))
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.word_page", name=found.name), 303)


@pages.post("/word-revisions/<revision_id>/withdraw")
def withdraw_word(revision_id: str) -> Response:
    """Say the file's text again, or take back one's own proposal."""
    found = wordings.withdraw(helpline(), current_person(), revision_id, request.form.get("reason", ""))
    flash(gettext("Taken back."), "ok")
    return redirect(url_for("staff.word_page", name=found.name), 303)


@api.get("/words")
@api.output(schemas.WordList)
def get_words() -> Any:
    """What the helpline says, in every language. ``q`` searches, ``group`` and ``only`` (changed, waiting) narrow."""
    return {"words": _searched()}


@api.get("/words/<name>")
@api.output(schemas.Word)
def get_word(name: str) -> Any:
    """One text with everything that was ever proposed for it."""
    return _words(name)[0]


@api.post("/words/<name>")
@api.input(schemas.NewWording)
@api.output(schemas.Word, status_code=201)
def new_wording(name: str, json_data: schemas.NewWording) -> Any:
    """Propose a text; nothing changes until somebody else signs it. 400 says what is wrong with it."""
    given = json_data
    wordings.propose(
        helpline(), current_person(), name, given.language, given.text, from_at=given.from_at, reason=given.reason
    )
    return _words(name)[0]


@api.post("/word-revisions/<revision_id>/sign")
@api.output(schemas.Word)
def sign_wording(revision_id: str) -> Any:
    """Stand for somebody else's text; 409 for one's own and for what is decided."""
    return _words(wordings.sign(helpline(), current_person(), revision_id).name)[0]


@api.post("/word-revisions/<revision_id>/refuse")
@api.input(schemas.Reason)
@api.output(schemas.Word)
def refuse_wording(revision_id: str, json_data: schemas.Reason) -> Any:
    """Do not stand for it, and say why."""
    return _words(wordings.refuse(helpline(), current_person(), revision_id, json_data.reason).name)[0]


@api.post("/word-revisions/<revision_id>/withdraw")
@api.input(schemas.Reason)
@api.output(schemas.Word)
def withdraw_wording(revision_id: str, json_data: schemas.Reason) -> Any:
    """Say the file's text again, or take back one's own proposal."""
    return _words(wordings.withdraw(helpline(), current_person(), revision_id, json_data.reason).name)[0]
