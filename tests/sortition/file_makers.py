"""What the tests of the files share: small tables, hand-written workbooks, and texts that break readers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import strategies as st

from civic.sortition import files
from civic.sortition.errors import ProblemError
from civic.sortition.files.respondents import address_of
from civic.sortition.files.table import clean
from civic.sortition.question import Pool, Quota

POOLS = Path(__file__).resolve().parents[2] / "benchmarks" / "pools"
CATEGORIES = b"category,feature,min,max\nleeftijd,jong,1,2\nleeftijd,oud,1,2\n"
RESPONDENTS = b"id,naam,leeftijd\na,Ann,jong\nb,Bob,oud\nc,Cas,oud\n"
QUOTAS = (Quota([("leeftijd", "jong")], 1, 2), Quota([("leeftijd", "oud")], 1, 2))
HEADER = ["id", "leeftijd"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENTS = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/></Types>'
)
PARTS = {
    "[Content_Types].xml": CONTENTS,
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
    f' Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="Blad1" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
    f' Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    # no default style: openpyxl warns about that
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts><font/></fonts>'
    "<fills><fill><patternFill/></fill></fills><borders><border/></borders><cellXfs><xf/></cellXfs></styleSheet>",
}
TWO = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
PERSON = '<row r="2"><c r="A2"><v>7</v></c><c r="B2" t="inlineStr"><is><t>jong</t></is></c></row>'
# letters that break careless readers: separators, quotes, line ends, plusses, formulas, marks, loose accents
CHARACTERS = st.one_of(
    st.sampled_from(list(" +'\"=@-|;,\t\n\r\u00e9\u0301\u2028\u037e\ufeff\x1f_x0D")),
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)
TEXTS = st.text(CHARACTERS, min_size=1, max_size=12).map(clean).filter(bool)
NAMES = TEXTS.filter(lambda one: one.casefold() not in ("id", "address"))


def codes(errors: list[ProblemError]) -> list[str]:
    return [error.code for error in errors]


def read_back(path: Path) -> tuple[Quota, ...]:
    quotas, errors = files.read_categories(path)
    assert errors == []
    return quotas


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def raw(sheet: str, texts: str = "<si><t>id</t></si><si><t>leeftijd</t></si>", **more: str) -> bytes:
    """A workbook of hand-written parts, as no library would write it."""
    parts = {**PARTS, "xl/worksheets/sheet1.xml": sheet}
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{texts}</sst>'
    return zipped({**parts, **more})


def zipped(parts: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as found:
        for name, text in parts.items():
            found.writestr(name, text)
    return output.getvalue()


def book(change: Callable[[Any], object] | None = None, *rows: list[Any]) -> bytes:
    """A workbook of openpyxl: a header and rows, after `change` had the sheet."""
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    for row in [HEADER, *(rows or (["a", "jong"], ["b", "oud"]))]:
        page.append(row)
    if change is not None:
        change(page)
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def people(content: bytes, quotas: tuple[Quota, ...] = QUOTAS, **more: Any) -> Pool:
    pool, errors = files.read_respondents(content, quotas, **more)
    assert errors == []
    assert pool is not None
    return pool


def complaints(content: bytes) -> list[ProblemError]:
    pool, errors = files.read_respondents(content, QUOTAS)
    assert pool is None
    return errors


@st.composite
def quota_lists(draw: st.DrawFn) -> list[Quota]:
    pairs = st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3)
    conditions = draw(st.lists(pairs, max_size=4, unique_by=lambda one: tuple(sorted(one.items()))))
    found = []
    for condition in conditions:
        low, high = draw(st.tuples(st.integers(0, 500), st.integers(500, 999_999)))
        more = {
            "constituencies": tuple(draw(st.lists(TEXTS.filter(lambda one: "|" not in one), unique=True))),
            "weight": draw(st.integers(1, 999) | st.sampled_from([1.0, 0.5, 12.25])),
            "flex": draw(st.none() | st.tuples(st.integers(0, low), st.integers(high, 999_999))),
        }
        found.append(Quota(condition, low, high, **more))
    return found


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    features = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.casefold))
    ids = draw(st.lists(TEXTS, min_size=1, max_size=5, unique=True))
    values = tuple(tuple(draw(TEXTS) for _name in features) for _one in ids)
    addresses = draw(st.sampled_from([(), tuple(address_of([draw(TEXTS)]) for _one in ids)]))
    return Pool(tuple(features), tuple(ids), values, addresses)


def quotas_of(pool: Pool) -> tuple[Quota, ...]:
    """Quotas that bring every feature of a pool along, and allow every value."""
    found = {(name, row[at]): None for at, name in enumerate(pool.features) for row in pool.values}
    return tuple(Quota([pair], 0, 9) for pair in found)
