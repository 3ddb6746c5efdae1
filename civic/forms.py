"""What the forms of all rooms share: filters, validators and fields that speak plain Dutch."""

from __future__ import annotations

import re
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from wtforms import DateField, IntegerField
from wtforms.validators import StopValidation, ValidationError

LONGEST_EMAIL = 254
EURO = re.compile(r"(?:€ ?)?([0-9]{1,3}(?:[. ]?[0-9]{3})*)(?:,(?:[0-9]{2}|-))?\Z", re.ASCII)


def squeezed(text: str | None) -> str | None:
    """One line, with single spaces and none around it."""
    return " ".join(text.split()) if text else text


class Needed:
    """Must be filled in; says nothing more when the field already could not be read."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.data in (None, "", []) and not field.process_errors:
            raise StopValidation(self.message)


class OneOf:
    """One of the choices; WTForms' own sentence is not Dutch."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(self.message)


class EmailAddress:
    """An address that mail can go to; keeps its normal form."""

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data) > LONGEST_EMAIL:
            raise ValidationError(_("Dit mailadres is te lang."))
        try:
            field.data = validate_email(field.data, check_deliverability=False).normalized
        except EmailNotValidError:
            raise ValidationError(_("Schrijf een mailadres zoals naam@voorbeeld.nl.")) from None


class Between:
    """A number within bounds; `message` where the general sentence does not say enough."""

    def __init__(self, low: int, high: int, message: Any = None) -> None:
        self.low, self.high, self.message = low, high, message

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is not None and not self.low <= field.data <= self.high:
            general = _("Kies een getal van %(low)s tot %(high)s.", low=self.low, high=self.high)
            raise ValidationError(self.message or general)


class DayField(DateField):
    """A day as browsers send it, or as people write it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, format=["%Y-%m-%d", "%d-%m-%Y"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Schrijf de datum zo: 23-11-2026.")) from None


class EuroField(IntegerField):
    """Whole euros as people write them: "12.500", "€ 12500,-". Cents are dropped."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = squeezed(valuelist[0] if valuelist else "") or ""
        found = EURO.match(text)
        if text and found is None:
            raise ValueError(_("Schrijf een bedrag in hele euro’s, zoals 12500."))
        self.data = int(re.sub(r"[. ]", "", found[1])) if found else None
