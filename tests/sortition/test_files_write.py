"""Writing tables that no spreadsheet carries out and that come back as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.sortition import Problem, bundle, files, solve
from civic.sortition.invitations import InvitationSettings, Resident, draw_letters, write
from civic.sortition.question import Pool, Quota
from civic.sortition.spreadsheet import as_meant, harmless
from tests.sortition.file_makers import CATEGORIES, QUOTAS, people, pools, quota_lists, quotas_of, read_back


@settings(max_examples=60, deadline=None)
@given(quota_lists())
def test_quotas_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, quotas: list[Quota]) -> None:
    path = tmp_path_factory.mktemp("quota") / "categories.csv"
    files.write_categories(path, quotas)
    if quotas:
        assert read_back(path) == tuple(quotas)


@settings(max_examples=60, deadline=None)
@given(pools())
def test_people_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> None:
    path = tmp_path_factory.mktemp("pool") / "respondents.csv"
    files.write_respondents(path, pool)
    columns = (files.ADDRESS_COLUMN,) if pool.addresses else ()
    assert files.read_respondents(path, quotas_of(pool), address_columns=columns) == (pool, [])


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        *[(f"{sign}1", f"'{sign}1") for sign in ("=", "+", "-", "@", "\t", "\r", " =", "\t=", "\n@")],
        ("'=1", "''=1"),
        ("'\t1", "''\t1"),
        *[(plain, plain) for plain in ("", "1", "'", "'s", " 1", "\n1", "\t", "\r\n", "a=1", "1-2", "'1-2")],
    ],
)
def test_a_formula_gets_an_apostrophe(cell: str, written: str) -> None:
    assert harmless(cell) == written
    assert as_meant(written) == cell


@given(st.text(st.sampled_from("'=+-@\t\r\n a")))
def test_the_apostrophe_comes_off_again(cell: str) -> None:
    written = harmless(cell)
    assert as_meant(written) == cell
    assert not written.strip() or not written.lstrip("\n ").startswith(("=", "+", "-", "@"))
    assert not written.strip() or written[0] not in "\t\r"


@pytest.mark.parametrize("sign", "=+-@\t\r")
def test_every_table_is_written_by_one_rule(tmp_path: Path, sign: str) -> None:
    cell = f"{sign}1"
    files.write_table(tmp_path / "t.csv", ["a"], [[cell]])
    pool = Pool(("f",), (cell, "b"), (("x",), ("x",)))
    problem = Problem(pool, (Quota({"f": "x"}, 0, 2),), 1)
    chances = bundle.derived(problem, solve(problem))["probabilities.csv"]
    letters = draw_letters([Resident(cell, "Wijk 1")], InvitationSettings("x", {cell: 1}), 1)
    write(tmp_path / "draw", letters, secret="long enough for a secret")
    found = [
        (tmp_path / "t.csv").read_bytes().decode(),
        chances,
        (tmp_path / "draw" / "letters.csv").read_bytes().decode(),
    ]
    assert all(f"\n'{cell}" in text or f"\n\"'{cell}" in text for text in found)


def test_what_is_written_is_plain(tmp_path: Path) -> None:
    files.write_table(tmp_path / "t.csv", ("a", "b"), [("=1+1", 5), (" @x", -1), ("'-", 2.5), ("q;", "\r")])
    written = (tmp_path / "t.csv").read_bytes()
    assert written == b"a,b\r\n'=1+1,5\r\n' @x,-1\r\n''-,2.5\r\nq;,\"\r\"\r\n"
    files.write_categories(tmp_path / "c.csv", QUOTAS)
    assert (tmp_path / "c.csv").read_bytes() == CATEGORIES.replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("t.xls", ["a"], [["x"]]),
        ("t.csv", ["a", "a"], [["x", "y"]]),
        ("t.csv", ["a", "b"], [["x"]]),
        ("t.xlsx", ["a"], [["x" * 32_768]]),
    ],
)
def test_what_cannot_be_written(tmp_path: Path, name: str, columns: list[str], rows: list[list[str]]) -> None:
    with pytest.raises(ValueError, match=r"."):
        files.write_table(tmp_path / name, columns, rows)
    assert list(tmp_path.iterdir()) == []


def test_a_constituency_with_a_bar_in_its_name_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="constituency"):
        files.write_categories(tmp_path / "c.csv", [Quota([("a", "b")], 0, 1, constituencies=("x|y",))])


@settings(max_examples=15, deadline=None)
@given(quota_lists())
def test_quotas_come_back_from_a_workbook(
    tmp_path_factory: pytest.TempPathFactory, quotas: list[Quota]
) -> None:
    path = tmp_path_factory.mktemp("quota") / "categories.xlsx"
    files.write_categories(path, quotas)
    if quotas:
        assert read_back(path) == tuple(quotas)


@settings(max_examples=25, deadline=None)
@given(pools())
def test_people_come_back_from_a_workbook(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> None:
    path = tmp_path_factory.mktemp("pool") / "respondents.xlsx"
    files.write_respondents(path, pool)
    assert people(path.read_bytes(), quotas_of(pool)).values == pool.values


def test_what_is_written_is_text(tmp_path: Path) -> None:
    rows: list[list[str | int | float]] = [["007", "=1+1", 5], ["_x0041_", "-", 2.5], ["\x01", "+31", 0]]
    files.write_table(tmp_path / "t.xlsx", ["nummer", "@tekst", "getal"], rows, sheet="Blad")
    page: Any = openpyxl.load_workbook(tmp_path / "t.xlsx")["Blad"]
    assert [cell.data_type for cell in page[2]] == ["s", "s", "n"]
    assert [cell.value for cell in page[2]] == ["007", "=1+1", 5]
    assert (page["A2"].number_format, page["B1"].data_type) == ("@", "s")
    assert [page["A3"].value, page["A4"].value] == ["_x005F_x0041_", "_x0001_"]
    assert page.freeze_panes == "A2"
    pool = people((tmp_path / "t.xlsx").read_bytes(), (), id_column="nummer")
    assert pool.ids == ("007", "_x0041_", "\x01")
