"""Public pages: the list and one initiative. They hold no form, so anyone may cache them."""

from __future__ import annotations

from flask import make_response, render_template, request, session
from flask.typing import ResponseReturnValue

from civic.db import now
from civic.events import queries as events
from civic.initiatives import policy, presentation, queries
from civic.initiatives.forms import clean_line
from civic.initiatives.models import Initiative
from civic.initiatives.routes.house import ONE, bp, load_visible
from civic.initiatives.states import PUBLISHED, State
from civic.keyset import Links, Page, place_from_request, place_links
from civic.links import absolute
from civic.panels.queries import preparation as panels
from civic.regions import queries as regions
from civic.regions.rules import Rules
from civic.web import person, public

SEARCH_LENGTH = 100
CACHE_SECONDS = 10
ASKING = PUBLISHED - {State.WITHDRAWN}  # a question can turn out to be too big at any moment


def cacheable(page: str, *, is_plain: bool) -> ResponseReturnValue:
    """`is_plain`: nobody is signed in and no message waits, so the page is the same for everyone."""
    response = make_response(page)
    if is_plain:
        response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}, stale-while-revalidate=20"
    return response


def _is_plain() -> bool:
    """Asked before rendering, which takes the messages out. Choosing a language sets a cookie: not shared."""
    return not session and "taal" not in request.args


@bp.get("/initiatieven")
@public
def index() -> ResponseReturnValue:
    is_plain = _is_plain()
    places = regions.municipalities()
    chosen = _chosen({place.slug: place.id for place in places})
    filters = queries.Filters(
        text=chosen["zoek"],
        municipality_id=next((place.id for place in places if place.slug == chosen["gemeente"]), None),
        state=presentation.STATE_SLUGS.get(chosen["stand"]),
        sort=presentation.SORT_SLUGS[chosen["volgorde"]][0],
    )
    place = place_from_request(queries.SORTS[filters.sort].parse)
    page = queries.public_page(filters, place, now())
    html = render_template(
        "initiatives/index.html",
        page=page,
        pager=_pager(page, chosen),
        chosen=chosen,
        is_filtered=any(chosen[name] for name in ("zoek", "gemeente", "stand")),
        places=places,
        is_signed_in=person() is not None,
        labels=presentation,
    )
    return cacheable(html, is_plain=is_plain)


def _chosen(places: dict[str, int]) -> dict[str, str]:
    """What the address bar asks; anything unknown falls back to its default."""
    asked = {name: clean_line(request.args.get(name)) for name in ("zoek", "gemeente", "stand", "volgorde")}
    return {
        "zoek": asked["zoek"][:SEARCH_LENGTH],
        "gemeente": asked["gemeente"] if asked["gemeente"] in places else "",
        "stand": asked["stand"] if asked["stand"] in presentation.STATE_SLUGS else "",
        "volgorde": asked["volgorde"] if asked["volgorde"] in presentation.SORT_SLUGS else "nieuw",
    }


def _pager(page: Page, chosen: dict[str, str]) -> Links:
    kept = {name: value for name, value in chosen.items() if value and (name, value) != ("volgorde", "nieuw")}
    return place_links(page, kept)


@bp.get(ONE)
@public
def show(initiative_id: int) -> ResponseReturnValue:
    is_plain = _is_plain()
    initiative = load_visible(initiative_id)
    at = now()
    ends = events.deadline_of(initiative, queries.COLLECTION)
    ends_on = ends.due_on if ends else None
    days_left = queries.days_left(initiative, ends_on, at)
    is_author = policy.is_author(person(), initiative)
    request_for_panel = panels.request_of(initiative.id) if initiative.state in PUBLISHED else None
    html = render_template(
        "initiatives/show.html",
        initiative=initiative,
        place=queries.municipality_of(initiative),
        rules=Rules.from_data(initiative.rules_snapshot or {}),
        rule_set=queries.rule_set_of(initiative),
        ends=ends,
        days_left=days_left,
        can_support=policy.is_open_for_support(initiative) and days_left is not None,
        is_author=is_author,
        request_for_panel=request_for_panel,
        can_ask_panel=is_author and request_for_panel is None and initiative.state in ASKING,
        can_withdraw=policy.can_withdraw_now(person(), initiative),
        entries=presentation.timeline(events.timeline(initiative)),
        share=_share(initiative),
        labels=presentation,
    )
    return cacheable(html, is_plain=is_plain and initiative.state is not State.DRAFT)


def _share(initiative: Initiative) -> presentation.Share | None:
    if initiative.state not in PUBLISHED:
        return None
    return presentation.share_links(
        initiative.title, absolute("initiatives.show", initiative_id=initiative.id)
    )
