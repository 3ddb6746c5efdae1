"""Proposing a draw in public, deciding on it, its balls, its end, its round: shape and wording."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from civic.forms import DayField, Needed, OneOf, squeezed
from civic.panels.service.public_draws_rules import PANELS, local
from civic.panels.states import LATE_VOID_CODES, VOID_CODES, DrawPurpose

AGREE, REFUSE = "agree", "refuse"
REAL, REHEARSAL = "real", "rehearsal"
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])\Z")
LONGEST_SIGNATURE = 400
VOID_WORDS = dict(
    zip(
        (*VOID_CODES, *LATE_VOID_CODES),
        (
            _l("Er zit een fout in het lotingsgetal."),
            _l("Er zit een fout in de lijst met aanmeldingen."),
            _l("Het lotingsgetal kwam niet, ook niet na een week."),
            _l("Het controleprogramma keurt de uitslag af, bij iedereen."),
        ),
        strict=True,
    )
)


def _plain(text: str | None) -> str:
    """Without signs that nobody sees: they can hide or turn around what a page shows."""
    return " ".join("".join(one for one in text or "" if one.isprintable() or one in "\n\r\t").split())


class ReasonField(TextAreaField):
    """Why, in words that everybody reads."""

    def __init__(self, label: Any, **options: Any) -> None:
        validators = [
            InputRequired(_l("Schrijf in een zin waarom.")),
            Length(10, 1000, _l("Gebruik voor de reden 10 tot 1.000 tekens.")),
        ]
        super().__init__(label, validators=validators, filters=[_plain], **options)


class ProposeDrawForm(FlaskForm):
    kind = RadioField(
        _l("Wat voor loting wordt dit?"),
        choices=[
            SelectChoice(REAL, _l("Een echte loting. De uitslag telt.")),
            SelectChoice(REHEARSAL, _l("Een oefenloting. Die telt niet en nodigt niemand uit.")),
        ],
        validate_choice=False,
        validators=[OneOf(_l("Kies of de loting telt."))],
    )
    panels = RadioField(
        _l("Hoeveel mogelijke panels maakt de computer?"),
        choices=[
            SelectChoice("100", _l("100 panels")),
            SelectChoice("1000", _l("1.000 panels (gewoon)")),
            SelectChoice("10000", _l("10.000 panels")),
        ],
        default="1000",
        validate_choice=False,
        validators=[OneOf(_l("Kies hoeveel panels er komen."))],
    )
    balls = RadioField(
        _l("Trekt u ook ballen, in het openbaar?"),
        choices=[
            SelectChoice("no", _l("Nee, alleen het openbare getal telt.")),
            SelectChoice("yes", _l("Ja, ook de ballen tellen. U trekt ze vóór het openbare getal.")),
        ],
        default="no",
        validate_choice=False,
        validators=[OneOf(_l("Kies of er ballen zijn."))],
    )
    day = DayField(_l("Op welke dag is de loting?"), validators=[Needed(_l("Vul de dag van de loting in."))])
    clock = StringField(
        _l("Hoe laat is de loting?"),
        filters=[squeezed],
        validators=[InputRequired(_l("Vul in hoe laat de loting is, bijvoorbeeld 14:00."))],
    )

    accepts_changes = BooleanField(_l("Ik ga akkoord met deze verandering van de quota."))

    def validate_clock(self, field: StringField) -> None:
        if not CLOCK.match(field.data):
            raise ValidationError(_l("Schrijf de tijd zo: 14:00."))

    @property
    def round_at(self) -> datetime:
        hours, minutes = map(int, re.split("[:.]", self.clock.data))
        return local(datetime.combine(self.day.data, time(hours, minutes)))

    @property
    def ball_digits(self) -> int:
        """A panel count is a power of ten, so each ball is one digit of it."""
        if self.balls.data == "no":
            return 0
        return next(digits for digits, panels in PANELS.items() if digits and int(self.panels.data) in panels)


class DecideDrawForm(FlaskForm):
    decision = RadioField(
        _l("Wat besluit u?"),
        choices=[
            SelectChoice(AGREE, _l("Ik ga akkoord. Leg de loting vast.")),
            SelectChoice(REFUSE, _l("Ik ga niet akkoord. Er wordt niets vastgelegd.")),
        ],
        validate_choice=False,
        validators=[OneOf(_l("Kies of u akkoord gaat."))],
    )
    reason = TextAreaField(
        _l("Waarom gaat u niet akkoord?"),
        filters=[_plain],
        validators=[Length(max=1000, message=_l("Maak uw reden korter. Hij mag 1.000 tekens lang zijn."))],
    )

    def validate_reason(self, field: TextAreaField) -> None:
        if self.decision.data == REFUSE and len(field.data) < 10:
            raise ValidationError(_l("Schrijf in een zin waarom u niet akkoord gaat."))


class BallsForm(FlaskForm):
    """`confirmed` holds the digits that were shown back: only the same ones are written down."""

    digits = StringField(
        _l("Welke cijfers stonden op de ballen, van links naar rechts?"),
        filters=[lambda text: "".join((text or "").split())],
        validators=[InputRequired(_l("Vul de cijfers van de ballen in."))],
    )
    confirmed = HiddenField()

    @property
    def is_confirmed(self) -> bool:
        return bool(self.digits.data) and self.confirmed.data == self.digits.data


class SupersedeForm(FlaskForm):
    reason = ReasonField(_l("Wat klopt er niet aan wat is vastgelegd?"))


class VoidForm(FlaskForm):
    code = RadioField(
        _l("Welke reden geldt? Deze redenen lagen vooraf vast."),
        validate_choice=False,
        validators=[OneOf(_l("Kies een van de redenen die vooraf zijn vastgelegd."))],
    )
    reason = ReasonField(_l("Leg uit wat er mis is"))

    def offer(self, codes: Iterable[str]) -> None:
        """Of the reasons that lay fixed, those that can be given now."""
        self.code.choices = [SelectChoice(code, VOID_WORDS[code]) for code in codes]


class FallbackForm(FlaskForm):
    reason = ReasonField(_l("Hoe weet u dat het eerste getal er niet is?"))


class SignatureField(TextAreaField):
    """What a chain gave, as people copy it: with spaces and line ends."""

    def __init__(self, label: Any, **options: Any) -> None:
        validators = [
            InputRequired(_l("Plak hier de handtekening van de ronde.")),
            Length(max=LONGEST_SIGNATURE, message=_l("Dit is te lang. Plak alleen de handtekening.")),
            _is_hex,
        ]
        super().__init__(label, validators=validators, **options)


def _is_hex(_form: FlaskForm, field: TextAreaField) -> None:
    if not re.fullmatch(r"[0-9A-Fa-f\s]*", field.data):
        raise ValidationError(_l("Een handtekening heeft alleen cijfers en de letters a tot en met f."))


class RoundForm(FlaskForm):
    signature = SignatureField(_l("De handtekening van de ronde"))


class FallbackRoundForm(FlaskForm):
    """Stands on the same page as `RoundForm`, so its fields have names of their own."""

    fallback_signature = SignatureField(_l("De handtekening van de reserveronde"))
    fallback_previous = SignatureField(_l("De handtekening van de ronde daarvoor"))


__all__ = [
    "AGREE",
    "REAL",
    "REFUSE",
    "REHEARSAL",
    "VOID_WORDS",
    "BallsForm",
    "DecideDrawForm",
    "DrawPurpose",
    "FallbackForm",
    "FallbackRoundForm",
    "ProposeDrawForm",
    "RoundForm",
    "SupersedeForm",
    "VoidForm",
]
