"""The whole log, for auditors and administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from civic.accounts.admin_links import ADMIN_LINKS, AdminLink
from civic.calendar import ZONE, today
from civic.db import committing, now
from civic.events import policy, presentation, queries, service
from civic.events.forms import HistoryForm
from civic.events.models import Event
from civic.events.queries import Filter
from civic.events.spreadsheet import csv_lines
from civic.keyset import cursor_from_request, links
from civic.web import logs_read, person, require

bp = Blueprint("events", __name__)
BLUEPRINTS = (bp,)
ADMIN_LINKS.append(
    AdminLink(
        "events.history",
        _l("Geschiedenis"),
        _l("Lees wie wat wanneer deed. Niets wordt gewist."),
        policy.may_see_history,
    )
)
COLUMNS = (
    "nummer",
    "moment",
    "soort",
    "onderwerp",
    "actie",
    "van",
    "naar",
    "door",
    "account",
    "reden",
    "gegevens",
    "zichtbaar",
)


def _form() -> HistoryForm:
    """The form as it was asked, with the choices that occur in the log."""
    asked = MultiDict((name, value.strip()) for name, value in request.args.items() if value.strip())
    form = HistoryForm(formdata=asked)
    kinds = [(kind, presentation.subject_name(kind)) for kind in queries.subject_types()]
    kind = asked.get("soort", "")
    form.offer(kinds, [(action, presentation.action_name(action, kind)) for action in queries.actions(kind)])
    form.validate()
    return form


def _filter(form: HistoryForm) -> Filter:
    """Only the filters that are valid; the form says which are not."""
    values = {field.name: field.data for field in form if not field.errors and field.data}
    return Filter(
        subject_type=values.get("soort", ""),
        subject_id=values.get("nummer"),
        action=values.get("actie", ""),
        actor_kind=values.get("door", ""),
        from_on=values.get("vanaf"),
        until_on=values.get("tot"),
    )


@bp.get("/beheer/geschiedenis")
def history() -> ResponseReturnValue:
    require(policy.may_see_history)
    form = _form()
    part = queries.history(_filter(form), cursor_from_request())
    names = presentation.staff_names(part.rows)
    asked: dict[str, Any] = {field.name: field.raw_data[0] for field in form if field.raw_data}
    status = 422 if form.errors else 200
    page = render_template(
        "events/history.html",
        form=form,
        lines=[_line(event, names) for event in part.rows],
        page=links(part, lambda event: event.id),
        is_filtered=any(request.args.values()),
        export_url=url_for(".history_csv", **asked),
    )
    return page, status


def _line(event: Event, names: dict[int, str]) -> dict[str, object]:
    return {
        "event": event,
        "title": presentation.title_of(event),
        "subject": presentation.subject_name(event.subject_type),
        "url": presentation.subject_link(event.subject_type, event.subject_id),
        "by": presentation.actor_of(event, names),
        "kind": presentation.kind_of(event),
    }


@bp.get("/beheer/geschiedenis.csv")
@logs_read
def history_csv() -> ResponseReturnValue:
    require(policy.may_see_history)
    form = _form()
    if form.errors:
        return _("Deze filters kloppen niet."), 422, {"Content-Type": "text/plain; charset=utf-8"}
    wanted, at = _filter(form), now()
    with committing():
        service.record(person(), service.What("history_exported"), actor=person(), at=at)
    lines = csv_lines(COLUMNS, (_cells(event) for event in queries.history_rows(wanted)))
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="geschiedenis-{today(at)}.csv"'
    return response


def _cells(event: Event) -> list[object]:
    """No names: the number of the account is enough to follow a line, and stays out of the spreadsheet."""
    return [
        event.id,
        event.at.astimezone(ZONE).isoformat(timespec="seconds"),
        event.subject_type,
        event.subject_id,
        event.action,
        event.from_state,
        event.to_state,
        event.actor_kind,
        event.actor_id,
        event.reason_code,
        " ".join(f"{name}={value}" for name, value in sorted((event.data or {}).items())),
        event.visibility.value,
    ]
