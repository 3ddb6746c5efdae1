"""The tables of the initiatives room. Importing this package makes all of them known."""

from __future__ import annotations

from civic.initiatives.models.attachments import InitiativeAttachment
from civic.initiatives.models.clusters import Cluster, ClusterItem, ClusterMember
from civic.initiatives.models.core import (
    ANSWER_LENGTH,
    DISTRICT_LENGTH,
    NAME_LENGTH,
    PLAN_LENGTH,
    TITLE_LENGTH,
    WISH_LENGTH,
    AnswerOpinion,
    Initiative,
    InitiativeNews,
    InitiativePlace,
    InitiativeReport,
    Support,
)
from civic.initiatives.models.desk import (
    DeskRound,
    InitiativeBuddy,
    InitiativeHelp,
    InitiativeHiding,
    InitiativeHours,
)
from civic.initiatives.models.doors import KeptStart, ResumeLink
from civic.initiatives.models.follow import Digest, Follow, Follower, FollowNews
from civic.initiatives.models.joining import JoinRequest
from civic.initiatives.models.kinds import InitiativeChallenge, InitiativeProject
from civic.initiatives.models.ledger import (
    Invalidation,
    SupportHome,
    SupportSample,
    SupportSampleItem,
    SupportSheet,
    SupportSheetLine,
)
from civic.initiatives.models.merge import MergeNews, MergeProposal, SupportMove
from civic.initiatives.models.people import CoInitiator, GuardianConsent
from civic.initiatives.models.retention import RETENTION
from civic.initiatives.models.talk import Comment, CommentReport, InitiativeConversation

__all__ = [
    "ANSWER_LENGTH",
    "DISTRICT_LENGTH",
    "NAME_LENGTH",
    "PLAN_LENGTH",
    "RETENTION",
    "TITLE_LENGTH",
    "WISH_LENGTH",
    "AnswerOpinion",
    "Cluster",
    "ClusterItem",
    "ClusterMember",
    "CoInitiator",
    "Comment",
    "CommentReport",
    "DeskRound",
    "Digest",
    "Follow",
    "FollowNews",
    "Follower",
    "GuardianConsent",
    "Initiative",
    "InitiativeAttachment",
    "InitiativeBuddy",
    "InitiativeChallenge",
    "InitiativeConversation",
    "InitiativeHelp",
    "InitiativeHiding",
    "InitiativeHours",
    "InitiativeNews",
    "InitiativePlace",
    "InitiativeProject",
    "InitiativeReport",
    "Invalidation",
    "JoinRequest",
    "KeptStart",
    "MergeNews",
    "MergeProposal",
    "ResumeLink",
    "Support",
    "SupportHome",
    "SupportMove",
    "SupportSample",
    "SupportSampleItem",
    "SupportSheet",
    "SupportSheetLine",
]
