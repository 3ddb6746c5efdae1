"""The form of a knot, of the check whether it was carried out, and of a day that is promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, Form, FormField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from civic.aanjaagteam import service
from civic.aanjaagteam.forms.core import (
    FIRST_YEAR,
    LAST_YEAR,
    ChoiceField,
    OneOfField,
    RevisionForm,
    _area,
    _enum_choices,
    _max,
    _needed,
    clean_line,
    clean_text,
    first_value,
    number_or_none,
)
from civic.aanjaagteam.models import LINE_LENGTH, TEXT_LENGTH, TeamMember
from civic.aanjaagteam.models.knots import MOST_EURO, OPTION_LENGTH
from civic.aanjaagteam.states.knots import (
    MOST_OPTIONS,
    CheckResult,
    OptionKind,
    ProcessOutcome,
    RuleUse,
    TermChoice,
)
from civic.aanjaagteam.wording.knots import (
    CHECK_RESULTS,
    OPTION_KINDS,
    PROCESS_OUTCOMES,
    REQUIRED,
    RULE_USES,
    TERM_CHOICES,
)
from civic.accounts.models import User
from civic.forms import DayField, EuroField

NONE_OF_THESE = "geen"
FIRST_TWO = ({"kind": "wanted"}, {"kind": "rule"})  # what is needed beside what the rule says


def _euros(label: Any) -> EuroField:
    most = NumberRange(0, MOST_EURO, _l("Schrijf een bedrag van 0 tot 1.000.000.000 euro."))
    return EuroField(label, [Optional(), most])


def _optional_line(label: Any, length: int = LINE_LENGTH) -> StringField:
    return StringField(label, [_max(length)], filters=[clean_line])


def _optional_area(label: Any) -> Any:
    return TextAreaField(label, [_max(TEXT_LENGTH)], filters=[clean_text])


def check_year(day: date | None) -> None:
    if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Dit jaartal klopt niet."))


class OptionForm(Form):
    """One possibility. One that is left empty is skipped."""

    what = _optional_line(_l("Wat houdt het in?"), OPTION_LENGTH)
    kind = ChoiceField(
        _l("Wat voor mogelijkheid is dit?"), choices=_enum_choices(OPTION_KINDS), default="other"
    )
    cost_yes = _euros(_l("Wat kost het als u dit doet?"))
    cost_yes_basis = _optional_line(_l("Hoe weet u dat?"), OPTION_LENGTH)
    cost_no = _euros(_l("Wat kost het als u dit niet doet?"))
    cost_no_basis = _optional_line(_l("En hoe weet u dat?"), OPTION_LENGTH)
    payer = _optional_line(_l("Wie betaalt?"))

    @property
    def is_used(self) -> bool:
        return any(
            one.data not in (None, "") or one.raw_data not in ([], [""], None) for one in self._asked()
        )

    def _asked(self) -> Iterator[Field]:
        return (one for one in self if one.short_name != "kind")

    def validate_what(self, field: Field) -> None:
        if self.is_used and not field.data:
            raise ValidationError(_("Schrijf op wat deze mogelijkheid inhoudt."))

    def validate_cost_yes_basis(self, field: Field) -> None:
        _check_basis(self.cost_yes, field)

    def validate_cost_no_basis(self, field: Field) -> None:
        _check_basis(self.cost_no, field)

    def option(self, *, is_chosen: bool) -> service.Option:
        return service.Option(
            what=self.what.data or "",
            kind=first_value(OptionKind, self.kind.data) or OptionKind.OTHER,
            cost_yes=self.cost_yes.data,
            cost_yes_basis=self.cost_yes_basis.data or "",
            cost_no=self.cost_no.data,
            cost_no_basis=self.cost_no_basis.data or "",
            payer=self.payer.data or "",
            is_chosen=is_chosen,
        )


def _check_basis(amount: Field, basis: Field) -> None:
    if amount.data is not None and not basis.data:
        raise ValidationError(_("Schrijf op waar dit bedrag vandaan komt."))


class DecideForm(RevisionForm):
    question = _area(_l("Welke vraag lag er?"), "question")
    options = FieldList(
        FormField(OptionForm), _l("Mogelijkheden"), min_entries=2, max_entries=MOST_OPTIONS, default=FIRST_TWO
    )
    chosen = RadioField(_l("Welke mogelijkheid is het geworden?"), [_needed("chosen")], validate_choice=False)
    shows_costs = BooleanField(_l("Zet de bedragen op de site"))
    decision = _area(_l("Wat is er besloten?"), "decision")
    reason = _area(_l("Waarom is dat besloten?"), "reason")
    rule_use = OneOfField(
        _l("Volgt u de geest of de letter van de regel?"),
        [_needed("rule_use")],
        choices=_enum_choices(RULE_USES),
    )
    dissent = _optional_area(_l("Wie was het er niet mee eens, en waarom?"))
    member = ChoiceField(_l("Met welk mandaat?"))
    decider = _optional_line(_l("Wie heeft dit besloten?"))
    mandate = _optional_line(_l("Waarom mag die persoon dit besluiten?"))
    signer = _optional_line(_l("Wie tekent dit besluit?"))
    decided_on = DayField(_l("Op welke dag is dit besloten?"), [InputRequired(REQUIRED["decided_on"])])
    effective_on = DayField(_l("Vanaf wanneer geldt dit?"), [Optional()])
    valid_until = DayField(_l("Tot en met wanneer geldt dit?"), [Optional()])
    process_outcome = OneOfField(
        _l("Wat gebeurt er met het proces?"),
        [_needed("process_outcome")],
        choices=_enum_choices(PROCESS_OUTCOMES),
    )
    process_change = _area(_l("Wat verandert er, of waarom niets?"), "process_change")
    process_owner = ChoiceField(_l("Wie past het proces aan?"))
    process_due_on = DayField(_l("Op welke dag moet dat klaar zijn?"), [Optional()])
    execute_on = DayField(_l("Op welke dag moet het zijn uitgevoerd?"), [Optional()])
    check_on = DayField(_l("Op welke dag kijkt u of het is gebeurd?"), [InputRequired(REQUIRED["check_on"])])
    reversal_reason = _optional_area(_l("Waarom geldt het vorige besluit niet meer?"))

    def fill(self, members: Iterable[TeamMember], owners: Iterable[User]) -> None:
        mandates = (SelectChoice(str(one.id), f"{one.function}: {one.mandate}") for one in members)
        people = (SelectChoice(str(one.id), one.display_name) for one in owners)
        self.options[0].form.what.flags.required = True
        self.member.choices = [SelectChoice("", _("Een ander mandaat: ik schrijf het op")), *mandates]
        self.process_owner.choices = [SelectChoice("", _("Kies een collega")), *people]
        for field in (self.member, self.process_owner):
            field.data = field.data or ""  # a box that was not sent is one that was not used
        numbered = (
            SelectChoice(str(number), _("Mogelijkheid %(number)s", number=number))
            for number in range(1, len(self.options) + 1)
        )
        self.chosen.choices = [*numbered, SelectChoice(NONE_OF_THESE, _("Geen van deze"))]
        if not any(self.chosen.data == choice.value for choice in self.chosen.choices):
            self.chosen.data = None

    @property
    def can_have_more(self) -> bool:
        return len(self.options) < MOST_OPTIONS

    def add_option(self) -> None:
        """Room for one more; everything that was typed stays."""
        if self.can_have_more:
            self.options.append_entry({"kind": "other"})

    def used_options(self) -> list[service.Option]:
        return [
            entry.form.option(is_chosen=self.chosen.data == str(number))
            for number, entry in enumerate(self.options, start=1)
            if entry.form.is_used
        ]

    def validate_options(self, field: FieldList) -> None:
        if not self.used_options():
            raise ValidationError(str(REQUIRED["options"]))

    def validate_chosen(self, field: Field) -> None:
        is_number = (field.data or "").isdecimal()
        if is_number and not any(option.is_chosen for option in self.used_options()):
            raise ValidationError(_("Deze mogelijkheid is leeg. Kies een andere, of vul hem in."))

    def validate_decider(self, field: Field) -> None:
        if not field.data and not self.member.data:
            raise ValidationError(REQUIRED["decider"])

    def validate_mandate(self, field: Field) -> None:
        if not field.data and not self.member.data:
            raise ValidationError(REQUIRED["mandate"])

    def validate_effective_on(self, field: Field) -> None:
        check_year(field.data)

    def validate_decided_on(self, field: Field) -> None:
        check_year(field.data)

    def knot(self) -> service.Knot:
        return service.Knot(
            question=self.question.data or "",
            decision=self.decision.data or "",
            reason=self.reason.data or "",
            decider=self.decider.data or "",
            mandate=self.mandate.data or "",
            decided_on=self.decided_on.data,
            effective_on=self.effective_on.data,
            options=tuple(self.used_options()),
            rule_use=first_value(RuleUse, self.rule_use.data),
            process=service.ProcessFix(
                first_value(ProcessOutcome, self.process_outcome.data),
                self.process_change.data or "",
                number_or_none(self.process_owner.data),
                self.process_due_on.data,
            ),
            check_on=self.check_on.data,
            execute_on=self.execute_on.data,
            signer=self.signer.data or "",
            member_id=number_or_none(self.member.data),
            valid_until=self.valid_until.data,
            dissent=self.dissent.data or "",
            reversal_reason=self.reversal_reason.data or "",
            shows_costs=bool(self.shows_costs.data),
        )

    def typed(self) -> Iterator[tuple[str, str]]:
        """Every answer by the name of its box, to carry over the page on which it is checked."""
        for field in self:
            if isinstance(field, FieldList):
                for entry in field:
                    yield from ((one.name, _typed(one)) for one in entry.form)
            elif field.name not in {"csrf_token", "revision"}:
                yield field.name, _typed(field)


def _typed(field: Field) -> str:
    if isinstance(field, BooleanField):
        return "y" if field.data else ""
    return str(field.data if field.data is not None else "")


class CheckForm(RevisionForm):
    """Was it carried out? `revision` counts the looks so far."""

    result = OneOfField(
        _l("Is het besluit uitgevoerd?"), [_needed("result")], choices=_enum_choices(CHECK_RESULTS)
    )
    explanation = _optional_area(_l("Wat is er nog niet gebeurd, en waarom?"))
    next_on = DayField(_l("Op welke dag kijkt u opnieuw?"), [Optional()])

    @property
    def chosen(self) -> CheckResult:
        return CheckResult(self.result.data)


class PromiseForm(RevisionForm):
    due_on = DayField(
        _l("Op welke dag hoort de melder uiterlijk wat er gebeurt?"), [InputRequired(REQUIRED["due_on"])]
    )


class TermForm(RevisionForm):
    """What comes after the last day of a decision; another decision has a form of its own."""

    choice = OneOfField(
        _l("Wat gebeurt er na die dag?"), [_needed("term_choice")], choices=_enum_choices(TERM_CHOICES)
    )
    until = DayField(_l("Tot en met welke dag geldt het dan?"), [Optional()])
    reason = _area(_l("Waarom?"), "term_reason")

    def validate_until(self, field: Field) -> None:
        check_year(field.data)

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine: bool = super().validate(extra_validators)
        is_longer = self.choice.data == TermChoice.PROLONGED.value
        if is_longer and self.until.data is None and not self.until.errors:
            self.until.errors = [str(REQUIRED["until"])]
            return False
        return is_fine

    def only_longer(self) -> None:
        """Somebody let it end already: what is left is to take that back."""
        self.choice.choices = _enum_choices({TermChoice.PROLONGED: TERM_CHOICES[TermChoice.PROLONGED]})

    @property
    def chosen(self) -> TermChoice:
        return TermChoice(self.choice.data)


class ProcessForm(RevisionForm):
    process_change = _area(_l("Wat is er in het proces veranderd?"), "process_change")


__all__ = ["CheckForm", "DecideForm", "OptionForm", "ProcessForm", "PromiseForm", "TermForm", "check_year"]
