"""The forms of the desk: judging before publication, taking off the site, pausing, helping."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from civic.accounts.models import User
from civic.forms import Between, DayField, EmailAddress, Needed, OneOf
from civic.initiatives.forms import clean, clean_line
from civic.initiatives.models.desk import QUESTION_LENGTH, WHAT_LENGTH
from civic.initiatives.presentation.desk import HIDE_REASONS, HOURS_KINDS, PAUSE_REASONS, REASONS_BEFORE
from civic.initiatives.states import RefuseReason
from civic.initiatives.states.desk import HideReason, HoursKind, PauseReason
from civic.regions.models import Municipality

AT_MOST = Length(max=QUESTION_LENGTH, message=_l("Schrijf het korter: gebruik hoogstens %(max)d tekens."))
SHORT = Length(max=WHAT_LENGTH, message=_l("Schrijf het korter: gebruik hoogstens %(max)d tekens."))
HOURS = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?\Z", re.ASCII)
NUMBER = re.compile(r"\d{1,7}\Z", re.ASCII)
MOST_EUROS = 100_000


def _area(label: Any, needed: Any, description: Any) -> TextAreaField:
    return TextAreaField(
        label, filters=[clean], validators=[Needed(needed), AT_MOST], description=description
    )


def _reasons(label: Any, words: Any, description: Any = "") -> RadioField:
    return RadioField(
        label,
        choices=[SelectChoice(one.value, text) for one, text in words.items()],
        validators=[OneOf(_l("Kies een reden."))],
        validate_choice=False,
        description=description,
    )


class JudgeForm(FlaskForm):
    """`revision` is the version that the official read."""

    revision = HiddenField()


class AskBackForm(JudgeForm):
    question = _area(
        _l("Wat moet de schrijver doen?"),
        _l("Schrijf wat de schrijver moet doen."),
        _l("Noem alles in één keer. De schrijver krijgt deze tekst in een mail."),
    )


class RefuseBeforeForm(JudgeForm):
    reason = _reasons(_l("Waarom plaatst u dit niet?"), REASONS_BEFORE, _l("Iedereen kan deze reden lezen."))
    explanation = _area(
        _l("Uitleg"),
        _l("Leg uit waarom, en waar men wel terechtkan."),
        _l("Zeg ook waar men wel terechtkan. Iedereen kan deze tekst lezen."),
    )

    def chosen(self) -> RefuseReason:
        return RefuseReason(self.reason.data)


class HideForm(FlaskForm):
    reason = _reasons(
        _l("Waarom haalt u deze pagina van de site?"), HIDE_REASONS, _l("Iedereen kan deze reden lezen.")
    )
    explanation = _area(
        _l("Uitleg voor de schrijver"),
        _l("Leg aan de schrijver uit waarom."),
        _l("Alleen de schrijver leest dit. Zeg wat er moet veranderen."),
    )

    def chosen(self) -> HideReason:
        return HideReason(self.reason.data)


NOT_CHOSEN = frozenset({PauseReason.EVERYTHING, PauseReason.PAGE_HIDDEN})  # these come with another act


class PauseForm(FlaskForm):
    reason = _reasons(
        _l("Waarom zet u het steunen stil?"),
        {one: text for one, text in PAUSE_REASONS.items() if one not in NOT_CHOSEN},
        _l("Iedereen kan deze reden lezen."),
    )

    def chosen(self) -> PauseReason:
        return PauseReason(self.reason.data)


class ContactForm(FlaskForm):
    contact_id = SelectField(
        _l("Vaste contactpersoon"),
        validators=[OneOf(_l("Kies iemand van de griffie."))],
        validate_choice=False,
        description=_l("De naam komt op de pagina te staan."),
    )
    deputy_id = SelectField(
        _l("Vervanger"),
        validators=[OneOf(_l("Kies iemand uit de lijst."))],
        validate_choice=False,
        description=_l("Die neemt het over als een beloofde datum voorbij is."),
    )

    def offer(self, people: dict[int, tuple[User, Municipality]]) -> None:
        offered = [
            SelectChoice(str(number), f"{person.display_name} ({place.name})")
            for number, (person, place) in people.items()
        ]
        self.contact_id.choices = [SelectChoice("", _("Kies iemand")), *offered]
        self.deputy_id.choices = [SelectChoice("", _("Geen vervanger")), *offered]

    def validate_contact_id(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Kies iemand van de griffie."))

    def chosen(self) -> tuple[int, int | None]:
        deputy: Any = self.deputy_id.data
        return int(self.contact_id.data), int(deputy) if deputy else None


class InviteBuddyForm(FlaskForm):
    email = EmailField(
        _l("Mailadres van het maatje"),
        filters=[clean_line],
        validators=[Needed(_l("Vul het mailadres in.")), EmailAddress()],
        description=_l("Een collega of een vrijwilliger die hier al een keer inlogde."),
    )


class Euros(IntegerField):
    """Whole euros, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = clean_line(valuelist[0] if valuelist else "").replace(".", "").removeprefix("€").strip()
        if text and not NUMBER.match(text):
            raise ValueError(_("Schrijf een heel bedrag in euro’s, zoals 250."))
        self.data = int(text) if text else None


class HelpForm(FlaskForm):
    what = StringField(
        _l("Wat geeft de gemeente?"),
        filters=[clean_line],
        validators=[Needed(_l("Schrijf wat de gemeente geeft.")), SHORT],
        description=_l("Bijvoorbeeld: zaal, koffie, drukwerk. Iedereen kan dit lezen."),
    )
    amount_eur = Euros(
        _l("Bedrag in euro’s"),
        validators=[Between(1, MOST_EUROS)],
        description=_l("Alleen als u geld geeft. Hele euro’s."),
    )
    given_on = DayField(_l("Op welke dag?"), validators=[Needed(_l("Vul de dag in."))])


class HoursForm(FlaskForm):
    kind = RadioField(
        _l("Van wie zijn de uren?"),
        choices=[SelectChoice(one.value, text) for one, text in HOURS_KINDS.items()],
        validators=[OneOf(_l("Kies van wie de uren zijn."))],
        validate_choice=False,
    )
    hours = StringField(
        _l("Hoeveel uur?"),
        filters=[clean_line],
        validators=[Needed(_l("Vul het aantal uren in."))],
        description=_l("Bijvoorbeeld 1,5."),
    )
    worked_on = DayField(_l("Op welke dag?"), validators=[Needed(_l("Vul de dag in."))])
    what = StringField(
        _l("Wat is er gedaan?"),
        filters=[clean_line],
        validators=[Needed(_l("Schrijf kort wat er is gedaan.")), SHORT],
        description=_l("Alleen wie aan dit initiatief werkt, leest dit. Op de site staat alleen het totaal."),
    )

    def validate_hours(self, field: Any) -> None:
        if not HOURS.match(field.data or "") or not 0 < self.minutes() <= 24 * 60:
            raise ValidationError(_("Schrijf een aantal uren van 0,25 tot 24."))

    def minutes(self) -> int:
        found = HOURS.match(self.hours.data or "")
        if found is None:
            return 0
        return round(float(f"{found[1]}.{found[2] or 0}") * 60)

    def chosen(self) -> HoursKind:
        return HoursKind(self.kind.data)
