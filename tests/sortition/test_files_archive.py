"""Workbooks that are broken, locked, strange or without end: one sentence, and no time or memory lost."""

from __future__ import annotations

import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.sortition import files
from civic.sortition.files import archive
from tests.sortition.file_makers import (
    MAIN,
    PARTS,
    PERSON,
    QUOTAS,
    TWO,
    book,
    codes,
    complaints,
    people,
    raw,
    sheet_xml,
    zipped,
)

OLD = archive.OLE_START + b"\0" * 600
WITHOUT_CONTENT = '<row r="900000"><c r="XFD900000"/></row>'


def encrypted() -> bytes:
    content = bytearray(book())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


def lying(size: int) -> bytes:
    """A zip that declares a part to be larger than it is."""
    content = bytearray(book())
    place = content.index(b"PK\x01\x02")
    content[place + 24 : place + 28] = size.to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OLD, "old_workbook"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
        (encrypted(), "encrypted_workbook"),
        (zipped({"a.txt": "x"}), "not_a_workbook"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "not_a_workbook"),
        (zipped({**PARTS, "xl/workbook.bin": "x"}), "not_a_workbook"),
        (b"PK\x05\x06", "broken_workbook"),
        (b"PK\x03\x04" + b"x" * 100, "broken_workbook"),
        (book()[:-400], "broken_workbook"),
        (zipped({**PARTS}, zipfile.ZIP_LZMA), "broken_workbook"),
        (zipped({**PARTS, "xl/worksheets/sheet1.xml": "geen xml"}), "broken_workbook"),
        (raw("<worksheet"), "broken_workbook"),
        (raw(sheet_xml('<row r="2000000"><c/></row>')), "broken_workbook"),
        (raw(sheet_xml('<row r="x"><c/></row>')), "broken_workbook"),
        (raw(sheet_xml('<row r="1"><c r="ABCD1"/></row>')), "broken_workbook"),
        (raw(sheet_xml('<row r="1"><c r="9"/></row>')), "broken_workbook"),
        (raw(sheet_xml(TWO, after='<mergeCells><mergeCell ref="overal"/></mergeCells>')), "broken_workbook"),
        (raw("<!DOCTYPE a [<!ENTITY b 'c'>]>" + sheet_xml(TWO)), "broken_workbook"),
        (raw(sheet_xml(TWO + '<row><c t="s"><v>99</v></c></row>')), "broken_workbook"),
        (
            raw(sheet_xml(TWO).replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")),
            "strict_workbook",
        ),
        (lying(200_000_000), "workbook_too_large"),
        (zipped({**PARTS, **{f"x{number}": "" for number in range(2_000)}}), "workbook_too_large"),
        (raw(sheet_xml('<row r="900000"><c r="XFD900000"><v>1</v></c></row>')), "workbook_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_workbooks_that_cannot_be_used(content: bytes, code: str) -> None:
    assert codes(complaints(content)) == [code]


@pytest.mark.parametrize(
    ("limit", "sheet", "texts"),
    [
        ("MOST_CELLS", sheet_xml(TWO + "<row/>" * 500), ""),
        ("MOST_CELLS", sheet_xml(TWO), "<si/>" * 500),
        ("MOST_OTHERS", sheet_xml(TWO, after="<x/>" * 500), ""),
    ],
)
def test_too_much_of_anything(monkeypatch: pytest.MonkeyPatch, limit: str, sheet: str, texts: str) -> None:
    monkeypatch.setattr(archive, limit, 400)
    content = raw(sheet, texts)
    assert codes(complaints(content)) == ["workbook_too_large"]
    assert files.line_count(content) == 0


def test_far_away_and_merged_without_end_cost_nothing() -> None:
    after = '<mergeCells><mergeCell ref="D1:XFD1048576"/></mergeCells>'
    content = raw(sheet_xml(TWO + PERSON + WITHOUT_CONTENT, after=after))
    start = time.process_time()
    assert people(content).ids == ("7",)
    assert time.process_time() - start < 1
    assert files.line_count(content) == 2


def test_a_part_that_is_no_good_xml_only_matters_when_it_is_needed() -> None:
    content = raw(
        sheet_xml(TWO + PERSON), **{"xl/drawings/a.vml": "<xml><br></xml>", "xl/media/b.png": "\x89"}
    )
    assert people(content).ids == ("7",)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 255)), min_size=1, max_size=20))
def test_no_damage_makes_it_raise(damage: list[tuple[int, int]]) -> None:
    content = bytearray(raw(sheet_xml(TWO + PERSON)))
    for place, byte in damage:
        content[place % len(content)] = byte
    pool, errors = files.read_respondents(bytes(content), QUOTAS)
    assert (pool is None) == bool(errors)
    files.line_count(bytes(content))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_inside_a_part_makes_it_raise(data: st.DataObject) -> None:
    parts = {**PARTS, "xl/worksheets/sheet1.xml": sheet_xml(TWO + PERSON)}
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}"><si><t>id</t></si><si><t>leeftijd</t></si></sst>'
    name = data.draw(st.sampled_from(sorted(parts)))
    place = data.draw(st.integers(0, len(parts[name]) - 1))
    with_it = data.draw(st.sampled_from(["", "<", ">", '"', "9", "x", "é", "/", "<a/>", "-1"]))
    parts[name] = parts[name][:place] + with_it + parts[name][place + 1 :]
    pool, errors = files.read_respondents(zipped(parts), QUOTAS)
    assert (pool is None) == bool(errors)


def test_which_files_are_workbooks() -> None:
    assert files.is_workbook(book())
    assert not files.is_workbook(zipped({"a": "b"}))
    assert not files.is_workbook(b"id,leeftijd\n")
    assert not files.is_workbook(b"PK\x03\x04")
