"""When what people told us goes: each part declares its own, beside its tables."""

from __future__ import annotations

from datetime import timedelta

from civic.aanjaagteam.models.clusters import RETENTION as CLUSTER_RETENTION
from civic.aanjaagteam.models.consults import RETENTION as CONSULT_RETENTION
from civic.aanjaagteam.models.core import InternalNote, Report
from civic.aanjaagteam.models.intake import RETENTION as INTAKE_RETENTION
from civic.aanjaagteam.models.ladder import RETENTION as LADDER_RETENTION
from civic.aanjaagteam.models.meetings import RETENTION as MEETING_RETENTION
from civic.aanjaagteam.models.voices import RETENTION as VOICE_RETENTION
from civic.retention import Retention, mark

RETENTION = [
    Retention(
        model=Report,
        basis=mark("Het mailadres van een melder is een half jaar na de afronding niet meer nodig."),
        after=timedelta(days=183),
        since="closed_at",
        action="blank",
        blank_columns=("contact_sealed",),
    ),
    Retention(
        model=Report,
        basis=mark("Een jaar na de afronding is het verhaal van de melder niet meer nodig."),
        after=timedelta(days=365),
        since="closed_at",
        action="blank",
        blank_columns=("story_sealed",),
    ),
    Retention(
        model=Report,
        basis=mark(
            "Een verhaal of mailadres bewaren we nooit langer dan vijf jaar, ook als het nog open is."
        ),
        after=timedelta(days=5 * 365),
        since="created_at",
        action="blank",
        blank_columns=("story_sealed", "contact_sealed"),
    ),
    Retention(
        model=InternalNote,
        basis=mark("Een notitie van het aanjaagteam is na drie jaar niet meer nodig."),
        after=timedelta(days=3 * 365),
        since="created_at",
        action="delete",
    ),
    *CLUSTER_RETENTION,
    *LADDER_RETENTION,
    *VOICE_RETENTION,
    *INTAKE_RETENTION,
    *MEETING_RETENTION,
    *CONSULT_RETENTION,
]
