"""Reading the address file of a municipality: everything that is wrong with it at once, or the addresses.

What is in it stays in memory, and is encrypted before it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask_babel import format_decimal
from flask_babel import gettext as _

from civic.panels.service.file_errors import sentence_of
from civic.panels.service.letters_content import Address
from civic.typesetting.glyphs import unprintable

if TYPE_CHECKING:
    from civic.sortition.files import Row, Table

MOST_ADDRESSES = 20_000
FILE = "adressen"
POSTCODE = re.compile(r"([1-9][0-9]{3})\s?([A-Za-z]{2})", re.ASCII)
LONGEST = {"name": 80, "street": 80, "place": 60}

# how registries and spreadsheets call them; compared without case, spaces, hyphens and the like
HEADERS = {
    "name": (
        "naam", "volledigenaam", "aanschrijfnaam", "aanschrijfwijze", "naamaanschrijving", "geadresseerde",
    ),
    "first": ("voornaam", "voornamen", "voorletters", "initialen", "roepnaam"),
    "infix": ("tussenvoegsel", "tussenvoegsels", "voorvoegsel", "voorvoegsels", "voorvoegselgeslachtsnaam"),
    "last": ("achternaam", "geslachtsnaam", "familienaam"),
    "street": (
        "straat", "straatnaam", "straatenhuisnummer", "adres", "adresregel1", "openbareruimte",
        "naamopenbareruimte",
    ),
    "number": ("huisnummer", "huisnr", "nummer", "nr"),
    "letter": ("huisletter", "letter"),
    "addition": ("toevoeging", "huisnummertoevoeging", "huisnrtoevoeging", "toev", "huisnummeraanduiding"),
    "postcode": ("postcode", "pc", "postcode6"),
    "place": ("plaats", "woonplaats", "plaatsnaam", "woonplaatsnaam", "adresregel3"),
}  # fmt: skip
ROLES = {alias: role for role, aliases in HEADERS.items() for alias in aliases}


@dataclass(frozen=True)
class AddressFile:
    """The addresses in the order of the file, or the sentences about what is wrong; never both."""

    addresses: list[Address] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def read_addresses(content: bytes) -> AddressFile:
    # the engine's package brings a solver along: loaded when somebody uploads, not when a web process starts
    from civic.sortition.files import line_count

    if line_count(content) > MOST_ADDRESSES + 1:
        return AddressFile(errors=[_too_many()])
    table = _table(content)
    errors = [sentence_of(_file_name(content), one) for one in table.errors]
    roles = _roles(table)
    errors += _missing(table, roles)
    if errors or not table.rows:
        return AddressFile(errors=errors)
    if len(table.rows) > MOST_ADDRESSES:
        return AddressFile(errors=[_too_many()])
    return _checked(table, roles)


def _table(content: bytes) -> Table:
    from civic.sortition.files.reading import read_table
    from civic.sortition.files.table import Wanted

    # every way to write a name that ends in one of ours; the separator is chosen by how many it finds
    return read_table(content, Wanted(FILE, tuple(sorted(ROLES))))


def _file_name(content: bytes) -> str:
    from civic.sortition.files import is_workbook

    return f"{FILE}.xlsx" if is_workbook(content) else f"{FILE}.csv"


def _too_many() -> str:
    return str(
        _("Er staan te veel adressen in. Het mogen er hooguit %(n)s zijn.", n=format_decimal(MOST_ADDRESSES))
    )


def _roles(table: Table) -> dict[str, str]:
    """{what a column means: its name in this file}; the first one counts."""
    found: dict[str, str] = {}
    for column in table.columns:
        role = ROLES.get("".join(sign for sign in column.casefold() if sign.isalnum()))
        if role is not None:
            found.setdefault(role, column)
    return found


def _missing(table: Table, roles: Mapping[str, str]) -> list[str]:
    if not table.columns:
        return []
    wanted = {
        "naam": {"name", "last"},
        "straat": {"street"},
        "postcode": {"postcode"},
        "plaats": {"place"},
    }
    return [
        str(_("De kolom “%(column)s” ontbreekt.", column=name))
        for name, one_of in wanted.items()
        if not one_of & set(roles)
    ]


def _checked(table: Table, roles: Mapping[str, str]) -> AddressFile:
    addresses: list[Address] = []
    errors: list[str] = []
    seen: dict[Address, int] = {}
    for row in table.rows:
        address = _address(row, roles)
        wrong = [*_faults(row, roles), *_row_errors(address, row, roles)]
        if not wrong and (earlier := seen.setdefault(address, row.line)) != row.line:
            wrong = [str(_("deze persoon staat ook op regel %(line)s.", line=earlier))]
        errors += [f"{_('Regel %(line)s', line=row.line)}: {sentence}" for sentence in wrong]
        addresses.append(address)
    return AddressFile(errors=errors) if errors else AddressFile(addresses)


def _address(row: Row, roles: Mapping[str, str]) -> Address:
    def cell(role: str) -> str:
        return " ".join(row.cells[roles[role]].split()) if role in roles else ""

    name = cell("name") or " ".join(filter(None, (cell("first"), cell("infix"), cell("last"))))
    number = " ".join(filter(None, (f"{cell('number')}{cell('letter')}", cell("addition"))))
    street = " ".join(filter(None, (cell("street"), number)))
    found = POSTCODE.fullmatch(cell("postcode"))
    postcode = f"{found[1]} {found[2].upper()}" if found else cell("postcode")
    return Address(name, street, postcode, cell("place").upper())


def _faults(row: Row, roles: Mapping[str, str]) -> Iterator[str]:
    for column in roles.values():
        if column in row.faults:
            yield str(_("in “%(column)s” staat een formule of een fout. Vul de tekst in.", column=column))


def _row_errors(address: Address, row: Row, roles: Mapping[str, str]) -> Iterator[str]:
    if not address.name:
        yield str(_("er staat geen naam."))
    if not any(sign.isdigit() for sign in address.street):
        yield str(_("er staat geen straat met huisnummer."))
    if not POSTCODE.fullmatch(address.postcode):
        yield str(_("de postcode klopt niet. Schrijf die als 1315 AB."))
    if not address.place:
        yield str(_("er staat geen plaats."))
    yield from _too_long(address)
    strange = unprintable("".join(address.lines))
    if strange:
        yield str(_("dit teken kan niet in een brief: %(sign)s", sign=_shown(strange[0])))


def _too_long(address: Address) -> Iterator[str]:
    for name, most in LONGEST.items():
        if len(getattr(address, name)) > most:
            yield str(_("dit past niet op de envelop. Gebruik per vak hooguit %(most)s tekens.", most=most))
            return


def _shown(sign: str) -> str:
    return sign if sign.isprintable() else f"U+{ord(sign):04X}"
