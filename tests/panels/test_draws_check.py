"""The page where a draw is checked: the command that is right for it, and the log in words."""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.panels.models import PublicDraw
from civic.panels.presentation import draws_check
from civic.panels.queries import public_draws as queries
from civic.panels.states import VOID_CODES
from tests.conftest import NOW
from tests.panels import makers_public_draws as makers
from tests.panels import makers_public_draws_drand as drand
from tests.panels.makers_draws_public import TOKEN, panel_with_registrant


def _path(draw: PublicDraw) -> str:
    return f"/panels/{draw.panel_id}/openbare-loting/{draw.id}"


def _page(client: FlaskClient, path: str) -> str:
    answer = client.get(f"{path}/controleren")
    assert answer.status_code == 200
    return html.unescape(answer.text)


def _commands(page: str) -> list[str]:
    return re.findall(r"<code>(python verify_draw\.py [^<]*)</code>", page)


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- the command -----------------------------------------------------------------------------------------


def test_the_commands_of_the_page_work_on_the_files_of_the_page(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    """The zip of the page, the receipt of the registrant under the name it is saved by, and what is typed."""
    with app.app_context():
        draw = makers.drawn_draw(panel_with_registrant())
        path, draw_id = _path(draw), draw.id
    commands = _commands(_page(client, path))
    receipt = client.get(f"/meedoen/mijn/{TOKEN}/loting/{draw_id}/bewijs.json")
    name = re.search(r'filename="(.+)"', receipt.headers["Content-Disposition"])
    assert name is not None
    plain = "python verify_draw.py . --oefenloting"
    assert commands == [plain, plain, f"{plain} --receipt ../{name[1]}"]
    (tmp_path / name[1]).write_bytes(receipt.data)
    zipfile.ZipFile(io.BytesIO(client.get(f"{path}/bestanden.zip").data)).extractall(tmp_path)
    (folder,) = (one for one in tmp_path.iterdir() if one.is_dir())
    assert f"<code>{folder.name}</code>" in _page(client, path)
    for command in commands:
        done = subprocess.run([sys.executable, "-I", *command.split()[1:]], cwd=folder, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b""), done.stdout.decode()


def test_a_real_draw_needs_no_flag_and_the_keys_of_the_witnesses(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    drand.use_own_keys(monkeypatch)
    with app.app_context():
        draw = drand.committed_on_drand()
        path, name = _path(draw), f"bewijs-panel-{draw.panel_id}-1.json"
    plain = "python verify_draw.py ."
    assert _commands(_page(client, path)) == [
        plain,
        plain,
        f"{plain} --getuigen ../sleutels.txt",
        f"{plain} --receipt ../{name}",
    ]


# --- the log ---------------------------------------------------------------------------------------------


def test_the_log_in_words_with_who_signed_when(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    drand.use_own_keys(monkeypatch)
    with app.app_context():
        draw = drand.committed_on_drand(plan=drand.BALLS)
        makers.service.enter_balls(draw, "47", actor=makers.griffier(), at=NOW + timedelta(hours=1))
        makers.db.session.commit()
        makers.log_is_sealed(NOW + timedelta(hours=1))
        path, number = _path(draw), f"{draw.round:,}".replace(",", ".")
        witnesses = [one["name"] for one in queries.manifest_of(draw)["witnesses"]]
    told = _text(_page(client, path))
    assert (
        f"Alles is vastgelegd en openbaar gemaakt. Beslissend is ronde {number} van drand quicknet." in told
    )
    assert "De ballen zijn getrokken. De cijfers: 47. Nog niemand." in told
    for name in witnesses:
        assert f"{name} , maandag 23 november 2026 om 11.05 uur" in told
    assert told.index("Alles is vastgelegd") < told.index("De ballen zijn getrokken")


def test_another_draw_of_the_panel_is_told_with_its_number(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        first = makers.superseded_draw()
        panel = makers.db.session.get_one(makers.Panel, first.panel_id)
        second = makers.committed_draw(panel, at=NOW + timedelta(hours=2))
        path = _path(second)
    told = _text(_page(client, path))
    assert "Bij loting 1: De loting is vervangen. Er is een fout gevonden" in told
    assert "Bij loting 1: Alles is vastgelegd" in told
    assert told.count("Alles is vastgelegd en openbaar gemaakt") == 2


def test_a_void_draw_tells_why(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        path = _path(makers.voided_draw())
    assert "De loting is ongeldig verklaard. Er zit een fout in de lijst" in _text(_page(client, path))


def test_before_anything_is_sealed(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = makers.approved_draw()
        makers.commit(draw)
        path = _path(draw)
    assert "Er staat nog niets in het logboek." in _text(_page(client, path))


def test_every_step_of_the_protocol_has_words() -> None:
    assert set(draws_check.STEPS) == set(queries.STEPS)
    assert draws_check.lines_of(None, "") == []


def test_what_is_no_step_is_no_line() -> None:
    """The approval of the draw, say: in the same log, and no step of the protocol."""

    def record(data: dict[str, object]) -> dict[str, object]:
        return {"entry": json.dumps({"at": 1_700_000_000, "data": data}), "signatures": []}

    step = {"commitment": "ab", "kind": "voided", "sequence": 3, "value": VOID_CODES[0]}
    log = json.dumps({"records": [record({"panel": 7}), record(step)]}).encode()
    (line,) = draws_check.lines_of(log, "cd")
    assert (line.other, line.signed, line.text) == (3, [], "De loting is ongeldig verklaard")
