from __future__ import annotations

from flask import Flask
from sqlalchemy import delete

from civic.aanjaagteam.models import Report
from civic.db import db
from civic.search import queries
from civic.search.models import SearchText
from tests.initiatives.factories import draft, published


def titles(typed: str, kind: str) -> list[str]:
    return [one.title for one in queries.find(typed, [kind], 5)]


def test_the_command_makes_all_of_it_again(app: Flask) -> None:
    with app.app_context():
        published(title="Bomen op het plein")
        hidden = published(title="Bomen in de straat")
        draft(title="Bomen in het park")
        db.session.execute(delete(SearchText))
        hidden.hidden_at = hidden.published_at
        db.session.commit()
        assert titles("bomen", "initiative") == []
    result = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert result.exit_code == 0, result.output
    assert "1  initiative" in result.output
    assert f"0  {Report.__tablename__}" in result.output
    with app.app_context():
        assert titles("bomen", "initiative") == ["Bomen op het plein"]
