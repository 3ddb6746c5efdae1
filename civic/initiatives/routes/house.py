"""What the three route modules share: the blueprint, loading, and putting errors on a form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, after_this_request, render_template

from civic.db import db
from civic.errors import Invalid
from civic.initiatives import policy
from civic.initiatives.models import Initiative
from civic.initiatives.policy import desk as desk_policy
from civic.initiatives.presentation.desk import HIDE_REASONS
from civic.initiatives.queries.desk import hiding_of
from civic.web import person

bp = Blueprint("initiatives", __name__)

# a number that no integer column can hold is an unknown page, not a database error
ONE = "/initiatieven/<int(max=2147483647):initiative_id>"


def load(initiative_id: int) -> Initiative:
    return db.get_or_404(Initiative, initiative_id)


def load_visible(initiative_id: int) -> Initiative:
    """Another person's draft does not exist for you."""
    initiative = load(initiative_id)
    if not policy.may_see(person(), initiative):
        abort(404)
    _refuse_hidden(initiative)
    return initiative


def _refuse_hidden(initiative: Initiative) -> None:
    """Taken off the site: gone for everybody, with the reason, but for its writers and the desk."""
    if initiative.hidden_at is None or desk_policy.sees_hidden(person(), initiative):
        return
    page = render_template("initiatives/desk/hidden.html", reason=hiding_of(initiative), reasons=HIDE_REASONS)
    abort(Response(page, status=410))


def keep_out_of_search(initiative: Initiative) -> None:
    """Once the writer took the name off, search engines are asked to forget the page that had it."""

    def _say_so(response: Response) -> Response:
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    if initiative.author_hidden_at is not None:
        after_this_request(_say_so)


def put_errors(form: Any, error: Invalid) -> None:
    """Show what the database rules refuse at the fields they are about."""
    for name, sentences in error.errors.items():
        field = form._fields.get(name)
        if field is None:
            form.form_errors.extend(sentences)
        else:
            field.errors = [*field.errors, *sentences]
