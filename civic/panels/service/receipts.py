"""The receipt of a registrant: what is bound into the leaf, and the way from the leaf to the public root.

The bytes are those of docs/adr/0008 and of `civic.sortition.publication.verify_draw`; JCS is RFC 8785:

    secret hash     SHA-256(s), s = 16 bytes
    person hash     SHA-256(salt 1 ‖ JCS({"birth_date", "letter_code", "name"}))
    attribute hash  SHA-256(salt 2 ‖ JCS({"address", "answers": {column: value}}))
    leaf            SHA-256(0x00 ‖ JCS({"attributes": hex, "draw": id, "person": hex, "secret": hex}))
    pool root       RFC 6962 root over the leaves in ascending order

After the freeze `Registration.secrets` holds `s`, `salt1`, `salt2`, and as canonical JSON what was bound:
`person` and `attributes`. Who withdraws later keeps `s`, `person_hash` and `attributes_hash`: without the
salts nobody can guess what the hashes are of, and the leaf can still be opened to them.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from civic import merkle
from civic.canonical import Json, canonical
from civic.panels.models import Freeze, Panel, Registration
from civic.panels.queries import freeze as queries

SECRET_BYTES = 16
FORMAT = "civic-pool-receipt/1"
SALTED = ("s", "salt1", "salt2")
FROZEN = frozenset({*SALTED, "person", "attributes"})
Attributes = Mapping[str, Any]  # {"address": text, "answers": {column: value}}


@dataclass(frozen=True, repr=False)
class Opening:
    """What one leaf is made of. Not shown by repr, so that it does not end up in a log."""

    draw: str
    secret: bytes
    salt_person: bytes
    salt_attributes: bytes
    person: Mapping[str, str]
    attributes: Attributes

    @property
    def hashes(self) -> dict[str, str]:
        return {
            "attributes": salted(self.salt_attributes, self.attributes),
            "person": salted(self.salt_person, self.person),
            "secret": _hash(self.secret),
        }

    @property
    def leaf(self) -> bytes:
        return leaf_of(self.draw, self.hashes)

    @property
    def born_on(self) -> date | None:
        text = self.person["birth_date"]
        return date.fromisoformat(text) if text else None


@dataclass(frozen=True, repr=False)
class Receipt:
    """An opening with its place in the tree of a freeze."""

    opening: Opening
    freeze: Freeze
    place: int
    size: int
    proof: list[bytes]
    root: bytes

    @property
    def holds(self) -> bool:
        """Did we keep our word? The page says it, and the registrant can check it elsewhere."""
        is_in = merkle.is_included(self.opening.leaf, self.place, self.size, self.proof, self.root)
        return is_in and self.root.hex() == self.freeze.pool_root


def draw_name(panel: Panel) -> str:
    """The draw's name in every hash: of one panel, whatever the version of its pool."""
    return f"panel-{panel.id}"


def fresh_secrets() -> dict[str, str]:
    """For a new registration: 16 random bytes for the labels, and two salts."""
    return {name: secrets.token_hex(SECRET_BYTES) for name in SALTED}


def keep_code(registration: Registration, code: str) -> None:
    """Keep the code of the letter, sealed, to bind it into the leaf; else its keyed hash is bound."""
    registration.secrets = {**registration.secrets, "code": code}


def salted(salt: bytes, content: Json) -> str:
    return _hash(salt + canonical(content))


def leaf_of(draw: str, hashes: Mapping[str, str]) -> bytes:
    """The leaf over the three hashes ("attributes", "person", "secret")."""
    return merkle.leaf_hash(canonical({**hashes, "draw": draw}))


def person_of(name: str, birth_date: str, letter_code: str) -> dict[str, str]:
    return {"birth_date": birth_date, "letter_code": letter_code, "name": name}


def hashes_of(kept: Mapping[str, str]) -> dict[str, str]:
    """The three hashes of a leaf, from the secrets of a frozen registration (its texts are canonical)."""
    return {
        "attributes": _hash(bytes.fromhex(kept["salt2"]) + kept["attributes"].encode()),
        "person": _hash(bytes.fromhex(kept["salt1"]) + kept["person"].encode()),
        "secret": _hash(bytes.fromhex(kept["s"])),
    }


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def opening_of(draw: str, kept: Mapping[str, str]) -> Opening | None:
    """From the secrets of a frozen registration; None before the freeze and after withdrawing."""
    if not kept.keys() >= FROZEN:
        return None
    return Opening(
        draw=draw,
        secret=bytes.fromhex(kept["s"]),
        salt_person=bytes.fromhex(kept["salt1"]),
        salt_attributes=bytes.fromhex(kept["salt2"]),
        person=json.loads(kept["person"]),
        attributes=json.loads(kept["attributes"]),
    )


def closed(kept: Mapping[str, str]) -> dict[str, str]:
    """The secrets of who withdraws after the freeze: the salts and what they hid are gone."""
    if not kept.keys() >= FROZEN:
        return {}
    hashes = hashes_of(kept)
    return {"s": kept["s"], "person_hash": hashes["person"], "attributes_hash": hashes["attributes"]}


def receipt_of(registration: Registration, panel: Panel) -> Receipt | None:
    """The receipt in the pool that is frozen now; None while there is none, or they are not in it."""
    freeze = queries.current_freeze(panel.id)
    opening = opening_of(draw_name(panel), registration.secrets)
    if freeze is None or opening is None or registration.leaf is None:
        return None
    leaves = queries.leaves_of(panel.id)
    leaf = bytes.fromhex(registration.leaf)
    place = bisect_left(leaves, leaf)
    proof, root = merkle.inclusion_proof(leaves, place), merkle.root_of(leaves)
    return Receipt(opening, freeze, place, len(leaves), proof, root)


def as_json(receipt: Receipt) -> bytes:
    """The download: everything that is needed to check it elsewhere, as canonical JSON."""
    opening = receipt.opening
    return canonical(
        {
            **opening.attributes,
            "draw": opening.draw,
            "format": FORMAT,
            "index": receipt.place,
            "leaf": opening.leaf.hex(),
            "person": opening.person,
            "pool_root": receipt.freeze.pool_root,
            "proof": [step.hex() for step in receipt.proof],
            "salt_attributes": opening.salt_attributes.hex(),
            "salt_person": opening.salt_person.hex(),
            "secret": opening.secret.hex(),
            "size": receipt.size,
            "version": receipt.freeze.version,
        }
    )
