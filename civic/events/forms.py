"""What to look for in the log. A filter that makes no sense is left out, with a sentence."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, StopValidation, ValidationError

LARGEST_ID = 2**63 - 1
NUMBER, DAY, CHOICE = (
    _l("Typ een heel getal, zoals 12."),
    _l("Kies een dag, zoals 2027-01-31."),
    _l("Kies iets uit de lijst."),
)


class _Number(IntegerField):  # the sentence of the library is not ours
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NUMBER) from None

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:  # said once is enough
            raise StopValidation


class _Day(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(DAY) from None


class _Choice(SelectField):
    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValueError:
            raise ValidationError(CHOICE) from None


class HistoryForm(FlaskForm):
    class Meta:
        csrf = False  # a search is a GET: the filters stand in the address, to share and to bookmark

    soort = _Choice(_l("Waarover"), validators=[Optional()])
    nummer = _Number(_l("Nummer"), validators=[Optional(), NumberRange(1, LARGEST_ID, NUMBER)])
    actie = _Choice(_l("Wat er gebeurde"), validators=[Optional()])
    door = _Choice(_l("Door wie"), validators=[Optional()])
    vanaf = _Day(_l("Vanaf"), validators=[Optional()])
    tot = _Day(_l("Tot en met"), validators=[Optional()])

    def offer(self, subject_types: list[tuple[str, str]], actions: list[tuple[str, str]]) -> None:
        """Set the choices: what occurs in the log."""
        everything = SelectChoice("", str(_l("Alles")))
        self.soort.choices = [everything, *(SelectChoice(kind, name) for kind, name in subject_types)]
        self.actie.choices = [everything, *(SelectChoice(action, title) for action, title in actions)]
        self.door.choices = [
            SelectChoice("", str(_l("Iedereen"))),
            SelectChoice("user", str(_l("Iemand met een account"))),
            SelectChoice("system", str(_l("Het systeem"))),
            SelectChoice("anonymous", str(_l("Een bezoeker"))),
        ]
