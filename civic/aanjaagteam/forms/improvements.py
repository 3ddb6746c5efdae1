"""The forms of an improvement: four answers, and a day where somebody just does it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from civic.aanjaagteam.forms.core import ChoiceField, clean_line, clean_text, number_or_none
from civic.aanjaagteam.models.improvements import PROCESS_LENGTH, PROPOSAL_LENGTH
from civic.aanjaagteam.queries.units import NamedUnit
from civic.aanjaagteam.service.improvements import Proposal
from civic.aanjaagteam.states.improvements import Check
from civic.aanjaagteam.wording.improvements import CHECKS, IMPROVEMENT_NEEDED
from civic.forms import DayField, Needed

TOO_LONG = _l("Maak deze tekst korter. Hij mag %(max)d tekens lang zijn.")
NOTHING = "none"
CHECK_VALUES = {check.value: check for check in Check}


def _needed(name: str) -> DataRequired:
    return DataRequired(message=IMPROVEMENT_NEEDED[name])


def _area(label: Any, name: str) -> TextAreaField:
    length = Length(max=PROPOSAL_LENGTH, message=TOO_LONG)
    return TextAreaField(label, [_needed(name), length], filters=[clean_text])


class Boxes(SelectMultipleField):
    """Some of a few answers; a value of nobody's is not chosen."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    validate_choice = False


class ImprovementForm(FlaskForm):
    """Four questions; the fifth, the day, is asked where somebody may just do it."""

    process_name = StringField(
        _l("Om welk proces gaat het?"),
        [_needed("process_name"), Length(max=PROCESS_LENGTH, message=TOO_LONG)],
        filters=[clean_line],
    )
    proposal = _area(_l("Wat kan er beter, en hoe?"), "proposal")
    unit = ChoiceField(_l("Bij welke afdeling hoort dit proces?"), [_needed("unit")])
    yes = Boxes(_l("Wat klopt er voor uw voorstel?"), [Needed(IMPROVEMENT_NEEDED["yes"])])
    tell_on = DayField(_l("Wanneer vertelt u hoe het ging?"), [Optional()])

    def fill(self, units: Iterable[NamedUnit], own: Iterable[int]) -> None:
        mine, others = set(own), _("Andere afdelingen")
        known = list(units)
        self.unit.choices = [
            SelectChoice("", _("Kies een afdeling")),
            *(_unit(unit, _("Uw afdeling")) for unit in known if unit.id in mine),
            *(_unit(unit, others) for unit in known if unit.id not in mine),
        ]
        self.yes.choices = [
            *(SelectChoice(check.value, text) for check, text in CHECKS.items()),
            SelectChoice(NOTHING, _("Niets van deze vier")),
        ]

    def validate_yes(self, field: Field) -> None:
        chosen = set(field.data or ()) & {*CHECK_VALUES, NOTHING}
        if not chosen:
            raise ValidationError(str(IMPROVEMENT_NEEDED["yes"]))
        if NOTHING in chosen and len(chosen) > 1:
            raise ValidationError(_("U kruiste iets aan en ook “niets van deze vier”. Kies één van de twee."))

    @property
    def wanted(self) -> Proposal:
        checks = frozenset(CHECK_VALUES[one] for one in self.yes.data or () if one in CHECK_VALUES)
        unit_id = number_or_none(self.unit.data) or 0
        return Proposal(self.process_name.data, self.proposal.data, unit_id, checks, self.tell_on.data)


def _unit(unit: NamedUnit, group: str) -> SelectChoice:
    return SelectChoice(str(unit.id), unit.label, optgroup=group)


class BeginForm(FlaskForm):
    tell_on = DayField(_l("Wanneer vertelt u hoe het ging?"), [_needed("tell_on")])


class AgreeForm(FlaskForm):
    tell_on = DayField(_l("Wanneer horen wij hoe het ging?"), [_needed("tell_on")])


class RefuseForm(FlaskForm):
    answer = _area(_l("Waarom niet?"), "answer")


class ResultForm(FlaskForm):
    result = _area(_l("Wat leverde het op?"), "result")
