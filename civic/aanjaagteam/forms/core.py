"""The forms: shape and wording. At most five questions for a reporter, and only the story is required."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, ValidationError

from civic.aanjaagteam import wording
from civic.aanjaagteam.models import LINE_LENGTH, STORY_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from civic.aanjaagteam.states import DeclineReason, Outcome, Waiting
from civic.accounts.models import User
from civic.calendar import add_months
from civic.forms import DayField
from civic.regions.models import Municipality

MONTHS_BACK = 60
FIRST_YEAR, LAST_YEAR = 2000, 2100
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


def month_choices(on: date) -> list[SelectChoice]:
    """The months of the last five years, newest first, in a group per year; then everything before.

    "Longer" is kept as the month before the oldest one in the list: the waiting time is then at least right.
    """
    locale = get_locale() or "nl"
    first = on.replace(day=1)
    months = [add_months(first, -back) for back in range(MONTHS_BACK)]
    named = [
        SelectChoice(f"{day:%Y-%m}", format_date(day, "MMMM y", locale=locale), optgroup=str(day.year))
        for day in months
    ]
    longer = SelectChoice(f"{add_months(first, -MONTHS_BACK):%Y-%m}", _("Langer dan vijf jaar"))
    return [SelectChoice("", _("Ik weet het niet")), *named, longer]


def place_choices(places: Iterable[Municipality], nothing: Any) -> list[SelectChoice]:
    return [SelectChoice("", nothing), *(SelectChoice(str(place.id), place.name) for place in places)]


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


class ReportForm(FlaskForm):
    """The five questions. `token` makes the same post twice one report."""

    story = _area(_l("Wat loopt er vast?"), "story", STORY_LENGTH)
    since = ChoiceField(_l("Sinds wanneer speelt dit?"), [Optional()])
    waiting = ChoiceField(
        _l("Wie wacht hierop?"), [Optional()], choices=_enum_choices(wording.WAITING), default="unknown"
    )
    municipality = ChoiceField(_l("Welke gemeente gaat het over?"), [Optional()])
    email = EmailField(
        _l("Uw mailadres"),
        [
            Optional(),
            Length(max=190, message=_l("Dit mailadres is te lang.")),
            Email(message=_l("Schrijf een mailadres zoals naam@voorbeeld.nl.")),
        ],
        filters=[clean_line],
    )
    token = HiddenField()

    def fill(self, on: date, places: Iterable[Municipality]) -> None:
        self.since.choices = month_choices(on)
        self.municipality.choices = place_choices(places, _("Dat weet ik niet, of dat zeg ik liever niet"))

    @property
    def since_on(self) -> date | None:
        return date.fromisoformat(f"{self.since.data}-01") if self.since.data else None

    @property
    def who_waits(self) -> Waiting:
        return Waiting(self.waiting.data or "unknown")


class CodeForm(FlaskForm):
    code = StringField(_l("Uw code"), [DataRequired(message=_l("Vul uw code in."))], filters=[clean_line])


class RevisionForm(FlaskForm):
    """A change of a report: `revision` says which version the official was looking at."""

    revision = HiddenField()

    @property
    def seen(self) -> int:
        found = number_or_none(self.revision.data)
        return -1 if found is None else found


class TriageForm(RevisionForm):
    public_title = _line(_l("Titel"), "public_title", TITLE_LENGTH)
    is_public = BooleanField(_l("Zet de titel op de site"))
    decide_now = BooleanField(_l("Dit kan nu worden besloten"))
    municipality = ChoiceField(_l("Gemeente"), [Optional()])
    process_guess = StringField(_l("Om welk proces gaat het?"), [_max(TITLE_LENGTH)], filters=[clean_line])

    def fill(self, places: Iterable[Municipality]) -> None:
        self.municipality.choices = place_choices(places, _("Geen of onbekend"))


class AssignForm(RevisionForm):
    owner = ChoiceField(_l("Wie pakt dit op?"), [_needed("owner")])

    def fill(self, members: Iterable[User]) -> None:
        people = (SelectChoice(str(member.id), member.display_name) for member in members)
        self.owner.choices = [SelectChoice("", _("Kies een lid van het team")), *people]


class NoteForm(FlaskForm):
    note = _area(_l("Notitie voor het team"), "note")


class DecideForm(RevisionForm):
    question = _area(_l("Welke vraag lag er?"), "question")
    decision = _area(_l("Wat is er besloten?"), "decision")
    reason = _area(_l("Waarom is dat besloten?"), "reason")
    decider = _line(_l("Wie heeft dit besloten?"), "decider")
    mandate = _line(_l("Waarom mag die persoon dit besluiten?"), "mandate")
    decided_on = DayField(
        _l("Op welke dag is dit besloten?"), [InputRequired(wording.REQUIRED["decided_on"])]
    )
    effective_on = DayField(_l("Vanaf wanneer geldt dit?"), [Optional()])

    def validate_effective_on(self, field: Field) -> None:
        if field.data and self.decided_on.data and field.data < self.decided_on.data:
            raise ValidationError(_("Deze dag ligt vóór de dag van het besluit."))
        _check_year(field.data)

    def validate_decided_on(self, field: Field) -> None:
        _check_year(field.data)


def _check_year(day: date | None) -> None:
    if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Dit jaartal klopt niet."))


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
