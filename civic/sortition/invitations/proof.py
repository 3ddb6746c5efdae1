"""The invitation draw as a folder that anyone with the address list can check.

manifest.json   settings, seed, commitments, SHA-256 of the ordered list, counts, chances, SHA-256 of the
other files letters.csv     municipality,wave,number,code_hash: one line per letter; no names, no addresses,
no codes addresses.csv   only on request (`copy=True`): the list itself

A code that follows from public figures alone could be made by anybody, who could then register without a
letter. So a code follows from the seed, the municipality and the wave *and* a secret of the one who sends the
letters; the folder holds its SHA-256, with which the platform recognises a code that is typed in.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..errors import InvalidProblem, Param, ProblemError
from ..files.table import LONGEST_CELL, Source, clean
from ..files.write import write_table
from ..spreadsheet import harmless
from ..verify import Report
from .addresses import Resident, read_addresses
from .draw import FORMAT, InvitationDraw, InvitationSettings, MunicipalityDraw, draw_letters

MANIFEST, LETTERS, ADDRESSES = "manifest.json", "letters.csv", "addresses.csv"
HEADER = ("municipality", "wave", "number", "code_hash")
SHORTEST_SECRET = 16
CODE_BYTES = 10  # 80 bits: 16 signs, and too many to try against the published hashes
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
NOT_DRAWN_AGAIN = "De adressenlijst is niet gegeven: de loting zelf is niet nagerekend."
CODES_NOT_CHECKED = (
    "De codes zijn niet nagerekend. Daarvoor zijn de adressenlijst en de geheime sleutel nodig."
)
Earlier = Sequence[tuple[Path, Source]]


def letter_code(secret: str, one: MunicipalityDraw, number: int) -> str:
    """HMAC-SHA-256(secret, "civic-letter/v1/" + digest + "/" + number), 80 bits as four groups of four signs.

    The digest holds the draw, the municipality, the wave and the seed.
    """
    message = f"civic-letter/v1/{one.digest}/{number}".encode()
    value = int.from_bytes(hmac.digest(secret.encode(), message, "sha256")[:CODE_BYTES], "big")
    signs = [SIGNS[value >> shift & 31] for shift in range(8 * CODE_BYTES - 5, -1, -5)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, len(signs), 4))


def code_hash(code: str) -> str:
    """SHA-256 of a code as people type it: case and dashes do not matter, O is 0, I and L are 1."""
    typed = "".join(code.upper().replace("-", " ").split()).translate(str.maketrans("OIL", "011"))
    return hashlib.sha256(b"civic-letter-code/v1/" + typed.encode()).hexdigest()


def mailing(draw: InvitationDraw, secret: str) -> list[tuple[str, str, str, str, str]]:
    """(municipality, number, code, address, person) per letter, for the municipality alone.

    Raises InvalidProblem where the secret is too short.
    """
    _demand(secret)
    return [
        (
            one.municipality,
            str(letter.number),
            letter_code(secret, one, letter.number),
            letter.address,
            letter.person,
        )
        for one in draw.municipalities
        for letter in one.letters
    ]


def write_mailing(path: Path, draw: InvitationDraw, secret: str) -> None:
    """`mailing` as `.csv` or `.xlsx`, by the end of the name, safe to open in a spreadsheet."""
    write_table(path, ("municipality", "number", "code", "address", "person"), mailing(draw, secret))


def manifest_digest(directory: Path) -> str:
    """SHA-256 of the manifest: with this one line published, nothing in the folder can change unseen."""
    return _sha256(directory / MANIFEST)


def write(directory: Path, draw: InvitationDraw, *, secret: str, copy: bool = False) -> None:
    """Write the folder; it must not hold another draw (FileExistsError).

    copy=True adds the address list; without it nobody can find out from the folder who was on it. Raises
    InvalidProblem where the secret is too short, or the list cannot be kept as a file exactly as it is.
    """
    _demand(secret)
    if copy and not _keepable(draw.residents):
        raise InvalidProblem([ProblemError("invitation_no_copy")])
    directory.mkdir(parents=True, exist_ok=True)
    if (directory / MANIFEST).exists():
        raise FileExistsError(directory / MANIFEST)
    if copy:
        _write_copy(directory / ADDRESSES, draw.residents)
    _write(directory / LETTERS, _letters_csv(draw, secret))
    hashes = {name: _sha256(directory / name) for name in (LETTERS, *([ADDRESSES] if copy else []))}
    _write(directory / MANIFEST, json.dumps({**_claims(draw), "files": hashes}, **_STYLE) + "\n")


def check(
    directory: Path, addresses: Source | None = None, *, secret: str | None = None, earlier: Earlier = ()
) -> Report:
    """Files against their hashes; then the whole draw again from the address list and the seed.

    `addresses`: the list, as a path or bytes (left out: the copy in the folder, if there is one). `secret`:
    to compute the codes again. `earlier`: (folder, list) of the waves before, in order; those folders are
    checked as well. What was not computed again is said in `notes`.
    """
    try:
        return _checked(directory, addresses, secret, earlier)
    except InvalidProblem as error:
        return Report(error.errors, notes=())
    except OSError as error:
        return Report((ProblemError("file_missing", {"file": Path(str(error.filename)).name}),), notes=())
    except (
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        csv.Error,
    ):
        return Report((ProblemError("not_readable"),), notes=())


_STYLE: dict[str, Any] = {"sort_keys": True, "ensure_ascii": False, "indent": 1}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _demand(secret: str) -> None:
    if len(secret) < SHORTEST_SECRET:
        raise InvalidProblem([ProblemError("invitation_secret_short", {"minimum": SHORTEST_SECRET})])


def _claims(draw: InvitationDraw) -> dict[str, Any]:
    settings = draw.settings
    return {
        "format": FORMAT,
        "draw": settings.draw,
        "wave": settings.wave,
        "method": settings.method,
        "exempt": list(settings.exempt),
        "seed": draw.seed,
        "earlier": len(draw.earlier),
        "order": list(settings.letters),
        "municipalities": {one.municipality: _municipality(one) for one in draw.municipalities},
    }


def _municipality(one: MunicipalityDraw) -> dict[str, Any]:
    return {
        "letters": len(one.letters),
        "households": one.households,
        "people": one.people,
        "smallest_chance": str(one.chances[0][0]) if one.chances else "0",
        "largest_chance": str(one.chances[-1][0]) if one.chances else "0",
        "list_sha256": one.list_digest,
        "commitment": one.commitment,
        "digest": one.digest,
    }


def _letters_csv(draw: InvitationDraw, secret: str) -> str:
    rows = [
        (*line, code_hash(letter_code(secret, one, number)))
        for one in draw.municipalities
        for number, line in enumerate(_skeleton(draw, one), start=1)
    ]
    return _csv([HEADER, *rows])


def _skeleton(draw: InvitationDraw, one: MunicipalityDraw) -> list[tuple[str, str, str]]:
    return [(one.municipality, str(draw.settings.wave), str(letter.number)) for letter in one.letters]


def _keepable(residents: Iterable[Resident]) -> bool:
    """Whether a file can hold the list exactly; one that was read from a file always is."""
    cells = [cell for one in residents for cell in (one.municipality, one.address, one.person)]
    return all(cell == clean(cell) and len(cell) <= LONGEST_CELL for cell in cells)


def _write_copy(path: Path, residents: Iterable[Resident]) -> None:
    rows = [(one.municipality, one.address, one.person, "ja" if one.excluded else "nee") for one in residents]
    header = ("municipality", "address", "person", "excluded")
    places = [place for place in range(4) if place != 2 or any(row[2] for row in rows)]
    write_table(path, [header[place] for place in places], [[row[place] for place in places] for row in rows])


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _checked(directory: Path, addresses: Source | None, secret: str | None, earlier: Earlier) -> Report:
    claimed = json.loads((directory / MANIFEST).read_bytes())
    failures = [
        ProblemError("file_changed", {"file": name})
        for name in (LETTERS, ADDRESSES)
        if name == LETTERS or name in claimed["files"]
        if _sha256(directory / name) != claimed["files"].get(name)
    ]
    if addresses is None and ADDRESSES in claimed["files"]:
        addresses = directory / ADDRESSES
    if failures:
        return Report(tuple(failures), notes=())
    if addresses is None:
        return Report((), notes=(NOT_DRAWN_AGAIN, CODES_NOT_CHECKED))
    draw = _again(directory, addresses, earlier)
    failures += [
        ProblemError("invitation_claim_wrong", {"claim": name})
        for name, value in _claims(draw).items()
        if claimed.get(name) != value
    ]
    if not _letters_match(directory, draw, secret):
        failures.append(ProblemError("invitation_letters_differ"))
    return Report(tuple(failures), notes=() if secret else (CODES_NOT_CHECKED,))


def _again(directory: Path, addresses: Source, earlier: Earlier) -> InvitationDraw:
    """The draw of a folder anew, after its earlier waves. Raises InvalidProblem with what stops it."""
    claimed = json.loads((directory / MANIFEST).read_bytes())
    if claimed["earlier"] != len(earlier):
        counts: dict[str, Param] = {
            "wave": claimed["wave"],
            "needed": claimed["earlier"],
            "given": len(earlier),
        }
        raise InvalidProblem([ProblemError("invitation_earlier_missing", counts)])
    residents, errors = read_addresses(addresses)
    waves = [(place, source, earlier[:number]) for number, (place, source) in enumerate(earlier)]
    for wave in waves:
        errors += check(wave[0], wave[1], earlier=wave[2]).failures
    if errors:
        raise InvalidProblem(errors)
    letters = {str(name): int(claimed["municipalities"][name]["letters"]) for name in claimed["order"]}
    settings = InvitationSettings(
        str(claimed["draw"]), letters, int(claimed["wave"]), str(claimed["method"]), tuple(claimed["exempt"])
    )
    before = [_again(*wave) for wave in waves]
    return draw_letters(residents, settings, str(claimed["seed"]), before)


def _letters_match(directory: Path, draw: InvitationDraw, secret: str | None) -> bool:
    text = (directory / LETTERS).read_bytes().decode()
    if secret:
        return text == _letters_csv(draw, secret)
    rows = list(csv.reader(io.StringIO(text)))
    wanted = [line for one in draw.municipalities for line in _skeleton(draw, one)]
    same = [tuple(row[:3]) for row in rows[1:]] == wanted and rows[:1] == [list(HEADER)]
    return same and len({row[3] for row in rows}) == len(rows)
