"""Who is in the team and with which mandate: for the team, and for everybody."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy
from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.meetings import MemberForm
from civic.aanjaagteam.models import TeamMember
from civic.aanjaagteam.policy.knots import may_keep_members, may_see_members
from civic.aanjaagteam.queries import members as queries
from civic.aanjaagteam.routes.shared import bp, this_day
from civic.aanjaagteam.service import members
from civic.accounts.models import User
from civic.db import committing, db, now
from civic.errors import Invalid
from civic.pagecache import shared
from civic.web import person, public, require


@bp.get("/aanjaagteam/team")
def team_members() -> ResponseReturnValue:
    require(may_see_members)
    return render_template(
        "aanjaagteam/knots/members.html",
        rows=queries.all_members(this_day()),
        may_keep=may_keep_members(person()),
        is_team=policy.may_see_queue(person()),
    )


@bp.route("/aanjaagteam/team/nieuw", methods=["GET", "POST"])
def add_member() -> ResponseReturnValue:
    require(may_keep_members)
    form = MemberForm()
    form.fill(queries.possible_members())
    if form.validate_on_submit():
        user = db.get_or_404(User, form.user_id)
        try:
            with committing():
                members.add_member(user, form.membership(), actor=person(), at=now())
            return _to_list(_("Dit lid staat nu in de lijst."))
        except Invalid as error:
            put_errors(form, error.errors)
    return _member_page(form, None)


@bp.route("/aanjaagteam/team/<int:member_id>", methods=["GET", "POST"])
def change_member(member_id: int) -> ResponseReturnValue:
    require(may_keep_members)
    row = db.get_or_404(TeamMember, member_id)
    form = MemberForm(obj=row)
    del form.user
    if form.validate_on_submit():
        try:
            with committing():
                members.change_member(row, form.membership(), actor=person(), at=now())
            return _to_list(_("Bewaard."))
        except Invalid as error:
            put_errors(form, error.errors)
    return _member_page(form, row)


def _to_list(sentence: str) -> ResponseReturnValue:
    flash(sentence, "positive")
    return redirect(url_for(".team_members"), code=303)


def _member_page(form: MemberForm, row: TeamMember | None) -> ResponseReturnValue:
    user = db.session.get(User, row.user_id) if row is not None else None
    name = user.display_name if user is not None else ""
    page = render_template("aanjaagteam/knots/member.html", form=form, name=name)
    return page, 422 if form.errors else 200


@bp.get("/meldingen/team")
@public
@shared
def public_team() -> ResponseReturnValue:
    """Function and mandate of every member of now; a name only of who agreed."""
    return render_template("aanjaagteam/knots/public_team.html", members=queries.public_members(this_day()))
