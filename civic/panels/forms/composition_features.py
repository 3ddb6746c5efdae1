"""Forms for features, their values, and figures from CBS."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from civic.forms import Between, Needed, OneOf
from civic.panels.forms import ChosenFile
from civic.panels.forms.composition import PerMille, Whole, good_name
from civic.panels.presentation.composition_words import KINDS
from civic.panels.service.composition_names import MOST_VALUES, squeezed
from civic.panels.states import FeatureKind

MOST_SEATS = 2000
OLDEST = 120


class Some:
    """At least one box ticked."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            raise ValidationError(self.message)


class Several(SelectMultipleField):
    """Checkboxes; WTForms' own sentence for a strange choice is not Dutch."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        if set(self.data or ()) - {choice.value for choice in self.choices}:
            raise ValidationError(_("Kies uit de lijst."))


def _name_field(label: Any) -> StringField:
    return StringField(
        label,
        filters=[squeezed],
        validators=[
            Needed(_l("Geef het kenmerk een naam.")),
            Length(max=40, message=_l("Gebruik hooguit 40 tekens.")),
            good_name,
        ],
    )


class ReadyFeaturesForm(FlaskForm):
    ready = Several(_l("Kies een of meer kenmerken"), validators=[Some(_l("Kies minstens één kenmerk."))])


class OwnFeatureForm(FlaskForm):
    name = _name_field(_l("Naam van het kenmerk"))
    kind = RadioField(
        _l("Wat voor kenmerk is het?"),
        choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()],
        validators=[OneOf(_l("Kies een van de twee."))],
        validate_choice=False,
        default=FeatureKind.CHOICE.value,
    )


class ValueRow(Form):
    """One value. A new row that was left empty does not count, nor does one to be removed."""

    id = HiddenField()
    value = StringField(
        _l("Antwoord"),
        filters=[squeezed],
        validators=[Length(max=60, message=_l("Gebruik hooguit 60 tekens.")), good_name],
    )
    per_mille = PerMille(_l("Aandeel in procent"))
    from_age = Whole(_l("Vanaf leeftijd"), validators=[Between(0, OLDEST)])
    to_age = Whole(_l("Tot en met leeftijd"), validators=[Between(0, OLDEST)])
    minimum = Whole(_l("Minimum"), validators=[Between(0, MOST_SEATS)])
    maximum = Whole(_l("Maximum"), validators=[Between(0, MOST_SEATS)])
    remove = BooleanField(_l("Haal weg"))

    @property
    def is_blank(self) -> bool:
        fields = (self.per_mille, self.from_age, self.to_age, self.minimum, self.maximum)
        return not (
            self.id.data or self.value.data or any("".join(one.raw_data or ()).strip() for one in fields)
        )

    @property
    def counts(self) -> bool:
        return not (self.remove.data or self.is_blank)

    def validate(self, extra_validators: Any = None) -> bool:
        return not self.counts or bool(super().validate(extra_validators))

    def validate_value(self, field: StringField) -> None:
        # an age band can take its name from its ages; the other fields of a choice are not shown
        if not field.data and self.from_age.data is None and not self.from_age.process_errors:
            raise ValidationError(_("Vul het antwoord in."))


class FeatureForm(FlaskForm):
    name = _name_field(_l("Naam"))
    question = StringField(
        _l("Vraag op het aanmeldformulier"),
        filters=[squeezed],
        validators=[
            Needed(_l("Schrijf de vraag op zoals mensen die lezen.")),
            Length(max=200, message=_l("Gebruik hooguit 200 tekens.")),
        ],
    )
    source = StringField(
        _l("Waar komen de aandelen vandaan?"),
        filters=[squeezed],
        validators=[Length(max=200, message=_l("Gebruik hooguit 200 tekens."))],
    )
    binds = Several(
        _l("Voor welke geledingen tellen deze aantallen?"),
        validators=[Some(_l("Kies minstens één geleding."))],
    )
    is_sensitive = BooleanField(_l("Gevoelig: vraag apart toestemming"))
    consent_text = TextAreaField(
        _l("Tekst van de toestemming"),
        filters=[squeezed],
        validators=[Length(max=600, message=_l("Gebruik hooguit 600 tekens."))],
    )
    rows = FieldList(FormField(ValueRow), max_entries=MOST_VALUES)

    def validate_consent_text(self, field: TextAreaField) -> None:
        if self.is_sensitive.data and not field.data:
            raise ValidationError(_("Schrijf op waarvoor iemand toestemming geeft."))

    def kept(self) -> list[Any]:
        return [entry.form for entry in self.rows.entries if entry.form.counts]


class FiguresFileForm(FlaskForm):
    file = FileField(
        _l("Bestand van CBS StatLine (CSV)"), validators=[ChosenFile(_l("Kies het bestand met cijfers."))]
    )


class FiguresForm(FlaskForm):
    """The second step: the table itself travels along, because nothing is stored before it is chosen."""

    content = HiddenField()
    dimension = SelectField(
        _l("In welke kolom staan de antwoorden?"),
        validators=[OneOf(_l("Kies een kolom."))],
        validate_choice=False,
    )
    figures = SelectField(
        _l("In welke kolom staan de aantallen?"),
        validators=[OneOf(_l("Kies een kolom."))],
        validate_choice=False,
    )
    source = StringField(
        _l("Bron, zoals mensen die lezen"),
        filters=[squeezed],
        validators=[
            Needed(_l("Schrijf op waar de cijfers vandaan komen.")),
            Length(max=200, message=_l("Gebruik hooguit 200 tekens.")),
        ],
    )
