"""What waits for one person, and what waits on a unit."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms.digests import DigestForm
from civic.aanjaagteam.models import Report, Unit
from civic.aanjaagteam.policy.units import (
    UnitRelation,
    may_read_as_unit,
    may_see_inbox,
    may_see_unit,
)
from civic.aanjaagteam.queries import inbox, own_promises, unit_pages
from civic.aanjaagteam.queries.choices import choices_for
from civic.aanjaagteam.queries.team import QueueFilter, queue
from civic.aanjaagteam.queries.units import unit_ids_of, unit_names
from civic.aanjaagteam.queries.waits import was_asked
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.shared import bp, this_day
from civic.aanjaagteam.service import digests
from civic.aanjaagteam.wording import case as case_words
from civic.aanjaagteam.wording import inbox as words
from civic.aanjaagteam.wording import queue as queue_words
from civic.accounts.models import User
from civic.accounts.my_sections import WAITING
from civic.db import committing, db, now
from civic.keyset import place_from_request, place_links
from civic.web import person, require

OWN_CASES = 25


@bp.get("/aanjaagteam/voor-mij", endpoint="inbox")
def show_inbox() -> ResponseReturnValue:
    """Everything that was asked of this person or of their unit, and the cases they own."""
    require(may_see_inbox)
    rhythm = digests.rhythm_of(person())
    return _inbox_page(DigestForm(formdata=None, rhythm=rhythm.value if rhythm else ""))


@bp.post("/aanjaagteam/voor-mij/overzicht")
def digest() -> ResponseReturnValue:
    """The same in one mail: each working day, each week, or never."""
    require(may_see_inbox)
    form = DigestForm()
    if not form.validate():
        return _inbox_page(form), 422
    with committing():
        digests.choose_rhythm(person(), form.chosen, at=now())
    flash(_("Dit is bewaard. U kunt het hier altijd veranderen."), "positive")
    return redirect(url_for(".inbox"), code=303)


def _inbox_page(digest_form: DigestForm) -> str:
    user, at = person(), now()
    unit_ids = unit_ids_of(user, this_day())
    is_team = policy.may_see_queue(user)
    mine = queue(user, QueueFilter(owner="mine"), None, this_day(), OWN_CASES) if is_team else None
    return render_template(
        "aanjaagteam/inbox/index.html",
        digest_form=digest_form,
        items=inbox.waiting_for(user, unit_ids, at),
        words=words,
        queue_words=queue_words,
        case_words=case_words,
        units=unit_names(unit_ids),
        mine=mine,
        choices=choices_for(user) if mine is not None else None,
        today=this_day(),
    )


def _waiting(user: User) -> int | None:
    return len(inbox.waiting_for(user, unit_ids_of(user, this_day()), now()))


WAITING["aanjaagteam.inbox"] = _waiting


@bp.get("/aanjaagteam/afdeling/<int:unit_id>")
def unit_page(unit_id: int) -> ResponseReturnValue:
    """What lies with a unit and waits on it. Nobody is ranked, no person is named."""
    unit = db.get_or_404(Unit, unit_id)
    unit_ids = unit_ids_of(person(), this_day()) if person() else frozenset[int]()
    require(may_see_unit, unit_ids, unit)
    as_team = None if unit_id in unit_ids else person()
    page = unit_pages.unit_rows(unit_id, as_team, place_from_request(unit_pages.BY_MONTH.parse), this_day())
    return render_template(
        "aanjaagteam/units/show.html", unit=unit, page=page, links=place_links(page, {}), today=this_day()
    )


@bp.get("/aanjaagteam/afdeling/<int:unit_id>/meldingen/<int:report_id>")
def unit_report(unit_id: int, report_id: int) -> ResponseReturnValue:
    """A report as a unit reads it: what the team wrote for it. Never the story, the notes or the reporter."""
    unit, report = db.get_or_404(Unit, unit_id), db.get_or_404(Report, report_id)
    works_there = unit_id in unit_ids_of(person(), this_day()) if person() else False
    relation = UnitRelation(works_there, unit_pages.concerns(report, unit_id))
    if works_there and not relation.concerns_report and was_asked(person(), report, this_day()):
        return redirect(url_for(".asked", report_id=report_id))  # answered: only that is still to be read
    require(may_read_as_unit, report, relation)
    return render_template(
        "aanjaagteam/units/report.html",
        unit=unit,
        today=this_day(),
        **slots.unit_view(report, person()),
    )


__all__ = ["own_promises"]
