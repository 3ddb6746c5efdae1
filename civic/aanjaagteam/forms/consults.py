"""The forms of thinking along."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from civic.aanjaagteam.forms.core import ChoiceField, OneOfField, clean_line, clean_text, number_or_none
from civic.aanjaagteam.models.consults import HOURS_LENGTH, QUESTION_LENGTH
from civic.aanjaagteam.queries.consults import SpecialistLine
from civic.aanjaagteam.queries.units import NamedUnit
from civic.aanjaagteam.service.consults import ConsultEnding, Whom
from civic.aanjaagteam.service.specialists import NewSpecialist
from civic.aanjaagteam.states.consults import MINUTES, TERMS, Domain, NextStep
from civic.aanjaagteam.wording.consults import (
    CONSULT_NEEDED,
    DOMAINS,
    MINUTE_WORDS,
    NEXT_STEPS,
    TERM_WORDS,
)
from civic.forms import DayField, EmailAddress

TOO_LONG = _l("Maak deze tekst korter. Hij mag %(max)d tekens lang zijn.")
DOMAIN_VALUES = {domain.value: domain for domain in Domain}


def _needed(name: str) -> DataRequired:
    return DataRequired(message=CONSULT_NEEDED[name])


def whom_of(text: str | None) -> Whom:
    """What the list holds: "p12" is a person, "u3" a unit, "d-legal" whoever has time in a domain."""
    kind, rest = (text or "")[:1], (text or "")[1:]
    if kind == "p":
        return Whom(user_id=number_or_none(rest))
    if kind == "u":
        return Whom(unit_id=number_or_none(rest))
    return Whom(domain=DOMAIN_VALUES.get(rest.removeprefix("-"))) if kind == "d" else Whom()


def whom_choices(
    specialists: Iterable[SpecialistLine], units: Iterable[NamedUnit], leave_out: Iterable[int | None]
) -> list[SelectChoice]:
    """Whoever has time first, then people by domain, then units."""
    hidden = set(leave_out)
    known = [one for one in specialists if one.user_id not in hidden]
    anyone = dict.fromkeys(one.domain for one in known if one.is_confirmed)
    free = _("Wie er tijd voor heeft")
    return [
        SelectChoice("", _("Kies een collega")),
        *(SelectChoice(f"d-{domain.value}", str(DOMAINS[domain]), optgroup=free) for domain in anyone),
        *(SelectChoice(f"p{one.user_id}", _person(one), optgroup=str(DOMAINS[one.domain])) for one in known),
        *(SelectChoice(f"u{unit.id}", unit.label, optgroup=_("Een afdeling")) for unit in units),
    ]


def _person(one: SpecialistLine) -> str:
    trust = "" if one.is_confirmed else _("zelf aangemeld")
    return ", ".join(part for part in (one.name, one.unit, one.hours, trust) if part)


class WhomForm(FlaskForm):
    whom = ChoiceField(_l("Aan wie vraagt u het?"), [_needed("whom")])

    def fill(self, choices: list[SelectChoice]) -> None:
        self.whom.choices = choices

    @property
    def chosen(self) -> Whom:
        return whom_of(self.whom.data)


class _QuestionForm(WhomForm):
    question = TextAreaField(
        _l("Wat wilt u vragen?"),
        [_needed("question"), Length(max=QUESTION_LENGTH, message=TOO_LONG)],
        filters=[clean_text],
    )


class AskForm(_QuestionForm):
    """About a case."""

    term = OneOfField(
        _l("Wanneer hebt u het antwoord nodig?"),
        [_needed("term")],
        choices=[SelectChoice(term, TERM_WORDS[term]) for term in TERMS],
        default=TERMS[2],
    )


class QuickForm(_QuestionForm):
    """A quarter of an hour, without a case."""

    minutes = OneOfField(
        _l("Hoe lang duurt het?"),
        [_needed("minutes")],
        choices=[SelectChoice(str(number), MINUTE_WORDS[number]) for number in MINUTES],
        default=str(MINUTES[0]),
    )

    @property
    def length(self) -> int:
        return int(self.minutes.data or MINUTES[0])


class HandOnForm(WhomForm):
    whom = ChoiceField(_l("Wie weet hier meer van?"), [_needed("whom")])


class AnswerForm(FlaskForm):
    answer = TextAreaField(
        _l("Uw antwoord"),
        [_needed("answer"), Length(max=QUESTION_LENGTH, message=TOO_LONG)],
        filters=[clean_text],
    )


class ThanksForm(FlaskForm):
    """How a question about a case ends."""

    thanks = TextAreaField(
        _l("Bedank uw collega"),
        [Optional(), Length(max=QUESTION_LENGTH, message=TOO_LONG)],
        filters=[clean_text],
    )

    @property
    def ending(self) -> ConsultEnding:
        return ConsultEnding(thanks=self.thanks.data or "")


class NextStepForm(ThanksForm):
    """How a quick consult ends: not without a next step."""

    next_step = OneOfField(
        _l("Wat is de volgende stap?"),
        [_needed("next_step")],
        choices=[SelectChoice(step.value, text) for step, text in NEXT_STEPS.items()],
    )
    call_on = DayField(_l("Op welke dag belt u?"), [Optional()])

    @property
    def ending(self) -> ConsultEnding:
        return ConsultEnding(self.thanks.data or "", NextStep(self.next_step.data), self.call_on.data)


class SpecialistForm(FlaskForm):
    """`email` only where a member of the team adds a colleague."""

    email = StringField(_l("Mailadres van de collega"), [Optional(), EmailAddress()], filters=[clean_line])
    domain = ChoiceField(_l("Waar weet deze persoon veel van?"), [_needed("domain")])
    unit = ChoiceField(_l("Afdeling"), [Optional()])
    hours = StringField(
        _l("Wanneer is er tijd?"),
        [Optional(), Length(max=HOURS_LENGTH, message=TOO_LONG)],
        filters=[clean_line],
    )

    def fill(self, units: Iterable[NamedUnit]) -> None:
        self.domain.choices = [
            SelectChoice("", _("Kies een vak")),
            *(SelectChoice(domain.value, text) for domain, text in DOMAINS.items()),
        ]
        self.unit.choices = [
            SelectChoice("", _("Geen")),
            *(SelectChoice(str(unit.id), unit.label) for unit in units),
        ]

    @property
    def what(self) -> NewSpecialist:
        return NewSpecialist(Domain(self.domain.data), number_or_none(self.unit.data), self.hours.data or "")
