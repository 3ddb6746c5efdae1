"""Ways to spoil a public folder, each with the code that has to be among those that refuse it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from civic.sortition.publication import files, verify_draw

from .bundle_maker import DAY, DRAWN_AT, Made, signed

Json = dict[str, Any]
LATE = DRAWN_AT + 600
OTHER = "ab" * 32


@dataclass(frozen=True)
class Spoil:
    """`needs` is a kind of folder that this can be done to, '' any. `where`: what has to be given for it to
    be seen (public, auditor, receipt)."""

    code: str
    change: Callable[[Made], Any]
    needs: str = ""
    where: str = "public"
    is_sealed: bool = True  # the sums are made right again

    def fits(self, made: Made) -> bool:
        kinds: dict[str, bool] = {
            "": True,
            "real": made.is_real,
            "log": bool(made.records),
            "signed": bool(made.records and made.records[0]["signatures"]),
            "balls": int(made.balls or 0) > 0,
            "fallback": bool(json.loads(made.files[files.MANIFEST])["fallback"]),
            "open": "person_hash" not in made.pool["members"][0],
            "panels": json.loads(made.files[files.MANIFEST])["panels"] > 1,
        }
        return kinds[self.needs]


def manifest(change: Callable[[Json], Any]) -> Callable[[Made], None]:
    """Another manifest, with a result and a log that follow from it."""

    def _change(made: Made) -> None:
        made.manifest(change)
        made.follow()

    return _change


def lines(change: Callable[[list[str]], list[str]]) -> Callable[[Made], None]:
    def _change(made: Made) -> None:
        made.lines(change)
        made.follow()

    return _change


def result(change: Callable[[Json], Any]) -> Callable[[Made], None]:
    return lambda made: made.result(change)


def record(change: Callable[[Json], Any]) -> Callable[[Made], None]:
    """Something about the first record, which is the commitment."""
    return lambda made: change(made.records[0])


def add(kind: str, value: str, at: int = LATE, **other: Any) -> Callable[[Made], None]:
    return lambda made: made.records.append(made.step(kind, value, at, **other))


def listed(change: Callable[[Json], Any]) -> Callable[[Made], None]:
    return lambda made: change(made.pool)


def first(change: Callable[[Json], Any]) -> Callable[[Made], None]:
    return lambda made: change(made.pool["members"][0])


def receipt(change: Callable[[Json], Any]) -> Callable[[Made], None]:
    return lambda made: change(made.receipt)


def file(name: str, data: Callable[[bytes], bytes]) -> Callable[[Made], None]:
    return lambda made: made.files.update({name: data(made.files.get(name, b""))})


def _loose(data: bytes) -> bytes:
    return json.dumps(json.loads(data), indent=1).encode()


def _again(made: Made) -> None:
    """The lines of panel 0 once more as panel 1."""

    def change(old: list[str]) -> list[str]:
        width = len(old[0].split(" ")[0])
        zero, one = (f"{number:0{width}d} " for number in (0, 1))
        copied = [one + line.removeprefix(zero) for line in old if line.startswith(zero)]
        return sorted([line for line in old if not line.startswith(one)] + copied)

    made.lines(change)
    made.follow()


def _rename(one: Json) -> None:
    """A practice draw by the name of a real one, and the other way round."""
    is_practice = one["draw"].startswith("oefenloting-")
    one["draw"] = one["draw"].removeprefix("oefenloting-") if is_practice else "oefenloting-" + one["draw"]


def _broken_log(made: Made) -> None:
    made.records.clear()
    made.files[files.LOG] = b'"\\ud800"'


def _no_log(made: Made) -> None:
    made.records.clear()
    del made.files[files.LOG]


def _one_secret(content: Json) -> None:
    for member in content["members"]:
        member["secret"] = "ab" * 16


def _other_secret(made: Made) -> None:
    members = made.pool["members"]
    members[1]["secret"] = members[0]["secret"]


def _lonely(one: Json) -> None:
    one["signatures"] = one["signatures"][:1]


def _early(one: Json) -> None:
    """Signed by the right key, but an hour and a second before: the event had not happened."""
    at = json.loads(one["entry"])["at"] - 1
    one["signatures"] = [signed(sign["name"], one["checkpoint"], at) for sign in one["signatures"]]


def _narrow(one: Json) -> None:
    """A quota that at least one panel breaks: more seats than there are."""
    one["quotas"][0].update(min=one["panel_size"], max=one["panel_size"])
    one["quotas"].append({"condition": [], "constituencies": [], "max": 0, "min": 0})


def _fixed_elsewhere(content: Json) -> None:
    for member in content["members"]:
        member["fixed"] = not member["fixed"]


def _all_out(content: Json) -> None:
    for member in content["members"]:
        if not member["fixed"]:
            member.update(target=0, reason="declined")


def manifest_only(change: Callable[[Json], Any]) -> Callable[[Made], None]:
    """Another manifest with its result and its log, but without the draw before it."""

    def _change(made: Made) -> None:
        made.manifest(change)
        made.follow()
        made.records = [one for one in made.records if '"sequence":8' not in one["entry"]]

    return _change


def _later(one: Json) -> None:
    one.update(sequence=9, previous=OTHER)


def _entry(old: str, new: str) -> Callable[[Made], None]:
    return record(lambda one: one.update(entry=one["entry"].replace(old, new)))


SPOILS: tuple[Spoil, ...] = (
    # the folder
    Spoil("file_missing", lambda made: made.files.pop(files.README)),
    Spoil("file_missing", lambda made: made.files.pop(files.RESULT), is_sealed=False),
    Spoil("file_changed", file(files.README, lambda old: old + b" "), is_sealed=False),
    Spoil("file_changed", file(files.PANELS, lambda old: old[:-1]), is_sealed=False),
    Spoil("file_unlisted", file("pool.json", lambda _old: b"{}")),
    Spoil("sums_unreadable", file(files.SUMS, lambda old: old + b"x\n"), is_sealed=False),
    Spoil("unreadable", file(files.MANIFEST, lambda old: old[:-1])),
    Spoil("unreadable", file(files.MANIFEST, lambda old: old.replace(b'"fixed":', b'"fixed":0.'))),
    Spoil("unreadable", file(files.MANIFEST, lambda old: old.replace(b"{", b'{"fixed":1,', 1))),
    Spoil("unreadable", file(files.RESULT, lambda _old: b"\xff")),
    Spoil("unreadable", file(files.RESULT, lambda _old: b"[" * 50_000)),
    Spoil("unreadable", _broken_log),
    Spoil("not_canonical", file(files.MANIFEST, _loose)),
    Spoil("not_canonical", file(files.RESULT, lambda old: old + b"\n")),
    Spoil("wrong_field", manifest(lambda one: one.update(extra=1))),
    Spoil("wrong_field", manifest(lambda one: one.update(pool="Panel 7"))),
    Spoil("wrong_field", manifest(lambda one: one.update(void_rules=["een reden"]))),
    Spoil("wrong_field", result(lambda one: one.update(index=True))),
    Spoil("wrong_field", result(lambda one: one["beacon"].update(signature=OTHER.upper()))),
    # the manifest
    Spoil("practice_mixed", manifest(lambda one: one.update(practice=not one["practice"]))),
    Spoil("practice_mixed", manifest(_rename)),
    Spoil("unknown_chain", manifest(lambda one: one["beacon"].update(chain=OTHER))),
    Spoil("fallback_chain", manifest(lambda one: one.update(fallback=[{"chain": OTHER, "round": 9}]))),
    Spoil("fallback_chain", manifest(lambda one: one.update(fallback=[dict(one["beacon"])]))),
    Spoil("too_few_witnesses", manifest(lambda one: one.update(witnesses=one["witnesses"][:1])), "real"),
    Spoil("witness_twice", manifest(lambda one: one.update(witnesses=[{"key": OTHER, "name": "x"}] * 2))),
    Spoil("sequence_gap", manifest(lambda one: one.update(previous="" if one["previous"] else OTHER))),
    Spoil("sequence_gap", manifest(lambda one: one.update(sequence=0))),
    Spoil("times_order", manifest(lambda one: one.update(frozen_at=one["committed_at"] + 1))),
    Spoil("committed_late", manifest(lambda one: one.update(committed_at=DRAWN_AT - DAY + 1)), "real"),
    Spoil("ball_digits", lambda made: made.manifest(lambda one: one["balls"].update(digits=3))),
    Spoil("verifier_changed", file(files.SCRIPT, lambda old: old + b"#")),
    Spoil("quota_bounds", manifest(lambda one: one["quotas"][0].update(min=9, max=8))),
    Spoil("pool_too_small", manifest(lambda one: one.update(fixed=one["panel_size"] + 1))),
    Spoil("histogram_order", manifest(lambda one: one["histogram"].append([0, 0]))),
    Spoil("histogram_people", manifest(lambda one: one["histogram"][0].__setitem__(1, 99))),
    Spoil("histogram_sum", manifest(lambda one: one["histogram"][-1].__setitem__(0, one["panels"] + 7))),
    Spoil("histogram_high", manifest(lambda one: one["histogram"][-1].__setitem__(0, one["panels"] + 1))),
    Spoil("histogram_left", manifest(lambda one: one.update(excluded=one["pool_size"] + 1))),
    Spoil("above_bound", manifest(lambda one: one.update(upper_bound=0, histogram=[[1, one["pool_size"]]]))),
    # the panels
    Spoil("panels_changed", file(files.PANELS, lambda old: old + old[:1])),
    Spoil("panels_unreadable", lines(lambda old: [*old, "x\n"])),
    Spoil("panels_unreadable", lines(lambda old: [old[0].upper().replace("0", "A"), *old[1:]])),
    Spoil("panels_order", lines(lambda old: [*old[1:], old[0]])),
    Spoil("panel_size", lines(lambda old: old[1:])),
    Spoil("panel_count", manifest(lambda one: one.update(panels=one["panels"] - 1)), "panels"),
    Spoil("label_twice", _again, "panels"),
    # the log
    Spoil("log_missing", _no_log, "real"),
    Spoil("log_entry", _entry("civic-event/1", "civic-event/2"), "log"),
    Spoil("log_entry", _entry('"subject":"public_draw"', '"subject":"panel_draw"'), "log"),
    Spoil("log_entry", _entry('"kind":"commitment"', '"kind":"gossip"'), "log"),
    Spoil("log_entry", _entry('"value":"', '"value": "'), "log"),
    Spoil("log_entry", add("commitment", "manifest", commitment=OTHER), "log"),
    Spoil("log_entry", add("commitment", f"{OTHER}:1000", commitment=OTHER), "log"),
    Spoil(
        "commitment_round",
        lambda made: made.records.__setitem__(0, made.step("commitment", f"{verify_draw.QUICKNET}:1001")),
        "log",
    ),
    Spoil("previous_unlogged", manifest_only(_later), "log"),
    Spoil("log_proof", record(lambda one: one.update(index=one["index"] + 9)), "log"),
    Spoil("log_proof", record(lambda one: one.update(proof=one["proof"][1:])), "log"),
    Spoil("log_proof", record(lambda one: one.update(checkpoint=one["checkpoint"][:-1])), "log"),
    Spoil("log_proof", _entry('"subject_id":3', '"subject_id":4'), "log"),
    Spoil("log_other", add("commitment", "", draw="panel-elders"), "log"),
    Spoil("log_other", add("balls", "", sequence=77), "log"),
    Spoil("witness_unknown", record(lambda one: one["signatures"][0].update(name="een ander")), "signed"),
    Spoil("witness_signature", record(lambda one: one["signatures"][0].update(signature=OTHER * 2)), "real"),
    Spoil("witness_signature", record(lambda one: one["signatures"][1].update(time=LATE)), "real"),
    Spoil("witness_early", record(_early), "signed"),
    Spoil("commitment_unlogged", lambda made: made.records.pop(0), "log"),
    Spoil("commitment_unwitnessed", record(_lonely), "real"),
    Spoil(
        "commitment_unwitnessed",
        lambda made: made.records.__setitem__(0, made.step("commitment", "", DRAWN_AT - DAY + 1)),
        "real",
    ),
    Spoil("two_manifests", add("commitment", "", DRAWN_AT - DAY, commitment=OTHER, sequence=9), "log"),
    Spoil("superseded", add("superseded", "nieuwe-lijst", DRAWN_AT - DAY), "log"),
    Spoil("superseded_late", add("superseded", "bevalt-niet", LATE + 4000), "log"),
    Spoil("voided", add("voided", "fout-in-het-lotingsgetal"), "log"),
    Spoil("void_reason", add("voided", "bevalt-niet"), "log"),
    Spoil(
        "balls_twice",
        lambda made: made.records.append(made.step("balls", "1" + made.balls, DRAWN_AT - 9)),
        "balls",
    ),
    Spoil("balls_wrong", lambda made: made.records.pop(2), "balls"),
    Spoil("result_differs", add("result", OTHER), "log"),
    # the result
    Spoil("result_other_draw", result(lambda one: one.update(sequence=one["sequence"] + 1))),
    Spoil("result_other_draw", result(lambda one: one.update(practice=not one["practice"]))),
    Spoil("commitment_stale", lambda made: made.manifest(lambda one: one.update(software="ander 2"))),
    Spoil("commitment_stale", result(lambda one: one.update(commitment=OTHER))),
    Spoil("chain_wrong", result(lambda one: one["beacon"].update(round=1001))),
    Spoil(
        "fallback_unlogged",
        result(lambda one: one["beacon"].update(chain=verify_draw.DEFAULT, round=4_000_000)),
        "fallback",
    ),
    Spoil("randomness_wrong", result(lambda one: one["beacon"].update(randomness=OTHER))),
    Spoil("signature_wrong", result(lambda one: one["beacon"].update(signature=OTHER))),
    Spoil("balls_wrong", result(lambda one: one.update(balls=one["balls"] + "1"))),
    Spoil("index_wrong", result(lambda one: one.update(index=one["index"] + 1))),
    Spoil("labels_wrong", result(lambda one: one["labels"].reverse())),
    Spoil("labels_wrong", result(lambda one: one["labels"].pop())),
    # the auditor's list
    Spoil("pool_other_draw", listed(lambda one: one.update(sequence=99)), where="auditor"),
    Spoil("pool_other_draw", listed(lambda one: one.update(pool="panel-x")), where="auditor"),
    Spoil("pool_count", listed(lambda one: one["members"].pop()), where="auditor"),
    Spoil("root_wrong", listed(lambda one: one["members"].pop()), where="auditor"),
    Spoil("label_unknown", listed(_one_secret), where="auditor"),
    Spoil("id_twice", first(lambda one: one.update(id="r01")), where="auditor"),
    Spoil("secret_twice", _other_secret, where="auditor"),
    Spoil(
        "person_twice",
        listed(lambda one: one["members"][1].update(person=one["members"][2]["person"])),
        where="auditor",
    ),
    Spoil("leaf_wrong", first(lambda one: one["answers"].update(wijk="Urk")), "open", "auditor"),
    Spoil("leaf_wrong", first(lambda one: one.update(leaf=OTHER)), where="auditor"),
    Spoil("wrong_field", first(lambda one: one.update(person_hash=OTHER)), "open", "auditor"),
    Spoil("quota_missed", manifest(_narrow), where="auditor"),
    Spoil("feature_missing", first(lambda one: one["answers"].pop("leeftijd")), "open", "auditor"),
    Spoil("exempt_changed", listed(lambda one: one["exempt"].append("Kade 2b")), where="auditor"),
    Spoil("fixed_count", listed(_fixed_elsewhere), where="auditor"),
    Spoil("reason_missing", first(lambda one: one.update(target=0)), where="auditor"),
    Spoil("reason_wrong", first(lambda one: one.update(reason="vriend")), where="auditor"),
    Spoil("out_count", manifest(lambda one: one.update(impossible=1)), where="auditor"),
    Spoil("out_seated", listed(_all_out), where="auditor"),
    Spoil("frequency_wrong", first(lambda one: one.update(frequency=one["frequency"] + 1)), where="auditor"),
    Spoil(
        "bound_differs", listed(lambda one: one.update(upper_bound=one["upper_bound"] + 1)), where="auditor"
    ),
    Spoil(
        "shortfall_differs",
        listed(lambda one: one.update(largest_shortfall=one["largest_shortfall"] + 1)),
        where="auditor",
    ),
    Spoil("targets_sum", first(lambda one: one.update(target=one["target"] + 10**6)), where="auditor"),
    # a receipt
    Spoil("receipt_other_draw", receipt(lambda one: one.update(draw="panel-x")), where="receipt"),
    Spoil("receipt_leaf", receipt(lambda one: one["person"].update(name="Iemand anders")), where="receipt"),
    Spoil("receipt_leaf", receipt(lambda one: one["answers"].update(wijk="Urk")), where="receipt"),
    Spoil("receipt_proof", receipt(lambda one: one["proof"].append(OTHER)), where="receipt"),
    Spoil("receipt_proof", receipt(lambda one: one.update(size=one["size"] + 1)), where="receipt"),
)
