"""The form for a new version of a municipality's rules: every field of `Rules`, within sane bounds."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from civic.forms import Between, Needed, OneOf
from civic.regions.describe import labels
from civic.regions.rules import (
    EXCLUSION_GROUNDS,
    THRESHOLD_PURPOSES,
    THRESHOLD_SCOPES,
    Residence,
    Rules,
    Scope,
    Threshold,
    ground_sentences,
)
from civic.regions.service import NewRules

LONGEST_SOURCE = 300
LONGEST_ARTICLE = 120
FARTHEST_START = timedelta(days=5 * 366)
SHARE = re.compile(r"(\d{1,3})(?:[.,](\d))?\Z", re.ASCII)
NUMBER = re.compile(r"\d{1,9}\Z", re.ASCII)
ARTICLE_KEYS = (
    "initiator_age",
    "residence",
    "minimum_initiators",
    "supporter_age",
    "threshold_municipality",
    "threshold_district",
    "threshold_agenda_request",
    "threshold_right_to_challenge",
    "accepts_together",
    "collection_months",
    "repeat_bar",
    "checks_before_publication",
    "formal_check_weeks",
    "repair_weeks",
    "council_weeks",
    "challenge_weeks",
    *EXCLUSION_GROUNDS,
)
NUMBER_FIELDS = (
    "initiator_age",
    "supporter_age",
    "minimum_initiators",
    "repeat_bar_years",
    "collection_months",
    "repair_weeks",
    "formal_check_weeks",
    "council_weeks",
    "challenge_weeks",
)


def _stripped(text: str | None) -> str:
    return " ".join((text or "").split())


class WholeNumber(IntegerField):
    """A whole number; what is typed wrongly stays to be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = _stripped(valuelist[0] if valuelist else "").replace(".", "")
        if text and not NUMBER.match(text):
            raise ValueError(_("Schrijf een heel getal, zoals 16."))
        self.data = int(text) if text else None


class Day(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            self.data = (
                date.fromisoformat(valuelist[0].strip()) if valuelist and valuelist[0].strip() else None
            )
        except ValueError:
            raise ValueError(_("Schrijf een datum als jaar-maand-dag, zoals 2027-01-31.")) from None


class NeededForKind:
    """Marks a box that one kind of threshold needs: `_check_threshold` refuses, the hint says when."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        return None


class AllOf:
    def __call__(self, form: Any, field: Any) -> None:
        if not set(field.data or ()) <= {choice.value for choice in field.choices}:
            raise ValidationError(_("Kies uit de lijst."))


def _number(label: Any, low: int, high: int, description: Any = "") -> WholeNumber:
    return WholeNumber(
        label, validators=[Needed(_l("Vul een getal in.")), Between(low, high)], description=description
    )


def _kinds(label: Any, same: bool = False) -> RadioField:
    choices = [
        SelectChoice("number", _l("Een vast aantal mensen")),
        SelectChoice("share", _l("Een deel van de inwoners")),
    ]
    if same:
        choices.append(SelectChoice("same", _l("Net zo veel als voor de hele gemeente")))
    return RadioField(
        label, choices=choices, validate_choice=False, validators=[OneOf(_l("Maak een keuze."))]
    )


def _share(form: Any, field: Any) -> None:
    if field.data and not 0 < per_mille(field.data) <= 1000:
        raise ValidationError(_("Schrijf een percentage van 0,1 tot 100, zoals 0,5."))


def per_mille(text: str) -> int:
    """ "0,5" percent is 5 per mille; 0 when it cannot be read."""
    found = SHARE.match(text)
    return int(found[1]) * 10 + int(found[2] or 0) if found else 0


class RuleSetForm(FlaskForm):
    """`place_population` and `earliest` are set by the route before validating."""

    place_population: int = 0
    earliest: date = date.min

    valid_from = Day(_l("Vanaf welke dag gelden deze regels?"), validators=[Needed(_l("Vul een datum in."))])
    source = StringField(
        _l("Welke verordening is dit?"),
        filters=[_stripped],
        description=_l("De naam van de verordening en waar die staat."),
        validators=[
            DataRequired(_l("Vul de naam van de verordening in.")),
            Length(max=LONGEST_SOURCE, message=_l("Schrijf dit in maximaal 300 tekens.")),
        ],
    )
    initiator_age = _number(
        _l("Vanaf welke leeftijd mag iemand een initiatief starten?"), 0, 120, _l("0 als het niet uitmaakt.")
    )
    supporter_age = _number(
        _l("Vanaf welke leeftijd mag iemand steunen?"), 0, 120, _l("0 als het niet uitmaakt.")
    )
    residence = RadioField(
        _l("Waar moet iemand wonen?"),
        choices=[
            SelectChoice(Residence.MUNICIPALITY.value, _l("In deze gemeente")),
            SelectChoice(Residence.REGION.value, _l("In deze regio")),
            SelectChoice(Residence.ANYONE.value, _l("Dat maakt niet uit")),
        ],
        validate_choice=False,
        validators=[OneOf(_l("Kies waar iemand moet wonen."))],
    )
    minimum_initiators = _number(_l("Met hoeveel mensen moet iemand het samen doen?"), 1, 100)
    kind_municipality = _kinds(_l("Steun voor de hele gemeente"))
    number_municipality = WholeNumber(_l("Vast aantal mensen, hele gemeente"), validators=[NeededForKind()])
    share_municipality = StringField(
        _l("Percentage van de inwoners, hele gemeente"),
        filters=[_stripped],
        validators=[NeededForKind(), _share],
    )
    cap_municipality = WholeNumber(_l("Nooit meer dan zo veel mensen, hele gemeente"))
    kind_district = _kinds(_l("Steun voor een wijk of buurt"), same=True)
    number_district = WholeNumber(_l("Vast aantal mensen, wijk of buurt"), validators=[NeededForKind()])
    share_district = StringField(
        _l("Percentage van de inwoners, wijk of buurt"),
        filters=[_stripped],
        validators=[NeededForKind(), _share],
    )
    cap_district = WholeNumber(_l("Nooit meer dan zo veel mensen, wijk of buurt"))
    number_agenda_request = WholeNumber(_l("Vast aantal mensen, als de raad er alleen over moet praten"))
    number_right_to_challenge = WholeNumber(_l("Vast aantal mensen, als bewoners een taak willen overnemen"))
    collection_months = _number(_l("Hoeveel maanden mag iemand steun zoeken?"), 1, 60)
    repeat_bar_years = _number(
        _l("Hoeveel jaar mag een onderwerp niet opnieuw?"), 0, 20, _l("0 als het altijd opnieuw mag.")
    )
    exclusion_grounds = SelectMultipleField(
        _l("Wat moet kloppen voordat iemand mag starten?"),
        choices=[SelectChoice(ground, ground) for ground in EXCLUSION_GROUNDS],
        validate_choice=False,
        option_widget=CheckboxInput(),
        validators=[AllOf()],
    )
    checks_before_publication = BooleanField(
        _l("De griffie kijkt naar een voorstel voordat het online gaat."),
        description=_l("Kruis dit alleen aan als de verordening het zegt."),
    )
    desk_weeks = WholeNumber(
        _l("Binnen hoeveel weken doet de griffie die controle vooraf?"),
        validators=[Optional(), Between(1, 12)],
    )
    accepts_together = BooleanField(
        _l("Is er in alle gemeenten samen genoeg steun? Dan is dat hier ook genoeg."),
        description=_l("Dit geldt voor voorstellen voor meer gemeenten."),
    )
    formal_check_weeks = _number(_l("Binnen hoeveel weken controleert de gemeente?"), 1, 52)
    repair_weeks = _number(_l("Hoeveel weken krijgt iemand om iets te verbeteren?"), 1, 52)
    council_weeks = _number(_l("Binnen hoeveel weken besluit de raad?"), 1, 104)
    challenge_weeks = WholeNumber(
        _l("Binnen hoeveel weken besluit het college over een taak die bewoners willen overnemen?"),
        validators=[Optional(), Between(1, 104)],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        sentences = ground_sentences()
        self.exclusion_grounds.choices = [SelectChoice(one, sentences[one]) for one in EXCLUSION_GROUNDS]
        names = labels()
        for key in ARTICLE_KEYS:
            self._fields[f"article_{key}"].label.text = names[key]

    def validate_valid_from(self, field: Any) -> None:
        if field.data is None:
            return
        if field.data < self.earliest:
            raise ValidationError(_("Kies %(day)s of later.", day=_written(self.earliest)))
        if field.data > self.earliest + FARTHEST_START:
            raise ValidationError(_("Deze datum ligt te ver weg. Kies een datum binnen vijf jaar."))

    def validate_kind_municipality(self, field: Any) -> None:
        self._check_threshold(Scope.MUNICIPALITY)

    def validate_kind_district(self, field: Any) -> None:
        self._check_threshold(Scope.DISTRICT)
        for purpose in THRESHOLD_PURPOSES:
            self._check_people(self._fields[f"number_{purpose}"])

    def _check_threshold(self, scope: Scope) -> None:
        """What the chosen kind needs. The errors go to the boxes, so they are set after those ran."""
        kind, number, share, cap = self._threshold_fields(scope)
        if kind.data == "number":
            if number.data is None and not number.process_errors:
                self._late.append((number, _("Vul het aantal mensen in.")))
            self._check_people(number)
        if kind.data == "share":
            if not share.data:
                self._late.append((share, _("Vul het percentage in, zoals 0,5.")))
            self._check_people(cap)

    def _check_people(self, box: Any) -> None:
        most = max(1, self.place_population)
        if box.data is not None and not 1 <= box.data <= most:
            sentence = _(
                "Kies een getal van 1 tot %(most)s. Zo veel mensen wonen hier.", most=format_decimal(most)
            )
            self._late.append((box, sentence))

    def validate(self, extra_validators: Any = None) -> bool:
        self._late: list[tuple[Any, str]] = []
        is_valid = bool(super().validate(extra_validators))
        for field, sentence in self._late:
            field.errors = [*field.errors, sentence]
        return is_valid and not self._late

    def _threshold_fields(self, scope: Scope) -> tuple[Any, Any, Any, Any]:
        names = ("kind", "number", "share", "cap")
        kind, number, share, cap = (self._fields[f"{name}_{scope.value}"] for name in names)
        return kind, number, share, cap

    def threshold(self, scope: Scope) -> Threshold | None:
        kind, number, share, cap = self._threshold_fields(scope)
        if kind.data == "number":
            return Threshold(number=number.data)
        if kind.data == "share":
            return Threshold(share_per_mille=per_mille(share.data), cap=cap.data)
        return None

    def article_fields(self) -> list[Any]:
        return [self._fields[f"article_{key}"] for key in ARTICLE_KEYS]

    def new_rules(self, after_version: int | None) -> NewRules:
        found = {scope.value: self.threshold(scope) for scope in THRESHOLD_SCOPES}
        own = {purpose: self._fields[f"number_{purpose}"].data for purpose in THRESHOLD_PURPOSES}
        found |= {purpose: Threshold(number=count) for purpose, count in own.items() if count}
        articles = {key: self._fields[f"article_{key}"].data for key in ARTICLE_KEYS}
        rules = Rules(
            residence=Residence(self.residence.data),
            thresholds={scope: one for scope, one in found.items() if one is not None},
            exclusion_grounds=tuple(
                one for one in EXCLUSION_GROUNDS if one in (self.exclusion_grounds.data or ())
            ),
            checks_before_publication=bool(self.checks_before_publication.data),
            desk_weeks=self.desk_weeks.data or 1,
            accepts_together=bool(self.accepts_together.data),
            articles={key: text for key, text in articles.items() if text},
            **{name: self._fields[name].data for name in NUMBER_FIELDS},
        )
        starts_on: Any = self.valid_from.data  # a valid form has one
        return NewRules(rules, starts_on, str(self.source.data), after_version)


for _key in ARTICLE_KEYS:
    # one box per rule; WTForms collects fields that are set on the class before the first form is made
    setattr(
        RuleSetForm,
        f"article_{_key}",
        StringField(
            filters=[_stripped],
            validators=[
                Length(max=LONGEST_ARTICLE, message=_l("Schrijf het artikel in maximaal 120 tekens."))
            ],
        ),
    )


def filled_in(rules: Rules, source: str) -> dict[str, Any]:
    """What the form shows at first: the latest rules, to change what is new."""
    data: dict[str, Any] = {name: getattr(rules, name) for name in NUMBER_FIELDS}
    data |= {
        "residence": rules.residence.value,
        "exclusion_grounds": list(rules.exclusion_grounds),
        "checks_before_publication": rules.checks_before_publication,
        "desk_weeks": rules.desk_weeks,
        "accepts_together": rules.accepts_together,
        "source": source,
    }
    data |= {f"article_{key}": rules.articles.get(key, "") for key in ARTICLE_KEYS}
    for scope in THRESHOLD_SCOPES:
        data |= _filled_threshold(scope, rules.thresholds.get(scope.value))
    own = {one: rules.thresholds[one] for one in THRESHOLD_PURPOSES if one in rules.thresholds}
    data |= {f"number_{purpose}": threshold.number for purpose, threshold in own.items()}
    return data


def _filled_threshold(scope: Scope, threshold: Threshold | None) -> dict[str, Any]:
    if threshold is None:
        return {f"kind_{scope.value}": "same"}
    if threshold.number is not None:
        return {f"kind_{scope.value}": "number", f"number_{scope.value}": threshold.number}
    return {
        f"kind_{scope.value}": "share",
        f"share_{scope.value}": _percent(threshold),
        f"cap_{scope.value}": threshold.cap,
    }


def _percent(threshold: Threshold) -> str:
    whole, tenth = divmod(threshold.share_per_mille or 0, 10)
    return f"{whole},{tenth}"


def _written(day: date) -> str:
    return str(format_date(day, "d MMMM y"))
