"""What an insider does after the round, with keys of his own: never accepted without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civic.sortition import publication as pub
from civic.sortition.publication import files, verify_draw
from civic.sortition.publication.draw import BILLION, VOID_RULES
from civic.sortition.publication.verify_draw import Report
from civic.sortition.stream import Stream

from .test_publication import draw
from .test_verify_draw import (
    DAY,
    DRAWN_AT,
    KEYS,
    KNOWN,
    LIBRARIES,
    REAL,
    ROUND,
    SIGNATURE,
    VOID,
    Case,
    case_of,
    event,
    logged,
    real_case,
    record,
    result_record,
    save,
    signed,
    steps,
    with_result,
)

OTHER = "ab" * 32
PEOPLE = [f"r{number:02d}" for number in range(40)]
SEATS = PANELS = 10
SECRETS = pub.make_secrets(PEOPLE, REAL)


def forged(
    keys: dict[str, Ed25519PrivateKey], number: int, fixed: tuple[str, ...] = (), excluded: int = 0
) -> Case:
    """A whole draw of forty people, made after the round; `number` is the try."""
    stream = Stream(f"forged/{number}")
    free = [one for one in PEOPLE[: len(PEOPLE) - excluded] if one not in fixed]
    panels = [[*fixed, *stream.sample(free, SEATS - len(fixed))] for _panel in range(PANELS)]
    target = (SEATS - len(fixed)) * BILLION // len(free)
    entrants = tuple(
        pub.Entrant(
            one,
            {"leeftijd": "jong"},
            person={"name": one},
            target=BILLION if one in fixed else target if one in free else 0,
            fixed=one in fixed,
            reason="sits" if one in fixed else "" if one in free else "declined",
        )
        for one in PEOPLE
    )
    named = {name: key.public_key().public_bytes_raw().hex() for name, key in keys.items()}
    made = pub.Draw(
        identifier=REAL,
        sequence=1,
        entrants=entrants,
        panels=panels,
        rules=pub.Rules(quotas=(), size=SEATS),
        secrets=SECRETS,
        procedure=steps(witnesses=named),
    )
    case = with_result(case_of(made), SIGNATURE)
    return case.log(*(by(keys, one) for one in (record(case, "commitment"), result_record(case))))


def by(keys: dict[str, Ed25519PrivateKey], one: dict[str, Any]) -> dict[str, Any]:
    """The same record, signed by these keys at the same time."""
    at = one["signatures"][0]["time"]
    message = f"cosignature/v1\ntime {at}\n{one['checkpoint']}".encode()
    signatures = [
        {"name": name, "signature": key.sign(message).hex(), "time": at} for name, key in keys.items()
    ]
    return {**one, "signatures": signatures}


def own_keys(*names: str) -> dict[str, Ed25519PrivateKey]:
    return {name: Ed25519PrivateKey.generate() for name in names}


@pytest.fixture
def real() -> Case:
    return real_case()


# --- keys of one's own -------------------------------------------------------------------------------------


def test_a_draw_that_was_forged_after_the_round() -> None:
    """Friends are drawn after a few tries, under the names of the real witnesses, with other keys."""
    keys, friends = own_keys("griffie Urk", "notaris"), {"r00", "r01"}
    for number in range(500):
        case = forged(keys, number)
        index = json.loads(case.files[files.RESULT])["index"]
        drawn = {
            one
            for one in friends
            if verify_draw.label(SECRETS[one].secret, verify_draw.label_prefix(REAL, 1), index)
            in json.loads(case.files[files.RESULT])["labels"]
        }
        if drawn == friends:
            break
    assert drawn == friends
    report = case.check(auditor=True)
    assert (report.codes, report.exit_code()) == (set(), 3)
    assert [one.code for one in report.unchecked] == ["witness_keys"] * 2
    text = "\n".join(verify_draw.lines(report))
    for name, key in keys.items():
        assert f"Getuige “{name}” heeft sleutel {key.public_key().public_bytes_raw().hex()}." in text
    assert "Vraag dat de getuige zelf, niet deze site." in text
    # who asked the witnesses knows better
    known = {name: KNOWN[name] for name in keys}
    report = case.check(witnesses=known)
    assert (report.codes, report.exit_code()) == ({"witness_keys_differ"}, 1)
    assert not report.unchecked


def test_the_keys_that_the_witnesses_gave(real: Case) -> None:
    assert real.check(witnesses=KNOWN).exit_code() == 0
    others = (
        {},
        {**KNOWN, "notaris": OTHER},
        {**KNOWN, "een vierde": OTHER},
        {"notaris": KNOWN["notaris"]},
    )
    for known in others:
        assert real.check(witnesses=known).codes == {"witness_keys_differ"}


def test_practice_has_no_remark_about_keys() -> None:
    case = with_result(case_of(draw()), pub.practice_signature(ROUND).hex())
    assert case.check().unchecked == []


def test_the_list_of_keys_on_the_command_line(
    real: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_draw, "find_libraries", lambda: LIBRARIES)
    place, listed = save(real, tmp_path / "d")[0], tmp_path / "sleutels.txt"
    assert verify_draw.main([place]) == 3
    assert KNOWN["notaris"] in capsys.readouterr().out
    good = "".join(f"{key} {name}\n" for name, key in KNOWN.items())
    for text, code in (
        (good, 0),
        (f"\ufeff\r\n{good.upper().replace('GRIFFIE URK', 'griffie Urk')}", 1),  # other names
        (good.replace("\n", "\r\n\r\n"), 0),
        (good.partition("\n")[2], 1),
        ("", 1),
        (good + good, 2),
        ("notaris " + KNOWN["notaris"], 2),
        (KNOWN["notaris"], 2),
    ):
        listed.write_text(text, encoding="utf-8")
        assert verify_draw.main([place, "--getuigen", str(listed)]) == code, text
    listed.write_bytes(b"\xff")
    assert verify_draw.main([place, "--getuigen", str(listed)]) == 2
    assert "een sleutel, een spatie en een naam" in capsys.readouterr().err
    assert verify_draw.main([place, "--getuigen", str(tmp_path / "weg")]) == 2


# --- two logs for two halves of the witnesses --------------------------------------------------------------


def test_two_pairs_of_four_witnesses_cannot_each_have_a_draw() -> None:
    keys = own_keys("W1", "W2", "W3", "W4")
    for number, pair in enumerate((("W1", "W2"), ("W3", "W4"))):
        case = forged(keys, number)
        halves = [by({name: keys[name] for name in pair}, one) for one in case.records]
        assert case.log(*halves).codes() == {"commitment_unwitnessed"}
    three = {name: keys[name] for name in ("W1", "W2", "W4")}
    report = case.log(*(by(three, one) for one in case.records)).check()
    assert report.codes == set()
    assert "Minstens 3 getuigen" in "\n".join(one.sentence() for one in report.facts)


@pytest.mark.parametrize(("named", "least"), [(0, 2), (1, 2), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (9, 5)])
def test_more_than_half_of_the_witnesses(named: int, least: int) -> None:
    bundle = verify_draw.Bundle({"witnesses": [{}] * named}, b"", None, None, "")
    assert bundle.least == least


# --- again, with a reason that came too late ---------------------------------------------------------------


def moment(number: int) -> int:
    return verify_draw.CHAINS[pub.QUICKNET].moment(number)


def other(real: Case, value: str, sequence: int = 2) -> dict[str, Any]:
    return record(real, "commitment", value, commitment=OTHER, sequence=sequence)


@pytest.mark.parametrize(("at", "codes"), [(900, set()), (901, {"two_manifests"}), (999, {"two_manifests"})])
def test_replaced_after_its_own_number(real: Case, at: int, codes: set[str]) -> None:
    """The other was decided by round 900, a hundred rounds before this one: then it is too late."""
    first = other(real, f"{pub.QUICKNET}:900")
    replaced = record(real, "superseded", "spijt", moment(at), commitment=OTHER, sequence=2)
    assert real.log(record(real, "commitment"), result_record(real), first, replaced).codes() == codes


def test_a_later_entry_does_not_give_it_more_time(real: Case) -> None:
    entries = [other(real, f"{pub.QUICKNET}:{number}") for number in (900, 999)]
    replaced = record(real, "superseded", "spijt", moment(950), commitment=OTHER, sequence=2)
    found = real.log(record(real, "commitment"), result_record(real), *entries, replaced).codes()
    assert found == {"two_manifests"}


@pytest.mark.parametrize(
    "value", ["manifest", "", f"{pub.QUICKNET}:0", f"{pub.QUICKNET}:", f"{OTHER}:1000", f"{pub.QUICKNET}:01"]
)
def test_a_commitment_without_its_round(real: Case, value: str) -> None:
    step = {"commitment": OTHER, "draw": REAL, "kind": "commitment", "sequence": 2, "value": value}
    at = DRAWN_AT - 2 * DAY
    first = logged(event(step, at - 60), at)
    replaced = record(real, "superseded", "tijdig", at, commitment=OTHER, sequence=2)
    found = real.log(record(real, "commitment"), result_record(real), first, replaced).codes()
    assert found == {"log_entry", "two_manifests"}


def test_another_round_in_the_log_than_in_the_manifest(real: Case) -> None:
    wrong = record(real, "commitment", f"{pub.QUICKNET}:1001")
    assert real.log(wrong, result_record(real)).codes() == {"commitment_round"}


# --- the draw before ---------------------------------------------------------------------------------------


def second(*about_first: dict[str, Any]) -> Case:
    case = real_case(previous=OTHER).manifest(lambda content: content.update(sequence=2))
    own = [record(case, "commitment", sequence=2), result_record(case, sequence=2)]
    return case.log(*own, *about_first)


def first(kind: str, value: str = "", days: int = 5, sequence: int = 1) -> dict[str, Any]:
    return record(real_case(), kind, value, DRAWN_AT - days * DAY, commitment=OTHER, sequence=sequence)


def test_the_draw_before_is_in_the_log() -> None:
    assert second().codes() == {"previous_unlogged"}
    assert second(first("commitment"), first("result", OTHER, 4)).codes() == set()
    assert second(first("commitment"), first("voided", VOID, 4)).codes() == set()
    assert second(first("commitment"), first("superseded", "x", 4)).codes() == set()
    numbered = second(first("commitment", sequence=7), first("result", OTHER, 4))
    assert numbered.codes() == {"previous_unlogged"}


def test_the_draw_before_was_still_open() -> None:
    """Its end came after this one began, or nobody witnessed it, or for no reason that was agreed."""
    assert second(first("commitment")).codes() == {"two_manifests"}
    assert second(first("commitment"), first("result", OTHER, 1)).codes() == {"two_manifests"}
    assert second(first("commitment"), first("voided", "spijt", 4)).codes() == {"two_manifests"}
    late = first("result", OTHER, 4)
    late["signatures"] = [signed(name, late["checkpoint"], DRAWN_AT + 9) for name in list(KEYS)[:2]]
    assert second(first("commitment"), late).codes() == {"two_manifests"}


# --- who has a seat already, and who has no chance ---------------------------------------------------------


def test_fixed_and_excluded_people_are_always_told() -> None:
    report = forged(KEYS, 0, ("r00", "r01", "r02"), 25).check(witnesses=KNOWN)
    assert report.exit_code() == 0
    text = "\n".join(verify_draw.lines(report))
    assert "- Aantal mensen met een vaste plaats: 3." in text
    assert "- Aantal mensen dat niet meedoet: 25." in text
    codes = [one.code for one in report.limits]
    assert codes[-3:] == ["fixed_seats", "left_out", "quotas_private"]


def test_nobody_and_a_group_that_fits_nowhere() -> None:
    case = with_result(case_of(draw()), pub.practice_signature(ROUND).hex())
    told = {"fixed_seats", "left_out", "no_panel"}
    assert not told & {one.code for one in case.check().limits}
    case.manifest(lambda one: one.update(impossible=2, histogram=[[0, 2], *one["histogram"]]))
    text = "\n".join(one.sentence() for one in case.check().limits)
    assert "Aantal mensen dat in geen enkel panel past: 2." in text


def chances(**changes: Any) -> str:
    """What is said of the chances in a practice draw of 40 people and 20 panels of 6 with this manifest."""
    case = with_result(case_of(draw()), pub.practice_signature(ROUND).hex())
    report = case.manifest(lambda one: one.update(upper_bound=BILLION, **changes)).check()
    said = {one.code: one.sentence() for one in (*report.facts, *report.failures)}
    return said.get("histogram") or said.get("histogram_left", "")


def test_the_smallest_chance_is_of_those_who_can_be_drawn() -> None:
    """Not of who holds a seat, does not take part or fits nowhere; of who has bad luck it is."""
    counted = [[0, 19], [5, 20], [20, 1]]
    exact = chances(fixed=1, excluded=10, impossible=9, histogram=counted)
    assert exact.endswith("20 mensen kunnen geloot worden: kans 25,00 % tot 25,00 %.")
    unlucky = chances(fixed=1, excluded=10, impossible=8, histogram=counted)
    assert unlucky.endswith("21 mensen kunnen geloot worden: kans 0,00 % tot 25,00 %.")
    certain = chances(excluded=10, impossible=9, histogram=counted)
    assert certain.endswith("21 mensen kunnen geloot worden: kans 25,00 % tot 100,00 %.")
    for more in ({"fixed": 2}, {"excluded": 20}, {"excluded": 10, "impossible": 10}):
        assert "past niet bij wie vastligt" in chances(histogram=counted, **more)


# --- another draw that ended, for each of the reasons there are -------------------------------------------

UNWITNESSED = "te-weinig-getuigen"


def ended(*about_first: dict[str, Any]) -> Report:
    """A second draw after one that came to nothing; its manifest allows all reasons."""
    case = real_case(previous=OTHER, void_rules=VOID_RULES)
    case.manifest(lambda content: content.update(sequence=2))
    own = [record(case, "commitment", sequence=2), result_record(case, sequence=2)]
    return case.log(*own, *about_first).check(witnesses=KNOWN)


@pytest.mark.parametrize("reason", [one for one in VOID_RULES if one != UNWITNESSED])
def test_a_draw_can_follow_one_that_ended_for_an_agreed_reason(reason: str) -> None:
    report = ended(first("commitment"), first("voided", reason, 4))
    assert report.codes == set()
    told = [one.sentence() for one in report.limits if one.code == "before_voided"]
    assert told == [
        f"Loting met volgnummer 1 is ongeldig: {verify_draw.REASONS[reason]}. Bekijk ook die loting."
    ]


ITS_ROUND = DRAWN_AT - 3 * DAY  # when the number of the first draw came


def begun(days: float = 5) -> dict[str, Any]:
    """The first draw, decided by a round of drand's other chain three days before that of the second."""
    chain = verify_draw.CHAINS[verify_draw.DEFAULT]
    value = f"{verify_draw.DEFAULT}:{(ITS_ROUND - chain.genesis) // chain.period + 1}"
    return record(real_case(), "commitment", value, int(DRAWN_AT - days * DAY), commitment=OTHER)


def step(kind: str, value: str, days: float) -> dict[str, Any]:
    return record(real_case(), kind, value, int(DRAWN_AT - days * DAY), commitment=OTHER)


def test_too_few_witnesses_is_a_reason_only_when_there_were_too_few() -> None:
    void = step("voided", UNWITNESSED, 2.5)
    assert ended(begun(), void).codes == {"two_manifests"}
    assert ended({**begun(), "signatures": begun()["signatures"][:1]}, void).codes == set()
    assert ended(begun(3.9), void).codes == set()  # signed, but less than a day ahead
    assert ended(begun(3.9), begun(5), void).codes == {"two_manifests"}


def test_replaced_too_late_and_then_declared_void() -> None:
    """Witnesses signed the replacement after its own number: only declaring it void ends it then."""
    late = step("superseded", "fout-in-de-pool", 2.9)
    assert ended(begun(), late).codes == {"two_manifests"}
    came_too_late = step("superseded", "lotingsgetal-kwam-toch", 2.9)
    assert ended(begun(), came_too_late).codes == {"two_manifests"}
    void = step("voided", "fout-in-de-lijst-met-aanmeldingen", 2.5)
    report = ended(begun(), late, void)
    assert report.codes == set()
    assert [one.code for one in report.limits][:2] == ["before_replaced", "before_voided"]
    assert ended(begun(), step("superseded", "fout-in-de-pool", 3.1)).codes == set()


def test_an_end_that_was_written_down_later_with_an_earlier_time() -> None:
    """What an entry says of its own time is no proof: its place in the log comes after this draw began."""
    for kind, value in (("voided", VOID), ("result", OTHER)):
        entry = json.loads(step(kind, value, 4)["entry"])
        assert ended(begun(), logged(entry, int(DRAWN_AT - 4 * DAY))).codes == set()
        assert ended(begun(), logged(entry, DRAWN_AT - DAY)).codes == {"two_manifests"}


@pytest.mark.parametrize("reason", VOID_RULES)
def test_no_draw_is_void_for_a_reason_that_its_manifest_does_not_name(reason: str) -> None:
    case = real_case(void_rules=tuple(one for one in VOID_RULES if one != reason))
    both = [record(case, "commitment"), result_record(case)]
    void = record(case, "voided", reason, at=DRAWN_AT + 9)
    assert case.log(*both, void).codes() == {"voided", "void_reason"}
