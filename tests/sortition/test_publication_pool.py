"""One pool with several draws, and registrants who withdrew after the freeze."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from civic.sortition import publication as pub
from civic.sortition.errors import InvalidProblem
from civic.sortition.publication import encoding, files, verify_draw
from civic.sortition.publication.draw import BILLION, attributes, person
from civic.sortition.publication.verify_draw import check

from .test_publication import MASTER, NAME, draw, panels, pool
from .test_verify_draw import DAY, DRAWN_AT, REAL, Case, case_of, record, save, steps, with_result

POOL = "panel-7"
SECRETS = pub.make_secrets([one.id for one in pool()], POOL, MASTER)


def of_pool(**changes: Any) -> pub.Draw:
    return draw(**{"pool": POOL, "secrets": SECRETS, **changes})


# --- one pool ----------------------------------------------------------------------------------------------


def test_practice_and_real_share_their_leaves_but_no_label() -> None:
    """The receipt of the freeze holds for both; the rule about names is for the draw only."""
    rehearsal, real = of_pool(), of_pool(identifier=REAL, procedure=steps())
    assert rehearsal.leaves == real.leaves
    assert rehearsal.leaves != draw(secrets=SECRETS).leaves
    first, second = ({one for panel in made.labels for one in panel} for made in (rehearsal, real))
    assert not first & second
    manifest = json.loads(files.public_files(real)[files.MANIFEST])
    assert (manifest["draw"], manifest["pool"]) == (REAL, POOL)


def test_without_a_pool_it_is_the_draw_itself() -> None:
    assert draw().pool == NAME
    assert draw().leaves == draw(pool=NAME).leaves


def test_a_leaf_by_hand() -> None:
    made, one = of_pool(), pool()[0]
    secret = SECRETS[one.id]

    def salted(salt: bytes, value: Any) -> str:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(salt + text.encode()).hexdigest()

    entry = {
        "attributes": salted(secret.salt_attributes, {"address": "", "answers": dict(one.answers)}),
        "draw": POOL,
        "person": salted(secret.salt_person, dict(one.person)),
        "secret": hashlib.sha256(secret.secret).hexdigest(),
    }
    text = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    assert made.leaves[one.id] == hashlib.sha256(b"\x00" + text).digest()


def test_a_pool_id_of_another_form() -> None:
    with pytest.raises(InvalidProblem) as caught:
        draw(pool="Panel 7")
    assert [(one.code, one.params["draw"]) for one in caught.value.errors] == [("publish_draw_id", "Panel 7")]


def test_everything_of_a_pool_is_accepted() -> None:
    case = with_result(case_of(of_pool()), pub.practice_signature(1000).hex())
    report = case.check(auditor=True, receipt=True)
    assert (report.failures, report.unchecked) == ([], [])


def test_another_pool_in_the_manifest() -> None:
    """The list says which pool it is of; if that is made to fit too, the leaves give it away."""
    case = with_result(case_of(of_pool()), pub.practice_signature(1000).hex())
    case._change(files.MANIFEST, lambda one: one.update(pool="panel-8"))
    assert {"pool_other_draw", "receipt_other_draw"} <= case.resum().codes(auditor=True, receipt=True)
    case.pool["pool"] = case.receipt["pool"] = "panel-8"
    assert {"leaf_wrong", "root_wrong", "receipt_leaf"} <= case.codes(auditor=True, receipt=True)


def freeze_receipt(case: Case) -> dict[str, Any]:
    """What the site gives as soon as the pool is frozen (docs/adr/0008)."""
    kept = {name: value for name, value in case.receipt.items() if name not in ("pool", "sequence")}
    root = json.loads(case.files[files.MANIFEST])["pool_root"]
    return {**kept, "draw": POOL, "format": "civic-pool-receipt/1", "pool_root": root, "version": 1}


def test_the_receipt_of_the_freeze_tells_the_chance_in_every_draw_of_the_pool() -> None:
    case = with_result(case_of(of_pool()), pub.practice_signature(1000).hex())
    told = [one for one in case.check(receipt=True).facts if one.code.startswith("receipt")]
    case.receipt = freeze_receipt(case)
    assert [one for one in case.check(receipt=True).facts if one.code.startswith("receipt")] == told
    case.receipt["draw"] = "panel-8"
    assert case.codes(receipt=True) == {"receipt_other_draw"}


# --- who withdrew ------------------------------------------------------------------------------------------


def closing(*ids: str, **changes: Any) -> pub.Draw:
    """The same draw after these people withdrew: their leaves are opened to their hashes only."""
    secrets, entrants = dict(SECRETS), list(pool())
    for place, one in enumerate(entrants):
        if one.id in ids:
            kept = secrets[one.id]
            hashes = pub.Hashes(
                person=encoding.salted(kept.salt_person, person(one)),
                attributes=encoding.salted(kept.salt_attributes, attributes(one)),
            )
            entrants[place] = pub.Entrant(one.id, {}, target=one.target, hashes=hashes)
            secrets[one.id] = pub.Secret(kept.secret)
    return of_pool(entrants=tuple(entrants), secrets=secrets, **changes)


def test_who_withdrew_keeps_the_leaf() -> None:
    made = closing("p04", "p30")
    assert made.leaves == of_pool().leaves
    assert made.tree.root == of_pool().tree.root
    public = files.public_files(made)
    assert public == files.public_files(of_pool())
    listed = {one["id"]: one for one in json.loads(files.pool_file(made))["members"]}
    assert set(listed["p04"]) == {
        *("attributes_hash", "fixed", "frequency", "id", "leaf", "person_hash", "reason", "secret", "target")
    }
    assert 'Zoë 4"' not in json.dumps(listed, ensure_ascii=False)
    assert 'Zoë 5"' in json.dumps(listed, ensure_ascii=False)


def test_a_closed_member_is_accepted_and_counted() -> None:
    made = closing("p04", "p30")
    report = check(files.public_files(made), pool=files.pool_file(made))
    assert (report.codes, [one.code for one in report.unchecked]) == (set(), ["no_result"])
    limits = {one.code: one for one in report.limits}
    seats = made.frequencies["p04"] + made.frequencies["p30"]
    assert (limits["closed"].values["count"], limits["closed_seated"].values["count"]) == (2, seats)
    assert "p04" not in " ".join(one.sentence() for one in report.limits)
    whole = check(files.public_files(of_pool()), pool=files.pool_file(of_pool()))
    assert not {"closed", "closed_seated"} & {one.code for one in whole.limits}


def test_a_closed_member_who_sits_nowhere() -> None:
    others = [panel for panel in panels(60) if "p04" not in panel][:20]
    made = closing("p04", panels=others)
    codes = {one.code for one in check(files.public_files(made), pool=files.pool_file(made)).limits}
    assert "closed" in codes
    assert "closed_seated" not in codes


def test_a_closed_member_does_not_excuse_a_broken_quota() -> None:
    """Five of the young and one who withdrew: at most four may be young, whoever that one is."""
    broken = ("p00", "p02", "p06", "p08", "p12", "p04")
    for closed, code in ((("p04",), "quota_missed"), (("p04", "p12"), None)):
        made = closing(*closed, panels=[*panels()[:-1], broken])
        report = check(files.public_files(made), pool=files.pool_file(made))
        assert report.codes == ({code} if code else set())
    too_few = closing("p01", panels=[*panels()[:-1], ("p00", "p02", "p04", "p06", "p08", "p01")])
    said = [one.sentence() for one in check(files.public_files(too_few), files.pool_file(too_few)).failures]
    assert "Panel 19 heeft 0 plaatsen voor “leeftijd: oud”. Dat moet 2 tot 4 zijn." in said


@pytest.mark.parametrize("name", ["person_hash", "attributes_hash"])
def test_another_hash_of_a_closed_member(name: str) -> None:
    made = closing("p04")
    listed = json.loads(files.pool_file(made))
    listed["members"][4][name] = "ab" * 32
    found = check(files.public_files(made), pool=encoding.canonical(listed))
    assert found.codes == {"leaf_wrong", "root_wrong"}


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.pop("attributes_hash"),
        lambda one: one.update(answers={}),
        lambda one: one.update(person_hash="geen"),
        lambda one: one.pop("secret"),
    ],
)
def test_a_closed_member_of_another_shape(change: Any) -> None:
    made = closing("p04")
    listed = json.loads(files.pool_file(made))
    change(listed["members"][4])
    assert check(files.public_files(made), pool=encoding.canonical(listed)).codes == {"wrong_field"}


def test_who_withdrew_gets_no_receipt(tmp_path: Path) -> None:
    made = closing("p04")
    with pytest.raises(ValueError, match="p04 withdrew"):
        files.receipt(made, made.entrants[4])
    pub.write(tmp_path / "openbaar", made)
    pub.write_confidential(tmp_path / "v", made)
    assert len(list((tmp_path / "v" / "receipts").iterdir())) == len(pool()) - 1


def test_a_secret_is_needed_all_the_same() -> None:
    made = closing("p04")
    with pytest.raises(InvalidProblem, match="publish_secret_length"):
        replace(made, secrets={**made.secrets, "p04": pub.Secret(b"short")})
    with pytest.raises(InvalidProblem, match="publish_secret_length"):
        replace(made, secrets={**made.secrets, "p05": pub.Secret(SECRETS["p05"].secret)})


def test_two_members_with_one_secret_are_found_though_closed() -> None:
    made = closing("p04")
    same = {**made.secrets, "p04": pub.Secret(made.secrets["p00"].secret)}
    doubled = replace(made, secrets=same)
    assert "secret_twice" in check(files.public_files(doubled), files.pool_file(doubled)).codes


# --- why somebody is fixed or cannot be drawn --------------------------------------------------------------

SEATED, OUT = ("p06", "p09"), {"p01": "declined", "p02": "no_panel", "p03": "no_panel", "p05": "withdrawn"}


def second_draw(**changes: Any) -> Case:
    """A replacement draw: two people sit already, four cannot be drawn."""
    free = [one for one in pool() if one.id not in {*SEATED, *OUT}]
    drawn = [panel for panel in panels(4000, SEATED) if not set(panel) & set(OUT)][:20]
    share = 4 * BILLION // len(free)
    entrants = tuple(
        replace(one, fixed=True, target=BILLION, reason="sits" if one.id == "p06" else "invited")
        if one.id in SEATED
        else replace(one, target=0 if one.id in OUT else share, reason=OUT.get(one.id, ""))
        for one in pool()
    )
    steps_of_it = replace(pub.practice(1000), kind="replacement", previous="ab" * 32)
    parts = {"entrants": entrants, "panels": drawn, "sequence": 3, "procedure": steps_of_it, **changes}
    return with_result(case_of(of_pool(**parts)), pub.practice_signature(1000).hex())


def member(case: Case, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in case.pool["members"] if one["id"] == name)
    return found


def test_the_auditor_hears_how_many_people_have_which_reason() -> None:
    report = second_draw().check(auditor=True)
    assert report.failures == []
    counts = {one.code: one.values.get("count") for one in report.limits}
    told = {"fixed_sits": 1, "fixed_invited": 1, "out_declined": 1, "out_withdrawn": 1, "out_no_panel": 2}
    assert told.items() <= counts.items()
    assert "earlier_missing" in counts
    public = {one.code: one.values.get("count") for one in second_draw().check().limits}
    assert {"fixed_seats": 2, "left_out": 2, "no_panel": 2}.items() <= public.items()
    assert not {*told, "earlier_missing"} & set(public)
    assert not {"fixed_seats", "left_out", "no_panel"} & set(counts)  # the reasons say more
    manifest = json.loads(second_draw().files[files.MANIFEST])
    assert [manifest[one] for one in ("fixed", "excluded", "impossible")] == [2, 2, 2]


@pytest.mark.parametrize(
    ("name", "changes", "codes"),
    [
        ("p06", {"reason": ""}, {"reason_missing"}),
        ("p01", {"reason": ""}, {"reason_missing"}),
        ("p06", {"reason": "declined"}, {"reason_wrong"}),
        ("p01", {"reason": "sits"}, {"reason_wrong"}),
        ("p01", {"reason": "vriend"}, {"reason_wrong"}),
        ("p00", {"reason": "sits"}, {"reason_wrong"}),
        ("p01", {"reason": "no_panel"}, {"out_count"}),
        ("p02", {"reason": "left"}, {"out_count"}),
        ("p01", {"reason": "De buurman"}, {"wrong_field"}),
    ],
)
def test_reasons_that_do_not_fit(name: str, changes: dict[str, str], codes: set[str]) -> None:
    case = second_draw()
    member(case, name).update(changes)
    assert case.codes(auditor=True) == codes


def test_somebody_who_cannot_be_drawn_and_yet_sits_in_panels() -> None:
    case = second_draw(panels=panels(20, SEATED))
    failures = case.check(auditor=True).failures
    assert {one.code for one in failures} >= {"out_seated"}


# --- did who sits already come out of an earlier draw? -----------------------------------------------------


def earlier_of(*seated: str, **changes: Any) -> Case:
    """The first draw, of which all panels hold these people."""
    made = of_pool(**{"panels": panels(20, seated), **changes})
    return with_result(case_of(made), pub.practice_signature(1000).hex())


def with_earlier(case: Case, earlier: Case) -> verify_draw.Report:
    report = case.check(auditor=True)
    verify_draw.check_earlier(case.files, encoding.canonical(case.pool), earlier.files, report)
    return report


def test_who_sits_already_was_drawn_before() -> None:
    report = with_earlier(second_draw(), earlier_of(*SEATED))
    assert report.failures == []
    assert [one.values for one in report.facts if one.code == "earlier"] == [{"count": 2}]
    assert not {"earlier_missing", "fixed_sits", "fixed_invited"} & {one.code for one in report.limits}


def test_who_sits_already_but_was_not_drawn() -> None:
    """A friend of who made the list: by name of a reason an invited member, by the earlier result nobody."""
    report = with_earlier(second_draw(), another())
    assert [(one.code, one.values["id"]) for one in report.failures] == [
        ("earlier_not_drawn", "p06"),
        ("earlier_not_drawn", "p09"),
    ]
    assert "earlier" not in {one.code for one in report.facts}


def another(**changes: Any) -> Case:
    """An earlier draw in which none of them was drawn, two numbers before."""
    listed = [panel for panel in panels(400) if not set(SEATED) & set(panel)][:20]
    return earlier_of(**{"panels": listed, **changes})


def test_a_nominated_member_needs_no_earlier_draw() -> None:
    case = second_draw()
    for one in SEATED:
        member(case, one)["reason"] = "nominated"
    report = with_earlier(case, another())
    assert report.failures == []


def test_a_folder_that_is_no_earlier_draw_of_this_pool() -> None:
    no_result, later = earlier_of(*SEATED), second_draw()
    del no_result.files[files.RESULT]
    elsewhere = with_result(
        case_of(draw(pool="panel-8", panels=panels(20, SEATED))), pub.practice_signature(1000).hex()
    )
    for other in (no_result.resum(), later, elsewhere):
        assert with_earlier(second_draw(), other).codes == {"earlier_other"}
    broken = earlier_of(*SEATED)
    broken.files[files.PANELS] += b" "
    assert with_earlier(second_draw(), broken).codes == {"earlier_refused"}


def unsigned(one: dict[str, Any]) -> dict[str, Any]:
    """Nobody has to sign practice, and its manifest names no witnesses."""
    return {**one, "signatures": []}


def test_another_earlier_result_than_the_log_says() -> None:
    case, before = second_draw(), earlier_of(*SEATED)
    digest = hashlib.sha256(before.files[files.RESULT]).hexdigest()
    about = {"commitment": before.commitment, "draw": NAME, "sequence": 1}
    own = unsigned(record(case, "commitment", draw=NAME, sequence=3))
    chain = f"{pub.PRACTICE_CHAIN}:1000"
    first = unsigned(record(case, "commitment", chain, at=DRAWN_AT - 5 * DAY, **about))
    void = {"commitment": "ab" * 32, "draw": NAME, "sequence": 2}  # the one in between came to nothing
    between = [
        unsigned(record(case, kind, value, at=DRAWN_AT - 3 * DAY, **void))
        for kind, value in (("commitment", chain), ("voided", "uitslag-afgekeurd"))
    ]
    for value, codes in ((digest, set()), ("ab" * 32, {"earlier_other"})):
        result = unsigned(record(case, "result", value, at=DRAWN_AT - 4 * DAY, **about))
        case.log(own, first, result, *between)
        assert with_earlier(case, before).codes == codes


def test_the_draw_with_the_number_before_is_the_one_in_the_manifest() -> None:
    """A list of drawn people that was made up afterwards has another fingerprint."""
    before = earlier_of(*SEATED)
    steps_of_it = replace(pub.practice(1000), previous=before.commitment)
    case = second_draw(sequence=2, procedure=steps_of_it)
    assert with_earlier(case, before).codes == set()
    made_up = earlier_of(panels=panels(25, SEATED)[5:])
    assert with_earlier(case, made_up).codes == {"earlier_other"}


def test_nothing_is_added_to_a_refused_draw() -> None:
    case = second_draw()
    member(case, "p01")["reason"] = "sits"
    assert with_earlier(case, another()).codes == {"reason_wrong"}


def test_the_earlier_draw_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = {
        "new": second_draw(),
        "old": earlier_of(*SEATED),
        "other": another(),
    }
    for name, case in place.items():
        (tmp_path / name).mkdir()
        save(case, tmp_path / name / "d")
    new, list_of_it = str(tmp_path / "new" / "d"), str(tmp_path / "new" / "pool.json")
    practice = ["--pool", list_of_it, "--oefenloting"]
    for name, code in (("old", 0), ("other", 1)):
        assert verify_draw.main([new, *practice, "--eerder", str(tmp_path / name / "d")]) == code
    assert "in de eerdere loting niet geloot" in capsys.readouterr().out
    assert verify_draw.main([new, *practice, "--eerder", str(tmp_path / "weg")]) == 2
    with pytest.raises(SystemExit) as stopped:
        verify_draw.main([new, "--eerder", str(tmp_path / "old" / "d")])
    assert stopped.value.code == 2


# --- the page ----------------------------------------------------------------------------------------------


def test_void_rules_are_codes_and_read_as_words() -> None:
    rules = (*pub.practice().void_rules, "brand-in-de-zaal")
    page = files.public_files(of_pool(procedure=replace(pub.practice(9), void_rules=rules)))[
        files.README
    ].decode()
    assert "- Een griffier besluit: er zat een fout in het openbare getal.\n" in page
    assert "- Vanzelf: te weinig getuigen tekenden op tijd.\n" in page
    assert "- Brand in de zaal.\n" in page
    assert "heet **panel-7**" in page
    assert "fout-in" not in page
    none = files.public_files(of_pool(procedure=replace(pub.practice(9), void_rules=())))[
        files.README
    ].decode()
    assert "Er zijn geen redenen vastgelegd." in none
    spaced = files.public_files(of_pool(procedure=replace(pub.practice(9), void_rules=("een reden",))))
    assert [one.values.get("field") for one in verify_draw.check(spaced).failures] == ["void_rules.0"]
