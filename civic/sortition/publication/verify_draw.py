#!/usr/bin/env python3
"""Controleert een loting aan de hand van de openbare map. Dit script staat op zichzelf.

    python verify_draw.py MAP [--receipt BESTAND] [--getuigen BESTAND] [--oefenloting]
    python verify_draw.py MAP --pool BESTAND [--eerder MAP] [--getuigen BESTAND] [--oefenloting]

Python 3.10 or newer, standard library only. It shares no code with the programme that writes the folder, so
that one mistake is not made twice. Two checks need a library of others and are reported as "niet
gecontroleerd" without it: `cryptography` (Ed25519, the witnesses) and `drand-verify` or `py_ecc` (BLS, the
beacon).

The keys of the witnesses stand in the manifest, so whoever makes a manifest afterwards can make keys too. Ask
the witnesses themselves for their keys and write them in a file for --getuigen, one witness a line: the key
(64 signs, hex), a space, the name as in the manifest. Empty lines are passed over. Any difference with the
manifest is refused. Without that file a real draw is never a 0: the keys are printed, to compare yourself.

The auditor's list (--pool) says why, of everybody who holds a seat already and of everybody who cannot be
drawn. With the folder of the newest earlier draw that counts (--eerder), everybody who sits already must have
been drawn there, or have held a seat there.

Exit codes: 0 accepted; 1 refused; 2 wrong use; 3 all that could be checked holds, but not everything could be
checked; 4 all holds, but it is a practice draw (0 or 3 with --oefenloting): practice is never a 0 by itself.

Formats. Every JSON file is RFC 8785 (JCS) without a final newline: strings in NFC, whole numbers only.
    JCS(x)          the canonical bytes of x
    secret hash     SHA-256(s), s = 16 bytes
    person hash     SHA-256(salt_person ‖ JCS(person)), an object of texts
    attribute hash  SHA-256(salt_attributes ‖ JCS({"address": text, "answers": {feature: value}}))
    leaf            SHA-256(0x00 ‖ JCS({"attributes": hex, "draw": pool id, "person": hex, "secret": hex}));
                    the pool id is the manifest's "pool": several draws can be held from one pool
    pool root       RFC 6962 root over the leaves in ascending order; node = SHA-256(0x01 ‖ left ‖ right)
    label           first 10 bytes, in hex, of HMAC-SHA-256(s, "civic-label/v1" ‖ 0x00 ‖ draw id (ASCII) ‖
                    0x00 ‖ sequence number (4 bytes, big-endian) ‖ panel number (4 bytes, big-endian))
    panels.txt      per member of each panel one line "NNN label\\n", NNN the panel number with leading zeros;
                    all lines in ascending order
    commitment      SHA-256(manifest.json)
    index           for ctr = 0, 1, …: x = first 8 bytes of HMAC-SHA-256(randomness, "civic-draw/v1" ‖ 0x00 ‖
                    commitment ‖ ctr (4 bytes, big-endian)), as a big-endian number; reject
                    x ≥ 2⁶⁴ - (2⁶⁴ mod M); index = (x mod M + balls) mod M
    randomness      SHA-256(signature of the round)
    practice        signature of round r = SHA-256("civic-practice/v1" ‖ 0x00 ‖ chain hash ‖ r (8 bytes,
                    big-endian)); anybody can know it beforehand, which is why such a draw never counts
    log record      leaf = SHA-256(0x00 ‖ entry), inclusion proof and checkpoint (C2SP tlog-checkpoint); a
                    witness signs "cosignature/v1\\ntime T\\n" ‖ checkpoint (C2SP tlog-cosignature). An entry
                    is witnessed once more than half of the witnesses in the manifest signed, and at least two
    log entry       JCS of an event of the organisation: {"action", "actor", "at", "data", "format":
                    "civic-event/1", "from", "reason", "subject": "public_draw", "subject_id", "to"}; "data"
                    holds {"commitment", "draw", "kind", "sequence", "value"}. An event without a "kind" in
                    its data says nothing about the draw and is passed over. The "value" of a commitment is
                    "chain hash:round": it can only be replaced ("superseded") before that round
    order           an end of another draw (a result, or a void one) counts when it stands before the own
                    commitment in the log, at a lower place
    smallest chance of those who can be drawn: the histogram less who holds a seat ("fixed": in all panels),
                    who does not take part ("excluded") and who fits in no panel ("impossible")
    closed member   of pool.json: who withdrew after the freeze. Name, answers and salts are gone; the hashes
                    of the leaf are left
Chances are in parts per billion, times in seconds since 1970 (UTC).
"""

from __future__ import annotations

import argparse
import base64
import errno
import hashlib
import hmac
import importlib
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

BILLION = 10**9
LARGEST = 2**53 - 1
WORDS = 2**64
DAY = 86_400
LEAST_WITNESSES = 2
UNWITNESSED = "te-weinig-getuigen"  # the one reason for a void draw that can be looked up in the log itself
# a target is rounded to parts per billion and comes from a linear program: slack per person in the sum
TARGET_SLACK = 100
SHOWN = 5
MOST_BYTES = 1_000_000_000
CURVE_DEPTH = 5_000
ED25519 = "cryptography.hazmat.primitives.asymmetric.ed25519"
DOMAIN = b"BLS_SIG_BLS12381%s_XMD:SHA-256_SSWU_RO_NUL_"
OPEN, LOG, RESULT, PANELS, SUMS, SCRIPT = (
    "manifest.json",
    "log.json",
    "result.json",
    "panels.txt",
    "SHA256SUMS",
    "verify_draw.py",
)
REQUIRED = (OPEN, PANELS, SUMS, SCRIPT, "README.md")
ALLOWED = frozenset({*REQUIRED, LOG, RESULT})
POOL, RECEIPT = "de vertrouwelijke lijst", "het bewijs van aanmelding"
PRACTICE_PREFIX = "oefenloting-"


@dataclass(frozen=True)
class Chain:
    """A public source of chance: round r appears at genesis + (r - 1) · period. A signature is `size` bytes
    long."""

    name: str
    scheme: str
    genesis: int
    period: int
    size: int
    key: str = ""

    def moment(self, number: int) -> int:
        return self.genesis + (number - 1) * self.period


QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
DEFAULT = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"
# SHA-256("civic-practice-chain/v1: oefenloting")
PRACTICE = "5218aaae96d8a895620181b1d62288b5dbb5b6ece95b8d944b7246344d79d511"
CHAINS = {
    QUICKNET: Chain(
        "drand quicknet",
        "bls-unchained-g1-rfc9380",
        1692803367,
        3,
        48,
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    ),
    DEFAULT: Chain(
        "drand default",
        "pedersen-bls-chained",
        1595431050,
        30,
        96,
        "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
    ),
    PRACTICE: Chain("oefenketen", "practice", 1692803367, 3, 32),
}

# --- what is said ------------------------------------------------------------------------------------------

FAILURES = {
    # the folder
    "file_missing": "Het bestand {file} ontbreekt.",
    "file_changed": "Het bestand {file} is veranderd: het past niet bij SHA256SUMS.",
    "file_unlisted": "Het bestand {file} hoort niet in deze map.",
    "sums_unreadable": "Het bestand SHA256SUMS is niet te lezen.",
    "unreadable": "We kunnen {file} niet lezen: het is geen geldige JSON met alleen hele getallen.",
    "not_canonical": "{file} staat niet in de vaste schrijfwijze (JCS).",
    "wrong_field": "In {file} klopt het veld “{field}” niet.",
    # the manifest
    "practice_mixed": "Het manifest zegt niet overal hetzelfde: is dit een oefenloting of niet?",
    "unknown_chain": "De bron van het lotingsgetal kennen we niet: {chain}.",
    "fallback_chain": "De terugvalbron kan niet: die is onbekend, dezelfde, of komt te vroeg.",
    "too_few_witnesses": "Het manifest noemt {count} getuigen. Het moeten er minstens {least} zijn.",
    "witness_twice": "Het manifest noemt een getuige of een sleutel twee keer.",
    "sequence_gap": "Bij volgnummer {sequence} past de verwijzing naar de vorige loting niet.",
    "times_order": "De aanmelding sloot pas ná het vastleggen.",
    "committed_late": "De loting is te laat vastgelegd: minder dan 24 uur voor het lotingsgetal.",
    "ball_digits": "De regel voor de ballen past niet bij {panels} panels.",
    "verifier_changed": "Dit controlescript is niet het script dat in het manifest is vastgelegd.",
    "quota_bounds": "Het quotum “{quota}” heeft grenzen die niet kunnen: {min} tot {max}.",
    "pool_too_small": "{people} mensen, {size} plaatsen en {fixed} vaste leden: dat kan niet.",
    "histogram_order": "De verdeling van de kansen staat niet op volgorde of noemt een lege groep.",
    "histogram_people": "De verdeling van de kansen telt {found} mensen. Er zijn {people} aanmeldingen.",
    "histogram_sum": "De verdeling van de kansen telt {found} plaatsen. Het moeten er {wanted} zijn.",
    "histogram_left": "De verdeling van de kansen past niet bij wie vastligt of niet geloot kan worden.",
    "histogram_high": "Volgens de verdeling zit iemand in {count} panels. Er zijn maar {panels} panels.",
    "above_bound": "De kleinste kans is groter dan de bovengrens. Dat kan niet.",
    # the panels
    "panels_changed": "De lijst met panels is niet de lijst uit het manifest.",
    "panels_unreadable": "Regel {line} van panels.txt is niet te lezen.",
    "panels_order": "De regels van panels.txt staan niet op volgorde.",
    "panel_count": "Er staan {found} panels in de lijst. Het moeten er {wanted} zijn.",
    "panel_size": "Panel {panel} heeft {found} leden. Het moeten er {wanted} zijn.",
    "label_twice": "De code {label} staat {times} keer in de lijst. Elke code mag er één keer in.",
    # the log
    "log_missing": "Er zijn geen handtekeningen van getuigen. Het bestand log.json ontbreekt.",
    "log_entry": "Regel {number} van het logboek is niet te lezen.",
    "log_proof": "Regel {number} staat niet in het logboek: het bewijs klopt niet.",
    "log_other": "Regel {number} van het logboek gaat over een andere loting.",
    "commitment_round": "Regel {number} van het logboek noemt een ander lotingsgetal dan het manifest.",
    "previous_unlogged": "De vorige loting (volgnummer {sequence}) staat niet in het logboek.",
    "witness_keys_differ": "De getuigen in het manifest zijn niet de getuigen op uw eigen lijst: {name}.",
    "witness_unknown": "“{name}” tekende, maar staat niet als getuige in het manifest.",
    "witness_early": "Getuige “{name}” tekende eerder dan de tijd die in regel {number} zelf staat.",
    "witness_signature": "De handtekening van getuige “{name}” klopt niet (regel {number}).",
    "commitment_unlogged": "Dit manifest staat niet in het logboek.",
    "commitment_unwitnessed": "Te weinig getuigen tekenden minstens 24 uur voor het lotingsgetal.",
    "two_manifests": "Er zijn twee open manifesten voor deze loting. Dan is geen van beide geldig.",
    "superseded": "Dit manifest is vervangen: {reason}. De uitslag telt niet.",
    "superseded_late": "Dit manifest is pas na het lotingsgetal vervangen. Dat mag niet.",
    "voided": "Deze loting is ongeldig verklaard: {reason}. De uitslag telt niet.",
    "void_reason": "De reden “{reason}” staat niet in de regels voor ongeldig verklaren.",
    "balls_twice": "Er staan verschillende ballen in het logboek.",
    # the result
    "result_other_draw": "De uitslag hoort bij een andere loting.",
    "commitment_stale": "De uitslag hoort bij een ander manifest: de vingerafdruk klopt niet.",
    "chain_wrong": "De uitslag gebruikt niet de bron en de ronde uit het manifest.",
    "fallback_unlogged": "De uitslag gebruikt de terugvalbron, maar dat besluit staat niet in het logboek.",
    "fallback_void": "De eerste bron gaf toch een getal. De uitslag met de terugvalbron vervalt.",
    "randomness_wrong": "Het lotingsgetal volgt niet uit de handtekening van de ronde.",
    "signature_wrong": "De handtekening van ronde {round} klopt niet.",
    "balls_wrong": "De uitslag rekent met ballen {found}. Op tijd vastgelegd is {wanted}.",
    "index_wrong": "De uitslag noemt panel {found}. Uit het lotingsgetal volgt panel {wanted}.",
    "labels_wrong": "De codes in de uitslag zijn niet de codes van panel {panel}.",
    "result_differs": "In het logboek staat een andere uitslag. Eén manifest heeft één uitslag.",
    # the confidential list
    "pool_other_draw": "De vertrouwelijke lijst hoort bij een andere loting.",
    "pool_count": "De vertrouwelijke lijst telt {found} mensen. Het manifest zegt {wanted}.",
    "id_twice": "Nummer {id} staat twee keer in de vertrouwelijke lijst.",
    "secret_twice": "Twee mensen hebben hetzelfde geheim: {first} en {second}.",
    "person_twice": "Dezelfde persoon staat er twee keer in: {first} en {second}.",
    "leaf_wrong": "De gegevens van {id} passen niet bij wat is vastgelegd.",
    "root_wrong": "De vertrouwelijke lijst geeft niet de wortel uit het manifest.",
    "label_unknown": "In panel {panel} staat een code die van niemand is.",
    "quota_missed": "Panel {panel} heeft {seats} plaatsen voor “{quota}”. Dat moet {min} tot {max} zijn.",
    "feature_missing": "Bij {id} ontbreekt het kenmerk “{feature}”.",
    "address_twice": "In panel {panel} zitten twee mensen van één adres.",
    "exempt_changed": "De lijst met vrijgestelde adressen is niet de lijst uit het manifest.",
    "fixed_count": "Er zijn {found} vaste leden. Het manifest zegt {wanted}.",
    "fixed_missing": "Vast lid {id} zit niet in alle panels.",
    "reason_missing": "Bij {id} staat niet waarom die vastligt of niet geloot kan worden.",
    "reason_wrong": "De reden bij {id} kennen we niet of past niet: {reason}.",
    "out_count": "De lijst telt {found} mensen die niet geloot kunnen worden. Het manifest zegt {wanted}.",
    "out_seated": "{id} kan niet geloot worden, maar zit toch in {found} panels.",
    "frequency_wrong": "{id} zit in {found} panels. De vertrouwelijke lijst zegt {wanted}.",
    "histogram_differs": "De verdeling van de kansen in het manifest volgt niet uit de panels.",
    "bound_differs": "De bovengrens verschilt: volgens het manifest {manifest}, volgens de lijst {list}.",
    "bound_wrong": "De bovengrens is niet het kleinste doel van de vertrouwelijke lijst.",
    "shortfall_differs": "Het grootste tekort is {found}. Manifest of lijst zegt iets anders.",
    "targets_sum": "De doelen tellen niet op tot het aantal plaatsen.",
    # the earlier draw
    "earlier_refused": "De eerdere loting keuren wij zelf ook af. Controleer die map eerst.",
    "earlier_other": "De map bij --eerder is geen eerdere uitslag van dezelfde pool.",
    "earlier_not_drawn": "{id} heeft al een plaats, maar is in de eerdere loting niet geloot.",
    # the receipt
    "receipt_other_draw": "Het bewijs hoort bij een andere loting.",
    "receipt_leaf": "De gegevens op het bewijs passen niet bij wat is vastgelegd.",
    "receipt_proof": "Volgens het manifest doet deze aanmelding niet mee: het bewijs klopt niet.",
}

UNCHECKED = {
    "no_result": "Er is nog geen uitslag. Alleen het vastleggen is gecontroleerd.",
    "beacon_unchecked": "Lotingsgetal: handtekening niet gecontroleerd. Installeer drand-verify of py_ecc.",
    "witness_keys": "Getuige “{name}” heeft sleutel {key}. Vraag dat de getuige zelf, niet deze site.",
    "witnesses_unchecked": "Getuigen: handtekening niet gecontroleerd. Installeer cryptography.",
    "fallback_unchecked": "Of de eerste bron echt geen getal gaf, is niet gecontroleerd.",
    "result_unlogged": "De uitslag staat niet in het meegeleverde logboek.",
}

# what no run of this kind can check: said each time, without influence on the exit code
LIMITS = {
    "quotas_private": "Quota, adressen en kansen per persoon. Daarvoor is de vertrouwelijke lijst nodig.",
    "log_private": "Of het logboek van de organisatie meer regels over deze loting heeft dan hier staan.",
    "bound_unproved": "Het bewijs dat geen loting een grotere kleinste kans heeft dan de bovengrens.",
    "person_private": "Of de mensen op de lijst bestaan en hun antwoorden waar zijn.",
    "readme_unchecked": "Of de uitleg in README.md klopt.",
    "before_replaced": "Loting met volgnummer {sequence} is vervangen: {reason}. Bekijk ook die loting.",
    "before_voided": "Loting met volgnummer {sequence} is ongeldig: {reason}. Bekijk ook die loting.",
    "fixed_seats": "Aantal mensen met een vaste plaats: {count}. Of dat terecht is, is niet gecontroleerd.",
    "left_out": "Aantal mensen dat niet meedoet: {count}. Of dat terecht is, is niet gecontroleerd.",
    "no_panel": "Aantal mensen dat in geen enkel panel past: {count}. Of dat klopt, is niet gecontroleerd.",
    "fixed_sits": "Vaste plaats: zit al in het panel. Aantal mensen: {count}.",
    "fixed_invited": "Vaste plaats: al geloot, en mag nog antwoorden. Aantal mensen: {count}.",
    "fixed_nominated": "Vaste plaats: voorgedragen, en dus niet geloot. Aantal mensen: {count}.",
    "fixed_listed": "Vaste plaats: staat op een lijst van wie de loting maakte. Aantal mensen: {count}.",
    "out_declined": "Doet niet mee: al geloot, en zei nee. Aantal mensen: {count}.",
    "out_lapsed": "Doet niet mee: al geloot, en gaf geen antwoord. Aantal mensen: {count}.",
    "out_left": "Doet niet mee: zat in het panel, en stopte. Aantal mensen: {count}.",
    "out_no_reserve": "Doet niet mee: wil niet meer invallen. Aantal mensen: {count}.",
    "out_withdrawn": "Doet niet mee: trok zich terug na het vastzetten. Aantal mensen: {count}.",
    "out_removed": "Doet niet mee: na het vastzetten uit de lijst gehaald. Aantal mensen: {count}.",
    "out_listed": "Doet niet mee: staat op een lijst van wie de loting maakte. Aantal mensen: {count}.",
    "out_no_panel": "Past in geen enkel panel, door de quota of een huisgenoot. Aantal mensen: {count}.",
    "earlier_missing": "Of wie al een plaats heeft, eerder echt geloot is. Geef die loting met --eerder.",
    "earlier_alone": "De getuigen en de lijst van de eerdere loting. Controleer die loting ook apart.",
    "balls_ignored": "De ballen zijn te laat vastgelegd. Daarom telt 0.",
    "closed": "De gegevens van wie zich na het vastzetten terugtrok. Aantal mensen: {count}.",
    "closed_seated": "Bij welke quota hun plaatsen in de panels horen. Aantal plaatsen: {count}.",
}

FACTS = {
    "files": "Alle {count} bestanden zijn ongewijzigd.",
    "manifest": "Het manifest is goed geschreven. Vingerafdruk: {commitment}.",
    "panels": "Aantal panels: {panels}. Leden per panel: {size}. Geen code staat er twee keer in.",
    "histogram": "De kansen tellen op. {people} mensen kunnen geloot worden: kans {least} tot {most}.",
    "log": "Minstens {count} getuigen tekenden op tijd: uiterlijk {moment}.",
    "beacon": "De handtekening van ronde {round} klopt ({chain}).",
    "result": "Uit het lotingsgetal volgt panel {panel}. De codes van dat panel kloppen.",
    "pool": "Alle {people} aanmeldingen passen bij wat is vastgelegd.",
    "quotas": "Alle {panels} panels voldoen aan alle {quotas} quota en aan de andere regels.",
    "frequencies": "De kansen per persoon volgen uit de panels.",
    "earlier": "Wie al een plaats heeft, is eerder geloot of zat er toen al. Aantal mensen: {count}.",
    "shortfall": "Niemand komt meer dan {short} van de {panels} panels te kort voor de eerlijke kans.",
    "receipt": "Uw aanmelding doet mee. U zit in {found} van de {panels} panels. Uw kans is {chance}.",
    "receipt_drawn": "U bent geloot.",
    "receipt_not_drawn": "U bent niet geloot.",
}

# how a reason is said of a draw that was replaced or declared void; another one is read without its hyphens
REASONS = {
    "fout-gevonden-voor-de-loting": "vooraf is een fout gevonden",
    "fout-in-de-pool": "er zat een fout in de pool",
    "fout-in-het-lotingsgetal": "er zat een fout in het lotingsgetal",
    "fout-in-de-lijst-met-aanmeldingen": "er zat een fout in de lijst met aanmeldingen",
    "lotingsgetal-bleef-uit": "het lotingsgetal kwam zeven dagen lang niet",
    "uitslag-afgekeurd": "het controleprogramma keurde de uitslag voor iedereen af",
    "te-weinig-getuigen": "te weinig getuigen tekenden op tijd",
    "lotingsgetal-kwam-toch": "het eerste lotingsgetal kwam toch nog",
}

# why a member is fixed, and why somebody cannot be drawn: the code in pool.json and how it is told
FIXED = {
    "sits": "fixed_sits",
    "invited": "fixed_invited",
    "nominated": "fixed_nominated",
    "listed": "fixed_listed",
}
OUT = {
    "declined": "out_declined",
    "lapsed": "out_lapsed",
    "left": "out_left",
    "no_reserve": "out_no_reserve",
    "withdrawn": "out_withdrawn",
    "removed": "out_removed",
    "listed": "out_listed",
    "no_panel": "out_no_panel",
}
FREE = {"": ""}  # can be drawn: there is no reason to give
FROM_BEFORE = ("sits", "invited")  # reasons that an earlier draw must bear out

PRACTICE_SENTENCE = (
    "Dit is een oefenketen: het getal was vooraf bekend. Deze uitslag bewijst niets over eerlijkheid."
)
PRACTICE_BANNER = f"*** OEFENKETEN *** {PRACTICE_SENTENCE}"


CONCLUSIONS = {
    0: "Goedgekeurd.",
    1: "Afgekeurd.",
    3: "Wat we konden controleren, klopt. Maar niet alles is gecontroleerd.",
    4: "Alles klopt.",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was found: a code and the values of its sentence."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def sentence(self) -> str:
        """The Dutch sentence of this finding."""
        text = {**FAILURES, **UNCHECKED, **LIMITS, **FACTS}[self.code].format(**self.values)
        return text[0].upper() + text[1:]


@dataclass
class Report:
    """`failures` refuse the draw, `unchecked` could not be checked here, `limits` never can, `facts` hold."""

    failures: list[Finding] = field(default_factory=list)
    unchecked: list[Finding] = field(default_factory=list)
    limits: list[Finding] = field(default_factory=list)
    facts: list[Finding] = field(default_factory=list)
    practice: bool = False

    @property
    def ok(self) -> bool:
        """Nothing is wrong in what could be checked (a practice draw can be ok too: see `practice`)."""
        return not self.failures

    @property
    def codes(self) -> set[str]:
        """Codes of the failures."""
        return {one.code for one in self.failures}

    def fail(self, code: str, **values: str | int) -> None:
        self.failures.append(Finding(code, values))

    def hold(self, mark: int, code: str, **values: str | int) -> None:
        """Note a fact, unless something failed since the report held `mark` failures."""
        if len(self.failures) == mark:
            self.facts.append(Finding(code, values))

    def exit_code(self, *, practice_allowed: bool = False) -> int:
        if self.failures:
            return 1
        if self.practice and not practice_allowed:
            return 4
        return 3 if self.unchecked else 0

    def conclusion(self, *, practice_allowed: bool = False) -> str:
        """The last word. Practice proves nothing, also when it is accepted as practice."""
        code = self.exit_code(practice_allowed=practice_allowed)
        text = CONCLUSIONS[3 if code == 4 and self.unchecked else code]
        return f"{text} {PRACTICE_SENTENCE}" if self.practice and self.ok else text


# --- building blocks ---------------------------------------------------------------------------------------


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: Any) -> bytes:
    """RFC 8785 of texts, whole numbers, booleans, lists and objects. Raises ValueError for anything else."""
    return _canonical(value).encode("utf-8")


def _canonical(value: Any) -> str:
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise ValueError("not NFC")
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) <= LARGEST:
        return json.dumps(value)
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda one: one.encode("utf-16-be"))
        return "{" + ",".join(f"{_canonical(one)}:{_canonical(value[one])}" for one in keys) + "}"
    raise ValueError(f"no place for {type(value).__name__}")


def parse(data: bytes) -> Any:
    """JSON without floats and without double names. Raises ValueError (RecursionError when too deep)."""
    return json.loads(
        data.decode("utf-8"), object_pairs_hook=_unique, parse_float=_refuse, parse_constant=_refuse
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name occurs twice")
    return dict(pairs)


def _refuse(text: str) -> Any:
    raise ValueError(f"not a whole number: {text}")


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1: split at the largest power of two below n."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(merkle_root(leaves[:half]), merkle_root(leaves[half:]))


def root_of_proof(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root an inclusion proof leads to (RFC 9162 section 2.1.3.2); None when its shape is wrong."""
    if index >= size:
        return None
    place, last, found = index, size - 1, leaf
    for step in proof:
        if not last:
            return None
        if place % 2 or place == last:
            found = node_hash(step, found)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return None if last else found


def label_prefix(draw: str, sequence: int) -> bytes:
    return b"civic-label/v1\0" + draw.encode("ascii") + b"\0" + sequence.to_bytes(4, "big")


def label(secret: bytes, prefix: bytes, panel: int) -> str:
    """What stands in `panel` for the holder of `secret`: another text in every panel."""
    return hmac.digest(secret, prefix + panel.to_bytes(4, "big"), "sha256")[:10].hex()


def draw_index(randomness: bytes, commitment: bytes, panels: int, balls: int = 0) -> int:
    """The panel that the public number picks; words beyond a multiple of M are thrown away."""
    ceiling, counter = WORDS - WORDS % panels, 0
    while True:
        text = b"civic-draw/v1\0" + commitment + counter.to_bytes(4, "big")
        word = int.from_bytes(hmac.digest(randomness, text, "sha256")[:8], "big")
        if word < ceiling:
            return (word % panels + balls) % panels
        counter += 1


def practice_signature(number: int) -> bytes:
    """The practice chain's "signature" of a round: public beforehand, and only good for practice."""
    return sha256(b"civic-practice/v1\0" + bytes.fromhex(PRACTICE) + number.to_bytes(8, "big"))


def percentage(parts: int, whole: int) -> str:
    """Two decimals, rounded down, in Dutch."""
    hundredths = parts * 10_000 // whole
    return f"{hundredths // 100},{hundredths % 100:02d} %"


def words(code: str) -> str:
    """A reason as people read it."""
    return REASONS.get(code) or re.sub(r"[-_]", " ", code)


def moment_text(seconds: int) -> str:
    """A time in UTC; beyond the calendar the number of seconds itself."""
    try:
        return time.strftime("%d-%m-%Y %H:%M:%S UTC", time.gmtime(seconds))
    except (OverflowError, ValueError, OSError):
        return str(seconds)


# --- optional libraries ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Libraries:
    """Modules of others, None where absent. `curve` is only looked for when `drand` is not there."""

    ed25519: Any = None
    drand: Any = None
    curve: Any = None


def find_libraries() -> Libraries:
    drand = _module("drand_verify")
    return Libraries(
        ed25519=_module(ED25519),
        drand=drand,
        curve=None if drand else curve_library(),
    )


def curve_library() -> Any:
    """py_ecc, or None. Its import lets Python recurse 100,000 deep for the whole process; JSON that is nested
    so deep would then end in a crash instead of an error. Its own deepest recursion is some 640."""
    found = _module("py_ecc.bls")
    if found:  # not back to what it was: of two threads the second would find the 100,000 of the first
        sys.setrecursionlimit(CURVE_DEPTH)
    return found


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def ed25519_holds(library: Any, key: str, signature: str, message: bytes) -> bool:
    invalid = importlib.import_module("cryptography.exceptions").InvalidSignature
    try:
        library.Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), message
        )
    except (invalid, ValueError):
        return False
    return True


def beacon_holds(libraries: Libraries, chain: str, record: Mapping[str, Any]) -> bool | None:
    """Is this the chain's signature of the round? None: no library is there."""
    number, signature, previous = record["round"], record["signature"], record["previous_signature"]
    if chain == PRACTICE:
        return bool(signature == practice_signature(number).hex())
    try:
        if libraries.drand is not None:
            return _drand_holds(libraries.drand, chain, record)
        if libraries.curve is not None:
            return curve_holds(chain, number, bytes.fromhex(signature), bytes.fromhex(previous))
    except ValueError:
        return False
    return None


def _drand_holds(library: Any, chain: str, record: Mapping[str, Any]) -> bool:
    """Raises ValueError when it does not."""
    number, signature = record["round"], record["signature"]
    if chain == QUICKNET:
        library.verify_quicknet(number, signature, CHAINS[chain].key)
    else:
        library.verify_mainnet(number, record["previous_signature"], signature, CHAINS[chain].key)
    return True


def curve_holds(chain: str, number: int, signature: bytes, previous: bytes = b"") -> bool:
    """The same with py_ecc: e(signature, generator) = e(H(message), public key) on BLS12-381.

    quicknet   signatures on G1, key on G2, message SHA-256(round, 8 bytes big-endian)
    default    signatures on G2, key on G1, message SHA-256(previous signature ‖ round)
    Raises ValueError when `signature` is no point of its group, or the point at infinity.
    """
    curve = importlib.import_module("py_ecc.optimized_bls12_381")
    hashing = importlib.import_module("py_ecc.bls.hash_to_curve")
    key, counted = bytes.fromhex(CHAINS[chain].key), number.to_bytes(8, "big")
    message = sha256(counted if chain == QUICKNET else previous + counted)
    if chain == QUICKNET:
        hashed = hashing.hash_to_G1(message, DOMAIN % b"G1", hashlib.sha256)
        pairs = (curve.G2, _point(signature, 48)), (_point(key, 96), curve.neg(hashed))
    else:
        hashed = hashing.hash_to_G2(message, DOMAIN % b"G2", hashlib.sha256)
        pairs = (_point(signature, 96), curve.G1), (curve.neg(hashed), _point(key, 48))
    first, second = (curve.pairing(two, one, final_exponentiate=False) for two, one in pairs)
    return bool(curve.final_exponentiate(first * second) == curve.FQ12.one())


def _point(data: bytes, size: int) -> Any:
    """A point of G1 (48 bytes) or G2 (96). Raises ValueError for anything else."""
    curve = importlib.import_module("py_ecc.optimized_bls12_381")
    reading = importlib.import_module("py_ecc.bls.point_compression")
    if len(data) != size:
        raise ValueError("not the length of a point")
    halves = [int.from_bytes(data[start : start + 48], "big") for start in range(0, size, 48)]
    point = reading.decompress_G1(halves[0]) if size == 48 else reading.decompress_G2(tuple(halves))
    if curve.is_inf(point) or not curve.is_inf(curve.multiply(point, curve.curve_order)):
        raise ValueError("not a point of the group")
    return point


# --- shapes of the files -----------------------------------------------------------------------------------

HEX = re.compile(r"[0-9a-f]{64}")
HEX_OR_EMPTY = re.compile(r"([0-9a-f]{64})?")
SALT = re.compile(r"[0-9a-f]{32}")
ED25519_SIGNATURE = re.compile(r"[0-9a-f]{128}")
SIGNATURE = re.compile(r"([0-9a-f]{2}){32,96}")
LABEL = re.compile(r"[0-9a-f]{20}")
DIGITS = re.compile(r"[0-9]{0,9}")
DRAW = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
NAME = re.compile(r"\S(.{0,198}\S)?")
CODE = re.compile(r"[A-Za-z0-9_.:/+=-]{0,100}")
DECIDED_BY = re.compile(r"([0-9a-f]{64}):([1-9][0-9]{0,15})")
RULE = re.compile(r"[a-z0-9-]{1,100}")
TEXTS = dict  # any names, texts as values
ANYTHING = object  # any object
COUNT = range(2**32)  # fits the four bytes of a label
NUMBER = range(LARGEST + 1)

ROUND = {"chain": HEX, "round": NUMBER}
QUOTA = {"condition": [(str, str)], "constituencies": [str], "max": COUNT, "min": COUNT}
MANIFEST = {
    "address_rule": {"applies": bool, "exempt": HEX},
    "balls": {"digits": range(10)},
    "beacon": ROUND,
    "committed_at": NUMBER,
    "constituency": str,
    "draw": DRAW,
    "excluded": COUNT,
    "fallback": [ROUND],
    "fixed": COUNT,
    "format": re.compile(r"civic-draw/1"),
    "frozen_at": NUMBER,
    "histogram": [(COUNT, COUNT)],
    "impossible": COUNT,
    "kind": re.compile(r"panel|replacement|reserve"),
    "largest_shortfall": NUMBER,
    "panel_size": COUNT,
    "panels": COUNT,
    "panels_sha256": HEX,
    "pool": DRAW,
    "pool_root": HEX,
    "pool_size": COUNT,
    "practice": bool,
    "previous": HEX_OR_EMPTY,
    "quotas": [QUOTA],
    "sequence": COUNT,
    "software": NAME,
    "upper_bound": NUMBER,
    "verifier_sha256": HEX,
    "void_rules": [RULE],
    "witnesses": [{"key": HEX, "name": NAME}],
}
RESULT_SHAPE = {
    "balls": DIGITS,
    "beacon": {
        **ROUND,
        "previous_signature": re.compile(r"([0-9a-f]{192})?"),
        "randomness": HEX,
        "signature": SIGNATURE,
    },
    "commitment": HEX,
    "draw": DRAW,
    "format": re.compile(r"civic-result/1"),
    "index": COUNT,
    "labels": [LABEL],
    "practice": bool,
    "sequence": COUNT,
}
LOG_SHAPE = {
    "format": re.compile(r"civic-log/1"),
    "records": [
        {
            "checkpoint": str,
            "entry": str,
            "index": COUNT,
            "proof": [HEX],
            "signatures": [{"name": NAME, "signature": ED25519_SIGNATURE, "time": NUMBER}],
        }
    ],
}
EVENT = {
    "action": CODE,
    "actor": HEX,
    "at": NUMBER,
    "data": ANYTHING,
    "format": re.compile(r"civic-event/1"),
    "from": CODE,
    "reason": CODE,
    "subject": re.compile(r"public_draw"),
    "subject_id": NUMBER,
    "to": CODE,
}
STEP = {
    "commitment": HEX,
    "draw": DRAW,
    "kind": re.compile(r"balls|commitment|fallback|result|signature|superseded|voided"),
    "sequence": COUNT,
    "value": CODE,
}
OPENING = {
    "address": str,
    "answers": TEXTS,
    "leaf": HEX,
    "person": TEXTS,
    "salt_attributes": SALT,
    "salt_person": SALT,
    "secret": SALT,
}
CLOSED = {"attributes_hash": HEX, "leaf": HEX, "person_hash": HEX, "secret": SALT}
REASON = re.compile(r"[a-z_]{0,30}")
FIGURES = {"fixed": bool, "frequency": COUNT, "id": NAME, "reason": REASON, "target": NUMBER}


@dataclass(frozen=True)
class Either:
    """Two shapes, told apart by a name that only the first has."""

    name: str
    first: Any
    second: Any


POOL_SHAPE = {
    "draw": DRAW,
    "exempt": [str],
    "format": re.compile(r"civic-pool/1"),
    "largest_shortfall": NUMBER,
    "members": [Either("person_hash", {**CLOSED, **FIGURES}, {**OPENING, **FIGURES})],
    "pool": DRAW,
    "sequence": COUNT,
    "upper_bound": NUMBER,
}
RECEIPT_SHAPE = {
    **OPENING,
    "draw": DRAW,
    "format": re.compile(r"civic-receipt/1"),
    "index": COUNT,
    "pool": DRAW,
    "proof": [HEX],
    "sequence": COUNT,
    "size": COUNT,
}
# what a registrant can save as soon as the pool is frozen: before there is a draw, so "draw" is the pool
POOL_RECEIPT_SHAPE = {
    **OPENING,
    "draw": DRAW,
    "format": re.compile(r"civic-pool-receipt/1"),
    "index": COUNT,
    "pool_root": HEX,
    "proof": [HEX],
    "size": COUNT,
    "version": COUNT,
}
CHECKPOINT = re.compile(r"[^\n]+\n([0-9]{1,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*")


def misfit(value: Any, shape: Any) -> str | None:
    """Where `value` leaves `shape`: the names that lead there. None when it fits."""
    if shape is TEXTS:
        return (
            None if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()) else "?"
        )
    if shape is ANYTHING:
        return None if isinstance(value, dict) else "?"
    if isinstance(shape, Either):
        has_name = isinstance(value, dict) and shape.name in value
        return misfit(value, shape.first if has_name else shape.second)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return "?"
        different = sorted(set(shape) ^ set(value))
        return different[0] if different else _first((one, value[one], shape[one]) for one in sorted(shape))
    if isinstance(shape, (list, tuple)):
        if not isinstance(value, list) or (isinstance(shape, tuple) and len(value) != len(shape)):
            return "?"
        return _first((str(number), one, shape[0]) for number, one in enumerate(value))
    return None if _is(value, shape) else "?"


def _first(parts: Iterable[tuple[str, Any, Any]]) -> str | None:
    for name, value, shape in parts:
        found = misfit(value, shape)
        if found is not None:
            return name if found == "?" else f"{name}.{found}"
    return None


def _is(value: Any, shape: Any) -> bool:
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    if isinstance(shape, range):
        return type(value) is int and value in shape
    return type(value) is shape


def read(data: bytes, name: str, shape: Any, report: Report) -> Any:
    """The content of a canonical JSON file of this shape; None (and a failure) when it is not one."""
    try:
        value = parse(data)
        exact = canonical(value) == data
    except (ValueError, RecursionError):
        report.fail("unreadable", file=name)
        return None
    wrong = misfit(value, shape)
    if wrong is not None:
        report.fail("wrong_field", file=name, field=wrong)
        return None
    if not exact:
        report.fail("not_canonical", file=name)
    return value


# --- the public folder -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bundle:
    """What was read from the folder. `panels` is None when the list is broken."""

    manifest: Mapping[str, Any]
    commitment: bytes
    panels: Sequence[Sequence[str]] | None
    result: Mapping[str, Any] | None
    result_hash: str

    @property
    def draw_time(self) -> int:
        beacon = self.manifest["beacon"]
        return CHAINS[beacon["chain"]].moment(beacon["round"])

    @property
    def prefix(self) -> bytes:
        return label_prefix(self.manifest["draw"], self.manifest["sequence"])

    @property
    def least(self) -> int:
        """How many witnesses have to sign: more than half, so that no two halves can each have a log."""
        return max(LEAST_WITNESSES, len(self.manifest["witnesses"]) // 2 + 1)


def check(
    files: Mapping[str, bytes],
    pool: bytes | None = None,
    receipt: bytes | None = None,
    libraries: Libraries | None = None,
    witnesses: Mapping[str, str] | None = None,
) -> Report:
    """Check a public folder {name: bytes}, and the auditor's list and a receipt when these are given.

    `witnesses`: {name: key} as somebody knows them from the witnesses themselves.
    """
    report = Report()
    _check_files(files, report)
    manifest = read(files.get(OPEN, b""), OPEN, MANIFEST, report)
    if manifest is None:
        return report
    report.practice = _is_practice(manifest)
    if not _check_beacon_rules(manifest, report):
        return report
    _check_manifest(manifest, files, report)
    panels = _read_panels(files.get(PANELS, b""), manifest, report)
    result = read(files[RESULT], RESULT, RESULT_SHAPE, report) if RESULT in files else None
    bundle = Bundle(
        manifest, sha256(files[OPEN]), panels, result, hashlib.sha256(files.get(RESULT, b"")).hexdigest()
    )
    found = libraries or find_libraries()
    log = _check_log(files.get(LOG), bundle, found, report)
    _check_keys(manifest["witnesses"], witnesses, report)
    if RESULT not in files:
        report.unchecked.append(Finding("no_result"))
    elif result is not None:
        _check_result(bundle, result, log, found, report)
    report.limits += map(Finding, ("log_private", "bound_unproved", "person_private", "readme_unchecked"))
    if pool is None:
        _tell_seats(manifest, report)
        report.limits.append(Finding("quotas_private"))
    else:
        check_pool(bundle, pool, report)
    if receipt is not None:
        check_receipt(bundle, receipt, report)
    return report


def _check_files(files: Mapping[str, bytes], report: Report) -> None:
    mark = len(report.failures)
    for name in REQUIRED:
        if name not in files:
            report.fail("file_missing", file=name)
    for name in sorted(set(files) - ALLOWED):
        report.fail("file_unlisted", file=name)
    text = files.get(SUMS, b"").decode("utf-8", "replace")
    lines = [re.fullmatch(r"([0-9a-f]{64})  ([^/\s]+)", line) for line in text.splitlines()]
    sums = {line[2]: line[1] for line in lines if line}
    if len(sums) != len(lines):
        report.fail("sums_unreadable")
    for name in sorted((set(files) & ALLOWED) - {SUMS}):
        if sums.get(name) != hashlib.sha256(files[name]).hexdigest():
            report.fail("file_changed", file=name)
    for name in sorted(set(sums) - set(files) - set(REQUIRED)):
        report.fail("file_missing", file=name)
    report.hold(mark, "files", count=len(files))


def _is_practice(manifest: Mapping[str, Any]) -> bool:
    """Anything that points at practice makes it practice."""
    return bool(
        manifest["practice"]
        or manifest["draw"].startswith(PRACTICE_PREFIX)
        or manifest["beacon"]["chain"] == PRACTICE
    )


def _check_beacon_rules(manifest: Mapping[str, Any], report: Report) -> bool:
    """The source of chance is known, and practice and real are not mixed."""
    chain, fallback = manifest["beacon"]["chain"], manifest["fallback"]
    if chain not in CHAINS or not manifest["beacon"]["round"]:
        report.fail("unknown_chain", chain=chain)
        return False
    signs = {manifest["practice"], manifest["draw"].startswith(PRACTICE_PREFIX), chain == PRACTICE}
    if len(signs) > 1:
        report.fail("practice_mixed")
    at = CHAINS[chain].moment(manifest["beacon"]["round"])
    for other in fallback:
        known = other["chain"] in CHAINS and other["chain"] not in (chain, PRACTICE)
        if not known or CHAINS[other["chain"]].moment(other["round"]) < at:
            report.fail("fallback_chain")
    return True


def _check_manifest(manifest: Mapping[str, Any], files: Mapping[str, bytes], report: Report) -> None:
    mark = len(report.failures)
    _check_procedure(manifest, report)
    if hashlib.sha256(files.get(SCRIPT, b"")).hexdigest() != manifest["verifier_sha256"]:
        report.fail("verifier_changed")
    people, size, fixed = manifest["pool_size"], manifest["panel_size"], manifest["fixed"]
    if not 1 <= size <= people or fixed > size or not manifest["panels"]:
        report.fail("pool_too_small", people=people, size=size, fixed=fixed)
    for quota in manifest["quotas"]:
        if not quota["min"] <= quota["max"]:
            report.fail("quota_bounds", quota=quota_name(quota), min=quota["min"], max=quota["max"])
    _check_histogram(manifest, report)
    commitment = hashlib.sha256(files[OPEN]).hexdigest()
    report.hold(mark, "manifest", commitment=commitment)


def _check_procedure(manifest: Mapping[str, Any], report: Report) -> None:
    """Witnesses, sequence, times and balls."""
    beacon, witnesses = manifest["beacon"], manifest["witnesses"]
    real = not report.practice
    if real and len(witnesses) < LEAST_WITNESSES:
        report.fail("too_few_witnesses", count=len(witnesses), least=LEAST_WITNESSES)
    if any(len({one[part] for one in witnesses}) < len(witnesses) for part in ("name", "key")):
        report.fail("witness_twice")
    if not manifest["sequence"] or (manifest["sequence"] == 1) == bool(manifest["previous"]):
        report.fail("sequence_gap", sequence=manifest["sequence"])
    if manifest["frozen_at"] > manifest["committed_at"]:
        report.fail("times_order")
    if real and manifest["committed_at"] > CHAINS[beacon["chain"]].moment(beacon["round"]) - DAY:
        report.fail("committed_late")
    digits = manifest["balls"]["digits"]
    if digits and 10**digits != manifest["panels"]:
        report.fail("ball_digits", panels=manifest["panels"])


def _check_histogram(manifest: Mapping[str, Any], report: Report) -> None:
    mark, panels = len(report.failures), manifest["panels"]
    counts = [count for count, _people in manifest["histogram"]]
    people = sum(number for _count, number in manifest["histogram"])
    seats = sum(count * number for count, number in manifest["histogram"])
    if counts != sorted(set(counts)) or not all(number for _count, number in manifest["histogram"]):
        report.fail("histogram_order")
    if people != manifest["pool_size"]:
        report.fail("histogram_people", found=people, people=manifest["pool_size"])
    if seats != panels * manifest["panel_size"]:
        report.fail("histogram_sum", found=seats, wanted=panels * manifest["panel_size"])
    if max(counts, default=0) > panels:
        report.fail("histogram_high", count=max(counts), panels=panels)
    _check_chances(mark, manifest, report)


def _check_chances(mark: int, manifest: Mapping[str, Any], report: Report) -> None:
    """The smallest and the largest chance of those who can be drawn."""
    panels, free = manifest["panels"], drawable(manifest)
    if any(number < 0 for number in free.values()):
        report.fail("histogram_left")
    counts = sorted(count for count, number in free.items() if number > 0)
    least, most = (counts[0], counts[-1]) if counts else (0, 0)
    if least * BILLION > (manifest["upper_bound"] + 1) * panels:
        report.fail("above_bound")
    if panels:
        chances = {"least": percentage(least, panels), "most": percentage(most, panels)}
        report.hold(mark, "histogram", people=sum(free.values()), **chances)


def drawable(manifest: Mapping[str, Any]) -> Counter[int]:
    """{in how many panels: how many people} of those who can be drawn; below 0 when there are not so many."""
    found: Counter[int] = Counter()
    for count, people in manifest["histogram"]:
        found[count] += people
    found[manifest["panels"]] -= manifest["fixed"]
    found[0] -= manifest["excluded"] + manifest["impossible"]
    return found


def _tell_seats(manifest: Mapping[str, Any], report: Report) -> None:
    """Who is certain of a seat and who has no chance at all: nobody may overlook how many there are. With the
    auditor's list the reasons are told instead."""
    told = (("fixed", "fixed_seats"), ("excluded", "left_out"), ("impossible", "no_panel"))
    for name, code in told:
        if manifest[name]:
            report.limits.append(Finding(code, {"count": manifest[name]}))


def quota_name(quota: Mapping[str, Any]) -> str:
    """ "leeftijd: 16-34, wijk: Noord (inwoners)" """
    name = ", ".join(f"{feature}: {value}" for feature, value in quota["condition"]) or "iedereen"
    return f"{name} ({', '.join(quota['constituencies'])})" if quota["constituencies"] else name


def _read_panels(data: bytes, manifest: Mapping[str, Any], report: Report) -> list[list[str]] | None:
    """The labels per panel; None when the list has not exactly M panels of k different labels."""
    mark, wanted = len(report.failures), manifest["panels"]
    if hashlib.sha256(data).hexdigest() != manifest["panels_sha256"]:
        report.fail("panels_changed")
    changed, width = len(report.failures), len(str(max(0, wanted - 1)))
    line_shape = re.compile(rf"[0-9]{{{width}}} [0-9a-f]{{20}}")
    lines = data.decode("ascii", "replace").split("\n")
    broken = next((number for number, one in enumerate(lines[:-1], 1) if not line_shape.fullmatch(one)), 0)
    if broken or lines[-1]:
        report.fail("panels_unreadable", line=broken or len(lines))
        return None
    found: dict[int, list[str]] = {}
    for line in lines[:-1]:
        found.setdefault(int(line[:width]), []).append(line[width + 1 :])
    if lines[:-1] != sorted(lines[:-1]):
        report.fail("panels_order")
    if len(found) != wanted or any(number >= wanted for number in found):
        report.fail("panel_count", found=len(found), wanted=wanted)
    _check_labels(found, manifest["panel_size"], report)
    report.hold(mark, "panels", panels=wanted, size=manifest["panel_size"])
    is_right = wanted and len(report.failures) == changed  # no panels at all are refused elsewhere
    return [found[number] for number in range(wanted)] if is_right else None


def _check_labels(found: Mapping[int, Sequence[str]], size: int, report: Report) -> None:
    for number, members in found.items():
        if len(members) != size:
            report.fail("panel_size", panel=number, found=len(members), wanted=size)
    times = Counter(one for members in found.values() for one in members)
    for one, number in times.items():
        if number > 1:
            report.fail("label_twice", label=one, times=number)


# --- the log and its witnesses -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Logged:
    """One entry. `place` is its number in the log; `witnessed` is when enough witnesses had signed, None when
    they never had. Practice needs no witnesses: there it is the entry's own time."""

    kind: str
    commitment: str
    sequence: int
    value: str
    place: int
    witnessed: int | None

    @property
    def moment(self) -> int | None:
        """Of a commitment: when the number comes that decides it. None when its value does not say so."""
        found = DECIDED_BY.fullmatch(self.value)
        return CHAINS[found[1]].moment(int(found[2])) if found and found[1] in CHAINS else None

    def by(self, limit: int) -> bool:
        return self.witnessed is not None and self.witnessed <= limit


def _check_log(
    data: bytes | None, bundle: Bundle, libraries: Libraries, report: Report
) -> Sequence[Logged] | None:
    """The entries about this draw; None without a log. A real draw needs one."""
    if data is None:
        if not report.practice:
            report.fail("log_missing")
        return None
    mark = len(report.failures)
    content = read(data, LOG, LOG_SHAPE, report)
    if content is None:
        return None
    records = [_logged(number, one, bundle, report) for number, one in enumerate(content["records"], 1)]
    entries = [one for one in records if one is not None]
    _check_witnesses(content["records"], bundle.manifest["witnesses"], libraries, report)
    _check_commitments(entries, bundle, report)
    own = bundle.commitment.hex()
    times = [one.witnessed or 0 for one in entries if one.kind == "commitment" and one.commitment == own]
    if libraries.ed25519 and not report.practice:
        moment = moment_text(min(times, default=0))
        report.hold(mark, "log", count=bundle.least, moment=moment)
    return entries


def _logged(number: int, record: Mapping[str, Any], bundle: Bundle, report: Report) -> Logged | None:
    """None for an entry that cannot be read, and for an event that is no step of the draw."""
    if not _in_checkpoint(record):
        report.fail("log_proof", number=number)
    event = _event(record["entry"])
    if event is None:
        report.fail("log_entry", number=number)
        return None
    for one in record["signatures"]:
        if one["time"] < event["at"]:
            report.fail("witness_early", name=one["name"], number=number)
    step = event["data"]
    if "kind" not in step:
        return None
    mine = step["commitment"] != bundle.commitment.hex() or step["sequence"] == bundle.manifest["sequence"]
    if step["draw"] != bundle.manifest["draw"] or not mine:
        report.fail("log_other", number=number)
    witnessed = event["at"] if report.practice else _witnessed(record, bundle.least)
    about = (step["kind"], step["commitment"], step["sequence"], step["value"])
    entry = Logged(*about, record["index"], witnessed)
    _check_round(number, entry, bundle, report)
    return entry


def _check_round(number: int, entry: Logged, bundle: Bundle, report: Report) -> None:
    """A commitment says in the log itself which round decides it, and the own manifest says the same."""
    beacon = bundle.manifest["beacon"]
    if entry.kind != "commitment":
        return
    if entry.moment is None:
        report.fail("log_entry", number=number)
    elif (
        entry.commitment == bundle.commitment.hex() and entry.value != f"{beacon['chain']}:{beacon['round']}"
    ):
        report.fail("commitment_round", number=number)


def _event(text: str) -> Any:
    """An event about a public draw: the steps of a draw are canonical and have their five fields; of other
    events only the frame is looked at. None when it is no such event."""
    try:
        data = text.encode()
        event = parse(data)
        if misfit(event, EVENT) is not None:
            return None
        is_step = "kind" in event["data"]
        if is_step and (misfit(event["data"], STEP) is not None or canonical(event) != data):
            return None
    except (ValueError, RecursionError):
        return None
    return event


def _in_checkpoint(record: Mapping[str, Any]) -> bool:
    checkpoint = CHECKPOINT.fullmatch(record["checkpoint"])
    if not checkpoint:
        return False
    proof = [bytes.fromhex(one) for one in record["proof"]]
    leaf = leaf_hash(record["entry"].encode())
    root = root_of_proof(leaf, record["index"], int(checkpoint[1]), proof)
    return root is not None and base64.b64encode(root).decode() == checkpoint[2]


def _witnessed(record: Mapping[str, Any], least: int) -> int | None:
    """When enough different witnesses had signed."""
    first: dict[str, int] = {}
    for one in record["signatures"]:
        first[one["name"]] = min(one["time"], first.get(one["name"], one["time"]))
    times = sorted(first.values())
    return times[least - 1] if len(times) >= least else None


def _check_keys(named: Sequence[Mapping[str, str]], known: Mapping[str, str] | None, report: Report) -> None:
    """Are the keys those of the witnesses? Only who asked them knows: a manifest can name any key."""
    if known is None:
        found = () if report.practice else named
        report.unchecked += [
            Finding("witness_keys", {"name": one["name"], "key": one["key"]}) for one in found
        ]
        return
    different = {one["name"] for one in named if known.get(one["name"]) != one["key"]}
    for name in sorted(different | (set(known) - {one["name"] for one in named})):
        report.fail("witness_keys_differ", name=name)


def _check_witnesses(
    records: Sequence[Mapping[str, Any]],
    witnesses: Sequence[Mapping[str, str]],
    libraries: Libraries,
    report: Report,
) -> None:
    keys = {one["name"]: one["key"] for one in witnesses}
    for number, record in enumerate(records, 1):
        for one in record["signatures"]:
            if one["name"] not in keys:
                report.fail("witness_unknown", name=one["name"])
            elif libraries.ed25519 and not _signed(libraries, keys[one["name"]], one, record["checkpoint"]):
                report.fail("witness_signature", name=one["name"], number=number)
    if libraries.ed25519 is None and any(record["signatures"] for record in records):
        report.unchecked.append(Finding("witnesses_unchecked"))


def _signed(libraries: Libraries, key: str, one: Mapping[str, Any], checkpoint: str) -> bool:
    message = f"cosignature/v1\ntime {one['time']}\n{checkpoint}".encode()
    return ed25519_holds(libraries.ed25519, key, one["signature"], message)


def _check_commitments(entries: Sequence[Logged], bundle: Bundle, report: Report) -> None:
    """One open manifest, witnessed a day ahead, neither replaced nor declared void."""
    own, limit = bundle.commitment.hex(), bundle.draw_time
    mine = [one for one in entries if one.kind == "commitment" and one.commitment == own]
    if not mine:
        report.fail("commitment_unlogged")
    elif not report.practice and not any(one.by(limit - DAY) for one in mine):
        report.fail("commitment_unwitnessed")
    is_replaced = any(one.kind == "superseded" and one.commitment == own and one.by(limit) for one in entries)
    others = {one.commitment for one in entries if one.kind == "commitment"} - {own}
    began = min((one.place for one in mine), default=0)
    if not is_replaced and any(not _is_closed(other, entries, began, bundle) for other in sorted(others)):
        report.fail("two_manifests")
    _check_previous(entries, bundle.manifest, report)
    for one in entries:
        if one.kind in ("superseded", "voided") and one.commitment == own:
            _refuse_entry(one, bundle, report)
        elif one.kind in ("superseded", "voided"):
            _tell_other(one, report)


def _is_closed(other: str, entries: Sequence[Logged], began: int, bundle: Bundle) -> bool:
    """Another manifest is no rival when it was replaced before its own number came, or when its result or its
    being void stands in the log before the place where this one `began`. Witnesses must have signed either in
    time: what is written in an entry can be written later."""
    about = [one for one in entries if one.commitment == other]
    begun = [one for one in about if one.kind == "commitment"]
    known = [one.moment for one in begun if one.moment is not None]
    for one in about:
        if one.kind == "superseded" and len(known) == len(begun) and one.by(min(known)):
            return True
        is_end = one.kind == "result" or (one.kind == "voided" and _is_void(one, begun, bundle))
        if is_end and one.place < began and one.by(bundle.draw_time):
            return True
    return False


def _is_void(entry: Logged, begun: Sequence[Logged], bundle: Bundle) -> bool:
    """For a reason that was fixed beforehand; too few witnesses only when the log shows no more than that."""
    if entry.value == UNWITNESSED and any(one.moment is None or one.by(one.moment - DAY) for one in begun):
        return False
    return entry.value in bundle.manifest["void_rules"]


def _tell_other(entry: Logged, report: Report) -> None:
    """How often it was tried: whoever draws again has to explain why, and nobody may overlook it."""
    code = "before_replaced" if entry.kind == "superseded" else "before_voided"
    report.limits.append(Finding(code, {"sequence": entry.sequence, "reason": words(entry.value)}))


def _check_previous(entries: Sequence[Logged], manifest: Mapping[str, Any], report: Report) -> None:
    """The draw before this one is in the same log, with the number before."""
    before = ("commitment", manifest["previous"], manifest["sequence"] - 1)
    if manifest["sequence"] > 1 and before not in {
        (one.kind, one.commitment, one.sequence) for one in entries
    }:
        report.fail("previous_unlogged", sequence=before[2])


def _refuse_entry(entry: Logged, bundle: Bundle, report: Report) -> None:
    if entry.kind == "superseded" and entry.by(bundle.draw_time):
        report.fail("superseded", reason=words(entry.value))
    elif entry.kind == "superseded":
        report.fail("superseded_late")
    else:
        report.fail("voided", reason=words(entry.value))
        if entry.value not in bundle.manifest["void_rules"]:
            report.fail("void_reason", reason=words(entry.value))


# --- the result --------------------------------------------------------------------------------------------


def _check_result(
    bundle: Bundle,
    result: Mapping[str, Any],
    log: Sequence[Logged] | None,
    libraries: Libraries,
    report: Report,
) -> None:
    manifest = bundle.manifest
    if any(result[name] != manifest[name] for name in ("draw", "sequence", "practice")):
        report.fail("result_other_draw")
    if result["commitment"] != bundle.commitment.hex():
        report.fail("commitment_stale")
    own = [one for one in log or () if one.commitment == bundle.commitment.hex()]
    _check_beacon(bundle, result["beacon"], own, libraries, report)
    _check_balls(bundle, result["balls"], own, report)
    _check_index(bundle, result, report)
    logged = {one.value for one in own if one.kind == "result"}
    if logged - {bundle.result_hash}:
        report.fail("result_differs")
    if not logged and not report.practice:
        report.unchecked.append(Finding("result_unlogged"))


def _check_beacon(
    bundle: Bundle, record: Mapping[str, Any], own: Sequence[Logged], libraries: Libraries, report: Report
) -> None:
    mark, chosen = len(report.failures), {"chain": record["chain"], "round": record["round"]}
    if chosen in bundle.manifest["fallback"]:
        _check_fallback(bundle, own, libraries, report)
    elif chosen != bundle.manifest["beacon"]:
        report.fail("chain_wrong")
    if sha256(bytes.fromhex(record["signature"])).hex() != record["randomness"]:
        report.fail("randomness_wrong")
    if record["chain"] not in CHAINS:
        return
    holds = beacon_holds(libraries, record["chain"], record)
    if holds is None:
        report.unchecked.append(Finding("beacon_unchecked"))
    elif not holds:
        report.fail("signature_wrong", round=record["round"])
    else:
        report.hold(mark, "beacon", round=record["round"], chain=CHAINS[record["chain"]].name)


def _check_fallback(bundle: Bundle, own: Sequence[Logged], libraries: Libraries, report: Report) -> None:
    """Only by a logged decision; a valid signature of the first source undoes it at any later time."""
    if not any(one.kind == "fallback" for one in own):
        report.fail("fallback_unlogged")
    report.unchecked.append(Finding("fallback_unchecked"))
    beacon = bundle.manifest["beacon"]
    for one in own:
        if one.kind == "signature" and SIGNATURE.fullmatch(one.value):
            record = {**beacon, "signature": one.value, "previous_signature": ""}
            if beacon_holds(libraries, beacon["chain"], record) is not False:
                report.fail("fallback_void")


def _check_balls(bundle: Bundle, found: str, own: Sequence[Logged], report: Report) -> None:
    """Balls count only when they were in the log before the round; otherwise they are 0 for good."""
    digits = bundle.manifest["balls"]["digits"]
    drawn = [one for one in own if one.kind == "balls"]
    in_time = {one.value for one in drawn if one.by(bundle.draw_time - 1)}
    if len(in_time) > 1:
        report.fail("balls_twice")
        return
    wanted = next(iter(in_time), "0" * digits)
    if drawn and not in_time:
        report.limits.append(Finding("balls_ignored"))
    if found != wanted or len(found) != digits:
        report.fail("balls_wrong", found=found or "–", wanted=wanted or "–")


def _check_index(bundle: Bundle, result: Mapping[str, Any], report: Report) -> None:
    mark, panels = len(report.failures), bundle.manifest["panels"]
    if not panels:  # refused already
        return
    randomness = bytes.fromhex(result["beacon"]["randomness"])
    wanted = draw_index(randomness, bundle.commitment, panels, int(result["balls"] or 0))
    if result["index"] != wanted:
        report.fail("index_wrong", found=result["index"], wanted=wanted)
    if bundle.panels is not None:
        if list(result["labels"]) != list(bundle.panels[wanted]):
            report.fail("labels_wrong", panel=wanted)
        report.hold(mark, "result", panel=wanted)


# --- the auditor's list ------------------------------------------------------------------------------------


def opening_leaf(pool: str, opening: Mapping[str, Any]) -> bytes:
    """The leaf that belongs to these data. Raises ValueError when a text is not in NFC."""
    entry = {**_hashes(opening), "draw": pool, "secret": sha256(bytes.fromhex(opening["secret"])).hex()}
    return leaf_hash(canonical(entry))


def _hashes(opening: Mapping[str, Any]) -> dict[str, str]:
    """Hash of the attributes and of the person; a closed member has nothing else."""
    if is_closed(opening):
        return {"attributes": opening["attributes_hash"], "person": opening["person_hash"]}
    first, second = bytes.fromhex(opening["salt_person"]), bytes.fromhex(opening["salt_attributes"])
    attributes = canonical({"address": opening["address"], "answers": opening["answers"]})
    return {
        "attributes": sha256(second + attributes).hex(),
        "person": sha256(first + canonical(opening["person"])).hex(),
    }


def is_closed(member: Mapping[str, Any]) -> bool:
    """Somebody who withdrew after the freeze: only the hashes are left."""
    return "person_hash" in member


def check_pool(bundle: Bundle, data: bytes, report: Report) -> None:
    """Open all leaves; quotas, addresses and fixed members of all M panels; frequencies and the bound."""
    content = read(data, POOL, POOL_SHAPE, report)
    if content is None:
        return
    manifest = bundle.manifest
    if any(content[name] != manifest[name] for name in ("draw", "pool", "sequence")):
        report.fail("pool_other_draw")
        return
    _check_leaves(content["members"], manifest, report)
    if sha256(canonical(content["exempt"])).hex() != manifest["address_rule"]["exempt"]:
        report.fail("exempt_changed")
    _check_reasons(content["members"], manifest, report)
    panels = seated(bundle, content["members"], report)
    _tell_closed(content["members"], panels or (), report)
    if panels is None:
        return
    mark = len(report.failures)
    _check_quotas(content["members"], panels, manifest, report)
    if manifest["address_rule"]["applies"]:
        _check_addresses(content["members"], panels, set(content["exempt"]), report)
    _check_fixed(content["members"], panels, manifest["fixed"], report)
    report.hold(mark, "quotas", panels=len(panels), quotas=len(manifest["quotas"]))
    _check_frequencies(content["members"], panels, manifest, report)
    _check_bound(content, panels, manifest, report)


def _check_leaves(members: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any], report: Report) -> None:
    mark, leaves = len(report.failures), []
    if len(members) != manifest["pool_size"]:
        report.fail("pool_count", found=len(members), wanted=manifest["pool_size"])
    for one in members:
        leaves.append(opening_leaf(manifest["pool"], one))
        if leaves[-1].hex() != one["leaf"]:
            report.fail("leaf_wrong", id=one["id"])
    if merkle_root(sorted(leaves)).hex() != manifest["pool_root"]:
        report.fail("root_wrong")
    for one in [one for one, times in Counter(member["id"] for member in members).items() if times > 1]:
        report.fail("id_twice", id=one)
    for first, second in _doubles((one["secret"], one["id"]) for one in members):
        report.fail("secret_twice", first=first, second=second)
    open_members = [one for one in members if not is_closed(one)]
    for first, second in _doubles((canonical(one["person"]).decode(), one["id"]) for one in open_members):
        report.fail("person_twice", first=first, second=second)
    report.hold(mark, "pool", people=len(members))


def _doubles(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Ids that have the same value as an earlier one."""
    seen: dict[str, str] = {}
    found = []
    for value, one in pairs:
        if value in seen:
            found.append((seen[value], one))
        seen.setdefault(value, one)
    return found


def seated(bundle: Bundle, members: Sequence[Mapping[str, Any]], report: Report) -> list[list[int]] | None:
    """Per panel the places in `members` of the people in it; None without a panel list. A label of nobody is
    refused."""
    if bundle.panels is None:
        return None
    secrets = [bytes.fromhex(one["secret"]) for one in members]
    found = []
    for number, labels in enumerate(bundle.panels):
        listed = set(labels)
        ending = bundle.prefix + number.to_bytes(4, "big")
        panel = [
            place
            for place, secret in enumerate(secrets)
            if hmac.digest(secret, ending, "sha256")[:10].hex() in listed
        ]
        if len(panel) != len(labels):
            report.fail("label_unknown", panel=number)
        found.append(panel)
    return found


def _tell_closed(
    members: Sequence[Mapping[str, Any]], panels: Sequence[Sequence[int]], report: Report
) -> None:
    """How many members are closed, and how many seats they have: nobody can say any more for which quotas."""
    closed = {place for place, one in enumerate(members) if is_closed(one)}
    seats = sum(place in closed for panel in panels for place in panel)
    if closed:
        report.limits.append(Finding("closed", {"count": len(closed)}))
    if seats:
        report.limits.append(Finding("closed_seated", {"count": seats}))


def _check_reasons(members: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any], report: Report) -> None:
    """Why somebody is fixed or cannot be drawn: there is a reason, and it is told how many people have it."""
    told: Counter[str] = Counter()
    for one in members:
        code = (FIXED if one["fixed"] else FREE if one["target"] else OUT).get(one["reason"])
        if code is None:
            wrong = "reason_wrong" if one["reason"] else "reason_missing"
            report.fail(wrong, id=one["id"], reason=one["reason"])
        told[code or ""] += 1
    codes = (*FIXED.values(), *OUT.values())
    report.limits += [Finding(code, {"count": told[code]}) for code in codes if told[code]]
    if any(told[FIXED[one]] for one in FROM_BEFORE):
        report.limits.append(Finding("earlier_missing"))
    _check_left_out(members, manifest, report)


def _check_left_out(
    members: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any], report: Report
) -> None:
    """As many people as the manifest says do not take part, or fit in no panel."""
    out = [one["reason"] for one in members if not (one["fixed"] or one["target"])]
    impossible = out.count("no_panel")
    for name, found in (("excluded", len(out) - impossible), ("impossible", impossible)):
        if found != manifest[name]:
            report.fail("out_count", found=found, wanted=manifest[name])


def _check_quotas(
    members: Sequence[Mapping[str, Any]],
    panels: Sequence[Sequence[int]],
    manifest: Mapping[str, Any],
    report: Report,
) -> None:
    """A closed member may count for any quota: what is refused cannot be right whatever they answered."""
    used = {feature for quota in manifest["quotas"] for feature, _value in quota["condition"]}
    used |= {manifest["constituency"]} if any(one["constituencies"] for one in manifest["quotas"]) else set()
    closed = [is_closed(one) for one in members]
    for member in members:
        for feature in sorted(set() if is_closed(member) else used - set(member["answers"])):
            report.fail("feature_missing", id=member["id"], feature=feature)
    unknown = [sum(closed[place] for place in panel) for panel in panels]
    for quota in manifest["quotas"]:
        counts = [
            not is_closed(one) and _counts(one["answers"], quota, manifest["constituency"]) for one in members
        ]
        for number, panel in enumerate(panels):
            seats = sum([counts[place] for place in panel])
            if seats > quota["max"] or seats + unknown[number] < quota["min"]:
                bounds = {"min": quota["min"], "max": quota["max"]}
                report.fail("quota_missed", panel=number, quota=quota_name(quota), seats=seats, **bounds)


def _counts(answers: Mapping[str, str], quota: Mapping[str, Any], constituency: str) -> bool:
    """Does this quota count someone with these answers? A quota without constituencies binds all of them."""
    bound = not quota["constituencies"] or answers.get(constituency) in quota["constituencies"]
    return bound and all(answers.get(feature) == value for feature, value in quota["condition"])


def _check_addresses(
    members: Sequence[Mapping[str, Any]],
    panels: Sequence[Sequence[int]],
    exempt: set[str],
    report: Report,
) -> None:
    for number, panel in enumerate(panels):
        homes = [members[place].get("address", "") for place in panel]
        homes = [one for one in homes if one and one not in exempt]
        if len(set(homes)) < len(homes):
            report.fail("address_twice", panel=number)


def _check_fixed(
    members: Sequence[Mapping[str, Any]], panels: Sequence[Sequence[int]], wanted: int, report: Report
) -> None:
    fixed = {place for place, one in enumerate(members) if one["fixed"]}
    if len(fixed) != wanted:
        report.fail("fixed_count", found=len(fixed), wanted=wanted)
    for place in sorted(fixed - set(range(len(members))).intersection(*map(set, panels))):
        report.fail("fixed_missing", id=members[place]["id"])


def _check_frequencies(
    members: Sequence[Mapping[str, Any]],
    panels: Sequence[Sequence[int]],
    manifest: Mapping[str, Any],
    report: Report,
) -> None:
    mark, seats = len(report.failures), Counter(place for panel in panels for place in panel)
    for place, one in enumerate(members):
        if one["frequency"] != seats[place]:
            report.fail("frequency_wrong", id=one["id"], found=seats[place], wanted=one["frequency"])
        if seats[place] and not (one["fixed"] or one["target"]):
            report.fail("out_seated", id=one["id"], found=seats[place])
    histogram = Counter(seats[place] for place in range(len(members)))
    if sorted(histogram.items()) != [tuple(pair) for pair in manifest["histogram"]]:
        report.fail("histogram_differs")
    report.hold(mark, "frequencies")


def _check_bound(
    content: Mapping[str, Any],
    panels: Sequence[Sequence[int]],
    manifest: Mapping[str, Any],
    report: Report,
) -> None:
    """Bound = smallest target; shortfall = max over i of (target_i - chance_i), rounded up."""
    mark, members, number = len(report.failures), content["members"], len(panels)
    seats = Counter(place for panel in panels for place in panel)
    if content["upper_bound"] != manifest["upper_bound"]:
        values = {"manifest": manifest["upper_bound"], "list": content["upper_bound"]}
        report.fail("bound_differs", **values)
    possible = [(one["target"], seats[place]) for place, one in enumerate(members) if one["target"]]
    if min((target for target, _seats in possible), default=0) != content["upper_bound"]:
        report.fail("bound_wrong")
    total = sum(target for target, _seats in possible)
    if abs(total - manifest["panel_size"] * BILLION) > TARGET_SLACK * len(members):
        report.fail("targets_sum")
    below = max((target * number - BILLION * taken for target, taken in possible), default=0)
    shortfall = max(0, -(-below // number))
    if {content["largest_shortfall"], manifest["largest_shortfall"]} != {shortfall}:
        report.fail("shortfall_differs", found=shortfall)
    hundredths = -(-shortfall * number * 100 // BILLION)
    short = f"{hundredths // 100},{hundredths % 100:02d}"
    report.hold(mark, "shortfall", short=short, panels=number)


# --- an earlier draw ---------------------------------------------------------------------------------------


def check_earlier(
    files: Mapping[str, bytes],
    pool: bytes,
    earlier: Mapping[str, bytes],
    report: Report,
    libraries: Libraries | None = None,
) -> None:
    """Was everybody who sits already drawn in the `earlier` draw, or fixed there? Both stand in its result.

    Adds to the `report` about this draw and its list; where that refuses already, nothing is added.
    """
    if report.failures:
        return
    answered = {"earlier_missing", *(FIXED[one] for one in FROM_BEFORE)}
    report.limits[:] = [one for one in report.limits if one.code not in answered]
    if check(earlier, libraries=libraries).failures:
        report.fail("earlier_refused")
        return
    if not _is_earlier(files, earlier):
        report.fail("earlier_other")
        return
    before, result = parse(earlier[OPEN]), parse(earlier[RESULT])
    prefix, drawn = label_prefix(before["draw"], before["sequence"]), set(result["labels"])
    seated = [one for one in parse(pool)["members"] if one["reason"] in FROM_BEFORE]
    for one in seated:
        if label(bytes.fromhex(one["secret"]), prefix, result["index"]) not in drawn:
            report.fail("earlier_not_drawn", id=one["id"])
    report.hold(0, "earlier", count=len(seated))
    report.limits.append(Finding("earlier_alone"))


def _is_earlier(files: Mapping[str, bytes], earlier: Mapping[str, bytes]) -> bool:
    """A result from the same leaves, with a lower number; no other than this manifest and this log name."""
    if RESULT not in earlier:
        return False
    own, before, commitment = parse(files[OPEN]), parse(earlier[OPEN]), sha256(earlier[OPEN]).hex()
    is_same = all(own[name] == before[name] for name in ("draw", "pool", "pool_root", "pool_size"))
    last = own["sequence"] - 1
    is_before = before["sequence"] < last or (before["sequence"] == last and own["previous"] == commitment)
    return is_same and is_before and _results(files, commitment) <= {sha256(earlier[RESULT]).hex()}


def _results(files: Mapping[str, bytes], commitment: str) -> set[str]:
    """The results that the log has for this manifest."""
    records = parse(files[LOG])["records"] if LOG in files else []
    steps = [(_event(one["entry"]) or {"data": {}})["data"] for one in records]
    about = ("result", commitment)
    return {one["value"] for one in steps if (one.get("kind"), one.get("commitment")) == about}


# --- one's own receipt -------------------------------------------------------------------------------------


def check_receipt(bundle: Bundle, data: bytes, report: Report) -> None:
    """Is this registration in the pool, and what is its chance?"""
    shape = Either("pool_root", POOL_RECEIPT_SHAPE, RECEIPT_SHAPE)
    content = read(data, RECEIPT, shape, report)
    if content is None:
        return
    manifest = bundle.manifest
    names = {"draw": "pool"} if "pool_root" in content else {one: one for one in ("draw", "pool", "sequence")}
    if any(content[one] != manifest[other] for one, other in names.items()):
        report.fail("receipt_other_draw")
        return
    leaf = opening_leaf(manifest["pool"], content)
    if leaf.hex() != content["leaf"]:
        report.fail("receipt_leaf")
    proof = [bytes.fromhex(one) for one in content["proof"]]
    root = root_of_proof(leaf, content["index"], content["size"], proof)
    if content["size"] != manifest["pool_size"] or root is None or root.hex() != manifest["pool_root"]:
        report.fail("receipt_proof")
    if bundle.panels is not None:
        _tell_chance(bundle, bytes.fromhex(content["secret"]), report)


def own_panels(bundle: Bundle, secret: bytes) -> list[int]:
    """The panels in which the holder of this secret sits."""
    return [
        number
        for number, labels in enumerate(bundle.panels or ())
        if label(secret, bundle.prefix, number) in labels
    ]


def _tell_chance(bundle: Bundle, secret: bytes, report: Report) -> None:
    """Nothing about a draw that is refused: no chance, and not who was drawn."""
    mine, panels = own_panels(bundle, secret), bundle.manifest["panels"]
    report.hold(0, "receipt", found=len(mine), panels=panels, chance=percentage(len(mine), panels))
    if bundle.result is not None:
        drawn = bundle.result["index"] in mine
        report.hold(0, "receipt_drawn" if drawn else "receipt_not_drawn")


# --- the command line --------------------------------------------------------------------------------------


def read_folder(folder: Path) -> dict[str, bytes]:
    """Everything in the folder; folders as "name/", so that they are refused. Raises OSError."""
    entries = [one for one in folder.iterdir() if one.name != "__pycache__"]
    files = {one.name: read_file(one) for one in entries if one.is_file()}
    return {**files, **{f"{one.name}/": b"" for one in entries if not one.is_file()}}


def read_file(path: Path) -> bytes:
    """The content of a file. Raises OSError, also for a device or a pipe (which may never end) and for a
    file that is too large to be one of ours."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "no file", str(path))
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(errno.EFBIG, "too large", str(path))
    return data


def read_witnesses(data: bytes) -> dict[str, str]:
    """{name: key} of a list with a line "key name" for each witness. Raises ValueError for anything else."""
    found: dict[str, str] = {}
    for line in data.decode("utf-8-sig").splitlines():
        key, _space, name = line.strip().partition(" ")
        if not line.strip():
            continue
        if not HEX.fullmatch(key.lower()) or not name.strip() or name.strip() in found:
            raise ValueError(line)
        found[name.strip()] = key.lower()
    return found


def lines(report: Report, *, practice_allowed: bool = False) -> list[str]:
    """The report in Dutch."""
    conclusion = report.conclusion(practice_allowed=practice_allowed)
    text = [PRACTICE_BANNER, ""] if report.practice else []
    blocks = (
        ("Dit klopt:", report.facts),
        ("Dit klopt niet:", _shortened(report.failures)),
        ("Niet gecontroleerd:", [*report.unchecked, *report.limits]),
    )
    for title, found in blocks:
        if found:
            text += [title, *(f"- {one.sentence()}" for one in found), ""]
    left_out = len(report.failures) - len(_shortened(report.failures))
    if left_out:
        text += [f"En nog {left_out} fouten van dezelfde soorten.", ""]
    return [*text, conclusion]


def _shortened(failures: Sequence[Finding]) -> list[Finding]:
    """At most a handful of each kind."""
    seen: Counter[str] = Counter()
    shown = []
    for one in failures:
        seen[one.code] += 1
        if seen[one.code] <= SHOWN:
            shown.append(one)
    return shown


class _Parser(argparse.ArgumentParser):
    """Says in Dutch that it is used in a wrong way."""

    def error(self, message: str) -> NoReturn:
        options = "[--pool BESTAND [--eerder MAP]] [--receipt BESTAND] [--getuigen BESTAND] [--oefenloting]"
        sys.stderr.write(f"Gebruik: {self.prog} MAP {options}\n")
        raise SystemExit(2)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _Parser(description="Controleert een loting aan de hand van de openbare map.")
    parser.add_argument("folder", metavar="MAP", type=Path, help="de openbare map van de loting")
    parser.add_argument("--pool", metavar="BESTAND", type=Path, help="de vertrouwelijke lijst (pool.json)")
    earlier = "de map van de nieuwste eerdere loting die telt; nodig is dan ook --pool"
    parser.add_argument("--eerder", metavar="MAP", type=Path, help=earlier)
    parser.add_argument("--receipt", metavar="BESTAND", type=Path, help="uw eigen bewijs van aanmelding")
    keys = "de sleutels die u van de getuigen zelf kreeg: per regel een sleutel, een spatie en de naam"
    parser.add_argument("--getuigen", metavar="BESTAND", type=Path, help=keys)
    parser.add_argument("--oefenloting", action="store_true", help="keur ook een oefenloting goed")
    options = parser.parse_args(arguments)
    if options.eerder and not options.pool:
        parser.error("--eerder needs --pool")
    try:
        files = read_folder(options.folder)
        before = read_folder(options.eerder) if options.eerder else None
        pool = read_file(options.pool) if options.pool else None
        receipt = read_file(options.receipt) if options.receipt else None
        witnesses = read_witnesses(read_file(options.getuigen)) if options.getuigen else None
    except ValueError:
        sys.stderr.write(f"In {options.getuigen} hoort op elke regel een sleutel, een spatie en een naam.\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"We kunnen {error.filename} niet lezen.\n")
        return 2
    report = check(files, pool, receipt, witnesses=witnesses)
    if before is not None and pool is not None:
        check_earlier(files, pool, before, report)
    # an old terminal without “ or é must not end in an error: that would have the exit code of a refusal
    encoding = sys.stdout.encoding or "utf-8"
    text = "\n".join(lines(report, practice_allowed=options.oefenloting)) + "\n"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    return report.exit_code(practice_allowed=options.oefenloting)


if __name__ == "__main__":
    sys.exit(main())
