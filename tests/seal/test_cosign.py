"""Taking in what witnesses sign: only their own key, at that moment, over a checkpoint that is not stale."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from civic.db import db
from civic.errors import Invalid
from civic.seal import note, queries, service
from civic.seal.models import Cosignature
from tests.conftest import NOW
from tests.seal.makers import (
    DRONTEN,
    LATER,
    LELYSTAD,
    URK,
    cosign,
    newest,
    publish,
    record,
    seal_all,
    signature_of,
    signed_log,
)

MOMENT = int(NOW.timestamp())


@pytest.fixture
def address(app: Flask) -> str:
    """The address of the page of a witness, with a checkpoint to sign."""
    with app.app_context():
        witness = publish(LELYSTAD)
        publish(DRONTEN)
        signed_log(5)
        return f"/verifieer/getuigen/{witness.id}"


def form_of(app: Flask, seed: bytes = LELYSTAD, time: int = MOMENT) -> dict[str, object]:
    with app.app_context():
        checkpoint = newest()
        return {
            "size": checkpoint.size, "time": time, "signature": signature_of(seed, checkpoint, time)
        }  # fmt: skip


def kept(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Cosignature)) or 0


def post(client: FlaskClient, address: str, form: dict[str, object]) -> TestResponse:
    with time_machine.travel(NOW, tick=False):
        return client.post(address, data=form)


def test_a_good_signature(app: Flask, client: FlaskClient, address: str) -> None:
    answer = post(client, address, form_of(app))
    assert answer.status_code == 303
    assert kept(app) == 1
    assert "Uw handtekening staat onder het controlepunt" in client.get(address).text
    with app.app_context():
        assert [one.witness.name for one in queries.cosignatures_of(newest())] == ["Griffie Lelystad"]


def test_a_repeat_looks_like_success(app: Flask, client: FlaskClient, address: str) -> None:
    form = form_of(app)
    assert post(client, address, form).status_code == 303
    assert post(client, address, form).status_code == 303
    assert post(client, address, form_of(app, time=MOMENT + 1)).status_code == 303
    assert kept(app) == 1
    with app.app_context():
        assert db.session.scalars(select(Cosignature.time)).one() == MOMENT, "the first stays"


def test_a_script_gets_plain_text(app: Flask, client: FlaskClient, address: str) -> None:
    with time_machine.travel(NOW, tick=False):
        good = client.post(address, data=form_of(app), headers={"Accept": "text/plain"})
        bad = client.post(address, data={}, headers={"Accept": "text/plain"})
    assert (good.status_code, good.mimetype) == (200, "text/plain")
    assert "Dank u" in good.text
    assert (bad.status_code, bad.mimetype) == (422, "text/plain")
    assert bad.text.splitlines() == [
        "Vul het aantal regels in.",
        "Vul de tijd in.",
        "Vul de handtekening in.",
    ]


def test_what_was_typed_stays(app: Flask, client: FlaskClient, address: str) -> None:
    answer = post(client, address, {"size": "veel", "time": "straks", "signature": "<b>ab</b>"})
    assert answer.status_code == 422
    for sentence in ("Schrijf een getal, zoals 1204.", "Schrijf een getal, zoals 1798761600."):
        assert sentence in answer.text
    for typed in ('value="veel"', 'value="straks"', "&lt;b&gt;ab&lt;/b&gt;"):
        assert typed in answer.text


def test_a_time_that_is_not_now(app: Flask, client: FlaskClient, address: str) -> None:
    for seconds in (-601, 601, -86_400, 86_400, 10**9):
        answer = post(client, address, form_of(app, time=MOMENT + seconds))
        assert answer.status_code == 422
        assert "meer dan 10 minuten van nu" in answer.text
    assert kept(app) == 0


@pytest.mark.parametrize("seconds", [0, 600])
def test_clocks_may_differ_a_little(app: Flask, client: FlaskClient, address: str, seconds: int) -> None:
    assert post(client, address, form_of(app, time=MOMENT + seconds)).status_code == 303


def test_a_time_before_the_checkpoint(app: Flask, client: FlaskClient, address: str) -> None:
    """It cannot have been seen before it was there."""
    answer = post(client, address, form_of(app, time=MOMENT - 1))
    assert answer.status_code == 422
    assert "vóór het controlepunt" in answer.text


def test_a_forged_signature(app: Flask, client: FlaskClient, address: str) -> None:
    form, other = form_of(app), form_of(app, DRONTEN)
    forged = {
        "zeros": {"signature": "00" * 64},
        "short": {"signature": str(form["signature"])[:-2]},
        "no number": {"signature": "zz" * 64},
        "emoji": {"signature": "😀" * 128},
        "another time": {"time": MOMENT + 1},
        "another witness": {"signature": other["signature"]},
    }
    for name, change in forged.items():
        answer = post(client, address, {**form, **change})
        assert answer.status_code == 422, name
        assert "past niet bij de sleutel van deze getuige" in answer.text
    assert kept(app) == 0


def test_a_signature_over_a_fork(app: Flask, client: FlaskClient, address: str) -> None:
    """Of the same size, with another root: what the witness signed was shown by somebody else."""
    form = form_of(app)
    with app.app_context():
        checkpoint = newest()
        fork = note.body(checkpoint.origin, checkpoint.size, b"f" * 32)
        form["signature"] = note.sign(LELYSTAD, note.cosigned(fork, MOMENT)).hex()
    assert post(client, address, form).status_code == 422
    assert kept(app) == 0


def test_a_checkpoint_that_is_not_there(app: Flask, client: FlaskClient, address: str) -> None:
    for size in (0, 1, 999_999_999_999_999, "9" * 40, -3):
        assert post(client, address, {**form_of(app), "size": size}).status_code == 422
    assert kept(app) == 0


def test_a_stale_checkpoint(app: Flask, address: str) -> None:
    """Otherwise an old one could be made to look as if all witnesses came late."""
    with app.app_context():
        old = newest()
        record(1)
        seal_all()
        service.sign_checkpoint(NOW + timedelta(hours=1))
        db.session.commit()
        cosign(LELYSTAD, old, at=NOW + timedelta(hours=1, minutes=10))  # was at it when the new one came
        with pytest.raises(Invalid) as error:
            cosign(DRONTEN, old, at=NOW + timedelta(hours=1, minutes=11))
        assert error.value.errors == {"size": ["Er is al lang een nieuwer controlepunt. Teken dat."]}


def test_a_witness_who_stopped(app: Flask, client: FlaskClient, address: str) -> None:
    with app.app_context():
        service.retire_witness(queries.witnesses()[0], actor=None, at=NOW)
        db.session.commit()
    answer = client.post(address, data=form_of(app), headers={"Accept": "text/plain"})
    assert answer.status_code == 422
    assert "Deze getuige is gestopt" in answer.text
    assert "<form" not in client.get(address).text.split("<main")[1]


def test_what_was_signed_before_stopping_stays(app: Flask, client: FlaskClient, address: str) -> None:
    post(client, address, form_of(app))
    with app.app_context():
        service.retire_witness(queries.witnesses()[0], actor=None, at=LATER)
        db.session.commit()
        assert len(queries.cosignatures_of(newest())) == 1


def test_a_key_counts_only_for_what_came_after_it(app: Flask) -> None:
    """The key is published first. Otherwise one could be made to fit a checkpoint."""
    with app.app_context():
        old = signed_log(3)
        publish(LELYSTAD, at=NOW + timedelta(seconds=1))
        with pytest.raises(Invalid) as error:
            cosign(LELYSTAD, old, at=NOW + timedelta(minutes=1))
        assert "ouder dan uw sleutel" in error.value.errors["size"][0]


def test_a_stranger(app: Flask, client: FlaskClient, address: str) -> None:
    assert post(client, address, form_of(app, URK)).status_code == 422
    assert client.post("/verifieer/getuigen/999", data={}).status_code == 404
    assert client.get("/verifieer/getuigen/999").status_code == 404
    assert kept(app) == 0


def test_too_often(app: Flask, client: FlaskClient, address: str) -> None:
    answers = [post(client, address, {}).status_code for _ in range(61)]
    assert answers == [422] * 60 + [429]


def test_a_very_large_form(client: FlaskClient, address: str) -> None:
    assert client.post(address, data={"signature": "a" * 300_000}).status_code == 413
    assert client.post(address, data={"signature": "a" * 100_000}).status_code == 422
