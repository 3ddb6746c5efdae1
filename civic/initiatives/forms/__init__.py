"""Shape and wording of the forms. What the database must judge is in the services."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, StopValidation, ValidationError

from civic.initiatives.forms.ledger_public import SupportingForm
from civic.initiatives.models import NAME_LENGTH
from civic.initiatives.presentation import REASONS
from civic.initiatives.states import WithdrawReason
from civic.regions.rules import Residence, Rules

POSTCODE = re.compile(r"([1-9][0-9]{3}) ?([A-Za-z]{2})\Z")
CODE = re.compile(r"[0-9]{6}\Z")
TAB = re.compile(r"[0-9a-f]{32}\Z")
REVISION = re.compile(r"[0-9]{1,9}\Z")
# marks that turn the direction of the text round them: in a title they would disturb the whole page
DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: str | None) -> str:
    """What was typed without control signs (PostgreSQL refuses NUL), with one kind of line break."""
    unified = DIRECTION_MARKS.sub("", text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in unified if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()


def clean_line(text: str | None) -> str:
    return " ".join(clean(text).split())


def clean_postcode(text: str | None) -> str:
    found = POSTCODE.match(clean_line(text))
    return f"{found[1]} {found[2].upper()}" if found else clean_line(text)


class Asked:
    """Must be answered in the end: the service says so at publication, a draft may still lack it.

    Also for what only some must answer: "not required" would be untrue, so the description says who.
    """

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        return None


def at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Schrijf het korter: gebruik hoogstens %(max)d tekens."))


def is_postcode(_form: Any, field: Any) -> None:
    if field.data and not POSTCODE.match(field.data):
        raise ValidationError(_("Schrijf uw postcode als 1234 AB."))


def revision_of(field: Any) -> int:
    """The number in a hidden field; 0, which no draft has, for anything else."""
    text = field.data or ""
    return int(text) if REVISION.match(text) else 0


class PublishForm(FlaskForm):
    """Consent, and the revision that the author checked."""

    consents = BooleanField(
        _l("Ik vind het goed dat mijn naam op de site bij dit initiatief staat."),
        validators=[InputRequired(_l("Kruis aan dat u dit goed vindt. Anders kan het niet online."))],
    )
    revision = HiddenField()


class WithdrawForm(FlaskForm):
    """Why an initiative stops, from a fixed list: the reason is public."""

    reason = RadioField(
        _l("Waarom stopt u?"),
        choices=[SelectChoice(reason.value, text) for reason, text in REASONS.items()],
        validators=[InputRequired(_l("Kies waarom u stopt."))],
        validate_choice=False,
        description=_l("Iedereen kan deze reden lezen."),
    )

    def validate_reason(self, field: Any) -> None:
        if field.data not in {reason.value for reason in WithdrawReason}:
            raise StopValidation(_("Kies waarom u stopt."))


class ConfirmForm(FlaskForm):
    """A page with one button."""


EMAIL_MESSAGE = _l("Schrijf uw mailadres als naam@voorbeeld.nl.")


class SupportForm(SupportingForm):
    """Supporting without an account."""

    name = StringField(
        _l("Uw naam"),
        filters=[clean_line],
        validators=[InputRequired(_l("Vul uw naam in.")), at_most(NAME_LENGTH)],
        description=_l("Uw hele naam komt niet op de site."),
    )
    email = EmailField(
        _l("Uw mailadres"),
        filters=[clean_line],
        validators=[
            InputRequired(_l("Vul uw mailadres in.")),
            Length(max=200, message=EMAIL_MESSAGE),
            Email(EMAIL_MESSAGE),
        ],
        description=_l("We sturen u een mail om uw steun te bevestigen."),
    )
    postcode = StringField(
        _l("Uw postcode"),
        filters=[clean_postcode],
        validators=[InputRequired(_l("Vul uw postcode in.")), at_most(20), is_postcode],
        description=_l("Bijvoorbeeld 8232 AB."),
    )
    declares = BooleanField(
        validators=[InputRequired(_l("Kruis dit aan als het klopt. Anders kunt u niet steunen."))]
    )

    def validate_name(self, field: Any) -> None:
        if not field.data:
            raise StopValidation(_("Vul uw naam in."))

    def ask_for(self, rules: list[Rules], places: str) -> None:
        """Word the statement as its rule sets have it: the widest door, the highest age."""
        doors = {one.residence for one in rules}
        door = next(
            one for one in (Residence.ANYONE, Residence.REGION, Residence.MUNICIPALITY) if one in doors
        )
        self.declares.label.text = {
            Residence.MUNICIPALITY: _("Ik woon in %(place)s en ik ben %(age)s jaar of ouder."),
            Residence.REGION: _("Ik woon in deze regio en ik ben %(age)s jaar of ouder."),
            Residence.ANYONE: _("Ik ben %(age)s jaar of ouder."),
        }[door] % {"place": places, "age": max(one.supporter_age for one in rules)}


class CodeForm(FlaskForm):
    """The other way to confirm, for who cannot open the link."""

    email = EmailField(
        _l("Uw mailadres"),
        filters=[clean_line],
        validators=[
            InputRequired(_l("Vul uw mailadres in.")),
            Length(max=200, message=EMAIL_MESSAGE),
            Email(EMAIL_MESSAGE),
        ],
        description=_l("Het adres waarmee u steunde."),
    )
    code = StringField(
        _l("Code uit de mail"),
        filters=[lambda text: "".join(clean(text).split())],
        validators=[InputRequired(_l("Vul de code van zes cijfers in."))],
        description=_l("De code is zes cijfers. Gebruik de nieuwste mail."),
    )

    def validate_code(self, field: Any) -> None:
        if not CODE.match(field.data or ""):
            raise StopValidation(_("De code is zes cijfers, bijvoorbeeld 123456."))
