"""The building blocks of the browser's verifier against published vectors and against verify_draw.py."""

from __future__ import annotations

import base64
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from civic import assets
from civic.sortition import publication as pub
from civic.sortition.publication import encoding, files, folder, verify_draw
from civic.sortition.publication.verify_draw import DEFAULT, QUICKNET
from tests.sortition import frozen
from tests.sortition.test_publication import draw
from tests.sortition.test_verify_draw import (
    DRAWN_AT,
    RANDOMNESS,
    SIGNATURE,
    Case,
    case_of,
    real_case,
    record,
    result_record,
    steps,
    with_result,
)
from tests.sortition.test_verify_draw import (
    signed as signed_by,
)
from tools import verifier_english as english

from .verifier import Bench, expected, opened

ROOT = Path(__file__).resolve().parents[2]
PRIME = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16
)
LATER = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
# rounds of the default chain as its documentation and `drand-verify` give them: (round, previous, signature)
OLD_ROUND = (
    72785,
    "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f"
    "13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747",
    "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b8"
    "0f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
)
NEW_ROUND = (
    3311596,
    "8ed588f2a7716fb1349e2d9803da5db0005e98a83783c353d4a08f183236a9ad91d70ddb01266f4b7c576983db464b43"
    "0e65680b9e0098552758afd6c1e6afcb77e3f62fe1b93d42d1cb63abbb2205512fe12fbf74ea9c5ac3b8f5c1e283a1d8",
    "a696b9409ababce45749c3a4ec369074453dd4a79967734e1390d969c8ad8d98897d217b9121e92c8ddebbddda8d92f9"
    "00e3bd6bf9deb166863b1a19390d743f82774001487594c5c09e581db7365f02b70a2c8cc41ce32446ef08e4890c4754",
)


@pytest.fixture(scope="module")
def bench(browser: Browser) -> Iterator[Bench]:
    with opened(browser) as bench:
        yield bench


def holds(bench: Bench, chain: str, number: int, signature: str, previous: str = "") -> bool | None:
    run = """async ([chain, round, signature, previousSignature]) => {
      const { beaconHolds } = await import("/static/js/verify/bls.js");
      return beaconHolds(chain, { round, signature, previousSignature });
    }"""
    found: bool | None = bench.page.evaluate(run, [chain, number, signature, previous])
    return found


def test_the_published_round_picks_panel_770(bench: Bench) -> None:
    """security.md section 6: commitment 00 01 … 1f and M = 1,000."""
    run = """async ([randomness, signature]) => {
      const { drawIndex } = await import("/static/js/verify/result.js");
      const { fromHex, hex, sha256 } = await import("/static/js/verify/bytes.js");
      const commitment = Uint8Array.from({ length: 32 }, (_one, place) => place);
      const pick = (balls) => drawIndex(fromHex(randomness), commitment, 1000, balls);
      return [hex(await sha256(fromHex(signature))), await pick(0), await pick(231)];
    }"""
    assert bench.page.evaluate(run, [RANDOMNESS, SIGNATURE]) == [RANDOMNESS, 770, 1]


def test_rounds_of_quicknet(bench: Bench) -> None:
    assert holds(bench, QUICKNET, 1000, SIGNATURE) is True
    assert holds(bench, QUICKNET, 657413, LATER) is True
    for number in (1001, 999, 0, 2**53 - 1):
        assert holds(bench, QUICKNET, number, SIGNATURE) is False


@pytest.mark.parametrize("vector", [OLD_ROUND, NEW_ROUND])
def test_rounds_of_the_default_chain(bench: Bench, vector: tuple[int, str, str]) -> None:
    number, previous, signature = vector
    assert holds(bench, DEFAULT, number, signature, previous) is True
    assert holds(bench, DEFAULT, number + 1, signature, previous) is False
    assert holds(bench, DEFAULT, number, signature, "") is False
    assert holds(bench, DEFAULT, number, previous, signature) is False


def compressed(x: int, *, size: int = 48, flags: int = 0x80) -> str:
    data = bytearray(x.to_bytes(size, "big"))
    data[0] |= flags
    return data.hex()


def outside_the_group() -> str:
    """A point of the curve y² = x³ + 4 that is not in the group of prime order; nearly none is."""
    x = next(x for x in range(2, 100) if pow(x**3 + 4, (PRIME - 1) // 2, PRIME) == 1)
    return compressed(x)


def off_the_curve() -> str:
    x = next(x for x in range(2, 100) if pow(x**3 + 4, (PRIME - 1) // 2, PRIME) == PRIME - 1)
    return compressed(x)


GIVEN = int(SIGNATURE, 16) & (1 << 381) - 1
MALFORMED = {
    "not on the curve": off_the_curve(),
    "not in the group": outside_the_group(),
    "infinity": "c0" + "00" * 47,
    "infinity with a sign": "e0" + "00" * 47,
    "infinity with a rest": "c0" + "00" * 46 + "01",
    "zero": "00" * 48,
    "too short": SIGNATURE[:-2],
    "too long": SIGNATURE + "00",
    "not compressed": compressed(GIVEN, flags=0x00),
    "the other root": compressed(GIVEN, flags=0xA0 ^ (int(SIGNATURE[:2], 16) & 0x20)),
    "as infinity": compressed(GIVEN, flags=0xC0),
    "beyond the prime": compressed((GIVEN + PRIME) % (1 << 381)),
    "the prime itself": compressed(PRIME),
    "all ones": "ff" * 48,
    "both coordinates": compressed(GIVEN, flags=0) + "00" * 48,
    "no bytes": "",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_points_are_refused(bench: Bench, name: str) -> None:
    assert holds(bench, QUICKNET, 1000, MALFORMED[name]) is False


@pytest.mark.parametrize(
    "signature",
    [
        "c0" + "00" * 95,
        "80" + "00" * 95,
        "ff" * 96,
        OLD_ROUND[2][:96],
        SIGNATURE,
        "a0" + OLD_ROUND[2][2:],
        "02" + OLD_ROUND[2][2:],
        OLD_ROUND[2] + "00",
    ],
)
def test_malformed_points_of_the_default_chain(bench: Bench, signature: str) -> None:
    assert holds(bench, DEFAULT, OLD_ROUND[0], signature, OLD_ROUND[1]) is False


def signed(signature: str) -> Case:
    """A real draw with this text as the signature of its round."""
    case = real_case()
    content = folder.result_of(case.files, pub.Beacon(signature))
    case.files[files.RESULT] = encoding.canonical(content)
    return case.log(record(case, "commitment"), result_record(case))


def fallback() -> Case:
    """The published round of the default chain, after the published round of quicknet."""
    number, previous, signature = NEW_ROUND
    case = case_of(draw(identifier="flevoland-2027-1", procedure=steps(fallback=pub.Round(DEFAULT, number))))
    content = folder.result_of(case.files, pub.Beacon(signature, previous, DEFAULT, number))
    case.files[files.RESULT] = encoding.canonical(content)
    decision = record(case, "fallback", "keten-gestopt", at=DRAWN_AT + 7 * verify_draw.DAY)
    return case.log(record(case, "commitment"), result_record(case), decision)


def test_whole_draws_with_the_real_curve(bench: Bench) -> None:
    """Both verifiers with the libraries they really use."""
    malformed = [
        MALFORMED[name] for name in ("not on the curve", "not in the group", "infinity", "beyond the prime")
    ]
    cases = [signed(SIGNATURE), fallback(), *map(signed, malformed), signed(LATER)]
    found = bench.check([(case.files, None) for case in cases])
    libraries = verify_draw.find_libraries()
    assert libraries.drand or libraries.curve
    for case, here in zip(cases, found, strict=True):
        assert here == expected(verify_draw.check(case.files, libraries=libraries))
    assert [one["verdict"] for one in found] == [3, 3, 1, 1, 1, 1, 1]
    assert ["beacon", "De handtekening van ronde 3311596 klopt (drand default)."] in found[1]["facts"]


@pytest.mark.parametrize("receipt", ["bewijs.json", "kwitantie.json"])
def test_what_was_published_once_keeps_verifying(bench: Bench, receipt: str) -> None:
    """The frozen draw (docs/adr/0011), with everything the browser has of its own."""
    given = frozen.contents()
    known = verify_draw.read_witnesses(given["sleutels.txt"])
    (here,) = bench.check([(frozen.folder("loting"), given[receipt])], witnesses=known)
    assert (here["failures"], here["unchecked"], here["verdict"]) == ([], [], 0)
    assert here == expected(verify_draw.check(frozen.folder("loting"), None, given[receipt], witnesses=known))


def test_upper_case_is_no_signature(bench: Bench) -> None:
    case = real_case()
    case.result(lambda content: content["beacon"].update(signature=SIGNATURE.upper()))
    (found,) = bench.check([(case.files, None)])
    assert "wrong_field" in {code for code, _sentence in found["failures"]}


def test_without_the_curve_the_beacon_is_not_checked(browser: Browser) -> None:
    """The bundle could not be fetched: said, and then not all was checked."""
    with opened(browser) as bench:
        bench.page.route("**/vendor/noble-curves-*", lambda route: route.abort())
        (found,) = bench.check([(real_case().files, None)])
        assert "ERR_FAILED" in bench.problems.pop()
    assert {code for code, _sentence in found["unchecked"]} == {"beacon_unchecked", "witness_keys"}
    assert found["verdict"] == 3


def module(bench: Bench, name: str, export: str) -> Any:
    run = """async ([name, of]) => {
      const found = (await import(`/static/js/verify/${name}`))[of];
      return found instanceof Map ? Object.fromEntries(found) : found;
    }"""
    return bench.page.evaluate(run, [name, export])


def test_the_chains_are_those_of_the_script(bench: Bench) -> None:
    assert module(bench, "chains.js", "CHAINS") == {
        one: asdict(chain) for one, chain in verify_draw.CHAINS.items()
    }
    assert module(bench, "manifest.js", "LEAST_WITNESSES") == verify_draw.LEAST_WITNESSES
    assert set(module(bench, "verify.js", "NAMES")) == verify_draw.ALLOWED


def test_the_sentences_are_those_of_the_script(bench: Bench) -> None:
    assert module(bench, "sentences.js", "SHOWN") == verify_draw.SHOWN
    for name in ("PRACTICE_BANNER", "PRACTICE_SENTENCE", "REASONS", "CONCLUSIONS"):
        own = getattr(verify_draw, name)
        wanted = {str(code): text for code, text in own.items()} if isinstance(own, dict) else own
        assert module(bench, "sentences.js", name)["nl"] == wanted
    said = module(bench, "sentences.js", "SENTENCES")["nl"]
    script = {**verify_draw.FAILURES, **verify_draw.UNCHECKED, **verify_draw.LIMITS, **verify_draw.FACTS}
    assert {code for code in script if said.pop(code) != script[code]} == set(english.HERE["nl"])
    assert said == {}
    command = [sys.executable, str(ROOT / "tools" / "verifier_sentences.py"), "check"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_times_and_chances_in_words(bench: Bench) -> None:
    chance = random.Random(5)
    times = [
        0,
        59,
        86_399,
        951_782_400,
        DRAWN_AT,
        2**53 - 1,
        10**13,
        *(chance.randrange(10**12) for _ in range(300)),
    ]
    parts = [(chance.randrange(2**32), chance.randrange(1, 2**32)) for _ in range(300)] + [(43, 1000), (1, 3)]
    run = """async ([times, parts]) => {
      const { momentText, percentage } = await import("/static/js/verify/report.js");
      const inTwo = (value) => [value("nl"), value("en")];
      return [times.map((one) => inTwo(momentText(one))), parts.map((one) => inTwo(percentage(...one)))];
    }"""
    told = bench.page.evaluate(run, [times, parts])
    dutch, english_times = zip(*told[0], strict=True)
    assert list(dutch) == list(map(verify_draw.moment_text, times))
    turned = [re.sub(r"^(\d+)-(\d+)-(\d+)", r"\3-\2-\1", one) for one in dutch]
    assert list(english_times) == turned
    assert told[1] == [
        [text, text.replace(",", ".").replace(" ", "")]
        for text in (verify_draw.percentage(*one) for one in parts)
    ]


# --- English -----------------------------------------------------------------------------------------------


def test_english_says_the_same_codes_with_the_same_values() -> None:
    script = {**verify_draw.FAILURES, **verify_draw.UNCHECKED, **verify_draw.LIMITS, **verify_draw.FACTS}
    assert set(english.SENTENCES) == set(script)
    values = re.compile(r"\{(\w+)\}")
    for code, text in script.items():
        assert set(values.findall(english.SENTENCES[code])) == set(values.findall(text)), code
    assert set(english.REASONS) == set(verify_draw.REASONS)
    assert set(english.CONCLUSIONS) == set(verify_draw.CONCLUSIONS)
    assert set(english.WORDS["nl"]) == set(english.WORDS["en"])
    assert set(english.HERE["nl"]) == set(english.HERE["en"]) <= set(script)
    same = [code for code, text in script.items() if english.SENTENCES[code] == text]
    assert same == []


SAID_IN_ENGLISH = """async (files) => {
  const { check } = await import("/static/js/verify/verify.js");
  const { conclusion, sentence } = await import("/static/js/verify/report.js");
  const folder = new Map(Object.entries(files).map(
    ([name, text]) => [name, Uint8Array.from(atob(text), (one) => one.charCodeAt(0))]));
  const report = await check(folder);
  const all = [...report.failures, ...report.unchecked, ...report.limits, ...report.holds];
  return [conclusion(report, "en"), ...all.map((one) => sentence(one, "en"))];
}"""


def test_a_draw_told_in_english(bench: Bench) -> None:
    """Also what stands inside a sentence: a chance, a reason, the name of the practice chain, a moment."""

    def told(case: Case) -> list[str]:
        packed = {name: base64.b64encode(data).decode() for name, data in case.files.items()}
        found: list[str] = bench.page.evaluate(SAID_IN_ENGLISH, packed)
        return found

    practice = told(with_result(case_of(draw()), pub.practice_signature(1000).hex()))
    assert practice[0] == f"Everything is right. {english.PRACTICE_SENTENCE}"
    assert "The signature of round 1000 is right (practice chain)." in practice
    assert any(
        re.fullmatch(r"The chances .+ 40 people .+: chance \d+\.\d\d% to \d+\.\d\d%\.", one)
        for one in practice
    )
    real = real_case()
    void = record(real, "voided", "fout-in-het-lotingsgetal", at=DRAWN_AT + 9)
    refused = told(real.log(record(real, "commitment"), result_record(real), void))
    assert refused[0] == "Refused."
    assert any("void: there was a mistake in the public number." in one for one in refused)
    assert any("2023-08-21 15:59:24 UTC" in one for one in told(real_case()))


# --- the keys that somebody brought ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "", "\n\n", f"{'ab' * 32} notaris", f"{'AB' * 32}  notaris \r\n\r\n{'cd' * 32}\tgriffie Urk\n",
        f"{'ab' * 32} notaris\n{'cd' * 32} notaris", f"{'ab' * 32} notaris\n{'ab' * 32} griffie",
        f"{'ab' * 32}", "notaris " + "ab" * 32, f"{'ab' * 31} kort", f"{'ag' * 32} geen hex",
        f"\x1c{'ab' * 32} a\x85{'cd' * 32} b\u2028", f"\ufeff{'ab' * 32} notaris", f"{'ab' * 32}\xa0notaris",
        f"{'ab' * 32} \ufeffnaam\ufeff", f"{'ab' * 32} \u3000Zoë\u3000van X", "x" * 1000,
    ],
)  # fmt: skip
def test_the_list_of_keys_is_read_as_the_script_does(bench: Bench, text: str) -> None:
    run = """async (text) => {
      const { NoKeys, readWitnesses } = await import("/static/js/verify/witnesses.js");
      try {
        return Object.fromEntries(readWitnesses(text));
      } catch (error) {
        if (error instanceof NoKeys) return null;
        throw error;
      }
    }"""
    try:
        wanted: dict[str, str] | None = verify_draw.read_witnesses(text.encode())
    except ValueError:
        wanted = None
    assert bench.page.evaluate(run, text) == wanted


# --- the modules themselves ---------------------------------------------------------------------------------

MODULES = sorted((assets.STATIC / "js" / "verify").glob("*.js"))
RISKY = re.compile(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\b")


def test_the_modules_build_no_code_or_markup_from_text() -> None:
    assert len(MODULES) > 10
    for module_of in MODULES:
        text = module_of.read_text(encoding="utf-8")
        assert not RISKY.search(text), module_of.name
        assert text.count("\n") < 400, module_of.name
        if module_of.name != "page.js":
            assert not re.search(r"\b(document|window|localStorage)\.", text), module_of.name


def test_the_bundle_of_the_curve_is_the_locked_one() -> None:
    (used,) = re.findall(
        r'"../../vendor/(.+)"', (assets.STATIC / "js" / "verify" / "bls.js").read_text("utf-8")
    )
    assert used in {one["file"] for one in assets.read_lock()}
    assert not re.search(
        r"\beval\(|new Function|WebAssembly|fetch\(", (assets.VENDOR / used).read_text("utf-8")
    )


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("result.js", "civic-draw/v1", "civic-draw/v2"),
        ("merkle.js", "new Uint8Array([1])", "new Uint8Array([2])"),
        ("manifest.js", "DAY = 86_400n", "DAY = 86_399n"),
        ("log.js", "least - 1", "least - 2"),
    ],
)
def test_a_mistake_in_a_module_shows(browser: Browser, name: str, right: str, wrong: str) -> None:
    """The comparison can fail: one changed sign, and the two verifiers differ."""
    text = (assets.STATIC / "js" / "verify" / name).read_text("utf-8")
    assert right in text
    late = DRAWN_AT - verify_draw.DAY + 1
    lonely = real_case()
    first = record(lonely, "commitment")
    earlier = signed_by("griffie Urk", first["checkpoint"], DRAWN_AT - 2 * verify_draw.DAY - 5)
    first["signatures"][0] = earlier
    cases = [real_case(), real_case(committed_at=late), lonely.log(first, result_record(lonely))]
    with opened(browser) as bench:
        body = text.replace(right, wrong)
        bench.page.route(f"**/{name}", lambda route: route.fulfill(body=body, content_type="text/javascript"))
        found = bench.check([(case.files, None) for case in cases])
    libraries = verify_draw.find_libraries()
    assert found != [expected(verify_draw.check(case.files, libraries=libraries)) for case in cases]
