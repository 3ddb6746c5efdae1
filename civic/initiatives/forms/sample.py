"""Drawing a sample: a number, or how precise it must be."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation

from civic.initiatives.service.sample import MOST_SAMPLED, Wanted
from civic.initiatives.states.ledger import ItemVerdict

MARGINS = (
    ("10", _l("Ruw: 10 procent erboven of eronder")),
    ("5", _l("Gewoon: 5 procent erboven of eronder")),
    ("3", _l("Precies: 3 procent erboven of eronder")),
    ("", _l("Ik kies zelf een aantal")),
)


class WholeNumber(IntegerField):
    """WTForms' own sentence is not Dutch."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Vul een heel getal in, bijvoorbeeld 60.")) from None


class DrawSampleForm(FlaskForm):
    margin = RadioField(
        _l("Hoe precies moet het zijn?"),
        choices=[SelectChoice(value, label) for value, label in MARGINS],
        default="5",
        validate_choice=False,
        description=_l("De computer kiest dan hoeveel u moet bekijken."),
    )
    size = WholeNumber(
        _l("Aantal"), validators=[Optional()], description=_l("Alleen als u zelf een aantal kiest.")
    )

    def validate_margin(self, field: Any) -> None:
        if field.data not in {value for value, _label in MARGINS}:
            raise StopValidation(_("Kies hoe precies het moet zijn."))

    def validate_size(self, field: Any) -> None:
        if self.margin.data:
            return
        if field.data is None or not 1 <= field.data <= MOST_SAMPLED:
            raise StopValidation(_("Kies een getal van %(low)s tot %(high)s.", low=1, high=MOST_SAMPLED))

    def wanted(self) -> Wanted:
        return Wanted(margin=int(self.margin.data)) if self.margin.data else Wanted(size=self.size.data)


def verdicts_typed(values: dict[str, str]) -> dict[int, ItemVerdict]:
    """Item → verdict, from fields named `item-12`; anything else is nothing."""
    known = {one.value: one for one in ItemVerdict}
    found = {}
    for name, value in values.items():
        number = name.removeprefix("item-")
        if number != name and number.isascii() and number.isdigit() and len(number) < 10 and value in known:
            found[int(number)] = known[value]
    return found
