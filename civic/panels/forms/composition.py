"""Forms for theme, constituencies, spread and reopening."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import escape
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from civic.forms import Between, Needed, OneOf
from civic.panels.presentation.composition_words import ROUTES, SPREADS
from civic.panels.service.composition_names import (
    MOST_CONSTITUENCIES,
    MOST_SOURCES,
    name_error,
    squeezed,
)
from civic.panels.states import EntryRoute, SpreadRule
from civic.panels.themes import THEMES, Theme

LONGEST_NAME = 80
LONGEST_REASON = 1000
MOST_SEATS = 2000
PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d))?\s*%?\Z", re.ASCII)


class Whole(IntegerField):
    """A whole number; what was typed wrongly stays to be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
            raise ValueError(_("Schrijf een heel getal, zoals 15."))
        self.data = int(text) if text else None


class PerMille(StringField):
    """A percentage with at most one decimal ("49,6"), kept as thousandths."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        found = PERCENT.match(text)
        if found is None or int(found[1]) * 10 + int(found[2] or 0) > 1000:
            raise ValueError(_("Schrijf een percentage, zoals 49,6."))
        self.data = int(found[1]) * 10 + int(found[2] or 0)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        whole, rest = divmod(int(self.data), 10)
        return f"{whole},{rest}" if rest else str(whole)


def good_name(_form: Any, field: Any) -> None:
    """A name that can also be a column or a cell of the files of a draw."""
    wrong = name_error(field.data) if field.data else None
    if wrong:
        raise ValidationError(wrong)


class ThemeLabel:
    """A name and what it means, in the language of the reader."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme

    def __str__(self) -> str:
        return f"{self.theme.label}. {self.theme.text}"

    def __html__(self) -> str:
        return str(escape(str(self)))


class ThemeForm(FlaskForm):
    theme = RadioField(
        _l("Waarover gaat het panel?"),
        choices=[SelectChoice(theme.key, ThemeLabel(theme)) for theme in THEMES.values()],
        validators=[OneOf(_l("Kies een van de drie."))],
        validate_choice=False,
    )


class ConstituencyRow(Form):
    """One constituency. A new row that was left empty does not count, nor does one to be removed."""

    id = HiddenField()
    name = StringField(
        _l("Naam"),
        filters=[squeezed],
        validators=[
            Needed(_l("Geef de geleding een naam.")),
            Length(max=LONGEST_NAME, message=_l("Gebruik hooguit 80 tekens.")),
            good_name,
        ],
    )
    seats = Whole(
        _l("Plaatsen"), validators=[Needed(_l("Vul het aantal plaatsen in.")), Between(0, MOST_SEATS)]
    )
    route = SelectField(
        _l("Hoe komen mensen erin?"),
        choices=[SelectChoice(route.value, label) for route, label in ROUTES.items()],
        validators=[OneOf(_l("Kies hoe mensen in deze geleding komen."))],
        validate_choice=False,
        default=EntryRoute.LOT.value,
    )
    sources = TextAreaField(
        _l("Waar vinden wij deze mensen?"),
        filters=[lambda text: (text or "").strip()],
        validators=[Needed(_l("Noem minstens één bron."))],
    )
    is_sensitive = BooleanField(_l("Gevoelig: toon van deze geleding nooit aantallen mensen per gemeente"))
    remove = BooleanField(_l("Haal deze geleding weg"))

    @property
    def is_blank(self) -> bool:
        seats = "".join(self.seats.raw_data or ()).strip()
        return not (self.id.data or self.name.data or seats or self.source_names())

    @property
    def counts(self) -> bool:
        return not (self.remove.data or self.is_blank)

    def source_names(self) -> list[str]:
        lines = (squeezed(line) for line in (self.sources.data or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, extra_validators: Any = None) -> bool:
        return not self.counts or bool(super().validate(extra_validators))

    def validate_sources(self, field: TextAreaField) -> None:
        names = self.source_names()
        if len(names) > MOST_SOURCES:
            raise ValidationError(_("Noem hooguit %(most)s bronnen.", most=MOST_SOURCES))
        if any(len(name) > LONGEST_NAME for name in names):
            raise ValidationError(_("Gebruik per bron hooguit 80 tekens."))
        wrong = [error for error in map(name_error, names) if error]
        if wrong:
            raise ValidationError(wrong[0])


class ConstituenciesForm(FlaskForm):
    rows = FieldList(FormField(ConstituencyRow), max_entries=MOST_CONSTITUENCIES)

    def kept(self) -> list[Any]:
        return [entry.form for entry in self.rows.entries if entry.form.counts]


class SettingsForm(FlaskForm):
    """Read from an address (GET) to try something, and posted to keep it."""

    spread = RadioField(
        _l("Hoe verdelen wij de plaatsen over de gemeenten?"),
        choices=[SelectChoice(rule.value, label) for rule, label in SPREADS.items()],
        validators=[OneOf(_l("Kies een van de drie manieren."))],
        validate_choice=False,
        default=SpreadRule.PROPORTIONAL.value,
    )
    floor = Whole(
        _l("Minstens per gemeente, in elke geleding"),
        validators=[Needed(_l("Vul een getal in.")), Between(0, 100)],
    )
    tolerance = Whole(
        _l("Marge: plaatsen boven en onder het doel"),
        validators=[Needed(_l("Vul een getal in.")), Between(0, 100)],
    )
    minimum_age = Whole(
        _l("Vanaf welke leeftijd mag iemand meedoen?"),
        validators=[Needed(_l("Vul een leeftijd in.")), Between(0, 120)],
    )
    pool_ratio = Whole(
        _l("Aanmeldingen per plaats"), validators=[Needed(_l("Vul een getal in.")), Between(1, 20)]
    )
    response_per_mille = PerMille(
        _l("Hoeveel procent reageert op de brief?"), validators=[Needed(_l("Vul een percentage in."))]
    )
    one_per_address = BooleanField(_l("Hooguit één persoon per adres"))

    def validate_response_per_mille(self, field: PerMille) -> None:
        if field.data == 0:
            raise ValidationError(_("Kies meer dan 0 procent."))


class TrySettingsForm(SettingsForm):
    """The same questions in an address: nothing is stored, so there is no token."""

    class Meta:
        csrf = False


class ReopenForm(FlaskForm):
    reason = TextAreaField(
        _l("Waarom moet de samenstelling weer open?"),
        filters=[squeezed],
        validators=[
            Needed(_l("Schrijf in een zin waarom. Iedereen kan dit lezen.")),
            Length(max=LONGEST_REASON, message=_l("Gebruik hooguit 1.000 tekens.")),
        ],
    )
