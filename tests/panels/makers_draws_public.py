"""Draws in public with a registrant who has an own link (`makers_freeze.TOKEN`). In an app context."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import undefer

from civic.db import db
from civic.panels.models import Panel, PublicDraw, PublicDrawFile, Registration
from civic.panels.queries.registrations import access_index_of
from civic.panels.service.draws_public import Mark
from tests.panels.makers_freeze import TOKEN, frozen, panel_of, pool_panel, registrant
from tests.panels.makers_public_draws import BALLS, FROZEN_AT, PEOPLE

__all__ = ["BALLS", "TOKEN", "drawn_uids", "panel_with_registrant"]


def panel_with_registrant(token: str = TOKEN, people: int = PEOPLE) -> Panel:
    panel = pool_panel(people)
    registrant(panel, token, at=FROZEN_AT)
    return panel_of(frozen(panel, FROZEN_AT))


def give_link(uid: str, token: str) -> None:
    """Give somebody of the pool a link, to look with their eyes."""
    row = db.session.scalars(select(Registration).where(Registration.uid == uid)).one()
    row.access_index = access_index_of(token)
    db.session.commit()


def drawn_uids(draw: PublicDraw) -> list[str]:
    """Who is in the drawn panel: found by their labels, as anybody with all secrets would."""
    listed = content_of(draw, "panels.txt").decode()
    start = f"{draw.index:0{len(str(draw.panels - 1))}d} "
    labels = {line.removeprefix(start) for line in listed.splitlines() if line.startswith(start)}
    people = db.session.scalars(select(Registration).where(Registration.panel_id == draw.panel_id))
    return [one.uid for one in people if _label(draw, one) in labels]


def _label(draw: PublicDraw, one: Registration) -> str:
    return Mark(bytes.fromhex(one.secrets["s"]), draw.identifier, draw.sequence or 0).label(draw.index or 0)


def content_of(draw: PublicDraw, name: str) -> bytes:
    row = db.session.scalars(
        select(PublicDrawFile)
        .where(PublicDrawFile.public_draw_id == draw.id, PublicDrawFile.name == name)
        .options(undefer(PublicDrawFile.content))
    ).one()
    return bytes(row.content)
