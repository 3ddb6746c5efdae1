"""The public folder of a draw: its bytes by hand and by a second implementation, and what it refuses."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shutil
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition import messages
from civic.sortition import publication as pub
from civic.sortition.errors import InvalidProblem
from civic.sortition.problem import Problem
from civic.sortition.publication import encoding, files, folder, verify_draw
from civic.sortition.publication.draw import BILLION
from civic.sortition.question import Pool, Quota
from civic.sortition.stream import Stream

PEOPLE, SEATS, PANELS = 40, 6, 20
NAME = "oefenloting-2027-1"
MASTER = b"only for tests"
QUOTAS = (
    pub.Rule((("leeftijd", "jong"),), 2, 4),
    pub.Rule((("leeftijd", "oud"),), 2, 4),
    pub.Rule((("wijk", "Noord"),), 1, 4, ("inwoners",)),
)
RULES = pub.Rules(
    quotas=QUOTAS, size=SEATS, address_rule=True, exempt_addresses=("Flat 1",), constituency="groep"
)


def pool() -> tuple[pub.Entrant, ...]:
    """Forty people; two live together, four in an exempt flat; every chance could be 15 percent."""
    homes = {3: "Dorpsstraat 1", 7: "Dorpsstraat 1", 10: "Flat 1", 11: "Flat 1", 12: "Flat 1", 14: "Flat 1"}
    return tuple(
        pub.Entrant(
            id=f"p{number:02d}",
            answers={
                "leeftijd": ("jong", "oud")[number % 2],
                "wijk": ("Noord", "Zuid", "Oost")[number % 3],
                "groep": ("inwoners", "ambtenaren")[number % 5 == 0],
            },
            address=homes.get(number, ""),
            person={"name": f"Zoë {number}", "birth_date": "1990-01-31", "letter_code": f"L{number}"},
            target=SEATS * BILLION // PEOPLE,
        )
        for number in range(PEOPLE)
    )


def fits(panel: Iterable[str]) -> bool:
    """The rules of the test, written out by hand."""
    numbers = [int(member[1:]) for member in panel]
    old = sum(number % 2 for number in numbers)
    north = sum(number % 3 == 0 and number % 5 > 0 for number in numbers)
    return 2 <= old <= 4 and 1 <= north <= 4 and not {3, 7} <= set(numbers)


def panels(number: int = PANELS, fixed: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    stream = Stream("publication")
    found: list[tuple[str, ...]] = []
    others = [one.id for one in pool() if one.id not in fixed]
    while len(found) < number:
        panel = (*fixed, *stream.sample(others, SEATS - len(fixed)))
        found += [panel] if fits(panel) else []
    return found


def draw(**changes: Any) -> pub.Draw:
    parts: dict[str, Any] = {
        "identifier": NAME,
        "sequence": 1,
        "entrants": pool(),
        "panels": panels(),
        "rules": RULES,
        "procedure": pub.practice(1000, 1_700_000_000),
        **changes,
    }
    ids = [one.id for one in parts["entrants"]]
    parts.setdefault("secrets", pub.make_secrets(ids, parts["identifier"], MASTER))
    return pub.Draw(**parts)


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Path]:
    """A public and a confidential folder of a practice draw with its result."""
    public, safe = tmp_path / "openbaar", tmp_path / "vertrouwelijk"
    pub.write(public, draw())
    pub.write_confidential(safe, draw())
    pub.write_result(public, pub.Beacon(pub.practice_signature(1000).hex()))
    return public, safe


# --- the bytes ---------------------------------------------------------------------------------------------


def test_canonical_json_by_hand() -> None:
    """Order by UTF-16 (the emoji before U+FB01), short escapes, NFC, nothing else escaped."""
    value: dict[str, Any] = {
        "\ufb01": 1,
        "\U0001f600": [True, False],
        "é": "a\u0301",
        "a": 'q"\\\n\x01\x7f\u2028/',
    }
    text = '{"a":"q\\"\\\\\\n\\u0001\x7f\u2028/","é":"á","\U0001f600":[true,false],"\ufb01":1}'
    assert encoding.canonical(value) == text.encode()
    assert verify_draw.canonical(json.loads(text)) == text.encode()


@pytest.mark.parametrize("value", [1.5, None, 2**53, -(2**53), "\ud800", {"\ud800": 1}, b"x", {"x": [1.0]}])
def test_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(pub.NotCanonical):
        encoding.canonical(value)
    with pytest.raises(ValueError, match=r"."):
        verify_draw.canonical(value)


def test_names_that_become_equal() -> None:
    with pytest.raises(pub.NotCanonical, match="equal"):
        encoding.canonical({"é": 1, "e\u0301": 2})
    with pytest.raises(ValueError, match="NFC"):
        verify_draw.canonical({"e\u0301": 2})


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
values = st.recursive(
    texts | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_two_implementations_write_the_same_json(value: Any) -> None:
    try:
        data = encoding.canonical(value)
    except pub.NotCanonical:
        return
    assert verify_draw.canonical(verify_draw.parse(data)) == data
    assert encoding.canonical(json.loads(data)) == data


@given(st.integers(0, 70))
def test_tree_and_proofs(size: int) -> None:
    leaves = [hashlib.sha256(bytes([number])).digest() for number in range(size)]
    tree = encoding.Tree(leaves)
    assert tree.root == verify_draw.merkle_root(leaves)
    for place, one in enumerate(leaves):
        proof = tree.proof(place)
        assert verify_draw.root_of_proof(one, place, size, proof) == tree.root
        assert verify_draw.root_of_proof(one, place, size, [*proof, one]) is None
        assert verify_draw.root_of_proof(one, place, size, proof[:-1]) != tree.root or not proof
        assert verify_draw.root_of_proof(one, size, size, proof) is None
        wrong = (place + 1) % size
        assert wrong == place or verify_draw.root_of_proof(one, wrong, size, proof) != tree.root


def test_tree_of_three_by_hand() -> None:
    """RFC 6962: the root of three is H(1, H(1, a, b), c)."""
    a, b, c = (encoding.leaf(text) for text in (b"a", b"b", b"c"))
    inner = hashlib.sha256(b"\x01" + a + b).digest()
    assert encoding.Tree([a, b, c]).root == hashlib.sha256(b"\x01" + inner + c).digest()
    assert encoding.Tree([a, b, c]).proof(2) == [inner]
    assert a == hashlib.sha256(b"\x00a").digest()
    assert encoding.Tree([]).root.hex().startswith("e3b0c442")


@given(st.binary(min_size=16, max_size=16), st.integers(1, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_two_implementations_make_the_same_label(secret: bytes, sequence: int, panel: int) -> None:
    prefix = verify_draw.label_prefix("loting-1", sequence)
    assert encoding.label(secret, "loting-1", sequence, panel) == verify_draw.label(secret, prefix, panel)


def test_label_by_hand() -> None:
    text = b"civic-label/v1\0loting-1\0" + bytes([0, 0, 0, 2]) + bytes([0, 0, 1, 161])
    wanted = hmac.new(b"s" * 16, text, hashlib.sha256).hexdigest()[:20]
    assert encoding.label(b"s" * 16, "loting-1", 2, 417) == wanted


def test_index_of_the_specification() -> None:
    """The vector of the protocol: quicknet round 1000, commitment 00 … 1f, M = 1000."""
    randomness = bytes.fromhex("fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd")
    commitment = bytes(range(32))
    assert encoding.draw_word(randomness, commitment, 1000) == 6780583750790486770
    assert encoding.draw_index(randomness, commitment, 1000) == 770
    assert verify_draw.draw_index(randomness, commitment, 1000) == 770
    assert encoding.draw_index(randomness, commitment, 1000, balls=417) == 187
    assert verify_draw.draw_index(randomness, commitment, 1000, balls=417) == 187


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**64), st.integers(0, 999))
def test_two_implementations_pick_the_same_panel(randomness: bytes, number: int, balls: int) -> None:
    """Also where words are thrown away: with M just above 2^63 that is nearly half of them."""
    commitment = hashlib.sha256(randomness).digest()
    for wide in (number, 2**63 + 1):
        first = encoding.draw_index(randomness, commitment, wide, balls)
        assert first == verify_draw.draw_index(randomness, commitment, wide, balls)
        assert 0 <= first < wide


def test_the_index_is_uniform() -> None:
    counts = Counter(encoding.draw_index(bytes([a, b]), b"c", 10) for a in range(50) for b in range(256))
    assert len(counts) == 10
    assert sum((one - 1280) ** 2 / 1280 for one in counts.values()) < 27.9  # 99.9 % with 9 degrees


def test_the_practice_chain_is_the_same_on_both_sides() -> None:
    assert pub.PRACTICE_CHAIN == verify_draw.PRACTICE
    assert pub.QUICKNET == verify_draw.QUICKNET
    assert pub.practice_signature(7) == verify_draw.practice_signature(7)


# --- secrets -----------------------------------------------------------------------------------------------


def test_secrets_differ_and_come_back() -> None:
    first = pub.make_secrets(["a", "b"], "d1", MASTER)
    parts = {part for one in first.values() for part in (one.secret, one.salt_person, one.salt_attributes)}
    assert len(parts) == 6
    assert {len(part) for part in parts} == {16}
    assert pub.make_secrets(["b", "a"], "d1", MASTER) == first
    assert pub.make_secrets(["a"], "d2", MASTER)["a"].secret != first["a"].secret
    assert pub.make_secrets(["a"], "d1")["a"] != pub.make_secrets(["a"], "d1")["a"]
    assert first["a"].secret.hex() not in repr(first)


def test_secrets_in_a_file_of_their_own(tmp_path: Path) -> None:
    path, secrets = tmp_path / "geheim" / "secrets.json", pub.make_secrets(["a", "é"], "d1")
    pub.write_secrets(path, "d1", secrets)
    assert pub.read_secrets(path) == secrets
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# --- the folders -------------------------------------------------------------------------------------------


def test_a_practice_draw_from_end_to_end(written: tuple[Path, Path]) -> None:
    public, safe = written
    receipts = sorted((safe / "receipts").iterdir())
    report = pub.check(public, pool=safe / "pool.json", receipt=receipts[0])
    assert report.ok
    assert not report.unchecked
    assert report.practice
    codes = [one.code for one in report.facts]
    assert codes[:6] == ["files", "histogram", "manifest", "panels", "beacon", "result"]
    assert codes[6:11] == ["pool", "quotas", "frequencies", "shortfall", "receipt"]
    assert len(receipts) == PEOPLE
    assert (report.exit_code(), report.exit_code(practice_allowed=True)) == (4, 0)


def test_the_same_seed_gives_the_same_bytes() -> None:
    again = files.public_files(draw(entrants=tuple(reversed(pool())), secrets=draw().secrets))
    assert again == files.public_files(draw())
    assert files.pool_file(draw()) == files.pool_file(draw())


def test_a_known_commitment() -> None:
    """Fixed by all formats together, except for the script and the version, which may change."""
    manifest = json.loads(files.public_files(draw())[files.MANIFEST])
    del manifest["verifier_sha256"], manifest["software"]
    digest = hashlib.sha256(encoding.canonical(manifest)).hexdigest()
    assert digest == "fa178c394f46fe71ff9741b4a3a04833b3fde8ee5394d015e814a2ef34d9cc90"


def test_every_receipt_tells_the_own_chance(written: tuple[Path, Path]) -> None:
    public, safe = written
    drawn = json.loads((public / "result.json").read_text())["index"]
    for path in (safe / "receipts").iterdir():
        member = str(json.loads(path.read_text())["person"]["name"]).removeprefix("Zoë ")
        me = f"p{int(member):02d}"
        facts = {one.code: one.values for one in pub.check(public, receipt=path).facts}
        assert facts["receipt"]["found"] == draw().frequencies[me]
        assert ("receipt_drawn" in facts) == (me in panels()[drawn])
        assert ("receipt_not_drawn" in facts) != ("receipt_drawn" in facts)


def test_nothing_public_names_anybody(written: tuple[Path, Path]) -> None:
    public, safe = written
    listed = json.loads((safe / "pool.json").read_text())
    text = b"\n".join(path.read_bytes() for path in public.iterdir()).decode()
    for one in listed["members"]:
        private = (
            one["person"]["name"],
            one["secret"],
            one["salt_person"],
            one["salt_attributes"],
            one["leaf"],
        )
        assert not any(part in text for part in private)
        assert not re.search(rf"\b{one['id']}\b", text)
    assert "Dorpsstraat" not in text
    assert "OEFENKETEN" in (public / "README.md").read_text()


def test_no_label_stands_in_two_panels_or_two_lists() -> None:
    """Not even when the pool is corrected and published again under the same draw id."""
    first, second = draw(), draw(sequence=2, procedure=replace(pub.practice(), previous="0" * 64))
    labels = [one for made in (first, second) for panel in made.labels for one in panel]
    assert len(set(labels)) == len(labels) == 2 * PANELS * SEATS


def test_sums_are_those_of_sha256sum(written: tuple[Path, Path]) -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=written[0], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "result.json: OK" in done.stdout


def test_confidential_files_are_private_and_stay_out_of_the_public_folder(written: tuple[Path, Path]) -> None:
    public, safe = written
    assert {stat.S_IMODE(path.stat().st_mode) for path in safe.rglob("*.json")} == {0o600}
    for inside in (public, public / "diep" / "er"):
        with pytest.raises(ValueError, match="inside a public folder"):
            pub.write_confidential(inside, draw())
    with pytest.raises(ValueError, match="inside a public folder"):
        pub.write_secrets(public / "secrets.json", NAME, draw().secrets)
    with pytest.raises(FileExistsError):
        pub.write_confidential(safe, draw())
    assert pub.check(public).ok


def test_one_folder_one_draw_one_result(written: tuple[Path, Path]) -> None:
    public, _safe = written
    with pytest.raises(FileExistsError):
        pub.write(public, draw())
    with pytest.raises(FileExistsError):
        pub.write_result(public, pub.Beacon(pub.practice_signature(1000).hex()))


def test_a_wrong_signature_writes_no_result(tmp_path: Path) -> None:
    pub.write(tmp_path / "d", draw())
    before = {path.name: path.read_bytes() for path in (tmp_path / "d").iterdir()}
    with pytest.raises(pub.Refused, match="ronde 1000 klopt niet"):
        pub.write_result(tmp_path / "d", pub.Beacon(pub.practice_signature(1001).hex()))
    assert {path.name: path.read_bytes() for path in (tmp_path / "d").iterdir()} == before


def test_a_panel_that_breaks_a_rule_is_never_published(tmp_path: Path) -> None:
    young = tuple(f"p{number:02d}" for number in (0, 2, 4, 6, 8, 16))
    together = ("p03", "p07", "p00", "p02", "p06", "p08")
    for wrong, code in ((young, "quota_missed"), (together, "address_twice")):
        with pytest.raises(pub.Refused) as caught:
            pub.write(tmp_path / "d", draw(panels=[*panels()[:-1], wrong]))
        assert caught.value.report.codes == {code}
        assert not (tmp_path / "d").exists()


def test_two_receipts_for_one_secret_are_never_published(tmp_path: Path) -> None:
    secrets = dict(draw().secrets)
    secrets["p01"] = replace(secrets["p01"], secret=secrets["p00"].secret)
    with pytest.raises(pub.Refused) as caught:
        pub.write(tmp_path / "d", draw(secrets=secrets))
    assert "secret_twice" in caught.value.report.codes


def test_fixed_members_sit_in_every_panel(tmp_path: Path) -> None:
    entrants = tuple(
        replace(one, fixed=True, target=BILLION, reason="sits")
        if one.id == "p06"
        else replace(one, target=5 * BILLION // 39)
        for one in pool()
    )
    steps = replace(pub.practice(5), kind="replacement", previous="ab" * 32, ball_digits=1)
    made = draw(entrants=entrants, panels=panels(10, ("p06",)), sequence=2, procedure=steps)
    pub.write(tmp_path / "d", made)
    pub.write_confidential(tmp_path / "v", made)
    result = pub.write_result(tmp_path / "d", pub.Beacon(pub.practice_signature(5).hex()))
    assert result["balls"] == "0"
    report = pub.check(tmp_path / "d", pool=tmp_path / "v" / "pool.json")
    assert (report.failures, made.frequencies["p06"]) == ([], 10)


def test_figures_of_the_certificate() -> None:
    made = draw()
    assert made.upper_bound == 150_000_000
    least = min(made.frequencies.values())
    assert made.largest_shortfall == 150_000_000 - least * BILLION // PANELS
    nobody = draw(entrants=tuple(replace(one, target=0) for one in pool()))
    assert (nobody.upper_bound, nobody.largest_shortfall) == (0, 0)


def test_from_a_problem() -> None:
    people = Pool(("a", "c"), ("x", "y", "z"), (("1", "r"), ("2", "r"), ("2", "o")), ("Dorp 1", "", "Flat 1"))
    quotas = (Quota({"a": "1"}, 0, 2), Quota({"a": "2"}, 0, 2), Quota({"a": "2"}, 0, 2, constituencies=["o"]))
    problem = Problem(
        people, quotas, 2, address_rule=True, exempt_addresses=("Flat 1",), fixed=("z",), constituency="c"
    )
    entrants = pub.entrants_of(problem, {"x": 0.25, "y": 0.75}, {"y": {"name": "Y"}})
    assert [(one.id, one.answers["a"], one.address, one.target, one.fixed) for one in entrants] == [
        ("x", "1", "Dorp 1", 250_000_000, False),
        ("y", "2", "", 750_000_000, False),
        ("z", "2", "Flat 1", BILLION, True),
    ]
    assert [dict(one.person) for one in entrants] == [{}, {"name": "Y"}, {}]
    bare = Problem(Pool(("a",), ("x",), (("1",),)), (), 1)
    assert [(one.address, one.target) for one in pub.entrants_of(bare, {})] == [("", 0)]
    rules = pub.rules_of(problem)
    assert (rules.size, rules.address_rule, rules.exempt_addresses) == (2, True, ("Flat 1",))
    assert (rules.constituency, rules.quotas[2].constituencies) == ("c", ("o",))
    assert [one.name for one in rules.quotas] == ["a: 1", "a: 2", "a: 2 (o)"]


def test_the_log_is_added_with_its_sum(tmp_path: Path) -> None:
    pub.write(tmp_path / "d", draw())
    pub.write_log(tmp_path / "d", [])
    report = pub.check(tmp_path / "d")
    assert report.codes == {"commitment_unlogged"}
    assert "log.json" in (tmp_path / "d" / "SHA256SUMS").read_text()


def test_small_draw_without_quotas_or_names(tmp_path: Path) -> None:
    """One panel, ids only, a name with a bar in the table of the page."""
    entrants = (
        pub.Entrant("x", {"a|b": "1"}, target=BILLION // 2),
        pub.Entrant("y", {"a|b": "2"}, target=BILLION // 2),
    )
    for quotas, row in (((), "geen quota"), ((pub.Rule((("a|b", "1"),), 0, 1, ()),), "a\\|b: 1 | 0 | 1")):
        made = draw(entrants=entrants, panels=[["x"]], rules=pub.Rules(quotas, 1))
        place = tmp_path / row[:4].strip()
        pub.write(place, made)
        assert row in (place / "README.md").read_text()
        assert pub.write_result(place, pub.Beacon(pub.practice_signature(1000).hex()))["index"] == 0
    assert json.loads(files.pool_file(made))["members"][0]["person"] == {"id": "x"}


def test_everything_wrong_with_the_input_at_once() -> None:
    entrants = (*pool(), pool()[0])
    secrets = dict(pub.make_secrets([one.id for one in pool()], NAME, MASTER))
    del secrets["p01"]
    secrets["p02"] = replace(secrets["p02"], salt_person=b"short")
    wrong = [("p03",) * SEATS, ("p04", "p05"), ("p06", "p07", "p08", "p09", "p10", "nobody")]
    with pytest.raises(InvalidProblem) as caught:
        draw(identifier="Echt!", sequence=0, entrants=entrants, panels=wrong, secrets=secrets)
    found = Counter(one.code for one in caught.value.errors)
    assert found == Counter(
        {one for one in messages.SENTENCES if one.startswith("publish_")} - {"publish_no_panels"}
    )
    assert all(messages.SENTENCES[one.code].format(**one.params) for one in caught.value.errors)
    with pytest.raises(InvalidProblem, match="publish_no_panels"):
        draw(panels=[])


def test_practice_and_real_do_not_mix() -> None:
    with pytest.raises(InvalidProblem, match="publish_practice"):
        draw(identifier="flevoland-2027-1")
    with pytest.raises(InvalidProblem, match="publish_practice"):
        draw(procedure=replace(pub.practice(), beacon=pub.Round(pub.QUICKNET, 5)))


def test_the_script_runs_alone(written: tuple[Path, Path], tmp_path: Path) -> None:
    """From the folder itself, without this project and without any library."""
    public, safe = written
    command = [sys.executable, "-I", "-S", str(public / "verify_draw.py"), str(public)]
    done = subprocess.run(
        [*command, "--pool", str(safe / "pool.json")], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (4, "")
    assert done.stdout.startswith("*** OEFENKETEN ***")
    done = subprocess.run([*command, "--oefenloting"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0
    assert "Goedgekeurd" in done.stdout
    assert pub.check(public).ok  # the run left nothing in the folder


def test_the_commands_of_the_readme_work_as_they_stand_there(written: tuple[Path, Path]) -> None:
    """Typed in the folder, with the other files beside it: a file too many in the folder is refused."""
    public, safe = written
    shutil.copy(safe / "pool.json", public.parent / "pool.json")
    shutil.copy(next((safe / "receipts").iterdir()), public.parent / "bewijs.json")
    told = re.findall(r"^python (verify_draw\.py .+)$", (public / "README.md").read_text(), re.M)
    assert [one.partition(" --oefenloting")[2] for one in told] == [
        "",
        " --receipt ../bewijs.json",
        " --pool ../pool.json",
        " --pool ../pool.json --eerder ../vorige-loting",
    ]
    for command in told[:-1]:
        done = subprocess.run([sys.executable, "-I", *command.split()], capture_output=True, cwd=public)
        assert done.returncode == 0, command


def test_the_folder_module_reads_a_fallback_result() -> None:
    """The chain and round of the result are the manifest's, unless the fallback is named."""
    made = files.public_files(draw())
    result = folder.result_of(made, pub.Beacon("00" * 96, "ab", verify_draw.DEFAULT, 9))
    assert (result["beacon"]["chain"], result["beacon"]["round"]) == (verify_draw.DEFAULT, 9)
    assert result["beacon"]["previous_signature"] == "ab"
