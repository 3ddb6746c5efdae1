"""The invitation draw as a folder: it proves itself, tells nothing, and every change is noticed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from civic.sortition.errors import InvalidProblem, ProblemError
from civic.sortition.invitations import (
    InvitationSettings,
    Resident,
    check,
    code_hash,
    draw_letters,
    mailing,
    manifest_digest,
    write,
    write_mailing,
)

from .test_invitations import LIST, SECRET, SETTINGS, spoken


def listed(path: Path, people: list[Resident]) -> Path:
    rows = "".join(f"{one.municipality},{one.address},{one.person}\n" for one in people)
    path.write_text("municipality,address,person\n" + rows, encoding="utf-8")
    return path


@pytest.fixture
def proof(tmp_path: Path) -> tuple[Path, Path]:
    """(folder, address list)"""
    draw = draw_letters(LIST, SETTINGS, 48213)
    write(tmp_path / "first", draw, secret=SECRET)
    return tmp_path / "first", listed(tmp_path / "list.csv", LIST)


def test_a_folder_proves_itself_and_tells_nothing(proof: tuple[Path, Path]) -> None:
    folder, addresses = proof
    report = check(folder, addresses, secret=SECRET)
    assert (report.ok, report.notes) == (True, ())
    assert [path.name for path in sorted(folder.iterdir())] == ["letters.csv", "manifest.json"]
    whole = b"".join(path.read_bytes() for path in folder.iterdir()).decode()
    draw = draw_letters(LIST, SETTINGS, 48213)
    for _municipality, _number, code, address, person in mailing(draw, SECRET):
        assert not any(word in whole for word in (code, address, person))
        assert code_hash(code) == code_hash(f" {code.lower().replace('-', ' ')} ")
        assert code_hash(code) in whole
    assert len(manifest_digest(folder)) == 64


def test_what_is_not_checked_is_said(proof: tuple[Path, Path]) -> None:
    folder, addresses = proof
    assert (check(folder).ok, len(check(folder).notes)) == (True, 2)
    without = check(folder, addresses)
    assert (without.ok, len(without.notes)) == (True, 1)
    assert spoken(check(folder, addresses, secret="another secret, long enough").failures) == [
        "invitation_letters_differ"
    ]


def test_a_folder_with_its_list(tmp_path: Path) -> None:
    people = [*LIST, Resident("Elders", "Weg 1", "q"), Resident("Urk", "-Straat", "'=x", excluded=True)]
    write(tmp_path / "all", draw_letters(people, SETTINGS, 1), secret=SECRET, copy=True)
    report = check(tmp_path / "all", secret=SECRET)
    assert (report.ok, report.notes) == (True, ())
    bare = [Resident("Urk", f"Wijk {number}") for number in range(4)]
    write(
        tmp_path / "bare",
        draw_letters(bare, InvitationSettings("z", {"Urk": 2}), 1),
        secret=SECRET,
        copy=True,
    )
    assert check(tmp_path / "bare", secret=SECRET).ok
    with (tmp_path / "all" / "addresses.csv").open("a") as file:
        file.write("Urk,Wijk 9,x,nee\n")
    assert spoken(check(tmp_path / "all").failures) == ["file_changed"]


def test_a_folder_for_nobody(tmp_path: Path) -> None:
    people = [Resident("Urk", "Wijk 1", "p", excluded=True)]
    write(tmp_path / "none", draw_letters(people, InvitationSettings("z", {"Urk": 0}), 1), secret=SECRET)
    addresses = b"municipality,address,person,excluded\nUrk,Wijk 1,p,1\n"
    assert check(tmp_path / "none", addresses, secret=SECRET).ok


def test_another_list_or_seed_is_noticed(proof: tuple[Path, Path], tmp_path: Path) -> None:
    folder, addresses = proof
    turned = listed(tmp_path / "turned.csv", LIST[::-1])
    assert "invitation_claim_wrong" in spoken(check(folder, turned, secret=SECRET).failures)
    broken = tmp_path / "broken.csv"
    broken.write_text("gemeente\nUrk\n")
    assert spoken(check(folder, broken).failures) == ["missing_column"]
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "seed": "48214"}))
    failures = spoken(check(folder, addresses, secret=SECRET).failures)
    assert failures == ["invitation_claim_wrong", "invitation_letters_differ"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("Urk", "urk", 1),
        lambda text: text.replace(",1,1,", ",1,7,", 1),
        lambda text: "\n".join(text.split("\n")[:-2]) + "\n",
        lambda text: text.replace("code_hash", "code"),
        lambda text: text.split("\n")[0] + "\n" + 5 * (text.split("\n")[1] + "\n"),
    ],
)  # fmt: skip
def test_changed_letters_are_noticed_even_with_a_new_hash(proof: tuple[Path, Path], change: Any) -> None:
    folder, addresses = proof
    path = folder / "letters.csv"
    path.write_text(change(path.read_text()))
    assert spoken(check(folder, addresses).failures) == ["file_changed"]
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["letters.csv"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    known = check(folder, addresses, secret=SECRET)
    assert spoken(known.failures) == ["invitation_letters_differ"]
    assert spoken(check(folder, addresses).failures) == ["invitation_letters_differ"]


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", '{"files": 1}', '{"files": {"letters.csv": 1}}'])
def test_a_broken_manifest(proof: tuple[Path, Path], content: str) -> None:
    folder, addresses = proof
    (folder / "manifest.json").write_text(content)
    assert spoken(check(folder, addresses).failures) in (["not_readable"], ["file_changed"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("wave", "Infinity"), ("wave", "1" + 20 * "0"), ("wave", "1" + 12 * "0"), ("exempt", "[null]")],
)
def test_a_manifest_with_strange_values(proof: tuple[Path, Path], field: str, value: str) -> None:
    folder, addresses = proof
    text = (folder / "manifest.json").read_text()
    old = json.dumps(json.loads(text)[field])
    (folder / "manifest.json").write_text(text.replace(f'"{field}": {old}', f'"{field}": {value}'))
    report = check(folder, addresses)
    assert spoken(report.failures) in (["not_readable"], ["invitation_wave"])
    assert report.notes == ()


def test_what_was_given_is_not_called_missing(proof: tuple[Path, Path]) -> None:
    folder, addresses = proof
    assert check(folder, secret=SECRET).notes[0].startswith("De adressenlijst is niet gegeven")
    assert "niet gegeven" not in check(folder, secret=SECRET).notes[1]
    (folder / "letters.csv").write_text("anders")
    report = check(folder, addresses, secret=SECRET)
    assert (spoken(report.failures), report.notes) == (["file_changed"], ())


def test_missing_files(proof: tuple[Path, Path]) -> None:
    folder, addresses = proof
    (folder / "letters.csv").unlink()
    assert check(folder, addresses).failures == (ProblemError("file_missing", {"file": "letters.csv"}),)
    shutil.rmtree(folder)
    assert spoken(check(folder, addresses).failures) == ["file_missing"]


def test_a_second_wave_is_checked_with_the_first(proof: tuple[Path, Path], tmp_path: Path) -> None:
    """The list of the second wave is newer: somebody moved in."""
    folder, addresses = proof
    newer = [*LIST, Resident("Urk", "Straat 77", "new")]
    first = draw_letters(LIST, SETTINGS, 48213)
    settings = replace(SETTINGS, wave=2, letters={"Urk": 4})
    write(tmp_path / "second", draw_letters(newer, settings, 5, [first]), secret=SECRET)
    second = listed(tmp_path / "newer.csv", newer)
    assert check(tmp_path / "second", second, secret=SECRET, earlier=[(folder, addresses)]).ok
    assert spoken(check(tmp_path / "second", second).failures) == ["invitation_earlier_missing"]
    assert spoken(check(tmp_path / "second", second, earlier=[(folder, second)]).failures)[0] == (
        "invitation_claim_wrong"
    )
    report = check(tmp_path / "second", second, earlier=[(tmp_path / "nowhere", addresses)])
    assert spoken(report.failures) == ["file_missing"]


def test_writing_refuses(proof: tuple[Path, Path], tmp_path: Path) -> None:
    folder, _addresses = proof
    draw = draw_letters(LIST, SETTINGS, 48213)
    with pytest.raises(FileExistsError):
        write(folder, draw, secret=SECRET)
    with pytest.raises(InvalidProblem) as error:
        write(tmp_path / "new", draw, secret="short")
    assert spoken(error.value.errors) == ["invitation_secret_short"]
    loose = draw_letters([Resident("Urk", " Wijk 1")], InvitationSettings("z", {"Urk": 1}), 1)
    with pytest.raises(InvalidProblem) as error:
        write(tmp_path / "new", loose, secret=SECRET, copy=True)
    assert spoken(error.value.errors) == ["invitation_no_copy"]
    assert not (tmp_path / "new").exists()


def test_the_mailing_is_safe_to_open(tmp_path: Path) -> None:
    draw = draw_letters([Resident("Urk", "-1 hoog", "@p")], InvitationSettings("z", {"Urk": 1}), 1)
    write_mailing(tmp_path / "brieven.csv", draw, SECRET)
    header, row = csv.reader(io.StringIO((tmp_path / "brieven.csv").read_text()))
    assert header == ["municipality", "number", "code", "address", "person"]
    assert row[3:] == ["'-1 hoog", "'@p"]
    assert row[2] == mailing(draw, SECRET)[0][2]
