"""The tables of this room, one module per step."""

from __future__ import annotations

from civic.panels.models import draws, invitations, keeping, pool, public_draws, registrations
from civic.panels.models.composition import (
    Composition,
    Constituency,
    Feature,
    FeatureValue,
    SeatCell,
    Source,
)
from civic.panels.models.draws import (
    KEEP_REGISTRANTS,
    LARGEST_PANEL,
    SMALLEST_PANEL,
    Draw,
    Panel,
    PanelFiles,
    UploadErrors,
    pack,
    unpack,
)
from civic.panels.models.invitations import (
    Extraction,
    InvitationCode,
    InvitationShare,
    InvitationWave,
    LetterBatch,
    LetterInsert,
    LetterOrder,
    LetterText,
)
from civic.panels.models.keeping import KEEP_AFTER_ADVICE, kept_until
from civic.panels.models.mandate import LevelChange, Mandate, MandateAgreement, PanelRequest, StageNote
from civic.panels.models.pool import Freeze, Objection, PoolCheck, PoolFlag, PoolSummary
from civic.panels.models.public_draws import (
    DrawNote,
    PublicDraw,
    PublicDrawFile,
    ReserveOffer,
    Seat,
    SeatText,
)
from civic.panels.models.registrations import Consent, ExclusionList, FormerMember, Registration

RETENTION = [
    *draws.RETENTION,
    *invitations.RETENTION,
    *registrations.RETENTION,
    *pool.RETENTION,
    *public_draws.RETENTION,
    *keeping.RETENTION,
]

__all__ = [
    "KEEP_AFTER_ADVICE",
    "KEEP_REGISTRANTS",
    "LARGEST_PANEL",
    "RETENTION",
    "SMALLEST_PANEL",
    "Composition",
    "Consent",
    "Constituency",
    "Draw",
    "DrawNote",
    "ExclusionList",
    "Extraction",
    "Feature",
    "FeatureValue",
    "FormerMember",
    "Freeze",
    "InvitationCode",
    "InvitationShare",
    "InvitationWave",
    "LetterBatch",
    "LetterInsert",
    "LetterOrder",
    "LetterText",
    "LevelChange",
    "Mandate",
    "MandateAgreement",
    "Objection",
    "Panel",
    "PanelFiles",
    "PanelRequest",
    "PoolCheck",
    "PoolFlag",
    "PoolSummary",
    "PublicDraw",
    "PublicDrawFile",
    "Registration",
    "ReserveOffer",
    "Seat",
    "SeatCell",
    "SeatText",
    "Source",
    "StageNote",
    "UploadErrors",
    "kept_until",
    "pack",
    "unpack",
]
