"""The stand-alone verifier: whatever is doctored, it is refused with its own sentence.

The doctor of these tests is thorough: after every change all hashes that can be made right again are.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import runpy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition import publication as pub
from civic.sortition.publication import encoding, files, folder, verify_draw
from civic.sortition.publication.verify_draw import (
    DAY,
    Libraries,
    Report,
    check,
    find_libraries,
)

from .log_maker import placed
from .test_publication import NAME, PANELS, SEATS, draw, panels, pool

Change = Callable[[Any], object]
SIGNATURE = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
RANDOMNESS = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
ROUND = 1000
DRAWN_AT = 1692803367 + 3 * (ROUND - 1)
REAL = "flevoland-2027-1"
VOID = "fout-in-het-lotingsgetal"
KEYS = {
    name: Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    for number, name in enumerate(("griffie Urk", "notaris", "gemeente Dronten"), 1)
}


class Beacons:
    """The published vectors instead of the BLS library: knows one signature of each chain."""

    def verify_quicknet(self, number: int, signature: str, key: str) -> str:
        return self._hold((number, signature, key[:4]) == (ROUND, SIGNATURE, "83cf"))

    def verify_mainnet(self, number: int, previous: str, signature: str, key: str) -> str:
        return self._hold((number, previous, signature, key[:4]) == (4_000_000, "ab" * 96, "cd" * 96, "868f"))

    def _hold(self, holds: bool) -> str:
        if not holds:
            raise ValueError("Verification Failed")
        return RANDOMNESS


LIBRARIES = Libraries(verify_draw._module(verify_draw.ED25519), Beacons())


@dataclass
class Case:
    """A bundle in memory, to change and to put before the verifier."""

    files: dict[str, bytes]
    pool: dict[str, Any]
    receipt: dict[str, Any]
    records: list[dict[str, Any]] = field(default_factory=list)

    def manifest(self, change: Change) -> Case:
        """Change the manifest; the result follows it."""
        content = self._change(files.MANIFEST, change)
        if files.RESULT in self.files:
            beacon = json.loads(self.files[files.RESULT])["beacon"]
            result = folder.result_of(self.files, pub.Beacon(beacon["signature"]))
            self.files[files.RESULT] = encoding.canonical(result)
        for name in ("draw", "pool"):
            self.pool[name] = self.receipt[name] = content[name]
        return self.resum()

    def result(self, change: Change) -> Case:
        self._change(files.RESULT, change)
        return self.resum()

    def listed(self, change: Change) -> Case:
        """Change the auditor's list."""
        change(self.pool)
        return self

    def lines(self, change: Callable[[list[str]], list[str]]) -> Case:
        """Change the lines of the panel list and its hash in the manifest."""
        text = change(self.files[files.PANELS].decode().splitlines(keepends=True))
        self.files[files.PANELS] = "".join(text).encode()
        digest = hashlib.sha256(self.files[files.PANELS]).hexdigest()
        return self.manifest(lambda manifest: manifest.update(panels_sha256=digest))

    def log(self, *records: dict[str, Any]) -> Case:
        self.records = list(records)
        content: dict[str, Any] = {"format": "civic-log/1", "records": self.records}
        self.files[files.LOG] = encoding.canonical(content)
        return self.resum()

    def _change(self, name: str, change: Change) -> Any:
        content = json.loads(self.files[name])
        change(content)
        self.files[name] = encoding.canonical(content)
        return content

    def resum(self) -> Case:
        self.files[files.SUMS] = files.sums(self.files)
        return self

    @property
    def commitment(self) -> str:
        return hashlib.sha256(self.files[files.MANIFEST]).hexdigest()

    def check(
        self,
        *,
        auditor: bool = False,
        receipt: bool = False,
        libraries: Any = LIBRARIES,
        witnesses: dict[str, str] | None = None,
    ) -> Report:
        return check(
            self.files,
            encoding.canonical(self.pool) if auditor else None,
            encoding.canonical(self.receipt) if receipt else None,
            libraries,
            witnesses,
        )

    def codes(self, **options: Any) -> set[str]:
        return self.check(**options).codes


def case_of(made: pub.Draw) -> Case:
    entrant = next(one for one in made.entrants if made.frequencies[one.id])
    private = json.loads(files.pool_file(made)), json.loads(files.receipt(made, entrant))
    return Case(files.public_files(made), *private)


def with_result(case: Case, signature: str) -> Case:
    result = folder.result_of(case.files, pub.Beacon(signature))
    case.files[files.RESULT] = encoding.canonical(result)
    return case.resum()


@pytest.fixture
def case() -> Case:
    """A practice draw with its result: everything can be checked with the standard library."""
    return with_result(case_of(draw()), pub.practice_signature(1000).hex())


# what the witnesses themselves say
KNOWN = {name: key.public_key().public_bytes_raw().hex() for name, key in KEYS.items()}


def steps(**changes: Any) -> pub.Procedure:
    parts: dict[str, Any] = {
        "beacon": pub.Round(pub.QUICKNET, ROUND),
        "frozen_at": DRAWN_AT - 9 * DAY,
        "committed_at": DRAWN_AT - 2 * DAY,
        "witnesses": KNOWN,
        "void_rules": (VOID,),
        **changes,
    }
    return pub.Procedure(**parts)


def record(
    case: Case, kind: str, value: str = "", at: int = DRAWN_AT - 2 * DAY, **entry: Any
) -> dict[str, Any]:
    """An event in the log, a minute old when two witnesses signed it at the time `at`."""
    if kind == "commitment":
        beacon = json.loads(case.files[files.MANIFEST])["beacon"]
        value = value or f"{beacon['chain']}:{beacon['round']}"
    step: dict[str, Any] = {
        "commitment": case.commitment,
        "draw": REAL,
        "kind": kind,
        "sequence": 1,
        "value": value,
    }
    return logged(event({**step, **entry}, at - 60), at)


def event(step: dict[str, Any], at: int, **frame: Any) -> dict[str, Any]:
    """As the sealed log of the site writes it."""
    return {
        "action": "draw_step",
        "actor": "ab" * 32,
        "at": at,
        "data": step,
        "format": "civic-event/1",
        "from": "",
        "reason": "",
        "subject": "public_draw",
        "subject_id": 7,
        "to": "",
        **frame,
    }


def logged(entry: dict[str, Any], at: int) -> dict[str, Any]:
    text = encoding.canonical(entry)
    place = placed(text, at)
    signatures = [signed(name, place["checkpoint"], at) for name in ("griffie Urk", "notaris")]
    return {**place, "entry": text.decode(), "signatures": signatures}


def signed(name: str, checkpoint: str, at: int) -> dict[str, Any]:
    message = f"cosignature/v1\ntime {at}\n{checkpoint}".encode()
    return {"name": name, "signature": KEYS[name].sign(message).hex(), "time": at}


def real_case(**changes: Any) -> Case:
    case = with_result(case_of(draw(identifier=REAL, procedure=steps(**changes))), SIGNATURE)
    return case.log(record(case, "commitment"), result_record(case))


def result_record(case: Case, **entry: Any) -> dict[str, Any]:
    return record(
        case, "result", hashlib.sha256(case.files[files.RESULT]).hexdigest(), at=DRAWN_AT + 60, **entry
    )


@pytest.fixture
def real() -> Case:
    """A real draw on the published round 1000 of quicknet, with two witnesses of three."""
    return real_case()


# --- accepted ----------------------------------------------------------------------------------------------


def test_the_undoctored_cases_are_accepted(case: Case, real: Case) -> None:
    for one, known, code in ((case, None, 4), (real, KNOWN, 0)):
        report = one.check(auditor=True, receipt=True, witnesses=known)
        assert (report.failures, report.unchecked, report.exit_code()) == ([], [], code)
    facts = [one.code for one in real.check().facts]
    assert facts == ["files", "histogram", "manifest", "panels", "log", "beacon", "result"]


def test_what_was_not_checked_is_said(real: Case) -> None:
    assert [one.code for one in real.check().limits][-1] == "quotas_private"
    assert "quotas_private" not in [one.code for one in real.check(auditor=True).limits]
    bare = real.check(libraries=Libraries(), witnesses=KNOWN)
    assert {one.code for one in bare.unchecked} == {"beacon_unchecked", "witnesses_unchecked"}
    assert (bare.ok, bare.exit_code()) == (True, 3)
    assert not {"log", "beacon"} & {one.code for one in bare.facts}
    text = verify_draw.lines(bare)
    assert any("handtekening niet gecontroleerd" in line for line in text)
    assert text[-1].startswith("Wat we konden controleren, klopt.")


def test_before_the_round_there_is_no_result(real: Case) -> None:
    del real.files[files.RESULT]
    report = real.log(record(real, "commitment")).check(witnesses=KNOWN)
    assert ({one.code for one in report.unchecked}, report.exit_code()) == ({"no_result"}, 3)


def test_a_result_outside_the_log_is_not_fully_checked(real: Case) -> None:
    report = real.log(record(real, "commitment")).check(witnesses=KNOWN)
    assert ({one.code for one in report.unchecked}, report.exit_code()) == ({"result_unlogged"}, 3)


def test_a_real_library_knows_the_published_round(real: Case) -> None:
    """drand-verify or py_ecc, whichever is installed: no stand-in."""
    report = real.check(libraries=find_libraries(), witnesses=KNOWN)
    assert (report.failures, report.unchecked) == ([], [])
    assert "beacon" in {one.code for one in report.facts}


# --- the doctor: the folder --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [files.MANIFEST, files.PANELS, files.README, files.SCRIPT])
def test_a_missing_file(case: Case, name: str) -> None:
    del case.files[name]
    assert "file_missing" in case.resum().codes()


def test_a_file_that_the_list_names_and_that_is_gone(case: Case) -> None:
    del case.files[files.RESULT]
    assert case.codes() == {"file_missing"}


@pytest.mark.parametrize("name", [files.MANIFEST, files.PANELS, files.README, files.RESULT, files.SCRIPT])
def test_a_changed_file(case: Case, name: str) -> None:
    case.files[name] += b" "
    assert "file_changed" in case.codes()


@given(name=st.sampled_from([files.MANIFEST, files.PANELS, files.RESULT, files.LOG]), data=st.data())
def test_any_changed_byte_is_refused(name: str, data: st.DataObject) -> None:
    """With the sums made right again: no crash, and never accepted."""
    case = ANY_CASE
    content = bytearray(case[name])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = {**case, name: bytes(content)}
    changed[files.SUMS] = files.sums(changed)
    assert not check(changed, libraries=LIBRARIES).ok


ANY_CASE = real_case().files


def test_confidential_files_do_not_belong_there(case: Case) -> None:
    case.files["pool.json"] = b"{}"
    assert case.resum().codes() == {"file_unlisted"}


def test_broken_sums(case: Case) -> None:
    case.files[files.SUMS] += b"not a sum\n"
    assert case.codes() == {"sums_unreadable"}


def test_an_own_script_in_the_folder(case: Case) -> None:
    case.files[files.SCRIPT] = b"print('Goedgekeurd.')\n"
    assert case.resum().codes() == {"verifier_changed"}


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"{", b'{"a":1.5}', b'{"a":NaN}', b'{"a":1,"a":1}', b"[" * 100_000, b'"\\ud800"', b"null"],
)
@pytest.mark.parametrize("name", [files.MANIFEST, files.RESULT, files.LOG])
def test_what_is_no_json_of_ours(case: Case, name: str, data: bytes) -> None:
    case.files[name] = data
    assert "unreadable" in case.resum().codes()


def test_manifest_written_in_another_way(case: Case) -> None:
    loose = json.dumps(json.loads(case.files[files.MANIFEST]), indent=1).encode()
    case.files[files.MANIFEST] = loose
    assert "not_canonical" in case.resum().codes()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda m: m.pop("balls"), "balls"),
        (lambda m: m.update(extra=1), "extra"),
        (lambda m: m.update(panels="20"), "panels"),
        (lambda m: m.update(panels=True), "panels"),
        (lambda m: m.update(sequence=2**40), "sequence"),
        (lambda m: m.update(frozen_at=-1), "frozen_at"),
        (lambda m: m.update(practice=1), "practice"),
        (lambda m: m["balls"].update(digits=10), "balls.digits"),
        (lambda m: m.update(pool_root="AB" * 32), "pool_root"),
        (lambda m: m.update(quotas={}), "quotas"),
        (lambda m: m["quotas"][1].update(min="1"), "quotas.1.min"),
        (lambda m: m["quotas"][0]["condition"][0].append("x"), "quotas.0.condition.0"),
        (lambda m: m.update(beacon=3), "beacon"),
        (lambda m: m.update(format="civic-draw/2"), "format"),
    ],
)
def test_a_field_of_another_kind(case: Case, change: Change, field: str) -> None:
    content = json.loads(case.files[files.MANIFEST])
    change(content)
    case.files[files.MANIFEST] = encoding.canonical(content)
    failures = case.resum().check().failures
    assert [(one.code, one.values["field"]) for one in failures] == [("wrong_field", field)]


# --- the doctor: manifest ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda m: m.update(sequence=0), "sequence_gap"),
        (lambda m: m.update(previous="ab" * 32), "sequence_gap"),
        (lambda m: m.update(committed_at=m["frozen_at"] - 1), "times_order"),
        (lambda m: m["balls"].update(digits=2), "ball_digits"),
        (lambda m: m["quotas"][0].update(min=9), "quota_bounds"),
        (lambda m: m.update(fixed=SEATS + 1), "pool_too_small"),
        (lambda m: m.update(witnesses=[{"name": "x", "key": "ab" * 32}] * 2), "witness_twice"),
        (lambda m: m["histogram"].reverse(), "histogram_order"),
        (lambda m: m["histogram"][0].__setitem__(1, 0), "histogram_order"),
        (lambda m: m["histogram"][0].__setitem__(1, 39), "histogram_people"),
        (lambda m: m["histogram"][-1].__setitem__(0, 21), "histogram_high"),
        (lambda m: m["histogram"][-1].__setitem__(0, 19), "histogram_sum"),
        (lambda m: m.update(fallback=[{"chain": pub.QUICKNET, "round": 1}]), "fallback_chain"),
        (lambda m: m.update(fallback=[{"chain": "ab" * 32, "round": 1}]), "fallback_chain"),
        (lambda m: m.update(practice=False), "practice_mixed"),
        (lambda m: m.update(draw="echt"), "practice_mixed"),
        (lambda m: m["beacon"].update(chain=pub.QUICKNET), "practice_mixed"),
        (lambda m: m["beacon"].update(chain="ab" * 32), "unknown_chain"),
        (lambda m: m["beacon"].update(round=0), "unknown_chain"),
    ],
)
def test_a_manifest_that_cannot_be(case: Case, change: Change, code: str) -> None:
    assert code in case.manifest(change).codes()


def test_no_panels_at_all(case: Case) -> None:
    assert {"pool_too_small", "panels_unreadable"} <= case_without_panels(case).codes()
    case.files[files.PANELS] = b""
    found = case.resum().codes(auditor=True, receipt=True)  # nothing is divided by 0
    assert "pool_too_small" in found
    assert "panels_unreadable" not in found


def case_without_panels(case: Case) -> Case:
    case._change(files.MANIFEST, lambda m: m.update(panels=0, histogram=[], pool_size=0, panel_size=0))
    return case.resum()


def test_practice_can_never_pass_for_real(case: Case) -> None:
    """Whatever is made to say "real", something else still says practice, and a 0 never comes by itself."""
    assert case.check().exit_code() == 4
    for change in (
        lambda m: m.update(practice=False),
        lambda m: m.update(practice=False, draw=REAL),
        lambda m: (m.update(practice=False), m["beacon"].update(chain=pub.QUICKNET)),
    ):
        doctored = with_result(case_of(draw()), pub.practice_signature(1000).hex()).manifest(change)
        assert doctored.check().exit_code() == 1
        assert verify_draw.lines(doctored.check())[0].startswith("*** OEFENKETEN ***")


def test_a_manifest_after_the_result(case: Case) -> None:
    """The hash of the manifest in the result is stale."""
    case._change(files.MANIFEST, lambda m: m.update(software="another"))
    assert "commitment_stale" in case.resum().codes()


# --- the doctor: panels ------------------------------------------------------------------------------------


def swap_label(lines: list[str]) -> list[str]:
    """Another code in the place of the first member of panel 3."""
    return sorted([line for line in lines if line != lines[3 * SEATS]] + ["03 " + "ab" * 10 + "\n"])


def test_a_member_swapped_for_nobody(case: Case) -> None:
    assert case.lines(swap_label).codes() == set()  # the public cannot see it: the commitment changed
    assert "label_unknown" in case.codes(auditor=True)


def test_a_member_swapped_for_another(case: Case) -> None:
    """With the right label of another registrant: the frequencies give it away."""
    panel, secrets = panels()[3], draw().secrets
    other = next(one for one in pool() if one.id not in panel)
    old, new = (encoding.label(secrets[one].secret, NAME, 1, 3) for one in (panel[0], other.id))

    def swap(lines: list[str]) -> list[str]:
        return sorted(line.replace(old, new) for line in lines)

    assert {"frequency_wrong"} <= case.lines(swap).codes(auditor=True)


def test_a_witnessed_list_cannot_be_swapped(real: Case) -> None:
    real.lines(swap_label)
    assert {"commitment_unlogged", "two_manifests"} <= real.codes()


def test_a_changed_list_with_the_old_hash(case: Case) -> None:
    case.files[files.PANELS] = "".join(
        swap_label(case.files[files.PANELS].decode().splitlines(keepends=True))
    ).encode()
    assert "panels_changed" in case.resum().codes()


def test_a_panel_dropped(case: Case) -> None:
    assert "panel_count" in case.lines(lambda lines: lines[:-SEATS]).codes()
    fewer = case.manifest(lambda m: m.update(panels=PANELS - 1))
    assert "histogram_sum" in fewer.codes()


def test_a_panel_duplicated(case: Case) -> None:
    """Panel 5 once more as panel 6, or as an extra one."""

    def copy(lines: list[str]) -> list[str]:
        fifth = [line for line in lines if line.startswith("05 ")]
        return sorted(
            [line for line in lines if not line.startswith("06 ")] + ["06 " + line[3:] for line in fifth]
        )

    assert "label_twice" in case.lines(copy).codes()
    extra = with_result(case_of(draw()), pub.practice_signature(1000).hex())
    assert (
        "panel_count" in extra.lines(lambda lines: lines + ["20 " + line[3:] for line in lines[:6]]).codes()
    )


def test_a_duplicated_panel_with_labels_of_its_own() -> None:
    """Then the auditor finds that the frequencies are not those of the panels."""
    twice = panels()
    twice[6] = twice[5]
    case, honest = case_of(draw(panels=twice)), case_of(draw())
    case.pool = honest.pool
    case.manifest(lambda m: m.update(histogram=json.loads(honest.files[files.MANIFEST])["histogram"]))
    assert {"frequency_wrong", "histogram_differs"} <= case.codes(auditor=True)


def test_a_panel_of_another_size(case: Case) -> None:
    assert "panel_size" in case.lines(lambda lines: lines[1:]).codes()


def test_lines_out_of_order(case: Case) -> None:
    assert "panels_order" in case.lines(lambda lines: [*lines[1:], lines[0]]).codes()


@pytest.mark.parametrize(
    "line", ["3 abababababababababab\n", "03 abab\n", "\n", "03 ABABABABABABABABABAB\n", "x"]
)
def test_unreadable_lines(case: Case, line: str) -> None:
    assert "panels_unreadable" in case.lines(lambda lines: [*lines, line]).codes(auditor=True, receipt=True)


# --- the doctor: the auditor's eyes ------------------------------------------------------------------------


def doctored(*changed: tuple[str, ...], number: int = 3) -> Case:
    """A bundle with other panels in the place of panel 3, and everything else made to fit."""
    others = panels()
    others[number : number + len(changed)] = changed
    return with_result(case_of(draw(panels=others)), pub.practice_signature(1000).hex())


def test_a_panel_that_breaks_one_quota() -> None:
    """Five of the young: the public cannot see it, the auditor is told where and how many."""
    case = doctored(("p00", "p02", "p04", "p06", "p08", "p01"))
    assert case.codes() == set()
    failures = case.check(auditor=True).failures
    assert {one.code for one in failures} == {"quota_missed"}
    said = [one.sentence() for one in failures]
    assert "Panel 3 heeft 5 plaatsen voor “leeftijd: jong”. Dat moet 2 tot 4 zijn." in said


def test_a_quota_of_one_constituency_counts_only_that_one() -> None:
    """Noord: p00 and p15 are officials, so this panel has nobody from Noord among the residents."""
    case = doctored(("p00", "p15", "p01", "p02", "p04", "p05"))
    failures = case.check(auditor=True).failures
    assert [one.values["quota"] for one in failures] == ["wijk: Noord (inwoners)"]
    assert failures[0].values["seats"] == 0


def test_a_panel_with_two_of_one_address() -> None:
    """p03 and p07 live together; those in the exempt flat may sit together."""
    assert doctored(("p03", "p07", "p00", "p02", "p06", "p11")).codes(auditor=True) == {"address_twice"}
    assert doctored(("p10", "p11", "p12", "p14", "p09", "p06")).codes(auditor=True) == set()


def test_the_address_rule_can_be_off() -> None:
    rules = replace(draw().rules, address_rule=False)
    others = panels()
    others[0] = ("p03", "p07", "p00", "p02", "p06", "p11")
    assert case_of(draw(panels=others, rules=rules)).codes(auditor=True) == set()


def test_another_list_of_exempt_addresses(case: Case) -> None:
    changed = case.listed(lambda one: one["exempt"].append("Dorpsstraat 1"))
    assert changed.codes(auditor=True) == {"exempt_changed"}


def test_a_frequency_changed(case: Case) -> None:
    changed = case.listed(lambda one: one["members"][4].update(frequency=19))
    assert changed.codes(auditor=True) == {"frequency_wrong"}


def test_a_chance_misreported(case: Case) -> None:
    """A histogram that adds up, but is not that of the panels: two people moved towards the middle."""

    def flatter(manifest: dict[str, Any]) -> None:
        counts = dict(manifest["histogram"])
        for old, new in ((min(counts), min(counts) + 1), (max(counts), max(counts) - 1)):
            counts[old] -= 1
            counts[new] = counts.get(new, 0) + 1
        manifest["histogram"] = sorted([count, people] for count, people in counts.items() if people)

    case.manifest(flatter)
    assert case.codes() == set()
    assert case.codes(auditor=True) == {"histogram_differs"}


def test_a_bound_raised(case: Case) -> None:
    case.manifest(lambda m: m.update(upper_bound=m["upper_bound"] + 1))
    assert case.codes(auditor=True) == {"bound_differs"}
    case.listed(lambda one: one.update(upper_bound=one["upper_bound"] + 1))
    assert case.codes(auditor=True) == {"bound_wrong"}


def test_a_bound_raised_with_all_its_targets(case: Case) -> None:
    def raise_all(content: dict[str, Any]) -> None:
        content["upper_bound"] += 1_000_000
        for one in content["members"]:
            one["target"] += 1_000_000

    case.listed(raise_all).manifest(lambda m: m.update(upper_bound=m["upper_bound"] + 1_000_000))
    assert case.codes(auditor=True) == {"targets_sum", "shortfall_differs"}


def test_a_bound_below_what_was_reached(case: Case) -> None:
    everyone = [[3, 40]]
    lower = case.manifest(lambda m: m.update(upper_bound=149_999_998, histogram=everyone))
    assert lower.codes() == {"above_bound"}


def test_a_shortfall_made_smaller(case: Case) -> None:
    case.manifest(lambda m: m.update(largest_shortfall=m["largest_shortfall"] - 1))
    assert case.codes(auditor=True) == {"shortfall_differs"}
    case.listed(lambda one: one.update(largest_shortfall=one["largest_shortfall"] - 1))
    assert case.codes(auditor=True) == {"shortfall_differs"}


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["answers"].update(leeftijd="oud"),
        lambda one: one.update(address="Elders 2"),
        lambda one: one["person"].update(name="Iemand anders"),
        lambda one: one.update(salt_person="ab" * 16),
        lambda one: one.update(salt_attributes="ab" * 16),
    ],
)
def test_a_value_of_the_pool_edited(case: Case, change: Change) -> None:
    case.listed(lambda content: change(content["members"][0]))
    assert {"leaf_wrong", "root_wrong"} <= case.codes(auditor=True)


def test_an_edited_value_with_its_leaf(case: Case) -> None:
    """The leaf is made to fit, so only the root tells."""

    def edit(content: dict[str, Any]) -> None:
        one = content["members"][0]
        one["person"]["name"] = "Iemand anders"
        one["leaf"] = verify_draw.opening_leaf(NAME, one).hex()

    assert case.listed(edit).codes(auditor=True) == {"root_wrong"}


def test_someone_left_out_or_twice_in_the_list(case: Case) -> None:
    last = case.pool["members"].pop()
    assert {"pool_count", "root_wrong", "label_unknown"} <= case.codes(auditor=True)
    case.pool["members"] += [last, {**last, "salt_person": "ab" * 16}]
    assert {"pool_count", "id_twice", "secret_twice", "person_twice"} <= case.codes(auditor=True)


def test_one_person_registered_twice() -> None:
    entrants = [*pool()]
    entrants[1] = replace(entrants[1], person=entrants[0].person)
    case = case_of(draw(entrants=tuple(entrants)))
    failures = case.check(auditor=True).failures
    assert [one.sentence() for one in failures] == ["Dezelfde persoon staat er twee keer in: p00 en p01."]


def test_a_feature_that_someone_lacks() -> None:
    entrants = [*pool()]
    entrants[0] = replace(entrants[0], answers={"leeftijd": "jong", "wijk": "Noord"})
    case = case_of(draw(entrants=tuple(entrants)))
    failures = case.check(auditor=True).failures
    assert [(one.code, one.values["feature"]) for one in failures] == [("feature_missing", "groep")]


def test_a_fixed_member_who_is_not_in_all_panels(case: Case) -> None:
    case.listed(lambda content: content["members"][0].update(fixed=True))
    assert case.codes(auditor=True) == {"fixed_count", "fixed_missing", "reason_missing"}


@pytest.mark.parametrize("change", [{"draw": "oefenloting-2"}, {"pool": "panel-8"}, {"sequence": 2}])
def test_lists_of_another_draw(case: Case, change: dict[str, Any]) -> None:
    case.pool.update(change)
    case.receipt.update(change)
    assert case.codes(auditor=True) == {"pool_other_draw"}
    assert case.codes(receipt=True) == {"receipt_other_draw"}


def test_lists_that_are_no_lists(case: Case) -> None:
    case.pool["members"] = 3
    case.receipt["answers"] = {"leeftijd": 3}
    assert case.codes(auditor=True, receipt=True) == {"wrong_field"}


# --- the doctor: receipts ----------------------------------------------------------------------------------


def test_a_receipt_with_other_data(case: Case) -> None:
    case.receipt["person"]["name"] = "Iemand anders"
    report = case.check(receipt=True)
    assert report.codes == {"receipt_leaf", "receipt_proof"}
    assert "receipt" not in {one.code for one in report.facts}


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["proof"].pop(),
        lambda one: one["proof"].reverse(),
        lambda one: one.update(index=one["index"] ^ 1),
        lambda one: one.update(size=one["size"] + 1),
        lambda one: one.update(index=99),
    ],
)
def test_a_receipt_with_another_proof(case: Case, change: Change) -> None:
    change(case.receipt)
    assert case.codes(receipt=True) == {"receipt_proof"}


def test_a_receipt_before_the_result(case: Case) -> None:
    del case.files[files.RESULT]
    facts = {one.code: one for one in case.resum().check(receipt=True).facts}
    assert "receipt_drawn" not in facts
    assert "receipt_not_drawn" not in facts
    assert facts["receipt"].sentence().endswith(" %.")


def test_a_refused_draw_tells_nobody_a_chance(case: Case) -> None:
    """A result that names a panel with this person in it, though another panel was drawn."""
    codes = {one.code for one in case.check(receipt=True).facts}
    assert codes & {"receipt_drawn", "receipt_not_drawn"}
    case.result(lambda one: one.update(index=(one["index"] + 1) % PANELS))
    report = case.check(receipt=True)
    assert report.codes == {"index_wrong"}
    assert not {one.code for one in report.facts if one.code.startswith("receipt")}


# --- the doctor: the result --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda r: r.update(index=(r["index"] + 1) % PANELS), "index_wrong"),
        (lambda r: r["labels"].reverse(), "labels_wrong"),
        (lambda r: r["labels"].pop(), "labels_wrong"),
        (lambda r: r.update(draw="oefenloting-2"), "result_other_draw"),
        (lambda r: r.update(practice=False), "result_other_draw"),
        (lambda r: r.update(sequence=2), "result_other_draw"),
        (lambda r: r.update(commitment="ab" * 32), "commitment_stale"),
        (lambda r: r.update(balls="7"), "balls_wrong"),
        (lambda r: r["beacon"].update(round=1001), "chain_wrong"),
        (lambda r: r["beacon"].update(chain="ab" * 32), "chain_wrong"),
        (lambda r: r["beacon"].update(randomness="ab" * 32), "randomness_wrong"),
        (lambda r: r["beacon"].update(signature="ab" * 32), "signature_wrong"),
    ],
)
def test_another_result(case: Case, change: Change, code: str) -> None:
    assert code in case.result(change).codes()


def test_the_signature_of_another_round(real: Case) -> None:
    """The published signature of round 1000 is refused for round 1001."""
    other = real_case(beacon=pub.Round(pub.QUICKNET, 1001), committed_at=DRAWN_AT - 2 * DAY)
    assert other.codes() == {"signature_wrong"}
    assert real.codes() == set()


def test_an_index_without_a_panel_list(case: Case) -> None:
    """When the list is broken the index is still checked against the public number."""
    case.lines(lambda lines: lines[1:])
    case.result(lambda r: r.update(index=(r["index"] + 1) % PANELS))
    assert {"index_wrong", "panel_size"} <= case.codes()


# --- the failure cases of the protocol (security.md 6.2) ---------------------------------------------------


def test_a_real_draw_without_witnesses(real: Case) -> None:
    del real.files[files.LOG]
    assert real.resum().codes() == {"log_missing"}
    assert "too_few_witnesses" in real_case(witnesses={"griffie Urk": "ab" * 32}).codes()


def test_a_manifest_too_near_the_round() -> None:
    assert real_case(committed_at=DRAWN_AT - DAY + 1).codes() == {"committed_late"}


def test_witnesses_who_signed_too_late(real: Case) -> None:
    late = record(real, "commitment", at=DRAWN_AT - DAY + 1)
    assert real.log(late, result_record(real)).codes() == {"commitment_unwitnessed"}


def test_one_witness_is_not_enough(real: Case) -> None:
    lonely = record(real, "commitment")
    lonely["signatures"] = [lonely["signatures"][0]] * 2
    assert real.log(lonely, result_record(real)).codes() == {"commitment_unwitnessed"}


def test_a_commitment_that_is_not_in_the_log(real: Case) -> None:
    assert real.log(result_record(real)).codes() == {"commitment_unlogged"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda one: one["signatures"][0].update(signature="ab" * 64), "witness_signature"),
        (lambda one: one["signatures"][0].update(time=DRAWN_AT - 3 * DAY), "witness_signature"),
        (lambda one: one["signatures"][0].update(name="gemeente Dronten"), "witness_signature"),
        (lambda one: one["signatures"][0].update(name="een ander"), "witness_unknown"),
        (lambda one: one.update(index=0), "log_proof"),
        (lambda one: one.update(checkpoint="geen checkpoint"), "log_proof"),
        (lambda one: one.update(entry=one["entry"].replace(REAL, "flevoland-2027-2")), "log_other"),
        (lambda one: one.update(entry=one["entry"].replace('"sequence":1', '"sequence":2')), "log_other"),
        (lambda one: one.update(entry=one["entry"] + " "), "log_entry"),
        (lambda one: one.update(entry="{}"), "log_entry"),
        (lambda one: one.update(entry="[1"), "log_entry"),
        (lambda one: one.update(entry="[" * 100_000), "log_entry"),
        (lambda one: one.update(entry=one["entry"].replace("public_draw", "panel_draw")), "log_entry"),
        (lambda one: one.update(entry=one["entry"].replace("civic-event/1", "civic-event/2")), "log_entry"),
        (
            lambda one: one.update(entry=one["entry"].replace('"value":', '"extra":1,"value":')),
            "log_entry",
        ),
        (lambda one: one.update(entry=one["entry"].replace('"commitment","s', '"gossip","s')), "log_entry"),
    ],
)
def test_a_doctored_record(real: Case, change: Change, code: str) -> None:
    first = record(real, "commitment")
    change(first)
    assert code in real.log(first, result_record(real)).codes()


def test_a_witness_before_the_event(real: Case) -> None:
    """Whoever signs a log before something happened, signed another log."""
    step = json.loads(record(real, "commitment")["entry"])["data"]
    at = DRAWN_AT - 2 * DAY
    assert real.log(logged(event(step, at), at), result_record(real)).codes() == set()
    failures = real.log(logged(event(step, at + 1), at), result_record(real)).check().failures
    assert {one.code for one in failures} == {"witness_early"}
    assert failures[0].sentence() == (
        "Getuige “griffie Urk” tekende eerder dan de tijd die in regel 1 zelf staat."
    )


def test_other_events_of_a_draw_are_passed_over(real: Case) -> None:
    """An approval, say: no step of the protocol. It must stand in the log all the same."""
    at = DRAWN_AT - 3 * DAY
    other = logged(event({"panel": 7, "checked": True}, at), at)
    both = [record(real, "commitment"), result_record(real)]
    report = real.log(*both, other).check(witnesses=KNOWN)
    assert (report.failures, report.unchecked) == ([], [])
    other["index"] = 0
    assert real.log(*both, other).codes() == {"log_proof"}


def test_a_log_of_another_shape(real: Case) -> None:
    real.files[files.LOG] = b'{"format":"civic-log/1","records":3}'
    assert real.resum().codes() == {"wrong_field"}


def test_two_open_manifests(real: Case) -> None:
    other = record(real, "commitment", commitment="ab" * 32, sequence=2)
    replaced = record(real, "superseded", "nieuwe-lijst", commitment="ab" * 32, sequence=2)
    both = [record(real, "commitment"), result_record(real), other]
    assert real.log(*both).codes() == {"two_manifests"}
    assert real.log(*both, replaced).codes() == set()
    late = record(real, "superseded", "te-laat", at=DRAWN_AT + 1, commitment="ab" * 32, sequence=2)
    assert real.log(*both, late).codes() == {"two_manifests"}


def test_a_replaced_manifest(real: Case) -> None:
    both = [record(real, "commitment"), result_record(real)]
    failures = real.log(*both, record(real, "superseded", "nieuwe-lijst")).check().failures
    assert [one.sentence() for one in failures] == [
        "Dit manifest is vervangen: nieuwe lijst. De uitslag telt niet."
    ]
    late = record(real, "superseded", "bevalt-niet", at=DRAWN_AT + 1)
    assert real.log(*both, late).codes() == {"superseded_late"}


def test_a_void_draw(real: Case) -> None:
    both = [record(real, "commitment"), result_record(real)]
    assert real.log(*both, record(real, "voided", VOID, at=DRAWN_AT + 9)).codes() == {"voided"}
    unlisted = record(real, "voided", "bevalt-niet", at=DRAWN_AT + 9)
    report = real.log(*both, unlisted).check()
    assert report.codes == {"voided", "void_reason"}
    said = [one.sentence() for one in report.failures]
    assert "De reden “bevalt niet” staat niet in de regels voor ongeldig verklaren." in said


def test_two_results_for_one_manifest(real: Case) -> None:
    second = record(real, "result", "ab" * 32, at=DRAWN_AT + 99)
    assert real.log(record(real, "commitment"), result_record(real), second).codes() == {"result_differs"}


def ball_case(drawn: str, *times: tuple[str, int]) -> Case:
    """Ten panels and one ball; `drawn` is what the result says, `times` what the log says and when."""
    ten = draw(identifier=REAL, panels=panels(10), procedure=steps(ball_digits=1))
    case = case_of(ten)
    result = folder.result_of(case.files, pub.Beacon(SIGNATURE), drawn)
    case.files[files.RESULT] = encoding.canonical(result)
    logged = [record(case, "balls", digits, at=at) for digits, at in times]
    return case.log(record(case, "commitment"), result_record(case), *logged)


def test_balls_count_when_they_are_in_time() -> None:
    in_time = DRAWN_AT - 60
    assert ball_case("7", ("7", in_time)).codes() == set()
    assert ball_case("0").codes() == set()
    assert ball_case("7").codes() == {"balls_wrong"}
    assert ball_case("0", ("7", in_time)).codes() == {"balls_wrong"}
    assert ball_case("7", ("7", in_time), ("8", in_time)).codes() == {"balls_twice"}
    assert ball_case("77", ("77", in_time)).codes() == {"balls_wrong"}


def test_balls_that_come_too_late_count_as_zero() -> None:
    assert ball_case("7", ("7", DRAWN_AT)).codes() == {"balls_wrong"}
    report = ball_case("0", ("7", DRAWN_AT)).check()
    assert report.ok
    assert "balls_ignored" in {one.code for one in report.limits}


def test_practice_with_balls_needs_no_witnesses() -> None:
    """A log may come with it and is read, but nobody has to sign."""
    procedure = replace(pub.practice(1000), ball_digits=1)
    case = case_of(draw(panels=panels(10), procedure=procedure))
    beacon = pub.Beacon(pub.practice_signature(1000).hex())
    case.files[files.RESULT] = encoding.canonical(folder.result_of(case.files, beacon, "7"))
    records = [record(case, kind, value, draw=NAME) for kind, value in (("commitment", ""), ("balls", "7"))]
    for one in records:
        one["signatures"] = []
    report = case.log(*records).check()
    assert (report.codes, report.unchecked, report.exit_code()) == (set(), [], 4)
    assert case.log(records[1]).codes() == {"commitment_unlogged"}
    # without witnesses the time of the event itself counts
    late = record(case, "balls", "7", draw=NAME, at=DRAWN_AT + 60)
    assert case.log(records[0], {**late, "signatures": []}).codes() == {"balls_wrong"}


def test_balls_move_the_index() -> None:
    moved, still = (json.loads(ball_case(ball).files[files.RESULT])["index"] for ball in "70")
    assert moved == (still + 7) % 10


FALLBACK = pub.Round(verify_draw.DEFAULT, 4_000_000)
FALLBACK_AT = 1595431050 + 30 * (4_000_000 - 1)


def fallback_case(*kinds: tuple[str, str]) -> Case:
    """The result comes from drand's default chain, a round that the manifest names."""
    case = case_of(draw(identifier=REAL, procedure=steps(fallback=FALLBACK)))
    beacon = pub.Beacon("cd" * 96, "ab" * 96, FALLBACK.chain, FALLBACK.number)
    case.files[files.RESULT] = encoding.canonical(folder.result_of(case.files, beacon))
    logged = [record(case, kind, value, at=FALLBACK_AT) for kind, value in kinds]
    return case.log(record(case, "commitment"), result_record(case), *logged)


def test_a_fallback_needs_a_decision_and_stays_unproved() -> None:
    report = fallback_case(("fallback", "keten-gestopt")).check(witnesses=KNOWN)
    assert (report.codes, {one.code for one in report.unchecked}) == (set(), {"fallback_unchecked"})
    assert fallback_case().codes() == {"fallback_unlogged"}


def test_a_late_signature_of_the_first_source_undoes_the_fallback() -> None:
    decided = ("fallback", "keten-gestopt")
    assert fallback_case(decided, ("signature", SIGNATURE)).codes() == {"fallback_void"}
    assert fallback_case(decided, ("signature", "ab" * 48)).codes() == set()
    assert fallback_case(decided, ("signature", "geen-hex")).codes() == set()


def test_a_fallback_that_comes_before_the_round() -> None:
    early = pub.Round(verify_draw.DEFAULT, 5)
    assert "fallback_chain" in real_case(fallback=early).codes()


def test_a_result_is_only_written_when_its_signature_was_checked(real: Case, tmp_path: Path) -> None:
    del real.files[files.RESULT]
    save(real.log(record(real, "commitment")), tmp_path / "d")
    with pytest.raises(pub.Refused, match="handtekening niet gecontroleerd"):
        pub.write_result(tmp_path / "d", pub.Beacon(SIGNATURE), libraries=Libraries(LIBRARIES.ed25519))
    assert not (tmp_path / "d" / "result.json").exists()
    pub.write_result(tmp_path / "d", pub.Beacon(SIGNATURE), libraries=LIBRARIES)
    assert (tmp_path / "d" / "result.json").exists()


# --- what people see ---------------------------------------------------------------------------------------


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    source = Path(verify_draw.__file__).read_text(encoding="utf-8")
    said = {**verify_draw.FAILURES, **verify_draw.UNCHECKED, **verify_draw.LIMITS, **verify_draw.FACTS}
    assert len(said) == sum(
        map(len, (verify_draw.FAILURES, verify_draw.UNCHECKED, verify_draw.LIMITS, verify_draw.FACTS))
    )
    assert all(source.count(f'"{code}"') >= 2 for code in said if code != "receipt_not_drawn")
    assert len(set(said.values())) == len(said)


def test_many_failures_are_shortened(case: Case) -> None:
    text = verify_draw.lines(
        case.listed(lambda c: [m.update(frequency=20) for m in c["members"]]).check(auditor=True)
    )
    assert sum("vertrouwelijke lijst zegt" in line for line in text) == 5
    assert "En nog 35 fouten van dezelfde soorten." in text
    assert text[-1] == "Afgekeurd."


def save(case: Case, place: Path) -> list[str]:
    place.mkdir()
    for name, data in case.files.items():
        (place / name).write_bytes(data)
    (place.parent / "pool.json").write_bytes(encoding.canonical(case.pool))
    (place.parent / "bewijs.json").write_bytes(encoding.canonical(case.receipt))
    (place / "__pycache__").mkdir()
    parent = place.parent
    return [str(place), "--pool", str(parent / "pool.json"), "--receipt", str(parent / "bewijs.json")]


def test_the_command_line(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = save(case, tmp_path / "d")
    assert verify_draw.main(arguments) == 4
    assert capsys.readouterr().out.splitlines()[-1] == f"Alles klopt. {verify_draw.PRACTICE_SENTENCE}"
    assert verify_draw.main([*arguments, "--oefenloting"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"Goedgekeurd. {verify_draw.PRACTICE_SENTENCE}"
    (tmp_path / "d" / "geheim").mkdir()
    assert verify_draw.main([*arguments, "--oefenloting"]) == 1
    assert "Het bestand geheim/ hoort niet in deze map." in capsys.readouterr().out


def test_a_folder_in_the_place_of_a_file(case: Case, tmp_path: Path) -> None:
    """It would count as an empty file, whatever is in it."""
    place = Path(save(case, tmp_path / "d")[0])
    (place / "README.md").unlink()
    (place / "README.md").mkdir()
    empty = {**verify_draw.read_folder(place), "README.md": b""}
    (place / "SHA256SUMS").write_bytes(files.sums({one: empty[one] for one in empty if "/" not in one}))
    found = verify_draw.check(verify_draw.read_folder(place))
    assert found.codes == {"file_missing", "file_unlisted"}


def test_a_terminal_that_knows_few_signs(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = save(case, tmp_path / "d")
    (tmp_path / "d" / "é.txt").touch()
    for encoding_of, shown in (("ascii", b"Het bestand ?.txt hoort"), ("utf-8", b"Het bestand \xc3\xa9.txt")):
        screen = io.BytesIO()
        monkeypatch.setattr("sys.stdout", io.TextIOWrapper(screen, encoding=encoding_of, write_through=True))
        assert verify_draw.main(arguments) == 1
        assert shown in screen.getvalue()


def test_wrong_use_is_told_in_dutch(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        verify_draw.main(["een", "twee"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("Gebruik: ")


def test_the_script_itself(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["verify_draw.py", *save(case, tmp_path / "d")])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(verify_draw.__file__, run_name="__main__")
    assert stopped.value.code == 4


def test_the_command_line_on_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_draw.main([str(tmp_path / "weg")]) == 2
    assert capsys.readouterr().err == f"We kunnen {tmp_path / 'weg'} niet lezen.\n"
    assert verify_draw.main([str(tmp_path)]) == 1


def test_the_largest_shortfall_is_told(case: Case) -> None:
    """By counting, in panels, rounded up; nothing once the figures are wrong."""
    manifest = json.loads(case.files["manifest.json"])
    short = max(
        one["target"] * manifest["panels"] - 10**9 * one["frequency"]
        for one in case.pool["members"]
        if one["target"]
    )
    hundredths = -(-max(short, 0) // 10**7)
    (fact,) = (one for one in case.check(auditor=True).facts if one.code == "shortfall")
    told = int(str(fact.values["short"]).replace(",", ""))
    assert hundredths <= told <= hundredths + 1
    assert fact.sentence().endswith(" panels te kort voor de eerlijke kans.")
    case.pool["largest_shortfall"] += 1
    assert "shortfall" not in {one.code for one in case.check(auditor=True).facts}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only where there are pipes and devices")
def test_what_is_no_file_is_not_read(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = save(case, tmp_path / "d")
    pipe = tmp_path / "pijp"
    os.mkfifo(pipe)
    for place in (pipe, Path("/dev/zero"), tmp_path):
        assert verify_draw.main([arguments[0], "--pool", str(place)]) == 2
        assert capsys.readouterr().err == f"We kunnen {place} niet lezen.\n"
    monkeypatch.setattr(verify_draw, "MOST_BYTES", 10)
    assert verify_draw.main(arguments) == 2


def test_times_and_chances_in_words() -> None:
    assert verify_draw.moment_text(DRAWN_AT) == "23-08-2023 15:59:24 UTC"
    assert verify_draw.moment_text(10**18) == str(10**18)
    assert verify_draw.percentage(43, 1000) == "4,30 %"
    assert verify_draw.percentage(1, 3) == "33,33 %"


def test_a_library_that_is_not_there() -> None:
    assert verify_draw._module("a_module_that_nobody_has") is None
    assert not verify_draw.ed25519_holds(LIBRARIES.ed25519, "ab" * 32, "ab" * 64, b"")
