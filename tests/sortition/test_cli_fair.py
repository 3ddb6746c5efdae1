"""Verify tells how fair a lottery is, makes every file again, and names what it did not look at."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from civic.sortition import bundle
from civic.sortition.__main__ import DONE, PARTLY, REFUSED, UNUSABLE, main
from civic.sortition.commands import reading
from civic.sortition.commands.draw import write_draw
from civic.sortition.commands.fairness import shortfall
from civic.sortition.commands.output import points
from civic.sortition.commands.proof import Outcome, publication_draw
from civic.sortition.lottery import TOTAL, Lottery
from civic.sortition.problem import Problem
from civic.sortition.publication import Beacon, folder, practice_signature, verify_draw
from civic.sortition.publication.encoding import canonical
from civic.sortition.uniform import uniform

from .brute import POOLS

Output = pytest.CaptureFixture[str]
MASS = POOLS / "like_mass_24"
FILES = ["--categories", str(MASS / "categories.csv"), "--respondents", str(MASS / "respondents.csv")]
QUESTION = [*FILES, "--size", "24", "--seed", "3"]
INFINITE = float("inf")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loting") / "uit"
    assert main(["draw", *QUESTION, "--panels", "40", "--receipts", "--xlsx", "--out", str(folder)]) == DONE
    return folder


@pytest.fixture(scope="module")
def replaced(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vervangen")
    # somebody whose seat can be filled without moving a quota, and who is listed twice
    (folder / "weg.csv").write_text("id\n" + 2 * f"{panel_of(drawn)[2]}\n", encoding="utf-8")
    asked = ["--dropped", str(folder / "weg.csv"), "--seed", "1", "--panels", "10"]
    assert main(["replace", str(drawn), *asked, "--out", str(folder / "uit")]) == DONE
    return folder / "uit"


@pytest.fixture
def copy(drawn: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn, tmp_path / "uit"))


@pytest.fixture
def second(replaced: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(replaced, tmp_path / "vervanging"))


@pytest.fixture(scope="module")
def fair(drawn: Path) -> tuple[Problem, Lottery]:
    return bundle.read(drawn)[:2]


def panel_of(folder: Path) -> list[str]:
    return [line.split(",")[0] for line in (folder / "panel.csv").read_text("utf-8").splitlines()[1:]]


def told(folder: Path, capsys: Output, code: int, *more: str) -> list[str]:
    capsys.readouterr()
    assert main(["verify", str(folder), *more]) == code
    return capsys.readouterr().out.splitlines()


def change(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.chmod(0o600)
    path.write_bytes(text.replace(old, new, 1).encode())


def renew_sums(public: Path) -> None:
    names = sorted(path.name for path in public.iterdir() if path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256((public / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (public / "SHA256SUMS").write_text("".join(lines), encoding="ascii")


# --- how fair ----------------------------------------------------------------------------------------------


def test_facts_about_a_fair_lottery(drawn: Path, capsys: Output) -> None:
    lines = told(drawn, capsys, DONE)
    assert "- De kleinste kans is 19,2308 %. Hoger dan 19,2308 % kan niet." in lines
    assert any(line.startswith("- Dit is de eerlijkste loting (leximin). ") for line in lines)
    assert sum("van de 40 panels te kort voor de eerlijke kans." in line for line in lines) == 1
    figures = json.loads(told(drawn, capsys, DONE, "--json")[0])["figures"]
    assert list(figures) == [
        *("min_probability", "upper_bound", "gap", "optimal", "panels", "largest_shortfall")
    ]
    assert figures["optimal"] is True
    assert figures["panels"] == 40
    assert 0 <= figures["largest_shortfall"] <= 2


def put(place: Path, problem: Problem, outcome: Outcome) -> Path:
    place.mkdir()
    options = argparse.Namespace(receipts=False, xlsx=False, effort=1)
    write_draw(place, problem, outcome, options)
    return place


def test_a_valid_lottery_that_is_not_fair(
    fair: tuple[Problem, Lottery], tmp_path: Path, capsys: Output
) -> None:
    """Everything right, and one panel that always wins."""
    problem, lottery = fair
    bad = dataclasses.replace(lottery, panels=lottery.panels[:1], weights=(TOTAL,))
    for panels in (0, 20):
        made = uniform(problem, bad, panels=panels) if panels else None
        place = put(tmp_path / str(panels), problem, Outcome(bad, made, 0.0))
        lines = told(place, capsys, PARTLY)
        assert "Goedgekeurd." not in lines
        assert any(
            line.startswith("- Of dit de eerlijkste loting is, is niet bewezen: iemand") for line in lines
        )
        page = (place / "LEESMIJ.md").read_text("utf-8")
        assert f"Deze loting is misschien niet de eerlijkste: iemand kan nog {points(bad.gap)} meer" in page
        assert json.loads(told(place, capsys, PARTLY, "--json")[0])["figures"]["optimal"] is False


def test_the_same_panel_every_time(fair: tuple[Problem, Lottery], tmp_path: Path, capsys: Output) -> None:
    """A fair lottery, but the list that is drawn from holds one panel, a hundred times."""
    problem, lottery = fair
    made = uniform(problem, lottery, panels=100)
    same = dataclasses.replace(made, panels=made.panels[:1] * 100)
    place = put(tmp_path / "uit", problem, Outcome(lottery, same, 0.0))
    lines = told(place, capsys, PARTLY)
    assert any(line.startswith("- Of de panels eerlijker kunnen: iemand komt ") for line in lines)
    public, pool = place / "openbaar", place / "vertrouwelijk" / "pool.json"
    lines = told(public, capsys, PARTLY, "--pool", str(pool))
    assert sum("te kort voor de eerlijke kans" in line for line in lines) == 2
    report = verify_draw.check(verify_draw.read_folder(public), pool.read_bytes())
    (fact,) = (one.sentence() for one in report.facts if one.code == "shortfall")
    assert fact == f"Niemand komt meer dan {fact.split()[4]} van de 100 panels te kort voor de eerlijke kans."
    assert float(fact.split()[4].replace(",", ".")) > 50
    # what the manifest says of itself is enough to doubt
    lines = told(public, capsys, PARTLY)
    assert any(line.startswith("- Volgens het manifest: niemand komt meer dan ") for line in lines)
    shutil.rmtree(place / "vertrouwelijk")
    assert any("Of de panels eerlijker kunnen" in line for line in told(place, capsys, PARTLY))


def test_maximin_says_what_it_is(tmp_path: Path, capsys: Output) -> None:
    out = tmp_path / "uit"
    assert main(["draw", *QUESTION, "--objective", "maximin", "--panels", "0", "--out", str(out)]) == DONE
    assert main(["verify", str(out)]) in (DONE, PARTLY)
    assert "alleen de kleinste kans zo groot mogelijk (maximin)." in capsys.readouterr().out


def test_what_is_too_short() -> None:
    assert shortfall(2_000_000, 1000).unchecked == ()
    assert shortfall(2_000_001, 1000).unchecked == (
        "Of de panels eerlijker kunnen: iemand komt 2,01 van de 1000 panels te kort voor de eerlijke kans.",
    )
    assert shortfall(11_000_000, 1000, gap=0.009).unchecked == ()
    assert shortfall(0, 1, counted=False).facts == (
        "Volgens het manifest: niemand komt meer dan 0,00 van de 1 panel te kort voor de eerlijke kans.",
    )


def test_points() -> None:
    assert points(0.00915) == "0,915 procentpunt"
    assert points(1e-9) == "minder dan 0,001 procentpunt"


def test_a_public_folder_that_is_wrong(copy: Path, capsys: Output) -> None:
    (copy / "openbaar" / "panels.txt").write_bytes(b"")
    lines = told(copy / "openbaar", capsys, REFUSED)
    assert "- De lijst met panels is niet de lijst uit het manifest." in lines


# --- what is asked of verify -----------------------------------------------------------------------------


def test_an_option_that_would_do_nothing_is_refused(copy: Path, capsys: Output) -> None:
    """“Goedgekeurd.” must not seem to be about a list that nobody read."""
    nowhere = str(copy / "weg")
    cases = {
        copy: ["--pool", nowhere, "--receipt", nowhere, "--addresses", nowhere, "--secret", nowhere],
        copy / "openbaar": ["--quick", "--earlier", nowhere],
    }
    capsys.readouterr()
    for place, options in cases.items():
        assert main(["verify", str(place), *options]) == UNUSABLE
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("Dit is een ")
        assert line.endswith(", ".join(one for one in options if one.startswith("--")) + ".")


RING_CATEGORIES = ["category,feature,min,max", *(f"{one},1,0,1\n{one},0,0,3" for one in "pqr")]
RING = ["id,p,q,r", "a,1,1,0", "b,1,0,1", "c,0,1,1", "d,0,0,0", "e,0,0,0", "f,0,0,0"]


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    """A draw that no lottery can make as fair as quotas alone would allow: it takes a cut to prove."""
    for name, rows in (("c.csv", RING_CATEGORIES), ("r.csv", RING)):
        (tmp_path / name).write_text("\n".join([*rows, ""]), encoding="utf-8")
    files = ["--categories", str(tmp_path / "c.csv"), "--respondents", str(tmp_path / "r.csv")]
    asked = [*files, "--size", "3", "--seed", "1", "--panels", "0", "--out", str(tmp_path / "uit")]
    assert main(["draw", *asked]) == DONE
    return tmp_path / "uit"


def test_a_bound_that_was_not_proved_again(ring: Path, capsys: Output) -> None:
    """--quick leaves the integer programs out; then the bound is what the folder says, not a fact."""
    whole = told(ring, capsys, DONE)
    assert "- De berekening klopt: panels, quota, kansen en de bovengrens." in whole
    assert "- De kleinste kans is 33,3333 %. Hoger dan 33,3333 % kan niet." in whole
    quick = told(ring, capsys, PARTLY, "--quick")
    assert "- De berekening klopt: panels, quota en kansen." in quick
    assert "- De kleinste kans is 33,3333 %. Volgens de uitslag kan het niet hoger dan 33,3333 %." in quick
    assert "- Niet opnieuw bewezen: 1 hulpregel achter de bovengrens." in quick
    assert json.loads(told(ring, capsys, DONE, "--json")[0])["figures"]["optimal"] is True
    assert json.loads(told(ring, capsys, PARTLY, "--quick", "--json")[0])["figures"]["optimal"] is False


# --- effort and one panel ----------------------------------------------------------------------------------


def test_effort(tmp_path: Path, capsys: Output) -> None:
    for effort in ("0", "2"):
        out = tmp_path / effort
        assert main(["draw", *QUESTION, "--panels", "0", "--effort", effort, "--out", str(out)]) == DONE
        assert json.loads((out / "run.json").read_text("utf-8"))["effort"] == int(effort)
    capsys.readouterr()
    wrong = ["--panels", "-1", "--effort", "1001", "--out", str(tmp_path / "x")]
    assert main(["draw", *QUESTION, *wrong]) == UNUSABLE
    assert capsys.readouterr().err.splitlines() == [
        "--panels moet een getal van 0 tot en met 10000 zijn.",
        "--effort moet een getal van 0 tot en met 1000 zijn.",
    ]


def test_one_panel_of_one_person(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "c.csv").write_text("category,feature,min,max\nwijk,a,1,1\n", encoding="utf-8")
    (tmp_path / "r.csv").write_text("id,wijk\n1,a\n", encoding="utf-8")
    files = ["--categories", str(tmp_path / "c.csv"), "--respondents", str(tmp_path / "r.csv")]
    assert main(["check", *files, "--size", "1"]) == DONE
    assert capsys.readouterr().out.startswith("1 aanmelding, 1 kenmerk, 1 quotum: alles klopt.\n")
    out = tmp_path / "uit"
    assert main(["draw", *files, "--size", "1", "--seed", "1", "--panels", "1", "--out", str(out)]) == DONE
    words = capsys.readouterr().out
    assert "De loting bestaat uit 1 panel." in words
    assert "Daaruit is 1 panel gemaakt, met nummer 0." in words
    assert "Het oefengetal loot panel 0. Het lid staat in panel.csv." in words
    assert "Daaruit is 1 panel gemaakt" in (out / "LEESMIJ.md").read_text("utf-8")
    assert main(["verify", str(out)]) == DONE


# --- one label, one folder ---------------------------------------------------------------------------------


def test_no_label_stands_in_two_folders(drawn: Path, tmp_path: Path) -> None:
    """The same question and seed with another number of panels, another objective, another list."""
    asked = {"a": ["--panels", "30"], "b": ["--panels", "40", "--objective", "maximin"]}
    lists = [(drawn / "openbaar" / "panels.txt").read_text("ascii")]
    for name, more in asked.items():
        assert main(["draw", *QUESTION, *more, "--out", str(tmp_path / name)]) == DONE
        lists.append((tmp_path / name / "openbaar" / "panels.txt").read_text("ascii"))
    labels = [{line.split()[1] for line in one.splitlines()} for one in lists]
    assert len(set.union(*labels)) == sum(map(len, labels))
    problem, lottery, _claims = bundle.read(drawn)
    made = uniform(problem, lottery, panels=40)
    one = publication_draw(problem, lottery, made.panels)
    other = publication_draw(problem, lottery, (made.panels[0], *made.panels[:39]))
    assert one.identifier != other.identifier
    assert {one.secrets[who].secret for who in one.secrets}.isdisjoint(
        other.secrets[who].secret for who in other.secrets
    )
    assert one.identifier == json.loads((drawn / "openbaar" / "manifest.json").read_bytes())["draw"]


# --- every file --------------------------------------------------------------------------------------------


def first_receipt(folder: Path) -> Path:
    return sorted((folder / "vertrouwelijk" / "receipts").iterdir())[0]


def swap_panels(path: Path) -> None:
    """Panel 0 is 1 and 1 is 0: the same panels under other numbers."""
    rows = path.read_text("utf-8").splitlines()
    other = {"0": "1", "1": "0"}
    pairs = [row.split(",") for row in rows[1:]]
    lines = [rows[0], *(f"{other.get(number, number)},{one}" for number, one in pairs)]
    path.write_text("\n".join(lines), encoding="utf-8")


REFUSED_CHANGES: dict[str, Callable[[Path], object]] = {
    "vertrouwelijk/secrets.json volgt niet": lambda at: change(
        at / "vertrouwelijk" / "secrets.json", '"p0":["', '"p0":["0'
    ),
    "/receipts/": lambda at: change(first_receipt(at), '"index":', '"index":1'),
    "panel.xlsx is niet het panel": lambda at: (at / "panel.xlsx").write_bytes(b"id\n1\n"),
    "Een bestand in de map vertrouwelijk": lambda at: change(
        at / "vertrouwelijk" / "panels.csv", "\n0,", "\n41,"
    ),
    "panels.csv past niet bij de codes": lambda at: swap_panels(at / "vertrouwelijk" / "panels.csv"),
    "panels.csv past niet": lambda at: (at / "vertrouwelijk" / "panels.csv").write_text("panel,id\n0,p0\n"),
}


@pytest.mark.parametrize("sentence", REFUSED_CHANGES)
def test_changes_that_are_refused(copy: Path, capsys: Output, sentence: str) -> None:
    REFUSED_CHANGES[sentence](copy)
    lines = told(copy, capsys, REFUSED)
    assert any(sentence in line for line in lines)


def test_a_manifest_that_says_something_else(copy: Path, capsys: Output) -> None:
    """Consistent with its result and sums, but not what this draw would write."""
    public = copy / "openbaar"
    manifest = json.loads((public / "manifest.json").read_bytes())
    index = json.loads((public / "result.json").read_bytes())["index"]
    for number in range(2000):  # until it picks the same panel, as somebody who cheats would
        forge(public, {**manifest, "software": f"v{number}"})
        if json.loads((public / "result.json").read_bytes())["index"] == index:
            break
    lines = told(copy, capsys, PARTLY)
    assert "- De naam en de versie van de software in het manifest." in lines
    forge(public, {**manifest, "void_rules": ["als-het-ons-niet-bevalt"]})
    lines = told(copy, capsys, REFUSED)
    assert "- openbaar/manifest.json volgt niet uit de vraag en de panels." in lines


def forge(public: Path, manifest: dict[str, object]) -> None:
    """Another manifest, with the result that follows from it."""
    (public / "manifest.json").write_bytes(canonical(manifest))  # type: ignore[arg-type]  # plain JSON
    (public / "result.json").unlink()
    files = verify_draw.read_folder(public)
    result = folder.result_of(files, Beacon(practice_signature(1).hex()))
    (public / "result.json").write_bytes(canonical(result))
    renew_sums(public)


def test_another_result_is_another_panel(copy: Path, capsys: Output) -> None:
    """A forged manifest picks another panel: then panel.csv is not that panel."""
    public = copy / "openbaar"
    before = json.loads((public / "result.json").read_bytes())["index"]
    manifest = json.loads((public / "manifest.json").read_bytes())
    for number in range(9):
        forge(public, {**manifest, "software": f"v{number}"})
        if json.loads((public / "result.json").read_bytes())["index"] != before:
            break
    lines = told(copy, capsys, REFUSED)
    assert "- panel.csv is niet het panel dat geloot is." in lines


def test_without_a_result(copy: Path, capsys: Output) -> None:
    (copy / "openbaar" / "result.json").unlink()
    renew_sums(copy / "openbaar")
    told(copy / "openbaar", capsys, PARTLY)  # as a real draw is before its number is there
    assert "- In de map openbaar ontbreekt de uitslag (result.json)." in told(copy, capsys, REFUSED)


def test_texts_of_another_version(copy: Path, capsys: Output) -> None:
    (copy / "LEESMIJ.md").write_text("Alles is eerlijk.\n", encoding="utf-8")
    (copy / "openbaar" / "README.md").write_text("Alles is eerlijk.\n", encoding="utf-8")
    renew_sums(copy / "openbaar")
    lines = told(copy, capsys, PARTLY)
    assert "- De tekst van LEESMIJ.md: deze versie van het programma schrijft een andere." in lines
    assert "- De tekst van openbaar/README.md: deze versie van het programma schrijft een andere." in lines


def test_another_script_for_the_public(copy: Path, capsys: Output) -> None:
    public = copy / "openbaar"
    (public / "verify_draw.py").write_text("print('Goedgekeurd.')\n", encoding="utf-8")
    manifest = json.loads((public / "manifest.json").read_bytes())
    script = hashlib.sha256((public / "verify_draw.py").read_bytes()).hexdigest()
    forge(public, {**manifest, "verifier_sha256": script})
    shutil.rmtree(copy / "vertrouwelijk")
    sentence = "- Het programma verify_draw.py in de map openbaar: het is niet dat van deze versie."
    assert sentence in told(public, capsys, PARTLY)


def test_without_the_list_of_the_auditor(copy: Path, capsys: Output) -> None:
    """It follows from panels.csv, so nothing is lost."""
    (copy / "vertrouwelijk" / "pool.json").unlink()
    lines = told(copy, capsys, DONE)
    assert "- Alle 40 panels voldoen aan alle 13 quota en aan de andere regels." in lines
    shutil.rmtree(copy / "vertrouwelijk" / "receipts")
    (copy / "vertrouwelijk" / "secrets.json").unlink()
    told(copy, capsys, DONE)
    rows = (copy / "panel.csv").read_text("utf-8").splitlines(keepends=True)
    (copy / "panel.csv").write_text("".join(rows[:-1]), encoding="utf-8")
    assert "- panel.csv is niet het panel dat geloot is." in told(copy, capsys, REFUSED)
    (copy / "panel.csv").write_text("id\n" + panel_of(copy)[0], encoding="utf-8")
    assert "- panel.csv is niet het panel dat geloot is." in told(copy, capsys, REFUSED)


def test_without_the_list_of_the_panels(copy: Path, capsys: Output) -> None:
    (copy / "vertrouwelijk" / "panels.csv").unlink()
    lines = told(copy, capsys, PARTLY)
    assert "- panels.csv is er niet. Of panel.csv het gelote panel is, is niet nagerekend." in lines
    assert any(line.startswith("- Niet nagekeken bestanden: LEESMIJ.md, panel.xlsx, vert") for line in lines)
    assert any(line.endswith(" en nog 53.") for line in lines)


def test_files_that_nobody_asked_for(copy: Path, capsys: Output) -> None:
    (copy / "vertrouwelijk" / "los.txt").touch()
    (copy / "openbaar" / "__pycache__").mkdir()
    (copy / "openbaar" / "__pycache__" / "x.pyc").touch()
    (copy / "replaced.txt").symlink_to("nergens")
    names = "openbaar/__pycache__/x.pyc, replaced.txt, vertrouwelijk/los.txt"
    assert f"- Niet nagekeken bestanden: {names}." in told(copy, capsys, PARTLY)


# --- replacements ------------------------------------------------------------------------------------------


def test_a_replacement_is_checked_whole(replaced: Path, capsys: Output) -> None:
    lines = told(replaced, capsys, DONE)
    assert "- 23 leden blijven. Er is 1 plaats te vullen." in lines
    assert any(line.startswith("- Dit is een vervanging bij de uitslag met vingerafdruk ") for line in lines)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (
            "replaced.json",
            '"dropped": [',
            '"dropped": ["niemand", ',
            "- replaced.json past niet bij problem.json",
        ),
        ("replaced.json", '"excluded": []', '"excluded": ["jan"]', "- replaced.json is niet te lezen."),
        ("replaced.json", '"sha256": "', '"sha256": "0', "- replaced.json is niet te lezen."),
        ("replaced.json", '"format"', '"vorm"', "- replaced.json is niet te lezen."),
        ("nieuw.csv", "\np", "\nq", "- nieuw.csv noemt niet de nieuwe leden van het panel."),
    ],
)
def test_a_replacement_that_is_changed(
    second: Path, capsys: Output, name: str, old: str, new: str, sentence: str
) -> None:
    change(second / name, old, new)
    assert any(line.startswith(sentence) for line in told(second, capsys, REFUSED))


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"a":' * 100_000, b"", b"[]", b"1", b"\xff"])
def test_a_record_that_is_none(second: Path, capsys: Output, content: bytes) -> None:
    (second / "replaced.json").write_bytes(content)
    assert "- replaced.json is niet te lezen." in told(second, capsys, REFUSED)


@pytest.mark.parametrize(
    ("sentence", "edit"),
    [
        ("- replaced.json past niet bij problem.json", lambda one: one["confirmed"].append("p1")),
        ("- replaced.json past niet bij", lambda one: one["confirmed"].append(one["confirmed"][0])),
        ("- replaced.json past niet bij", lambda one: one["dropped"].append(one["dropped"][0])),
        ("- replaced.json is niet te lezen.", lambda one: one.update(mooi="ja")),
        ("- replaced.json is niet te lezen.", lambda one: one["earlier"].update(excluded={})),
        (
            "- replaced.json is niet te lezen.",
            lambda one: one["earlier"]["quotas"][0].__setitem__(0, INFINITE),
        ),
    ],
)
def test_a_record_that_says_more(
    second: Path, capsys: Output, sentence: str, edit: Callable[[Any], object]
) -> None:
    """Who stays is told to the reader, so nobody may be counted twice or left out."""
    content = json.loads((second / "replaced.json").read_text("utf-8"))
    edit(content)
    (second / "replaced.json").write_text(json.dumps(content), encoding="utf-8")
    assert any(line.startswith(sentence) for line in told(second, capsys, REFUSED))


def test_without_the_record_of_a_replacement(second: Path, capsys: Output) -> None:
    (second / "replaced.json").unlink()
    lines = told(second, capsys, PARTLY)
    assert "- Niet nagekeken bestanden: nieuw.csv." in lines


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A replacement for which two quotas moved."""
    (tmp_path / "c.csv").write_text(
        "category,feature,min,max,min_flex,max_flex\nsekse,v,2,2,2,3\nsekse,m,1,2,,\n", encoding="utf-8"
    )
    (tmp_path / "r.csv").write_text("id,sekse\na,v\nb,v\nc,m\nd,m\ne,m\n", encoding="utf-8")
    (tmp_path / "weg.csv").write_text("id\na\n", encoding="utf-8")
    files = ["--categories", str(tmp_path / "c.csv"), "--respondents", str(tmp_path / "r.csv")]
    sized = ["--size", "4", "--seed", "1", "--panels", "0", "--out", str(tmp_path / "uit")]
    assert main(["draw", *files, *sized]) == DONE
    asked = ["--dropped", str(tmp_path / "weg.csv"), "--seed", "1", "--panels", "0", "--accept-changes"]
    assert main(["replace", str(tmp_path / "uit"), *asked, "--out", str(tmp_path / "nieuw")]) == DONE
    return tmp_path / "nieuw"


def test_old_and_new_bounds_are_kept(moved: Path, capsys: Output) -> None:
    content = json.loads((moved / "replaced.json").read_text("utf-8"))
    assert content["earlier"]["quotas"] == [[2, 2, [2, 3]], [1, 2, None]]
    assert content["changes"][0] == {"quota": "sekse: v", "old": [2, 2], "new": [1, 2]}
    lines = told(moved, capsys, PARTLY)
    assert "- “sekse: v”: van 2–2 naar 1–2." in lines
    assert "- Of de quota minder ver hadden kunnen verschuiven." in lines
    assert "“sekse: v”: van 2–2 naar 1–2." in (moved / "LEESMIJ.md").read_text("utf-8")


@pytest.mark.parametrize("old", [[1, 2], [2, 3]])
def test_bounds_that_were_others(moved: Path, capsys: Output, old: list[int]) -> None:
    """A change that was none, or from other bounds than the quota had."""
    content = json.loads((moved / "replaced.json").read_text("utf-8"))
    content["changes"][0]["old"] = old
    (moved / "replaced.json").write_text(json.dumps(content), encoding="utf-8")
    assert any("replaced.json past niet bij" in line for line in told(moved, capsys, REFUSED))


def test_a_change_that_is_told_twice(moved: Path, capsys: Output) -> None:
    content = json.loads((moved / "replaced.json").read_text("utf-8"))
    content["changes"].append(content["changes"][0])
    (moved / "replaced.json").write_text(json.dumps(content), encoding="utf-8")
    assert any("replaced.json past niet bij" in line for line in told(moved, capsys, REFUSED))


def test_a_change_that_is_kept_quiet(moved: Path, capsys: Output) -> None:
    content = json.loads((moved / "replaced.json").read_text("utf-8"))
    del content["changes"][1]
    (moved / "replaced.json").write_text(json.dumps(content), encoding="utf-8")
    assert any("replaced.json past niet bij" in line for line in told(moved, capsys, REFUSED))


# --- what is no file ---------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only where there are pipes and devices")
def test_devices_and_pipes_are_refused(copy: Path, tmp_path: Path, capsys: Output) -> None:
    pipe = tmp_path / "pijp"
    os.mkfifo(pipe)
    public = str(copy / "openbaar")
    for command in (
        ["check", "--categories", str(pipe), "--respondents", str(pipe), "--size", "2"],
        ["check", "--categories", "/dev/zero", "--respondents", "/dev/zero", "--size", "2"],
        ["verify", public, "--pool", str(pipe)],
        ["verify", public, "--receipt", "/dev/zero"],
    ):
        capsys.readouterr()
        assert main(command) == UNUSABLE
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1
        assert lines[0].endswith(": Dit is geen gewoon bestand.")
    (copy / "problem.json").unlink()
    os.mkfifo(copy / "problem.json")
    asked = ["--number", "1", "--rate", "1%", "--seed", "1", "--out", str(tmp_path / "r.csv")]
    for command in (["verify", str(copy)], ["alternates", str(copy), *asked]):
        assert main(command) == UNUSABLE
        line = f"{copy / 'problem.json'}: Dit is geen gewoon bestand."
        assert capsys.readouterr().err.splitlines() == [line]


def test_a_file_below_a_folder_that_is_too_large(
    copy: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 100_000)
    with (copy / "LEESMIJ.md").open("r+b") as file:
        file.truncate(100_001)
    (copy / "weg").symlink_to("nergens")
    assert main(["verify", str(copy)]) == UNUSABLE
    assert f"{copy / 'LEESMIJ.md'}: Dit bestand is te groot." in capsys.readouterr().err.splitlines()
