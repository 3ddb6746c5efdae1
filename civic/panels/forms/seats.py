"""After the draw: answering an invitation, answering for somebody, and what an invitation says."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from civic.forms import Needed, OneOf

YES, NO, STOP = "ja", "nee", "stop"
DAYS = (5, 7, 10, 14, 21, 30)


def _tidy(text: str | None) -> str:
    """Plain line ends, and no control signs: they can hide or turn around what a page shows."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in plain if one == "\n" or one.isprintable()).strip()


class InvitationForm(FlaskForm):
    """Two buttons with one name: `answer` is the one that was pressed."""

    answer = StringField()  # no hidden field: beside the button that would be a second value

    def has_answer(self) -> bool:
        """Something else than a button of ours says nothing."""
        if self.validate_on_submit() and self.answer.data in (YES, NO, STOP):
            return True
        if self.is_submitted():
            self.form_errors: list[Any] = [_l("Kies ja of nee.")]
        return False


class PhoneForm(FlaskForm):
    """What somebody said on the telephone; the choices are what can still be said."""

    answer = RadioField(
        _l("Wat zegt deze persoon?"),
        validate_choice=False,
        validators=[OneOf(_l("Kies wat deze persoon zegt."))],
    )

    def offer(self, choices: list[tuple[str, Any]]) -> None:
        self.answer.choices = [SelectChoice(code, text) for code, text in choices]


class _InvitationText(TextAreaField):
    """What an invitation says; `empty` is the sentence for who leaves it out."""

    def __init__(self, label: Any, *, most: int, empty: Any, **options: Any) -> None:
        too_long = _l("Maak deze tekst korter. Hij mag %(most)s tekens lang zijn.", most=most)
        validators = [Needed(empty), Length(max=most, message=too_long)]
        super().__init__(label, filters=[_tidy], validators=validators, **options)


class SeatTextForm(FlaskForm):
    meetings = _InvitationText(
        _l("Wanneer en hoe lang?"),
        most=600,
        empty=_l("Schrijf op welke dagen mensen moeten komen, en hoe laat."),
        description=_l("Elke dag, met de tijd en de plaats. Zo weten mensen of zij kunnen."),
    )
    honorarium = _InvitationText(
        _l("Wat krijgen mensen ervoor?"),
        most=300,
        empty=_l("Schrijf op welke vergoeding mensen krijgen."),
        description=_l("Het bedrag of de bon, en of u de reis betaalt."),
    )
    answer_days = SelectField(
        _l("Hoeveel dagen krijgen mensen om te antwoorden?"),
        choices=[SelectChoice(str(days), _l("%(days)s dagen", days=days)) for days in DAYS],
        validate_choice=False,
        validators=[OneOf(_l("Kies hoeveel dagen mensen krijgen."))],
        description=_l("Dit telt vanaf de volgende loting. Wie al is uitgenodigd, houdt de eigen dag."),
    )


class FilterForm(FlaskForm):
    """In the address, so that it can be kept: states and places, no people."""

    class Meta:
        csrf = False

    stand = SelectField(_l("Antwoord"), validate_choice=False)
    gemeente = SelectField(_l("Gemeente"), validate_choice=False)
    bellen = BooleanField(_l("Alleen mensen zonder mailadres"))
