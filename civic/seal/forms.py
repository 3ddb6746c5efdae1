"""What a witness hands in, and what an administrator says about a witness. The rules live in the service."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length, StopValidation, ValidationError

from civic.forms import EmailAddress, Needed, squeezed

LONGEST_NAME = 100
PUBLISH, DROP = "publish", "drop"
WHOLE_NUMBER = re.compile(r"[0-9]{1,15}\Z")


def _code(text: str | None) -> str:
    """Pasted hexadecimal: without spaces and line ends, in small letters."""
    return "".join((text or "").split()).lower()


class _Digits:
    """A whole number that the database can hold; it stays text, as it was typed."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if not WHOLE_NUMBER.match(field.data or ""):
            raise StopValidation(self.message)


class _OptionalEmail(EmailAddress):
    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            raise StopValidation
        super().__call__(form, field)


class _PlainName:
    """Verifiers compare it sign by sign."""

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data.isprintable():
            raise ValidationError(_("Gebruik alleen letters, cijfers en leestekens."))


class CosignatureForm(FlaskForm):
    """`size` says which checkpoint; together with `time` it is what was signed."""

    size = StringField(
        _l("Aantal regels in het controlepunt"),
        filters=[_code],
        description=_l("De tweede regel van het controlepunt."),
        validators=[Needed(_l("Vul het aantal regels in.")), _Digits(_l("Schrijf een getal, zoals 1204."))],
    )
    time = StringField(
        _l("Tijd van tekenen"),
        filters=[_code],
        description=_l("In seconden sinds 1 januari 1970, zoals in wat u tekende."),
        validators=[Needed(_l("Vul de tijd in.")), _Digits(_l("Schrijf een getal, zoals 1798761600."))],
    )
    signature = StringField(
        _l("Handtekening"),
        filters=[_code],
        description=_l("128 tekens: cijfers en de letters a tot en met f."),
        validators=[Needed(_l("Vul de handtekening in."))],
    )


class _Mail(FlaskForm):
    email = StringField(
        _l("Mailadres"),
        filters=[squeezed],
        description=_l("Hierheen gaat elke werkdag het nieuwste controlepunt."),
        validators=[_OptionalEmail()],
    )


class WitnessForm(_Mail):
    name = StringField(
        _l("Naam van de getuige"),
        filters=[squeezed],
        description=_l("Een organisatie, zoals Griffie Lelystad. Iedereen kan deze naam zien."),
        validators=[
            Needed(_l("Vul de naam in.")),
            Length(max=LONGEST_NAME, message=_l("Schrijf de naam in maximaal 100 tekens.")),
            _PlainName(),
        ],
    )
    public_key = StringField(
        _l("Openbare sleutel"),
        filters=[_code],
        description=_l("64 tekens. De getuige maakt de sleutel zelf en geeft u alleen dit deel."),
        validators=[Needed(_l("Vul de sleutel in."))],
    )


class ProposalForm(FlaskForm):
    """Two buttons with one name: `decision` is the one that was pressed."""

    decision = StringField()

    @property
    def is_publish(self) -> bool:
        return bool(self.decision.data == PUBLISH)


class EmailForm(_Mail):
    """Another address; empty means no more mail."""
