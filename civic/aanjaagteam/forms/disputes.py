"""A dispute between municipalities: a row per municipality, the law, and who looks after it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from civic.aanjaagteam.forms.core import (
    ChoiceField,
    OneOfField,
    RevisionForm,
    clean_line,
    first_value,
    number_or_none,
    place_choices,
    unit_choices,
)
from civic.aanjaagteam.forms.waits import TOO_LONG
from civic.aanjaagteam.models.disputes import BASIS_LENGTH, RESOLVER_LENGTH, DisputeClaim
from civic.aanjaagteam.models.units import Unit
from civic.aanjaagteam.service.disputes import Claim, NewDispute, Ruling
from civic.aanjaagteam.states.facts import LawBasis, Stance
from civic.aanjaagteam.wording.case import LAW_BASES
from civic.regions.models import Municipality


@dataclass
class ClaimLine:
    """One municipality on the form, with what was typed there."""

    place: Municipality
    stance: str = ""
    basis: str = ""


def claim_lines(places: Iterable[Municipality], known: Iterable[DisputeClaim] = ()) -> list[ClaimLine]:
    """What was posted, or what is known, per municipality."""
    if request.method == "POST":
        return [_posted(place) for place in places]
    said = {claim.municipality_id: claim for claim in known}
    return [
        ClaimLine(place, said[place.id].stance.value, said[place.id].basis)
        if place.id in said
        else ClaimLine(place)
        for place in places
    ]


def _posted(place: Municipality) -> ClaimLine:
    basis = clean_line(request.form.get(f"basis_{place.id}"))
    return ClaimLine(place, request.form.get(f"stance_{place.id}", ""), basis)


class DisputeForm(RevisionForm):
    law_basis = OneOfField(
        _l("Welke wet zegt wie het moet doen?"),
        [DataRequired(_l("Kies welke wet hierover gaat."))],
        choices=[SelectChoice(law.value, text) for law, text in LAW_BASES.items()],
    )
    law_explanation = StringField(
        _l("Welk artikel of welke afspraak?"),
        [Length(max=BASIS_LENGTH, message=TOO_LONG)],
        filters=[clean_line],
    )
    interim_municipality = ChoiceField(
        _l("Welke gemeente zorgt er nu voor?"),
        [DataRequired(_l("Kies welke gemeente er nu voor zorgt."))],
    )
    interim_unit = ChoiceField(
        _l("Welke afdeling zorgt er nu voor?"), [DataRequired(_l("Kies welke afdeling er nu voor zorgt."))]
    )
    lines: list[ClaimLine] = []

    def fill(self, places: list[Municipality], units: Iterable[Unit], lines: list[ClaimLine]) -> None:
        self.interim_municipality.choices = place_choices(places, _("Kies een gemeente"))
        self.interim_unit.choices = unit_choices(units, places, _("Kies een afdeling"))
        self.lines = lines

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine = bool(super().validate(extra_validators))
        if any(len(line.basis) > BASIS_LENGTH for line in self.lines):
            self.form_errors.append(_("Maak de uitleg bij een gemeente korter."))
        return is_fine and not self.form_errors

    @property
    def facts(self) -> NewDispute:
        stances = [(line, first_value(Stance, line.stance)) for line in self.lines]
        claims = tuple(
            Claim(line.place.id, stance, line.basis) for line, stance in stances if stance is not None
        )
        return NewDispute(
            claims=claims,
            law_basis=first_value(LawBasis, self.law_basis.data),
            law_explanation=self.law_explanation.data or "",
            interim_municipality_id=number_or_none(self.interim_municipality.data),
            interim_unit_id=number_or_none(self.interim_unit.data),
        )


class ResolveForm(RevisionForm):
    municipality = ChoiceField(
        _l("Welke gemeente is het?"), [DataRequired(_l("Kies welke gemeente het is."))]
    )
    resolver = StringField(
        _l("Wie besliste dit?"),
        [
            DataRequired(_l("Schrijf op wie dit heeft beslist.")),
            Length(max=RESOLVER_LENGTH, message=TOO_LONG),
        ],
        filters=[clean_line],
    )
    outcome_why = StringField(
        _l("Waarom is het deze gemeente?"),
        [
            DataRequired(_l("Schrijf op waarom het deze gemeente is.")),
            Length(max=BASIS_LENGTH, message=TOO_LONG),
        ],
        filters=[clean_line],
    )

    def fill(self, places: Iterable[Municipality]) -> None:
        self.municipality.choices = place_choices(places, _("Kies een gemeente"))

    @property
    def facts(self) -> Ruling:
        return Ruling(
            number_or_none(self.municipality.data), self.resolver.data or "", self.outcome_why.data or ""
        )
