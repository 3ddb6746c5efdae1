"""Looks for traces of a visitor in everything the site wrote: tables, sealed texts, mails, files and logs.

Use it as `nowhere(app, caplog, [*VISITOR.traces, *own_words])`. Sealed columns are opened first: also behind
a key there may be nothing that tells who an anonymous reporter is. Words that may be there, but only sealed
(what the reporter wrote), go to `only_sealed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.engine import make_url

from civic.crypto import Sealed
from civic.db import Base, db


@dataclass(frozen=True)
class Visitor:
    """Somebody with an address, a browser and a language that nobody else has."""

    address: str = "203.0.113.77"
    browser: str = "Merkwaardige-Browser/9.9 (Pimpelpaarse-Knoppen)"
    language: str = "tlh-KX"

    @property
    def outside(self) -> dict[str, Any]:
        """For `client.get(url, **VISITOR.outside)`."""
        headers = {
            "User-Agent": self.browser,
            "Accept-Language": f"nl,{self.language};q=0.3",
            "X-Forwarded-For": self.address,
        }
        return {"environ_overrides": {"REMOTE_ADDR": self.address}, "headers": headers}

    @property
    def traces(self) -> list[str]:
        network = self.address.rsplit(".", 1)[0]
        return [self.address, f"{network}.", "Merkwaardige", "Pimpelpaarse-Knoppen", self.language]


VISITOR = Visitor()


def stored(app: Flask) -> dict[str, str]:
    """Every column of every table as the database has it."""
    with app.app_context():
        return {
            f"{table.name}.{column.name}": "\n".join(
                _text(value) for value in db.session.scalars(select(column))
            )
            for table in Base.metadata.sorted_tables
            for column in table.columns
        }


def opened(app: Flask) -> dict[str, str]:
    """Every sealed column, in clear."""
    with app.app_context():
        return dict(_opened())


def _opened() -> Iterator[tuple[str, str]]:
    for mapper in Base.registry.mappers:
        kind = mapper.class_
        for name, value in vars(kind).items():
            if isinstance(value, Sealed):
                rows = db.session.scalars(select(kind))
                yield (
                    f"{kind.__tablename__}.{name} (opened)",
                    "\n".join(getattr(row, name) or "" for row in rows),
                )


def mails(app: Flask) -> dict[str, str]:
    """Every letter that was ever queued, whole: to whom, about what and what it says."""
    from civic.mail.models import OutgoingMail

    with app.app_context():
        return {
            f"mail {mail.id} ({mail.dedup_key})": "\n".join(
                _text(getattr(mail, name)) for name in _readable(mail) if not name.startswith("_")
            )
            for mail in db.session.scalars(select(OutgoingMail))
        }


def _readable(row: Any) -> list[str]:
    sealed = [name for name, value in vars(type(row)).items() if isinstance(value, Sealed)]
    return [*(attribute.key for attribute in inspect(row).mapper.column_attrs), *sealed]


def files(app: Flask) -> dict[str, str]:
    """Everything the instance has on disk, the raw file of the database and its journal included."""
    found = [one for one in Path(app.config["INSTANCE"]).rglob("*") if one.is_file()]
    with app.app_context():
        url = make_url(str(db.engine.url))
    if url.get_backend_name() == "sqlite" and url.database:
        found += list(Path(url.database).parent.glob(f"{Path(url.database).name}*"))
    return {f"file {one}": one.read_bytes().decode("latin-1") for one in found}


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def nowhere(
    app: Flask, caplog: pytest.LogCaptureFixture, traces: Iterable[str], only_sealed: Iterable[str] = ()
) -> None:
    """No trace is anywhere; `only_sealed` words are nowhere in clear, and may be behind a key."""
    in_clear = {**stored(app), **files(app), "log": caplog.text}
    behind_a_key = {**opened(app), **mails(app)}
    for place, text in {**in_clear, **behind_a_key}.items():
        for trace in traces:
            assert trace.lower() not in text.lower(), f"{trace!r} in {place}"
    for place, text in in_clear.items():
        for word in only_sealed:
            assert word.lower() not in text.lower(), f"{word!r} in {place}"
