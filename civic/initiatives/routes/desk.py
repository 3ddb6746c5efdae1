"""The work of the griffie: one inbox, and the check before publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.models import User
from civic.accounts.my_sections import WAITING
from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid, NotAllowedNow
from civic.events import presentation as log
from civic.initiatives import policy, presentation, queries
from civic.initiatives.forms import ConfirmForm, PublishForm, revision_of
from civic.initiatives.forms.desk import AskBackForm, JudgeForm, RefuseBeforeForm
from civic.initiatives.models import Initiative
from civic.initiatives.policy import desk as may
from civic.initiatives.presentation import desk as words
from civic.initiatives.queries import desk as desk_queries
from civic.initiatives.queries import desk_inbox as _sources  # noqa: F401  # they register themselves
from civic.initiatives.queries.inbox import Item, everything
from civic.initiatives.routes.house import ONE, bp, load, load_visible, put_errors
from civic.initiatives.routes.write import check_page
from civic.initiatives.service import desk as service
from civic.initiatives.service.drafts import missing
from civic.initiatives.states import State
from civic.keyset import place_from_request, place_links
from civic.regions import queries as regions
from civic.web import person, public, require

ASKED_ME = "aan-mij"  # the filter for what was escalated to the reader


# --- the inbox ------------------------------------------------------------------------------------------


@bp.get("/initiatieven/griffie")
def inbox() -> ResponseReturnValue:
    require(may.may_open_inbox)
    user, at = person(), now()
    items = _items_of(user)
    names = desk_queries.names_of(item.escalated_to_id for item in items)
    chosen = request.args.get("soort", "")
    shown = [item for item in items if not chosen or _is_kind(item, chosen, user.id)]
    return render_template(
        "initiatives/council/inbox.html",
        items=shown,
        tabs=_tabs(items, chosen, user.id),
        late=sum(item.is_late(today(at)) for item in shown),
        names=names,
        day=today(at),
        at=at,
        words=words,
    )


def _items_of(user: User) -> list[Item]:
    return [item for item in everything(_municipalities_of(user)) if _is_for(item, user)]


def _waiting_for(user: User) -> int | None:
    """The number on "Mijn pagina" is that of the list; one statement for each source."""
    return len(_items_of(user)) if may.may_open_inbox(user) else None


WAITING["initiatives.inbox"] = _waiting_for


def _municipalities_of(user: User) -> frozenset[int]:
    """The grants say it; only who works for the whole region needs the list of all."""
    places = may.desk_places(user)
    if None in places or may.is_regional_administrator(user):
        return frozenset(one.id for one in regions.municipalities())
    return frozenset(one for one in places if one is not None)


def _is_for(item: Item, user: User) -> bool:
    return item.roles is None or any(user.has_role(role) for role in item.roles)


def _is_kind(item: Item, chosen: str, user_id: int) -> bool:
    return item.escalated_to_id == user_id if chosen == ASKED_ME else item.kind == chosen


def _tabs(items: list[Item], chosen: str, user_id: int) -> list[tuple[str, str, bool, int]]:
    """Only the kinds that there are; a filter on one kind that is empty now shows everything's tab."""
    counts = Counter(item.kind for item in items)
    tabs = [(url_for(".inbox"), str(_("Alles")), not chosen, len(items))]
    mine = sum(item.escalated_to_id == user_id for item in items)
    if mine:
        tabs.append((url_for(".inbox", soort=ASKED_ME), str(_("Aan u gevraagd")), chosen == ASKED_ME, mine))
    for kind in sorted(counts, key=lambda one: str(words.INBOX_KINDS.get(one, one))):
        label = str(words.INBOX_KINDS.get(kind, kind))
        tabs.append((url_for(".inbox", soort=kind), label, chosen == kind, counts[kind]))
    return tabs


# --- the writer -----------------------------------------------------------------------------------------


@bp.post(f"{ONE}/naar-de-griffie")
def offer(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(policy.may_publish, initiative)
    to_page = redirect(url_for(".show", initiative_id=initiative_id), code=303)
    if initiative.state is State.OFFERED:
        return to_page  # pressed twice
    form = PublishForm()
    if not form.validate():
        return check_page(initiative, form), 422
    try:
        with committing():
            service.offer(initiative, revision_of(form.revision), actor=person(), at=now())
    except Invalid as error:
        put_errors(form, Invalid({"": [text for texts in error.errors.values() for text in texts]}))
        return check_page(load(initiative_id), form), 422
    except NotAllowedNow as error:
        return _look_again(initiative_id, error)
    flash(_("Uw voorstel ligt bij de griffie. U krijgt een mail."), "positive")
    return to_page


def _look_again(initiative_id: int, error: NotAllowedNow) -> ResponseReturnValue:
    if error.code != "edited_elsewhere":
        raise error
    initiative = load(initiative_id)
    form = PublishForm(formdata=None, data={"revision": str(initiative.revision)})
    form.form_errors.append(_("De tekst is intussen veranderd. Lees hem nog één keer na."))
    return check_page(initiative, form), 409


@bp.route(f"{ONE}/terug-naar-concept", methods=["GET", "POST"])
def take_back(initiative_id: int) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(policy.may_publish, initiative)
    form = ConfirmForm()
    if initiative.state is State.DRAFT:
        return redirect(url_for(".edit", initiative_id=initiative_id), code=303)  # pressed twice
    if not form.validate_on_submit():
        return render_template("initiatives/desk/take_back.html", initiative=initiative, form=form)
    with committing():
        service.take_back(initiative, actor=person(), at=now())
    flash(_("Uw voorstel is weer een concept. U kunt verder schrijven."), "positive")
    return redirect(url_for(".edit", initiative_id=initiative_id), code=303)


@bp.get("/initiatieven/niet-geplaatst")
@public
def refused() -> ResponseReturnValue:
    """What desks did not place stays to be seen, with the reason; but only for who asks for it."""
    page = desk_queries.refused_page(place_from_request(desk_queries.NEWEST_REFUSED.parse))
    return render_template(
        "initiatives/desk/refused_list.html", rows=page.rows, pager=place_links(page, {}), words=words
    )


# --- one case -------------------------------------------------------------------------------------------


@bp.get(f"{ONE}/griffie")
def desk_case(initiative_id: int) -> ResponseReturnValue:
    initiative = load_visible(initiative_id)
    require(may.may_judge, initiative)
    at = now()
    found = queries.rule_checks(initiative, today(at))
    rounds = desk_queries.rounds_of(initiative)
    return render_template(
        "initiatives/desk/case.html",
        initiative=initiative,
        places=queries.place_names(initiative),
        found=found,
        checklist=_checklist(initiative, found),
        rounds=rounds,
        names=desk_queries.names_of(one.asked_by_id for one in rounds),
        clock=service.clock_of(initiative, desk_queries.DESK_CHECK),
        day=today(at),
        labels=presentation,
        words=words,
    )


def _checklist(initiative: Initiative, found: list[queries.RuleCheck]) -> list[tuple[bool, str]]:
    """The form of it, as far as a computer can see. The rest is reading."""
    checks = [
        (not missing(initiative), _("Alles is ingevuld.")),
        (all(one.is_passed for one in found), _("Het past bij de regels van elke gemeente.")),
        (bool(initiative.author_name), _("Er staat een naam bij.")),
    ]
    return [*checks, *((False, sentence) for sentence in words.worries(initiative))]


@dataclass(frozen=True)
class Judging:
    """One way to judge: its page, its form, what to do, and what to say then."""

    template: str
    form: Any
    do: Callable[[Initiative, int], None]
    said: str


def _judge(initiative_id: int, one: Judging) -> ResponseReturnValue:
    initiative = load(initiative_id)
    require(may.may_answer, initiative)
    if not one.form.is_submitted():
        return _blank(initiative, one)
    if not one.form.validate():
        return _judge_page(initiative, one, 422)
    try:
        with committing():
            one.do(initiative, revision_of(one.form.revision))
    except Invalid as error:
        put_errors(one.form, _all_shown(one.form, error))
        return _judge_page(load(initiative_id), one, 422)
    except NotAllowedNow:
        return _somebody_was_first(initiative_id, one)
    flash(one.said, "positive")
    return redirect(url_for(".inbox"), code=303)


def _blank(initiative: Initiative, one: Judging) -> ResponseReturnValue:
    if initiative.state is not State.OFFERED:
        raise NotAllowedNow("not_in_this_state")
    one.form.revision.data = str(initiative.revision)
    return _judge_page(initiative, one, 200)


def _judge_page(
    initiative: Initiative, one: Judging, status: int, meanwhile: dict[str, Any] | None = None
) -> ResponseReturnValue:
    return render_template(
        f"initiatives/desk/{one.template}.html",
        initiative=initiative,
        form=one.form,
        meanwhile=meanwhile,
        is_open=initiative.state is State.OFFERED,
    ), status


def _all_shown(form: Any, error: Invalid) -> Invalid:
    """Errors about the text of the writer are shown above the form: the official has no field for them."""
    known = {name: texts for name, texts in error.errors.items() if name in form._fields}
    rest = [text for name, texts in error.errors.items() if name not in known for text in texts]
    return Invalid(known | ({"": rest} if rest else {}))


def _somebody_was_first(initiative_id: int, one: Judging) -> ResponseReturnValue:
    """A colleague, or the writer: say what happened, and keep what was typed."""
    initiative = load(initiative_id)
    event = desk_queries.last_event(initiative)
    names = log.staff_names([event]) if event is not None else {}
    meanwhile = {
        "title": log.title_of(event) if event is not None else "",
        "by": log.actor_of(event, names) if event is not None else "",
        "at": event.at if event is not None else None,
        "state": presentation.state_label(initiative.state),
    }
    one.form.revision.data = str(initiative.revision)
    return _judge_page(initiative, one, 409, meanwhile)


@bp.route(f"{ONE}/griffie/plaatsen", methods=["GET", "POST"])
def desk_accept(initiative_id: int) -> ResponseReturnValue:
    def _do(initiative: Initiative, revision: int) -> None:
        service.accept(initiative, revision, actor=person(), at=now())

    said = _("Het voorstel staat online. De schrijver krijgt een mail.")
    return _judge(initiative_id, Judging("accept", JudgeForm(), _do, said))


@bp.route(f"{ONE}/griffie/terugvragen", methods=["GET", "POST"])
def desk_ask_back(initiative_id: int) -> ResponseReturnValue:
    form = AskBackForm()

    def _do(initiative: Initiative, revision: int) -> None:
        service.ask_back(initiative, revision, str(form.question.data), actor=person(), at=now())

    said = _("De schrijver krijgt uw vraag in een mail.")
    return _judge(initiative_id, Judging("ask_back", form, _do, said))


@bp.route(f"{ONE}/griffie/niet-plaatsen", methods=["GET", "POST"])
def desk_refuse(initiative_id: int) -> ResponseReturnValue:
    form = RefuseBeforeForm()

    def _do(initiative: Initiative, revision: int) -> None:
        explanation = str(form.explanation.data)
        service.refuse(initiative, revision, form.chosen(), explanation, actor=person(), at=now())

    said = _("Het voorstel is niet geplaatst. De schrijver krijgt uw uitleg in een mail.")
    return _judge(initiative_id, Judging("refuse", form, _do, said))
