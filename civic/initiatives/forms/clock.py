"""Stopping the clock of a council, and extending it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from civic.accounts.models import User
from civic.forms import DayField, Needed, OneOf
from civic.initiatives.presentation.clock import EXTEND_REASONS, SUSPEND_REASONS
from civic.initiatives.states.clock import ExtendReason, SuspendReason


class SuspendForm(FlaskForm):
    reason = RadioField(
        _l("Waarom staat de termijn stil?"),
        choices=[SelectChoice(one.value, text) for one, text in SUSPEND_REASONS.items()],
        validators=[OneOf(_l("Kies een reden."))],
        validate_choice=False,
        description=_l("Iedereen kan deze reden lezen."),
    )
    owner_id = SelectField(
        _l("Wie zorgt dat het weer verdergaat?"),
        validators=[OneOf(_l("Kies iemand van de griffie."))],
        validate_choice=False,
        description=_l("De naam staat niet op de openbare pagina."),
    )

    def offer(self, people: dict[int, User]) -> None:
        self.owner_id.choices = [
            SelectChoice(str(number), one.display_name) for number, one in people.items()
        ]

    def chosen(self) -> SuspendReason:
        return SuspendReason(self.reason.data)


class ExtendForm(FlaskForm):
    reason = RadioField(
        _l("Waarom is er meer tijd nodig?"),
        choices=[SelectChoice(one.value, text) for one, text in EXTEND_REASONS.items()],
        validators=[OneOf(_l("Kies een reden."))],
        validate_choice=False,
        description=_l("Iedereen kan deze reden lezen."),
    )
    until = DayField(_l("Nieuwe laatste dag"), validators=[Needed(_l("Vul de nieuwe laatste dag in."))])

    def chosen(self) -> ExtendReason:
        return ExtendReason(self.reason.data)
