"""The forms round a council: adding something, the steps of the griffie, opinions on the answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from civic.forms import DayField, Needed, OneOf
from civic.initiatives.forms import clean
from civic.initiatives.models import ANSWER_LENGTH
from civic.initiatives.presentation import OUTCOMES, REFUSE_REASONS, VERDICTS
from civic.initiatives.states import CouncilOutcome, RefuseReason, Verdict

AT_MOST = Length(max=ANSWER_LENGTH, message=_l("Schrijf het korter: gebruik hoogstens %(max)d tekens."))


class AskRepairForm(FlaskForm):
    repair_text = TextAreaField(
        _l("Wat ontbreekt er?"),
        filters=[clean],
        validators=[Needed(_l("Schrijf wat er ontbreekt.")), AT_MOST],
        description=_l("De schrijver krijgt deze tekst in een mail. Iedereen kan hem lezen."),
    )


class RepairForm(FlaskForm):
    repair_answer = TextAreaField(
        _l("Uw aanvulling"),
        filters=[clean],
        validators=[Needed(_l("Schrijf uw aanvulling.")), AT_MOST],
        description=_l("Uw aanvulling komt op de pagina van het initiatief te staan."),
    )


class RefuseForm(FlaskForm):
    reason = RadioField(
        _l("Waarom neemt de raad dit niet in behandeling?"),
        choices=[SelectChoice(one.value, text) for one, text in REFUSE_REASONS.items()],
        validators=[OneOf(_l("Kies een reden."))],
        validate_choice=False,
    )
    answer = TextAreaField(
        _l("Uitleg voor iedereen"),
        filters=[clean],
        validators=[Needed(_l("Leg uit waarom, en waar men wel terechtkan.")), AT_MOST],
        description=_l("Zeg ook waar men wel terechtkan. Iedereen die steunde, krijgt deze tekst."),
    )

    def chosen(self) -> RefuseReason:
        return RefuseReason(self.reason.data)


class ScheduleForm(FlaskForm):
    committee_on = DayField(
        _l("Dag van de commissie"), validators=[Optional()], description=_l("Mag leeg blijven.")
    )
    council_on = DayField(_l("Dag van de raad"), validators=[Needed(_l("Vul de dag van de raad in."))])


class DecideForm(FlaskForm):
    outcome = RadioField(
        _l("Wat besloot de raad?"),
        choices=[SelectChoice(one.value, text) for one, text in OUTCOMES.items()],
        validators=[OneOf(_l("Kies wat de raad besloot."))],
        validate_choice=False,
    )
    answer = TextAreaField(
        _l("Het besluit in gewone taal"),
        filters=[clean],
        validators=[Needed(_l("Leg het besluit uit in gewone taal.")), AT_MOST],
        description=_l("Wat gebeurt er nu, en waarom? Iedereen die steunde, krijgt deze tekst."),
    )
    decided_on = DayField(
        _l("Dag van het besluit"), validators=[Needed(_l("Vul de dag van het besluit in."))]
    )

    def chosen(self) -> CouncilOutcome:
        return CouncilOutcome(self.outcome.data)


class OpinionForm(FlaskForm):
    verdict = RadioField(
        _l("Beantwoordt dit besluit uw vraag?"),
        choices=[SelectChoice(one.value, text) for one, text in VERDICTS.items()],
        validators=[OneOf(_l("Kies ja, deels of nee."))],
        validate_choice=False,
    )

    def chosen(self) -> Verdict:
        return Verdict(self.verdict.data)
