"""Every text of every table holds something nasty, and every page is shown to everybody who may see it.

Nothing may come out as markup, nothing may be evaluated, nothing may break.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from civic.db import Base, db
from tests.access import Case
from tests.databases import Databases
from tests.web import markup, poison, site
from tests.web.conftest import Template, running


@pytest.fixture(scope="module")
def poisoned_app(
    databases: Databases, full_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    with running(
        databases, full_template[0], tmp_path_factory.mktemp("poison"), WTF_CSRF_ENABLED=True
    ) as app:
        with app.app_context():
            poison.everywhere()
            db.session.commit()
        yield app


@pytest.mark.parametrize("endpoint", site.get_endpoints())
def test_page_survives_poison(poisoned_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    for text, identities in site.every_view(poisoned_app, endpoint, cases[endpoint]).items():
        for mark in poison.MARKS:
            assert mark not in text, f"{identities}: {mark!r}"
        assert markup.problems(text) == [], identities


def test_the_poison_reached_the_pages(poisoned_app: Flask, cases: dict[str, Case]) -> None:
    """Not vacuous: the nasty texts do appear, escaped."""
    shown = set()
    for endpoint, case in site.pages(cases):
        answer = site.client_of(poisoned_app, sorted(case.allowed)[0]).get(
            site.address(poisoned_app, endpoint, case)
        )
        if "&lt;script&gt;alert" in answer.text or "onerror=alert(1)&gt;" in answer.text:
            shown.add(endpoint.split(".")[0])
    assert shown >= {"pages"} | {
        room for room in ("initiatives", "panels", "aanjaagteam") if _has_pages(room)
    }


def _has_pages(room: str) -> bool:
    return any(endpoint.startswith(f"{room}.") for endpoint in site.get_endpoints())


def test_every_exception_is_still_a_column() -> None:
    """The list of what is left out holds nothing that is gone."""
    known = {(table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns}
    assert set(poison.LEFT_OUT) <= known
