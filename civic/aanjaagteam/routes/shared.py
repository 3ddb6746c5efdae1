"""What the pages of this room share: the blueprint, loading, places in a list, limits."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from civic.aanjaagteam import policy, queries, wording
from civic.aanjaagteam.cli import commands
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.routes.typed import typed_answers
from civic.aanjaagteam.states import BEFORE_DECISION, FINAL, HAS_DECISION, Action, State
from civic.accounts.network import network_of
from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import NotAllowedNow
from civic.events import presentation
from civic.events import queries as events
from civic.events.models import Visibility
from civic.keyset import Links, Page, place_links
from civic.limits import Limit, hit
from civic.messages import sentence_for
from civic.web import person

bp = Blueprint("aanjaagteam", __name__, cli_group=None)
bp.cli.add_command(commands)

# lives in this process only: who reads the database, even with all its keys, cannot find an address back
FLEETING_KEY = secrets.token_hex(16)
FILTERS = frozenset({"toon", "gemeente", "status", "wie", "nu", "te-laat", "zoek", "wacht-op", "volgorde"})
EVERY_EVENT = (Visibility.PUBLIC, Visibility.INTERNAL)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"report_words": wording}


@bp.context_processor
def _codes() -> dict[str, Any]:
    return {
        "State": State,
        "Action": Action,
        "BEFORE_DECISION": BEFORE_DECISION,
        "FINAL": FINAL,
        "HAS_DECISION": HAS_DECISION,
    }


def load(report_id: int) -> Report:
    report: Report = db.get_or_404(Report, report_id)
    return report


def this_day() -> date:
    return today(now())


def count_visit(limit: Limit) -> None:
    """Count one use for the visitor's part of the internet; raises `TooMany`.

    The counter of a part of the internet is a hash with a key that is nowhere on disk.
    """
    with committing():
        hit(limit, f"{FLEETING_KEY}:{network_of(request.remote_addr)}", now())


def page_links(page: Page) -> Links:
    note = ngettext("%(num)d melding", "%(num)d meldingen", page.total) if page.total else ""
    return place_links(page, {key: value for key, value in request.args.items() if key in FILTERS}, note)


def facts(report: Report) -> dict[str, Any]:
    """What every page about one report shows."""
    return {
        "report": report,
        "waited": queries.waited(report, this_day()),
        "municipality": queries.place_name(report.municipality_id),
        "decisions": queries.decisions_of(report),
        "timeline": presentation.entries(events.timeline(report)),
    }


@bp.errorhandler(NotAllowedNow)
def _conflict(error: NotAllowedNow) -> ResponseReturnValue:
    """Someone was first: say who did what, and show again what was typed."""
    db.session.rollback()
    report = db.session.get(Report, (request.view_args or {}).get("report_id", 0))
    if report is None or not policy.may_read_case(person(), report):
        # of something else, or for somebody outside the team: no history of a case
        page = render_template(
            "aanjaagteam/conflict_plain.html", sentence=sentence_for(error), typed=typed_answers()
        )
        return page, error.status
    history = presentation.entries(events.timeline(report, EVERY_EVENT), names=True)
    page = render_template(
        "aanjaagteam/conflict.html",
        report=report,
        sentence=sentence_for(error),
        last=history[-1] if history else None,
        typed=typed_answers(with_names=True),
    )
    return page, error.status
