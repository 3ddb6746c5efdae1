"""The check before writing. Each step carries the answers of those before it: nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from civic.initiatives.forms import Asked
from civic.initiatives.presentation.doors import DOORS
from civic.initiatives.presentation.kinds import KIND_WISHES
from civic.initiatives.states import InitiativeKind
from civic.regions.models import Municipality
from civic.regions.rules import Facts, Rules, Verdict, check

YES, NO = "ja", "nee"
RULE = "regel_"


class WayForm(FlaskForm):
    """What they want decides the kind, or leads to another door."""

    way = RadioField(
        _l("Wat past het beste?"),
        choices=[
            *(SelectChoice(kind.value, text) for kind, text in KIND_WISHES.items()),
            *(SelectChoice(name, door.choice) for name, door in DOORS.items()),
        ],
        validators=[InputRequired(_l("Kies wat het beste past."))],
        validate_choice=False,
    )
    place_ids = SelectMultipleField(
        _l("Voor welke gemeente is het?"),
        validators=[Asked()],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Nodig bij een voorstel. Kies er meer als het voor meer gemeenten is."),
    )

    def offer(self, places: Iterable[Municipality]) -> None:
        self.place_ids.choices = [SelectChoice(str(place.id), place.name) for place in places]

    @property
    def kind(self) -> InitiativeKind | None:
        return next((kind for kind in InitiativeKind if kind.value == self.way.data), None)

    @property
    def door(self) -> str | None:
        return self.way.data if self.way.data in DOORS else None

    @property
    def chosen(self) -> tuple[int, ...]:
        offered = {choice.value for choice in self.place_ids.choices}
        return tuple(int(value) for value in self.place_ids.data or [] if value in offered)

    def validate_way(self, field: Any) -> None:
        if field.data and self.kind is None and self.door is None:
            raise StopValidation(_("Kies wat het beste past."))

    def validate_place_ids(self, field: Any) -> None:
        """A door needs no municipality."""
        if self.kind is not None and not self.chosen:
            raise StopValidation(_("Kies de gemeente of de gemeenten waarvoor dit plan is."))


def rule_verdicts(rules: Rules) -> list[Verdict]:
    """Every rule of the set, as something that can be true for a proposal."""
    nothing_wrong = Facts(initiator_is_old_enough=True, lives_in_municipality=True, lives_in_region=True)
    return check(rules, nothing_wrong)


def rules_form(rules: Rules) -> FlaskForm:
    """One question of yes and no per rule. The fields depend on the by-law, so the class is made here."""
    choices = [
        SelectChoice(YES, _l("Ja, dat klopt")),
        SelectChoice(NO, _l("Nee, of dat weet ik niet")),
    ]
    needed = InputRequired(_l("Kies ja of nee."))
    fields = {
        f"{RULE}{one.rule}": RadioField(
            one.sentence,
            choices=choices,
            validators=[needed],
            validate_choice=False,
            description=one.article,
        )
        for one in rule_verdicts(rules)
    }
    return type("RulesForm", (FlaskForm,), fields)()


def said_yes(form: FlaskForm) -> tuple[str, ...]:
    yes = (field.name.removeprefix(RULE) for field in form if field.data == YES)
    return tuple(yes)
