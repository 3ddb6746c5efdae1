"""The forms of the ladder: bring up, answer, pass on, take back; and its people and their hours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from civic.aanjaagteam.forms.core import ChoiceField, OneOfField, _max, clean_line, clean_text, number_or_none
from civic.aanjaagteam.models import TEXT_LENGTH
from civic.aanjaagteam.states.ladder import AUTOMATIC_REASONS, LEVELS, EscalationReason
from civic.aanjaagteam.wording import ladder as words
from civic.accounts.models import User
from civic.forms import Between, Needed

CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)\Z", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z|(\d{1,2})-(\d{1,2})-(\d{4})\Z", re.ASCII)
LONGEST_LIST = 2_000
WORKWEEK = range(5)
TO_80 = _l("Kies een getal van 1 tot en met 80.")
TO_60 = _l("Kies een getal van 1 tot en met 60.")


def _text(label: Any, name: str) -> TextAreaField:
    return TextAreaField(
        label, [DataRequired(message=words.REQUIRED[name]), _max(TEXT_LENGTH)], filters=[clean_text]
    )


def _people(people: Iterable[User]) -> list[SelectChoice]:
    return [SelectChoice(str(one.id), one.display_name) for one in people]


class EscalateForm(FlaskForm):
    reason = OneOfField(
        _l("Waarom schaalt u op?"),
        [InputRequired(message=words.REQUIRED["reason"])],
        choices=[
            SelectChoice(one.value, words.REASONS[one])
            for one in EscalationReason
            if one not in AUTOMATIC_REASONS
        ],
    )
    tried = _text(_l("Wat hebt u al geprobeerd?"), "tried")
    asked = _text(_l("Wat vraagt u precies?"), "asked")
    level = ChoiceField(
        _l("Bij wie legt u het neer?"),
        [InputRequired(message=words.REQUIRED["level"])],
        choices=[SelectChoice(str(level), words.LEVELS[level]) for level in LEVELS],
        default="1",
    )

    @property
    def why(self) -> EscalationReason | None:
        return EscalationReason(self.reason.data) if self.reason.data else None


class OnRungForm(FlaskForm):
    """What somebody does on a rung: `level` says which rung the page showed."""

    level = HiddenField()

    @property
    def seen(self) -> int:
        return number_or_none(self.level.data) or 0


class AnswerForm(OnRungForm):
    answer = _text(_l("Wat besluit of antwoordt u?"), "answer")


class HandOnForm(OnRungForm):
    to = ChoiceField(_l("Wie doet het wel?"), [InputRequired(message=words.REQUIRED["to"])], choices=[])
    why = _text(_l("Waarom geeft u het door?"), "why")

    def fill(self, people: Iterable[User], but: User) -> None:
        others = [one for one in people if one.id != but.id]
        self.to.choices = [SelectChoice("", _("Kies een collega")), *_people(others)]


class LiftForm(OnRungForm):
    why_up = _text(_l("Waarom moet het een trede hoger?"), "why")


class WithdrawForm(FlaskForm):
    withdraw = _text(_l("Waarom haalt u het terug?"), "withdraw")


class RungForm(FlaskForm):
    """Who stands on a rung and how long a rung has; the days of the table on the highest one only."""

    people = SelectMultipleField(
        _l("Wie staat hier?"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    accept_hours = IntegerField(
        _l("Aannemen binnen (werkuren)"),
        [Needed(TO_80), Between(1, 80, TO_80)],
        invalid_value_message=TO_80,
    )
    answer_days = IntegerField(
        _l("Antwoord binnen (werkdagen)"),
        [Needed(TO_60), Between(1, 60, TO_60)],
        invalid_value_message=TO_60,
    )
    table_weekday = ChoiceField(
        _l("Vaste tafeldag"),
        choices=[
            SelectChoice("", _l("Geen vaste dag")),
            *(SelectChoice(str(n), words.DAYS[n]) for n in WORKWEEK),
        ],
    )
    table_days = TextAreaField(_l("Losse tafeldagen"), [_max(LONGEST_LIST)], filters=[clean_text])

    def fill(self, people: Iterable[User]) -> None:
        self.people.choices = _people(people)

    def validate_table_days(self, field: Field) -> None:
        if any(_day(line) is None for line in (field.data or "").split()):
            raise ValidationError(_("Schrijf elke dag op een eigen regel. Zo: 23-11-2026."))

    @property
    def days(self) -> tuple[date, ...]:
        found = (_day(line) for line in (self.table_days.data or "").split())
        return tuple(day for day in found if day is not None)

    @property
    def chosen(self) -> list[int]:
        known = {choice.value for choice in self.people.choices}
        return [int(one) for one in self.people.data or [] if one in known]


def _day(text: str) -> date | None:
    found = DAY.match(text)
    if found is None:
        return None
    year, month, day, day_first, month_first, year_last = (int(part or 0) for part in found.groups())
    try:
        return date(year or year_last, month or month_first, day or day_first)
    except ValueError:
        return None


class HoursForm(FlaskForm):
    """From and until for Monday to Friday; a day that is left empty is a day off."""

    @property
    def week(self) -> dict[int, tuple[time, time]]:
        found = {}
        for day in WORKWEEK:
            start, end = _clock(self[f"from_{day}"].data), _clock(self[f"until_{day}"].data)
            if start is not None and end is not None:
                found[day] = (start, end)
        return found

    def show(self, week: Mapping[int, tuple[time, time]]) -> None:
        for day, (start, end) in week.items():
            if day in WORKWEEK:
                self[f"from_{day}"].data, self[f"until_{day}"].data = f"{start:%H:%M}", f"{end:%H:%M}"

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine: bool = super().validate(extra_validators)
        for day in WORKWEEK:
            start, end = self[f"from_{day}"], self[f"until_{day}"]
            if bool(start.data) != bool(end.data):
                field = end if start.data else start
                field.errors = [_("Vul van een dag beide tijden in, of geen van beide.")]
                is_fine = False
        return is_fine


def _check_clock(_form: FlaskForm, field: Field) -> None:
    if field.data and _clock(field.data) is None:
        raise ValidationError(_("Schrijf een tijd zoals 08:30."))


def _clock(text: str | None) -> time | None:
    found = CLOCK.match(text or "")
    return time(int(found[1]), int(found[2])) if found else None


def _clock_field(label: Any) -> StringField:
    return StringField(label, [_check_clock], filters=[clean_line])


for _n in WORKWEEK:
    setattr(HoursForm, f"from_{_n}", _clock_field(_l("Op %(day)s van", day=words.DAYS[_n])))
    setattr(HoursForm, f"until_{_n}", _clock_field(_l("Op %(day)s tot", day=words.DAYS[_n])))
