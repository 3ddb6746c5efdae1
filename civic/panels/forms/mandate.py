"""The forms of the mandate and of the convenants."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from civic.forms import DayField, squeezed
from civic.panels.models import Mandate
from civic.panels.presentation.mandate import LEVEL_NAMES, LEVEL_SENTENCES, PHASES
from civic.panels.service.mandate import Draft, MandateText, Planning, Promise
from civic.panels.states import ParticipationLevel, PolicyPhase

TEXT_LENGTH = 3000
PROMISE_LENGTH = 2000
REASON_LENGTH = 1000


def block(text: str | None) -> str | None:
    """Several lines, without white space around them; a browser sends each line end as two signs."""
    return text.strip().replace("\r\n", "\n") if text else text


class WeeksField(IntegerField):
    """A number of weeks; what is typed wrongly stays to be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 9):
            raise ValueError(_("Schrijf het aantal weken met cijfers, bijvoorbeeld 13."))
        self.data = int(typed)


class Wanted:
    """Needed to publish, so it is not called optional; a draft may leave it empty."""

    field_flags = {"required": True}

    def __call__(self, form: FlaskForm, field: Any) -> None:
        """Publishing asks for it."""


def _level_choices() -> list[SelectChoice]:
    return [SelectChoice(one.value, LevelLabel(one)) for one in ParticipationLevel]


class LevelLabel:
    """A name and one sentence, in the language of the reader."""

    def __init__(self, level: ParticipationLevel) -> None:
        self.level = level

    def __str__(self) -> str:
        return f"{LEVEL_NAMES[self.level]}. {LEVEL_SENTENCES[self.level]}"

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))


def _text(label: Any, hint: Any) -> TextAreaField:
    message = _l("Gebruik hoogstens 3.000 tekens.")
    return TextAreaField(
        label,
        filters=[block],
        description=hint,
        validators=[Wanted(), Length(max=TEXT_LENGTH, message=message)],
    )


class ReasonForm(FlaskForm):
    """Something that is never done without saying why."""

    reason = TextAreaField(
        _l("Waarom?"),
        filters=[squeezed],
        description=_l("Iedereen kan dit lezen. Het blijft altijd staan."),
        validators=[
            InputRequired(_l("Schrijf in een zin waarom. Iedereen kan dit lezen.")),
            Length(10, REASON_LENGTH, _l("Gebruik voor de reden 10 tot 1.000 tekens.")),
        ],
    )


class TextForm(FlaskForm):
    """The words of a mandate. All may be empty in a draft: publishing asks for them."""

    seen = HiddenField()
    client = StringField(
        _l("Wie geeft de opdracht?"),
        filters=[squeezed],
        description=_l("Bijvoorbeeld: de colleges van de zes gemeenten in Flevoland."),
        validators=[Wanted(), Length(max=120, message=_l("Gebruik hoogstens 120 tekens."))],
    )
    frame = _text(
        _l("Binnen welke grenzen denkt het panel?"),
        _l("Schrijf op wat al vaststaat. Bijvoorbeeld geld, wetten en eerdere besluiten."),
    )
    out_of_scope = _text(
        _l("Waar gaat het panel niet over?"),
        _l("Zo weet iedereen vooraf waar het advies niet over gaat."),
    )
    phase = RadioField(
        _l("In welke fase denkt het panel mee?"),
        choices=[SelectChoice(one.value, name) for one, name in PHASES.items()],
        validate_choice=False,
        validators=[Wanted(), Optional()],
    )

    def text(self) -> MandateText:
        phases = {one.value: one for one in PolicyPhase}
        return MandateText(
            self.client.data or "",
            self.frame.data or "",
            self.out_of_scope.data or "",
            phases.get(self.phase.data or ""),
        )


def _weeks() -> WeeksField:
    return WeeksField(
        _l("Hoeveel weken hebben de gemeenten om te antwoorden?"),
        description=_l("Gewoon is 13 weken na het advies."),
        validators=[
            InputRequired(_l("Vul in hoeveel weken de gemeenten hebben.")),
            NumberRange(1, 52, _l("Kies 1 tot 52 weken.")),
        ],
    )


class MandateForm(TextForm):
    """The draft of a mandate."""

    level = RadioField(
        _l("Hoeveel heeft het panel te zeggen?"),
        choices=_level_choices(),
        description=_l("U kunt dit later niet stil verlagen. Een reden blijft altijd te lezen."),
        validate_choice=False,
        validators=[Wanted(), Optional()],
    )
    advice_on = DayField(_l("Op welke dag komt het advies?"), validators=[Wanted(), Optional()])
    response_weeks = _weeks()

    def draft(self) -> Draft:
        levels = {one.value: one for one in ParticipationLevel}
        return Draft(
            self.text(),
            levels.get(self.level.data or ""),
            Planning(self.advice_on.data, self.response_weeks.data),
        )


def values_of(mandate: Mandate | None) -> dict[str, Any]:
    """What the forms show of a mandate."""
    if mandate is None:
        return {"response_weeks": 13}
    return {
        "client": mandate.client,
        "frame": mandate.frame,
        "out_of_scope": mandate.out_of_scope,
        "phase": mandate.phase.value if mandate.phase else None,
        "level": mandate.level.value if mandate.level else None,
        "advice_on": mandate.advice_on,
        "response_weeks": mandate.response_weeks,
    }


class PublishForm(FlaskForm):
    seen = HiddenField()


class LevelForm(ReasonForm):
    level = RadioField(
        _l("Hoeveel heeft het panel voortaan te zeggen?"),
        choices=_level_choices(),
        validate_choice=False,
        validators=[InputRequired(_l("Kies hoeveel het panel te zeggen heeft."))],
    )

    def validate_level(self, field: RadioField) -> None:
        if self.chosen is None:
            raise ValidationError(_("Kies hoeveel het panel te zeggen heeft."))

    @property
    def chosen(self) -> ParticipationLevel | None:
        return {one.value: one for one in ParticipationLevel}.get(self.level.data or "")


class PlanningForm(ReasonForm):
    advice_on = DayField(
        _l("Op welke dag komt het advies?"),
        validators=[InputRequired(_l("Vul in op welke dag het advies komt."))],
    )
    response_weeks = _weeks()

    def planning(self) -> Planning:
        return Planning(self.advice_on.data, self.response_weeks.data)


class AgreementForm(FlaskForm):
    promise = TextAreaField(
        _l("Wat belooft het college?"),
        filters=[block],
        description=_l("Neem de tekst over uit het convenant. Iedereen kan dit lezen."),
        validators=[
            InputRequired(_l("Schrijf op wat het college belooft.")),
            Length(20, PROMISE_LENGTH, _l("Gebruik voor de belofte 20 tot 2.000 tekens.")),
        ],
    )
    signed_by_role = StringField(
        _l("Welke functie heeft degene die tekende?"),
        filters=[squeezed],
        description=_l("Bijvoorbeeld: wethouder zorg. Schrijf geen naam."),
        validators=[
            InputRequired(_l("Schrijf de functie op van degene die tekende.")),
            Length(3, 120, _l("Gebruik voor de functie 3 tot 120 tekens.")),
        ],
    )
    signed_on = DayField(
        _l("Op welke dag is er getekend?"),
        validators=[InputRequired(_l("Vul in op welke dag er is getekend."))],
    )

    def agreed(self) -> Promise:
        return Promise(self.promise.data or "", self.signed_by_role.data or "", self.signed_on.data)


class ConfirmForm(FlaskForm):
    """Only the question whether somebody is sure."""
