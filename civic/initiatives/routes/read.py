"""Public pages: the list and one initiative. They hold no form, so anyone may cache them."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from civic.calendar import today
from civic.db import now
from civic.events import queries as events
from civic.initiatives import policy, presentation, queries
from civic.initiatives.forms import clean_line
from civic.initiatives.models import Initiative
from civic.initiatives.presentation import desk as desk_words
from civic.initiatives.presentation import kinds as kind_words
from civic.initiatives.presentation import talk as words
from civic.initiatives.queries import council
from civic.initiatives.queries.attachments import attachments_of
from civic.initiatives.queries.talk import talk_of
from civic.initiatives.routes.councils import councils_of
from civic.initiatives.routes.desk_block import desk_block
from civic.initiatives.routes.house import ONE, bp, keep_out_of_search, load_visible
from civic.initiatives.routes.joining import joining_of
from civic.initiatives.routes.kinds import writing_of
from civic.initiatives.routes.ledger_block import ledger_block
from civic.initiatives.routes.merge import on_page
from civic.initiatives.routes.tilemap import region_map
from civic.initiatives.service.desk import office_of
from civic.initiatives.states import PUBLISHED, State
from civic.keyset import Links, Page, place_from_request, place_links
from civic.links import absolute
from civic.pagecache import rendered, shared
from civic.panels.queries import preparation as panels
from civic.regions import queries as regions
from civic.web import person, public

SEARCH_LENGTH = 100
FILTERS = ("zoek", "gemeente", "soort", "stand", "volgorde")
ASKING = PUBLISHED - {State.WITHDRAWN}  # a question can turn out to be too big at any moment


@bp.get("/initiatieven")
@public
@shared
def index() -> ResponseReturnValue:
    places = regions.choices()
    chosen = _chosen({place.slug: place.id for place in places})
    filters = queries.Filters(
        text=chosen["zoek"],
        municipality_id=next((place.id for place in places if place.slug == chosen["gemeente"]), None),
        state=presentation.STATE_SLUGS.get(chosen["stand"]),
        kind=kind_words.KIND_SLUGS.get(chosen["soort"]),
        sort=presentation.SORT_SLUGS[chosen["volgorde"]][0],
    )
    at = now()
    page = queries.public_rows(filters, place_from_request(queries.SORTS[filters.sort].parse))

    def context() -> dict[str, Any]:
        return {
            "page": queries.with_cards(page, at),
            "pager": _pager(page, chosen),
            "chosen": chosen,
            "is_filtered": any(chosen[name] for name in ("zoek", "gemeente", "soort", "stand")),
            "kinds": kind_words,
            "places": places,
            "is_signed_in": person() is not None,
            "map": region_map(),
            "labels": presentation,
        }

    # the last days count in days: tomorrow the same rows say something else
    data = (tuple(page.rows), page.total, page.before, page.after, tuple(places), today(at))
    return rendered("initiatives/index.html", data, context)


def _chosen(places: dict[str, int]) -> dict[str, str]:
    """What the address bar asks; anything unknown falls back to its default."""
    asked = {name: clean_line(request.args.get(name)) for name in FILTERS}
    return {
        "zoek": asked["zoek"][:SEARCH_LENGTH],
        "gemeente": asked["gemeente"] if asked["gemeente"] in places else "",
        "soort": asked["soort"] if asked["soort"] in kind_words.KIND_SLUGS else "",
        "stand": asked["stand"] if asked["stand"] in presentation.STATE_SLUGS else "",
        "volgorde": asked["volgorde"] if asked["volgorde"] in presentation.SORT_SLUGS else "nieuw",
    }


def _pager(page: Page, chosen: dict[str, str]) -> Links:
    kept = {name: value for name, value in chosen.items() if value and (name, value) != ("volgorde", "nieuw")}
    return place_links(page, kept)


@bp.get(ONE)
@public
@shared
def show(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    if initiative.state is State.REFUSED:
        return _refused_page(initiative)
    at = now()
    ends = events.deadline_of(initiative, queries.COLLECTION)
    ends_on = ends.due_on if ends else None
    days_left = queries.days_left(initiative, ends_on, at)
    is_author = policy.is_author(person(), initiative)
    request_for_panel = panels.request_of(initiative.id) if initiative.state in PUBLISHED else None
    keep_out_of_search(initiative)
    return render_template(
        "initiatives/show.html",
        initiative=initiative,
        places=queries.place_names(initiative),
        reached=queries.reached(initiative),
        enough=_enough(initiative),
        rule_sets=queries.rule_sets_of(initiative) if initiative.state in PUBLISHED else {},
        ends=ends,
        days_left=days_left,
        can_support=policy.is_open_for_support(initiative) and days_left is not None,
        is_author=is_author,
        request_for_panel=request_for_panel,
        can_ask_panel=is_author and request_for_panel is None and initiative.state in ASKING,
        can_withdraw=policy.can_withdraw_now(person(), initiative),
        councils=councils_of(initiative, at) if initiative.state in PUBLISHED else [],
        entries=presentation.timeline(council.timeline_of(initiative), place_names_in_log(initiative)),
        share=_share(initiative),
        writing=writing_of(initiative, person()),
        kinds=kind_words,
        desk=desk_block(initiative, person()),
        attachments=attachments_of(initiative.id),
        ledger=ledger_block(initiative),
        talk=talk_of(initiative) if initiative.state in PUBLISHED else None,
        joining=joining_of(initiative, person()) if initiative.state in PUBLISHED else None,
        merging=on_page(initiative) if initiative.state in PUBLISHED else None,
        at=at,
        words=words,
        labels=presentation,
    )


def _refused_page(initiative: Initiative) -> ResponseReturnValue:
    """Only the title, the reason, and where to go: the text itself was not placed."""
    return render_template(
        "initiatives/desk/refused.html",
        initiative=initiative,
        places=queries.place_names(initiative),
        office=office_of(initiative),
        is_writer=policy.may_edit(person(), initiative),
        words=desk_words,
    )


def _enough(initiative: Initiative) -> str:
    enough = [one.municipality.name for one in initiative.places if one.threshold_reached_at]
    return queries.place_list(enough) if enough else ""


def place_names_in_log(initiative: Initiative) -> dict[str, str]:
    """Code or number → name, where the timeline has to say which municipality it is about."""
    places = initiative.places if len(initiative.places) > 1 else []
    by_code = {one.municipality.code: one.municipality.name for one in places}
    return by_code | {f"#{one.id}": one.municipality.name for one in places}


def _share(initiative: Initiative) -> presentation.Share | None:
    if initiative.state not in PUBLISHED:
        return None
    return presentation.share_links(
        initiative.title, absolute("initiatives.show", initiative_id=initiative.id)
    )
