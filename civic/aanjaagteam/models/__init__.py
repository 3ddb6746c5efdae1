"""The tables of the aanjaagteam. Importing this package makes all of them known."""

from __future__ import annotations

from civic.aanjaagteam.models.briefs import AldermanBrief
from civic.aanjaagteam.models.clusters import (
    DecisionShare,
    PatternSetting,
    ReportClusterItem,
    ReportFollower,
)
from civic.aanjaagteam.models.consults import Consult, Specialist
from civic.aanjaagteam.models.core import (
    LINE_LENGTH,
    STORY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    InternalNote,
    Report,
)
from civic.aanjaagteam.models.digests import WorkDigest
from civic.aanjaagteam.models.disputes import Dispute, DisputeClaim
from civic.aanjaagteam.models.handoffs import HandoverParty
from civic.aanjaagteam.models.improvements import Improvement, ImprovementThanks
from civic.aanjaagteam.models.intake import DoubleQuestion, ReportLikeness
from civic.aanjaagteam.models.knots import Decision, DecisionOption, DecisionTerm, ExecutionCheck
from civic.aanjaagteam.models.ladder import (
    Escalation,
    EscalationPerson,
    EscalationRung,
    LadderHours,
    LadderPerson,
    LadderRung,
    LadderTableDay,
)
from civic.aanjaagteam.models.meetings import ContentMeeting, TableItem
from civic.aanjaagteam.models.queue import SavedView
from civic.aanjaagteam.models.retention import RETENTION
from civic.aanjaagteam.models.team import TeamMember
from civic.aanjaagteam.models.units import Unit, UnitMember
from civic.aanjaagteam.models.voices import ReportMessage, ReportVerdict
from civic.aanjaagteam.models.waits import Incentive, ReportWait

__all__ = [
    "LINE_LENGTH",
    "RETENTION",
    "STORY_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "AldermanBrief",
    "Consult",
    "ContentMeeting",
    "Decision",
    "DecisionOption",
    "DecisionShare",
    "DecisionTerm",
    "Dispute",
    "DisputeClaim",
    "DoubleQuestion",
    "Escalation",
    "EscalationPerson",
    "EscalationRung",
    "ExecutionCheck",
    "HandoverParty",
    "Improvement",
    "ImprovementThanks",
    "Incentive",
    "InternalNote",
    "LadderHours",
    "LadderPerson",
    "LadderRung",
    "LadderTableDay",
    "PatternSetting",
    "Report",
    "ReportClusterItem",
    "ReportFollower",
    "ReportLikeness",
    "ReportMessage",
    "ReportVerdict",
    "ReportWait",
    "SavedView",
    "Specialist",
    "TableItem",
    "TeamMember",
    "Unit",
    "UnitMember",
    "WorkDigest",
]
