"""What the three route modules share: the blueprint, loading, and putting errors on a form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from civic.db import db
from civic.errors import Invalid
from civic.initiatives import policy
from civic.initiatives.models import Initiative
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
    return initiative


def put_errors(form: Any, error: Invalid) -> None:
    """Show what the database rules refuse at the fields they are about."""
    for name, sentences in error.errors.items():
        field = form._fields.get(name)
        if field is None:
            form.form_errors.extend(sentences)
        else:
            field.errors = [*field.errors, *sentences]
