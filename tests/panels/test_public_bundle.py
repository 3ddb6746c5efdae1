"""From the engine's outcome and what was frozen to the public folder, the result and a receipt."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from civic.panels.service import public_bundle as bundles
from civic.panels.service import receipts
from civic.panels.service.compute import Question, outcome_of
from civic.panels.service.public_bundle import BundleOrder, DoesNotFit, bundle_of, receipt_json, result_files
from civic.panels.states import HOUSE_VOID_CODES, LATE_VOID_CODES, VOID_CODES
from civic.sortition import publication
from civic.sortition.errors import InvalidProblem
from civic.sortition.files import read_categories, read_respondents
from civic.sortition.publication import Beacon, Refused, draw, practice_signature, readme, verify_draw
from civic.sortition.publication.encoding import canonical
from civic.sortition.publication.files import sums
from tests.panels.makers import CATEGORIES, respondents

SIZE, PANELS, ROUND = 10, 20, 1000
POOL, NAME = "panel-7", "oefenloting-panel-7"
SIGNATURE = practice_signature(ROUND).hex()
PEOPLE = b"\n".join(
    line + (b",huishouden" if not number else b",h1" if number in (3, 9) else b",")
    for number, line in enumerate(respondents().splitlines())
)
COLUMNS = {"household": "huishouden"}


@cache
def lottery(**options: Any) -> Mapping[str, Any]:
    asked = Question(CATEGORIES, PEOPLE, SIZE, COLUMNS, PANELS, **options)
    found: Mapping[str, Any] = outcome_of(asked, 5)["lottery"]
    return found


@cache
def frozen() -> dict[str, dict[str, str]]:
    """As the freeze leaves it with the registrations: {id: secrets}."""
    quotas, _errors = read_categories(CATEGORIES)
    pool, _errors = read_respondents(PEOPLE, quotas, address_columns=["huishouden"])
    assert pool is not None
    kept = {}
    for place, one in enumerate(pool.ids):
        answers = dict(zip(pool.features, pool.values[place], strict=True))
        secrets = {name: hashlib.sha256(f"{name}{one}".encode()).hexdigest()[:32] for name in receipts.SALTED}
        kept[one] = {
            **secrets,
            "person": canonical(receipts.person_of(f"Zoë {one}", "1980-05-17", "")).decode(),
            "attributes": canonical({"address": pool.addresses[place], "answers": answers}).decode(),
        }
    return kept


def root() -> tuple[list[bytes], str]:
    leaves = [receipts.leaf_of(POOL, receipts.hashes_of(one)) for one in frozen().values()]
    return leaves, verify_draw.merkle_root(sorted(leaves)).hex()


def order(**changes: Any) -> BundleOrder:
    parts: dict[str, Any] = {
        "identifier": NAME,
        "pool": POOL,
        "sequence": 1,
        "kind": "panel",
        "categories": CATEGORIES,
        "respondents": PEOPLE,
        "columns": COLUMNS,
        "size": SIZE,
        "lottery": lottery(),
        "kept": frozen(),
        "procedure": publication.practice(ROUND, 1_700_000_000),
        "pool_root": root()[1],
        **changes,
    }
    return BundleOrder(**parts)


def checked(files: Mapping[str, bytes], **more: Any) -> verify_draw.Report:
    return verify_draw.check({**files, "SHA256SUMS": sums(files)}, **more)


# --- the bundle --------------------------------------------------------------------------------------------


def test_a_folder_that_the_script_accepts() -> None:
    bundle = bundle_of(order())
    assert set(bundle.files) == {"manifest.json", "panels.txt", "README.md", "verify_draw.py"}
    assert bundle.commitment == hashlib.sha256(bundle.files["manifest.json"]).hexdigest()
    report = checked(bundle.files, pool=bundle.pool)
    assert (report.failures, [one.code for one in report.unchecked]) == ([], ["no_result"])
    assert {"pool", "quotas", "frequencies"} <= {one.code for one in report.facts}
    manifest = json.loads(bundle.files["manifest.json"])
    assert (manifest["draw"], manifest["pool"], manifest["pool_root"]) == (NAME, POOL, root()[1])
    assert (manifest["address_rule"]["applies"], manifest["panels"], manifest["kind"]) == (
        True,
        PANELS,
        "panel",
    )
    assert bundle_of(order()).files == bundle.files


def test_nothing_public_names_anybody() -> None:
    bundle = bundle_of(order())
    text = b"".join(bundle.files.values()).decode()
    for one, kept in frozen().items():
        assert not re.search(rf"\b{one}\b", text)
        assert not any(kept[name] in text for name in receipts.SALTED)
    assert "Zoë" not in text
    assert "Zoë" not in repr(bundle)
    assert "Zoë" not in repr(order())


def test_a_replacement() -> None:
    """Confirmed members are fixed and who left is excluded; the next number, the hash of the one before."""
    fixed, out = ("XK0000", "XK0007"), ("XK0003",)
    steps = replace(publication.practice(ROUND), previous="ab" * 32)
    why = {"XK0000": "sits", "XK0007": "invited", "XK0003": "left", "XK0011": "sits"}
    asked = order(
        sequence=2,
        kind="replacement",
        procedure=steps,
        lottery=lottery(fixed=fixed, excluded=out),
        reasons=why,
    )
    bundle = bundle_of(asked)
    manifest = json.loads(bundle.files["manifest.json"])
    assert (manifest["kind"], manifest["sequence"], manifest["fixed"]) == ("replacement", 2, 2)
    listed = {one["id"]: one for one in json.loads(bundle.pool)["members"]}
    assert [listed[one]["frequency"] for one in (*fixed, *out)] == [PANELS, PANELS, 0]
    given = {one: found["reason"] for one, found in listed.items() if found["reason"]}
    assert given == {one: why[one] for one in (*fixed, *out)}  # of nobody else
    assert (manifest["excluded"], manifest["impossible"]) == (1, 0)


@pytest.mark.parametrize("missing", ["XK0000", "XK0003"])
def test_without_a_reason_nothing_is_published(missing: str) -> None:
    fixed, out, why = ("XK0000",), ("XK0003",), {"XK0000": "sits", "XK0003": "left"}
    del why[missing]
    with pytest.raises(Refused, match=f"Bij {missing} staat niet waarom"):
        bundle_of(order(lottery=lottery(fixed=fixed, excluded=out), reasons=why))


def test_who_fits_in_no_panel_is_told_apart_from_who_does_not_take_part() -> None:
    """XK0002 and XK0008 live together, so beside a fixed member at that address the other cannot be drawn."""
    found = bundle_of(order(lottery=lottery(fixed=("XK0002",)), reasons={"XK0002": "nominated"}))
    reasons = {one["id"]: one["reason"] for one in json.loads(found.pool)["members"] if one["reason"]}
    assert reasons == {"XK0002": "nominated", "XK0008": "no_panel"}
    manifest = json.loads(found.files["manifest.json"])
    assert (manifest["fixed"], manifest["excluded"], manifest["impossible"]) == (1, 0, 1)


def test_the_reasons_for_a_void_draw_are_all_there_are_in_the_house() -> None:
    """All of them stand in every manifest: for another reason no draw can end."""
    assert (*VOID_CODES, *LATE_VOID_CODES, *HOUSE_VOID_CODES) == draw.VOID_RULES
    manifest = json.loads(bundle_of(order()).files["manifest.json"])
    assert manifest["void_rules"] == list(draw.VOID_RULES)
    assert set(draw.VOID_RULES) <= set(verify_draw.REASONS)
    readme_of = bundle_of(order()).files["README.md"].decode()
    assert all(f"- {readme.VOID_WORDS[code]}\n" in readme_of for code in draw.VOID_RULES)
    assert verify_draw.UNWITNESSED in HOUSE_VOID_CODES


@pytest.mark.parametrize("is_excluded", [True, False])
def test_who_withdrew_after_the_freeze(is_excluded: bool) -> None:
    kept = {**frozen(), "XK0004": receipts.closed(frozen()["XK0004"])}
    drawn = lottery(excluded=("XK0004",)) if is_excluded else lottery()
    asked = order(kept=kept, lottery=drawn, reasons={"XK0004": "withdrawn"})
    bundle = bundle_of(asked)
    listed = {one["id"]: one for one in json.loads(bundle.pool)["members"]}
    assert "person" not in listed["XK0004"]
    assert json.loads(bundle.files["manifest.json"])["pool_root"] == root()[1]
    limits = {one.code for one in checked(bundle.files, pool=bundle.pool).limits}
    assert ("closed_seated" in limits) is not is_excluded
    assert "closed" in limits


def test_what_does_not_fit_is_not_published() -> None:
    other = json.loads(json.dumps(frozen()))
    other["XK0001"]["attributes"] = other["XK0001"]["attributes"].replace("vrouw", "man")
    fewer = {one: kept for one, kept in frozen().items() if one != "XK0001"}
    for changes in (
        {"kept": other},
        {"kept": fewer},
        {"pool_root": "ab" * 32},
        {"pool": "panel-8"},
        {"lottery": {**lottery(), "ids": lottery()["ids"][::-1]}},
        {"respondents": PEOPLE.replace(b"XK0001,", b"XK9999,")},
    ):
        with pytest.raises(DoesNotFit):
            bundle_of(order(**changes))


def test_a_lottery_that_breaks_a_rule_is_refused() -> None:
    panels = [list(panel) for panel in lottery()["panels"]]
    panels[3] = list(range(10))
    with pytest.raises(Refused) as caught:
        bundle_of(order(lottery={**lottery(), "panels": panels}))
    assert "address_twice" in caught.value.report.codes
    wrong = {**lottery(), "targets_ppb": [2 * one for one in lottery()["targets_ppb"]]}
    with pytest.raises(Refused, match="doelen"):
        bundle_of(order(lottery=wrong))
    with pytest.raises(InvalidProblem, match="publish_practice"):
        bundle_of(order(identifier="panel-7"))
    with pytest.raises(InvalidProblem):
        bundle_of(order(categories=b"category,feature\nx,y\n"))


def test_the_secrets_are_those_of_the_site() -> None:
    assert bundles.FROZEN == receipts.FROZEN
    assert receipts.closed(frozen()["XK0000"]).keys() == bundles.CLOSED


# --- the result --------------------------------------------------------------------------------------------


def test_the_result_follows_from_the_folder_and_the_signature() -> None:
    bundle = bundle_of(order())
    made = result_files(bundle.files, Beacon(SIGNATURE))
    assert set(made) == {"result.json"}
    report = checked({**bundle.files, **made}, pool=bundle.pool)
    assert (report.failures, report.unchecked, report.exit_code(practice_allowed=True)) == ([], [], 0)
    assert result_files(bundle.files, Beacon(SIGNATURE)) == made


def test_another_signature_gives_no_result() -> None:
    bundle = bundle_of(order())
    with pytest.raises(Refused, match="ronde 1000 klopt niet"):
        result_files(bundle.files, Beacon(practice_signature(ROUND + 1).hex()))
    with pytest.raises(Refused):
        result_files({**bundle.files, "panels.txt": b""}, Beacon(SIGNATURE))


def logged(bundle: bundles.Bundle, *steps: tuple[str, str, int]) -> bytes:
    """log.json of a practice draw: an own log of one entry for each (kind, value, time)."""
    records = []
    for kind, value, at in steps:
        step = {"commitment": bundle.commitment, "draw": NAME, "kind": kind, "sequence": 1, "value": value}
        frame = {"action": "x", "actor": "ab" * 32, "from": "", "reason": "", "to": ""}
        about = {"at": at, "data": step, "format": "civic-event/1", "subject": "public_draw", "subject_id": 1}
        entry = canonical({**frame, **about})
        tip = publication.encoding.Tree([publication.encoding.leaf(entry)]).root
        text = f"civic.example\n1\n{base64.b64encode(tip).decode()}\n"
        records.append(
            {"checkpoint": text, "entry": entry.decode(), "index": 0, "proof": [], "signatures": []}
        )
    return canonical({"format": "civic-log/1", "records": records})


def test_balls_count_as_the_log_says() -> None:
    ten = replace(publication.practice(ROUND), ball_digits=1)
    asked = Question(CATEGORIES, PEOPLE, SIZE, COLUMNS, 10)
    bundle = bundle_of(order(procedure=ten, lottery=outcome_of(asked, 5)["lottery"]))
    moment = verify_draw.CHAINS[verify_draw.PRACTICE].moment(ROUND)
    for at, wanted in ((moment - 60, "7"), (moment, "0")):
        log = logged(
            bundle, ("commitment", f"{publication.PRACTICE_CHAIN}:{ROUND}", moment - 999), ("balls", "7", at)
        )
        folder = {**bundle.files, "log.json": log}
        made = json.loads(result_files(folder, Beacon(SIGNATURE))["result.json"])
        assert made["balls"] == wanted
        assert json.loads(result_files(folder, Beacon(SIGNATURE), wanted)["result.json"]) == made
        with pytest.raises(Refused, match="ballen"):
            result_files(folder, Beacon(SIGNATURE), "3")
    assert json.loads(result_files(bundle.files, Beacon(SIGNATURE))["result.json"])["balls"] == "0"
    with pytest.raises(Refused):
        result_files({**bundle.files, "log.json": logged(bundle)}, Beacon(SIGNATURE))


# --- a receipt ---------------------------------------------------------------------------------------------


def test_a_receipt_tells_the_own_chance() -> None:
    bundle = bundle_of(order())
    files = {**bundle.files, **result_files(bundle.files, Beacon(SIGNATURE))}
    counts = {one["id"]: one["frequency"] for one in json.loads(bundle.pool)["members"]}
    for one in ("XK0000", "XK0002", "XK0039"):
        receipt = receipt_json(files["manifest.json"], frozen()[one], root()[0])
        report = checked(files, receipt=receipt)
        told = {fact.code: fact.values for fact in report.facts}
        assert (report.failures, told["receipt"]["found"]) == ([], counts[one])
        assert receipt == canonical(json.loads(receipt))


def test_no_receipt_for_who_is_not_in_the_pool() -> None:
    manifest, (leaves, _root) = bundle_of(order()).files["manifest.json"], root()
    stranger = {**frozen()["XK0000"], "s": "ab" * 16}
    for kept, known in ((stranger, leaves), (frozen()["XK0000"], leaves[:-1])):
        with pytest.raises(DoesNotFit):
            receipt_json(manifest, kept, known)
    with pytest.raises(KeyError):
        receipt_json(manifest, receipts.closed(frozen()["XK0000"]), leaves)
