"""The forms to stop a panel, to ask for one, and to answer who asked."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from civic.panels.forms.mandate import ReasonForm, block
from civic.panels.service.preparation import REASON_LENGTH, Answer

YES, NO = "yes", "no"


class StopForm(ReasonForm):
    pass


class AskForm(FlaskForm):
    reason = TextAreaField(
        _l("Waarom is uw vraag te groot voor één gemeente?"),
        filters=[block],
        description=_l("Alleen de lotingsbeheerder leest dit. Het komt niet op de site."),
        validators=[
            InputRequired(_l("Schrijf op waarom uw vraag te groot is.")),
            Length(20, REASON_LENGTH, _l("Gebruik 20 tot 1.000 tekens.")),
        ],
    )


class AnswerForm(FlaskForm):
    decision = RadioField(
        _l("Komt er een panel over deze vraag?"),
        choices=[
            SelectChoice(YES, _l("Ja. Maak een panel met de naam en de vraag van dit initiatief.")),
            SelectChoice(NO, _l("Nee. Er komt geen panel.")),
        ],
        validate_choice=False,
        validators=[InputRequired(_l("Kies ja of nee."))],
    )
    answer = TextAreaField(
        _l("Wat antwoordt u?"),
        filters=[block],
        description=_l("De indiener krijgt dit per mail. Iedereen kan het lezen. Bij nee is dit verplicht."),
        validators=[Length(max=REASON_LENGTH, message=_l("Gebruik hoogstens 1.000 tekens."))],
    )

    def validate_decision(self, field: RadioField) -> None:
        if self.said() is None:
            raise ValidationError(_("Kies ja of nee."))

    def said(self) -> Answer | None:
        if self.decision.data not in {YES, NO}:
            return None
        return Answer(self.decision.data == YES, self.answer.data or "")
