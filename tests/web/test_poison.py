"""Every text of every table holds something nasty, and every page is shown to everybody who may see it.

Nothing may come out as markup, nothing may be evaluated, nothing may break.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from civic import create_app
from civic.db import Base, db
from tests.access import Case
from tests.conftest import close
from tests.databases import Databases
from tests.web import markup, poison, site


@pytest.fixture(scope="module")
def poisoned_app(
    databases: Databases, full_template: tuple[str, dict[str, Case]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    url = databases.copy(full_template[0])
    directory: Path = tmp_path_factory.mktemp("poison")
    app = create_app(site.settings(directory, url))
    with app.app_context():
        poison.everywhere()
        db.session.commit()
    yield app
    close(app)
    databases.drop(url)


@pytest.mark.parametrize("endpoint", site.get_endpoints())
def test_page_survives_poison(poisoned_app: Flask, cases: dict[str, Case], endpoint: str) -> None:
    case = cases[endpoint]
    for identity in sorted(case.allowed):
        answer = site.client_of(poisoned_app, identity).get(site.address(poisoned_app, endpoint, case))
        assert answer.status_code < 500, identity
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        for mark in poison.MARKS:
            assert mark not in answer.text, f"{identity}: {mark!r}"
        wrong = [one for one in markup.problems(answer.text) if not one.endswith("without a name")]
        assert wrong == [], identity


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
