"""Whom a report waits for, and the answer."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from civic.aanjaagteam.forms.core import (
    FIRST_YEAR,
    LAST_YEAR,
    ChoiceField,
    OneOfField,
    RevisionForm,
    clean_line,
    clean_text,
    unit_choices,
)
from civic.aanjaagteam.models.waits import WAIT_LENGTH, WAIT_NAME_LENGTH
from civic.aanjaagteam.queries.units import NamedUnit
from civic.aanjaagteam.states.facts import WaitKind
from civic.aanjaagteam.wording.case import WAIT_KINDS
from civic.forms import DayField
from civic.regions.models import Municipality

TOO_LONG = _l("Maak deze tekst korter. Hij mag %(max)d tekens lang zijn.")


def _check_year(_form: FlaskForm, field: Field) -> None:
    if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_("Dit jaartal klopt niet."))


class WaitForm(RevisionForm):
    """The rules between these fields are in the service, so that all mistakes come at once."""

    kind = OneOfField(
        _l("Op wie wacht de melding?"),
        [DataRequired(_l("Kies op wie de melding wacht."))],
        choices=[SelectChoice(kind.value, text) for kind, text in WAIT_KINDS.items()],
    )
    unit = ChoiceField(_l("Welke afdeling?"), [Optional()])
    person = ChoiceField(_l("Vraagt u het aan één persoon?"), [Optional()])
    party = StringField(
        _l("Welke organisatie?"), [Length(max=WAIT_NAME_LENGTH, message=TOO_LONG)], filters=[clean_line]
    )
    question = TextAreaField(
        _l("Wat vraagt u?"),
        [DataRequired(_l("Schrijf op wat u vraagt.")), Length(max=WAIT_LENGTH, message=TOO_LONG)],
        filters=[clean_text],
    )
    due_on = DayField(_l("Wanneer wilt u antwoord?"), [Optional(), _check_year])

    def fill(
        self, units: Iterable[NamedUnit], places: Iterable[Municipality], people: dict[int, str]
    ) -> None:
        named = sorted(people.items(), key=lambda one: one[1])
        self.unit.choices = unit_choices(units, places, _("Kies een afdeling"))
        self.person.choices = [
            SelectChoice("", _("Nee, aan wie er werkt")),
            *(SelectChoice(str(number), name) for number, name in named),
        ]

    @property
    def chosen(self) -> WaitKind:
        return WaitKind(self.kind.data)


class ChangeWaitForm(RevisionForm):
    question = TextAreaField(
        _l("Wat vraagt u?"),
        [DataRequired(_l("Schrijf op wat u vraagt.")), Length(max=WAIT_LENGTH, message=TOO_LONG)],
        filters=[clean_text],
    )
    due_on = DayField(_l("Wanneer wilt u antwoord?"), [Optional(), _check_year])


class AnswerForm(FlaskForm):
    answer = TextAreaField(
        _l("Wat is het antwoord?"),
        [
            DataRequired(_l("Schrijf op wat het antwoord is.")),
            Length(max=WAIT_LENGTH, message=TOO_LONG),
        ],
        filters=[clean_text],
    )
