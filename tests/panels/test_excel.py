"""The two files as practitioners often have them: Excel workbooks."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.panels.models import PanelFiles
from civic.panels.service.panels import PanelText
from civic.sortition import files
from tests.panels.makers import POOLS, make_panel, two_files

POOL = POOLS / "like_mass_24"


def workbooks(folder: Path) -> tuple[bytes, bytes]:
    quotas, wrong = files.read_categories(POOL / "categories.csv")
    pool, errors = files.read_respondents(POOL / "respondents.csv", quotas)
    assert wrong == errors == []
    assert pool is not None
    files.write_categories(folder / "quota.xlsx", quotas)
    files.write_respondents(folder / "aanmeldingen.xlsx", pool)
    return (folder / "quota.xlsx").read_bytes(), (folder / "aanmeldingen.xlsx").read_bytes()


def place(app: Flask, client: FlaskClient, categories: bytes, people: bytes) -> dict[str, object]:
    with app.app_context():
        panel_id = make_panel(PanelText("Een proefpanel", "Een vraag die lang genoeg is.", 24)).id
    answer = client.post(f"/panels/{panel_id}/bestanden", data=two_files(categories, people))
    assert answer.status_code == 303, answer.text
    with app.app_context():
        one = db.session.scalars(select(PanelFiles).where(PanelFiles.panel_id == panel_id)).one()
        return dict(one.summary)


def test_workbooks_give_what_csv_gives(app: Flask, administrator_client: FlaskClient, tmp_path: Path) -> None:
    from_excel = place(app, administrator_client, *workbooks(tmp_path))
    csv = [(POOL / name).read_bytes() for name in ("categories.csv", "respondents.csv")]
    assert from_excel == place(app, administrator_client, *csv)
    assert from_excel["features"]


def test_a_wrong_cell_is_named(app: Flask, administrator_client: FlaskClient, tmp_path: Path) -> None:
    quotas, _people = workbooks(tmp_path)
    files.write_table(tmp_path / "fout.xlsx", ["id", "c0"], [["a", "1"], ["b", "onbekend"]])
    with app.app_context():
        panel_id = make_panel(PanelText("Een proefpanel", "Een vraag die lang genoeg is.", 24)).id
    data = two_files(quotas, (tmp_path / "fout.xlsx").read_bytes())
    answer = administrator_client.post(f"/panels/{panel_id}/bestanden", data=data)
    assert answer.status_code == 422
    assert "B3" in answer.text
    assert "onbekend" in answer.text
