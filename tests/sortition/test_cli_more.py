"""`python -m civic.sortition`: quotas, apportion, invite, alternates, replace and tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from civic.sortition import bundle, files
from civic.sortition.__main__ import DONE, PARTLY, REFUSED, UNUSABLE, main
from civic.sortition.commands import numbers, tables
from civic.sortition.commands.orders import folder_name
from civic.sortition.tables import Seating, TablePlan, seat

from .brute import POOLS

Output = pytest.CaptureFixture[str]
MASS = POOLS / "like_mass_24"
FLEVOLAND = ["Almere=226.786", "Lelystad=84082", "Noordoostpolder=50050"]
FLEVOLAND += ["Dronten=44337", "Zeewolde=23883", "Urk=21914"]


def put(path: Path, *lines: str) -> str:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refused(arguments: list[str], capsys: Output, code: int = UNUSABLE) -> list[str]:
    assert main(arguments) == code
    found = capsys.readouterr()
    assert found.out == ""
    return found.err.splitlines()


def answer_of(arguments: list[str], capsys: Output) -> dict[str, object]:
    assert main([*arguments, "--json"]) == DONE
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


# --- numbers -----------------------------------------------------------------------------------------------


def test_numbers_as_people_write_them() -> None:
    assert [numbers.count(one) for one in ("0", " 12 ", "226.786", "1.000.000")] == [0, 12, 226786, 1000000]
    assert [float(numbers.share(one)) for one in ("20 %", "20%", "0,2", "0.2", "1")] == [
        0.2,
        0.2,
        0.2,
        0.2,
        1,
    ]
    for wrong in ("", "1.5", "1,5", "-1", "x", "12.34", "1" * 13):
        with pytest.raises(ValueError, match=r".*"):
            numbers.count(wrong)
    for wrong in ("", "x", "-1%", "101%", "1,2"):
        with pytest.raises(ValueError, match=r".*"):
            numbers.share(wrong)


# --- quotas ------------------------------------------------------------------------------------------------


def test_quotas_from_shares(tmp_path: Path, capsys: Output) -> None:
    shares = put(
        tmp_path / "s.csv", "feature;value;share", "leeftijd;jong;40%", "leeftijd;oud;60 %", "w;a;3,5"
    )
    out = tmp_path / "quota.csv"
    answer = answer_of(["quotas", "--shares", shares, "--size", "20", "--out", str(out)], capsys)
    quotas, errors = files.read_categories(out)
    assert errors == []
    assert [(one.label, one.minimum, one.maximum) for one in quotas] == [
        ("leeftijd: jong", 7, 9),
        ("leeftijd: oud", 11, 13),
        ("w: a", 19, 20),
    ]
    assert answer["size"] == 20
    exact = ["--tolerance", "0 %", "--seats", "0", "--out", str(tmp_path / "q.xlsx")]
    assert main(["quotas", "--shares", shares, "--size", "20", *exact]) == DONE
    assert files.read_categories(tmp_path / "q.xlsx")[0][0].maximum == 8
    assert "De quota staan in" in capsys.readouterr().out


def test_shares_that_are_wrong(tmp_path: Path, capsys: Output) -> None:
    shares = put(tmp_path / "s.csv", "feature,value,share", "a,x,12.500", "a,y,900", "a,y,30%", ",z,1")
    lines = refused(["quotas", "--shares", shares, "--size", "9", "--out", str(tmp_path / "q.csv")], capsys)
    assert lines == [
        "s.csv: Regel 5 van het bestand met aandelen: het vak “feature” is leeg.",
        "s.csv: Regel 2: schrijf “12.500” zonder punt, of met een komma.",
        "s.csv: Regel 4: “a: y” staat er al.",
        "s.csv: Regel 4: bij “a” staan procenten en aantallen door elkaar.",
    ]
    good = put(tmp_path / "g.csv", "feature,value,share", "a,x,1")
    wrong = ["--tolerance", "veel%", "--seats", "-1", "--out", str(tmp_path / "q.csv")]
    assert refused(["quotas", "--shares", good, "--size", "0", *wrong], capsys) == [
        "De marge “veel%” moet een deel van 0 tot en met 1 zijn.",
        "De marge in plaatsen is “-1”. Dat moet 0 of meer zijn.",
        "Het panel heeft minstens 1 plaats nodig.",
    ]
    assert not (tmp_path / "q.csv").exists()


# --- apportion ---------------------------------------------------------------------------------------------


def test_the_examples_of_the_handbook(capsys: Output) -> None:
    """Domain handbook E2: each of its lines with one command."""
    expected = {
        "150": ["75 28 17 15 8 7", "48 29 22 21 15 15", "25 25 25 25 25 25"],
        "50": ["25 9 6 5 3 2", "16 10 7 7 5 5", "9 9 8 8 8 8"],
    }
    for seats, lists in expected.items():
        answer = answer_of(["apportion", "--seats", seats, "--compare", *FLEVOLAND], capsys)
        rules = answer["rules"]
        assert isinstance(rules, dict)
        for rule, line in zip(("largest_remainder", "square_root", "equal"), lists, strict=True):
            assert " ".join(str(one) for one in rules[rule]["seats"].values()) == line
    assert main(["apportion", "--seats", "150", "--compare", *FLEVOLAND]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["gemeente", "inwoners"]
    assert lines[1].split() == ["Almere", "226786", "75", "75", "48", "25"]


def test_floors_ceilings_and_ties(tmp_path: Path, capsys: Output) -> None:
    place = put(tmp_path / "g.csv", "municipality,population,x", "A,100,", "B,100,", 'C,"10",')
    out = tmp_path / "plaatsen.csv"
    more = ["--floor", "2", "--municipalities", place, "--out", str(out)]
    assert main(["apportion", "--seats", "9", *more]) == DONE
    assert capsys.readouterr().out.splitlines()[1:] == [
        "gemeente  inwoners  aandeel  plaatsen",
        "A              100     4,29         4",
        "B              100     4,29         3",
        "C               10     0,43         2",
        "samen          210                  9",
        "Door de ondergrens omhoog: C.",
        "Gelijk bij de laatste plaats: A, B. De grootste gemeente gaat voor, daarna het alfabet.",
    ]
    assert rows_of(out) == [
        {"municipality": "A", "seats": "4"},
        {"municipality": "B", "seats": "3"},
        {"municipality": "C", "seats": "2"},
    ]
    assert main(["apportion", "--seats", "9", "A=100", "B=20", "--ceiling", "A=6"]) == DONE
    assert "Door de bovengrens omlaag: A." in capsys.readouterr().out


def test_municipalities_by_constituency(tmp_path: Path, capsys: Output) -> None:
    out = tmp_path / "derden.xlsx"
    thirds = ["--constituencies", "zorg", "mantelzorg", "raden"]
    assert main(["apportion", "--seats", "150", *FLEVOLAND, *thirds, "--out", str(out)]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].split() == ["samen", "50", "50", "50", "150"]
    assert lines[-1].startswith("Even goed kan een plaats verschuiven bij: Almere, Noordoostpolder.")
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["municipality", "zorg", "mantelzorg", "raden"]
    shares = ["--constituencies", "a=2", "b=1", "--floor", "0", "--seats", "3"]
    answer = answer_of(["apportion", "A=10", *shares], capsys)
    assert (answer["seats"], answer["ties"]) == ({"A": {"a": 2, "b": 1}}, [])
    assert main(["apportion", "A=10", *shares]) == DONE
    assert "Even goed" not in capsys.readouterr().out


def test_apportionments_that_cannot_be(tmp_path: Path, capsys: Output) -> None:
    assert refused(["apportion", "--seats", "3"], capsys) == [
        "Noem de gemeenten, of geef een bestand met --municipalities."
    ]
    assert refused(["apportion", "--seats", "0", "Urk=0", "Urk=3"], capsys) == [
        "“Urk” staat er 2 keer in. Dat mag één keer.",
        "Bij “Urk” staat het aantal 0. Dat moet minstens 1 zijn.",
        "Er zijn 0 plaatsen. Dat moet minstens 1 zijn.",
    ]
    place = put(tmp_path / "g.csv", "municipality,population", "A,veel", "B,", "C,10")
    assert refused(["apportion", "--seats", "3", "--municipalities", place], capsys) == [
        "g.csv: Regel 3 van het bestand met gemeenten: het vak “population” is leeg.",
        "g.csv: Regel 2: “veel” bij “population” is geen aantal inwoners.",
    ]
    both = ["--compare", "--constituencies", "a"]
    assert "--compare kan niet" in refused(["apportion", "--seats", "3", "A=1", *both], capsys)[0]
    both = ["--ceiling", "A=1", "--constituencies", "a"]
    assert "--ceiling kan niet" in refused(["apportion", "--seats", "3", "A=1", *both], capsys)[0]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("x.txt", "Kies een naam die eindigt op .csv of .xlsx."),
        ("g.csv", "Dit bestand is er al. Kies een andere naam."),
        ("weg/x.csv", "De map voor dit bestand is er niet."),
    ],
)
def test_files_that_cannot_be_made(tmp_path: Path, capsys: Output, name: str, told: str) -> None:
    put(tmp_path / "g.csv", "van een ander")
    out = tmp_path / name
    lines = refused(["apportion", "--seats", "3", "A=1", "--out", str(out)], capsys)
    assert lines == [f"{out}: {told}"]
    assert (tmp_path / "g.csv").read_text("utf-8") == "van een ander\n"


# --- invite ------------------------------------------------------------------------------------------------


@pytest.fixture
def seats(tmp_path: Path) -> str:
    return put(tmp_path / "plaatsen.csv", "municipality,seats", "Urk,2", "'s-Hage,3", "Weg,1")


@pytest.fixture
def addresses(tmp_path: Path) -> str:
    people = [f"{place},Laan {i},P{p}" for place in ("Urk", "'s-Hage") for i in range(40) for p in range(2)]
    return put(tmp_path / "adressen.csv", "gemeente,adres,persoon", *people, "Dorp,Laan 1,P0")


def test_how_many_letters(seats: str, tmp_path: Path, capsys: Output) -> None:
    assert main(["invite", "--seats", seats, "--response", "10%"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["Urk", "2", "10,0", "%", "60", "6"]
    assert lines[-1].split() == ["samen", "6", "180", "18"]
    own = put(tmp_path / "r.csv", "municipality,seats,response", 'A,1,"0,5"', "B,1,")
    answer = answer_of(["invite", "--seats", own, "--response", "25 %", "--ratio", "2"], capsys)
    assert answer == {"letters": {"A": 4, "B": 8}, "total": 12, "expected": 4.0, "warnings": []}
    given = put(tmp_path / "brieven.csv", "municipality,letters", "A,4")
    assert answer_of(["invite", "--letters", given], capsys) == {"letters": {"A": 4}}


def test_plans_that_cannot_be(seats: str, tmp_path: Path, capsys: Output) -> None:
    assert refused(["invite", "--seats", seats], capsys) == [
        "Geef de respons met --response, of met een kolom response."
    ]
    assert refused(["invite", "--seats", seats, "--response", "0", "--ratio", "x"], capsys)[0] == (
        "Het aantal aanmeldingen per plaats moet 1 of meer zijn."
    )
    wrong = put(tmp_path / "w.csv", "municipality,seats", "A,1", "A,-2", ",3")
    exempt = put(tmp_path / "e.csv", "straat", "x")
    lines = refused(["invite", "--seats", wrong, "--response", "1", "--exempt", exempt], capsys)
    assert lines == [
        "w.csv: Regel 4 van het bestand met gemeenten: het vak “municipality” is leeg.",
        "w.csv: Regel 3: “-2” bij “seats” moet 0 of meer zijn.",
        "w.csv: Regel 3: “A” staat er al.",
        "e.csv: In de lijst met instellingen ontbreekt de kolom “address”.",
    ]


def test_every_municipality_draws_for_itself(
    seats: str, addresses: str, tmp_path: Path, capsys: Output
) -> None:
    question = ["invite", "--seats", seats, "--response", "50%", "--addresses", addresses, "--name", "zorg"]
    promised = answer_of(question, capsys)
    assert promised["lacking"] == ["Weg"]
    assert main(question) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert "Niet in de adressenlijst: Weg." in lines
    assert "Wel adressen, maar geen plaatsen: Dorp." in lines
    assert "Maak dit bekend voordat het openbare getal er is:" in lines
    secret, out = tmp_path / "geheim.txt", tmp_path / "uit"
    exempt = put(tmp_path / "e.csv", "address", "Laan 3")
    whole = [*question, "--seed", "4821", "--secret", str(secret), "--out", str(out)]
    assert main(whole) == DONE
    assert "De codes daarin zijn geheim." in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {"Urk", "'s-Hage"}
    assert len(rows_of(out / "Urk" / "brieven.csv")) == 12
    manifest = json.loads((out / "Urk" / "bewijs" / "manifest.json").read_bytes())
    commitments = promised["commitments"]
    assert isinstance(commitments, dict)
    assert manifest["municipalities"]["Urk"]["commitment"] == commitments["Urk"]
    for path in (secret, out / "Urk" / "brieven.csv"):
        assert path.stat().st_mode & 0o777 == 0o600
    again = [*whole[:-1], str(tmp_path / "weer"), "--xlsx", "--copy", "--json"]
    assert main(again) == DONE
    assert (tmp_path / "weer" / "Urk" / "brieven.xlsx").exists()
    assert (tmp_path / "weer" / "Urk" / "bewijs" / "addresses.csv").exists()
    for name in ("Urk", "'s-Hage"):
        one, two = (tmp_path / folder / name / "bewijs" / "letters.csv" for folder in ("uit", "weer"))
        assert one.read_bytes() == two.read_bytes()
    other = [*whole[:-1], str(tmp_path / "met"), "--exempt", exempt, "--method", "persons"]
    assert main(other) == DONE


def test_a_second_wave_and_its_check(seats: str, addresses: str, tmp_path: Path, capsys: Output) -> None:
    letters = put(tmp_path / "brieven.csv", "municipality,letters", "Urk,5")
    secret = str(tmp_path / "geheim.txt")
    question = [
        "invite",
        "--letters",
        letters,
        "--addresses",
        addresses,
        "--name",
        "zorg",
        "--secret",
        secret,
    ]
    one, two = tmp_path / "een", tmp_path / "twee"
    assert main([*question, "--seed", "1", "--out", str(one)]) == DONE
    assert main([*question, "--seed", "2", "--earlier", str(one), "--out", str(two)]) == DONE
    first, second = (
        {row["address"] for row in rows_of(place / "Urk" / "brieven.csv")} for place in (one, two)
    )
    assert first.isdisjoint(second)
    capsys.readouterr()
    proof, before = str(two / "Urk" / "bewijs"), str(one / "Urk" / "bewijs")
    check = ["verify", proof, "--addresses", addresses, "--earlier", before]
    assert main([*check, str(tmp_path)]) == REFUSED  # a folder that is no wave
    assert main([*check, "--secret", secret]) == DONE
    assert "- De loting volgt uit de adressenlijst en het openbare getal." in capsys.readouterr().out
    assert main(check) == PARTLY
    assert main(["verify", proof]) == PARTLY
    assert main(["verify", proof, "--addresses", addresses]) == REFUSED
    capsys.readouterr()
    assert refused(["verify", proof, "--addresses", "weg"], capsys) == ["weg: Dit bestaat niet."]
    # another list than the one of the first wave, and a folder that is no wave
    other = put(tmp_path / "ander.csv", "gemeente,adres", *(f"Urk,Weg {i}" for i in range(40)))
    changed = [other if one == addresses else one for one in question]
    third = ["--seed", "3", "--out", str(tmp_path / "drie")]
    lines = refused([*changed, "--earlier", str(one), *third], capsys)
    assert lines[0].endswith("Deze ronde is met een andere adressenlijst geloot.")
    lines = refused([*question, "--earlier", str(tmp_path), *third], capsys)
    assert lines[0].endswith("Dit is geen map van een eerdere ronde van invite.")
    assert not (tmp_path / "drie").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("wave", "Infinity"),
        ("wave", "1" + 12 * "0"),
        ("exempt", "[null]"),
        ("seed", '"\\ud800"'),
        ("order", "3"),
        ("method", '"lot"'),
        ("order", 100_000 * "["),
    ],
)
def test_an_earlier_wave_that_is_none(
    addresses: str, tmp_path: Path, capsys: Output, field: str, value: str
) -> None:
    letters = put(tmp_path / "brieven.csv", "municipality,letters", "Urk,5")
    secret = ["--secret", str(tmp_path / "geheim.txt")]
    question = ["invite", "--letters", letters, "--addresses", addresses, "--name", "zorg", *secret]
    one, two = tmp_path / "een", tmp_path / "twee"
    assert main([*question, "--seed", "1", "--out", str(one)]) == DONE
    manifest = one / "Urk" / "bewijs" / "manifest.json"
    text = manifest.read_text("utf-8")
    old = json.dumps(json.loads(text)[field], indent=1).replace("\n", "\n ")
    assert f'"{field}": {old}' in text
    manifest.write_text(text.replace(f'"{field}": {old}', f'"{field}": {value}'), encoding="utf-8")
    capsys.readouterr()
    (line,) = refused([*question, "--seed", "2", "--earlier", str(one), "--out", str(two)], capsys)
    assert line.startswith(str(one / "Urk" / "bewijs"))
    assert not two.exists()


def test_a_check_of_invitations_needs_the_list(addresses: str, tmp_path: Path, capsys: Output) -> None:
    letters = put(tmp_path / "brieven.csv", "municipality,letters", "Urk,5")
    secret = str(tmp_path / "geheim.txt")
    question = [
        "invite",
        "--letters",
        letters,
        "--addresses",
        addresses,
        "--name",
        "zorg",
        "--secret",
        secret,
    ]
    for name, more in (("kaal", []), ("kopie", ["--copy"])):
        assert main([*question, "--seed", "1", *more, "--out", str(tmp_path / name)]) == DONE
    capsys.readouterr()
    bare, whole = (str(tmp_path / name / "Urk" / "bewijs") for name in ("kaal", "kopie"))
    assert refused(["verify", bare, "--secret", secret, "--earlier", bare], capsys) == [
        "--earlier kan alleen samen met --addresses.",
        "--secret kan alleen samen met --addresses.",
    ]
    assert refused(["verify", whole, "--quick", "--pool", secret], capsys) == [
        "Dit is een map van invite. Deze opties horen daar niet bij: --quick, --pool."
    ]
    assert main(["verify", whole, "--secret", secret]) == DONE


def test_draws_that_cannot_be(seats: str, addresses: str, tmp_path: Path, capsys: Output) -> None:
    letters = put(tmp_path / "b.csv", "municipality,letters", "Urk,500", "'s-Hage,600")
    question = ["invite", "--letters", letters, "--addresses", addresses]
    assert refused(question, capsys) == ["Geef de loting een naam met --name."]
    named = [*question, "--name", "zorg"]
    assert "alle vier nodig" in refused([*named, "--seed", "1"], capsys)[0]
    assert refused(named, capsys) == [
        "Urk: 500 brieven, maar er zijn 40 adressen om uit te loten.",
        "'s-Hage: 600 brieven, maar er zijn 40 adressen om uit te loten.",
    ]
    short = put(tmp_path / "kort.txt", "kort")
    few = put(tmp_path / "c.csv", "municipality,letters", "Urk,5")
    whole = ["invite", "--letters", few, "--addresses", addresses, "--name", "z", "--seed", "1"]
    out = tmp_path / "uit"
    assert "te kort" in refused([*whole, "--secret", short, "--out", str(out)], capsys)[0]
    lines = refused([*whole, "--secret", str(tmp_path), "--out", str(out)], capsys)
    assert lines == [f"{tmp_path}: Dit is een map, geen bestand."]
    nowhere = put(tmp_path / "d.csv", "municipality,letters", "urk,5")
    lines = refused([*whole[:2], nowhere, *whole[3:], "--secret", short, "--out", str(out)], capsys)
    assert lines == ["adressen.csv: Geen van de gemeenten staat in de adressenlijst."]
    wrong = put(tmp_path / "a.csv", "gemeente,adres", "Urk,")
    lines = refused([*whole[:4], wrong, *whole[5:], "--secret", short, "--out", str(out)], capsys)
    assert "het vak “adres” is leeg." in lines[0]
    lines = refused([*whole[:4], "weg.csv", *whole[5:], "--secret", short, "--out", str(out)], capsys)
    assert lines == ["weg.csv: Dit bestaat niet."]
    assert not out.exists()


def test_names_as_folders(tmp_path: Path, capsys: Output) -> None:
    assert [folder_name(one) for one in ("'s-Hage", "a/b", "..", "Súdwest-Fryslân", " ")] == [
        "'s-Hage",
        "a-b",
        "--",
        "Súdwest-Fryslân",
        "gemeente",
    ]
    letters = put(tmp_path / "b.csv", "municipality,letters", "a/b,1", "a-b,1")
    homes = put(tmp_path / "a.csv", "gemeente,adres", "a/b,x", "a-b,x")
    question = ["invite", "--letters", letters, "--addresses", homes, "--name", "z", "--seed", "1"]
    lines = refused([*question, "--secret", str(tmp_path / "s"), "--out", str(tmp_path / "uit")], capsys)
    assert "lijken te veel op elkaar" in lines[0]


# --- alternates, replace and tables on one draw ------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loting") / "uit"
    question = ["--categories", str(MASS / "categories.csv"), "--respondents", str(MASS / "respondents.csv")]
    sized = ["--size", "24", "--seed", "3", "--panels", "0", "--out", str(folder)]
    assert main(["draw", *question, *sized]) == DONE
    return folder


@pytest.fixture
def panel(drawn: Path) -> list[str]:
    return [row["id"] for row in rows_of(drawn / "panel.csv")]


def test_reserves(drawn: Path, panel: list[str], tmp_path: Path, capsys: Output) -> None:
    out = tmp_path / "reserves.csv"
    asked = ["--number", "3", "--rate", "20%", "--scenarios", "20", "--seed", "1"]
    answer = answer_of(["alternates", str(drawn), *asked, "--out", str(out)], capsys)
    rows = rows_of(out)
    assert [row["reserve"] for row in rows] == ["1", "2", "3"]
    assert [row["id"] for row in rows] == answer["reserves"]
    assert set(panel).isdisjoint(row["id"] for row in rows)
    assert list(rows[0])[2:] == list(bundle.read(drawn)[0].pool.features)
    rates = put(tmp_path / "kansen.csv", "feature,value,rate", 'c0,0,"0,4"')
    again = ["--rates", rates, "--panel", str(drawn / "panel.csv"), "--out", str(tmp_path / "r.xlsx")]
    assert main(["alternates", str(drawn), *asked, *again]) == DONE
    words = capsys.readouterr().out
    assert words.startswith("3 reserves gekozen. Gemiddeld vallen ")
    assert "Beter kan niet." in words or "Lager dan" in words


def test_reserves_that_cannot_be(drawn: Path, tmp_path: Path, capsys: Output) -> None:
    out = str(tmp_path / "reserves.csv")
    rates = put(tmp_path / "k.csv", "feature,value,rate", "c0,0,2", "c0,,1%")
    strangers = put(tmp_path / "p.csv", "id", "niemand")
    asked = ["--number", "3", "--seed", "1", "--out", out]
    lines = refused(["alternates", str(drawn), *asked, "--rates", rates, "--panel", strangers], capsys)
    assert lines == [
        "p.csv: niemand staat niet bij de aanmeldingen.",
        "k.csv: Regel 3 van het bestand met kansen: het vak “value” is leeg.",
        "k.csv: Regel 2: “2” bij “rate” is geen deel van 0 tot en met 1.",
    ]
    assert refused(["alternates", str(drawn), *asked], capsys) == [
        "Geef de kans op uitval met --rate of --rates."
    ]
    assert (
        "U vraagt 99 reserves."
        in refused(
            ["alternates", str(drawn), "--number", "99", "--rate", "1%", "--seed", "1", "--out", out], capsys
        )[0]
    )
    lines = refused(["alternates", str(tmp_path), *asked, "--rate", "1%"], capsys)
    assert "Dit is geen map met een uitslag van draw." in lines[0]


def test_a_folder_with_a_question_that_is_wrong(drawn: Path, tmp_path: Path, capsys: Output) -> None:
    for name in ("problem.json", "lottery.json", "panel.csv"):
        (tmp_path / name).write_bytes((drawn / name).read_bytes())
    text = (tmp_path / "problem.json").read_text("utf-8").replace('"size":24', '"size":0')
    (tmp_path / "problem.json").write_text(text, encoding="utf-8")
    asked = ["--number", "3", "--rate", "1%", "--seed", "1", "--out", str(tmp_path / "r.csv")]
    lines = refused(["alternates", str(tmp_path), *asked], capsys)
    assert lines[0] == f"{tmp_path}: Het panel heeft minstens 1 plaats nodig."


def test_features_with_our_names(tmp_path: Path, capsys: Output) -> None:
    """A feature called “reserve” gets another column than the number of the reserve."""
    put(tmp_path / "c.csv", "category,feature,min,max", "reserve,a,1,2", "reserve,b,0,1")
    put(tmp_path / "r.csv", "id,reserve", *(f"p{i},{'ab'[i % 2]}" for i in range(9)))
    question = ["--categories", str(tmp_path / "c.csv"), "--respondents", str(tmp_path / "r.csv")]
    sized = ["--size", "2", "--seed", "1", "--panels", "0", "--out", str(tmp_path / "uit")]
    assert main(["draw", *question, *sized]) == DONE
    asked = ["--number", "1", "--rate", "50%", "--seed", "1", "--out", str(tmp_path / "x.csv")]
    assert main(["alternates", str(tmp_path / "uit"), *asked]) == DONE
    assert list(rows_of(tmp_path / "x.csv")[0]) == ["reserve", "id", "reserve (kenmerk)"]


def test_a_replacement(drawn: Path, panel: list[str], tmp_path: Path, capsys: Output) -> None:
    gone = put(tmp_path / "uitval.csv", "id,waarom", f"{panel[0]},ziek", f"{panel[5]},")
    stay = put(tmp_path / "blijft.csv", "id", *(one for one in panel if one not in (panel[0], panel[5])))
    one, two = tmp_path / "een", tmp_path / "twee"
    asked = ["--accept-changes", "--dropped", gone, "--seed", "4", "--panels", "10"]
    answer = answer_of(["replace", str(drawn), *asked, "--out", str(one)], capsys)
    new = [row["id"] for row in rows_of(one / "nieuw.csv")]
    assert sorted(new) == answer["seated"]
    after = {row["id"] for row in rows_of(one / "panel.csv")}
    assert after == {*panel, *new} - {panel[0], panel[5]}
    assert len(new) == 2
    assert set(new).isdisjoint(panel)
    problem = bundle.read(one)[0]
    assert set(problem.excluded) == {panel[0], panel[5]}
    assert len(problem.fixed) == 22
    plain = [*asked[:-1], "0", "--confirmed", stay, "--out", str(two)]
    assert main(["replace", str(drawn), *plain]) == DONE
    assert (one / "lottery.json").read_bytes() == (two / "lottery.json").read_bytes()
    words = capsys.readouterr().out
    assert words.startswith("22 leden blijven. Er zijn 2 plaatsen te vullen.\n")
    assert "22 leden blijven" in (two / "LEESMIJ.md").read_text("utf-8")
    assert main(["verify", str(one)]) == PARTLY
    assert "- Of de quota minder ver hadden kunnen verschuiven." in capsys.readouterr().out


def test_a_quota_that_cannot_be_kept_is_told(tmp_path: Path, capsys: Output) -> None:
    put(tmp_path / "c.csv", "category,feature,min,max", "sekse,v,2,2", "sekse,m,1,2")
    put(tmp_path / "r.csv", "id,sekse", "a,v", "b,v", "c,m", "d,m", "e,m")
    question = ["--categories", str(tmp_path / "c.csv"), "--respondents", str(tmp_path / "r.csv")]
    sized = ["--size", "4", "--seed", "1", "--panels", "0", "--out", str(tmp_path / "uit")]
    assert main(["draw", *question, *sized]) == DONE
    gone = put(tmp_path / "uitval.csv", "id", "a")
    capsys.readouterr()
    asked = ["--dropped", gone, "--seed", "1", "--panels", "0", "--out"]
    question = ["replace", str(tmp_path / "uit"), *asked, str(tmp_path / "een")]
    assert refused(question, capsys, REFUSED) == [
        "“sekse: v”: 2 nodig, 1 aangemeld.",
        "Met de maxima van “sekse” zijn 3 van de 4 plaatsen te vullen.",
        "Geen enkel panel voldoet aan alle quota samen.",
        "Er is niet geloot. Gaat u akkoord met de verandering hieronder? Geef dan --accept-changes.",
        "De kleinste verandering waarmee het wel kan:",
        "“sekse: v”: van 2–2 naar 1–2.",
        "“sekse: m”: van 1–2 naar 1–3.",
    ]
    assert not (tmp_path / "een").exists()
    answer = answer_of([*question, "--accept-changes"], capsys)
    assert answer["changes"] == [
        {"quota": "sekse: v", "old": [2, 2], "new": [1, 2]},
        {"quota": "sekse: m", "old": [1, 2], "new": [1, 3]},
    ]
    accepted = ["replace", str(tmp_path / "uit"), "--accept-changes", *asked]
    assert main([*accepted, str(tmp_path / "twee")]) == DONE
    words = capsys.readouterr().out
    assert "Deze quota kunnen niet meer. Ze zijn zo min mogelijk verschoven:" in words
    assert "“sekse: v”: van 2–2 naar 1–2." in words
    panel = {row["id"] for row in rows_of(tmp_path / "uit" / "panel.csv")}
    everybody = put(tmp_path / "allen.csv", "id", *sorted(panel))
    lines = refused(
        ["replace", str(tmp_path / "uit"), "--dropped", everybody, *asked[2:], str(tmp_path / "drie")],
        capsys,
        REFUSED,
    )
    assert "Er kunnen 1 mensen meedoen. Er zijn 4 plaatsen." in lines
    assert not (tmp_path / "drie").exists()


def test_replacements_that_cannot_be(drawn: Path, panel: list[str], tmp_path: Path, capsys: Output) -> None:
    outsider = next(one for one in bundle.read(drawn)[0].pool.ids if one not in panel)
    gone = put(tmp_path / "u.csv", "id", outsider, panel[0])
    stay = put(tmp_path / "b.csv", "id", outsider, *panel[:-1])
    asked = ["--seed", "4", "--out", str(tmp_path / "uit")]
    assert refused(["replace", str(drawn), "--dropped", gone, "--confirmed", stay, *asked], capsys) == [
        f"u.csv: {outsider} zit niet in het panel.",
        f"b.csv: {outsider} zit niet in het panel.",
        f"b.csv: {outsider} staat ook bij wie uitviel.",
        f"b.csv: {panel[0]} staat ook bij wie uitviel.",
        f"b.csv: {panel[-1]} staat in geen van beide lijsten.",
    ]
    nobody = put(tmp_path / "n.csv", "id")
    lines = refused(["replace", str(drawn), "--dropped", nobody, *asked], capsys)
    assert lines == ["n.csv: In de lijst staat alleen de kop. Er zijn geen regels."]
    assert not (tmp_path / "uit").exists()


def test_tables(drawn: Path, panel: list[str], tmp_path: Path, capsys: Output) -> None:
    out = tmp_path / "tafels"
    asked = ["--participants", str(drawn / "panel.csv"), "--sizes", "6,8", "--seed", "1", "--out", str(out)]
    leads = put(tmp_path / "leads.csv", "id,naam", *(f"lead{i}," for i in range(5)))
    fixed = put(tmp_path / "vast.csv", "id,table,round", f"{panel[0]},2,1", f"{panel[1]},1,")
    apart = put(tmp_path / "paren.csv", "first,second", f"{panel[2]},{panel[3]}")
    together = put(tmp_path / "samen.csv", "first,second", f"{panel[4]},{panel[5]}")
    more = ["--facilitators", leads, "--fixed", fixed, "--apart", apart, "--together", together, "--rotating"]
    answer = answer_of(["tables", *asked, *more], capsys)
    people = {row["id"]: row for row in rows_of(out / "per-persoon.csv")}
    assert people[panel[0]]["ronde 1"] == "2"
    assert people[panel[1]]["ronde 1"] == people[panel[1]]["ronde 2"] == "1"
    assert people[panel[4]]["ronde 2"] == people[panel[5]]["ronde 2"]
    assert "vrij" in {row["ronde 2"] for row in people.values() if row["rol"] == "begeleider"}
    chairs = rows_of(out / "per-tafel.csv")
    assert [row["rol"] for row in chairs if row["ronde"] == "1"].count("begeleider") == 4
    assert len(chairs) == 2 * 24 + 4 + 3
    rounds = answer["rounds"]
    assert isinstance(rounds, list)
    assert [len(tables) for tables in rounds] == [4, 3]


def test_a_facilitator_too_many_has_no_line(drawn: Path, tmp_path: Path) -> None:
    leads = put(tmp_path / "leads.csv", "id", *(f"lead{i}" for i in range(5)))
    asked = ["--participants", str(drawn / "panel.csv"), "--sizes", "6", "--seed", "1"]
    more = ["--facilitators", leads, "--features", "c0", "--out", str(tmp_path / "t")]
    assert main(["tables", *asked, *more]) == DONE
    roles = [row["rol"] for row in rows_of(tmp_path / "t" / "per-persoon.csv")]
    assert roles.count("begeleider") == 4


def test_columns_in_which_everyone_differs_mix_nothing(tmp_path: Path, capsys: Output) -> None:
    people = put(tmp_path / "p.csv", "naam,id,wijk", *(f"Naam {i},{i},{'NZ'[i % 2]}" for i in range(8)))
    asked = ["--participants", people, "--sizes", "4", "--seed", "1", "--out", str(tmp_path / "t")]
    assert main(["tables", *asked]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "De kolom “naam” telt niet mee: iedereen heeft daar iets anders."
    assert lines[1] == "8 deelnemers, 1 ronde. Tafels per ronde: 2."


def test_tables_that_cannot_be(drawn: Path, panel: list[str], tmp_path: Path, capsys: Output) -> None:
    people = put(tmp_path / "p.csv", "id,wijk", "1,N", "1,Z", "2,", "3,N", ",N")
    fixed = put(tmp_path / "v.csv", "id,table,round", "1,x,", "2,1,ook")
    asked = ["--seed", "1", "--out", str(tmp_path / "t")]
    lines = refused(["tables", "--participants", people, "--sizes", "2", "--fixed", fixed, *asked], capsys)
    assert lines == [
        "p.csv: Regel 6 van het bestand met deelnemers: het vak “id” is leeg.",
        "p.csv: Regel 3: het nummer “1” staat ook al op regel 2.",
        "p.csv: Regel 4 van het bestand met deelnemers: het vak “wijk” is leeg.",
        "v.csv: Regel 2: “x” bij “table” is geen tafelnummer.",
        "v.csv: Regel 3: “ook” is geen nummer van een ronde.",
    ]
    question = ["tables", "--participants", str(drawn / "panel.csv"), *asked]
    assert refused([*question, "--sizes", "1,99"], capsys) == [
        "Ronde 1: aan een tafel zitten minstens 2 mensen. Nu staat er 1.",
        "Ronde 2: een tafel heeft 99 plaatsen, maar er zijn 24 mensen.",
    ]
    lines = refused([*question, "--sizes", "6", "--features", "kleur"], capsys)
    assert lines == ["panel.csv: In het bestand met deelnemers ontbreekt de kolom “kleur”."]
    assert not (tmp_path / "t").exists()


def test_a_seating_that_is_wrong_is_not_written(
    drawn: Path, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check of the seating decides, not the search."""

    def empty(plan: TablePlan, **settings: Any) -> Seating:
        return Seating((), (), seat(plan, steps=1).statistics)

    monkeypatch.setattr(tables, "seat", empty)
    asked = ["--participants", str(drawn / "panel.csv"), "--sizes", "6", "--seed", "1"]
    lines = refused(["tables", *asked, "--out", str(tmp_path / "t")], capsys)
    assert lines == ["De indeling heeft 0 rondes. Dat moeten er 1 zijn."]
    assert not (tmp_path / "t").exists()
