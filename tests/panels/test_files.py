"""Placing the two files: all pools of practice, all errors at once, nothing half stored."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import KEEP_REGISTRANTS, Panel, PanelFiles, UploadErrors
from civic.panels.service.panels import PanelText
from civic.panels.service.reading import Reading, read
from civic.panels.states import PanelState
from civic.retention import apply_retention
from tests.conftest import NOW
from tests.panels.makers import (
    CATEGORIES,
    POOLS,
    actions_of,
    make_draw,
    make_panel,
    make_ready_panel,
    respondents,
    two_files,
)

LIKE = sorted(path.name for path in POOLS.glob("like_*"))
PRACTICE = ["example_small_20", "example_large_200", *LIKE]


def files_count() -> int:
    return db.session.scalar(select(func.count()).select_from(PanelFiles)) or 0


def refused(client: FlaskClient, panel_id: int, categories: bytes, people: bytes) -> str:
    answer = client.post(f"/panels/{panel_id}/bestanden", data=two_files(categories, people))
    assert answer.status_code == 422
    return answer.text


@pytest.fixture
def panel_id(app: Flask) -> int:
    with app.app_context():
        return make_panel().id


def test_there_are_eight_like_pools() -> None:
    assert len(LIKE) == 8


@pytest.mark.parametrize("name", PRACTICE)
def test_the_pools_of_practice_are_accepted(app: Flask, administrator_client: FlaskClient, name: str) -> None:
    size = int(name.rpartition("_")[2])
    categories = (POOLS / name / "categories.csv").read_bytes()
    people = (POOLS / name / "respondents.csv").read_bytes()
    with app.app_context():
        panel_id = make_panel(PanelText("Een proefpanel", "Een vraag die lang genoeg is.", size)).id
    answer = administrator_client.post(f"/panels/{panel_id}/bestanden", data=two_files(categories, people))
    assert answer.status_code == 303, answer.text
    with app.app_context():
        files = db.session.scalars(select(PanelFiles)).one()
        assert files.registrants == len(people.strip().splitlines()) - 1
        assert files.respondents == people
        for feature in files.summary["features"]:
            assert sum(one["available"] for one in feature["values"]) == files.registrants
    assert administrator_client.get(f"/panels/{panel_id}/bestanden").status_code == 200


def test_accepted_files_show_what_was_read(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    people = respondents()
    answer = administrator_client.post(f"/panels/{panel_id}/bestanden", data=two_files())
    assert answer.status_code == 303
    page = administrator_client.get(answer.location).text
    assert "Deze bestanden staan klaar" in page
    assert "leeftijd, geslacht" in page
    assert "16-34" in page
    with app.app_context():
        panel, files = db.session.get_one(Panel, panel_id), db.session.scalars(select(PanelFiles)).one()
        assert panel.state is PanelState.READY
        assert files.respondents_sha256 == hashlib.sha256(people).hexdigest()
        assert files.categories_sha256 == hashlib.sha256(CATEGORIES).hexdigest()
        assert actions_of(panel) == ["panel_created", "files_accepted"]


def test_registrants_are_nowhere_in_the_clear(app: Flask) -> None:
    with app.app_context():
        make_ready_panel()
        raw = "".join(str(row) for row in db.session.execute(db.text("SELECT * FROM panel_files")).all())
        events = "".join(str(row) for row in db.session.execute(db.text("SELECT * FROM event")).all())
    assert "XK00" not in raw + events


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_ways_a_spreadsheet_writes(
    administrator_client: FlaskClient, panel_id: int, encoding: str, separator: str
) -> None:
    categories = CATEGORIES.decode().replace("16-34", "jongeren é").replace(",", separator).encode(encoding)
    people = respondents().decode().replace("16-34", "jongeren é").replace(",", separator).encode(encoding)
    answer = administrator_client.post(f"/panels/{panel_id}/bestanden", data=two_files(categories, people))
    assert answer.status_code == 303, answer.text
    assert "jongeren é" in administrator_client.get(f"/panels/{panel_id}/bestanden").text


def test_no_file_chosen(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    for data in ({}, {"categories": "geen bestand", "respondents": (io.BytesIO(b""), "")}):
        answer = administrator_client.post(f"/panels/{panel_id}/bestanden", data=data)
        assert answer.status_code == 422
        assert "Kies het bestand met de quota." in answer.text
        assert "Kies het bestand met de aanmeldingen." in answer.text


def zipped() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("respondents.csv", respondents())
    return output.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "respondents.csv: het bestand is leeg."),
        (b"  \n\n ", "respondents.csv: het bestand is leeg."),
        (b"%PDF-1.7 \x00\x01", "respondents.csv: dit is geen CSV of Excel (.xlsx)."),
        (b"id,leeftijd\n\x00\x00", "respondents.csv: dit is geen CSV of Excel (.xlsx)."),
        (
            "id,leeftijd,geslacht\nA,16-34,vrouw\n".encode("utf-16"),
            "respondents.csv: dit is geen CSV of Excel (.xlsx).",
        ),
    ],
)
def test_files_that_are_no_table(
    app: Flask, administrator_client: FlaskClient, panel_id: int, content: bytes, sentence: str
) -> None:
    assert sentence in refused(administrator_client, panel_id, CATEGORIES, content)
    with app.app_context():
        assert files_count() == 0


def test_a_zip_file(administrator_client: FlaskClient, panel_id: int) -> None:
    assert "respondents.csv: dit is geen CSV of Excel (.xlsx)." in refused(
        administrator_client, panel_id, CATEGORIES, zipped()
    )


def test_files_with_too_many_lines(administrator_client: FlaskClient, panel_id: int) -> None:
    page = refused(
        administrator_client, panel_id, CATEGORIES + b"\n" * 2_000, respondents() + b"\n" * 300_000
    )
    assert "categories.csv: er zijn te veel regels. Het mogen er hooguit 1.000 zijn." in page
    assert "respondents.csv: er zijn te veel regels." in page


def test_the_errors_of_both_files_at_once(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    page = refused(administrator_client, panel_id, b"", zipped())
    assert "categories.csv: het bestand is leeg." in page
    assert "respondents.csv: dit is geen CSV of Excel (.xlsx)." in page
    assert "Er staan 2 fouten in de bestanden." in page
    categories = CATEGORIES.replace(b"16-34,3,5", b"16-34,5,3")
    people = respondents() + b"XK0001,35-64,vrouw\nNIEUW,stokoud,vrouw\n"
    page = refused(administrator_client, panel_id, categories, people)
    for part in ("categories.csv, regel 2", "XK0001", "respondents.csv, regel 43", "stokoud"):
        assert part in page
    with app.app_context():
        assert files_count() == 0
        assert db.session.get_one(Panel, panel_id).state is PanelState.DRAFT


def test_a_thousand_errors_stay_readable(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    rows = [f"Q{number},onbekend{number},vrouw" for number in range(1000)]
    people = "\n".join(["id,leeftijd,geslacht", *rows]).encode()
    page = refused(administrator_client, panel_id, CATEGORIES, people)
    assert "fouten in de bestanden" in page
    assert "Dit zijn de eerste 50." in page
    assert "onbekend49" in page
    assert "onbekend51" not in page
    assert len(page) < 40_000
    text = administrator_client.get(f"/panels/{panel_id}/bestanden/fouten.txt")
    assert text.mimetype == "text/plain"
    assert len(text.text.splitlines()) >= 1000
    assert "onbekend999" in text.text
    with app.app_context():
        raw = str(db.session.execute(db.text("SELECT * FROM panel_upload_errors")).all())
    assert "onbekend" not in raw
    administrator_client.post(f"/panels/{panel_id}/bestanden", data=two_files())
    assert administrator_client.get(f"/panels/{panel_id}/bestanden/fouten.txt").status_code == 404


def test_swapped_files_give_one_sentence(administrator_client: FlaskClient, panel_id: int) -> None:
    many = respondents(1_500)  # more lines than a quota file may have
    for people in (respondents(), many):
        page = refused(administrator_client, panel_id, people, CATEGORIES)
        assert "Er staat 1 fout in de bestanden." in page
        assert "U hebt de bestanden omgewisseld." in page
    page = refused(administrator_client, panel_id, respondents(), respondents())
    assert "omgewisseld" not in page
    assert "categories.csv: de kolom “category” ontbreekt." in page


@pytest.mark.parametrize(
    ("categories", "people", "sentence"),
    [
        (
            CATEGORIES.replace(b",min,", b",laagste,"),
            respondents(),
            "categories.csv: de kolom “min” ontbreekt.",
        ),
        (
            CATEGORIES.replace(b"65+,2", b"65+,"),
            respondents(),
            "categories.csv, regel 4: het vak “min” is leeg.",
        ),
        (CATEGORIES.splitlines()[0], respondents(), "categories.csv: er staat alleen een kop in."),
        (CATEGORIES, respondents() + b"E1,=1+1,man", "respondents.csv, regel 42: “=1+1” is een formule."),
        (CATEGORIES, respondents() + b"E1,65+,man,x", "respondents.csv, regel 42: er zijn meer vakken"),
        (CATEGORIES, respondents() + b"E1,oud,man", "respondents.csv, regel 42: de waarde “oud” hoort niet"),
    ],
)
def test_an_error_names_the_file_first(
    administrator_client: FlaskClient, panel_id: int, categories: bytes, people: bytes, sentence: str
) -> None:
    assert f"<li>{sentence}" in refused(administrator_client, panel_id, categories, people)


def test_no_transaction_is_open_while_the_files_are_read(
    administrator_client: FlaskClient, panel_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading takes seconds; on SQLite everybody who writes would wait for it."""
    seen = []

    def reads(categories: bytes, people: bytes, size: int) -> Reading:
        seen.append(db.session().in_transaction())
        return read(categories, people, size)

    monkeypatch.setattr("civic.panels.routes.files.read", reads)
    assert administrator_client.post(f"/panels/{panel_id}/bestanden", data=two_files()).status_code == 303
    assert seen == [False]


def test_a_size_that_changed_meanwhile_is_a_conflict(
    app: Flask, administrator_client: FlaskClient, panel_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reads(categories: bytes, people: bytes, size: int) -> Reading:
        return read(categories, people, size + 1)

    monkeypatch.setattr("civic.panels.routes.files.read", reads)
    assert administrator_client.post(f"/panels/{panel_id}/bestanden", data=two_files()).status_code == 409
    with app.app_context():
        assert files_count() == 0


def test_an_answer_in_an_error_is_shown_as_text(administrator_client: FlaskClient, panel_id: int) -> None:
    people = respondents() + b"E1,<script>alert(1)</script>,vrouw\n"
    assert "<script>alert(1)" not in refused(administrator_client, panel_id, CATEGORIES, people)


def test_ten_megabytes(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    # the body itself, not a form: the test client would leave its own spooled file open
    kind = "multipart/form-data; boundary=grens"
    body = b"--grens\r\n" + b"x" * 10_000_000
    answer = administrator_client.post(f"/panels/{panel_id}/bestanden", data=body, content_type=kind)
    assert answer.status_code == 413
    assert "te groot" in answer.text
    with app.app_context():
        assert files_count() == 0


def test_too_few_people_in_a_group_is_a_warning(administrator_client: FlaskClient, panel_id: int) -> None:
    people = b"\n".join(line for line in respondents().splitlines() if b"65+" not in line) + b"\nZ1,65+,man\n"
    answer = administrator_client.post(f"/panels/{panel_id}/bestanden", data=two_files(people=people))
    assert answer.status_code == 303, answer.text
    page = administrator_client.get(answer.location).text
    assert "te weinig" in page
    assert "Van een groep zijn er te weinig aanmeldingen." in page


def test_replacing_wipes_the_old_registrants(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = make_ready_panel().id
    answer = administrator_client.post(
        f"/panels/{panel_id}/bestanden", data=two_files(people=respondents(60))
    )
    assert answer.status_code == 303
    with app.app_context():
        old, new = db.session.scalars(select(PanelFiles).order_by(PanelFiles.version)).all()
        assert (old.version, old.respondents, old.deleted_at is not None) == (1, None, True)
        assert (new.version, new.respondents, new.registrants) == (2, respondents(60), 60)


def test_not_while_a_draw_runs(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = make_ready_panel()
        panel_id = panel.id
        make_draw(panel)
    page = refused(administrator_client, panel_id, CATEGORIES, respondents(60))
    assert "Er loopt een loting met de vorige bestanden." in page
    with app.app_context():
        assert files_count() == 1


@pytest.mark.parametrize("path", ["bestanden", "bestanden/verwijderen", "bestanden/fouten.txt"])
def test_strangers(app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], path: str) -> None:
    with app.app_context():
        panel_id = make_ready_panel().id
    assert client.get(f"/panels/{panel_id}/{path}").status_code == 302
    for number, roles in enumerate([[], [Role.ADMINISTRATOR], [Role.AUDITOR]]):
        stranger = sign_in(*roles, email=f"vreemd{number}@example.nl")
        assert stranger.get(f"/panels/{panel_id}/{path}").status_code == 403
        if not path.endswith("txt"):
            assert stranger.post(f"/panels/{panel_id}/{path}", data=two_files()).status_code == 403
    with app.app_context():
        assert db.session.scalars(select(PanelFiles)).one().respondents is not None


def test_delete_asks_first(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = make_ready_panel()
        panel_id = panel.id
        make_draw(panel)
    url = f"/panels/{panel_id}/bestanden/verwijderen"
    assert "Weet u zeker" in administrator_client.get(url).text
    assert administrator_client.post(url).status_code == 303
    with app.app_context():
        panel, files = db.session.get_one(Panel, panel_id), db.session.scalars(select(PanelFiles)).one()
        assert panel.state is PanelState.EMPTIED
        assert files.respondents is None
        assert actions_of(panel)[-1] == "files_deleted"
    again = administrator_client.post(url)
    assert again.status_code == 409
    assert "Er zijn geen bestanden om te verwijderen." in administrator_client.get(url).text


def test_after_ninety_days_the_registrants_are_gone(app: Flask) -> None:
    from civic.panels.jobs import close_panels

    with app.app_context():
        panel_id = make_ready_panel().id
        apply_retention(NOW + KEEP_REGISTRANTS)
        assert db.session.scalars(select(PanelFiles)).one().respondents is not None
        apply_retention(NOW + KEEP_REGISTRANTS * 1.01)
        db.session.expire_all()
        assert db.session.scalars(select(PanelFiles)).one().respondents is None
        assert close_panels(NOW) == {"panels": 1}
        assert close_panels(NOW) == {"panels": 0}
        db.session.commit()
        assert db.session.get_one(Panel, panel_id).state is PanelState.EMPTIED


def test_the_error_report_goes_after_a_week(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    refused(administrator_client, panel_id, CATEGORIES, b"")
    with app.app_context():
        report = db.session.scalars(select(UploadErrors)).one()
        apply_retention(report.created_at + KEEP_REGISTRANTS)
        assert db.session.scalar(select(func.count()).select_from(UploadErrors)) == 0
