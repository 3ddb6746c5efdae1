"""Reading the two tables as text: every separator and encoding, and all errors in one go."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition import errors as error_module
from civic.sortition import files, messages
from civic.sortition.errors import ProblemError
from civic.sortition.files.text import decode
from civic.sortition.question import Question, Quota
from civic.sortition.validation import find_errors
from tests.sortition.file_makers import CATEGORIES, POOLS, QUOTAS, RESPONDENTS, codes, read_back

FOLDER = Path(str(files.__file__)).parent


def test_the_old_dialect() -> None:
    assert files.read_categories(CATEGORIES) == (QUOTAS, [])


def test_the_new_dialect() -> None:
    text = "feature,value,min,max\nleeftijd,jong,1,2\nleeftijd,oud,1,2\n"
    assert files.read_categories(text.encode()) == (QUOTAS, [])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_separators_encodings_and_line_ends(separator: str, encoding: str, ending: str) -> None:
    rows = ["id,gemeente", "1,Súdwest", "2,Urk"]
    content = ending.join(rows).replace(",", separator).encode(encoding)
    quotas = (Quota([("gemeente", "Súdwest")], 0, 1), Quota([("gemeente", "Urk")], 0, 1))
    pool, errors = files.read_respondents(content, quotas)
    assert errors == []
    assert pool is not None
    assert (pool.ids, pool.values) == (("1", "2"), (("Súdwest",), ("Urk",)))


def test_only_the_features_of_the_quotas_are_kept() -> None:
    pool, errors = files.read_respondents(RESPONDENTS, QUOTAS)
    assert errors == []
    assert pool is not None
    assert pool.features == ("leeftijd",)
    assert pool.values == (("jong",), ("oud",), ("oud",))


def test_people_without_an_id_are_numbered() -> None:
    pool, _errors = files.read_respondents(b"leeftijd\njong\n\noud\n", QUOTAS)
    assert pool is not None
    assert pool.ids == ("1", "2")


def test_a_path_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "categories.csv"
    path.write_bytes(CATEGORIES)
    assert files.read_categories(path) == (QUOTAS, [])


def test_all_errors_of_the_categories_at_once() -> None:
    content = (
        b"category,feature,min,max\nleeftijd,jong,5,2\nleeftijd,,1,2\nleeftijd,oud,veel,2\n"
        b"leeftijd,=1+1,0,1\nleeftijd,oud,1,2\nleeftijd,oud,1,2\nleeftijd,x,1,2,3,4\nleeftijd,y,,1\n"
    )
    quotas, errors = files.read_categories(content)
    assert sorted(codes(errors)) == sorted(
        [
            "min_above_max_line",
            "blank_cell",
            "not_a_number",
            "formula",
            "duplicate_quota_line",
            "duplicate_quota_line",
            "too_many_cells",
            "blank_cell",
        ]
    )
    assert {q.label for q in quotas} >= {"leeftijd: jong", "leeftijd: oud", "leeftijd: x"}


def test_all_errors_of_the_respondents_at_once() -> None:
    content = b"id,leeftijd\na,jong\na,oud\nb,middel\nc,\nd,@SUM(A1)\n,oud\ne," + b"x" * 1001
    pool, errors = files.read_respondents(content, QUOTAS)
    assert pool is None
    assert codes(errors) == [
        "duplicate_id_line",
        "unknown_value_line",
        "blank_cell",
        "formula",
        "blank_cell",
        "cell_too_long",
        "unknown_value_line",
    ]
    assert dict(next(one for one in errors if one.code == "duplicate_id_line").params) == {
        "line": 3,
        "first": 2,
        "id": "a",
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ["empty_file"]),
        (b" \n\n", ["empty_file"]),
        (b"\x00\x01", ["wrong_encoding"]),
        (b"id\n\x81", ["wrong_encoding"]),
        (b"id,leeftijd\n", ["no_rows"]),
        (b"id,id,leeftijd\na,a,jong", ["duplicate_column"]),
        (b"naam\nAnn\n", ["missing_column"]),
        (b'id,leeftijd\na,"' + b"x" * 200_000, ["broken_csv"]),
        (b'{"a":' * 40_000, ["broken_csv"]),
        (b'id,leeftijd\na,jong\nb,"oud\nc,jong\n', ["broken_csv"]),
        (b'id,leeftijd\na,"jong" of oud\n', ["broken_csv"]),
        (b"\xa0\n\xa0;\xa0\n", ["empty_file"]),
        (b'\n"";""\n', ["empty_file"]),
        ("id,leeftijd\na,jo\0ng".encode("utf-16"), ["wrong_encoding"]),
    ],
)
def test_files_that_cannot_be_used(content: bytes, expected: list[str]) -> None:
    pool, errors = files.read_respondents(content, QUOTAS)
    assert pool is None
    assert codes(errors) == expected


def test_columns_that_are_missing_are_all_named() -> None:
    _quotas, errors = files.read_categories(b"iets,anders\n1,2\n")
    assert [error.params["column"] for error in errors] == ["category", "feature", "min", "max"]


@pytest.mark.parametrize("name", sorted(path.name for path in POOLS.iterdir() if path.is_dir()))
def test_every_pool_of_the_benchmark_is_read(name: str) -> None:
    quotas, quota_errors = files.read_categories(POOLS / name / "categories.csv")
    pool, pool_errors = files.read_respondents(POOLS / name / "respondents.csv", quotas)
    assert quota_errors == pool_errors == []
    assert pool is not None
    assert find_errors(Question(pool, quotas, int(name.rsplit("_", 1)[1]))) == []


def test_every_code_has_a_sentence() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    used = set(re.findall(r'ProblemError\(\s*"([a-z_]+)"', source))
    assert len(used) > 25
    assert used <= set(messages.SENTENCES)


def test_sentences_read_well() -> None:
    error = ProblemError("blank_cell", {"file": "respondents", "line": 7, "column": "leeftijd"})
    assert messages.sentence(error) == "Regel 7 van het bestand met aanmeldingen: het vak “leeftijd” is leeg."
    short = ProblemError("quota_short", {"quota": "leeftijd: 16–24", "need": 4, "have": 3})
    assert messages.sentence(short) == "“leeftijd: 16–24”: 4 nodig, 3 aangemeld."
    change = error_module.QuotaChange((("leeftijd", "jong"),), (4, 5), (3, 5), "leeftijd: jong")
    assert messages.proposal(change) == "“leeftijd: jong”: van 4–5 naar 3–5."


def test_an_error_names_the_line_where_a_row_begins() -> None:
    content = b'id,leeftijd,noot\na,jong,"twee\nregels"\n\nb,middel,\nc,oud,"open\n'
    _pool, errors = files.read_respondents(content, QUOTAS)
    assert [(error.code, error.params["line"]) for error in errors] == [("broken_csv", 6)]
    _pool, errors = files.read_respondents(content[: content.index(b"c,")], QUOTAS)
    assert [(error.code, error.params["line"]) for error in errors] == [("unknown_value_line", 5)]


def test_blanks_after_the_last_column_are_no_cells() -> None:
    pool, errors = files.read_respondents(b"id,leeftijd\na,jong,,\nb,oud, \n", QUOTAS)
    assert (errors, pool and pool.ids) == ([], ("a", "b"))
    _pool, errors = files.read_respondents(b"id,leeftijd\na,jong,,x\n", QUOTAS)
    assert codes(errors) == ["too_many_cells"]


def test_the_line_in_which_excel_names_the_separator() -> None:
    pool, errors = files.read_respondents(b"sep=|\r\nid|leeftijd\r\na|jong\r\n", QUOTAS)
    assert (errors, pool and pool.values) == ([], (("jong",),))
    _pool, errors = files.read_respondents(b"sep=;\nid;leeftijd\na;nieuw\n", QUOTAS)
    assert errors[0].params["line"] == 3
    _pool, errors = files.read_respondents(b'sep=;\nid;leeftijd\n"a;nieuw\n', QUOTAS)
    assert (errors[0].code, errors[0].params["line"]) == ("broken_csv", 3)


def test_the_separator_is_the_one_that_brings_out_the_columns() -> None:
    quotas = (Quota([("a;b;c", "x")], 0, 1),)
    pool, errors = files.read_respondents(b"id,a;b;c\n1,x\n", quotas)
    assert (errors, pool and pool.values) == ([], (("x",),))


def test_an_apostrophe_before_it_makes_it_text() -> None:
    quotas = tuple(Quota([("f", value)], 0, 9) for value in ("=1+1", "-", "'t Zand", "'=x"))
    content = b"id,f\n1,'=1+1\n2,'-\n3,'t Zand\n4,''=x\n5,-\n"
    pool, errors = files.read_respondents(content, quotas)
    assert errors == []
    assert pool is not None
    assert [value for (value,) in pool.values] == ["=1+1", "-", "'t Zand", "'=x", "-"]


def test_the_same_letters_from_two_computers() -> None:
    quotas = (Quota([("gemeente", "S\u00fadwest")], 0, 1),)
    pool, errors = files.read_respondents("id,gemeente\n1,Su\u0301dwest\n".encode(), quotas)
    assert (errors, pool and pool.values) == ([], (("S\u00fadwest",),))


def test_the_id_column() -> None:
    pool, _errors = files.read_respondents(b"ID,leeftijd\n7,jong\n", QUOTAS)
    assert pool is not None
    assert pool.ids == ("7",)
    pool, _errors = files.read_respondents(b"id,pas,leeftijd\n7,x9,jong\n", QUOTAS, id_column="pas")
    assert pool is not None
    assert pool.ids == ("x9",)
    _pool, errors = files.read_respondents(b"id,leeftijd\n7,jong\n", QUOTAS, id_column="pas")
    assert codes(errors) == ["missing_column"]


def test_addresses() -> None:
    content = (
        "id,leeftijd,postcode,huisnummer\na,jong,1234 AB,5\nb,oud,1234ab,5\nc,oud,,\nd,oud,\uff11234 ab, 5 \n"
        "e,oud,1234 AB,\n"
    )
    columns = ("postcode", "huisnummer")
    pool, errors = files.read_respondents(content.encode(), QUOTAS, address_columns=columns)
    assert errors == []
    assert pool is not None
    assert pool.addresses == ("1234ab 5", "1234ab 5", "", "1234ab 5", "1234ab")
    assert pool.features == ("leeftijd",)


def test_errors_in_addresses_and_constituencies() -> None:
    content = b"id,leeftijd,straat,kring\na,jong,=A1,Noord\nb,oud,Dorp,\nc,oud,,Zuid\n"
    _pool, errors = files.read_respondents(
        content, QUOTAS, address_columns=("straat", "nummer"), constituency="kring"
    )
    assert [(error.code, error.params["column"]) for error in errors] == [
        ("missing_column", "nummer"),
        ("formula", "straat"),
        ("blank_cell", "kring"),
    ]
    _pool, errors = files.read_respondents(content, QUOTAS, constituency="plaats")
    assert [(error.code, error.params["column"]) for error in errors] == [("missing_column", "plaats")]


def test_the_constituency_is_one_of_the_features() -> None:
    pool, errors = files.read_respondents(b"id,leeftijd,kring\na,jong,Noord\n", QUOTAS, constituency="kring")
    assert errors == []
    assert pool is not None
    assert (pool.features, pool.values) == (("leeftijd", "kring"), (("jong", "Noord"),))


@given(st.binary(max_size=300))
def test_nothing_in_a_file_raises(content: bytes) -> None:
    quotas, _errors = files.read_categories(content)
    pool, errors = files.read_respondents(content, QUOTAS)
    assert quotas == () or decode(content) is not None
    assert pool is None or errors == []
    assert pool is not None or errors


def test_twenty_thousand_people_are_read_quickly() -> None:
    quotas = read_back(POOLS / "large_20000_150" / "categories.csv")
    start = time.process_time()
    pool, _errors = files.read_respondents(POOLS / "large_20000_150" / "respondents.csv", quotas)
    assert time.process_time() - start < 3
    assert pool is not None
    assert len(pool) == 20_000


def test_lines_are_counted_without_reading() -> None:
    assert files.line_count(RESPONDENTS) == 4
