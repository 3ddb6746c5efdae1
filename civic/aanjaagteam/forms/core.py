"""The forms: shape and wording. The questions for a reporter are in forms/intake.py."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from civic.aanjaagteam import wording
from civic.aanjaagteam.models import LINE_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from civic.aanjaagteam.models.core import MOST_WAITING
from civic.aanjaagteam.queries.units import NamedUnit
from civic.aanjaagteam.states import DeclineReason, Outcome
from civic.aanjaagteam.states.facts import DecisionOwner
from civic.aanjaagteam.wording.case import DECISION_OWNERS
from civic.accounts.models import User
from civic.regions.models import Municipality
from civic.regions.queries import Choice

FIRST_YEAR, LAST_YEAR = 2000, 2100
THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?:\D|$))")
# control signs but tab and line feed (PostgreSQL refuses NUL), and signs that turn the reading direction
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean_text(text: str | None) -> str:
    """What was typed, with plain line ends and without signs that cannot be stored or that deceive."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return UNWANTED.sub("", plain).strip()


def clean_line(text: str | None) -> str:
    return " ".join(clean_text(text).split())


def _max(length: int) -> Length:
    return Length(max=length, message=_l("Maak deze tekst korter. Hij mag %(max)d tekens lang zijn."))


def _needed(name: str) -> DataRequired:
    return DataRequired(message=wording.REQUIRED[name])


def _area(label: Any, name: str, length: int = TEXT_LENGTH, **options: Any) -> TextAreaField:
    return TextAreaField(label, [_needed(name), _max(length)], filters=[clean_text], **options)


def _line(label: Any, name: str, length: int = LINE_LENGTH, **options: Any) -> StringField:
    return StringField(label, [_needed(name), _max(length)], filters=[clean_line], **options)


def _enum_choices(words: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value.value, text) for value, text in words.items()]


class ChoiceField(SelectField):
    """A select whose wrong value gets a sentence of our own."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_("Kies een antwoord uit de lijst.")) from None


class OneOfField(RadioField):
    validate_choice = False

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data not in {choice.value for choice in self.choices}:
            self.data: str | None = None


def place_choices(places: Iterable[Municipality | Choice], nothing: Any) -> list[SelectChoice]:
    return [SelectChoice("", nothing), *(SelectChoice(str(place.id), place.name) for place in places)]


def unit_choices(
    units: Iterable[NamedUnit], places: Iterable[Municipality], nothing: Any
) -> list[SelectChoice]:
    """In a group per municipality, those of the region first: each of them has a department of that name."""
    names, region = {place.id: place.name for place in places}, _("De hele regio")
    named = [(names.get(unit.municipality_id or 0, ""), unit) for unit in units]
    return [
        SelectChoice("", nothing),
        *(
            SelectChoice(str(unit.id), unit.label, optgroup=place or region)
            for place, unit in sorted(named, key=lambda pair: pair[0])
        ),
    ]


def number_or_none(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def put_errors(form: FlaskForm, errors: dict[str, list[str]]) -> None:
    """Show what the rules of the database refused beside the field it is about."""
    for name, sentences in errors.items():
        target: Field | None = getattr(form, name, None)
        if target is None:
            form.form_errors.extend(sentences)
        else:
            target.errors = [*target.errors, *sentences]


class CodeForm(FlaskForm):
    code = StringField(_l("Uw code"), [DataRequired(message=_l("Vul uw code in."))], filters=[clean_line])


class RevisionForm(FlaskForm):
    """A change of a report: `revision` says which version the official was looking at."""

    revision = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        g.form_of_report = self  # a conflict reads it back in its own words (routes/typed.py)

    @property
    def seen(self) -> int:
        # only what was posted counts: a form that was filled from the row would always agree with it
        posted = self.revision.raw_data
        found = number_or_none(posted[0] if posted else None)
        return -1 if found is None else found


class TriageForm(RevisionForm):
    public_title = _line(_l("Titel"), "public_title", TITLE_LENGTH)
    is_public = BooleanField(_l("Zet de titel op de site"))
    decide_now = BooleanField(_l("Dit kan nu worden besloten"))
    municipality = ChoiceField(_l("Gemeente"), [Optional()])
    process_guess = StringField(_l("Om welk proces gaat het?"), [_max(TITLE_LENGTH)], filters=[clean_line])
    decision_owner = ChoiceField(_l("Wie mag hierover beslissen?"), [_needed("decision_owner")])
    decision_owner_name = StringField(
        _l("Welke functie of organisatie is dat?"), [_max(LINE_LENGTH)], filters=[clean_line]
    )
    unit = ChoiceField(_l("Bij welke afdeling ligt het?"), [Optional()])
    waiting_people = StringField(_l("Ongeveer hoeveel mensen wachten hierop?"), filters=[clean_line])

    def fill(self, places: list[Municipality], units: Iterable[NamedUnit] = ()) -> None:
        self.municipality.choices = place_choices(places, _("Geen of onbekend"))
        self.decision_owner.choices = [
            SelectChoice("", _("Kies wie mag beslissen")),
            *_enum_choices(DECISION_OWNERS),
        ]
        self.unit.choices = unit_choices(units, places, _("Nog niet bekend"))

    def validate_waiting_people(self, field: Field) -> None:
        if field.data and not 0 < (self.people_waiting or 0) <= MOST_WAITING:
            raise ValidationError(wording.REQUIRED["waiting_people"])

    @property
    def people_waiting(self) -> int | None:
        """A Dutch thousand has a point: 1.200 people."""
        return number_or_none(THOUSANDS.sub("", self.waiting_people.data or ""))

    @property
    def who_decides(self) -> DecisionOwner | None:
        return DecisionOwner(self.decision_owner.data) if self.decision_owner.data else None


class AssignForm(RevisionForm):
    owner = ChoiceField(_l("Wie pakt dit op?"), [_needed("owner")])

    def fill(self, members: Iterable[User]) -> None:
        people = (SelectChoice(str(member.id), member.display_name) for member in members)
        self.owner.choices = [SelectChoice("", _("Kies een lid van het team")), *people]


class NoteForm(FlaskForm):
    note = _area(_l("Notitie voor het team"), "note")


class CloseForm(RevisionForm):
    outcome = OneOfField(_l("Wat kwam eruit?"), [_needed("outcome")], choices=_enum_choices(wording.OUTCOMES))
    outcome_text = _area(_l("Leg uit wat eruit kwam"), "outcome_text")

    @property
    def chosen(self) -> Outcome:
        return Outcome(self.outcome.data)


class DeclineForm(RevisionForm):
    decline_reason = OneOfField(
        _l("Waarom pakt het team dit niet op?"),
        [_needed("decline_reason")],
        choices=_enum_choices(wording.DECLINE_REASONS),
    )
    decline_text = _area(_l("Leg het uit aan de melder"), "decline_text")
    decline_where = _area(_l("Waar kan de melder wel heen?"), "decline_where")

    @property
    def chosen(self) -> DeclineReason:
        return DeclineReason(self.decline_reason.data)


class ChangeForm(RevisionForm):
    process_change = _area(_l("Wat is er in het proces veranderd?"), "process_change")


def first_value(kind: type[enum.Enum], text: str | None) -> Any:
    """The member of `kind` with this value, or None for anything else in a URL."""
    return next((member for member in kind if member.value == text), None)
