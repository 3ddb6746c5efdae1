"""Stopping a panel, changing its name and question, and answering initiatives that ask for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from civic.accounts.models import User
from civic.db import add_first, db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.queries import Brief
from civic.links import absolute
from civic.mail import service as mail
from civic.panels.models import Panel, PanelRequest
from civic.panels.queries import composition as compositions
from civic.panels.queries import mandate as mandates
from civic.panels.service import mandate as writing
from civic.panels.service import panels, stages
from civic.panels.service.panels import PanelText
from civic.panels.states import Stage, StageAction

SIZE = 100  # of a panel that an initiative asked for, until somebody changes it
TITLE_LENGTH, QUESTION_LENGTH, SHORTEST_QUESTION = 120, 400, 10
REASON_LENGTH = 1000


def stop(panel: Panel, reason: str, *, actor: User, at: datetime) -> None:
    """No draw, no advice, and so no answer to promise; the page stays, with the reason."""
    if panel.stage is Stage.STOPPED:
        return  # pressed twice
    stages.advance(panel, StageAction.STOP, actor=actor, at=at, reason=reason)
    promise = mandates.response_of(panel)
    if promise is not None:
        db.session.delete(promise)


def edit_panel(panel: Panel, text: PanelText, *, actor: User, at: datetime) -> None:
    """The seats keep adding up, and a public mandate says that its name or question changed."""
    composition = compositions.composition_of(panel.id)
    if text.size != panel.size and composition is not None and composition.fixed_at is not None:
        message = _(
            "De samenstelling staat vast voor %(size)s plaatsen. Open die eerst weer.", size=panel.size
        )
        raise Invalid({"size": [message]})
    says_more = (text.title, text.question) != (panel.title, panel.question)
    panels.edit_panel(panel, text, actor=actor, at=at)
    mandate = mandates.mandate_of(panel.id)
    if says_more and mandate is not None and mandate.published_at is not None:
        writing.record_new_version(panel, mandate, "mandate_corrected", actor=actor, at=at)


# --- initiatives that ask for a panel -------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """Yes or no to an initiative that asked, and why."""

    is_accepted: bool
    words: str


def ask(initiative: Brief, reason: str, *, actor: User, at: datetime) -> None:
    """One question per initiative: asking again changes nothing."""
    if initiative.is_withdrawn:
        raise NotAllowedNow("not_in_this_state")
    request = PanelRequest(
        initiative_id=initiative.id, reason=reason[:REASON_LENGTH], asked_by_id=actor.id, asked_at=at
    )
    if not add_first(request):
        return
    _record("panel_asked", request, actor=actor, at=at)


def answer(
    request: PanelRequest, initiative: Brief, said: Answer, *, actor: User, at: datetime
) -> Panel | None:
    """Yes makes a panel in draft, with the title and the question of the initiative."""
    if not said.is_accepted and not said.words:
        raise Invalid({"answer": [_("Schrijf waarom er geen panel komt. Iedereen kan dit lezen.")]})
    _claim_answer(request, said, actor, at)
    panel = _panel_of(initiative, actor, at) if said.is_accepted else None
    if panel is not None:
        db.session.flush()
        request.panel_id = panel.id
        db.session.flush()
    action = "panel_request_accepted" if panel is not None else "panel_request_declined"
    _record(action, request, actor=actor, at=at)
    _tell_author(request, initiative, said, at)
    return panel


def _claim_answer(request: PanelRequest, said: Answer, actor: User, at: datetime) -> None:
    """Of two people who answer at once, one is first."""
    result: Any = db.session.execute(
        update(PanelRequest)
        .where(PanelRequest.id == request.id, PanelRequest.answered_at.is_(None))
        .values(answered_at=at, answered_by_id=actor.id, answer=said.words)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(request)


def _panel_of(initiative: Brief, actor: User, at: datetime) -> Panel:
    question = " ".join(initiative.wish.split())[:QUESTION_LENGTH]
    if len(question) < SHORTEST_QUESTION:
        question = initiative.title
    text = PanelText(initiative.title[:TITLE_LENGTH], question, SIZE)
    return panels.create_panel(text, actor=actor, at=at)


def _record(action: str, request: PanelRequest, *, actor: User, at: datetime) -> None:
    """On the timeline of the initiative: that is where people look."""
    data = {"request": request.id, **({"panel": request.panel_id} if request.panel_id else {})}
    what = events.What(action, visibility=Visibility.PUBLIC, data=data)
    events.record(events.Reference("initiative", request.initiative_id), what, actor=actor, at=at)


def _tell_author(request: PanelRequest, initiative: Brief, said: Answer, at: datetime) -> None:
    author = db.session.get(User, initiative.author_id)
    if author is None or author.email is None:
        return
    context = {
        "title": initiative.title,
        "is_accepted": said.is_accepted,
        "answer": said.words,
        "url": absolute("initiatives.show", initiative_id=initiative.id),
    }
    letter = mail.Letter(
        author.email, "panel_request_answered", f"panel-request-answered:{request.id}", context
    )
    mail.queue(letter, at=at)
