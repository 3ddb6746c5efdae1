from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db, now
from civic.files import web
from civic.files.models import Upload
from civic.initiatives import service
from civic.initiatives.models import Initiative
from civic.initiatives.models.attachments import InitiativeAttachment
from civic.initiatives.queries.attachments import attachments_of
from civic.retention import apply_retention
from tests.access import OWNER_EMAIL
from tests.files.samples import huge_png, image, pdf
from tests.initiatives.factories import author, draft, published
from tests.initiatives.factories import form_values as draft_form
from tests.statements import counting


def make(app: Flask) -> int:
    with app.app_context():
        return draft().id


def add(client: FlaskClient, number: int, data: bytes | None = None, **fields: Any) -> Any:
    name = fields.pop("name", "foto.jpg")
    values: dict[str, Any] = {"description": "Een boom op het plein", **fields}
    if data is None or data:
        values["file"] = (BytesIO(data or image()), name)
    return client.post(f"/initiatieven/{number}/bijlagen", data=values)


def rows(app: Flask, number: int) -> list[InitiativeAttachment]:
    with app.app_context():
        return attachments_of(number)


def test_a_photo_is_added_and_shown(app: Flask, sign_in) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    answer = add(client, number)
    assert (answer.status_code, answer.location) == (303, f"/initiatieven/{number}/bijlagen")
    page = client.get(answer.location).get_data(as_text=True)
    assert 'alt="Een boom op het plein"' in page
    (row,) = rows(app, number)
    found = client.get(f"/initiatieven/{number}/bijlagen/{row.id}")
    assert found.mimetype == "image/jpeg"
    assert found.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Cache-Control"] == "private, no-store"
    assert "een-boom-op-het-plein.jpg" in found.headers["Content-Disposition"]


def test_on_the_public_page_with_words_and_sizes(app: Flask, sign_in, client) -> None:
    number, writer = make(app), sign_in(email=OWNER_EMAIL)
    add(writer, number)
    add(writer, number, pdf(), name="plan.pdf", description="Het hele plan")
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        service.publish(initiative, initiative.revision, actor=author(), at=now())
        db.session.commit()
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    assert 'loading="lazy"' in page
    assert 'width="60" height="40"' in page
    assert "Het hele plan" in page
    assert "(PDF, " in page
    photo, plan = rows(app, number)
    answer = client.get(f"/initiatieven/{number}/bijlagen/{plan.id}")
    assert answer.data == pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=het-hele-plan.pdf")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = client.get(
        f"/initiatieven/{number}/bijlagen/{photo.id}",
        headers={"If-None-Match": client.get(f"/initiatieven/{number}/bijlagen/{photo.id}").headers["ETag"]},
    )
    assert (again.status_code, again.data) == (304, b"")
    # from now on it stays as it was read
    assert writer.get(f"/initiatieven/{number}/bijlagen").status_code == 409
    assert add(writer, number).status_code == 409
    assert writer.post(f"/initiatieven/{number}/bijlagen/{photo.id}/weghalen").status_code == 409


def test_hidden_with_the_page(app: Flask, sign_in, client) -> None:
    number = make(app)
    add(sign_in(email=OWNER_EMAIL), number)
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        service.publish(initiative, initiative.revision, actor=author(), at=now())
        initiative.hidden_at = now()
        db.session.commit()
    (row,) = rows(app, number)
    assert client.get(f"/initiatieven/{number}/bijlagen/{row.id}").status_code == 404


@pytest.mark.parametrize("role", [None, Role.RESIDENT, Role.COUNCIL_OFFICE, Role.ADMINISTRATOR])
def test_the_files_of_a_draft_do_not_exist_for_others(app: Flask, sign_in, client, role) -> None:
    number = make(app)
    add(sign_in(email=OWNER_EMAIL), number)
    (row,) = rows(app, number)
    other = client if role is None else sign_in(role, email="ander@example.nl")
    assert other.get(f"/initiatieven/{number}/bijlagen/{row.id}").status_code == 404
    for answer in (
        other.get(f"/initiatieven/{number}/bijlagen"),
        add(other, number),
        other.post(f"/initiatieven/{number}/bijlagen/{row.id}/weghalen"),
        other.post(f"/initiatieven/{number}/bijlagen/{row.id}/omhoog"),
        other.post(f"/initiatieven/{number}/bewaren-en-bijlagen"),
    ):
        assert answer.status_code in ({302} if role is None else {403})
    assert len(rows(app, number)) == 1


def test_an_attachment_of_another_initiative_is_no_page(app: Flask, sign_in) -> None:
    number, other, client = make(app), make(app), sign_in(email=OWNER_EMAIL)
    add(client, number)
    (row,) = rows(app, number)
    assert client.get(f"/initiatieven/{other}/bijlagen/{row.id}").status_code == 404
    client.post(f"/initiatieven/{other}/bijlagen/{row.id}/weghalen")
    client.post(f"/initiatieven/{other}/bijlagen/{row.id}/omlaag")
    assert len(rows(app, number)) == 1


def test_all_errors_at_once_and_the_words_stay(app: Flask, sign_in) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    page = add(client, number, b"", description="")
    text = page.get_data(as_text=True)
    assert page.status_code == 422
    assert "Kies een foto of een PDF." in text
    assert "Beschrijf wat erop staat." in text
    page = add(client, number, b"GIF89a", name="dans.gif", description="Dansende mensen")
    assert page.status_code == 422
    assert 'value="Dansende mensen"' in page.get_data(as_text=True)
    assert 'aria-invalid="true"' in page.get_data(as_text=True)
    assert add(client, number, description="x" * 201).status_code == 422
    assert add(client, number, huge_png(20_000, 20_000), name="bom.png").status_code == 422
    assert rows(app, number) == []


def test_words_of_every_kind(app: Flask, sign_in) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    for words in ('"><script>alert(1)</script>', "🌳 שלום", "‮omgekeerd", "…"):
        assert add(client, number, description=words, name="x" * 5000 + ".jpg").status_code == 303
    page = client.get(f"/initiatieven/{number}/bijlagen").get_data(as_text=True)
    assert "<script>alert" not in page
    for row in rows(app, number):
        assert client.get(f"/initiatieven/{number}/bijlagen/{row.id}").status_code == 200


def test_five_is_the_most(app: Flask, sign_in) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    for _number in range(5):
        assert add(client, number).status_code == 303
    page = add(client, number)
    assert page.status_code == 422
    assert "Er zijn al 5 bijlagen." in page.get_data(as_text=True)
    assert len(rows(app, number)) == 5


def test_order_and_removal(app: Flask, sign_in) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    for words in ("een", "twee", "drie"):
        add(client, number, description=words)
    first, second, third = (row.id for row in rows(app, number))

    def post(which: int, verb: str) -> list[str]:
        answer = client.post(f"/initiatieven/{number}/bijlagen/{which}/{verb}")
        assert answer.status_code == 303
        return [row.description for row in rows(app, number)]

    assert post(third, "omhoog") == ["een", "drie", "twee"]
    assert post(first, "omlaag") == ["drie", "een", "twee"]
    assert post(third, "omhoog") == ["drie", "een", "twee"]
    assert post(second, "omlaag") == ["drie", "een", "twee"]
    assert post(first, "weghalen") == ["drie", "twee"]
    assert post(first, "weghalen") == ["drie", "twee"]
    with app.app_context():
        assert db.session.query(Upload).count() == 2
    assert client.get(f"/initiatieven/{number}/bijlagen/{first}/omhoog").status_code == 405
    assert client.post(f"/initiatieven/{number}/bijlagen/{second}/opzij").status_code == 404


def test_gone_with_the_draft(app: Flask, sign_in) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    add(client, number)
    assert client.post(f"/initiatieven/{number}/weggooien").status_code == 303
    with app.app_context():
        assert db.session.query(Upload).count() == 0
        assert db.session.query(InitiativeAttachment).count() == 0


def test_gone_with_a_draft_that_nobody_needs(app: Flask, sign_in) -> None:
    number, kept = make(app), None
    add(sign_in(email=OWNER_EMAIL), number)
    with app.app_context():
        kept = published().id
        assert apply_retention(now() + timedelta(days=300))
        assert db.session.query(Upload).count() == 1
        apply_retention(now() + timedelta(days=366))
        apply_retention(now() + timedelta(days=366))
        assert db.session.query(Upload).count() == 0
        assert db.session.get(Initiative, kept) is not None


def test_the_text_is_kept_on_the_way_to_the_attachments(app: Flask, sign_in) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    with app.app_context():
        form = draft_form(db.session.get_one(Initiative, number), title="Nog meer bomen")
    answer = client.post(f"/initiatieven/{number}/bewaren-en-bijlagen", data=form)
    assert (answer.status_code, answer.location) == (303, f"/initiatieven/{number}/bijlagen")
    with app.app_context():
        assert db.session.get_one(Initiative, number).title == "Nog meer bomen"


@pytest.fixture
def small_limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Limits in kilobytes instead of megabytes; a file that is too much for any other form."""
    app.config["MAX_CONTENT_LENGTH"] = 50_000
    monkeypatch.setattr(web, "MOST_BYTES", 100_000)
    monkeypatch.setattr(web, "ROOM", 20_000)
    return b"\xff\xd8\xff" + b"0" * 60_000


def test_only_this_form_may_be_large(app: Flask, sign_in, small_limits: bytes) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    page = add(client, number, small_limits)
    assert page.status_code == 422
    assert "niet compleet" in page.get_data(as_text=True)
    page = add(client, number, small_limits * 3)
    assert page.status_code == 413
    assert "hooguit 10 MB" in page.get_data(as_text=True)
    other = {"file": (BytesIO(small_limits), "groot.jpg")}
    answer = client.post(f"/initiatieven/{number}/bewaren", data=other)
    assert answer.status_code == 413
    assert "hooguit 5 MB" in answer.get_data(as_text=True)


@pytest.mark.own_app
def test_the_limit_is_raised_before_the_token_is_read(app: Flask, sign_in, small_limits: bytes) -> None:
    """The CSRF check reads the form first: a large file without a token is refused for its token."""
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    app.config["WTF_CSRF_ENABLED"] = True
    page = add(client, number, small_limits)
    assert page.status_code == 400
    assert "verlopen" in page.get_data(as_text=True)


def test_more_attachments_cost_no_more_statements(app: Flask, sign_in, client) -> None:
    with app.app_context():
        without, engine = published().id, db.engine
    number, writer = make(app), sign_in(email=OWNER_EMAIL)
    for _number in range(5):
        add(writer, number)
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        service.publish(initiative, initiative.revision, actor=author(), at=now())
        db.session.commit()
    with counting(engine) as few:
        client.get(f"/initiatieven/{without}")
    with counting(engine) as many:
        client.get(f"/initiatieven/{number}")
    assert len(many) == len(few)
