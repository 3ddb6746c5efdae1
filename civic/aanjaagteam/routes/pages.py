"""What the pages with one form about a case have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.models import Report
from civic.db import committing
from civic.errors import Invalid


def form_page(name: str, form: Any, report: Report | None = None, **more: Any) -> ResponseReturnValue:
    """The page with this form; 422 when something was wrong."""
    page = render_template(f"aanjaagteam/case/{name}.html", form=form, report=report, **more)
    return page, 422 if form.errors else 200


def done(form: Any, write: Callable[[], Any]) -> bool:
    """Write it in one transaction; what the rules of the database refuse comes beside its field."""
    try:
        with committing():
            write()
    except Invalid as error:
        put_errors(form, error.errors)
        return False
    return True
