"""Writing the text of a letter and its inserts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.panels.models import LetterInsert, LetterText, Panel
from civic.panels.policy import letters as may
from civic.panels.queries import letters as queries
from civic.panels.service.letters_content import LANGUAGES, unknown_placeholders
from civic.typesetting.glyphs import unprintable

PERSONAL = {"naam", "code"}  # an insert, the easy version and the signature are the same for everybody


@dataclass(frozen=True)
class LetterWords:
    """What somebody wrote."""

    subject: str
    body: str
    easy_read: str
    signed_by: str


def save_text(panel: Panel, words: LetterWords, *, actor: User, at: datetime) -> LetterText:
    """Keep the text. Raises `Invalid` per field for what could not be printed or filled in."""
    _refuse_late(panel)
    errors = {one.name: _errors(getattr(words, one.name), one.name) for one in fields(words)}
    _raise_if(errors)
    text = queries.letter_text_of(panel.id)
    if text is None:
        text = LetterText(panel_id=panel.id)
        db.session.add(text)
    for one in fields(words):
        setattr(text, one.name, getattr(words, one.name))
    text.changed_at = at
    events.record(panel, events.What("letter_text_saved"), actor=actor, at=at)
    return text


def save_insert(panel: Panel, language: str, words: str, *, actor: User, at: datetime) -> None:
    """Add the insert in this language, or change it."""
    _refuse_late(panel)
    if language not in LANGUAGES:
        raise Invalid({"text": [_("Deze taal kennen wij niet.")]})
    _raise_if({"text": _errors(words, "insert")})
    insert = queries.insert_of(panel.id, language)
    if insert is None:
        insert = LetterInsert(panel_id=panel.id, language=language)
        db.session.add(insert)
    insert.text = words
    what = events.What("letter_insert_saved", data={"language": language})
    events.record(panel, what, actor=actor, at=at)


def remove_insert(panel: Panel, language: str, *, actor: User, at: datetime) -> None:
    """Take an insert out; a second time changes nothing."""
    _refuse_late(panel)
    insert = queries.insert_of(panel.id, language)
    if insert is None:
        return
    db.session.delete(insert)
    what = events.What("letter_insert_removed", data={"language": language})
    events.record(panel, what, actor=actor, at=at)


def _refuse_late(panel: Panel) -> None:
    # an order that was broken off goes on with the text as it is then: one order, one text
    if not may.can_write_letter(panel) or queries.is_typesetting(panel.id):
        raise NotAllowedNow("not_in_this_state")


def _errors(text: str, name: str) -> list[str]:
    found = [
        _("{%(name)s} kennen wij niet. Kies een woord uit de lijst.", name=one)
        for one in unknown_placeholders(text)
    ]
    if name not in {"subject", "body"}:
        found += [
            _("{%(name)s} kan alleen in het onderwerp en de brief zelf.", name=one)
            for one in sorted(PERSONAL)
            if f"{{{one}}}" in text
        ]
    if strange := unprintable(text):
        found.append(_("Dit teken kan niet in een brief: %(sign)s", sign=strange[0]))
    return found


def _raise_if(errors: dict[str, list[str]]) -> None:
    found = {name: sentences for name, sentences in errors.items() if sentences}
    if found:
        raise Invalid(found)
