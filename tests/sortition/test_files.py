"""Reading the two files: both dialects, every separator and encoding, and all errors in one go."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from civic.sortition import bundle, files, messages, problem
from civic.sortition import errors as error_module
from civic.sortition.errors import ProblemError
from civic.sortition.problem import Quota, find_errors

POOLS = Path(__file__).resolve().parents[2] / "benchmarks" / "pools"
CATEGORIES = b"category,feature,min,max\nleeftijd,jong,1,2\nleeftijd,oud,1,2\n"
RESPONDENTS = b"id,naam,leeftijd\na,Ann,jong\nb,Bob,oud\nc,Cas,oud\n"
CHECKING = (files, problem, error_module, bundle, sys.modules["civic.sortition.verify"])
QUOTAS = (Quota([("leeftijd", "jong")], 1, 2), Quota([("leeftijd", "oud")], 1, 2))


def codes(errors: list[ProblemError]) -> list[str]:
    return [error.code for error in errors]


def test_the_old_dialect() -> None:
    assert files.read_categories(CATEGORIES) == (QUOTAS, [])


@pytest.mark.parametrize("header", ["feature,value,min,max", "feature,value,min,max,min_flex,max_flex"])
def test_the_new_dialect(header: str) -> None:
    extra = ",0,9" if "flex" in header else ""
    text = f"{header}\nleeftijd,jong,1,2{extra}\nleeftijd,oud,1,2{extra}\n"
    assert files.read_categories(text.encode()) == (QUOTAS, [])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
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
    assert dict(errors[0].params) == {"line": 3, "first": 2, "id": "a"}


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
    ],
)
def test_files_that_cannot_be_used(content: bytes, expected: list[str]) -> None:
    pool, errors = files.read_respondents(content, QUOTAS)
    assert pool is None
    assert codes(errors) == expected


def test_columns_that_are_missing_are_all_named() -> None:
    _quotas, errors = files.read_categories(b"iets,anders\n1,2\n")
    assert [error.params["column"] for error in errors] == ["category", "feature", "min", "max"]


def test_a_value_of_a_joint_quota_may_be_anything() -> None:
    quotas = (Quota([("leeftijd", "jong"), ("wijk", "Noord")], 0, 1),)
    pool, errors = files.read_respondents(b"leeftijd,wijk\njong,Zuid\n", quotas)
    assert errors == []
    assert pool is not None


@pytest.mark.parametrize("name", sorted(path.name for path in POOLS.iterdir() if path.is_dir()))
def test_every_pool_of_the_benchmark_is_read(name: str) -> None:
    quotas, quota_errors = files.read_categories(POOLS / name / "categories.csv")
    pool, pool_errors = files.read_respondents(POOLS / name / "respondents.csv", quotas)
    assert quota_errors == pool_errors == []
    assert pool is not None
    assert find_errors(pool, quotas, int(name.rsplit("_", 1)[1])) == []


def test_every_code_has_a_sentence() -> None:
    sources = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in CHECKING]
    used = set(re.findall(r'ProblemError\(\s*"([a-z_]+)"', "".join(sources)))
    assert len(used) > 25
    assert used == set(messages.SENTENCES)


def test_sentences_read_well() -> None:
    error = ProblemError("blank_cell", {"file": "respondents", "line": 7, "column": "leeftijd"})
    assert messages.sentence(error) == "Regel 7 van het bestand met aanmeldingen: het vak “leeftijd” is leeg."
    short = ProblemError("quota_short", {"quota": "leeftijd: 16–24", "need": 4, "have": 3})
    assert messages.sentence(short) == "“leeftijd: 16–24”: 4 nodig, 3 aangemeld."
    change = error_module.QuotaChange((("leeftijd", "jong"),), (4, 5), (3, 5))
    assert messages.proposal(change) == "“leeftijd: jong”: van 4–5 naar 3–5."
