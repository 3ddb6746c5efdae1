"""The pages of a draw in public: the list, what was fixed and what came out, and checking it oneself."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from flask import Response, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.canonical import canonical
from civic.db import now
from civic.events import queries as events
from civic.events.presentation import entries
from civic.panels import presentation
from civic.panels.csvfile import csv_response
from civic.panels.models import Panel, PublicDraw
from civic.panels.policy import may_manage
from civic.panels.presentation import draws_check as checks
from civic.panels.presentation import draws_public as words
from civic.panels.presentation import draws_public_report as reports
from civic.panels.presentation import pool_public
from civic.panels.presentation import public_draws as draws_staff
from civic.panels.queries import composition as compositions
from civic.panels.queries import draws_public as own_queries
from civic.panels.queries import pool as pools
from civic.panels.queries import public_draws as queries
from civic.panels.routes.blueprint import bp, load_panel, shown_groups
from civic.panels.service.composition_facts import Facts, facts_of
from civic.panels.service.draws_public import Steps, numbers_of, steps_of
from civic.panels.states import IN_PUBLIC
from civic.web import person, public

LIST = "/<int:panel_id>/loting"
# "/loting/<number>" is the address of a computation, which has numbers of its own
ONE = "/<int:panel_id>/openbare-loting/<int:public_draw_id>"
SIGN_BEFORE = timedelta(hours=24)  # the specification: witnesses of a real draw sign a day ahead


@bp.get(LIST)
@public
def public_draws(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    found = queries.public_draws_of(panel.id)
    return render_template(
        "panels/draws/index.html",
        panel=panel,
        draws=[one for one in found if not one.is_rehearsal],
        rehearsals=[one for one in found if one.is_rehearsal],
        reasons=own_queries.reasons_of([one.id for one in found]),
        words=words,
    )


def load_public_draw(panel_id: int, public_draw_id: int) -> tuple[Panel, PublicDraw]:
    """A draw that was committed to, under its own panel; before that nothing of it is public."""
    panel = load_panel(panel_id)
    draw = queries.public_draw_of(panel_id, public_draw_id)
    if draw is None or draw.state not in IN_PUBLIC:
        abort(404)
    return panel, draw


@bp.get(ONE)
@public
def public_draw(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    panel, draw = load_public_draw(panel_id, public_draw_id)
    manifest = queries.manifest_of(draw)
    context = {**_commitment(panel, draw, manifest), **_result(panel, draw)}
    return render_template("panels/draws/show.html", **context)


def _commitment(panel: Panel, draw: PublicDraw, manifest: dict[str, Any]) -> dict[str, Any]:
    quotas = words.quota_groups(manifest)
    shown = shown_groups(panel, quotas, for_staff=False)
    curve = reports.curve_of(manifest, draw.draw.result or {})
    record = own_queries.commitment_record(draw, manifest)
    return {
        "panel": panel,
        "draw": draw,
        "manifest": manifest,
        "newest": queries.newest_public_draw(panel.id, is_rehearsal=draw.is_rehearsal),
        "reasons": own_queries.reasons_of([draw.id]).get(draw.id, {}),
        "step": draws_staff.step_of(draw, person()),
        "is_due": draw.round_at <= now(),
        "quotas": shown,
        "has_hidden_quotas": len(shown) < len(quotas),
        "nominated": words.nominated_in(manifest),
        "numbers": numbers_of(manifest),
        "witnesses": words.witnesses_of(manifest, record, _latest(draw)),
        "curve": curve,
        "drawing": reports.drawing_of(curve) if curve else "",
        "files": queries.files_of(draw),
        "has_log": record is not None,
        "entries": entries(events.timeline(draw)),
        "log_url": url_for("seal.index") if "seal.index" in current_app.view_functions else "",
        "words": words,
        "reports": reports,
    }


def _latest(draw: PublicDraw) -> int:
    """The last second at which a signature counts."""
    before = timedelta(0) if words.is_practice(draw) else SIGN_BEFORE
    return int((draw.round_at - before).timestamp())


def _result(panel: Panel, draw: PublicDraw) -> dict[str, Any]:
    """Nothing before the public number is there."""
    result = queries.result_of(draw)
    if draw.drawn_at is None or result is None:
        return {"has_report": False}
    steps = steps_of_result(draw, result)
    hides = own_queries.is_later(draw)
    sees = hides and may_manage(person(), panel)
    report = report_of(panel, draw) if sees else public_report(panel, draw)
    lines = [line for part in report for line in part.lines]
    return {
        "has_report": bool(report),
        "result": result,
        "steps": steps,
        "sums": words.sums_of(steps),
        "are_balls_late": draw.balls is not None and draw.balls != result["balls"],
        "report": report,
        "hides_counts": hides,
        "sees_counts": sees,
        "shows_drawn": sees or not hides,
        "shows_targets": any(line.target is not None for line in lines),
        "shows_pool": any(line.pool is not None for line in lines),
        "scale": min(draw.size, max((line.row.maximum for line in lines), default=1)),
        "small_number": _small(),
    }


def steps_of_result(draw: PublicDraw, result: dict[str, Any]) -> Steps:
    """With the balls that count: those that came too late are noughts in the result."""
    return steps_of(draw.commitment or "", result["beacon"]["signature"], draw.panels, result["balls"])


def _small() -> int:
    return int(current_app.config["SMALL_NUMBER"])


def report_of(panel: Panel, draw: PublicDraw) -> list[reports.Part]:
    """The composition of the drawn panel, small counts hidden; empty when it was not kept."""
    found = (draw.draw.result or {}).get("composition") or []
    if not all("drawn" in value for feature in found for value in feature["values"]):
        return []
    groups = shown_groups(panel, presentation.groups_of(found, _small()), for_staff=False)
    composition = compositions.composition_of(panel.id)
    facts = facts_of(panel, composition) if composition is not None else None
    targets = reports.targets_of(facts) if facts else {}
    return reports.parts_of(groups, targets, _pool_shares(panel, facts), reports.left_out_of(found))


def public_report(panel: Panel, draw: PublicDraw) -> list[reports.Part]:
    """For everybody, and for every file: of a later draw of the same panel no counts."""
    found = report_of(panel, draw)
    return reports.without_counts(found) if own_queries.is_later(draw) else found


def _pool_shares(panel: Panel, facts: Facts | None) -> reports.Shares:
    """Shares as the page about diversity shows them: never other figures about the same people."""
    if facts is None:
        return {}
    figures = pools.head_of(panel.id).figures
    features, thirds = pools.features_with_values(panel.id), pools.thirds_of(panel.id)
    found = pool_public.public_of(figures, features, thirds, _small())
    return reports.pool_shares_of(found)


# --- figures to take along -------------------------------------------------------------------------------


@bp.get(f"{ONE}/samenstelling.csv")
@public
def public_composition_csv(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    panel, draw = load_public_draw(panel_id, public_draw_id)
    if draw.drawn_at is None:
        abort(404)
    header = ["soort", "kenmerk", "waarde", "streven", "minimum", "maximum", "geloot", "verschil"]
    note = []
    if own_queries.is_later(draw):
        header, note = [*header, "toelichting"], [reports.why_no_counts()]
    rows = [
        [words.kind_word(draw), part.feature, *_cells(line), *note]
        for part in public_report(panel, draw)
        for line in part.lines
    ]
    return csv_response(_file_name(draw, "samenstelling"), header, rows)


def _cells(line: reports.Line) -> list[Any]:
    row = line.row
    drawn = _("binnen quotum") if row.drawn is None else row.drawn
    return [
        row.value,
        _decimal(line.target),
        row.minimum,
        row.maximum,
        drawn,
        _decimal(line.deviation),
    ]


def _decimal(number: float | None) -> str:
    return "" if number is None else f"{number:.1f}".replace(".", ",")


@bp.get(f"{ONE}/kansen.csv")
@public
def public_chances_csv(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    """The curve of chances in a hundred steps: no step belongs to a person."""
    _panel, draw = load_public_draw(panel_id, public_draw_id)
    curve = reports.curve_of(queries.manifest_of(draw), draw.draw.result or {})
    if curve is None:
        abort(404)
    fairest: list[float | None] = [*curve.fairest] if curve.fairest else [None] * len(curve.drawn)
    rows = [
        [words.kind_word(draw), step, _percents(own), _percents(best), _percents(curve.equal)]
        for step, (own, best) in enumerate(zip(curve.drawn, fairest, strict=True))
    ]
    header = [
        "soort",
        "percentage van de aanmeldingen",
        "deze loting (%)",
        "eerlijkste loting (%)",
        "gelijk (%)",
    ]
    return csv_response(_file_name(draw, "kansen"), header, rows)


def _percents(fraction: float | None) -> str:
    return "" if fraction is None else f"{fraction * 100:.4f}".replace(".", ",")


def _file_name(draw: PublicDraw, what: str) -> str:
    kind = "oefenloting-telt-niet" if draw.is_rehearsal else words.kind_word(draw)
    return f"{kind}-panel-{draw.panel_id}-{draw.sequence}-{what}.csv"


@bp.get(f"{ONE}/loting.json")
@public
def public_draw_json(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    """What the page says, for machines; the files themselves are the proof."""
    panel, draw = load_public_draw(panel_id, public_draw_id)
    content: dict[str, Any] = {
        "draw": draw.identifier,
        "practice": words.is_practice(draw),
        "rehearsal": draw.is_rehearsal,
        "purpose": draw.purpose.value,
        "sequence": draw.sequence or 0,
        "state": draw.state.value,
        "question": panel.question,
        "committed_at": _seconds(draw.committed_at),
        "commitment": draw.commitment or "",
        "round_at": _seconds(draw.round_at),
        "files": {file.name: {"sha256": file.sha256, "size": file.size} for file in queries.files_of(draw)},
    }
    if draw.ended_at is not None:
        content |= {"ended_at": _seconds(draw.ended_at), "end_code": draw.end_code or ""}
    if draw.drawn_at is not None:
        content |= {"drawn_at": _seconds(draw.drawn_at), "index": draw.index or 0}
        content["composition"] = [_json_part(part) for part in public_report(panel, draw)]
        if own_queries.is_later(draw):
            content["composition_note"] = reports.why_no_counts()
    return Response(canonical(content), mimetype="application/json")


def _seconds(moment: Any) -> int:
    return int(moment.astimezone(UTC).timestamp()) if moment else 0


def _json_part(part: reports.Part) -> dict[str, Any]:
    """A hidden count is left out: canonical JSON has no null, and nought would be a lie."""
    values = []
    for line in part.lines:
        shown = {} if line.row.drawn is None else {"drawn": line.row.drawn}
        values.append({"value": line.row.value, "min": line.row.minimum, "max": line.row.maximum, **shown})
    return {"feature": part.feature, "values": values}


# --- checking --------------------------------------------------------------------------------------------


@bp.get(f"{ONE}/controleren")
@public
def check_draw(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    """The visitor's own browser does the sums; without JavaScript the page says how Python does them."""
    panel, draw = load_public_draw(panel_id, public_draw_id)
    log = queries.log_of(draw, queries.manifest_of(draw))
    names = _file_names(draw, has_log=log is not None)
    return render_template(
        "panels/draws/check.html",
        panel=panel,
        draw=draw,
        words=words,
        checks=checks,
        log_lines=checks.lines_of(log, draw.commitment or ""),
        verifier_files=[(name, _file_address(draw, name)) for name in names],
    )


def _file_names(draw: PublicDraw, *, has_log: bool) -> list[str]:
    """All files of the public folder as it is now: the log comes with the first seal."""
    names = [file.name for file in queries.files_of(draw)]
    return [*names, *([queries.LOG] if has_log else []), queries.SUMS]


def _file_address(draw: PublicDraw, name: str) -> str:
    return url_for(".public_draw_file", panel_id=draw.panel_id, public_draw_id=draw.id, name=name)
