"""The forms of a talk, a place on an agenda, the page for an alderman and a member of the team."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from civic.aanjaagteam.forms.core import (
    ChoiceField,
    OneOfField,
    RevisionForm,
    _enum_choices,
    _max,
    clean_line,
    clean_text,
    number_or_none,
)
from civic.aanjaagteam.forms.knots import _euros
from civic.aanjaagteam.models import TEXT_LENGTH
from civic.aanjaagteam.models.briefs import FUNCTION_LENGTH as BRIEF_LINE
from civic.aanjaagteam.models.briefs import PART_LENGTH
from civic.aanjaagteam.models.meetings import ASKED_LENGTH
from civic.aanjaagteam.models.team import FUNCTION_LENGTH, MANDATE_LENGTH
from civic.aanjaagteam.service.briefs import BriefText
from civic.aanjaagteam.service.members import Membership
from civic.aanjaagteam.states.meetings import TableBody, TableResult
from civic.aanjaagteam.wording.meetings import BODIES, TABLE_RESULTS
from civic.accounts.models import User
from civic.forms import DayField

TOKEN_LENGTH = 64
MOST_LINES = 15


def _line(label: Any, length: int, missing: Any) -> StringField:
    return StringField(label, [DataRequired(missing), _max(length)], filters=[clean_line])


def _area(label: Any, length: int, missing: Any) -> TextAreaField:
    return TextAreaField(label, [DataRequired(missing), _max(length)], filters=[clean_text])


class MeetingForm(FlaskForm):
    token = HiddenField(
        validators=[DataRequired(_l("Open het formulier opnieuw.")), Length(max=TOKEN_LENGTH)]
    )
    held_on = DayField(
        _l("Op welke dag was het gesprek?"), [InputRequired(_l("Vul de dag van het gesprek in."))]
    )
    attendees = _area(_l("Wie waren erbij?"), TEXT_LENGTH, _l("Schrijf op wie erbij waren."))
    knows_case = BooleanField(_l("Er waren mensen bij die deze zaak zelf kennen"))
    outcome = _area(_l("Wat kwam eruit?"), TEXT_LENGTH, _l("Schrijf op wat eruit kwam."))


class TableForm(FlaskForm):
    organ = OneOfField(
        _l("Aan welke tafel?"), [DataRequired(_l("Kies een tafel."))], choices=_enum_choices(BODIES)
    )
    table_on = DayField(_l("Op welke dag?"), [InputRequired(_l("Vul de dag in."))])
    asked = _line(
        _l("Wat vraagt u van deze tafel?"),
        ASKED_LENGTH,
        _l("Schrijf in één regel wat u van de tafel vraagt."),
    )

    @property
    def chosen(self) -> TableBody:
        return TableBody(self.organ.data)


class ResultForm(FlaskForm):
    result = OneOfField(
        _l("Is het besproken?"),
        [DataRequired(_l("Kies een antwoord."))],
        choices=_enum_choices(TABLE_RESULTS),
    )
    said = TextAreaField(_l("Wat kwam eruit?"), [_max(TEXT_LENGTH)], filters=[clean_text])

    @property
    def chosen(self) -> TableResult:
        return TableResult(self.result.data)


def _fits(field: Field) -> None:
    """With more lines than this it is no longer one page that can be read."""
    if len((field.data or "").splitlines()) > MOST_LINES:
        raise ValidationError(_("Gebruik hooguit %(most)s regels.", most=MOST_LINES))


class BriefForm(RevisionForm):
    """`revision` is the version that was looked at."""

    heading = _line(_l("Kop"), BRIEF_LINE, _l("Schrijf een kop."))
    situation = _area(_l("Wat loopt er vast?"), PART_LENGTH, _l("Schrijf op wat er vastloopt."))
    tried = _area(_l("Wat is al geprobeerd?"), PART_LENGTH, _l("Schrijf op wat al is geprobeerd."))
    cost = _euros(_l("Wat kost het?"))
    cost_basis = StringField(_l("Hoe weet u dat?"), [_max(BRIEF_LINE)], filters=[clean_line])
    asked = _area(_l("Wat vraagt u van de wethouder?"), PART_LENGTH, _l("Schrijf op wat u vraagt."))

    def validate_situation(self, field: Field) -> None:
        _fits(field)

    def validate_tried(self, field: Field) -> None:
        _fits(field)

    def validate_asked(self, field: Field) -> None:
        _fits(field)

    def text(self) -> BriefText:
        return BriefText(
            heading=self.heading.data or "",
            situation=self.situation.data or "",
            tried=self.tried.data or "",
            cost=self.cost.data,
            cost_basis=self.cost_basis.data or "",
            asked=self.asked.data or "",
        )


class SendForm(FlaskForm):
    sent_to = _line(_l("Aan wie gaf u de notitie?"), BRIEF_LINE, _l("Schrijf op aan wie u de notitie gaf."))
    sent_on = DayField(_l("Op welke dag?"), [InputRequired(_l("Vul de dag in."))])


class AcknowledgeForm(FlaskForm):
    acknowledged_on = DayField(
        _l("Op welke dag is de notitie gelezen?"), [InputRequired(_l("Vul de dag in."))]
    )


class MemberForm(FlaskForm):
    user = ChoiceField(_l("Wie?"), [DataRequired(_l("Kies een collega."))])
    function = _line(_l("Functie"), FUNCTION_LENGTH, _l("Schrijf de functie op."))
    mandate = _line(_l("Wat mag dit lid zelf besluiten?"), MANDATE_LENGTH, _l("Schrijf op wat dit lid mag."))
    from_on = DayField(_l("Lid vanaf"), [InputRequired(_l("Vul de eerste dag in."))])
    until_on = DayField(_l("Lid tot en met"), [Optional()])
    is_name_public = BooleanField(_l("Dit lid vindt het goed dat de naam op de site staat"))

    def fill(self, people: Iterable[User]) -> None:
        names = (SelectChoice(str(one.id), one.display_name) for one in people)
        self.user.choices = [SelectChoice("", _("Kies een collega")), *names]

    @property
    def user_id(self) -> int | None:
        return number_or_none(self.user.data)

    def membership(self) -> Membership:
        return Membership(
            function=self.function.data or "",
            mandate=self.mandate.data or "",
            from_on=self.from_on.data,
            until_on=self.until_on.data,
            is_name_public=bool(self.is_name_public.data),
        )
