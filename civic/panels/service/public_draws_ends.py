"""How a draw that cannot go on comes to its end, so that no panel waits for ever.

The reasons stand in every manifest, fixed before anybody knew a result. Which of them hold now follows from
the clock and from the log.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection
from datetime import datetime, timedelta

from flask_babel import format_datetime
from flask_babel import gettext as _

from civic.accounts import queries as accounts
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.links import absolute
from civic.mail import service as mail
from civic.panels.models import PublicDraw
from civic.panels.models.public_draws import LONGEST_CODES
from civic.panels.queries import public_draws as queries
from civic.panels.service import public_draws_chain as chain
from civic.panels.service.public_draws_steps import Step, record, write_once
from civic.panels.states import (
    NEVER_CAME,
    RESULT_REFUSED,
    VOID_CODES,
    PublicDrawAction,
    PublicDrawState,
)
from civic.seal import queries as seal

NUMBER_AT_MOST = timedelta(days=7)  # relays can be silent for a day; after a week the number will not come
REFUSED = "result_refused"
BLANK = re.compile(r"\{[^}]*\}")


def void_codes(draw: PublicDraw, at: datetime) -> tuple[str, ...]:
    """The reasons that a griffier can give now; none while the draw may not be declared void."""
    if draw.state is PublicDrawState.SUPERSEDED:
        return VOID_CODES if is_left_open(draw, at) else ()
    is_waiting = draw.state is PublicDrawState.COMMITTED
    if draw.state is PublicDrawState.DRAWN or (is_waiting and at < draw.round_at):
        return VOID_CODES
    return _late_codes(draw, at) if is_waiting else ()


def _late_codes(draw: PublicDraw, at: datetime) -> tuple[str, ...]:
    """Once the number can be known the result comes first: but for these two it never will."""
    found = []
    if is_number_missing(draw, at):
        found.append(NEVER_CAME)
    if draw.refused_at is not None:
        found.append(RESULT_REFUSED)
    return tuple(found)


def is_number_missing(draw: PublicDraw, at: datetime) -> bool:
    return draw.state is PublicDrawState.COMMITTED and at >= draw.round_at + NUMBER_AT_MOST


# --- replaced, but not for everybody ---------------------------------------------------------------------


def is_left_open(draw: PublicDraw, at: datetime) -> bool:
    """Replaced, while the witnesses of a new manifest did not sign that before the number could be there: so
    every verifier sees two open manifests. A griffier can end it for good."""
    if draw.state is not PublicDrawState.SUPERSEDED or chain.is_practice(draw):
        return False
    keys = {one.public_key for one in seal.witnesses_for_a_draw(at)}
    return not queries.is_end_witnessed(draw, keys)


def left_open(panel_id: int, at: datetime) -> list[PublicDraw]:
    """Those that keep another draw of this panel from being fixed."""
    return [one for one in queries.superseded_draws(panel_id) if is_left_open(one, at)]


def unfinished(panel_id: int, at: datetime) -> list[str]:
    """What must end before another draw of this panel, in sentences."""
    return [left_open_text(one, at) for one in left_open(panel_id, at)]


def left_open_text(draw: PublicDraw, at: datetime) -> str:
    if at < draw.round_at:
        moment = format_datetime(draw.round_at, "d MMMM y, HH:mm")
        return str(
            _(
                "Loting %(number)s is teruggenomen. Vraag de getuigen om dat te tekenen, vóór %(moment)s. "
                "Of vraag een griffier om die loting ongeldig te verklaren.",
                number=draw.sequence,
                moment=moment,
            )
        )
    return str(
        _(
            "Loting %(number)s is teruggenomen, maar getuigen tekenden dat niet op tijd. Vraag een griffier "
            "om die loting ongeldig te verklaren. Anders keurt iedereen de volgende loting af.",
            number=draw.sequence,
        )
    )


# --- a right number without a result ---------------------------------------------------------------------


def note_refused(draw: PublicDraw, codes: Collection[str], *, at: datetime) -> bool:
    """The signature is right, and the public script refuses what follows from it. Once; False when it was
    known. Trying goes on: the manifest is fixed, so whoever repairs the site gets the same result."""
    told = textwrap.shorten(" ".join(sorted(codes)), LONGEST_CODES, placeholder="")
    if not write_once(draw, PublicDraw.refused_at.is_(None), refused_at=at, refused_codes=told):
        return False
    record(draw, Step(PublicDrawAction.REVEAL, REFUSED), actor=None, at=at)
    _tell(draw, "draw_refused", at)
    return True


def tell_number_missing(draw: PublicDraw, *, at: datetime) -> None:
    """Once: the same mail is not queued again."""
    if is_number_missing(draw, at):
        _tell(draw, "draw_without_number", at)


def _tell(draw: PublicDraw, template: str, at: datetime) -> None:
    """Griffiers can end it, lottery administrators can have it looked into."""
    url = absolute("panels.follow_draw", panel_id=draw.panel_id, public_draw_id=draw.id)
    context = {"title": draw.panel.title, "moment": draw.round_at, "url": url}
    for person in _officials():
        key = f"{template.replace('_', '-')}:{draw.id}:{person.id}"
        letter = mail.Letter(person.email or "", template, key, {**context, "name": person.name})
        mail.queue(letter, at=at)


def _officials() -> list[User]:
    found = {
        one.id: one
        for role in (Role.COUNCIL_OFFICE, Role.LOTTERY_ADMINISTRATOR)
        for one in accounts.people_with(role, in_region=role is not Role.COUNCIL_OFFICE)
    }
    return list(found.values())


def meanings(codes: str) -> list[str]:
    """What the public script says at these codes, without the figures of one case."""
    from civic.sortition.publication.verify_draw import FAILURES, UNCHECKED

    known = {**FAILURES, **UNCHECKED}
    return [_capital(BLANK.sub("…", known.get(code, code))) for code in codes.split()]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
