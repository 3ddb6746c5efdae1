"""The browser's verifier says of every spoiled draw what verify_draw.py says: codes, sentences and order."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from civic.sortition import publication as pub
from civic.sortition.publication import encoding, files, verify_draw
from civic.sortition.publication.draw import VOID_RULES
from tests.sortition import test_verify_draw as doctor
from tests.sortition.test_publication import draw, panels
from tests.sortition.test_verify_draw import (
    DRAWN_AT,
    FALLBACK,
    REAL,
    SIGNATURE,
    VOID,
    Case,
    ball_case,
    case_of,
    event,
    fallback_case,
    logged,
    real_case,
    record,
    result_record,
    with_result,
)

from .verifier import Bench, expected, opened

# the published vectors of `doctor.Beacons`, for the browser
BEACONS = [
    [pub.QUICKNET, doctor.ROUND, "", SIGNATURE],
    [FALLBACK.chain, FALLBACK.number, "ab" * 96, "cd" * 96],
]
# said of the auditor's confidential list only, which no browser ever sees
CONFIDENTIAL = frozenset(
    {
        "pool_other_draw", "pool_count", "id_twice", "secret_twice", "person_twice", "leaf_wrong",
        "root_wrong", "label_unknown", "quota_missed", "feature_missing", "address_twice", "exempt_changed",
        "fixed_count", "fixed_missing", "frequency_wrong", "histogram_differs", "bound_differs",
        "bound_wrong", "shortfall_differs", "targets_sum", "reason_missing", "reason_wrong", "out_count",
        "out_seated", "earlier_refused", "earlier_other", "earlier_not_drawn",
    }
)  # fmt: skip


def practice(**changes: Any) -> Case:
    return with_result(case_of(draw(**changes)), pub.practice_signature(1000).hex())


def manifest(**changes: Any) -> Case:
    """A practice draw whose manifest was changed, and everything that follows from it."""
    return practice().manifest(lambda content: content.update(changes))


def inside(name: str, **changes: Any) -> Case:
    return practice().manifest(lambda content: content[name].update(changes))


def without(name: str) -> Case:
    case = practice()
    del case.files[name]
    return case.resum()


def with_file(name: str, data: bytes, *, summed: bool = True) -> Case:
    case = practice()
    case.files[name] = data
    return case.resum() if summed else case


def with_receipt(change: Callable[[dict[str, Any]], object]) -> Case:
    case = practice()
    change(case.receipt)
    return case


def relog(*more: Callable[[Case], dict[str, Any]]) -> Case:
    """A real draw with more records in its log."""
    case = real_case()
    return case.log(record(case, "commitment"), result_record(case), *(one(case) for one in more))


def first_record(change: Callable[[dict[str, Any]], object]) -> Case:
    case = real_case()
    first = record(case, "commitment")
    change(first)
    return case.log(first, result_record(case))


def result(**changes: Any) -> Case:
    return practice().result(lambda content: content.update(changes))


def beacon(**changes: Any) -> Case:
    return practice().result(lambda content: content["beacon"].update(changes))


def other_manifest(case: Case) -> dict[str, Any]:
    return record(case, "commitment", commitment="ab" * 32, sequence=2)


def other_manifest_of_round(number: int) -> Callable[[Case], dict[str, Any]]:
    value = f"{pub.QUICKNET}:{number}"
    return lambda case: record(
        case, "commitment", value, DRAWN_AT - 2 * verify_draw.DAY, commitment="ab" * 32, sequence=2
    )


def superseded(case: Case, number: int) -> dict[str, Any]:
    """At the moment of round `number`."""
    at = verify_draw.CHAINS[pub.QUICKNET].moment(number)
    return record(case, "superseded", "x", at, commitment="ab" * 32, sequence=2)


def numbered(*more: Callable[[Case], dict[str, Any]], **changes: Any) -> Case:
    """A real draw with the number 2, and these records about the one before."""
    case = real_case(previous="cd" * 32, **changes).manifest(lambda content: content.update(sequence=2))
    own = [record(case, "commitment", sequence=2), result_record(case, sequence=2)]
    return case.log(*own, *(one(case) for one in more))


def ended(*more: Callable[[Case], dict[str, Any]], **changes: Any) -> Case:
    """The same, with a manifest that names all reasons."""
    return numbered(*more, void_rules=VOID_RULES, **changes)


def begun(days: float = 5, witnesses: int = 2) -> Callable[[Case], dict[str, Any]]:
    """The one before: a round of drand's other chain decided it, three days before this one's."""
    chain, at = verify_draw.CHAINS[verify_draw.DEFAULT], DRAWN_AT - 3 * verify_draw.DAY
    value = f"{verify_draw.DEFAULT}:{(at - chain.genesis) // chain.period + 1}"

    def _begun(case: Case) -> dict[str, Any]:
        one = before("commitment", value, days)(case)
        return {**one, "signatures": one["signatures"][:witnesses]}

    return _begun


def backdated(case: Case) -> dict[str, Any]:
    """A result of the one before: written down a day before this one's round, with an earlier time in it."""
    entry = json.loads(before("result", "ab" * 32, 4)(case)["entry"])
    return logged(entry, DRAWN_AT - verify_draw.DAY)


def before(kind: str, value: str = "", days: float = 5, **entry: Any) -> Callable[[Case], dict[str, Any]]:
    at = int(DRAWN_AT - days * verify_draw.DAY)
    return lambda case: record(case, kind, value, at, commitment="cd" * 32, **entry)


def unlogged() -> Case:
    case = real_case()
    return case.log(result_record(case))


def late_witnesses() -> Case:
    case = real_case()
    return case.log(record(case, "commitment", at=DRAWN_AT - verify_draw.DAY + 1), result_record(case))


def no_log() -> Case:
    case = real_case()
    del case.files[files.LOG]
    return case.resum()


def stale() -> Case:
    case = practice()
    case._change(files.MANIFEST, lambda content: content.update(software="another"))
    return case.resum()


def old_hash() -> Case:
    case = practice()
    case.files[files.PANELS] = case.files[files.PANELS].replace(b"a", b"b")
    return case.resum()


def loose(name: str) -> Case:
    content = json.loads(practice().files[name])
    return with_file(name, json.dumps(content, indent=1).encode())


def other_index() -> Case:
    case = practice()
    return case.result(lambda content: content.update(index=(content["index"] + 1) % 20))


DOCTORED: dict[str, Callable[[], Case]] = {
    "file_missing": lambda: without(files.README),
    "file_changed": lambda: with_file(files.README, b"#", summed=False),
    "file_unlisted": lambda: with_file("pool.json", b"{}"),
    "sums_unreadable": lambda: with_file(files.SUMS, practice().files[files.SUMS] + b"nee\n", summed=False),
    "unreadable": lambda: with_file(files.RESULT, b"{"),
    "not_canonical": lambda: loose(files.MANIFEST),
    "wrong_field": lambda: inside("balls", digits=10),
    "practice_mixed": lambda: manifest(practice=False),
    "unknown_chain": lambda: inside("beacon", chain="ab" * 32),
    "fallback_chain": lambda: manifest(fallback=[{"chain": pub.QUICKNET, "round": 1}]),
    "too_few_witnesses": lambda: real_case(witnesses={"griffie Urk": "ab" * 32}),
    "witness_twice": lambda: manifest(witnesses=[{"name": "x", "key": "ab" * 32}] * 2),
    "sequence_gap": lambda: manifest(previous="ab" * 32),
    "times_order": lambda: manifest(frozen_at=9, committed_at=8),
    "committed_late": lambda: real_case(committed_at=DRAWN_AT - verify_draw.DAY + 1),
    "ball_digits": lambda: inside("balls", digits=2),
    "verifier_changed": lambda: with_file(files.SCRIPT, b"print('Goedgekeurd.')\n"),
    "quota_bounds": lambda: practice().manifest(lambda content: content["quotas"][0].update(min=9)),
    "pool_too_small": lambda: manifest(fixed=7),
    "histogram_order": lambda: practice().manifest(lambda content: content["histogram"].reverse()),
    "histogram_people": lambda: practice().manifest(lambda content: content["histogram"].pop()),
    "histogram_sum": lambda: practice().manifest(lambda content: content["histogram"][-1].__setitem__(0, 19)),
    "histogram_high": lambda: practice().manifest(
        lambda content: content["histogram"][-1].__setitem__(0, 21)
    ),
    "histogram_left": lambda: manifest(excluded=41),
    "above_bound": lambda: manifest(upper_bound=149_999_998, histogram=[[3, 40]]),
    "panels_changed": old_hash,
    "panels_unreadable": lambda: practice().lines(lambda lines: [*lines, "03 abab\n"]),
    "panels_order": lambda: practice().lines(lambda lines: [*lines[1:], lines[0]]),
    "panel_count": lambda: practice().lines(lambda lines: lines[:-6]),
    "panel_size": lambda: practice().lines(lambda lines: lines[1:]),
    "label_twice": lambda: practice().lines(
        lambda lines: [*lines[:6], *("01 " + one[3:] for one in lines[:6])]
    ),
    "log_missing": no_log,
    "log_entry": lambda: first_record(lambda one: one.update(entry=one["entry"] + " ")),
    "log_proof": lambda: first_record(lambda one: one.update(index=0)),
    "log_other": lambda: first_record(lambda one: one.update(entry=one["entry"].replace(REAL, "elders"))),
    "commitment_round": lambda: first_record(
        lambda one: one.update(entry=one["entry"].replace(":1000", ":1001"))
    ),
    "previous_unlogged": lambda: numbered(),
    "witness_unknown": lambda: first_record(lambda one: one["signatures"][0].update(name="een ander")),
    "witness_early": lambda: first_record(lambda one: one["signatures"][0].update(time=1)),
    "witness_signature": lambda: first_record(lambda one: one["signatures"][0].update(signature="ab" * 64)),
    "commitment_unlogged": unlogged,
    "commitment_unwitnessed": late_witnesses,
    "two_manifests": lambda: relog(other_manifest),
    "superseded": lambda: relog(lambda case: record(case, "superseded", "nieuwe-lijst")),
    "superseded_late": lambda: relog(lambda case: record(case, "superseded", "spijt", at=DRAWN_AT + 1)),
    "voided": lambda: relog(lambda case: record(case, "voided", VOID, at=DRAWN_AT + 9)),
    "void_reason": lambda: relog(lambda case: record(case, "voided", "bevalt_niet", at=DRAWN_AT + 9)),
    "balls_twice": lambda: ball_case("7", ("7", DRAWN_AT - 60), ("8", DRAWN_AT - 60)),
    "result_other_draw": lambda: result(sequence=2),
    "commitment_stale": stale,
    "chain_wrong": lambda: beacon(round=999),
    "fallback_unlogged": fallback_case,
    "fallback_void": lambda: fallback_case(("fallback", "keten-gestopt"), ("signature", SIGNATURE)),
    "randomness_wrong": lambda: beacon(randomness="ab" * 32),
    "signature_wrong": lambda: beacon(signature="ab" * 32),
    "balls_wrong": lambda: ball_case("0", ("7", DRAWN_AT - 60)),
    "index_wrong": other_index,
    "labels_wrong": lambda: practice().result(lambda content: content["labels"].pop()),
    "result_differs": lambda: relog(lambda case: record(case, "result", "ab" * 32, at=DRAWN_AT + 99)),
    "receipt_other_draw": lambda: with_receipt(lambda one: one.update(sequence=2)),
    "receipt_leaf": lambda: with_receipt(lambda one: one["person"].update(name="Iemand anders")),
    "receipt_proof": lambda: with_receipt(lambda one: one["proof"].reverse()),
}


def event_of_another_kind(content: dict[str, Any]) -> Case:
    """An event about a draw that is no step of it."""
    case = real_case()
    other = logged(event(content, DRAWN_AT - 100), DRAWN_AT)
    return case.log(record(case, "commitment"), result_record(case), other)


def pool_receipt() -> dict[str, Any]:
    """What a registrant saved when the pool was frozen."""
    kept = {name: one for name, one in practice().receipt.items() if name not in ("pool", "sequence")}
    root = json.loads(practice().files[files.MANIFEST])["pool_root"]
    return {
        **kept,
        "draw": practice().receipt["pool"],
        "format": "civic-pool-receipt/1",
        "pool_root": root,
        "version": 1,
    }


def with_pool_receipt(**changes: Any) -> Case:
    case = practice()
    case.receipt = {**pool_receipt(), **changes}
    return case


def void_draw() -> Case:
    case = practice()
    empty = {"panels": 0, "histogram": [], "pool_size": 0, "panel_size": 0}
    case._change(files.MANIFEST, lambda content: content.update(empty))
    case.files[files.PANELS] = b""
    return case.resum()


# what is accepted, and what is refused in more than one way
MORE: dict[str, Callable[[], Case]] = {
    "practice": practice,
    "real": real_case,
    "balls": lambda: ball_case("7", ("7", DRAWN_AT - 60)),
    "balls too late": lambda: ball_case("0", ("7", DRAWN_AT)),
    "balls too long": lambda: ball_case("77", ("77", DRAWN_AT - 60)),
    "fallback": lambda: fallback_case(("fallback", "keten-gestopt"), ("signature", "ab" * 48)),
    "fallback, no hex": lambda: fallback_case(("fallback", "keten-gestopt"), ("signature", "geen-hex")),
    "fallback too early": lambda: real_case(fallback=pub.Round(FALLBACK.chain, 5)),
    "no result": lambda: without(files.RESULT),
    "result not in the log": lambda: (lambda case: case.log(record(case, "commitment")))(real_case()),
    "nothing at all": lambda: Case({}, {}, practice().receipt),
    "no manifest": lambda: without(files.MANIFEST),
    "a folder inside": lambda: with_file("geheim/", b""),
    "a strange name": lambda: with_file("é\U0001f3b2.txt", b"", summed=False),
    "no panels": void_draw,
    "no proof": lambda: with_receipt(lambda one: one.update(proof=[])),
    "far index": lambda: with_receipt(lambda one: one.update(index=2**32 - 1)),
    "odd names": lambda: with_receipt(
        lambda one: one["answers"].update({"__proto__": "x", "a\u2028b": "é\t\x1f\x7f"})
    ),
    "receipt of the pool": with_pool_receipt,
    "receipt of another pool": lambda: with_pool_receipt(draw="elders"),
    "large numbers": lambda: manifest(upper_bound=2**53 - 1, frozen_at=2**53 - 1, committed_at=2**53 - 1),
    "large round": lambda: inside("beacon", round=2**53 - 1),
    "large histogram": lambda: manifest(histogram=[[2**32 - 1, 2**32 - 1]], panel_size=2**32 - 1),
    "names in disorder": lambda: practice().manifest(lambda c: c.update({"\U0001f3b2": 1, "\uffff": 2})),
    "space signs": lambda: manifest(software="\ufeffa\u2028b\ufeff"),
    "space at the end": lambda: manifest(software="a\x85"),
    "many failures": lambda: practice().lines(lambda lines: [f"{one[:3]}{'ab' * 10}\n" for one in lines]),
    "event of another kind": lambda: event_of_another_kind({"to": "x"}),
    "event with a null": lambda: event_of_another_kind({"to": 2**53 - 1}),
    "step with more": lambda: event_of_another_kind({"kind": "balls"}),
    "superseded other": lambda: relog(
        other_manifest, lambda case: record(case, "superseded", "x", commitment="ab" * 32, sequence=2)
    ),
    "the draw before": lambda: numbered(before("commitment"), before("result", "ab" * 32, 4)),
    "the draw before, void": lambda: numbered(before("commitment"), before("voided", VOID, 4)),
    "the draw before, void for nothing": lambda: numbered(before("commitment"), before("voided", "x", 4)),
    "the draw before, ended late": lambda: numbered(before("commitment"), before("result", "ab" * 32, 1)),
    "the draw before, another number": lambda: numbered(
        before("commitment", sequence=7), before("result", "ab" * 32, 4)
    ),
    "the draw before, written down later": lambda: numbered(begun(), backdated),
    "too few witnesses": lambda: ended(begun(witnesses=1), before("voided", "te-weinig-getuigen", 2.5)),
    "too few in time": lambda: ended(begun(3.9), before("voided", "te-weinig-getuigen", 2.5)),
    "witnesses enough": lambda: ended(begun(), before("voided", "te-weinig-getuigen", 2.5)),
    "too few, and no round": lambda: ended(
        before("commitment", "x"), before("voided", "te-weinig-getuigen", 2.5)
    ),
    "replaced too late": lambda: ended(begun(), before("superseded", "fout-in-de-pool", 2.9)),
    "replaced too late, then void": lambda: ended(
        begun(), before("superseded", "fout-in-de-pool", 2.9), before("voided", VOID, 2.5)
    ),
    **{
        f"void before: {code}": lambda code=code: ended(before("commitment"), before("voided", code, 4))
        for code in VOID_RULES
    },
    **{
        f"void: {code}": lambda code=code: relog(lambda case: record(case, "voided", code, at=DRAWN_AT + 9))
        for code in VOID_RULES
    },
    "replaced before its own round": lambda: relog(
        other_manifest_of_round(900), lambda case: superseded(case, 900)
    ),
    "replaced after its own round": lambda: relog(
        other_manifest_of_round(900), lambda case: superseded(case, 901)
    ),
    "two rounds for one manifest": lambda: relog(
        other_manifest_of_round(900), other_manifest_of_round(999), lambda case: superseded(case, 901)
    ),
    "no round": lambda: relog(lambda case: record(case, "commitment", "manifest", commitment="ab" * 32)),
    "round nought": lambda: relog(
        lambda case: record(case, "commitment", f"{pub.QUICKNET}:0", commitment="ab" * 32)
    ),
    "a very late round": lambda: relog(other_manifest_of_round(10**16 - 1), lambda case: superseded(case, 9)),
    "a list without anybody": lambda: manifest(fixed=1, histogram=[[0, 1], [3, 39]]),
    "many without a chance": lambda: manifest(fixed=2, histogram=[[0, 30], [12, 10]]),
    "who can be drawn": lambda: manifest(
        fixed=1, excluded=10, impossible=9, histogram=[[0, 19], [5, 20], [20, 1]]
    ),
    "bad luck": lambda: manifest(fixed=1, excluded=9, impossible=9, histogram=[[0, 19], [5, 20], [20, 1]]),
    "nobody can be drawn": lambda: manifest(fixed=6, excluded=34, histogram=[[0, 34], [20, 6]]),
    "most of all": lambda: manifest(fixed=2**32 - 1, excluded=2**32 - 1, impossible=2**32 - 1),
    "above the bound, but for some": lambda: manifest(
        upper_bound=1, excluded=19, fixed=1, histogram=[[0, 19], [5, 20], [20, 1]]
    ),
    "one witness twice": lambda: first_record(lambda one: one.update(signatures=[one["signatures"][0]] * 2)),
    "another place": lambda: first_record(lambda one: one.update(checkpoint=one["checkpoint"] + "extra\n")),
    "no checkpoint": lambda: first_record(lambda one: one.update(checkpoint="geen")),
    "another pool": lambda: practice(pool="panel-7"),
    "a hundred panels": lambda: practice(panels=panels(100)),
}  # fmt: skip


@pytest.fixture(scope="module")
def bench(browser: Browser) -> Iterator[Bench]:
    with opened(browser) as bench:
        yield bench


def test_every_failure_has_a_spoiled_draw() -> None:
    brought = {"witness_keys_differ"}  # only with a list of one's own: the next test
    assert set(DOCTORED) == set(verify_draw.FAILURES) - CONFIDENTIAL - brought


def test_both_compare_the_keys_that_somebody_brought(bench: Bench) -> None:
    known = doctor.KNOWN
    lists: list[tuple[dict[str, str], int]] = [
        (known, 0),
        ({**known, "notaris": "ab" * 32}, 1),
        ({**known, "Een vierde": "ab" * 32}, 1),
        ({"notaris": known["notaris"]}, 1),
        ({}, 1),
    ]
    case = real_case()
    for given, code in lists:
        (here,) = bench.check([(case.files, None)], beacons=BEACONS, witnesses=given)
        assert here == expected(case.check(witnesses=given))
        assert here["verdict"] == code


def bundle(case: Case) -> tuple[dict[str, bytes], bytes]:
    return case.files, encoding.canonical(case.receipt)


@pytest.mark.parametrize("has_witness_check", [True, False])
def test_both_verifiers_say_the_same(bench: Bench, has_witness_check: bool) -> None:
    cases = {**DOCTORED, **MORE}
    bundles = [bundle(make()) for make in cases.values()]
    libraries = verify_draw.Libraries(
        doctor.LIBRARIES.ed25519 if has_witness_check else None, doctor.Beacons()
    )
    found = bench.check(bundles, beacons=BEACONS, ed25519=has_witness_check)
    for name, (folder_of, receipt), here in zip(cases, bundles, found, strict=True):
        there = expected(verify_draw.check(folder_of, None, receipt, libraries))
        if not has_witness_check:  # the one sentence that differs: a browser is not given a Python library
            there["unchecked"] = [one for one in there["unchecked"] if one[0] != "witnesses_unchecked"]
            here["unchecked"] = [one for one in here["unchecked"] if one[0] != "witnesses_unchecked"]
        assert here == there, name
        if name in DOCTORED and (has_witness_check or name != "witness_signature"):
            assert name in {code for code, _sentence in here["failures"]}


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"{", b'{"a":1.5}', b'{"a":1e5}', b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1,"a":1}',
        b'{"a":1,}', b"[1,]", b"[" * 100_000, b'{"a":' * 100_000, b'"\\ud800"', b'"\\udc00\\ud800"',
        b'"\\u00e"', b"null", b"[null]", b"\xef\xbb\xbf{}", b'"e\xcc\x81"', b'{"e\xcc\x81":1}', b"01", b"-",
        b"+1", b"1 1", b"'a'", b'"\t"', b'"a', b'"\\x"', b"9007199254740992", b"-9007199254740992",
        b"1" * 5000, b"tru", b"\xc0\xaf",
        b"\xed\xa0\x80", b"{}{}", b'{1:2}', b"/**/{}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", [files.MANIFEST, files.RESULT, files.LOG])
def test_what_is_no_json_of_ours(bench: Bench, name: str, data: bytes) -> None:
    compare(bench, with_file(name, data), "unreadable")


@pytest.mark.parametrize("data", [b"{}", b"[]", b'"a"', b"7", b"true", b"-0", b" {}\n", b'{"__proto__":{}}'])
def test_json_of_another_shape(bench: Bench, data: bytes) -> None:
    compare(bench, with_file(files.MANIFEST, data), "wrong_field")


def compare(bench: Bench, case: Case, code: str) -> None:
    (here,) = bench.check([bundle(case)], beacons=BEACONS)
    there = expected(verify_draw.check(*case_parts(case), doctor.LIBRARIES))
    assert here == there
    assert code in {found for found, _sentence in here["failures"]}


def case_parts(case: Case) -> tuple[dict[str, bytes], None, bytes]:
    return case.files, None, encoding.canonical(case.receipt)


JUNK = """async ({files, name, head, sign}) => {
  const { check } = await import("/static/js/verify/verify.js");
  const { conclusion } = await import("/static/js/verify/report.js");
  const folder = new Map(Object.entries(files).map(
    ([one, text]) => [one, Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))]));
  folder.set(name, new TextEncoder().encode(head + sign.repeat(Math.floor(50_000_000 / sign.length))));
  const began = performance.now();
  const report = await check(folder);
  const codes = report.failures.slice(0, 20).map((one) => one.code);
  return { codes, seconds: (performance.now() - began) / 1000, said: conclusion(report) };
}"""


@pytest.mark.parametrize(
    ("name", "head", "sign", "code"),
    [
        (files.MANIFEST, "", "\x00", "unreadable"),
        (files.MANIFEST, "", "[", "unreadable"),
        (files.MANIFEST, '{"', "a", "unreadable"),
        (files.MANIFEST, '"', "\\u00e9", "unreadable"),
        (files.MANIFEST, "[", "1,", "unreadable"),
        (files.MANIFEST, "", " ", "unreadable"),
        (files.LOG, "[0", ",{}", "unreadable"),
        (files.PANELS, "", "00 abababababababababab\n", "panels_changed"),
        (files.PANELS, "", "\n", "panels_unreadable"),
        (files.SUMS, "", "\n", "sums_unreadable"),
        (files.README, "", "\n", "file_changed"),
    ],
)
def test_fifty_megabytes_of_junk(bench: Bench, name: str, head: str, sign: str, code: str) -> None:
    """Refused with a sentence, in seconds."""
    given = {one: base64.b64encode(data).decode() for one, data in practice().files.items()}
    found = bench.page.evaluate(JUNK, {"files": given, "name": name, "head": head, "sign": sign})
    assert code in found["codes"]
    assert found["said"] == "Afgekeurd."
    assert found["seconds"] < 10
