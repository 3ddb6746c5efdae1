#!/usr/bin/env python3
"""Rekent een kwitantie na. Dit script staat op zichzelf.

    python narekenen.py kwitantie.json [WORTEL]

WORTEL is de code van de pool die voor iedereen op de site staat. Neem hem daar zelf over: wie u niet
vertrouwt, kan ook een verkeerde code in het bestand zetten. U hebt Python 3.9 of nieuwer nodig, verder niets.
Uitkomst: 0 als alles klopt, 1 als er iets niet klopt, 2 als het bestand niet te lezen is.
"""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def jcs(value: Any) -> bytes:
    """RFC 8785 for what a receipt holds: objects and texts."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        pairs = {unicodedata.normalize("NFC", name): _plain(one) for name, one in value.items()}
        return {name: pairs[name] for name in sorted(pairs, key=lambda name: name.encode("utf-16-be"))}
    if not isinstance(value, str):
        raise ValueError("a receipt holds objects and texts")
    return unicodedata.normalize("NFC", value)


def steps_of(receipt: dict[str, Any]) -> list[tuple[str, str]]:
    """(what, hex) of every step; the last one is the root."""
    secret, salts = receipt["secret"], (receipt["salt_person"], receipt["salt_attributes"])
    attributes = {"address": receipt["address"], "answers": receipt["answers"]}
    hashes = {
        "secret": sha256(bytes.fromhex(secret)).hex(),
        "person": sha256(bytes.fromhex(salts[0]) + jcs(receipt["person"])).hex(),
        "attributes": sha256(bytes.fromhex(salts[1]) + jcs(attributes)).hex(),
    }
    leaf = sha256(b"\x00" + jcs({**hashes, "draw": receipt["draw"]}))
    root = root_of_proof(
        leaf, receipt["index"], receipt["size"], [bytes.fromhex(one) for one in receipt["proof"]]
    )
    return [
        ("hash van uw geheim", hashes["secret"]),
        ("hash van uw persoon", hashes["person"]),
        ("hash van uw antwoorden", hashes["attributes"]),
        ("uw blad", leaf.hex()),
        ("wortel", root.hex()),
    ]


def root_of_proof(leaf: bytes, place: int, size: int, proof: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.3.2: up from the leaf, with a neighbour at the left or at the right.

    A step that is missing gives another root: it is then not right, which is not the same as not readable.
    """
    found, last, steps = leaf, size - 1, iter(proof)
    while last > 0:
        if place % 2:
            found = sha256(b"\x01" + next(steps, b"") + found)
        elif place < last:
            found = sha256(b"\x01" + found + next(steps, b""))
        place, last = place // 2, last // 2
    return found


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("Gebruik: python narekenen.py kwitantie.json [WORTEL]\n")
        return 2
    try:
        receipt = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        steps = steps_of(receipt)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"Dit bestand is niet te lezen als kwitantie: {error!r}\n")
        return 2
    for what, found in steps:
        sys.stdout.write(f"{what}: {found}\n")
    wanted = "".join(arguments[1].split()).lower() if len(arguments) == 2 else receipt["pool_root"]
    is_right = steps[3][1] == receipt["leaf"] and steps[4][1] == wanted
    sys.stdout.write("Het klopt: u zit in de pool.\n" if is_right else "Het klopt niet.\n")
    if is_right and len(arguments) == 1:
        sys.stdout.write("Vergelijk de wortel zelf met de code die op de site staat.\n")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
