"""What somebody filled in, read back in the words of their own form when it could not be kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask import g
from flask_babel import format_date
from flask_babel import gettext as _
from wtforms import Field

from civic.aanjaagteam import queries, wording
from civic.aanjaagteam.queries.units import unit_names
from civic.aanjaagteam.states.facts import Stance
from civic.aanjaagteam.wording.case import STANCES
from civic.accounts.models import User
from civic.db import db
from civic.web import typed_texts

NOT_TYPED = frozenset({"revision", "stap", "terug", "token"})
CHOOSES_OFFICIAL = frozenset({"owner", "deputy", "person", "process_owner", "whom", "to", "user"})
CHOOSES_UNIT = frozenset({"unit", "interim_unit"})
CHOOSES_PLACE = frozenset({"municipality", "interim_municipality"})
CLAIM = re.compile(r"(stance|basis|party)_(\w+)")  # what each municipality thinks (forms/disputes.py)
IN_A_LIST = re.compile(r"\w+-(\d+)-\w+")


def typed_answers(*, with_names: bool = False) -> list[tuple[str, str]]:
    """`with_names` also looks up what the form itself does not offer by name; for the team only."""
    form = g.get("form_of_report")
    fields = {field.name: field for field in _fields(form or ())}
    given = [(name, value) for name, value in typed_texts() if name not in NOT_TYPED and value.strip()]
    return [_answer(name, value, fields.get(name), with_names) for name, value in given]


def _fields(form: Iterable[Field]) -> Iterator[Field]:
    """Every field with a name of its own, those of the possibilities of a knot too."""
    for field in form:
        inside = getattr(field, "entries", None) or getattr(field, "form", None)
        if inside:
            yield from _fields(inside)
        else:
            yield field


def _answer(name: str, value: str, field: Field | None, with_names: bool) -> tuple[str, str]:
    claim = _claim(name, value)
    if claim is not None:
        return claim
    if name == "naar" and value in wording.SLUGS:
        return str(_("Naar welke stand")), str(wording.STATES[wording.SLUGS[value]])
    chosen = _chosen(field, value) or (_name_of(name, value) if with_names else "")
    label = str(field.label.text if field is not None else wording.FIELDS.get(name, name))
    number = IN_A_LIST.fullmatch(name)
    if number is not None:
        label = f"{label} ({int(number[1]) + 1})"
    return (label.split(" (nummer")[0], chosen) if chosen else (label, value)


def _chosen(field: Field | None, value: str) -> str:
    """The words beside the answer that was picked; a day as people write it, not as browsers send it."""
    if field is None:
        return ""
    if field.type == "DayField" and field.data:
        return str(format_date(field.data, "d MMMM y"))
    if field.type == "BooleanField":
        return str(_("ja"))
    known = ((choice.value, choice.label) for choice in getattr(field, "choices", None) or ())
    return next((str(label) for code, label in known if str(code) == value), "")


def _claim(name: str, value: str) -> tuple[str, str] | None:
    form, found = g.get("form_of_report"), CLAIM.fullmatch(name)
    if found is None or not hasattr(form, "outside"):
        return None
    names = {line.key: line.name for line in (*form.lines, *form.outside)}
    place = names.get(found[2]) or str(_("Buiten de regio"))
    if found[1] == "party":
        return str(_("Naam van de gemeente of organisatie")), value
    if found[1] == "basis":
        return str(_("Waarom vindt %(place)s dat?", place=place)), value
    words: dict[str, Any] = {stance.value: STANCES[stance] for stance in Stance}
    return str(_("Standpunt van %(place)s", place=place)), str(words.get(value, value))


def _name_of(field: str, value: str) -> str:
    """Whom or what somebody of the team chose, instead of its number; only what a list there offers."""
    number = int(value) if value.isdecimal() and len(value) < 10 else 0
    if field in CHOOSES_OFFICIAL:
        user = db.session.get(User, number)
        return user.display_name if user is not None and user.is_staff else ""
    if field in CHOOSES_UNIT:
        return unit_names([number]).get(number, "")
    return (queries.place_name(number) or "") if field in CHOOSES_PLACE and number else ""
