"""Excel workbooks: what people see is what is read, with the cell where it is wrong."""

from __future__ import annotations

import datetime
import io
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from civic.sortition import files
from civic.sortition.question import Quota
from tests.sortition.file_makers import (
    HEADER,
    PERSON,
    POOLS,
    QUOTAS,
    TWO,
    book,
    codes,
    complaints,
    people,
    raw,
    read_back,
    sheet_xml,
)

MIDNIGHT = datetime.datetime(2031, 5, 1)  # noqa: DTZ001 (a sheet knows no time zones)


def test_a_workbook_is_read() -> None:
    pool = people(book())
    assert (pool.features, pool.ids, pool.values) == (("leeftijd",), ("a", "b"), (("jong",), ("oud",)))


def test_both_tables_in_one_workbook_by_name() -> None:
    made = openpyxl.Workbook()
    first: Any = made.active
    first.title = "Toelichting"
    first.append(HEADER)
    first.append(["hoort", "er niet bij"])
    for name, rows in {
        "Respondents ": [HEADER, ["a", "jong"]],
        "CATEGORIES": [["category", "feature", "min", "max"], ["leeftijd", "jong", 1, 2.0]],
    }.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    output = io.BytesIO()
    made.save(output)
    assert files.read_categories(output.getvalue()) == (QUOTAS[:1], [])
    assert people(output.getvalue()).ids == ("a",)


def test_without_a_name_the_header_decides() -> None:
    def more_sheets(page: Any) -> None:
        quotas = page.parent.create_sheet("Verdeling", 0)
        for row in (
            ["feature", "value", "min", "max"],
            ["leeftijd", "jong", 1, 2],
            ["leeftijd", "oud", 1, 2],
        ):
            quotas.append(row)
        page.parent.create_sheet("Leeg", 0)
        hidden = page.parent.create_sheet("respondents", 0)
        hidden.append(HEADER)
        hidden.append(["x", "verborgen"])
        hidden.sheet_state = "hidden"
        page.parent.create_sheet("Oud").append(HEADER)

    content = book(more_sheets)
    assert files.read_categories(content) == (QUOTAS, [])
    assert people(content).ids == ("a", "b")


def test_a_workbook_with_nothing_in_it() -> None:
    output = io.BytesIO()
    openpyxl.Workbook().save(output)
    assert codes(complaints(output.getvalue())) == ["empty_file"]
    assert codes(complaints(raw(sheet_xml(TWO)))) == ["no_rows"]


@pytest.mark.parametrize(
    ("value", "shown", "layout"),
    [
        (5, "5", "General"),
        (5.0, "5", "General"),
        (-3, "-3", "General"),
        (2.5, "2.5", "General"),
        (0.1 + 0.2, "0.3", "General"),
        (7, "007", "000"),
        (12345, "12345", "0000"),
        (True, "TRUE", "General"),
        (MIDNIGHT, "2031-05-01", "General"),
        (MIDNIGHT.replace(hour=14, minute=30), "2031-05-01T14:30:00", "General"),
        (datetime.date(2031, 5, 1), "2031-05-01", "General"),
        (datetime.time(9, 5), "09:05:00", "General"),
        (datetime.timedelta(hours=1, minutes=30), "1:30:00", "General"),
        ("  =1+1 ", "=1+1", "@"),
        ("'=1", "'=1", "@"),
        ("een\nregel", "een\nregel", "General"),
    ],
)
def test_a_cell_is_read_as_people_see_it(value: Any, shown: str, layout: str) -> None:
    def fill(page: Any) -> None:
        page["B2"].value = value
        if isinstance(value, str):
            page["B2"].data_type = "s"
        if layout != "General":
            page["B2"].number_format = layout

    assert people(book(fill, ["a", None]), (Quota([("leeftijd", shown)], 0, 1),)).values == ((shown,),)


def test_text_of_excel_itself() -> None:
    """Shared texts, letters in several styles, escaped characters, cells without an address, a gap."""
    texts = (
        "<si><t>id</t></si><si><r><t>leef</t></r><r><rPr><b/></rPr><t>tijd</t></r></si>"
        '<si><t xml:space="preserve"> jong_x000D_\noud _x0041_</t></si>'
    )
    rows = (
        '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row r="2" ht="3"><c r="B2"/></row>'
        '<row r="5"><c r="A5" t="str"><v>x</v></c><c r="B5" t="s"><v>2</v></c></row>'
    )
    content = raw(sheet_xml(rows), texts)
    assert people(content, (Quota([("leeftijd", "jong\noud A")], 0, 1),)).ids == ("x",)
    (error,) = complaints(content)
    assert (error.code, error.params["line"], error.params["cell"]) == ("unknown_value_line", 5, "B5")


def test_every_error_names_its_cell() -> None:
    rows = [["a", "jong"], ["a", "oud"], ["c", None], [None, "=1+1"], ["e", "#N/A"], ["f", "x" * 1001]]
    errors = complaints(book(None, *rows, ["g", "middel"]))
    assert [(error.code, error.params["cell"]) for error in errors] == [
        ("duplicate_id_line", "A3"),
        ("blank_cell", "B4"),
        ("blank_cell", "A5"),
        ("formula", "B5"),
        ("error_value", "B6"),
        ("cell_too_long", "B7"),
        ("unknown_value_line", "B7"),
        ("unknown_value_line", "B8"),
    ]
    assert errors[3].params["value"] == "=1+1"


def test_errors_in_quotas_name_their_cell_too() -> None:
    made = openpyxl.Workbook()
    page: Any = made.active
    for row in (
        ["category", "feature", "min", "max", "weight", "min_flex", "max_flex"],
        ["a", "b", 5, 2, -1],
        ["a", "c", 0.5, 2],
        ["a + b", "c", 1, 2],
        ["a", "d", 2, 5, None, 3, 9],
        ["a", "d", "=A1", 5, None, 3],
        ["a", "d", 1, 1],
    ):
        page.append(row)
    output = io.BytesIO()
    made.save(output)
    _quotas, errors = files.read_categories(output.getvalue())
    assert [(error.code, error.params["cell"]) for error in errors] == [
        ("min_above_max_line", "C2"),
        ("weight_line", "E2"),
        ("not_a_number", "C3"),
        ("uneven_conjunction", "B4"),
        ("flex_inside_line", "F5"),
        ("formula", "C6"),
        ("blank_cell", "G6"),
        ("duplicate_quota_line", "B7"),
    ]


def test_a_formula_over_several_cells() -> None:
    def fill(page: Any) -> None:
        page["B2"] = ArrayFormula("B2:B3", "=A2:A3")

    (error, *_more) = complaints(book(fill))
    assert (error.code, error.params["value"]) == ("formula", "=A2:A3")


def test_formulas_beside_the_table_do_no_harm() -> None:
    def fill(page: Any) -> None:
        page["C1"], page["C2"] = "leeftijd in jaren", "=2031-1990"
        page["F7"] = "Een aantekening."

    assert people(book(fill)).ids == ("a", "b")


def test_hidden_rows_are_named() -> None:
    def hide(page: Any) -> None:
        for row in (2, 3, 4, 7, 9, 40):
            page.row_dimensions[row].hidden = True

    rows = [[f"p{number}", "jong"] for number in range(12)]
    (error,) = complaints(book(hide, *rows))
    assert (error.code, error.params["rows"]) == ("hidden_rows", "2–4, 7, 9")

    def hide_every_other(page: Any) -> None:
        for row in range(2, 14, 2):
            page.row_dimensions[row].hidden = True

    (error,) = complaints(book(hide_every_other, *rows))
    assert error.params["rows"] == "2, 4, 6, 8, 10 …"


def test_hidden_columns_matter_when_they_are_needed() -> None:
    def hide(page: Any) -> None:
        page["C1"] = "noot"
        page.column_dimensions["C"].hidden = True

    assert people(book(hide)).ids == ("a", "b")

    def hide_more(page: Any) -> None:
        page.column_dimensions.group("A", "B", hidden=True)

    errors = complaints(book(hide_more))
    assert [(error.code, error.params["column"]) for error in errors] == [
        ("hidden_column", "id"),
        ("hidden_column", "leeftijd"),
    ]


def test_merged_cells_in_the_table_have_to_be_split_first() -> None:
    def merge(page: Any) -> None:
        page.merge_cells("B2:B3")
        page.merge_cells("D2:D3")
        page.merge_cells("A9:B9")

    (error,) = complaints(book(merge))
    assert (error.code, error.params["ranges"]) == ("merged_cells", "B2:B3")

    def merge_beside(page: Any) -> None:
        page.merge_cells("D2:D3")

    assert people(book(merge_beside)).ids == ("a", "b")


def test_everything_wrong_with_a_sheet_at_once() -> None:
    def hide(page: Any) -> None:
        page.row_dimensions[3].hidden = True
        page.column_dimensions["B"].hidden = True

    errors = complaints(book(hide, ["a", "nieuw"], ["b", None]))
    assert codes(errors) == ["hidden_rows", "hidden_column", "unknown_value_line", "blank_cell"]


def test_what_openpyxl_warns_about_stays_inside() -> None:
    """Warnings are errors in these tests; a rule that openpyxl does not know is none of our business."""
    after = '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"/></extLst>'
    assert people(raw(sheet_xml(TWO + PERSON, after=after))).ids == ("7",)


def test_twenty_thousand_people_are_read_in_time(tmp_path: Path) -> None:
    quotas = read_back(POOLS / "large_20000_150" / "categories.csv")
    pool, _errors = files.read_respondents(POOLS / "large_20000_150" / "respondents.csv", quotas)
    assert pool is not None
    shared = {text: at for at, text in enumerate(dict.fromkeys(["id", *pool.features, *pool.ids]))}
    lines = [["id", *pool.features], *([one, *row] for one, row in zip(pool.ids, pool.values, strict=True))]
    rows = "".join(f"<row>{''.join(_cell(text, shared) for text in line)}</row>" for line in lines)
    content = raw(sheet_xml(rows), "".join(f"<si><t>{text}</t></si>" for text in shared))
    start = time.process_time()
    found = people(content, quotas)
    assert time.process_time() - start < 15
    assert found == pool
    assert files.line_count(content) == 20_001


def _cell(text: str, shared: dict[str, int]) -> str:
    return f'<c t="s"><v>{shared[text]}</v></c>' if text in shared else f"<c><v>{text}</v></c>"
