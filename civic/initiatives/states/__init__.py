"""Where an initiative and a support can be, and every legal move between those places (W4)."""

from __future__ import annotations

import enum


class InitiativeKind(enum.Enum):
    """What is asked, and of whom. The by-law of the municipality sets the threshold of each."""

    CITIZEN_INITIATIVE = "citizen_initiative"  # the council must decide
    AGENDA_REQUEST = "agenda_request"  # the council must talk about it
    RIGHT_TO_CHALLENGE = "right_to_challenge"  # residents take over a task of the municipality
    RESIDENT_PROJECT = "resident_project"  # residents do it themselves; nothing is asked, or only a helper


class State(enum.Enum):
    DRAFT = "draft"
    OFFERED = "offered"  # the desk looks at the form of it, where the by-law says so
    RETURNED = "returned"  # the desk asks the writer to change or add something
    REFUSED = "refused"  # by the desk, for a reason on the list; the page says which
    COLLECTING = "collecting"
    THRESHOLD_REACHED = "threshold_reached"
    RUNNING = "running"  # a project of residents: no support is needed
    FINISHED = "finished"  # a project that is done
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # the term is over without enough support; nobody refused it
    MERGED = "merged"  # went on in a text that both groups of writers agreed to


class Action(enum.Enum):
    OFFER = "offer"  # to the desk, where the by-law says so
    RETURN = "return"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    PUBLISH = "publish"
    REACH_THRESHOLD = "reach_threshold"
    FALL_BACK = "fall_back"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    START = "start"  # a project of residents: nobody has to decide
    FINISH = "finish"
    MERGE = "merge"


# where the by-law takes the count of all places for its own
THROUGH_TOGETHER = "reach_through_together"


class Who(enum.Enum):
    AUTHOR = "author"
    DESK = "desk"
    SYSTEM = "system"


TRANSITIONS = {
    (State.DRAFT, Action.OFFER): State.OFFERED,
    (State.RETURNED, Action.OFFER): State.OFFERED,
    (State.OFFERED, Action.RETURN): State.RETURNED,
    (State.OFFERED, Action.REFUSE): State.REFUSED,
    (State.OFFERED, Action.TAKE_BACK): State.DRAFT,
    (State.RETURNED, Action.TAKE_BACK): State.DRAFT,
    (State.OFFERED, Action.PUBLISH): State.COLLECTING,
    (State.DRAFT, Action.PUBLISH): State.COLLECTING,
    (State.COLLECTING, Action.REACH_THRESHOLD): State.THRESHOLD_REACHED,
    # of a regional initiative: another municipality has enough as well
    (State.THRESHOLD_REACHED, Action.REACH_THRESHOLD): State.THRESHOLD_REACHED,
    # support was made invalid, and no place has enough any more that its council knows of
    (State.THRESHOLD_REACHED, Action.FALL_BACK): State.COLLECTING,
    (State.COLLECTING, Action.EXPIRE): State.EXPIRED,
    (State.COLLECTING, Action.WITHDRAW): State.WITHDRAWN,
    (State.THRESHOLD_REACHED, Action.WITHDRAW): State.WITHDRAWN,
    (State.DRAFT, Action.START): State.RUNNING,
    (State.RUNNING, Action.FINISH): State.FINISHED,
    (State.RUNNING, Action.WITHDRAW): State.WITHDRAWN,
    (State.COLLECTING, Action.MERGE): State.MERGED,
    (State.THRESHOLD_REACHED, Action.MERGE): State.MERGED,
}
ROLES = {
    (State.DRAFT, Action.OFFER): frozenset({Who.AUTHOR}),
    (State.RETURNED, Action.OFFER): frozenset({Who.AUTHOR}),
    (State.OFFERED, Action.RETURN): frozenset({Who.DESK}),
    (State.OFFERED, Action.REFUSE): frozenset({Who.DESK}),
    (State.OFFERED, Action.TAKE_BACK): frozenset({Who.AUTHOR}),
    # what nobody repairs in time becomes a draft again by itself: nothing is thrown away
    (State.RETURNED, Action.TAKE_BACK): frozenset({Who.AUTHOR, Who.SYSTEM}),
    (State.OFFERED, Action.PUBLISH): frozenset({Who.DESK}),
    (State.DRAFT, Action.PUBLISH): frozenset({Who.AUTHOR}),
    (State.COLLECTING, Action.REACH_THRESHOLD): frozenset({Who.SYSTEM}),
    (State.THRESHOLD_REACHED, Action.REACH_THRESHOLD): frozenset({Who.SYSTEM}),
    (State.THRESHOLD_REACHED, Action.FALL_BACK): frozenset({Who.SYSTEM}),
    (State.COLLECTING, Action.EXPIRE): frozenset({Who.SYSTEM}),
    (State.COLLECTING, Action.WITHDRAW): frozenset({Who.AUTHOR}),
    (State.THRESHOLD_REACHED, Action.WITHDRAW): frozenset({Who.AUTHOR}),
    (State.DRAFT, Action.START): frozenset({Who.AUTHOR}),
    (State.RUNNING, Action.FINISH): frozenset({Who.AUTHOR}),
    (State.RUNNING, Action.WITHDRAW): frozenset({Who.AUTHOR}),
    # by both writers together; see states/merge.py
    (State.COLLECTING, Action.MERGE): frozenset({Who.AUTHOR}),
    (State.THRESHOLD_REACHED, Action.MERGE): frozenset({Who.AUTHOR}),
}
# only its writers and the desk know of it
NOT_PUBLISHED = frozenset({State.DRAFT, State.OFFERED, State.RETURNED})
PUBLISHED = frozenset(State) - NOT_PUBLISHED - {State.REFUSED}
# more support than asked for is welcome, until the term is over
OPEN_FOR_SUPPORT = frozenset({State.COLLECTING, State.THRESHOLD_REACHED})
# no council is asked anything any more
GONE = frozenset({State.WITHDRAWN, State.MERGED})
CLOSED = frozenset({State.WITHDRAWN, State.EXPIRED, State.REFUSED, State.MERGED, State.FINISHED})


class SolutionOwner(enum.Enum):
    """Who will own the solution when it is there."""

    RESIDENTS = "residents"
    MUNICIPALITY = "municipality"
    TOGETHER = "together"


class WithdrawReason(enum.Enum):
    SOLVED = "solved"
    TAKEN_OVER = "taken_over"
    NEW_PLAN = "new_plan"
    MISTAKE = "mistake"
    PERSONAL = "personal"


class SupportChannel(enum.Enum):
    """How a support came in. All are counted in one ledger."""

    ONLINE = "online"  # a form and a mail to confirm
    ACCOUNT = "account"  # signed in, one click
    PAPER = "paper"  # a sheet, typed over by one official and looked at by another


class SupportState(enum.Enum):
    """The legal status. Whether it was looked at in a sample stands with the sample."""

    PENDING = "pending"  # declared
    CONFIRMED = "confirmed"
    INVALIDATED = "invalidated"  # an official found that it may not count; can be undone
    WITHDRAWN = "withdrawn"


class SupportAction(enum.Enum):
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    ASK_AGAIN = "ask_again"
    INVALIDATE = "invalidate"
    RESTORE = "restore"


SUPPORT_TRANSITIONS = {
    (SupportState.PENDING, SupportAction.CONFIRM): SupportState.CONFIRMED,
    (SupportState.PENDING, SupportAction.WITHDRAW): SupportState.WITHDRAWN,
    (SupportState.CONFIRMED, SupportAction.WITHDRAW): SupportState.WITHDRAWN,
    (SupportState.WITHDRAWN, SupportAction.ASK_AGAIN): SupportState.PENDING,
    (SupportState.CONFIRMED, SupportAction.INVALIDATE): SupportState.INVALIDATED,
    (SupportState.INVALIDATED, SupportAction.RESTORE): SupportState.CONFIRMED,
    (SupportState.INVALIDATED, SupportAction.WITHDRAW): SupportState.WITHDRAWN,
}


class PlaceState(enum.Enum):
    """How far one municipality is with an initiative. Each council has its own pace."""

    COLLECTING = "collecting"
    ENOUGH = "enough"  # enough support; the writer has not handed it in yet
    SUBMITTED = "submitted"  # the griffie checks the form of it
    REPAIR = "repair"  # the writer has to add something
    ACCEPTED = "accepted"  # the council must decide
    SCHEDULED = "scheduled"  # and the day is known
    DECIDED = "decided"
    REFUSED = "refused"


class PlaceAction(enum.Enum):
    REACH = "reach"
    FALL_BACK = "fall_back"
    SUBMIT = "submit"
    ASK_REPAIR = "ask_repair"
    REPAIR = "repair"
    ACCEPT = "accept"
    REFUSE = "refuse"
    SCHEDULE = "schedule"
    DECIDE = "decide"


PLACE_TRANSITIONS = {
    (PlaceState.COLLECTING, PlaceAction.REACH): PlaceState.ENOUGH,
    (PlaceState.ENOUGH, PlaceAction.FALL_BACK): PlaceState.COLLECTING,
    (PlaceState.ENOUGH, PlaceAction.SUBMIT): PlaceState.SUBMITTED,
    (PlaceState.SUBMITTED, PlaceAction.ASK_REPAIR): PlaceState.REPAIR,
    (PlaceState.REPAIR, PlaceAction.REPAIR): PlaceState.SUBMITTED,
    (PlaceState.SUBMITTED, PlaceAction.ACCEPT): PlaceState.ACCEPTED,
    (PlaceState.SUBMITTED, PlaceAction.REFUSE): PlaceState.REFUSED,
    (PlaceState.REPAIR, PlaceAction.REFUSE): PlaceState.REFUSED,
    (PlaceState.ACCEPTED, PlaceAction.SCHEDULE): PlaceState.SCHEDULED,
    (PlaceState.SCHEDULED, PlaceAction.SCHEDULE): PlaceState.SCHEDULED,
    (PlaceState.ACCEPTED, PlaceAction.DECIDE): PlaceState.DECIDED,
    (PlaceState.SCHEDULED, PlaceAction.DECIDE): PlaceState.DECIDED,
}


class PlaceWho(enum.Enum):
    AUTHOR = "author"
    COUNCIL_OFFICE = "council_office"  # of that municipality
    SYSTEM = "system"


PLACE_ROLES = {
    PlaceAction.REACH: frozenset({PlaceWho.SYSTEM}),
    PlaceAction.FALL_BACK: frozenset({PlaceWho.SYSTEM}),
    # what nobody hands in, hands itself in when the collection ends
    PlaceAction.SUBMIT: frozenset({PlaceWho.AUTHOR, PlaceWho.SYSTEM}),
    PlaceAction.REPAIR: frozenset({PlaceWho.AUTHOR}),
    PlaceAction.ASK_REPAIR: frozenset({PlaceWho.COUNCIL_OFFICE}),
    PlaceAction.ACCEPT: frozenset({PlaceWho.COUNCIL_OFFICE}),
    PlaceAction.REFUSE: frozenset({PlaceWho.COUNCIL_OFFICE}),
    PlaceAction.SCHEDULE: frozenset({PlaceWho.COUNCIL_OFFICE}),
    PlaceAction.DECIDE: frozenset({PlaceWho.COUNCIL_OFFICE}),
}
# the council decided, or will not: there is nothing left to wait for
ANSWERED = frozenset({PlaceState.DECIDED, PlaceState.REFUSED})
WITH_COUNCIL = frozenset({PlaceState.SUBMITTED, PlaceState.REPAIR, PlaceState.ACCEPTED, PlaceState.SCHEDULED})


class CouncilOutcome(enum.Enum):
    ADOPTED = "adopted"
    PARTLY = "partly"
    REJECTED = "rejected"
    PASSED_ON = "passed_on"  # to who may decide: the college, or another body


class RefuseReason(enum.Enum):
    """Why a council does not take it up: the grounds of the by-law, and what a check can find."""

    NOT_THE_COUNCIL = "not_the_council"
    DECIDED_RECENTLY = "decided_recently"
    EXCLUDED = "excluded"
    SUPPORT_NOT_VALID = "support_not_valid"
    NOT_REPAIRED = "not_repaired"


class Verdict(enum.Enum):
    """Does the decision answer the question? Asked of everyone who supported."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
