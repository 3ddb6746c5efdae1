"""Why the clock of a council stands still, and why a council takes more time. Both are said in public."""

from __future__ import annotations

import enum

from civic.initiatives.states import PlaceState


class SuspendReason(enum.Enum):
    WRITER = "waits_for_writer"
    RESEARCH = "waits_for_research"
    RECESS = "recess"
    OTHER_COUNCILS = "talks_with_others"


class ExtendReason(enum.Enum):
    RESEARCH = "more_research"
    ADVICE = "waits_for_advice"
    AGENDA = "full_agenda"
    OTHER_COUNCILS = "together_with_others"


# the griffie or the council is to act: only then the clock is theirs to stop
COUNCIL_ACTS = frozenset({PlaceState.SUBMITTED, PlaceState.ACCEPTED, PlaceState.SCHEDULED})
