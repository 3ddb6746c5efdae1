"""Shape and wording of the forms about a pool."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from civic.panels.forms import ChosenFile
from civic.panels.forms.registrations import (
    CONTACT,
    NEEDS,
    QUESTIONS,
    WHO,
    AtMost,
    ContactForm,
    Needed,
    NeedsForm,
    Part,
    PartForm,
    Parts,
    WhoForm,
    clean_line,
    no_account,
    questions_form,
)
from civic.panels.models import PoolFlag
from civic.panels.service.pool import LONGEST_REASON, REMOVAL_CODES
from civic.panels.service.registrations_rules import Asking
from civic.panels.states import Channel, FlagDecision, FlagKind

REMOVALS = {
    "duplicate": _l("Deze persoon staat er twee keer in"),
    "former_member": _l("Deze persoon zat al in een eerder panel"),
    "lives_elsewhere": _l("Deze persoon woont ergens anders"),
    "too_young": _l("Deze persoon is te jong"),
    "asked": _l("De persoon vroeg het zelf"),
    "not_real": _l("Deze persoon bestaat niet"),
    "other": _l("Iets anders"),
}


class CheckedForm(FlaskForm):
    """Nothing but the button: the confirmation is the page."""


class PublicReasonForm(FlaskForm):
    """A reason that everybody can read."""

    reason = TextAreaField(
        _l("Waarom?"),
        filters=[clean_line],
        validators=[Needed(_l("Schrijf in een zin waarom. Iedereen kan dit lezen.")), AtMost(LONGEST_REASON)],
        description=_l("Iedereen kan dit lezen. Noem geen namen."),
    )


class RemoveForm(FlaskForm):
    code = RadioField(
        _l("Waarom doet deze aanmelding niet mee?"),
        choices=[SelectChoice(code, REMOVALS[code]) for code in REMOVAL_CODES],
        validators=[InputRequired(_l("Kies waarom deze aanmelding niet meedoet."))],
        validate_choice=False,
    )
    reason = TextAreaField(
        _l("Leg het uit"),
        filters=[clean_line],
        validators=[Needed(_l("Schrijf in een zin waarom.")), AtMost(LONGEST_REASON), no_account],
        description=_l("Alleen uw collega’s kunnen dit lezen."),
    )

    def validate_code(self, field: RadioField) -> None:
        if field.data and field.data not in REMOVAL_CODES:
            raise ValidationError(_("Kies een reden uit de lijst."))


class FindForm(FlaskForm):
    wanted = StringField(
        _l("Nummer, lotingscode of mailadres"),
        filters=[clean_line],
        validators=[Needed(_l("Vul in waarop u wilt zoeken.")), AtMost(254)],
        description=_l("Op naam zoeken kan niet: namen zijn versleuteld."),
    )


class DecisionForm(FlaskForm):
    """One flag. `reason` and `decision` have ids of their own, because a page has many of these."""

    decision = RadioField(
        _l("Wat besluit u?"),
        validators=[InputRequired(_l("Kies wat u besluit."))],
        validate_choice=False,
    )
    reason = StringField(
        _l("Waarom?"),
        filters=[clean_line],
        validators=[Needed(_l("Schrijf waarom u dit besluit.")), AtMost(300)],
        description=_l("Alleen uw collega’s kunnen dit lezen."),
    )

    def validate_decision(self, field: RadioField) -> None:
        if field.data and field.data not in {choice.value for choice in field.choices or []}:
            raise ValidationError(_("Kies een besluit uit de lijst."))


def decision_form(flag: PoolFlag, *, is_posted: bool) -> DecisionForm:
    """The choices that fit this flag; the number of the person to remove is part of the choice."""
    prefix = f"signaal{flag.id}-"
    form = DecisionForm(prefix=prefix) if is_posted else DecisionForm(None, prefix=prefix)
    form.decision.choices = [SelectChoice(value, text) for value, text in decisions_of(flag)]
    return form


def decisions_of(flag: PoolFlag) -> list[tuple[str, Any]]:
    keep = {
        FlagKind.SAME_ADDRESS: _l("Zij wonen samen. Hooguit één van hen wordt geloot."),
        FlagKind.SAME_PERSON: _l("Het zijn twee mensen. Allebei blijven meedoen."),
        FlagKind.FORMER_MEMBER: _l("Deze persoon mag toch meedoen."),
        FlagKind.OTHER_MUNICIPALITY: _l("Deze persoon mag meedoen voor deze gemeente."),
    }[flag.kind]
    found = [(FlagDecision.KEEP.value, keep)]
    if flag.kind is FlagKind.SAME_ADDRESS:
        text = _l("Dit adres is geen huishouden, zoals een zorghuis. Het adres telt niet.")
        found.append((FlagDecision.EXEMPT.value, text))
    for number in (flag.registration_id, flag.other_id):
        if number is not None:
            text = _l("Aanmelding %(number)s doet niet mee.", number=number)
            found.append((f"{FlagDecision.REMOVE.value}-{number}", text))
    return found


class IntakeForm(FlaskForm):
    """How a registration comes in at the desk: with a letter code, or through an open entrance."""

    code = StringField(
        _l("Code op de brief"),
        filters=[clean_line],
        description=_l("Twaalf letters en cijfers. Laat leeg als er geen brief is."),
    )
    entrance = SelectField(
        _l("Zonder brief: voor welke groep?"), choices=[], validate_choice=False, default=""
    )
    municipality = SelectField(
        _l("Zonder brief: in welke gemeente woont deze persoon?"),
        choices=[],
        validate_choice=False,
        default="",
    )
    channel = RadioField(
        _l("Hoe kwam de aanmelding binnen?"),
        choices=[
            SelectChoice(Channel.PHONE.value, _l("Met de telefoon")),
            SelectChoice(Channel.PAPER.value, _l("Op papier")),
        ],
        default=Channel.PHONE.value,
        validators=[InputRequired(_l("Kies hoe de aanmelding binnenkwam."))],
        validate_choice=False,
    )

    def offer(self, entrances: list[tuple[int, str]], places: list[tuple[int, str]]) -> None:
        empty = SelectChoice("", _("Maak een keuze"))
        self.entrance.choices = [empty, *(SelectChoice(str(one), name) for one, name in entrances)]
        self.municipality.choices = [empty, *(SelectChoice(str(one), name) for one, name in places)]

    def validate_entrance(self, field: SelectField) -> None:
        if self.code.data:
            return
        if not field.data:
            raise ValidationError(_("Vul de code in, of kies een groep."))
        _one_of(field, _("Kies een groep uit de lijst."))

    def validate_municipality(self, field: SelectField) -> None:
        if self.code.data:
            return
        if not field.data:
            raise ValidationError(_("Kies de gemeente waar deze persoon woont."))
        _one_of(field, _("Kies een gemeente uit de lijst."))

    def validate_channel(self, field: RadioField) -> None:
        _one_of(field, _("Kies een van de antwoorden uit de lijst."))


class NominateForm(FlaskForm):
    """Which organisation names somebody, and for which municipality."""

    entrance = SelectField(
        _l("Namens welke groep?"),
        choices=[],
        validate_choice=False,
        validators=[InputRequired(_l("Kies een groep."))],
    )
    municipality = SelectField(
        _l("Voor welke gemeente?"),
        choices=[],
        validate_choice=False,
        validators=[InputRequired(_l("Kies een gemeente."))],
    )

    def offer(self, entrances: list[tuple[int, str]], places: list[tuple[int, str]]) -> None:
        empty = SelectChoice("", _("Maak een keuze"))
        self.entrance.choices = [empty, *(SelectChoice(str(one), name) for one, name in entrances)]
        self.municipality.choices = [empty, *(SelectChoice(str(one), name) for one, name in places)]

    def validate_entrance(self, field: SelectField) -> None:
        _one_of(field, _("Kies een groep uit de lijst."))

    def validate_municipality(self, field: SelectField) -> None:
        _one_of(field, _("Kies een gemeente uit de lijst."))


def _one_of(field: Any, sentence: str) -> None:
    if field.data and field.data not in {choice.value for choice in field.choices or []}:
        raise ValidationError(sentence)


class ImportForm(FlaskForm):
    entrance = SelectField(
        _l("Voor welke groep?"),
        choices=[],
        validate_choice=False,
        validators=[InputRequired(_l("Kies een groep."))],
    )
    people = FileField(
        _l("Bestand met aanmeldingen (CSV of Excel)"),
        validators=[ChosenFile(_l("Kies het bestand met aanmeldingen."))],
    )

    def offer(self, entrances: list[tuple[int, str]]) -> None:
        empty = SelectChoice("", _("Maak een keuze"))
        self.entrance.choices = [empty, *(SelectChoice(str(one), name) for one, name in entrances)]

    def validate_entrance(self, field: SelectField) -> None:
        _one_of(field, _("Kies een groep uit de lijst."))


class ImportAgainForm(FlaskForm):
    """The file that was shown, sealed, so that what is imported is what was shown."""

    sealed = HiddenField()


def whole_form(asking: Asking, *, with_reason: bool = False) -> type[PartForm]:
    """The questions to residents on one page, for staff who fill them in for somebody."""
    fields: dict[str, Any] = {}
    if with_reason:
        fields["reason"] = StringField(
            _l("Wat verbetert u, en waarom?"),
            filters=[clean_line],
            validators=[Needed(_l("Schrijf wat u verbetert, en waarom.")), AtMost(300), no_account],
            description=_l("Bijvoorbeeld: het huisnummer stond er fout. Noem geen namen."),
        )
    bases = (WhoForm, questions_form(asking), NeedsForm, ContactForm)
    return type("WholeForm", bases, fields)


def parts_on(form: PartForm) -> Parts:
    """All answers of the one page, as the pages of residents have them."""
    said: Part = form.stored()
    return {WHO: said, QUESTIONS: said, NEEDS: said, CONTACT: said}


def flat(parts: Parts) -> Part:
    """The pages of residents as one, to fill the form with what is stored."""
    return {name: value for part in parts.values() for name, value in part.items()}
