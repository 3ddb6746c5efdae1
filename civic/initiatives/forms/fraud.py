"""Choosing supports to look at, and taking them out of the count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from civic.calendar import ZONE
from civic.forms import Needed, OneOf
from civic.initiatives.forms import clean
from civic.initiatives.models import Initiative
from civic.initiatives.models.ledger import NOTE_LENGTH
from civic.initiatives.queries.fraud import Suspects
from civic.initiatives.states.ledger import InvalidReason

KEY = re.compile(r"[0-9a-f]{64}\Z")
REASONS = {
    InvalidReason.NOT_A_PERSON: _l("Een computer vulde het formulier in"),
    InvalidReason.TWICE: _l("Iemand steunde twee keer"),
    InvalidReason.NOT_RESIDENT: _l("Woont hier niet"),
    InvalidReason.TOO_YOUNG: _l("Is nog te jong"),
    InvalidReason.NOT_GIVEN: _l("De persoon zelf zegt: dat was ik niet"),
    InvalidReason.UNREADABLE: _l("De gegevens zijn niet te lezen of niet echt"),
}


class InvalidateForm(FlaskForm):
    """`expected` is the number on the screen: when it is another now, nothing happens."""

    reason = RadioField(
        _l("Waarom telt deze steun niet mee?"),
        choices=[SelectChoice(one.value, text) for one, text in REASONS.items()],
        validators=[OneOf(_l("Kies een reden."))],
        validate_choice=False,
        description=_l("Wie steunde, leest deze reden achter de eigen link. Op de pagina staat ze ook."),
    )
    note = TextAreaField(
        _l("Wat zag u?"),
        filters=[clean],
        validators=[
            Needed(_l("Schrijf wat u zag. Zo kan een ander het narekenen.")),
            Length(max=NOTE_LENGTH, message=_l("Schrijf het korter: gebruik hoogstens %(max)d tekens.")),
        ],
        description=_l("Alleen de griffie leest dit. Noem geen namen."),
    )
    expected = HiddenField()

    def chosen(self) -> InvalidReason:
        return InvalidReason(self.reason.data)

    def number(self) -> int:
        text = self.expected.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def suspects_from(args: Mapping[str, str], initiative: Initiative) -> Suspects:
    """From the address bar; what cannot be read is no condition."""
    codes = {one.municipality.code: one.municipality_id for one in initiative.places}
    return Suspects(
        network=_key(args.get("netwerk")),
        domain=_key(args.get("domein")),
        from_at=_moment(args.get("van")),
        until_at=_moment(args.get("tot")),
        is_fast=args.get("snel") == "1",
        has_no_form=args.get("zonder") == "1",
        is_double=args.get("dubbel") == "1",
        municipality_id=codes.get(args.get("gemeente", "")),
        support_id=_number(args.get("regel")),
    )


def arguments_of(wanted: Suspects, initiative: Initiative) -> dict[str, Any]:
    """The same choice as an address holds it."""
    codes = {one.municipality_id: one.municipality.code for one in initiative.places}
    found = {
        "netwerk": wanted.network,
        "domein": wanted.domain,
        "van": wanted.from_at.isoformat() if wanted.from_at else "",
        "tot": wanted.until_at.isoformat() if wanted.until_at else "",
        "snel": "1" if wanted.is_fast else "",
        "zonder": "1" if wanted.has_no_form else "",
        "dubbel": "1" if wanted.is_double else "",
        "gemeente": codes.get(wanted.municipality_id or 0, ""),
        "regel": wanted.support_id or "",
    }
    return {name: value for name, value in found.items() if value}


def local_minute(moment: datetime | None) -> str:
    """As the field of a browser holds it: Dutch time, to the minute."""
    return f"{moment.astimezone(ZONE):%Y-%m-%dT%H:%M}" if moment else ""


def _key(text: str | None) -> str:
    return text if text and KEY.match(text) else ""


def _number(text: str | None) -> int | None:
    is_number = bool(text) and str(text).isascii() and str(text).isdigit() and len(str(text)) < 10
    return int(str(text)) if is_number else None


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if not 2000 <= found.year < 3000:  # at the ends of time there is no other time zone
        return None
    return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(UTC)
