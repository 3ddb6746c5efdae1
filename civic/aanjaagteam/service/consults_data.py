"""What an official asked, answered, improved and thanked for: to hand over, and to erase."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from civic.aanjaagteam.models import Consult, Improvement, ImprovementThanks, Specialist
from civic.accounts.models import User
from civic.accounts.my_data import Section
from civic.db import db


def sections(user: User) -> list[Section]:
    """Each their own words: a question belongs to who asked it, an answer to who gave it."""
    return [
        Section("consults", _("Wat u collega’s vroeg"), [_asked(row) for row in _asked_by(user)]),
        Section("consult_answers", _("Waar u meedacht"), [_answered(row) for row in _answered_by(user)]),
        Section("specialist", _("Waar u over meedenkt"), [_known(row) for row in _registered(user)]),
        Section("improvements", _("Verbeteringen die u voorstelde"), [_improved(r) for r in _proposed(user)]),
        Section("improvement_thanks", _("Wie u bedankte"), [_thanked(row) for row in _thanks(user)]),
    ]


def _asked_by(user: User) -> list[Consult]:
    statement = select(Consult).where(Consult.asked_by_id == user.id).order_by(Consult.id)
    return list(db.session.scalars(statement))


def _answered_by(user: User) -> list[Consult]:
    statement = select(Consult).where(Consult.answered_by_id == user.id).order_by(Consult.id)
    return list(db.session.scalars(statement))


def _registered(user: User) -> list[Specialist]:
    statement = select(Specialist).where(Specialist.user_id == user.id).order_by(Specialist.id)
    return list(db.session.scalars(statement))


def _proposed(user: User) -> list[Improvement]:
    statement = select(Improvement).where(Improvement.proposer_id == user.id).order_by(Improvement.id)
    return list(db.session.scalars(statement))


def _thanks(user: User) -> list[ImprovementThanks]:
    statement = select(ImprovementThanks).where(ImprovementThanks.user_id == user.id)
    return list(db.session.scalars(statement.order_by(ImprovementThanks.improvement_id)))


def _asked(row: Consult) -> dict[str, Any]:
    return {
        _("Nummer"): row.id,
        _("Gevraagd"): row.asked_at,
        _("Uw vraag"): row.question,
        _("Uw bedankje"): row.thanks,
        _("Stand"): row.state.value,
    }


def _answered(row: Consult) -> dict[str, Any]:
    return {_("Nummer"): row.id, _("Beantwoord"): row.answered_at, _("Uw antwoord"): row.answer}


def _known(row: Specialist) -> dict[str, Any]:
    return {_("Vak"): row.domain.value, _("Wanneer er tijd is"): row.hours}


def _improved(row: Improvement) -> dict[str, Any]:
    return {
        _("Nummer"): row.id,
        _("Voorgesteld op"): row.created_at,
        _("Proces"): row.process,
        _("Wat er beter kan"): row.proposal,
        _("Wat het opleverde"): row.result,
        _("Stand"): row.state.value,
    }


def _thanked(row: ImprovementThanks) -> dict[str, Any]:
    return {_("Verbetering"): row.improvement_id, _("Bedankt op"): row.thanked_at}


def erase(user: User, _at: datetime) -> None:
    """The words go. That somebody asked or improved something stays, without a name."""
    for row in _asked_by(user):
        row.question, row.thanks = None, None
    for row in _answered_by(user):
        row.answer = None
    for kind in (Specialist, ImprovementThanks):
        db.session.execute(delete(kind).where(kind.user_id == user.id))
