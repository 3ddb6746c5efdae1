"""What is published about a draw in public, as bytes: made, and put before the public script. Pure.

bundle = bundle_of(order)                     at the commitment; raises `Refused` if the script refuses it
files = result_files(folder, beacon, balls)   at the round: result.json follows from folder and beacon
text = receipt_json(manifest, kept, leaves)   for one registrant, to check with `verify_draw.py --receipt`

`kept` is `Registration.secrets` of a frozen registration (`receipts`): the salts with what they hide, or the
hashes of who withdrew. A bundle is two files of about 3 MB for 5,000 people and 1,000 panels of 150; making
and checking it takes some ten seconds, so no transaction should be open.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from civic.sortition import publication
from civic.sortition.errors import InvalidProblem
from civic.sortition.files import read_categories, read_respondents
from civic.sortition.publication import Beacon, Draw, Entrant, Hashes, Procedure, Refused, Secret, verify_draw
from civic.sortition.publication.draw import NO_PANEL
from civic.sortition.publication.encoding import Tree, canonical
from civic.sortition.publication.files import LOG, MANIFEST, RESULT, SUMS, pool_file, public_files, sums
from civic.sortition.publication.folder import EXPECTED_AT_FIRST, NEEDED, result_of
from civic.sortition.question import Pool, Question

FROZEN = frozenset({"s", "salt1", "salt2", "person", "attributes"})
CLOSED = frozenset({"s", "person_hash", "attributes_hash"})
Kept = Mapping[str, str]

__all__ = [
    "Beacon",
    "Bundle",
    "BundleOrder",
    "DoesNotFit",
    "Procedure",
    "Refused",
    "bundle_of",
    "receipt_json",
    "result_files",
]


class DoesNotFit(ValueError):
    """The lottery, the files and what was frozen are not of the same pool."""


@dataclass(frozen=True)
class BundleOrder:
    """Everything that is published, or hidden behind a hash.

    identifier    the draw's own name; `pool` what the leaves were bound to at the freeze
    kind          panel, replacement or reserve
    lottery       "lottery" of the outcome of `compute`
    kept          {id: secrets of the registration}, for everybody in the file
    reasons       {id: code}, why somebody is fixed or excluded (`verify_draw` has the words)
    pool_root     (hex) the root that was made public at the freeze; '' is not compared
    """

    identifier: str
    pool: str
    sequence: int
    kind: str
    categories: bytes
    respondents: bytes
    columns: Mapping[str, str]
    size: int
    lottery: Mapping[str, Any]
    kept: Mapping[str, Kept] = field(repr=False)
    procedure: Procedure
    pool_root: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, repr=False)
class Bundle:
    """`files` are public; `pool` is the auditor's list, in confidence."""

    files: dict[str, bytes]
    commitment: str
    pool: bytes


def bundle_of(order: BundleOrder) -> Bundle:
    """The public folder before the round and the auditor's list, checked by the public script itself: all
    leaves, every panel against every quota, addresses, frequencies and the bound.

    Raises `DoesNotFit`, `InvalidProblem` (with everything that is wrong with the input) and `Refused`.
    """
    draw = _draw(order)
    if order.pool_root and draw.tree.root.hex() != order.pool_root:
        raise DoesNotFit("the leaves do not give the root of the freeze")
    files, pool = public_files(draw), pool_file(draw)
    report = verify_draw.check(files, pool=pool)
    if report.codes - EXPECTED_AT_FIRST:
        raise Refused(report)
    commitment = hashlib.sha256(files[MANIFEST]).hexdigest()
    return Bundle({name: data for name, data in files.items() if name != SUMS}, commitment, pool)


def _draw(order: BundleOrder) -> Draw:
    question = _question(order)
    ids, lottery = question.pool.ids, order.lottery
    if list(ids) != list(lottery["ids"]) or not set(ids) <= order.kept.keys():
        raise DoesNotFit("the people in the file are not those of the lottery or of the freeze")
    return Draw(
        identifier=order.identifier,
        sequence=order.sequence,
        entrants=tuple(_entrants(question.pool, order)),
        panels=[[ids[place] for place in panel] for panel in lottery["panels"]],
        rules=publication.rules_of(question),
        secrets={one: _secret(order.kept[one]) for one in ids},
        procedure=replace(order.procedure, kind=order.kind),
        pool=order.pool,
    )


def _question(order: BundleOrder) -> Question:
    household = order.columns.get("household", "")
    quotas, errors = read_categories(order.categories)
    pool, others = read_respondents(
        order.respondents, quotas, address_columns=[household] if household else []
    )
    if pool is None or errors or others:
        raise InvalidProblem([*errors, *others])
    return Question(pool, quotas, order.size, address_rule=bool(household))


def _entrants(pool: Pool, order: BundleOrder) -> Iterator[Entrant]:
    fixed, targets = set(order.lottery["fixed"]), order.lottery["targets_ppb"]
    reasons = _reasons(pool, order)
    addresses = pool.addresses or ("",) * len(pool)
    for place, (member, values) in enumerate(zip(pool.ids, pool.values, strict=True)):
        seat = {"target": targets[place], "fixed": place in fixed, "reason": reasons.get(member, "")}
        kept = order.kept[member]
        if kept.keys() >= CLOSED:
            hashes = Hashes(person=kept["person_hash"], attributes=kept["attributes_hash"])
            yield Entrant(member, {}, hashes=hashes, **seat)
            continue
        answers = dict(zip(pool.features, values, strict=True))
        if json.loads(kept["attributes"]) != {"address": addresses[place], "answers": answers}:
            raise DoesNotFit("the answers in the file are not those of the freeze")
        yield Entrant(member, answers, addresses[place], json.loads(kept["person"]), **seat)


def _reasons(pool: Pool, order: BundleOrder) -> dict[str, str]:
    """{id: code} of who is fixed or cannot be drawn. Without a reason for one the script refuses it all."""
    lottery = order.lottery
    targets = zip(pool.ids, lottery["targets_ppb"], strict=True)
    found = {member: NO_PANEL for member, target in targets if not target}
    chosen = [pool.ids[place] for place in (*lottery["fixed"], *lottery["excluded"])]
    return {**found, **{member: order.reasons.get(member, "") for member in chosen}}


def _secret(kept: Kept) -> Secret:
    names = ("s",) if kept.keys() >= CLOSED else ("s", "salt1", "salt2")
    return Secret(*(bytes.fromhex(kept[name]) for name in names))


def result_files(files: Mapping[str, bytes], beacon: Beacon, balls: str | None = None) -> dict[str, bytes]:
    """{"result.json": …}, once the signature of the round was checked. Nothing in it is anybody's choice.

    files   the public folder with log.json, which says which balls were in time. Without log.json a draw has
            no balls, and whether witnesses signed is not looked at
    balls   the digits that count; None: those that count by the log, or zeros
    Raises `Refused` when the script would refuse the folder with this result, or could not check it here.
    """
    data, report = _result(files, beacon, balls or "")
    if balls is None and report.codes == {"balls_wrong"}:
        data, report = _result(files, beacon, str(report.failures[0].values["wanted"]))
    expected = frozenset() if LOG in files else EXPECTED_AT_FIRST
    if report.codes - expected or NEEDED & {one.code for one in report.unchecked}:
        raise Refused(report)
    return {RESULT: data}


def _result(files: Mapping[str, bytes], beacon: Beacon, balls: str) -> tuple[bytes, verify_draw.Report]:
    data = canonical(result_of(files, beacon, balls))
    complete = {**files, RESULT: data}
    return data, verify_draw.check({**complete, SUMS: sums(complete)})


def receipt_json(manifest: bytes, kept: Kept, leaves: Sequence[bytes]) -> bytes:
    """The receipt of one registrant in this draw (civic-receipt/1).

    leaves   of the whole pool, in any order. Raises `DoesNotFit` when theirs are not those of the manifest or
             this registrant is not among them, KeyError for who withdrew.
    """
    about = json.loads(manifest)
    opening = {
        **json.loads(kept["attributes"]),
        "person": json.loads(kept["person"]),
        "salt_attributes": kept["salt2"],
        "salt_person": kept["salt1"],
        "secret": kept["s"],
    }
    leaf, tree = verify_draw.opening_leaf(about["pool"], opening), Tree(sorted(leaves))
    if tree.root.hex() != about["pool_root"] or leaf not in leaves:
        raise DoesNotFit("no such leaf in the pool of this draw")
    place = sorted(leaves).index(leaf)
    return canonical(
        {
            **opening,
            "draw": about["draw"],
            "format": "civic-receipt/1",
            "index": place,
            "leaf": leaf.hex(),
            "pool": about["pool"],
            "proof": [step.hex() for step in tree.proof(place)],
            "sequence": about["sequence"],
            "size": len(leaves),
        }
    )
