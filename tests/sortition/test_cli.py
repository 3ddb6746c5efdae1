"""`python -m civic.sortition`: check, draw and verify; what they print, what they refuse, how they end."""

from __future__ import annotations

import csv
import functools
import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from civic.sortition import __main__ as command_line
from civic.sortition import bundle, messages
from civic.sortition import commands as package
from civic.sortition.__main__ import DONE, INTERRUPTED, PARTLY, REFUSED, UNUSABLE, main
from civic.sortition.commands import output, writing
from civic.sortition.commands.output import Stop
from civic.sortition.errors import ProblemError, Undecided
from tests.sortition.brute import POOLS

SMALL = POOLS / "example_small_20"
Output = pytest.CaptureFixture[str]
# counts, constituencies and addresses of twelve people; three homes hold two of them
CATEGORIES = "category,feature,min,max\nleeftijd,jong,1,3\nleeftijd,oud,1,3\nwijk,Noord,1,3\nwijk,Zuid,1,3\n"
PEOPLE = [(f"p{i}", ("jong", "oud")[i % 2], ("Noord", "Zuid")[i // 6], f"Straat {i // 2}") for i in range(12)]


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


@pytest.fixture
def twelve(tmp_path: Path) -> list[str]:
    rows = "".join(f"{','.join(one)}\n" for one in PEOPLE)
    return write(tmp_path, CATEGORIES.split("\n", 1)[1], "id,leeftijd,wijk,address\n" + rows)


def draw(out: Path, *more: str, files: list[str] | None = None, size: int = 20, panels: int = 20) -> int:
    given = files_of(SMALL) if files is None else files
    sized = ["--size", str(size), "--seed", "1", "--panels", str(panels), "--out", str(out)]
    return main(["draw", *given, *sized, *more])


def ids_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


# --- check -------------------------------------------------------------------------------------------------


def test_check_counts(capsys: Output) -> None:
    assert main(["check", *files_of(SMALL), "--size", "20"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "200 aanmeldingen, 2 kenmerken, 4 quota: alles klopt."
    assert lines[1].split() == ["quotum", "minimum", "maximum", "aangemeld"]
    assert len(lines) == 6
    assert main(["check", *files_of(SMALL), "--size", "20", "--json"]) == DONE
    answer = json.loads(capsys.readouterr().out)
    assert (answer["registrants"], answer["features"], answer["quotas"]) == (200, 2, 4)
    assert sum(one["have"] for one in answer["counts"]) == 400


def test_check_without_quotas(tmp_path: Path, capsys: Output) -> None:
    files = write(tmp_path, "wijk,a,0,2\n", "id,wijk\n1,a\n2,a\n")
    assert main(["check", *files, "--size", "2"]) == DONE
    assert "wijk: a" in capsys.readouterr().out


def test_five_errors_in_one_file(tmp_path: Path, capsys: Output) -> None:
    people = "id,wijk\n1,a\n2,c\n1,a\n3,\n4,=A1\n5,a,x\n"
    files = write(tmp_path, "wijk,a,1,2\nwijk,b,0,1\n", people)
    assert main(["check", *files, "--size", "2", "--json"]) == UNUSABLE
    found = capsys.readouterr()
    codes = ["too_many_cells", "unknown_value_line", "duplicate_id_line", "blank_cell", "formula"]
    assert [one["code"] for one in json.loads(found.out)["errors"]] == codes
    assert len(found.err.splitlines()) == 5
    assert all(line.startswith("respondents.csv: Regel ") for line in found.err.splitlines())


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
            "categories.csv: Regel 2: het minimum (3) is hoger dan het maximum (1).",
            "categories.csv: Regel 3: “x” is geen heel getal voor “min”.",
            "categories.csv: Regel 4 van het bestand met quota: het vak “feature” is leeg.",
            "respondents.csv: Regel 3: de waarde “c” hoort niet bij “wijk”.",
            "respondents.csv: Regel 3: het nummer “1” staat ook al op regel 2.",
            "respondents.csv: Regel 4 van het bestand met aanmeldingen: het vak “wijk” is leeg.",
        ]
    assert {path.name for path in tmp_path.iterdir()} == {"categories.csv", "respondents.csv"}


def test_wrong_people_do_not_hide_wrong_sums(tmp_path: Path, capsys: Output) -> None:
    files = write(tmp_path, "wijk,a,3,3\n", "id,wijk\n1,b\n")
    assert main(["check", *files, "--size", "2"]) == UNUSABLE
    assert capsys.readouterr().err.splitlines() == [
        "De minima van “wijk” zijn samen 3. Er zijn maar 2 plaatsen.",
        "respondents.csv: Regel 2: de waarde “b” hoort niet bij “wijk”.",
    ]
    assert main(["check", *files, "--size", "-2"]) == UNUSABLE
    assert capsys.readouterr().err.splitlines()[0] == "Het panel heeft minstens 1 plaats nodig."


@pytest.mark.parametrize("size", ["0", "-1", "30001", "999999999999999999"])
def test_sizes_that_cannot_be(size: str, capsys: Output) -> None:
    assert main(["check", *files_of(SMALL), "--size", size]) == UNUSABLE
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_paths_that_cannot_be_read(tmp_path: Path, capsys: Output) -> None:
    files = ["--categories", str(tmp_path / "weg.csv"), "--respondents", str(tmp_path)]
    assert main(["check", *files, "--size", "2", "--excluded", "a\0b"]) == UNUSABLE
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path / 'weg.csv'}: Dit bestaat niet.",
        f"{tmp_path}: Dit is een map, geen bestand.",
        "a\0b: Dit is geen naam van een bestand.",
    ]


def test_a_file_that_is_too_large(tmp_path: Path, capsys: Output) -> None:
    files = write(tmp_path, "wijk,a,1,1\n", "id,wijk\n1,a\n")
    with (tmp_path / "respondents.csv").open("r+b") as file:
        file.truncate(200_000_001)  # no disk is used for it
    assert main(["check", *files, "--size", "1"]) == UNUSABLE
    assert "Dit bestand is te groot." in capsys.readouterr().err


def test_impossible_quotas(tmp_path: Path, out: Path, capsys: Output) -> None:
    files = write(tmp_path, "wijk,a,2,2\nwijk,b,0,1\n", "id,wijk\n1,a\n2,b\n3,b\n")
    for command in (
        ["check", *files, "--size", "2"],
        ["draw", *files, "--size", "2", "--seed", "1", "--out", str(out)],
    ):
        assert main([*command, "--json"]) == REFUSED
        found = capsys.readouterr()
        assert found.err.splitlines() == [
            "“wijk: a”: 2 nodig, 1 aangemeld.",
            "Geen enkel panel voldoet aan alle quota samen.",
            "De kleinste verandering waarmee het wel kan:",
            "“wijk: a”: van 2–2 naar 1–2.",
        ]
        answer = json.loads(found.out)
        assert answer["changes"] == [{"quota": "wijk: a", "old": [2, 2], "new": [1, 2]}]
        assert [one["code"] for one in answer["errors"]] == ["quota_short", "impossible"]
    assert not out.exists()


def test_the_program_that_check_runs_sees_joint_impossibility(tmp_path: Path, capsys: Output) -> None:
    """No quota fails on its own; together they do."""
    files = write(
        tmp_path,
        "sekse,v,1,1\nsekse,m,1,1\nwijk,a,2,2\nwijk,b,0,0\n",
        "id,sekse,wijk\n1,v,a\n2,v,a\n3,m,b\n4,m,b\n",
    )
    assert main(["check", *files, "--size", "2"]) == REFUSED
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Geen enkel panel voldoet aan alle quota samen."
    assert len(lines) == 4


def test_nobody_can_be_drawn(twelve: list[str], tmp_path: Path, out: Path, capsys: Output) -> None:
    (tmp_path / "uit.csv").write_text("id\n" + "\n".join(one[0] for one in PEOPLE), encoding="utf-8")
    question = [*twelve, "--size", "4", "--excluded", str(tmp_path / "uit.csv")]
    for command in (["check", *question], ["draw", *question, "--seed", "1", "--out", str(out)]):
        assert main(command) == REFUSED
        assert "Er kunnen 0 mensen meedoen. Er zijn 4 plaatsen." in capsys.readouterr().err


# --- the options of the question ---------------------------------------------------------------------------


def test_one_member_per_address(twelve: list[str], tmp_path: Path, out: Path) -> None:
    """Six homes of two people: a panel of four is from four homes, unless a home is exempt."""
    assert draw(out, "--address-rule", files=twelve, size=4, panels=0) == DONE
    problem = bundle.read(out)[0]
    homes = dict(zip(problem.pool.ids, problem.pool.addresses, strict=True))
    assert problem.address_rule
    assert len({homes[one] for one in ids_of(out / "panel.csv")}) == 4
    exempt = tmp_path / "instellingen.csv"
    exempt.write_text("address\nSTRAAT  3\nStraat 0\n", encoding="utf-8")
    named = ["--address-columns", "address", "--exempt", str(exempt)]
    assert draw(tmp_path / "twee", *named, files=twelve, size=4, panels=0) == DONE
    assert bundle.read(tmp_path / "twee")[0].exempt_addresses == ("straat 0", "straat 3")


def test_fixed_and_excluded_people(twelve: list[str], tmp_path: Path, out: Path) -> None:
    (tmp_path / "vast.csv").write_text("naam;id\nAnna;p0\n", encoding="utf-8")
    (tmp_path / "uit.csv").write_text("id\np1\np2\n", encoding="utf-8")
    lists = ["--fixed", str(tmp_path / "vast.csv"), "--excluded", str(tmp_path / "uit.csv")]
    assert draw(out, *lists, files=twelve, size=4) == DONE
    members = ids_of(out / "panel.csv")
    assert "p0" in members
    assert {"p1", "p2"}.isdisjoint(members)
    assert main(["verify", str(out)]) == DONE


def test_lists_that_are_wrong(twelve: list[str], tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "vast.csv").write_text("nummer\np0\n", encoding="utf-8")
    (tmp_path / "uit.csv").write_text("id,b\n,x\n", encoding="utf-8")
    (tmp_path / "adres.csv").write_text("straat\nx\n", encoding="utf-8")
    lists = ["--fixed", str(tmp_path / "vast.csv"), "--excluded", str(tmp_path / "uit.csv")]
    exempt = ["--exempt", str(tmp_path / "adres.csv"), "--address-rule"]
    assert main(["check", *twelve, "--size", "4", *lists, *exempt]) == UNUSABLE
    assert capsys.readouterr().err.splitlines() == [
        "vast.csv: In de lijst ontbreekt de kolom “id”.",
        "uit.csv: Regel 2 van de lijst: het vak “id” is leeg.",
        "adres.csv: In de lijst ontbreekt de kolom “address”.",
    ]
    assert main(["check", *twelve, "--size", "4", *exempt[:2]]) == UNUSABLE
    assert "--exempt kan alleen samen met" in capsys.readouterr().err


def test_errors_that_only_the_whole_question_has(twelve: list[str], tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "vast.csv").write_text("id\nniemand\np1\n", encoding="utf-8")
    both = ["--fixed", str(tmp_path / "vast.csv"), "--excluded", str(tmp_path / "vast.csv")]
    assert main(["check", *twelve, "--size", "4", *both]) == UNUSABLE
    assert capsys.readouterr().err.splitlines() == [
        "niemand staat niet bij de aanmeldingen.",
        "niemand is een vast lid en ook uitgesloten. Dat kan niet allebei.",
        "p1 is een vast lid en ook uitgesloten. Dat kan niet allebei.",
    ]


def test_constituencies_and_another_id_column(tmp_path: Path, out: Path) -> None:
    (tmp_path / "categories.csv").write_text(
        "category,feature,min,max,constituencies\n"
        "geleding,inwoner,2,2,\ngeleding,ambtenaar,1,1,\n"
        "leeftijd,jong,1,1,inwoner\nleeftijd,oud,1,1,inwoner\n",
        encoding="utf-8",
    )
    (tmp_path / "respondents.csv").write_text(
        "nr,geleding,leeftijd\na,inwoner,jong\nb,inwoner,oud\nc,ambtenaar,\nd,ambtenaar,\n", encoding="utf-8"
    )
    files = [*files_of(tmp_path), "--constituency", "geleding", "--id-column", "nr"]
    assert draw(out, files=files, size=3) == DONE
    assert set(ids_of(out / "panel.csv")) > {"a", "b"}
    assert main(["verify", str(out)]) == DONE


# --- draw --------------------------------------------------------------------------------------------------

PUBLIC = {"manifest.json", "panels.txt", "README.md", "result.json", "verify_draw.py", "SHA256SUMS"}
TOP = {"lottery.json", "panel.csv", "probabilities.csv", "problem.json", "run.json", "LEESMIJ.md"}


def test_draw_in_words(out: Path, capsys: Output) -> None:
    assert draw(out) == DONE
    words = capsys.readouterr().out
    assert "Kleinste kans: 10,0000 %. Hoger dan 10,0000 % kan niet." in words
    assert "Daaruit zijn 20 panels gemaakt, met de nummers 0 tot en met 19. Elk panel heeft " in words
    assert f"python -m civic.sortition verify {out}" in words
    assert {path.name for path in out.iterdir()} == TOP | {"openbaar", "vertrouwelijk"}
    assert {path.name for path in (out / "openbaar").iterdir()} == PUBLIC
    assert {path.name for path in (out / "vertrouwelijk").iterdir()} == {
        "panels.csv",
        "pool.json",
        "secrets.json",
    }
    assert json.loads((out / "run.json").read_text("utf-8"))["uniform"]["panels"] == 20


def test_draw_as_json(out: Path, capsys: Output) -> None:
    assert draw(out, "--json") == DONE
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == [
        *("min_probability", "upper_bound", "gap", "optimal", "seconds", "types", "panels"),
        *("uniform", "impossible", "drawn_panel", "warnings"),
    ]
    assert answer["min_probability"] == answer["upper_bound"] == pytest.approx(0.1)
    assert answer["gap"] == pytest.approx(0, abs=1e-9)
    assert answer["optimal"] is True
    assert list(answer["uniform"]) == ["panels", "min_probability", "largest_shortfall", "seconds"]
    assert answer["uniform"]["panels"] == 20
    assert answer["impossible"] == 0
    assert answer["warnings"] == []


def test_the_public_number_picks_the_panel(out: Path, capsys: Output) -> None:
    """The result of the public folder, looked up in the confidential list, is panel.csv."""
    assert draw(out, "--json") == DONE
    number = json.loads(capsys.readouterr().out)["drawn_panel"]
    assert json.loads((out / "openbaar" / "result.json").read_bytes())["index"] == number
    with (out / "vertrouwelijk" / "panels.csv").open(encoding="utf-8", newline="") as file:
        members = [row["id"] for row in csv.DictReader(file) if int(row["panel"]) == number]
    assert sorted(ids_of(out / "panel.csv")) == sorted(members)
    assert len(members) == 20


def test_the_public_folder_checks_itself(out: Path) -> None:
    """With the script that stands in the folder, in a Python that knows nothing of this project."""
    assert draw(out) == DONE
    command = [sys.executable, "-I", "verify_draw.py", ".", "--pool", "../vertrouwelijk/pool.json"]
    done = subprocess.run(command, cwd=out / "openbaar", capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stdout
    assert "Alles klopt. Dit is een oefenketen: het getal was vooraf bekend." in done.stdout
    command.append("--oefenloting")
    assert subprocess.run(command, cwd=out / "openbaar", capture_output=True, check=False).returncode == 0


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("een", "twee", "drie"))
    for place in (one, two):
        assert draw(place, "--receipts") == DONE
    assert contents(one) == contents(two)
    assert len(list((one / "vertrouwelijk" / "receipts").iterdir())) == 200
    sized = ["--size", "20", "--seed", "2", "--panels", "20", "--out", str(other)]
    assert main(["draw", *files_of(SMALL), *sized]) == DONE
    assert contents(one)["problem.json"] == contents(other)["problem.json"]
    assert contents(one)["openbaar/panels.txt"] != contents(other)["openbaar/panels.txt"]


def test_without_equal_panels(out: Path, capsys: Output) -> None:
    assert draw(out, "--json", panels=0) == DONE
    answer = json.loads(capsys.readouterr().out)
    assert answer["uniform"] is None
    assert {path.name for path in out.iterdir()} == TOP
    assert main(["verify", str(out), "--json"]) == DONE
    answer = json.loads(capsys.readouterr().out)
    assert (answer["accepted"], answer["practice"], len(answer["limits"])) == (True, False, 1)
    assert draw(out.with_name("b"), panels=0) == DONE
    assert "De seed loot panel" in capsys.readouterr().out


def test_maximin_and_a_workbook(out: Path, capsys: Output) -> None:
    assert draw(out, "--objective", "maximin", "--xlsx") == DONE
    assert (out / "panel.xlsx").read_bytes().startswith(b"PK")
    assert main(["verify", str(out)]) == DONE
    participants = ["--participants", str(out / "panel.xlsx"), "--sizes", "5", "--seed", "1"]
    assert main(["tables", *participants, "--out", str(out.with_name("tafels"))]) == DONE


@pytest.mark.parametrize("panels", ["-1", "10001"])
def test_a_number_of_panels_that_cannot_be(out: Path, capsys: Output, panels: str) -> None:
    assert draw(out, panels=int(panels)) == UNUSABLE
    assert "--panels moet" in capsys.readouterr().err
    assert not out.exists()


def test_people_without_a_chance_are_named(tmp_path: Path, out: Path, capsys: Output) -> None:
    people = "".join(f"piet{number},b\n" for number in range(25))
    files = write(tmp_path, "wijk,a,1,1\nwijk,b,0,0\n", f"id,wijk\njan,a\n{people}")
    assert draw(out, files=files, size=1) == DONE
    words = capsys.readouterr().out
    assert "Geen kans, want geen panel past (25): piet0, " in words
    assert " en nog 5." in words


# --- where results are written -----------------------------------------------------------------------------


def test_a_folder_that_is_not_free(tmp_path: Path, out: Path, capsys: Output) -> None:
    out.mkdir()
    assert draw(out) == DONE
    capsys.readouterr()
    taken = tmp_path / "bestand"
    taken.write_text("x", encoding="utf-8")
    (tmp_path / "wijzer").symlink_to(tmp_path / "nergens")
    before = contents(tmp_path)
    for place in (out, taken, tmp_path / "wijzer"):
        assert draw(place) == UNUSABLE
        assert "Kies een nieuwe map." in capsys.readouterr().err
    assert draw(taken / "map") == UNUSABLE
    assert f"{taken}: Dit is een bestand, geen map." in capsys.readouterr().err
    assert contents(tmp_path) == before
    assert draw(tmp_path / "a" / "b" / "c") == DONE


def test_a_folder_is_for_its_owner_only(out: Path) -> None:
    assert draw(out) == DONE
    assert out.stat().st_mode & 0o777 == 0o700
    for path in (out / "vertrouwelijk").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_place_that_refuses(capsys: Output) -> None:
    place = "/proc/uitslag" if os.name == "posix" else "nul:/uitslag"
    assert draw(Path(place)) == UNUSABLE
    assert capsys.readouterr().err.startswith(f"{place}: ")


def test_nothing_is_left_after_a_stop(tmp_path: Path) -> None:
    def stopped() -> None:
        with writing.new_folder(tmp_path / "map") as folder:
            (folder / "half").write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    def full() -> None:
        with writing.new_file(tmp_path / "t.csv") as place:
            place.write_text("half", encoding="utf-8")
            raise OSError("vol")

    with pytest.raises(KeyboardInterrupt):
        stopped()
    with pytest.raises(OSError, match="vol"):
        full()
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_may_come_first(tmp_path: Path) -> None:
    def late() -> None:
        with writing.new_folder(tmp_path / "map"):
            (tmp_path / "map").mkdir()
            (tmp_path / "map" / "van een ander").touch()

    with pytest.raises(Stop):
        late()
    assert [path.name for path in tmp_path.iterdir()] == ["map"]


def test_ctrl_c_in_a_process_of_its_own(tmp_path: Path) -> None:
    """While it computes: one sentence, no folder, nothing left behind."""
    question = [*files_of(POOLS / "like_sf_e_110"), "--size", "110", "--seed", "1"]
    command = [sys.executable, "-m", "civic.sortition", "draw", *question, "--out", str(tmp_path / "uit")]
    # tests that run in the background of a shell inherit that Ctrl-C is ignored
    listen = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, **pipes, text=True, preexec_fn=listen)
    until = time.monotonic() + 20
    while not list(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)
    assert told == ("", "Afgebroken. Er is niets geschreven.\n")
    assert process.returncode == INTERRUPTED
    assert list(tmp_path.iterdir()) == []


# --- verify ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loting") / "uit"
    assert draw(folder, "--receipts") == DONE
    return folder


@pytest.fixture
def copy(drawn: Path, out: Path) -> Path:
    shutil.copytree(drawn, out)
    return out


def test_verify_in_words(drawn: Path, capsys: Output) -> None:
    assert main(["verify", str(drawn)]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("*** OEFENKETEN ***")
    assert lines[1:3] == ["Goedgekeurd.", "Dit klopt:"]
    assert "- De berekening klopt: panels, quota, kansen en de bovengrens." in lines
    assert "- Alle 20 panels voldoen aan alle 4 quota en aan de andere regels." in lines
    assert "Wat deze controle niet kan zien:" in lines
    assert "- Het bewijs dat geen loting een grotere kleinste kans heeft dan de bovengrens." not in lines


def test_verify_as_json(drawn: Path, out: Path, capsys: Output) -> None:
    assert main(["verify", str(drawn), "--quick", "--json"]) == DONE
    answer = json.loads(capsys.readouterr().out)
    assert (answer["accepted"], answer["failures"], answer["unchecked"]) == (True, [], [])
    assert answer["practice"] is True


def test_what_is_not_a_folder_of_ours(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "x").touch()
    assert main(["verify", str(tmp_path)]) == UNUSABLE
    assert "Dit is geen map met een uitslag." in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "weg")]) == UNUSABLE
    assert "Dit bestaat niet." in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "x")]) == UNUSABLE
    assert "Dit is een bestand, geen map." in capsys.readouterr().err


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("problem.json", "De uitslag hoort bij een andere vraag dan problem.json."),
        ("probabilities.csv", "Het bestand probabilities.csv is veranderd."),
        ("panel.csv", "panel.csv is niet het panel dat geloot is."),
        ("vertrouwelijk/panels.csv", "panels.csv past niet bij de codes in de map openbaar."),
        ("vertrouwelijk/pool.json", "Manifest of lijst zegt iets anders."),
    ],
)
def test_changed_files_are_refused(copy: Path, capsys: Output, name: str, told: str) -> None:
    path = copy / name
    last = ids_of(copy / "panel.csv")[0]
    if name == "problem.json":
        change(path, '"size":20', '"size":19')
    elif name.endswith("pool.json"):
        change(path, '"largest_shortfall":', '"largest_shortfall":9')
    else:
        change(path, last, "0")
    assert main(["verify", str(copy)]) == REFUSED
    found = capsys.readouterr().out
    assert "Afgekeurd." in found
    assert told in found


def test_a_public_file_that_is_changed(copy: Path, capsys: Output) -> None:
    (copy / "openbaar" / "panels.txt").write_bytes(b"0 00\n")
    assert main(["verify", str(copy)]) == REFUSED
    assert "Dit klopt niet:" in capsys.readouterr().out


def test_a_broken_file_of_ours(copy: Path, capsys: Output) -> None:
    (copy / "vertrouwelijk" / "panels.csv").write_bytes(b"panel,id\nx,1\n")
    assert main(["verify", str(copy)]) == REFUSED
    assert "is niet te lezen." in capsys.readouterr().out


def test_without_the_confidential_folder(copy: Path, capsys: Output) -> None:
    shutil.rmtree(copy / "vertrouwelijk")
    assert main(["verify", str(copy)]) == PARTLY
    lines = capsys.readouterr().out.splitlines()
    assert "Wat we konden controleren, klopt. Maar niet alles is gecontroleerd." in lines
    assert "- De map vertrouwelijk is er niet. Of panel.csv het gelote panel is, is niet nagerekend." in lines


@pytest.mark.parametrize("part", ["openbaar", "both"])
def test_the_proof_of_another_draw(copy: Path, tmp_path: Path, capsys: Output, part: str) -> None:
    """Of other people: the rules are the same, the chances are not."""
    respondents = (SMALL / "respondents.csv").read_text("utf-8").splitlines()
    kept = respondents[:-1] if part == "openbaar" else [*respondents[:-1], respondents[1]]
    (tmp_path / "respondents.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    shutil.copy(SMALL / "categories.csv", tmp_path)
    files = files_of(tmp_path)
    assert draw(tmp_path / "ander", files=files) == DONE
    for name in ["openbaar"] if part == "openbaar" else ["openbaar", "vertrouwelijk"]:
        shutil.rmtree(copy / name)
        shutil.copytree(tmp_path / "ander" / name, copy / name)
    if part == "openbaar":
        shutil.rmtree(copy / "vertrouwelijk")
    assert main(["verify", str(copy)]) == REFUSED
    assert "De map openbaar hoort bij een andere loting" in capsys.readouterr().out


def test_the_public_folder_alone(drawn: Path, capsys: Output) -> None:
    receipt = next((drawn / "vertrouwelijk" / "receipts").iterdir())
    pool = drawn / "vertrouwelijk" / "pool.json"
    more = ["--receipt", str(receipt), "--pool", str(pool)]
    assert main(["verify", str(drawn / "openbaar"), *more]) == DONE
    assert "Uw kans is" in capsys.readouterr().out
    assert main(["verify", str(drawn / "openbaar"), "--pool", "weg"]) == UNUSABLE
    assert "weg: Dit bestaat niet." in capsys.readouterr().err


def test_a_long_list_of_failures_is_cut_off(tmp_path: Path, out: Path, capsys: Output) -> None:
    people = "".join(f"p{number},a\n" for number in range(150))
    files = write(tmp_path, "wijk,a,1,1\n", f"id,wijk\n{people}")
    assert draw(out, files=files, size=1, panels=0) == DONE
    change(out / "lottery.json", '"groups":[[', '"groups":[["x"],[')
    text = (out / "lottery.json").read_text("utf-8")
    groups = json.loads(text)
    groups["groups"] = [["x"]]
    (out / "lottery.json").write_text(json.dumps(groups), encoding="utf-8")
    assert main(["verify", str(out)]) == REFUSED
    assert "En nog " in capsys.readouterr().out


# --- the command line itself -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Dit ontbreekt nog: opdracht."),
        (["draw"], "Dit ontbreekt nog: --categories, --respondents, --size, --seed, --out."),
        (["verify"], "Dit ontbreekt nog: MAP."),
        (["verify", "a", "b"], "Dit kennen we niet: b."),
        (["gokken"], "opdracht: gokken kan niet. Kies uit quotas, check, draw"),
        (["check", "--size", "veel"], "--size: “veel” is geen heel getal."),
        (["check", "--size", "9" * 5000], "9…” is te groot."),
        (["check", "--size", "-" + "9" * 19], "is te groot."),
        (["apportion", "--seats", "1", "Urk=-3"], "NAAM=INWONERS: “-3” bij “Urk” moet 0 of meer zijn."),
        (["apportion", "--seats", "1", "Urk=" + "9" * 13], "bij “Urk” is te groot."),
        (["check", "--size"], "Na --size hoort nog iets."),
        (["check", "--json=1"], "Na --json hoort niets, ook niet 1."),
        (["check", "--address-columns"], "Na --address-columns hoort nog iets."),
        (["invite"], "Geef een van deze opties: --seats --letters."),
        (["invite", "--seats", "a", "--letters", "b"], "--letters en --seats kunnen niet samen."),
        (["apportion", "--seats", "1", "Urk"], "NAAM=INWONERS: schrijf naam=getal, niet “Urk”."),
        (["apportion", "--seats", "1", "=3"], "NAAM=INWONERS: schrijf naam=getal, niet “=3”."),
        (["alternates", "--rate", "120%"], "--rate: “120%” is geen deel van 0 tot en met 1."),
        (["tables", "--sizes", "5,x"], "--sizes: “x” is geen heel getal"),
    ],
)
def test_wrong_use(arguments: list[str], told: str, capsys: Output) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == UNUSABLE
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 2
    assert err.splitlines()[1].startswith("Uitleg: python -m civic.sortition")


@pytest.mark.parametrize("name", [str(one.__name__).rsplit(".", 1)[1] for one in package.COMMANDS])
def test_every_command_explains_itself(name: str, capsys: Output) -> None:
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Gebruik: python -m civic.sortition {name} ")
    assert f"voorbeeld:\n  python -m civic.sortition {name} " in text
    for word in ("130  afgebroken met Ctrl-C", "--json", "laat deze uitleg zien"):
        assert word in text
    for english in ("usage", "options:", "positional", "show this help", "%%"):
        assert english not in text


def test_help_in_a_process_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "civic.sortition", "--help"], capture_output=True, text=True, check=True
    )
    assert "check" in done.stdout
    assert "Loot een panel" in done.stdout
    assert done.stderr == ""


def test_only_numpy_highspy_rich_and_openpyxl_are_needed(out: Path) -> None:
    """The whole of a draw, with every other package of the site out of reach."""
    code = (
        "import sys\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in sys.argv[1].split(','):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, No())\n"
        "from civic.sortition.__main__ import main\n"
        "raise SystemExit(main(sys.argv[2:]))\n"
    )
    banned = "flask,sqlalchemy,flask_babel,wtforms,alembic,cryptography,pyotp,segno,holidays,altair,psycopg"
    sized = ["--size", "20", "--seed", "1", "--panels", "20", "--out", str(out)]
    command = [sys.executable, "-c", code, banned, "draw", *files_of(SMALL), *sized]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_sees_how_far_it_is(out: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert draw(out, "--json", files=files_of(POOLS / "like_mass_24"), size=24) == DONE
    found = capsys.readouterr()
    assert "kleinste kans" in found.err
    assert "panels met gelijke kans" in found.err
    assert json.loads(found.out)["optimal"] is True
    participants = ["--participants", str(out / "panel.csv"), "--sizes", "5,5", "--seed", "1"]
    assert main(["tables", *participants, "--out", str(out.with_name("tafels"))]) == DONE
    assert "tafels mengen" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough() -> None:
    """`… | head -1` is no error."""
    command = f"{sys.executable} -m civic.sortition check {' '.join(files_of(SMALL))} --size 20"
    done = subprocess.run(["sh", "-c", f"{command} | true"], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_a_terminal_without_our_quotation_marks(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "civic.sortition", "check", "--size", "veel"]
    whole = [sys.executable, "-m", "civic.sortition", "check", *files_of(SMALL), "--size", "900"]
    for one in (command, whole):
        done = subprocess.run(
            one, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii:strict"}
        )
        assert done.returncode == UNUSABLE
        assert b"Traceback" not in done.stderr


def test_a_pipe_without_a_reader() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        command_line._write(stream, ["x" * 100_000])
        command_line._write(stream, ["and more"])


def test_the_module_runs(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.delitem(sys.modules, command_line.__name__)
    monkeypatch.setattr(sys, "argv", ["loting", "check", *files_of(SMALL), "--size", "20"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("civic.sortition", run_name="__main__")
    assert caught.value.code == DONE
    assert "alles klopt" in capsys.readouterr().out


def test_a_fault_of_the_program_is_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(package.check, "run", broken)
    with pytest.raises(ZeroDivisionError):
        main(["check", *files_of(SMALL), "--size", "20"])


def test_faults_of_the_program_are_not_hidden() -> None:
    assert output.stop_of(ZeroDivisionError()) is None
    for error in (MemoryError(), Undecided(), PermissionError(13, "", "x"), OSError()):
        stop = output.stop_of(error)
        assert stop is not None
        assert all(line.endswith(".") for line in stop.lines)
    assert str(Stop([output.Complaint("Nee.", "a")])) == "a: Nee."


def test_the_place_in_a_workbook_is_shown() -> None:
    error = ProblemError("unknown_value_line", {"line": 7, "cell": "C7", "value": "x", "feature": "f"})
    assert messages.sentence(error) == "Regel 7 (C7): de waarde “x” hoort niet bij “f”."
