"""The forms of groups: which report to put together, which one in front, and when it is a pattern."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, NumberRange

from civic.aanjaagteam.forms.core import clean_line, number_or_none
from civic.forms import OneOf


class FindForm(FlaskForm):
    """The number of a report that is like this one; asks nothing of the database yet."""

    class Meta:
        csrf = False  # a GET

    met = StringField(
        _l("Nummer van de andere melding"),
        [DataRequired(message=_l("Vul een nummer in."))],
        filters=[clean_line],
    )

    @property
    def number(self) -> int | None:
        return number_or_none((self.met.data or "").lstrip("#"))


class TogetherForm(FlaskForm):
    other = HiddenField()
    front = RadioField(
        _l("Welke melding staat voorop?"),
        validators=[OneOf(_l("Kies welke melding voorop staat."))],
        validate_choice=False,
    )

    def offer(self, titles: list[tuple[int, str]]) -> None:
        self.front.choices = [SelectChoice(str(number), title) for number, title in titles]


class ThresholdForm(FlaskForm):
    threshold = IntegerField(
        _l("Vanaf hoeveel keer in 90 dagen is het een patroon?"),
        [
            DataRequired(message=_l("Kies een getal van 2 tot 100.")),
            NumberRange(2, 100, message=_l("Kies een getal van 2 tot 100.")),
        ],
    )
