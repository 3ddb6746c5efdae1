"""A dispute between municipalities: a row per municipality, the law, and who looks after it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
from civic.aanjaagteam.models.disputes import BASIS_LENGTH, PARTY_LENGTH, RESOLVER_LENGTH, DisputeClaim
from civic.aanjaagteam.queries.units import NamedUnit
from civic.aanjaagteam.service.disputes import Claim, NewDispute, Ruling
from civic.aanjaagteam.states.facts import LawBasis, Stance
from civic.aanjaagteam.wording.case import LAW_BASES
from civic.regions.models import Municipality

MOST_OUTSIDE = 6


@dataclass
class ClaimLine:
    """One party on the form, with what was typed there. `key` is the end of the names of its inputs."""

    key: str
    name: str
    municipality_id: int | None
    stance: str = ""
    basis: str = ""

    @property
    def is_typed(self) -> bool:
        return bool(self.name or self.stance or self.basis)


def claim_lines(places: Iterable[Municipality], known: Iterable[DisputeClaim] = ()) -> list[ClaimLine]:
    """What was posted, or what is known, per municipality of the region."""
    if request.method == "POST":
        return [_posted(str(place.id), place.name, place.id) for place in places]
    said = {claim.municipality_id: claim for claim in known}
    return [
        ClaimLine(str(place.id), place.name, place.id, said[place.id].stance.value, said[place.id].basis)
        if place.id in said
        else ClaimLine(str(place.id), place.name, place.id)
        for place in places
    ]


def outside_lines(known: Iterable[DisputeClaim] = ()) -> list[ClaimLine]:
    """The same outside the region, with at least one line to fill in; two where there is nothing yet."""
    if request.method == "POST":
        names = ((f"b{n}", clean_line(request.form.get(f"party_b{n}"))) for n in range(MOST_OUTSIDE))
        lines = [line for line in (_posted(key, name, None) for key, name in names) if line.is_typed]
    else:
        lines = [
            ClaimLine("", claim.party, None, claim.stance.value, claim.basis)
            for claim in known
            if claim.municipality_id is None
        ]
    shown = lines + [ClaimLine("", "", None) for _more in range(1 if lines else 2)]
    return [replace(line, key=f"b{n}") for n, line in enumerate(shown[:MOST_OUTSIDE])]


def _posted(key: str, name: str, municipality_id: int | None) -> ClaimLine:
    stance, basis = request.form.get(f"stance_{key}", ""), clean_line(request.form.get(f"basis_{key}"))
    return ClaimLine(key, name, municipality_id, stance, basis)


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
    outside: list[ClaimLine] = []

    def fill(
        self,
        places: list[Municipality],
        units: Iterable[NamedUnit],
        lines: list[ClaimLine],
        outside: list[ClaimLine],
    ) -> None:
        self.interim_municipality.choices = place_choices(places, _("Kies een gemeente"))
        self.interim_unit.choices = unit_choices(units, places, _("Kies een afdeling"))
        self.lines, self.outside = lines, outside

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine = bool(super().validate(extra_validators))
        if any(len(line.basis) > BASIS_LENGTH for line in (*self.lines, *self.outside)):
            self.form_errors.append(_("Maak de uitleg bij een standpunt korter."))
        for line in self.outside:
            self._check_outside(line)
        return is_fine and not self.form_errors

    def _check_outside(self, line: ClaimLine) -> None:
        if len(line.name) > PARTY_LENGTH:
            self.form_errors.append(_("Maak de naam van de gemeente of organisatie korter."))
        elif line.is_typed and not line.name:
            self.form_errors.append(_("Schrijf op welke gemeente of organisatie buiten de regio het is."))
        elif line.name and not first_value(Stance, line.stance):
            self.form_errors.append(_("Kies wat %(name)s ervan vindt.", name=line.name))

    @property
    def facts(self) -> NewDispute:
        both = (*self.lines, *self.outside)
        stances = [(line, first_value(Stance, line.stance)) for line in both]
        claims = tuple(
            Claim(line.municipality_id, stance, line.basis, "" if line.municipality_id else line.name)
            for line, stance in stances
            if stance is not None
        )
        return NewDispute(
            claims=claims,
            law_basis=first_value(LawBasis, self.law_basis.data),
            law_explanation=self.law_explanation.data or "",
            interim_municipality_id=number_or_none(self.interim_municipality.data),
            interim_unit_id=number_or_none(self.interim_unit.data),
        )


class ResolveForm(RevisionForm):
    municipality = ChoiceField(_l("Wie moet het doen?"), [DataRequired(_l("Kies wie het moet doen."))])
    resolver = StringField(
        _l("Wie besliste dit?"),
        [
            DataRequired(_l("Schrijf op wie dit heeft beslist.")),
            Length(max=RESOLVER_LENGTH, message=TOO_LONG),
        ],
        filters=[clean_line],
    )
    outcome_why = StringField(
        _l("Waarom moet deze het doen?"),
        [
            DataRequired(_l("Schrijf op waarom deze het moet doen.")),
            Length(max=BASIS_LENGTH, message=TOO_LONG),
        ],
        filters=[clean_line],
    )

    parties: dict[str, str] = {}

    def fill(self, places: Iterable[Municipality], claims: Iterable[DisputeClaim]) -> None:
        """Any municipality of the region, and who was named outside it."""
        self.parties = {f"b{claim.id}": claim.party for claim in claims if claim.municipality_id is None}
        outside = _("Buiten de regio")
        self.municipality.choices = [
            *place_choices(places, _("Kies wie het moet doen")),
            *(SelectChoice(key, name, optgroup=outside) for key, name in self.parties.items()),
        ]

    @property
    def facts(self) -> Ruling:
        chosen = self.municipality.data or ""
        return Ruling(
            number_or_none(chosen),
            self.resolver.data or "",
            self.outcome_why.data or "",
            self.parties.get(chosen, ""),
        )
