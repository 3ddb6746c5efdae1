"""What one contact says about a case: the plan, the deputy, the summary for units; and adopting it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.models import TEXT_LENGTH, Report
from civic.aanjaagteam.service.steps import touch
from civic.accounts.models import User
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility


@dataclass(frozen=True)
class Plan:
    """The one plan that everybody reads, and who stands in for the contact."""

    text: str
    deputy: User | None = None


def set_plan(report: Report, plan: Plan, revision: int, *, actor: User, at: datetime) -> None:
    """Write what is going to happen; the reporter reads it too."""
    _check_plan(report, plan)
    deputy_id = plan.deputy.id if plan.deputy else None
    is_new_text, is_new_deputy = plan.text.strip() != report.plan, deputy_id != report.deputy_id
    touch(report, revision, plan=plan.text.strip(), deputy_id=deputy_id)
    if is_new_text:
        # public: the reporter sees on the timeline that there is a new plan
        _note(report, events.What("plan_changed", visibility=Visibility.PUBLIC), actor, at)
    if is_new_deputy:
        _note(report, events.What("deputy_changed", data={"deputy": deputy_id}), actor, at)


def _check_plan(report: Report, plan: Plan) -> None:
    errors: dict[str, list[str]] = {}
    if len(plan.text) > TEXT_LENGTH:
        errors["plan"] = [_("Maak deze tekst korter.")]
    elif tells_the_story(report, plan.text):
        errors["plan"] = [own_words()]
    if plan.deputy is not None and plan.deputy.id == report.owner_id:
        errors["deputy"] = [_("Deze persoon is al de contactpersoon. Kies iemand anders.")]
    elif plan.deputy is not None and not policy.may_read_case(plan.deputy, report):
        errors["deputy"] = [_("Deze persoon mag deze melding niet lezen.")]
    if errors:
        raise Invalid(errors)


def set_summary(report: Report, text: str, revision: int, *, actor: User, at: datetime) -> None:
    """What units read instead of the story."""
    if len(text) > TEXT_LENGTH:
        raise Invalid({"summary": [_("Maak deze tekst korter.")]})
    if tells_the_story(report, text):
        raise Invalid({"summary": [own_words()]})
    touch(report, revision, summary=text.strip())
    _note(report, events.What("summary_changed"), actor, at)


WORDS_IN_A_ROW = 8


def own_words() -> str:
    return str(_("Hier staan zinnen van de melder in. Schrijf het in uw eigen woorden."))


def tells_the_story(report: Report, text: str) -> bool:
    """Whoever is outside the team may not read the reporter's words, also not in what the team writes."""
    return bool(report.story) and shares_a_sentence(text, report.story or "")


def shares_a_sentence(text: str, story: str) -> bool:
    """Were eight words in a row copied from the story? Colleagues know each other by how they write."""
    told, written = _words(story), _words(text)
    rows = {told[start : start + WORDS_IN_A_ROW] for start in range(len(told) - WORDS_IN_A_ROW + 1)}
    starts = range(len(written) - WORDS_IN_A_ROW + 1)
    return any(written[start : start + WORDS_IN_A_ROW] in rows for start in starts)


def _words(text: str) -> tuple[str, ...]:
    plain = "".join(sign if sign.isalnum() else " " for sign in text.lower())
    return tuple(plain.split())


def adopt(report: Report, revision: int, *, is_public: bool, actor: User, at: datetime) -> None:
    """ "Met mijn naam erop": one official makes it a personal matter that this is solved (S14d)."""
    if report.adopter_id is not None or report.closed_at is not None:
        raise NotAllowedNow("changed_meanwhile" if report.adopter_id else "is_closed")
    touch(report, revision, adopter_id=actor.id, adopted_at=at, adopter_is_public=is_public)
    visibility = Visibility.PUBLIC if is_public else Visibility.INTERNAL
    _note(report, events.What("adopted", data={"user": actor.id}, visibility=visibility), actor, at)


def give_back(report: Report, revision: int, *, actor: User, at: datetime) -> None:
    """Nobody's name stands with it any more."""
    if report.adopter_id is None:
        raise NotAllowedNow("changed_meanwhile")
    visibility = Visibility.PUBLIC if report.adopter_is_public else Visibility.INTERNAL
    what = events.What("adoption_ended", data={"user": report.adopter_id}, visibility=visibility)
    touch(report, revision, adopter_id=None, adopted_at=None, adopter_is_public=False)
    _note(report, what, actor, at)


def _note(report: Report, what: Any, actor: User, at: datetime) -> None:
    events.record(report, what, actor=actor, at=at)
