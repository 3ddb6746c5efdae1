"""What is written on a case: plan, summary, cause, adoption, handing over, opening again."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from civic.aanjaagteam import wording
from civic.aanjaagteam.forms.core import (
    ChoiceField,
    OneOfField,
    RevisionForm,
    clean_line,
    clean_text,
    first_value,
    unit_choices,
)
from civic.aanjaagteam.forms.waits import TOO_LONG
from civic.aanjaagteam.models import TEXT_LENGTH
from civic.aanjaagteam.models.disputes import PARTY_LENGTH
from civic.aanjaagteam.models.waits import WAIT_LENGTH, WAIT_NAME_LENGTH, Incentive
from civic.aanjaagteam.queries.units import NamedUnit
from civic.aanjaagteam.states.facts import Cause, HandoverReason, IncentiveKind, ReopenReason
from civic.aanjaagteam.wording.case import CAUSES, HANDOVER_REASONS, INCENTIVE_KINDS, REOPEN_REASONS
from civic.accounts.models import User
from civic.regions.models import Municipality

TITLE_SHOWN = 90


def _choices(words: dict[Any, Any], nothing: Any = None) -> list[SelectChoice]:
    named = [SelectChoice(value.value, text) for value, text in words.items()]
    return [SelectChoice("", nothing), *named] if nothing is not None else named


def _area(label: Any, *more: Any, length: int = TEXT_LENGTH) -> TextAreaField:
    return TextAreaField(label, [*more, Length(max=length, message=TOO_LONG)], filters=[clean_text])


def _chosen(kind: type[enum.Enum], field: ChoiceField | OneOfField) -> Any:
    return first_value(kind, field.data)


class PlanForm(RevisionForm):
    plan = _area(_l("Wat gaat er gebeuren?"))
    deputy = ChoiceField(_l("Wie neemt waar als u er niet bent?"), [Optional()])

    def fill(self, members: Iterable[User]) -> None:
        people = (SelectChoice(str(member.id), member.display_name) for member in members)
        self.deputy.choices = [SelectChoice("", _("Nog niemand")), *people]


class SummaryForm(RevisionForm):
    summary = _area(_l("Samenvatting voor afdelingen"))


class CauseForm(RevisionForm):
    cause = OneOfField(
        _l("Waarom liep het vast?"),
        [DataRequired(_l("Kies waarom het vastliep."))],
        choices=_choices(CAUSES),
    )
    cause_note = _area(_l("Leg het uit"))
    incentive = ChoiceField(_l("Komt het door een verkeerde prikkel?"), [Optional()])

    def fill(self, incentives: Iterable[Incentive]) -> None:
        rows = (SelectChoice(str(row.id), _short(row.description)) for row in incentives)
        self.incentive.choices = [SelectChoice("", _("Nee, of nog niet bekend")), *rows]

    @property
    def chosen(self) -> Cause | None:
        found: Cause | None = _chosen(Cause, self.cause)
        return found


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_SHOWN else f"{line[:TITLE_SHOWN]}…"


class IncentiveForm(RevisionForm):
    kind = OneOfField(
        _l("Wat voor prikkel is dit?"),
        [DataRequired(_l("Kies wat voor prikkel dit is."))],
        choices=_choices(INCENTIVE_KINDS),
    )
    description = _area(
        _l("Wat is de prikkel?"), DataRequired(_l("Schrijf op wat de prikkel is.")), length=WAIT_LENGTH
    )
    owner = StringField(
        _l("Wie kan hem wegnemen?"), [Length(max=WAIT_NAME_LENGTH, message=TOO_LONG)], filters=[clean_line]
    )

    @property
    def chosen(self) -> IncentiveKind | None:
        found: IncentiveKind | None = _chosen(IncentiveKind, self.kind)
        return found


class RetireForm(RevisionForm):
    """One button."""


class AdoptForm(RevisionForm):
    is_named = BooleanField(_l("Mijn naam mag op de site"))


class HandoverForm(RevisionForm):
    unit = ChoiceField(_l("Naar welke afdeling?"))
    party = StringField(
        _l("Of naar wie daarbuiten?"), [Length(max=PARTY_LENGTH, message=TOO_LONG)], filters=[clean_line]
    )
    handover_reason = OneOfField(
        _l("Waarom?"),
        [DataRequired(_l("Kies waarom de melding naar een ander gaat."))],
        choices=_choices(HANDOVER_REASONS),
    )
    note = _area(
        _l("Wat moet het team hierover weten?"),
        DataRequired(_l("Schrijf op wat uw collega’s moeten weten.")),
    )

    def fill(self, units: Iterable[NamedUnit], places: Iterable[Municipality]) -> None:
        self.unit.choices = unit_choices(units, places, _("Kies een afdeling"))

    def validate_unit(self, field: Field) -> None:
        if not field.data and not self.party.data:
            raise ValidationError(
                _("Kies naar welke afdeling de melding gaat. Of vul in naar wie daarbuiten.")
            )

    @property
    def chosen(self) -> HandoverReason | None:
        found: HandoverReason | None = _chosen(HandoverReason, self.handover_reason)
        return found


class ReopenForm(RevisionForm):
    reopen_reason = OneOfField(
        _l("Waarom gaat de melding weer open?"),
        [DataRequired(wording.REQUIRED["reopen_reason"])],
        choices=_choices(REOPEN_REASONS),
    )
    reopen_text = _area(_l("Leg het uit aan de melder"), DataRequired(wording.REQUIRED["reopen_text"]))

    @property
    def chosen(self) -> ReopenReason | None:
        found: ReopenReason | None = _chosen(ReopenReason, self.reopen_reason)
        return found
