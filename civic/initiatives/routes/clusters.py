"""Clusters: a public page, the page of officials, and the page of who was asked."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.db import committing, db, now
from civic.errors import Invalid
from civic.initiatives.forms import ConfirmForm
from civic.initiatives.forms.clusters import ClusterForm, ItemForm, JoinForm
from civic.initiatives.models.clusters import Cluster, ClusterItem, ClusterMember
from civic.initiatives.policy import clusters as policy
from civic.initiatives.presentation import clusters as words
from civic.initiatives.queries import clusters as queries
from civic.initiatives.routes.house import bp, put_errors
from civic.initiatives.service import clusters as service
from civic.initiatives.states.clusters import MemberState
from civic.keyset import cursor_from_request, links
from civic.pagecache import shared
from civic.web import person, public, require

CLUSTER = "/initiatieven/clusters/<int:cluster_id>"
GROUP = "/groep/<token>"
__all__ = ["words"]  # imported so that the log knows its words


@bp.get("/initiatieven/clusters")
@public
@shared
def clusters() -> ResponseReturnValue:
    part = queries.clusters(cursor_from_request())
    return render_template(
        "initiatives/clusters/index.html",
        rows=part.rows,
        pager=links(part, lambda one: one.id),
        can_manage=policy.may_manage(person()),
    )


@bp.get(CLUSTER)
@public
@shared
def cluster(cluster_id: int) -> ResponseReturnValue:
    found = db.get_or_404(Cluster, cluster_id)
    return render_template(
        "initiatives/clusters/show.html",
        cluster=found,
        initiatives=queries.initiatives_of(found),
        can_manage=policy.may_manage(person()),
    )


# --- officials ------------------------------------------------------------------------------------------


@bp.route("/initiatieven/clusters/nieuw", methods=["GET", "POST"])
def cluster_new() -> ResponseReturnValue:
    require(policy.may_manage)
    form = ClusterForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("initiatives/clusters/new.html", form=form), status
    with committing():
        made = service.make(form.topic.data, form.text.data, actor=person(), at=now())
        db.session.flush()
        number = made.id
    return redirect(url_for(".cluster_manage", cluster_id=number), code=303)


def _managed(cluster_id: int) -> Cluster:
    require(policy.may_manage)
    return db.get_or_404(Cluster, cluster_id)


def _to_manage(cluster_id: int) -> ResponseReturnValue:
    return redirect(url_for(".cluster_manage", cluster_id=cluster_id), code=303)


@bp.get(f"{CLUSTER}/beheer")
def cluster_manage(cluster_id: int) -> ResponseReturnValue:
    return _manage_page(_managed(cluster_id), ItemForm(), 200)


def _manage_page(found: Cluster, form: ItemForm, status: int) -> ResponseReturnValue:
    lines = queries.lines_of(found)
    return render_template(
        "initiatives/clusters/manage.html",
        cluster=found,
        lines=lines,
        form=form,
        can_invite=any(not line.is_asked for line in lines),
        counts={state.value: count for state, count in queries.counts_of(found).items()},
        contacts=queries.contacts_of(found.id) if found.closed_at is None else [],
    ), status


@bp.post(f"{CLUSTER}/erbij")
def cluster_add(cluster_id: int) -> ResponseReturnValue:
    found, form = _managed(cluster_id), ItemForm()
    if not form.validate_on_submit():
        return _manage_page(found, form, 422)
    try:
        with committing():
            service.add(found, *form.numbers(), actor=person(), at=now())
    except Invalid as error:
        put_errors(form, error)
        return _manage_page(_managed(cluster_id), form, 422)
    return _to_manage(cluster_id)


@bp.post(f"{CLUSTER}/eruit/<int:item_id>")
def cluster_remove(cluster_id: int, item_id: int) -> ResponseReturnValue:
    found, item = _managed(cluster_id), db.session.get(ClusterItem, item_id)
    if item is not None and item.cluster_id != found.id:
        abort(404)
    if item is not None and ConfirmForm().validate_on_submit():
        with committing():
            service.remove(found, item, actor=person(), at=now())
    return _to_manage(cluster_id)


@bp.post(f"{CLUSTER}/uitnodigen")
def cluster_invite(cluster_id: int) -> ResponseReturnValue:
    found = _managed(cluster_id)
    if ConfirmForm().validate_on_submit():
        with committing():
            asked = service.invite(found, actor=person(), at=now())
        flash(
            ngettext("%(num)s persoon krijgt een mail.", "%(num)s mensen krijgen een mail.", asked),
            "positive",
        )
    return _to_manage(cluster_id)


@bp.post(f"{CLUSTER}/stoppen")
def cluster_close(cluster_id: int) -> ResponseReturnValue:
    found = _managed(cluster_id)
    if ConfirmForm().validate_on_submit():
        with committing():
            service.close(found, actor=person(), at=now())
        flash(_("De groep is gestopt."), "positive")
    return _to_manage(cluster_id)


# --- who was asked --------------------------------------------------------------------------------------


@bp.route(GROUP, methods=["GET", "POST"])
@public
def group(token: str) -> ResponseReturnValue:
    """GET shows, POST answers: programs that scan mail follow links, but press no buttons."""
    member = service.find_by_token(token)
    if member is None:
        return render_template("initiatives/link_unknown.html"), 404
    if request.method == "POST" and request.form.get("antwoord") == "nee":
        return _decline(member, token)
    form = JoinForm(data={"name": member.name or "", "is_contact": member.is_contact})
    if not form.validate_on_submit():
        return _group_page(member, form, token, 422 if form.is_submitted() else 200)
    with committing():
        service.join(member, service.Answer(form.name.data, form.is_contact.data), at=now())
    flash(_("U doet mee. U ziet nu wie er nog meer meedoet."), "positive")
    return redirect(url_for(".group", token=token), code=303)


def _decline(member: ClusterMember, token: str) -> ResponseReturnValue:
    if ConfirmForm().validate_on_submit():
        with committing():
            service.decline(member, at=now())
        flash(_("U doet niet mee. Over 30 dagen zijn uw gegevens hier weg."), "positive")
    return redirect(url_for(".group", token=token), code=303)


def _group_page(member: ClusterMember, form: JoinForm, token: str, status: int) -> ResponseReturnValue:
    found = db.session.get_one(Cluster, member.cluster_id)
    is_member = member.state is MemberState.MEMBER and found.closed_at is None
    return render_template(
        "initiatives/clusters/group.html",
        cluster=found,
        member=member,
        members=queries.members_of(found.id) if is_member else [],
        form=form,
        token=token,
    ), status


@bp.post(f"{GROUP}/verlaten")
@public
def group_leave(token: str) -> ResponseReturnValue:
    member = service.find_by_token(token)
    if member is None:
        return render_template("initiatives/link_unknown.html"), 404
    if ConfirmForm().validate_on_submit():
        with committing():
            service.leave(member, at=now())
        flash(_("U bent uit de groep. Niemand ziet uw naam nog."), "positive")
    return redirect(url_for(".group", token=token), code=303)
