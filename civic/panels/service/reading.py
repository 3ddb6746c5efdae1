"""Reading the two files of a panel: everything that is wrong with them at once, or what is in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from civic.panels.service.file_errors import sentence_of

if TYPE_CHECKING:
    from civic.sortition.errors import ProblemError
    from civic.sortition.question import Pool, Quota

NO_TEXT = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\xd0\xcf\x11\xe0": "zip",  # the Excel of before 2007
    b"%PDF": "other",
    b"\x89PNG": "other",
    b"\xff\xd8\xff": "other",
}


CATEGORIES, RESPONDENTS = "categories", "respondents"
HEAD_LINES = 5
MOST_QUOTAS = 1_000
MOST_REGISTRANTS = 200_000


@dataclass(frozen=True)
class Reading:
    """What is in the files, or the sentences about what is wrong; never both."""

    errors: list[str] = field(default_factory=list)
    size: int = 0  # the seats that the quotas were checked against
    registrants: int = 0
    features: list[dict[str, Any]] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Counts per value, for the database: no person, and no combination of answers."""
        return {"features": self.features}


def read(categories: bytes, respondents: bytes, size: int) -> Reading:
    """Read both files for a panel of `size` seats; a shortage of people is no error here."""
    quota_file, people_file = _name(CATEGORIES, categories), _name(RESPONDENTS, respondents)
    errors = [*_no_table(quota_file, categories), *_no_table(people_file, respondents)]
    if not errors and _are_swapped(categories, respondents):
        return Reading(errors=[_("U hebt de bestanden omgewisseld.")])
    # a workbook may have other sheets; the quotas in it are counted once they are read
    most = MOST_REGISTRANTS if _is_workbook(categories) else MOST_QUOTAS
    errors = errors or [
        *_too_long(quota_file, _line_count(categories), most),
        *_too_long(people_file, _line_count(respondents), MOST_REGISTRANTS),
    ]
    if errors:
        return Reading(errors=errors)
    # the engine brings a solver along: loaded when somebody uploads, not when a web process starts
    from civic.sortition.validation import SHORTAGES

    pool, quotas, found = parse(categories, respondents, size)
    if many := _too_long(quota_file, len(quotas), MOST_QUOTAS):
        return Reading(errors=many)
    # too few people is a warning here; the draw answers it with a proposal
    errors = [sentence_of(one.file, one.error) for one in found if one.error.code not in SHORTAGES]
    if errors or pool is None:
        return Reading(errors=errors)
    return Reading(size=size, registrants=len(pool), features=features_of(pool, quotas))


@dataclass(frozen=True)
class Found:
    """An error and the file it stands in; an empty name where it is about both together."""

    file: str
    error: ProblemError


def parse(
    categories: bytes, respondents: bytes, size: int, household: str = ""
) -> tuple[Pool | None, tuple[Quota, ...], list[Found]]:
    """Pool, quotas and everything that is wrong, shortages of people included; `household` names a column."""
    from civic.sortition import files
    from civic.sortition.question import Question
    from civic.sortition.validation import find_errors

    quotas, quota_errors = files.read_categories(categories)
    pool, pool_errors = files.read_respondents(
        respondents, quotas, address_columns=[household] if household else []
    )
    found = [Found(_name(CATEGORIES, categories), one) for one in quota_errors]
    found += [Found(_name(RESPONDENTS, respondents), one) for one in pool_errors]
    if found or pool is None:
        return pool, quotas, found
    return pool, quotas, [Found("", one) for one in find_errors(Question(pool, quotas, size))]


def _are_swapped(categories: bytes, respondents: bytes) -> bool:
    """The quota file has no quotas in it and the other one has; the first lines are enough to see it."""
    from civic.sortition import files

    quotas, errors = files.read_categories(_head(categories))
    lacks_columns = any(error.code == "missing_column" for error in errors)
    if quotas or not lacks_columns:
        return False
    others, _errors = files.read_categories(_head(respondents))
    return bool(others)


def _head(content: bytes) -> bytes:
    """The first lines of a text; half a workbook is none."""
    if _is_workbook(content):
        return content
    return b"\n".join(content.split(b"\n", HEAD_LINES)[:HEAD_LINES])


def features_of(pool: Pool, quotas: tuple[Quota, ...], drawn: set[str] | None = None) -> list[dict[str, Any]]:
    """Per feature and value what is asked and what there is; with `drawn` (ids) also what was drawn."""
    features: dict[str, list[dict[str, Any]]] = {}
    available = _counts(pool, None)
    chosen = _counts(pool, drawn) if drawn is not None else None
    for quota in quotas:
        if len(quota.condition) != 1:
            continue
        feature, value = quota.condition[0]
        row = {
            "value": value,
            "min": quota.minimum,
            "max": quota.maximum,
            "available": available[feature, value],
        }
        if chosen is not None:
            row["drawn"] = chosen[feature, value]
        features.setdefault(feature, []).append(row)
    return [{"name": name, "values": values} for name, values in features.items()]


def _counts(pool: Pool, members: set[str] | None) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for member, answers in zip(pool.ids, pool.values, strict=True):
        if members is None or member in members:
            counts.update(zip(pool.features, answers, strict=True))
    return counts


def _is_workbook(content: bytes) -> bool:
    from civic.sortition import files

    return files.is_workbook(content)


def _name(what: str, content: bytes) -> str:
    """What the page calls a file: the kind is told by what is in it, whatever its own name was."""
    return f"{what}.xlsx" if _is_workbook(content) else f"{what}.csv"


def _line_count(content: bytes) -> int:
    from civic.sortition import files

    return files.line_count(content)


def _too_long(name: str, lines: int, most: int) -> list[str]:
    """A page shows every quota, and every line may give an error: neither may run to millions."""
    if lines <= most + 1:
        return []
    sentence = _(
        "%(file)s: er zijn te veel regels. Het mogen er hooguit %(most)s zijn.",
        file=name,
        most=format_decimal(most),
    )
    return [sentence]


def _no_table(name: str, content: bytes) -> list[str]:
    """A file that is neither text nor an Excel workbook; what is wrong inside a workbook the engine says."""
    if _is_workbook(content):
        return []
    kind = next((kind for start, kind in NO_TEXT.items() if content.startswith(start)), None)
    if kind == "zip":
        return [_("%(file)s: dit is geen CSV of Excel (.xlsx). Sla het op als een van die twee.", file=name)]
    if kind is not None or b"\0" in content:
        return [_("%(file)s: dit is geen CSV of Excel (.xlsx). Sla het op als een van die twee.", file=name)]
    if not content.strip():
        return [_("%(file)s: het bestand is leeg.", file=name)]
    return []
