"""The files of a draw as bytes: what is public, what the auditor gets and what a registrant gets.

public        manifest.json, panels.txt, README.md, verify_draw.py, SHA256SUMS; later log.json, result.json
auditor       pool.json: openings of all leaves, attributes, frequencies and targets per person
registrant    one receipt each: own secret, opening and inclusion proof

Small numbers: a histogram of chances and the quotas say nothing about one person, but a table of the pool's
composition can. No such table is made here; hiding cells below the setting is the site's matter.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from .draw import Draw, Entrant, Rule, attributes, person
from .encoding import Json, Secret, canonical
from .readme import readme

MANIFEST, PANELS, README, SCRIPT, SUMS, RESULT, LOG, POOL = (
    "manifest.json",
    "panels.txt",
    "README.md",
    "verify_draw.py",
    "SHA256SUMS",
    "result.json",
    "log.json",
    "pool.json",
)
SCRIPT_SOURCE = Path(__file__).with_name(SCRIPT)


def public_files(draw: Draw) -> dict[str, bytes]:
    """The public folder at T1, before the round: {name: bytes}. Nothing in it names anybody."""
    panels = panel_list(draw)
    script = SCRIPT_SOURCE.read_bytes()
    manifest = canonical(manifest_of(draw, panels, script))
    files = {
        MANIFEST: manifest,
        PANELS: panels,
        README: readme(draw, hashlib.sha256(manifest).hexdigest()).encode(),
        SCRIPT: script,
    }
    return {**files, SUMS: sums(files)}


def panel_list(draw: Draw) -> bytes:
    """One line "NNN label" per member of each panel, all lines ascending."""
    width = len(str(len(draw.panels) - 1))
    lines = [f"{number:0{width}d} {one}\n" for number, panel in enumerate(draw.labels) for one in panel]
    return "".join(lines).encode("ascii")


def manifest_of(draw: Draw, panels: bytes, script: bytes) -> dict[str, Json]:
    """Everything that is fixed before the round; its SHA-256 is the commitment."""
    histogram = sorted(Counter(draw.frequencies.values()).items())
    return {
        "format": "civic-draw/1",
        "draw": draw.identifier,
        "sequence": draw.sequence,
        "practice": draw.is_practice,
        "pool_root": draw.tree.root.hex(),
        "pool_size": len(draw.entrants),
        "panel_size": draw.rules.size,
        "fixed": sum(one.fixed for one in draw.entrants),
        "excluded": draw.excluded,
        "impossible": draw.impossible,
        "panels": len(draw.panels),
        "panels_sha256": hashlib.sha256(panels).hexdigest(),
        "pool": draw.pool,
        "histogram": [[count, people] for count, people in histogram],
        "upper_bound": draw.upper_bound,
        "largest_shortfall": draw.largest_shortfall,
        "verifier_sha256": hashlib.sha256(script).hexdigest(),
        **_rules(draw),
        **_procedure(draw),
    }


def _rules(draw: Draw) -> dict[str, Json]:
    rules = draw.rules
    exempt = hashlib.sha256(canonical(rules.exempt_addresses)).hexdigest()
    return {
        "address_rule": {"applies": rules.address_rule, "exempt": exempt},
        "constituency": rules.constituency,
        "quotas": [_quota(one) for one in rules.quotas],
    }


def _quota(rule: Rule) -> dict[str, Json]:
    return {
        "condition": [list(pair) for pair in rule.condition],
        "constituencies": list(rule.constituencies),
        "max": rule.maximum,
        "min": rule.minimum,
    }


def _procedure(draw: Draw) -> dict[str, Json]:
    steps = draw.procedure
    rounds = [steps.fallback] if steps.fallback else []
    witnesses = sorted(steps.witnesses.items())
    return {
        "balls": {"digits": steps.ball_digits},
        "beacon": {"chain": steps.beacon.chain, "round": steps.beacon.number},
        "committed_at": steps.committed_at,
        "fallback": [{"chain": one.chain, "round": one.number} for one in rounds],
        "frozen_at": steps.frozen_at,
        "kind": steps.kind,
        "previous": steps.previous,
        "software": steps.software,
        "void_rules": list(steps.void_rules),
        "witnesses": [{"key": key, "name": name} for name, key in witnesses],
    }


def sums(files: Mapping[str, bytes]) -> bytes:
    """Lines for `sha256sum -c`, by name; the list itself is not in it."""
    names = sorted(set(files) - {SUMS})
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names]
    return "".join(lines).encode("ascii")


# --- confidential ------------------------------------------------------------------------------------------


def pool_file(draw: Draw) -> bytes:
    """For the auditor, in confidence: everything about everybody, in the order of the ids. Of who withdrew
    after the freeze only the hashes."""
    members: list[Json] = [
        {
            **_opening(draw, one),
            "fixed": one.fixed,
            "frequency": draw.frequencies[one.id],
            "id": one.id,
            "reason": one.reason,
            "target": one.target,
        }
        for one in sorted(draw.entrants, key=lambda one: one.id)
    ]
    return canonical(
        {
            "draw": draw.identifier,
            "exempt": draw.rules.exempt_addresses,
            "format": "civic-pool/1",
            "largest_shortfall": draw.largest_shortfall,
            "members": members,
            "pool": draw.pool,
            "sequence": draw.sequence,
            "upper_bound": draw.upper_bound,
        }
    )


def receipt(draw: Draw, one: Entrant) -> bytes:
    """For one registrant of the pool: to see the own place in the tree and the own panels.

    Raises ValueError for who withdrew: there is nothing left to open the leaf with.
    """
    if one.hashes:
        raise ValueError(f"{one.id} withdrew")
    place = draw.places[draw.leaves[one.id]]
    return canonical(
        {
            **_opening(draw, one),
            "draw": draw.identifier,
            "format": "civic-receipt/1",
            "index": place,
            "pool": draw.pool,
            "proof": [step.hex() for step in draw.tree.proof(place)],
            "sequence": draw.sequence,
            "size": len(draw.entrants),
        }
    )


def _opening(draw: Draw, one: Entrant) -> dict[str, Json]:
    secret = draw.secrets[one.id]
    if one.hashes:
        return {
            "attributes_hash": one.hashes.attributes,
            "leaf": draw.leaves[one.id].hex(),
            "person_hash": one.hashes.person,
            "secret": secret.secret.hex(),
        }
    return {
        **attributes(one),
        "leaf": draw.leaves[one.id].hex(),
        "person": person(one),
        "salt_attributes": secret.salt_attributes.hex(),
        "salt_person": secret.salt_person.hex(),
        "secret": secret.secret.hex(),
    }


def secrets_file(draw: str, secrets: Mapping[str, Secret]) -> bytes:
    """The secrets on their own, confidential, to build the same bundle again."""
    people = {
        member: [one.secret.hex(), one.salt_person.hex(), one.salt_attributes.hex()]
        for member, one in secrets.items()
    }
    return canonical({"draw": draw, "format": "civic-secrets/1", "secrets": people})
