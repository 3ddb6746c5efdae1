"""`python -m civic.sortition`: what it prints, what it refuses, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from civic.sortition.__main__ import DONE, REFUSED, UNUSABLE, main
from tests.sortition.brute import POOLS

SMALL = POOLS / "example_small_20"
Output = pytest.CaptureFixture[str]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "uitslag"


def files_of(folder: Path) -> list[str]:
    categories, respondents = folder / "categories.csv", folder / "respondents.csv"
    return ["--categories", str(categories), "--respondents", str(respondents)]


def write(folder: Path, categories: str, respondents: str) -> list[str]:
    (folder / "categories.csv").write_text("category,feature,min,max\n" + categories, encoding="utf-8")
    (folder / "respondents.csv").write_text(respondents, encoding="utf-8")
    return files_of(folder)


def draw(out: Path, *more: str, files: list[str] | None = None, size: int = 20) -> int:
    given = files_of(SMALL) if files is None else files
    return main(["draw", *given, "--size", str(size), "--seed", "1", "--out", str(out), *more])


def test_check_counts(capsys: Output) -> None:
    assert main(["check", *files_of(SMALL), "--size", "20"]) == DONE
    assert capsys.readouterr().out == "200 aanmeldingen, 2 kenmerken, 4 quota: alles klopt.\n"
    assert main(["check", *files_of(SMALL), "--size", "20", "--json"]) == DONE
    assert json.loads(capsys.readouterr().out) == {"registrants": 200, "features": 2, "quotas": 4}


def test_draw_in_words(out: Path, capsys: Output) -> None:
    assert draw(out) == DONE
    words = capsys.readouterr().out
    assert "Kleinste kans: 10.0000%. Hoger dan 10.0000% kan niet." in words
    assert f"python -m civic.sortition verify {out}" in words
    assert sorted(path.name for path in out.iterdir()) == [
        "lottery.json",
        "panel.csv",
        "probabilities.csv",
        "problem.json",
        "run.json",
    ]


@pytest.mark.parametrize("objective", ["leximin", "maximin"])
def test_draw_as_json(out: Path, capsys: Output, objective: str) -> None:
    assert draw(out, "--json", "--objective", objective) == DONE
    answer = json.loads(capsys.readouterr().out)
    keys = "min_probability upper_bound gap optimal seconds types panels impossible".split()  # noqa: SIM905
    assert list(answer) == keys
    assert answer["min_probability"] == answer["upper_bound"] == pytest.approx(0.1)
    assert answer["gap"] == pytest.approx(0, abs=1e-9)
    assert answer["optimal"] is True
    assert answer["impossible"] == 0


def test_verify_in_words(out: Path, capsys: Output) -> None:
    draw(out)
    capsys.readouterr()
    assert main(["verify", str(out)]) == DONE
    assert capsys.readouterr().out.splitlines() == [
        "Goedgekeurd.",
        "De bovengrens is hier niet opnieuw bewezen.",
        "Dat een groep geen kans kan hebben, is hier niet opnieuw bewezen.",
    ]
    (out / "panel.csv").write_text("id\n1\n", encoding="utf-8")
    assert main(["verify", str(out)]) == REFUSED
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err == "Afgekeurd.\nHet bestand panel.csv is veranderd. Het volgt niet uit de uitslag.\n"


def test_verify_as_json(out: Path, capsys: Output) -> None:
    draw(out)
    capsys.readouterr()
    assert main(["verify", str(out), "--json"]) == DONE
    answer = json.loads(capsys.readouterr().out)
    assert (answer["accepted"], answer["failures"], len(answer["notes"])) == (True, [], 2)
    assert main(["verify", str(out / "weg"), "--json"]) == REFUSED
    answer = json.loads(capsys.readouterr().out)
    assert (answer["accepted"], answer["failures"]) == (False, ["Het bestand problem.json ontbreekt."])


def test_all_errors_of_both_files(tmp_path: Path, out: Path, capsys: Output) -> None:
    files = write(tmp_path, "wijk,a,3,1\nwijk,b,x,1\nwijk,,0,1\n", "id,wijk\n1,a\n1,c\n2,\n")
    for command in (
        ["check", *files, "--size", "2"],
        ["draw", *files, "--size", "2", "--seed", "1", "--out", str(out)],
    ):
        assert main(command) == UNUSABLE
        found = capsys.readouterr()
        assert found.out == ""
        assert found.err.splitlines() == [
            "Regel 2: het minimum (3) is hoger dan het maximum (1).",
            "Regel 3: “x” is geen heel getal voor “min”.",
            "Regel 4 van het bestand met quota: het vak “feature” is leeg.",
            "Regel 3: de waarde “c” hoort niet bij “wijk”.",
            "Regel 3: het nummer “1” staat ook al op regel 2.",
            "Regel 4 van het bestand met aanmeldingen: het vak “wijk” is leeg.",
        ]
    assert not out.exists()


def test_all_errors_of_the_question(tmp_path: Path, capsys: Output) -> None:
    files = write(tmp_path, "wijk,a,3,3\n", "id,wijk\n1,a\n")
    assert main(["check", *files, "--size", "2"]) == UNUSABLE
    assert capsys.readouterr().err.splitlines() == [
        "Er zijn 2 plaatsen, maar er zijn 1 aanmeldingen.",
        "De minima van “wijk” zijn samen 3. Er zijn maar 2 plaatsen.",
    ]


@pytest.mark.parametrize("gone", ["categories.csv", "respondents.csv"])
def test_a_missing_file(tmp_path: Path, out: Path, capsys: Output, gone: str) -> None:
    files = write(tmp_path, "wijk,a,1,1\n", "wijk\na\n")
    (tmp_path / gone).unlink()
    assert draw(out, files=files, size=1) == UNUSABLE
    assert gone in capsys.readouterr().err


def test_a_folder_that_is_not_free(tmp_path: Path, out: Path, capsys: Output) -> None:
    out.mkdir()
    assert draw(out) == DONE
    capsys.readouterr()
    taken = tmp_path / "bestand"
    taken.write_text("x", encoding="utf-8")
    for place in (out, taken):
        assert draw(place) == UNUSABLE
        assert "Kies een nieuwe map." in capsys.readouterr().err
    assert taken.read_text(encoding="utf-8") == "x"


def test_impossible_quotas(tmp_path: Path, out: Path, capsys: Output) -> None:
    files = write(tmp_path, "wijk,a,2,2\nwijk,b,0,1\n", "id,wijk\n1,a\n2,b\n3,b\n")
    assert main(["check", *files, "--size", "2"]) == REFUSED
    assert "“wijk: a”: 2 nodig, 1 aangemeld." in capsys.readouterr().err
    assert draw(out, files=files, size=2) == REFUSED
    assert capsys.readouterr().err.splitlines() == [
        "“wijk: a”: 2 nodig, 1 aangemeld.",
        "Geen enkel panel voldoet aan alle quota samen.",
        "De kleinste verandering waarmee het wel kan:",
        "“wijk: a”: van 2-2 naar 1-2.".replace("-", "–"),
    ]
    assert not out.exists()


def test_people_without_a_chance_are_named(tmp_path: Path, out: Path, capsys: Output) -> None:
    files = write(tmp_path, "wijk,a,1,1\nwijk,b,0,0\n", "id,wijk\njan,a\npiet,b\n")
    assert draw(out, files=files, size=1) == DONE
    assert "Geen kans, want geen panel past: piet" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["draw"], ["verify"], ["gokken"], ["check", "--size", "veel"]])
def test_wrong_use(arguments: list[str], capsys: Output) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == UNUSABLE
    assert "usage" in capsys.readouterr().err


def test_help_in_a_process_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "civic.sortition", "--help"], capture_output=True, text=True, check=True
    )
    assert "check" in done.stdout
    assert "Loot een panel" in done.stdout
    assert done.stderr == ""


def test_a_terminal_sees_how_far_it_is(out: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert draw(out, "--json") == DONE
    found = capsys.readouterr()
    assert "kleinste kans" in found.err
    assert json.loads(found.out)["optimal"] is True
