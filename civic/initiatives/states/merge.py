"""Going on together: where a proposal to merge can be, and what a supporter answers."""

from __future__ import annotations

import enum

from civic.initiatives.states import InitiativeKind


class MergeState(enum.Enum):
    OPEN = "open"
    AGREED = "agreed"  # both writers agreed to the same text
    REFUSED = "refused"
    STOPPED = "stopped"  # by one of the two, after a first answer
    EXPIRED = "expired"


class MergeAction(enum.Enum):
    AGREE = "agree"
    REFUSE = "refuse"
    STOP = "stop"
    EXPIRE = "expire"


MERGE_TRANSITIONS = {
    (MergeState.OPEN, MergeAction.AGREE): MergeState.AGREED,
    (MergeState.OPEN, MergeAction.REFUSE): MergeState.REFUSED,
    (MergeState.OPEN, MergeAction.STOP): MergeState.STOPPED,
    (MergeState.OPEN, MergeAction.EXPIRE): MergeState.EXPIRED,
}
# a challenge holds more than a text (costs, proof); a project of residents collects no support
MERGEABLE = frozenset({InitiativeKind.CITIZEN_INITIATIVE, InitiativeKind.AGENDA_REQUEST})


class MoveAnswer(enum.Enum):
    """Of one supporter, about the joint text. No answer means: the old record stays as it was."""

    MOVED = "moved"
    STAYED = "stayed"
