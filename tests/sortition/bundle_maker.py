"""Small public folders by chance: honest ones, in a form that can be spoiled (`spoiled_bundles`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from civic.sortition import publication as pub
from civic.sortition.publication import encoding, files, folder, verify_draw
from civic.sortition.publication.draw import BILLION, attributes, person
from civic.sortition.stream import Stream

from .log_maker import placed

SIGNATURE = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
ROUND = 1000
DRAWN_AT = 1692803367 + 3 * (ROUND - 1)
DAY = 86_400
WITNESSES = ("griffie Urk", "notaris", "gemeente Dronten")
KEYS = {
    name: ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    for number, name in enumerate(WITNESSES, 1)
}
# letters that are more than one byte, or outside the first plane, or sort in another way in UTF-16
NAMES = ("Zoë", "Yılmaz", "Đặng", "𝔄da", "ﬁn", "O'Neil", 'Jan "de" Wit', "李", "😀")
ADDRESSES = ("", "Dorpsstraat 1", "Kade 2b", "Flat 1")


class PublishedRound:
    """The one published signature of drand in the place of a library: half a second less for each folder."""

    def verify_quicknet(self, number: int, signature: str, key: str) -> None:
        if (number, signature, key) != (ROUND, SIGNATURE, verify_draw.CHAINS[verify_draw.QUICKNET].key):
            raise ValueError("Verification Failed")

    def verify_mainnet(self, number: int, previous: str, signature: str, key: str) -> None:
        raise ValueError("Verification Failed")


LIBRARIES = verify_draw.Libraries(ed25519, PublishedRound())


@dataclass
class Made:
    """One folder with its confidential files, to spoil."""

    files: dict[str, bytes]
    pool: dict[str, Any]
    receipt: dict[str, Any]
    is_real: bool
    balls: str = ""
    records: list[dict[str, Any]] = field(default_factory=list)

    def follow(self) -> None:
        """The result and the log that follow from the folder as it is now."""
        signature = SIGNATURE if self.is_real else pub.practice_signature(ROUND).hex()
        result = folder.result_of(self.files, pub.Beacon(signature), self.balls)
        self.files[files.RESULT] = encoding.canonical(result)
        if self.is_real or self.balls:
            digest = hashlib.sha256(self.files[files.RESULT]).hexdigest()
            self.records = [self.step("commitment"), self.step("result", digest, DRAWN_AT + 4000)]
            self.records += [self.step("balls", self.balls, DRAWN_AT - 60)] if self.balls else []
            self.records += [self.record({"panel": 7, "approved": True}, DRAWN_AT - 3 * DAY), *self.before()]

    def before(self) -> list[dict[str, Any]]:
        """The draw with the number before, which had its result."""
        about = json.loads(self.files[files.MANIFEST])
        if not about["previous"]:
            return []
        other = {"commitment": about["previous"], "sequence": max(0, about["sequence"] - 1)}
        kinds = (("commitment", "", 5), ("result", "cd" * 32, 4))
        return [self.step(kind, value, DRAWN_AT - days * DAY, **other) for kind, value, days in kinds]

    def edit(self, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
        content = json.loads(self.files[name])
        change(content)
        self.files[name] = encoding.canonical(content)

    def manifest(self, change: Callable[[dict[str, Any]], Any]) -> None:
        self.edit(files.MANIFEST, change)

    def result(self, change: Callable[[dict[str, Any]], Any]) -> None:
        self.edit(files.RESULT, change)

    def lines(self, change: Callable[[list[str]], list[str]]) -> None:
        """Other lines in the panel list, with its hash in the manifest."""
        changed = change(self.files[files.PANELS].decode().splitlines(keepends=True))
        data = "".join(changed).encode()
        self.files[files.PANELS] = data
        self.manifest(lambda one: one.update(panels_sha256=hashlib.sha256(data).hexdigest()))

    def seal(self) -> None:
        """Write the log, if there is one, and the sums."""
        if self.records:
            content: dict[str, Any] = {"format": "civic-log/1", "records": self.records}
            self.files[files.LOG] = encoding.canonical(content)
        self.files[files.SUMS] = files.sums(self.files)

    def step(self, kind: str, value: str = "", at: int = DRAWN_AT - 2 * DAY, **other: Any) -> dict[str, Any]:
        """A record of the log about this draw, an hour old when the witnesses signed at the time `at`."""
        about = json.loads(self.files[files.MANIFEST])
        if kind == "commitment":
            value = value or f"{about['beacon']['chain']}:{about['beacon']['round']}"
        own = {"commitment": self.commitment, "draw": about["draw"], "sequence": about["sequence"]}
        return self.record({**own, "kind": kind, "value": value, **other}, at)

    def record(self, data: Mapping[str, Any], at: int) -> dict[str, Any]:
        event: dict[str, Any] = {
            "action": "public_draw_step",
            "actor": "cd" * 32,
            "at": at - 3600,
            "data": data,
        }
        frame = {"format": "civic-event/1", "from": "approved", "reason": "", "subject": "public_draw"}
        entry = encoding.canonical({**event, **frame, "subject_id": 3, "to": "committed"})
        place = placed(entry, at)
        signatures = [signed(name, place["checkpoint"], at) for name in self.witnesses[:2]]
        return {**place, "entry": entry.decode(), "signatures": signatures}

    @property
    def witnesses(self) -> list[str]:
        return [
            one["name"] for one in json.loads(self.files[files.MANIFEST])["witnesses"] if one["name"] in KEYS
        ]

    @property
    def commitment(self) -> str:
        return hashlib.sha256(self.files[files.MANIFEST]).hexdigest()


def signed(name: str, checkpoint: str, at: int) -> dict[str, Any]:
    message = f"cosignature/v1\ntime {at}\n{checkpoint}".encode()
    return {"name": name, "signature": KEYS[name].sign(message).hex(), "time": at}


# --- good ones ---------------------------------------------------------------------------------------------


def honest(stream: Stream) -> Made:
    """A folder with a result. Half are real draws; those, and draws with balls, have a log."""
    is_real = stream.below(2) == 1
    draw = _draw(stream, is_real)
    private = json.loads(files.pool_file(draw)), _receipt(draw, stream)
    made = Made(files.public_files(draw), *private, is_real, _balls(draw, stream))
    made.follow()
    made.seal()
    return made


def _balls(draw: pub.Draw, stream: Stream) -> str:
    digits = draw.procedure.ball_digits
    return f"{stream.below(10**digits):0{digits}d}" if digits and stream.below(3) else ""


def _draw(stream: Stream, is_real: bool) -> pub.Draw:
    number = stream.below(10**6)
    pool = f"panel-{number}"
    people = 6 + stream.below(14)
    size = 2 + stream.below(people // 2 - 1)
    panels = (2, 5, 10, 12, 10, 100)[stream.below(6)] if people < 12 else 10
    entrants = _entrants(stream, people, size)
    members = [_panel(entrants, size, stream) for _panel_number in range(panels)]
    secrets = pub.make_secrets([one.id for one in entrants], pool, str(number).encode())
    entrants, kept = _closed(entrants, secrets, stream)
    sequence = 1 + stream.below(3)
    return pub.Draw(
        identifier=pool if is_real else f"oefenloting-{pool}",
        sequence=sequence,
        entrants=entrants,
        panels=members,
        rules=_rules(entrants, members, size, stream),
        secrets=kept,
        procedure=_procedure(stream, is_real, panels, sequence),
        pool=pool,
    )


def _entrants(stream: Stream, people: int, size: int) -> tuple[pub.Entrant, ...]:
    """The last one sits in every panel, one time in four; the others have the same fair chance."""
    has_fixed = not stream.below(4)
    others = people - has_fixed
    target = (size - has_fixed) * BILLION // others
    return tuple(
        pub.Entrant(
            id=f"r{place:02d}",
            answers={
                "leeftijd": ("jong", "oud")[stream.below(2)],
                "wijk": ("Noord", "Zuid", "Óost")[stream.below(3)],
                "geleding": ("inwoners", "ambtenaren")[stream.below(2)],
            },
            address=ADDRESSES[stream.below(len(ADDRESSES))],
            person={"name": f"{NAMES[stream.below(len(NAMES))]} {place}", "birth_date": "1990-01-31"},
            target=BILLION if has_fixed and place == others else target,
            fixed=has_fixed and place == others,
            reason="sits" if has_fixed and place == others else "",
        )
        for place in range(people)
    )


def _panel(entrants: tuple[pub.Entrant, ...], size: int, stream: Stream) -> list[str]:
    fixed = [one.id for one in entrants if one.fixed]
    return fixed + stream.sample([one.id for one in entrants if not one.fixed], size - len(fixed))


def _closed(
    entrants: tuple[pub.Entrant, ...], secrets: Mapping[str, pub.Secret], stream: Stream
) -> tuple[tuple[pub.Entrant, ...], dict[str, pub.Secret]]:
    """One time in five somebody withdrew after the freeze."""
    kept = dict(secrets)
    if stream.below(5):
        return entrants, kept
    one, secret = entrants[0], secrets[entrants[0].id]
    hashes = pub.Hashes(
        person=encoding.salted(secret.salt_person, person(one)),
        attributes=encoding.salted(secret.salt_attributes, attributes(one)),
    )
    kept[one.id] = pub.Secret(secret.secret)
    blank = pub.Entrant(one.id, {}, target=one.target, fixed=one.fixed, hashes=hashes, reason=one.reason)
    return (blank, *entrants[1:]), kept


def _rules(
    entrants: tuple[pub.Entrant, ...], panels: list[list[str]], size: int, stream: Stream
) -> pub.Rules:
    """Quotas that these panels keep, as narrow as can be; the address rule where nobody lives together."""
    known = {one.id: one for one in entrants}
    conditions: tuple[tuple[tuple[str, str], ...], ...] = (
        (("leeftijd", "jong"),),
        (("wijk", "Óost"),),
        (("leeftijd", "oud"), ("wijk", "Noord")),
    )
    quotas = []
    for condition in conditions:
        only = ("inwoners",) if stream.below(2) else ()
        seats = [sum(_matches(known[one], condition, only) for one in panel) for panel in panels]
        low, high = min(seats), max(seats)
        slack = sum(bool(one.hashes) for one in entrants)  # who withdrew may count for it or not
        quotas.append(pub.Rule(condition, low, min(size, high + slack), only))
    homes = [
        [known[one].address for one in panel if known[one].address not in ("", "Flat 1")] for panel in panels
    ]
    return pub.Rules(
        quotas=tuple(quotas),
        size=size,
        address_rule=all(len(set(one)) == len(one) for one in homes),
        exempt_addresses=("Flat 1",),
        constituency="geleding",
    )


def _matches(one: pub.Entrant, condition: tuple[tuple[str, str], ...], only: tuple[str, ...]) -> bool:
    bound = not only or one.answers.get("geleding") in only
    return bound and all(one.answers.get(feature) == value for feature, value in condition)


def _procedure(stream: Stream, is_real: bool, panels: int, sequence: int) -> pub.Procedure:
    known = {name: key.public_key().public_bytes_raw().hex() for name, key in KEYS.items()}
    digits = {10: 1, 100: 2}.get(panels, 0)
    chain = pub.QUICKNET if is_real else pub.PRACTICE_CHAIN
    return pub.Procedure(
        beacon=pub.Round(chain, ROUND),
        frozen_at=DRAWN_AT - 9 * DAY,
        committed_at=DRAWN_AT - 2 * DAY - 4000,
        ball_digits=digits if stream.below(2) else 0,
        fallback=pub.Round(verify_draw.DEFAULT, 4_000_000) if is_real and stream.below(2) else None,
        kind="replacement" if sequence > 1 else "panel",
        previous="" if sequence == 1 else hashlib.sha256(bytes([sequence])).hexdigest(),
        witnesses=known if is_real or stream.below(2) else {},
    )


def _receipt(draw: pub.Draw, stream: Stream) -> dict[str, Any]:
    """Of the draw, or as the site gives it when the pool is frozen."""
    open_ones = [one for one in draw.entrants if not one.hashes]
    receipt: dict[str, Any] = json.loads(files.receipt(draw, open_ones[stream.below(len(open_ones))]))
    if stream.below(3):
        return receipt
    kept = {name: value for name, value in receipt.items() if name not in ("pool", "sequence")}
    root = draw.tree.root.hex()
    return {**kept, "draw": draw.pool, "format": "civic-pool-receipt/1", "pool_root": root, "version": 1}
