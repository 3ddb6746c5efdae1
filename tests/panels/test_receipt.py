"""The receipt of a registrant: its bytes, its page, and checking it with nothing of ours."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.panels.models import Panel, Registration
from civic.panels.queries import freeze as queries
from civic.panels.queries.registrations import access_index_of
from civic.panels.service import freeze as service
from civic.panels.service import receipts
from civic.sortition.publication import encoding, verify_draw
from civic.sortition.publication.draw import Entrant, attributes, person
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_freeze import REASON, TOKEN, frozen, make_in_order, pool_panel, registrant
from tests.panels.makers_pool import Wish, make_registration

SMALL = 48
PATH = f"/meedoen/mijn/{TOKEN}/kwitantie"


def _pool(app: Flask, is_frozen: bool = True) -> str | None:
    """With one registrant who has a link; the root."""
    with app.app_context():
        panel = pool_panel(count=SMALL)
        registrant(panel)
        make_registration(panel, Wish(constituency=3, postcode="1315 AB", number="12"), at=panel.created_at)
        make_in_order(panel, NOW)
        return frozen(panel).pool_root if is_frozen else None


def _panel() -> Panel:
    return db.session.scalars(select(Panel)).one()


def _json(client: FlaskClient) -> dict[str, Any]:
    answer = client.get(f"{PATH}.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kwitantie-panel-1-versie-1.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(json.loads(answer.data))


def test_before_the_freeze_it_says_what_comes(app: Flask, client: FlaskClient) -> None:
    _pool(app, is_frozen=False)
    page = client.get(PATH)
    assert page.status_code == 200
    assert "Uw bewijs komt nog." in page.text
    assert client.get(f"{PATH}.json").status_code == 404


def test_the_page_shows_everything(app: Flask, client: FlaskClient) -> None:
    root = _pool(app)
    page = client.get(PATH).text
    content = _json(client)
    assert "U zit in de pool." in page
    assert "Zoë Yılmaz" in page
    for part in ("secret", "salt_person", "salt_attributes", "leaf"):
        assert content[part] in page
    assert all(step in page for step in content["proof"])
    assert root is not None
    assert root in page
    assert content["pool_root"] == root
    assert content["person"] == {"birth_date": "1980-05-17", "letter_code": "", "name": "Zoë Yılmaz"}
    assert content["answers"]["geleding"] == "Zorgontvangers"
    assert content["answers"]["leeftijd"] == "35-64"
    assert content["address"] == "h1" or content["address"].startswith("h")


def test_by_hand(app: Flask, client: FlaskClient) -> None:
    """Each step written out with hashlib and json alone."""
    root = _pool(app)
    content = _json(client)

    def _jcs(value: Any) -> bytes:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def _sha(*parts: bytes) -> bytes:
        return hashlib.sha256(b"".join(parts)).digest()

    attributes_hash = _sha(
        bytes.fromhex(content["salt_attributes"]),
        _jcs({"address": content["address"], "answers": content["answers"]}),
    )
    person_hash = _sha(bytes.fromhex(content["salt_person"]), _jcs(content["person"]))
    secret_hash = _sha(bytes.fromhex(content["secret"]))
    entry = {
        "attributes": attributes_hash.hex(),
        "draw": "panel-1",
        "person": person_hash.hex(),
        "secret": secret_hash.hex(),
    }
    found = _sha(b"\x00", _jcs(entry))
    assert found.hex() == content["leaf"]
    place, last = content["index"], content["size"] - 1
    for step in (bytes.fromhex(one) for one in content["proof"]):
        while place == last and place % 2 == 0:
            place, last = place // 2, last // 2
        found = _sha(b"\x01", step, found) if place % 2 else _sha(b"\x01", found, step)
        place, last = place // 2, last // 2
    assert found.hex() == root


def test_the_draw_will_make_the_same_leaf(app: Flask, client: FlaskClient) -> None:
    """The engine's writer and its public script hash the same bytes."""
    _pool(app)
    content = _json(client)
    entrant = Entrant(
        id="x", answers=content["answers"], address=content["address"], person=content["person"]
    )
    entry = {
        "attributes": encoding.salted(bytes.fromhex(content["salt_attributes"]), attributes(entrant)),
        "draw": content["draw"],
        "person": encoding.salted(bytes.fromhex(content["salt_person"]), person(entrant)),
        "secret": hashlib.sha256(bytes.fromhex(content["secret"])).hexdigest(),
    }
    assert encoding.leaf(encoding.canonical(entry)).hex() == content["leaf"]
    assert verify_draw.opening_leaf(content["draw"], content).hex() == content["leaf"]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


@pytest.fixture
def files(app: Flask, client: FlaskClient, tmp_path: Path) -> tuple[Path, Path, str]:
    """The script and a receipt as somebody saved them, and the public root."""
    root = _pool(app)
    script, receipt = tmp_path / "narekenen.py", tmp_path / "kwitantie.json"
    answer = client.get("/meedoen/kwitantie/narekenen.py")
    assert answer.status_code == 200
    script.write_bytes(answer.data)
    receipt.write_bytes(client.get(f"{PATH}.json").data)
    return script, receipt, root or ""


def test_the_script_agrees(files: tuple[Path, Path, str]) -> None:
    script, receipt, root = files
    done = _run(str(script), str(receipt), " ".join((root[:32].upper(), root[32:])))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Het klopt: u zit in de pool." in done.stdout
    assert f"wortel: {root}" in done.stdout
    assert "Vergelijk de wortel zelf" in _run(str(script), str(receipt)).stdout


CHANGES: tuple[tuple[str, Any, int], ...] = (
    ("address", "h99", 1),
    ("person", {"birth_date": "1980-05-17", "letter_code": "", "name": "Iemand anders"}, 1),
    ("secret", "00" * 16, 1),
    ("size", 10**6, 1),
    ("proof", [], 1),
    ("draw", "panel-2", 1),
    ("salt_person", "geen hex", 2),
    ("person", None, 2),
)


def test_the_script_refuses(files: tuple[Path, Path, str]) -> None:
    script, receipt, root = files
    content = json.loads(receipt.read_bytes())
    elsewhere = (content["index"] + 1) % content["size"]
    for name, value, code in (*CHANGES, ("index", elsewhere, 1)):
        receipt.write_text(json.dumps({**content, name: value}), encoding="utf-8")
        done = _run(str(script), str(receipt), root)
        assert done.returncode == code, (name, done.stdout, done.stderr)


def test_the_script_refuses_another_root_and_no_file(files: tuple[Path, Path, str]) -> None:
    script, receipt, _root = files
    assert _run(str(script), str(receipt), "ab" * 32).returncode == 1
    assert _run(str(script)).returncode == 2
    assert _run(str(script), "nergens.json").returncode == 2


def test_names_are_bound_in_one_form(app: Flask, client: FlaskClient) -> None:
    """However a browser sends an accent, the leaf is the same."""
    composed = receipts.person_of("Zoë", "1980-05-17", "")
    apart = receipts.person_of(unicodedata.normalize("NFD", "Zoë"), "1980-05-17", "")
    assert receipts.salted(b"zout", composed) == receipts.salted(b"zout", apart)


def test_the_parts_can_not_run_into_each_other() -> None:
    assert receipts.salted(b"z", receipts.person_of("Jan2", "1980-01-01", "")) != receipts.salted(
        b"z", receipts.person_of("Jan", "21980-01-01", "")
    )


def test_a_kept_letter_code_is_bound(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = pool_panel(count=SMALL)
        receipts.keep_code(registrant(panel), "K7QM-3XDP-WT5R")
        make_in_order(panel, NOW)
        frozen(panel)
    assert _json(client)["person"]["letter_code"] == "K7QM-3XDP-WT5R"


def test_a_name_of_signs_stays_text(app: Flask, client: FlaskClient) -> None:
    name = "<script>alert(1)</script> {{ 6 * 111111 }} \u202eü"
    with app.app_context():
        panel = pool_panel(count=SMALL)
        registrant(panel).name = name
        make_in_order(panel, NOW)
        frozen(panel)
    assert _json(client)["person"]["name"] == name
    page = client.get(PATH).text
    assert "<script>alert" not in page
    assert "666666" not in page


def test_no_secrets_yet_gives_new_ones(app: Flask) -> None:
    """The rows of the makers have none, like those of an import: everybody gets a receipt all the same."""
    _pool(app)
    with app.app_context():
        everybody = list(db.session.scalars(select(Registration)))
        assert len({row.secrets["s"] for row in everybody}) == len(everybody)
        found = [receipts.receipt_of(row, _panel()) for row in everybody]
        assert all(one is not None and one.holds for one in found)
        assert sorted(one.place for one in found if one) == list(range(len(everybody)))


def test_after_a_correction_it_waits_again(app: Flask, client: FlaskClient) -> None:
    _pool(app)
    with app.app_context():
        service.correct(_panel(), REASON, actor=administrator(), at=NOW)
        db.session.commit()
    page = client.get(PATH).text
    assert "Uw bewijs komt nog." in page
    assert "Er zat een fout in de vorige pool." in page
    assert client.get(f"{PATH}.json").status_code == 404


def test_a_link_opens_its_own_receipt_only(app: Flask, client: FlaskClient) -> None:
    _pool(app)
    for token in ("cd" * 32, "x", "ab" * 31, "AB" * 32):
        assert client.get(f"/meedoen/mijn/{token}/kwitantie").status_code == 404
        assert client.get(f"/meedoen/mijn/{token}/kwitantie.json").status_code == 404
    with app.app_context():
        other = db.session.scalars(select(Registration).where(Registration.access_index.is_(None))).first()
        assert other is not None
        other.access_index = access_index_of("cd" * 32)
        db.session.commit()
    mine, theirs = _json(client), json.loads(client.get(f"/meedoen/mijn/{'cd' * 32}/kwitantie.json").data)
    assert mine["leaf"] != theirs["leaf"]
    assert "Zoë" not in json.dumps(theirs, ensure_ascii=False)


def test_somebody_who_left_has_no_page(app: Flask, client: FlaskClient) -> None:
    _pool(app)
    with app.app_context():
        row = db.session.scalars(select(Registration).where(Registration.access_index.is_not(None))).one()
        service.withdraw_after_freeze(row, actor=None, at=NOW)
        db.session.commit()
    assert client.get(PATH).status_code == 404


def test_a_damaged_pool_is_told(app: Flask, client: FlaskClient) -> None:
    """Somebody changed a leaf in the database: every receipt says so."""
    _pool(app)
    with app.app_context():
        row = db.session.scalars(select(Registration).where(Registration.access_index.is_(None))).first()
        assert row is not None
        row.leaf = "00" * 32
        db.session.commit()
        assert len(queries.leaves_of(1)) == SMALL + 2
    assert "Uw bewijs klopt niet." in client.get(PATH).text
