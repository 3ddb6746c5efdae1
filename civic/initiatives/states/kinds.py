"""What differs per kind of initiative, as data."""

from __future__ import annotations

from civic.initiatives.states import InitiativeKind

# asked of a municipality: with support, a by-law and an answer
ASKED_OF_MUNICIPALITY = frozenset(InitiativeKind) - {InitiativeKind.RESIDENT_PROJECT}
# which threshold of the by-law counts; without one of its own, that of a citizen initiative
THRESHOLD_OF = {
    InitiativeKind.AGENDA_REQUEST: "agenda_request",
    InitiativeKind.RIGHT_TO_CHALLENGE: "right_to_challenge",
}
# the exclusion grounds that cannot apply: a challenge is about money and about who does the work
GROUNDS_LEFT_OUT = {
    InitiativeKind.RIGHT_TO_CHALLENGE: frozenset({"internal_organisation", "no_council_competence"}),
}
