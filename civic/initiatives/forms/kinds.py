"""The facts of a challenge, and what was learnt from a project."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, NumberRange, Optional

from civic.forms import DayField, EuroField
from civic.initiatives.forms import Asked, at_most, clean, clean_line
from civic.initiatives.forms.draft import tab_of
from civic.initiatives.models import Initiative
from civic.initiatives.models.kinds import (
    BASIS_LENGTH,
    CONTACT_LENGTH,
    LESSON_LENGTH,
    MOST_EURO,
    MOST_MONTHS,
    TASK_LENGTH,
)
from civic.initiatives.service.drafts import Edit
from civic.initiatives.service.kinds import ChallengeAnswers

MONTHS = re.compile(r"[0-9]{1,9}\Z", re.ASCII)


class MonthsField(IntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = clean_line(valuelist[0] if valuelist else "")
        if text and not MONTHS.match(text):
            raise ValueError(_("Schrijf een heel getal, zoals 24."))
        self.data = int(text) if text else None


def _euros(label: Any, *validators: Any, description: Any) -> EuroField:
    most = NumberRange(0, MOST_EURO, _l("Schrijf een bedrag van 0 tot 1.000.000.000 euro."))
    return EuroField(label, validators=[*validators, Optional(), most], description=description)


class ChallengeForm(FlaskForm):
    """Everything may still be empty while it is a draft."""

    task = TextAreaField(
        _l("Welke taak wilt u overnemen?"),
        filters=[clean],
        validators=[Asked(), at_most(TASK_LENGTH)],
        description=_l("Bijvoorbeeld: het groen in onze straat onderhouden."),
    )
    current_cost = _euros(
        _l("Wat kost dit de gemeente nu per jaar?"),
        description=_l("In hele euro’s. Weet u het niet? Laat dit leeg. De gemeente zoekt het dan uit."),
    )
    asked_cost = _euros(
        _l("Hoeveel geld vraagt u per jaar?"),
        Asked(),
        description=_l("In hele euro’s. Schrijf 0 als u geen geld nodig hebt."),
    )
    basis = TextAreaField(
        _l("Hoe hebt u dat vergeleken?"),
        filters=[clean],
        validators=[Asked(), at_most(BASIS_LENGTH)],
        description=_l("Waar komen de bedragen vandaan? Wat zit erin, en wat niet?"),
    )
    starts_on = DayField(_l("Op welke dag wilt u beginnen?"), validators=[Asked(), Optional()])
    months = MonthsField(
        _l("Hoeveel maanden wilt u dit doen?"),
        validators=[
            Asked(),
            Optional(),
            NumberRange(1, MOST_MONTHS, _l("Kies een aantal maanden van 1 tot 120.")),
        ],
    )
    contact = StringField(
        _l("Hoe kan de gemeente u bereiken?"),
        filters=[clean_line],
        validators=[Asked(), at_most(CONTACT_LENGTH)],
        description=_l("Een mailadres of telefoonnummer. Alleen de gemeente ziet dit."),
    )
    revision = HiddenField()
    tab = HiddenField()

    def answers(self) -> ChallengeAnswers:
        return ChallengeAnswers(
            task=self.task.data or "",
            current_cost=self.current_cost.data,
            asked_cost=self.asked_cost.data,
            basis=self.basis.data or "",
            starts_on=self.starts_on.data,
            months=self.months.data,
            contact=self.contact.data or "",
        )

    def edit(self) -> Edit:
        return tab_of(self)


def challenge_values(initiative: Initiative) -> dict[str, Any]:
    row = initiative.challenge
    names = ("task", "current_cost", "asked_cost", "basis", "starts_on", "months", "contact")
    known = {name: getattr(row, name) for name in names} if row else {}
    return {**known, "revision": str(initiative.revision)}


class FinishForm(FlaskForm):
    lesson = TextAreaField(
        _l("Wat hebt u geleerd?"),
        filters=[clean],
        validators=[DataRequired(_l("Schrijf op wat u hebt geleerd.")), at_most(LESSON_LENGTH)],
        description=_l("Wat ging goed? Wat zou u anders doen? Iedereen kan dit lezen."),
    )
