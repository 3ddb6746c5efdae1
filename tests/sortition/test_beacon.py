"""Rounds of drand by their published vectors, without any stand-in; and what is no signature at all."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition.publication import beacon, practice_signature, verify_draw
from civic.sortition.publication.beacon import PRACTICE, QUICKNET, check_round, moment_of, round_at
from civic.sortition.publication.verify_draw import CHAINS, DEFAULT, Libraries, beacon_holds

QUICK = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
RANDOMNESS = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
# round 72785 of the default chain
CHAINED = (
    "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b8"
    "0f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42"
)
BEFORE = (
    "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f"
    "13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747"
)
INFINITY = "c0" + "00" * 47
FIELD = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16
)
COMPRESSED = 1 << 383


def point(x: int) -> str:
    """The compressed form of x on G1."""
    return (COMPRESSED + x).to_bytes(48, "big").hex()


def on_curve(x: int) -> bool:
    """Is x³ + 4 a square?"""
    return pow(x**3 + 4, (FIELD - 1) // 2, FIELD) == 1


# nearly every point of the curve lies outside the group that signatures are in
OUTSIDE = next(x for x in range(1, 99) if on_curve(x))
NOWHERE = next(x for x in range(1, 99) if not on_curve(x))


def test_the_published_round_of_quicknet() -> None:
    assert check_round(QUICKNET, 1000, QUICK)
    assert verify_draw.sha256(bytes.fromhex(QUICK)).hex() == RANDOMNESS


@pytest.mark.parametrize("number", [999, 1001, 2**53 - 1])
def test_the_same_signature_for_another_round(number: int) -> None:
    assert not check_round(QUICKNET, number, QUICK)


def test_a_published_round_of_the_default_chain() -> None:
    assert check_round(DEFAULT, 72785, CHAINED, BEFORE)
    assert not check_round(DEFAULT, 72786, CHAINED, BEFORE)
    assert not check_round(DEFAULT, 72785, BEFORE, CHAINED)
    assert not check_round(DEFAULT, 72785, CHAINED, CHAINED)


def test_the_practice_chain() -> None:
    assert check_round(PRACTICE, 7, practice_signature(7).hex())
    assert not check_round(PRACTICE, 8, practice_signature(7).hex())


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(point(NOWHERE), id="not on the curve"),
        pytest.param(point(OUTSIDE), id="wrong subgroup"),
        pytest.param(INFINITY, id="infinity"),
        pytest.param(point(1 << 382), id="half infinity"),
        pytest.param("e" + INFINITY[1:], id="infinity with a sign"),
        pytest.param(point(FIELD), id="not reduced"),
        pytest.param("0" + QUICK[1:], id="not compressed"),
        pytest.param(QUICK[:-2], id="short"),
        pytest.param(QUICK + "00", id="long"),
        pytest.param(QUICK.upper(), id="upper case"),
        pytest.param(f" {QUICK[1:]}", id="blank"),
        pytest.param(f"{QUICK}\n", id="line end"),
        pytest.param("٤" * 96, id="other digits"),
        pytest.param("", id="nothing"),
        pytest.param(CHAINED, id="of the other chain"),
    ],
)
def test_what_is_no_signature(signature: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_round(QUICKNET, 1000, signature)


@pytest.mark.parametrize(
    ("signature", "previous"),
    [
        pytest.param("c0" + "00" * 95, BEFORE, id="infinity"),
        pytest.param(CHAINED[96:] + CHAINED[:96], BEFORE, id="halves swapped"),
        pytest.param("80" + "00" * 95, BEFORE, id="not in the group"),
        pytest.param(CHAINED, "", id="without the one before"),
        pytest.param(CHAINED, BEFORE.upper(), id="upper case before"),
        pytest.param(QUICK, BEFORE, id="of the other chain"),
    ],
)
def test_what_is_no_signature_of_the_default_chain(signature: str, previous: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_round(DEFAULT, 72785, signature, previous)


def test_the_other_point_with_the_same_x() -> None:
    """The sign flipped: a point of the group, but not the signature."""
    assert not check_round(QUICKNET, 1000, "9" + QUICK[1:])


@pytest.mark.parametrize(
    ("chain", "number"), [("ab" * 32, 1), ("", 1), (QUICKNET, 0), (QUICKNET, -1), (QUICKNET, 2**53)]
)
def test_no_such_chain_or_round(chain: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"chain|round"):
        check_round(chain, number, QUICK)
    with pytest.raises(ValueError, match=r"chain|round"):
        check_round(chain, number, QUICK, BEFORE)


def test_without_the_library_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beacon, "curve_library", lambda: None)
    with pytest.raises(beacon.NoLibrary):
        check_round(QUICKNET, 1000, QUICK)
    assert check_round(PRACTICE, 7, practice_signature(7).hex())


def test_the_public_script_says_the_same() -> None:
    record = {"round": 1000, "signature": QUICK, "previous_signature": ""}
    py_ecc = Libraries(curve=verify_draw.curve_library())
    assert beacon_holds(py_ecc, QUICKNET, record) is True
    assert beacon_holds(py_ecc, QUICKNET, {**record, "round": 1001}) is False
    assert beacon_holds(py_ecc, QUICKNET, {**record, "signature": point(OUTSIDE)}) is False
    assert beacon_holds(py_ecc, QUICKNET, {**record, "signature": QUICK[:64]}) is False
    assert beacon_holds(Libraries(), QUICKNET, record) is None
    chained = {"round": 72785, "signature": CHAINED, "previous_signature": BEFORE}
    assert beacon_holds(py_ecc, DEFAULT, chained) is True
    assert beacon_holds(py_ecc, DEFAULT, {**chained, "previous_signature": ""}) is False


def test_the_library_does_not_let_python_recurse_too_deep() -> None:
    """It asks for 100,000, at which nested JSON would crash the process."""
    verify_draw.curve_library()
    assert sys.getrecursionlimit() <= max(verify_draw.CURVE_DEPTH, 1000)


# --- when --------------------------------------------------------------------------------------------------


def test_rounds_and_moments_by_hand() -> None:
    genesis = 1692803367
    assert [round_at(QUICKNET, genesis + late) for late in (-99, 0, 1, 3, 4, 2997)] == [1, 1, 2, 2, 3, 1000]
    assert [moment_of(QUICKNET, one) for one in (1, 2, 1000)] == [genesis, genesis + 3, genesis + 2997]
    assert moment_of(DEFAULT, 2) == 1595431050 + 30


@given(st.sampled_from(sorted(CHAINS)), st.integers(0, 2**40))
def test_the_first_round_at_or_after(chain: str, seconds: int) -> None:
    number = round_at(chain, seconds)
    assert moment_of(chain, number) >= seconds
    assert number == 1 or moment_of(chain, number - 1) < seconds


def test_a_moment_of_no_round() -> None:
    for chain, number in ((QUICKNET, 0), ("ab" * 32, 1)):
        with pytest.raises(ValueError, match=r"chain|round"):
            moment_of(chain, number)
    with pytest.raises(ValueError, match="chain"):
        round_at("ab" * 32, 0)
