"""Who gets the daily checkpoint, and the checkpoint as text with all its signatures."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import force_locale

from civic.accounts import queries as accounts
from civic.accounts.states import Role
from civic.links import absolute
from civic.seal import keys, note, queries
from civic.seal.models import Checkpoint, Witness
from civic.seal.verify import Problem


@dataclass(frozen=True)
class Receiver:
    key: str
    email: str
    name: str
    sign_url: str = ""


def receivers() -> list[Receiver]:
    """Witnesses with an address and council offices; an address that is both gets the mail to sign."""
    found: dict[str, Receiver] = {}
    for witness in queries.witnesses():
        if witness.email:
            url = absolute("seal.witness", witness_id=witness.id)
            found[witness.email] = Receiver(f"witness:{witness.id}", witness.email, witness.name, url)
    for person in accounts.people_with(Role.COUNCIL_OFFICE, in_region=False):
        if person.email:
            found.setdefault(person.email, Receiver(f"user:{person.id}", person.email, person.name or ""))
    return list(found.values())


def note_of(checkpoint: Checkpoint) -> str:
    """The signed note: the text, the site's signature, and one line for every witness that signed."""
    log_line = note.log_line(checkpoint.origin, keys.public_key(), bytes.fromhex(checkpoint.signature))
    lines = [
        note.witness_line(
            key_name(one.witness),
            bytes.fromhex(one.witness.public_key),
            one.time,
            bytes.fromhex(one.signature),
        )
        for one in queries.cosignatures_of(checkpoint)
    ]
    return note.signed(checkpoint.text, [log_line, *lines])


def key_name(witness: Witness) -> str:
    """The name of its key in a note, where names hold no spaces."""
    return f"{keys.origin()}/getuige/{witness.id}"


def verifier_key(witness: Witness) -> str:
    return note.verifier_key(key_name(witness), note.COSIGNATURE, bytes.fromhex(witness.public_key))


def log_verifier_key() -> str:
    return note.verifier_key(keys.origin(), note.ED25519, keys.public_key())


def in_dutch(problem: Problem) -> str:
    with force_locale("nl"):
        return problem.sentence()
