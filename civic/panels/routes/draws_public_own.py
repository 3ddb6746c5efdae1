"""A registrant's own page about a draw, behind their own link: own chance, own panels, drawn or not.

What stands here follows from the own secret and from the public list; nobody else's secret is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from civic.db import db
from civic.panels.models import Freeze, Panel, PublicDraw, Registration
from civic.panels.presentation import draws_check as checks
from civic.panels.presentation import draws_public as words
from civic.panels.queries import freeze as freezes
from civic.panels.queries import public_draws as queries
from civic.panels.queries.registrations import registration_of_token
from civic.panels.routes.blueprint import registration_bp
from civic.panels.service import draws_public as service
from civic.panels.service import receipts
from civic.panels.states import IN_PUBLIC, PublicDrawState, RegistrationState
from civic.web import public

ONE = "/mijn/<token>/loting/<int:public_draw_id>"
COUNTS = frozenset({PublicDrawState.COMMITTED, PublicDrawState.DRAWN})


@dataclass(frozen=True)
class Own:
    """What a draw means for one registrant."""

    draw: PublicDraw
    mine: list[int]
    why: str = ""  # the code of why they are in every panel, or in none; empty for who is drawn by lot

    @property
    def chance(self) -> float:
        return len(self.mine) / self.draw.panels

    @property
    def is_drawn(self) -> bool | None:
        """None: the number is not there yet, or the draw does not count."""
        if self.draw.index is None or self.draw.ended_at is not None:
            return None
        return self.draw.index in self.mine

    @property
    def is_kept(self) -> bool:
        """In every panel, because they hold a seat without this draw."""
        return len(self.mine) == self.draw.panels and bool(words.why_kept(self.why))


def _load(token: str, public_draw_id: int) -> tuple[Registration, Panel, PublicDraw]:
    registration = registration_of_token(token)
    if registration is None or registration.state is RegistrationState.WITHDRAWN:
        abort(404)
    draw = queries.public_draw_of(registration.panel_id, public_draw_id)
    if draw is None or draw.state not in IN_PUBLIC or "s" not in registration.secrets:
        abort(404)
    return registration, db.session.get_one(Panel, registration.panel_id), draw


@registration_bp.get(ONE)
@public
def own_draw(token: str, public_draw_id: int) -> ResponseReturnValue:
    registration, panel, draw = _load(token, public_draw_id)
    return render_template(
        "panels/draws/own.html",
        panel=panel,
        draw=draw,
        own=own_of(registration, draw),
        has_proof=_has_proof(registration, draw),
        token=token,
        words=words,
    )


def own_of(registration: Registration, draw: PublicDraw) -> Own:
    mark = service.Mark(bytes.fromhex(registration.secrets["s"]), draw.identifier, draw.sequence or 0)
    mine = service.own_panels(queries.file_of(draw, queries.PANELS) or b"", mark, draw.panels)
    return Own(draw, mine, _why(registration, draw))


def _why(registration: Registration, draw: PublicDraw) -> str:
    """The code that the proposal noted for this person; only their own is read."""
    options = draw.draw.options
    found = str(options.get("reasons", {}).get(registration.uid, ""))
    if found:
        return found
    if registration.is_nominated:
        return words.NOMINATED_ONE
    lists = (("sits", "fixed"), ("excluded", "excluded"))
    return next((code for code, name in lists if registration.uid in options.get(name, [])), "")


def newest_own(registration: Registration) -> Own | None:
    """The newest draw that counts and could choose this registrant: who sits was drawn in an earlier one."""
    if "s" not in registration.secrets:
        return None
    found = [one for one in own_links(registration) if one.state in COUNTS and not one.is_rehearsal]
    could = [one for one in found if _why(registration, one) not in words.SITS]
    draw = next(iter(could or found), None)
    return own_of(registration, draw) if draw is not None else None


def _has_proof(registration: Registration, draw: PublicDraw) -> bool:
    """A corrected pool has other leaves: the proof for the pool before it is gone."""
    return registration.leaf is not None and db.session.get_one(Freeze, draw.freeze_id).superseded_at is None


@registration_bp.get(f"{ONE}/bewijs.json")
@public
def own_draw_receipt(token: str, public_draw_id: int) -> ResponseReturnValue:
    """For both verifiers: the opening of the own leaf, and its place in the pool of this draw."""
    from civic.panels.service import public_bundle  # brings the engine along: only for who asks

    registration, panel, draw = _load(token, public_draw_id)
    if not _has_proof(registration, draw) or not registration.secrets.keys() >= receipts.FROZEN:
        abort(404)
    manifest = queries.file_of(draw, queries.MANIFEST) or b""
    content = public_bundle.receipt_json(manifest, registration.secrets, freezes.leaves_of(panel.id))
    response = Response(content, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{checks.receipt_name(draw)}"'
    return response


def own_links(registration: Registration) -> list[PublicDraw]:
    """The public draws that this registrant can look themselves up in, newest first."""
    return queries.public_draws_of(registration.panel_id) if registration.frozen_at else []
