"""The forms of who keeps the list of units."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from civic.aanjaagteam.forms.core import ChoiceField, clean_line, clean_text, number_or_none
from civic.aanjaagteam.models.units import DISCRETION_LENGTH, UNIT_NAME_LENGTH
from civic.aanjaagteam.service.units import Membership, UnitFacts
from civic.forms import DayField, EmailAddress

MOST_PEOPLE = 99_999


def _short(length: int) -> Length:
    return Length(max=length, message=_l("Maak deze tekst korter. Hij mag %(max)d tekens lang zijn."))


class UnitForm(FlaskForm):
    name = StringField(
        _l("Naam van de afdeling"),
        [DataRequired(message=_l("Schrijf op hoe de afdeling heet.")), _short(UNIT_NAME_LENGTH)],
        filters=[clean_line],
    )
    municipality = ChoiceField(_l("Gemeente"), [Optional()])
    headcount = StringField(_l("Hoeveel mensen werken er?"), [Optional()], filters=[clean_line])
    discretion = TextAreaField(
        _l("Wat mag iedereen hier gewoon doen?"),
        [Optional(), _short(DISCRETION_LENGTH)],
        filters=[clean_text],
    )

    def fill(self, places: Iterable[tuple[int, str]], *, may_be_region: bool) -> None:
        """Whoever works for one municipality cannot make a unit of the region."""
        nothing = [SelectChoice("", _("De hele regio"))] if may_be_region else []
        self.municipality.choices = [*nothing, *(SelectChoice(str(key), name) for key, name in places)]

    def validate_headcount(self, field: StringField) -> None:
        number = number_or_none(field.data)
        if field.data and (number is None or not 0 < number <= MOST_PEOPLE):
            raise ValidationError(_("Vul een heel getal in, bijvoorbeeld 12."))

    @property
    def facts(self) -> UnitFacts:
        return UnitFacts(
            name=self.name.data or "",
            municipality_id=number_or_none(self.municipality.data),
            headcount=number_or_none(self.headcount.data),
            discretion=self.discretion.data or "",
        )


class MemberForm(FlaskForm):
    email = EmailField(
        _l("Werkmail van de collega"),
        [
            DataRequired(message=_l("Vul het mailadres van de collega in.")),
            EmailAddress(),
        ],
        filters=[clean_line],
    )
    is_manager = BooleanField(_l("Geeft leiding aan deze afdeling"))
    from_on = DayField(_l("Werkt hier vanaf"), [InputRequired(_l("Vul de eerste dag in."))])
    until_on = DayField(_l("Werkt hier tot en met"), [Optional()])

    @property
    def membership(self) -> Membership:
        return Membership(self.from_on.data, self.until_on.data, bool(self.is_manager.data))


class PeriodForm(FlaskForm):
    """Of somebody who is there already."""

    is_manager = BooleanField(_l("Geeft leiding aan deze afdeling"))
    from_on = DayField(_l("Werkt hier vanaf"), [InputRequired(_l("Vul de eerste dag in."))])
    until_on = DayField(_l("Werkt hier tot en met"), [Optional()])

    @property
    def membership(self) -> Membership:
        return Membership(self.from_on.data, self.until_on.data, bool(self.is_manager.data))
