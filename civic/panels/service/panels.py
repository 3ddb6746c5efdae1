"""Writing panels and their files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from civic.accounts.models import User
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels import queries
from civic.panels.models import Draw, Panel, PanelFiles, UploadErrors
from civic.panels.queries import public_draws
from civic.panels.service import draws
from civic.panels.service.reading import Reading
from civic.panels.states import PANEL_TRANSITIONS, PanelAction, PanelState
from civic.regions import queries as regions


@dataclass(frozen=True)
class PanelText:
    """What a lottery administrator says about a panel."""

    title: str
    question: str
    size: int


@dataclass(frozen=True)
class Upload:
    """Two files as they came in, what the engine read in them, and what some columns are for."""

    categories: bytes
    respondents: bytes
    reading: Reading
    columns: dict[str, str] = field(default_factory=dict)


def create_panel(text: PanelText, *, actor: User, at: datetime) -> Panel:
    region = regions.the_region()
    if region is None:
        raise NotAllowedNow("not_in_this_state")
    panel = Panel(
        region_id=region.id,
        title=text.title,
        question=text.question,
        size=text.size,
        created_by_id=actor.id,
        created_at=at,
    )
    db.session.add(panel)
    what = events.What("panel_created", to_state=PanelState.DRAFT, data={"size": text.size})
    events.record(panel, what, actor=actor, at=at)
    return panel


def edit_panel(panel: Panel, text: PanelText, *, actor: User, at: datetime) -> None:
    """The size is fixed while there are files: their quotas were checked against it."""
    if text.size != panel.size and panel.state is PanelState.READY:
        message = _(
            "De bestanden zijn gemaakt voor %(size)s plaatsen. Verwijder eerst de bestanden.", size=panel.size
        )
        raise Invalid({"size": [message]})
    panel.title, panel.question, panel.size = text.title, text.question, text.size
    what = events.What("panel_edited", visibility=_seen(panel), data={"size": text.size})
    events.record(panel, what, actor=actor, at=at)


def accept_files(panel: Panel, upload: Upload, *, actor: User, at: datetime) -> PanelFiles:
    """Store a pair of files that was read without errors; the registrants of older versions are wiped."""
    _refuse_while_drawing(panel)
    if panel.size != upload.reading.size:  # somebody changed it while the files were being read
        raise NotAllowedNow("changed_meanwhile")
    old_state = panel.state
    newest = queries.current_files(panel.id)
    _wipe_registrants(panel, at)
    files = PanelFiles(
        panel_id=panel.id,
        version=newest.version + 1 if newest else 1,
        categories=upload.categories,
        categories_sha256=hashlib.sha256(upload.categories).hexdigest(),
        respondents_sha256=hashlib.sha256(upload.respondents).hexdigest(),
        registrants=upload.reading.registrants,
        summary=upload.reading.summary(),
        uploaded_by_id=actor.id,
        uploaded_at=at,
        columns=upload.columns,
    )
    files.respondents = upload.respondents
    db.session.add(files)
    forget_upload_errors(panel)
    new_state = PANEL_TRANSITIONS[old_state, PanelAction.ACCEPT_FILES]
    move(panel, old_state, new_state)
    _record_files(panel, files, (old_state, new_state), actor, at)
    return files


def _record_files(
    panel: Panel, files: PanelFiles, states: tuple[PanelState, PanelState], actor: User, at: datetime
) -> None:
    what = events.What(
        "files_accepted",
        from_state=states[0],
        to_state=states[1],
        visibility=Visibility.PUBLIC,
        data={
            "version": files.version,
            "registrants": files.registrants,
            "categories_sha256": files.categories_sha256,
            "respondents_sha256": files.respondents_sha256,
        },
    )
    events.record(panel, what, actor=actor, at=at)


def keep_upload_errors(panel: Panel, lines: list[str], *, at: datetime) -> None:
    """Keep every error of a refused upload for a week, to download; one report per panel."""
    report = queries.upload_errors_of(panel.id)
    if report is None:
        report = UploadErrors(panel_id=panel.id, created_at=at)
        db.session.add(report)
    report.lines, report.created_at = "\n".join(lines), at


def forget_upload_errors(panel: Panel) -> None:
    report = queries.upload_errors_of(panel.id)
    if report is not None:
        db.session.delete(report)


def delete_files(panel: Panel, *, actor: User | None, at: datetime) -> None:
    """Wipe the registrants and who was drawn from them. Draws and their public figures stay."""
    transition = PANEL_TRANSITIONS.get((panel.state, PanelAction.DELETE_FILES))
    if transition is None:
        raise NotAllowedNow("not_in_this_state")
    # the retention rule (nobody asked) takes the file away by itself; what was committed to stays valid
    if actor is not None and public_draws.open_public_draws(panel.id):
        raise NotAllowedNow("draw_is_open")
    open_draw = queries.open_draw_of(panel.id)
    if open_draw is not None:
        draws.cancel_draw(open_draw, actor=actor, at=at)
    old_state = panel.state
    move(panel, old_state, transition)
    _wipe_registrants(panel, at)
    _wipe_members(panel, at)
    what = events.What(
        "files_deleted",
        from_state=old_state,
        to_state=transition,
        reason_code="asked" if actor else "retention",
        visibility=Visibility.PUBLIC,
    )
    events.record(panel, what, actor=actor, at=at)


def close_panels_without_data(at: datetime) -> int:
    """After the retention rule took a panel's file away, say so in the panel's state."""
    panels = queries.panels_without_data()
    for panel in panels:
        delete_files(panel, actor=None, at=at)
    return len(panels)


def _refuse_while_drawing(panel: Panel) -> None:
    if public_draws.open_public_draws(panel.id):
        message = _("Er loopt een loting in het openbaar. Wacht op de uitslag, of neem de loting terug.")
        raise Invalid({"categories": [message]})
    if queries.open_draw_of(panel.id) is not None:
        message = _("Er loopt een loting met de vorige bestanden. Wacht op de uitslag of stop de loting.")
        raise Invalid({"categories": [message]})


def _wipe_registrants(panel: Panel, at: datetime) -> None:
    _execute(
        update(PanelFiles)
        .where(PanelFiles.panel_id == panel.id, PanelFiles.deleted_at.is_(None))
        .values(respondents_sealed=None, deleted_at=at)
    )
    for files in db.session.scalars(select(PanelFiles).where(PanelFiles.panel_id == panel.id)):
        db.session.expire(files)


def _wipe_members(panel: Panel, at: datetime) -> None:
    _execute(
        update(Draw)
        .where(Draw.panel_id == panel.id, Draw.members_sealed.is_not(None))
        .values(members_sealed=None, members_deleted_at=at)
    )


def _execute(statement: Any) -> None:
    db.session.flush()
    db.session.execute(statement.execution_options(synchronize_session="fetch"))


def _seen(panel: Panel) -> Visibility:
    return Visibility.INTERNAL if panel.state is PanelState.DRAFT else Visibility.PUBLIC
