"""Somebody says that the frozen pool is wrong, and gets an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.links import absolute
from civic.mail.service import ADDRESS, Letter, queue
from civic.panels.models import Freeze, Objection, Panel
from civic.panels.queries import freeze as queries

ANSWER_TERM = "2 weken"
ANSWER = "objection_answer"
ANSWER_LENGTH = 1000


@dataclass(frozen=True)
class Complaint:
    """What somebody wrote, and where the answer may go ("" is nowhere)."""

    text: str
    contact: str = ""


@dataclass(frozen=True)
class Verdict:
    """The answer, for everybody to read."""

    text: str
    is_upheld: bool


def object_to(panel: Panel, complaint: Complaint, *, at: datetime) -> Objection:
    """Raises `NotAllowedNow` outside the objection period."""
    freeze = queries.current_freeze(panel.id)
    if freeze is None or not queries.takes_objections(panel, today(at)):
        raise NotAllowedNow("not_in_this_state")
    objection = Objection(freeze_id=freeze.id, made_at=at)
    objection.text, objection.contact = complaint.text, complaint.contact or None
    db.session.add(objection)
    db.session.flush()
    # whoever proposed to freeze has to answer, in time and for everybody to see
    promise = events.Promise(ANSWER, ANSWER_TERM, today(at), is_public=True, owner_id=freeze.proposed_by_id)
    events.promise(objection, promise)
    _record(panel, "objection_made", objection, freeze, (None, at))
    return objection


def answer(objection: Objection, verdict: Verdict, *, actor: User, at: datetime) -> None:
    """Once; the answer goes out by mail when there is an address. A second answer is 409."""
    if len(verdict.text) > ANSWER_LENGTH:
        raise Invalid({"answer": [_("Maak het antwoord korter. Het mag 1.000 tekens lang zijn.")]})
    result: Any = db.session.execute(
        update(Objection)
        .where(Objection.id == objection.id, Objection.answered_at.is_(None))
        .values(answer=verdict.text, is_upheld=verdict.is_upheld, answered_by_id=actor.id, answered_at=at)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(objection)
    events.keep_promise(objection, ANSWER, at)
    freeze = db.session.get_one(Freeze, objection.freeze_id)
    panel = db.session.get_one(Panel, freeze.panel_id)
    _record(panel, "objection_answered", objection, freeze, (actor, at))
    _mail(objection, panel, at)


def record_read(panel: Panel, *, actor: User, at: datetime) -> None:
    """Somebody opened what people wrote: a privileged read."""
    events.record(panel, events.What("objections_read"), actor=actor, at=at)


def _record(
    panel: Panel, action: str, objection: Objection, freeze: Freeze, by: tuple[User | None, datetime]
) -> None:
    data: dict[str, Any] = {"objection": objection.id, "version": freeze.version}
    if objection.is_upheld is not None:
        data["is_upheld"] = objection.is_upheld
    what = events.What(action, visibility=Visibility.PUBLIC, data=data)
    events.record(panel, what, actor=by[0], at=by[1], anonymous=by[0] is None)


def _mail(objection: Objection, panel: Panel, at: datetime) -> None:
    address = objection.contact or ""
    if not ADDRESS.match(address):  # a telephone number, or nothing
        return
    context = {
        "title": panel.title,
        "number": objection.id,
        "answer": objection.answer,
        "is_upheld": objection.is_upheld,
        "url": absolute("panels.frozen_pool", panel_id=panel.id),
    }
    queue(Letter(address, "objection_answered", f"objection-answered:{objection.id}", context), at=at)
