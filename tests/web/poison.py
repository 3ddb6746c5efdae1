"""Filling every text column of a database with what attackers and accidents put there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint, update

from civic.crypto import Sealed
from civic.db import Base, db

LONGEST = 10_000
PAYLOADS = (
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "'\"><svg onload=alert(1)>{{6*111111}}{% for a in () %}",
    "\u202eomgekeerd\u202c </title></textarea></main><b>",
    'javascript:alert(1)//" autofocus onfocus="alert(1)',
    "Allerlangstemogelijkewoordzonderspaties" * 20,
    "<!-- --> & &amp; \u0000".replace("\u0000", "") + "🦆 ünïcødé العربية",
)
# what must never come out as it went in ({{6*111111}} is 666666)
MARKS = (
    "<script>alert(1)",
    "<img src=x",
    "<svg onload",
    "666666",
    "</title></textarea>",
    '" autofocus onfocus="',
)
# sealed columns have no length in the database; forms refuse longer names and addresses
LINE = re.compile(r"name|email|address|subject|phone|postcode")
LONGEST_LINE = 200
CODES = re.compile(r"(_index|_hash|_code|_token|_key|_id|salt|uid|code|slug|locale|template|kind)$")
# columns that hold a code of ours, never what someone typed; each with its reason
LEFT_OUT: dict[tuple[str, str], str] = {
    ("event", "subject_type"): "the log refuses changes, and free text at writing",
    ("deadline", "subject_type"): "a table name of ours",
    ("deadline", "term"): "one of the terms of civic.calendar",
    ("user", "totp_sealed"): "a base32 secret that we made",
    ("region", "brand_color"): "checked at saving; a theme that fails is refused",
    ("job_run", "job"): "a name from our own code",
    ("job_run", "error"): "the name of an exception class",
    ("rate_window", "bucket"): "a keyed hash",
    ("outgoing_mail", "claimed_by"): "host and process of a worker",
    ("panel_draw", "members_sealed"): "our own packed JSON, sealed; its texts came through the CSV reader",
    ("panel_files", "respondents_sealed"): "a packed file, sealed; only the computation opens it",
    ("panel_registration", "secrets_sealed"): "our own JSON, sealed; its texts are those of other columns",
    ("panel_registration", "birth_date_sealed"): "a date of ours, sealed",
    ("panel_registration", "address_sealed"): "our own JSON, sealed; its parts were checked",
    ("panel_registration", "answers_sealed"): "our own JSON, sealed; its texts are values of features",
    ("panel_registration", "needs_sealed"): "our own JSON, sealed",
    ("panel_share", "secret_sealed"): "random bytes in hexadecimal",
    ("panel_exclusion_list", "key_sealed"): "random bytes in hexadecimal",
    ("panel_letter_order", "key_sealed"): "random bytes in hexadecimal",
    ("panel_registration", "leaf"): "a hash of ours",
    ("panel_freeze", "pool_root"): "a hash of ours",
    ("public_draw", "pool_sealed"): "our own packed JSON, sealed; the auditor's list",
    ("public_draw", "commitment"): "a hash of ours",
    ("public_draw", "identifier"): "a name of ours, in ASCII",
    ("public_draw", "signature"): "checked against the chain's key, in hexadecimal",
    ("log_node", "hash"): "a hash of ours",
    ("checkpoint", "root"): "a hash of ours",
    ("checkpoint", "origin"): "a setting, without spaces",
    ("checkpoint", "signature"): "made by the site, in hexadecimal",
    ("cosignature", "signature"): "checked against the key, in hexadecimal",
    ("log_check", "problem"): "a code of ours",
}


def everywhere() -> None:
    """Poison what is there; nothing is added, so that every row stays one a page can show."""
    numbers = count()
    for table in Base.metadata.sorted_tables:
        if table.name == "event":
            continue
        for column in poisonable(table):
            _poison_column(table, column, numbers)
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__):
        for sealed in [one for one in vars(mapper.class_).values() if isinstance(one, Sealed)]:
            if (mapper.class_.__tablename__, sealed.column) not in LEFT_OUT:
                _poison_sealed(mapper.class_, sealed, numbers)


def poisonable(table: Table) -> Iterator[Column[Any]]:
    """Text that people could have typed: no key, no code, nothing that a constraint ties down."""
    tied = _tied_columns(table)
    for column in table.columns:
        is_text = isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum)
        is_code = column.name in tied or CODES.search(column.name) or column.info.get("sealed")
        if is_text and not is_code and (table.name, column.name) not in LEFT_OUT:
            yield column


def _tied_columns(table: Table) -> set[str]:
    tied = {
        column.name for column in table.columns if column.primary_key or column.foreign_keys or column.unique
    }
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            tied |= {column.name for column in constraint.columns}
        if isinstance(constraint, CheckConstraint):
            # a check on presence or length allows any words
            text = re.sub(r"(\w+) IS (NOT )?NULL|length\((\w+)\)", "", str(constraint.sqltext), flags=re.I)
            tied |= {column.name for column in table.columns if re.search(rf"\b{column.name}\b", text)}
    return tied


def _poison_column(table: Table, column: Column[Any], numbers: Iterator[int]) -> None:
    keys = list(table.primary_key.columns)
    for row in db.session.execute(sa.select(*keys).where(column.is_not(None))).all():
        length = column.type.length or LONGEST  # type: ignore[attr-defined]  # String, as chosen above
        where = [key == value for key, value in zip(keys, row, strict=True)]
        db.session.execute(update(table).where(*where).values({column.name: payload(next(numbers), length)}))


def _poison_sealed(model: type[Any], sealed: Sealed, numbers: Iterator[int]) -> None:
    length = LONGEST_LINE if LINE.search(sealed.column) else LONGEST
    for row in db.session.scalars(sa.select(model)):
        if getattr(row, sealed.column) is not None:
            sealed.__set__(row, payload(next(numbers), length))
    db.session.flush()


def payload(number: int, length: int) -> str:
    """One of the payloads; the longest columns get ten thousand characters of it now and then."""
    text = PAYLOADS[number % len(PAYLOADS)]
    if length >= LONGEST and number % 3 == 0:
        text = (text + " ") * (LONGEST // len(text))
    return text[:length]
