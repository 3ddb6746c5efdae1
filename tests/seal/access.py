"""Who may reach which endpoint of the sealed log: everybody, but for saying who the witnesses are."""

from __future__ import annotations

from civic.db import db
from civic.seal import note, witnesses
from civic.seal.service import NewWitness
from tests.access import ADMINISTRATOR, EVERYBODY, Case
from tests.conftest import NOW
from tests.factories import make_user
from tests.seal.makers import DRONTEN, LELYSTAD, URK, cosign, publish, record, signed_log

MANAGERS = frozenset({ADMINISTRATOR})


def build() -> dict[str, Case]:
    witness, stopping = publish(LELYSTAD), publish(DRONTEN)
    first = signed_log(3)
    cosign(LELYSTAD, first)
    newest = signed_log(300)
    record(2)  # something waits to be sealed
    proposer = make_user(email="voorsteller@example.nl")
    proposal = witnesses.propose(
        NewWitness("Griffie Zeewolde", note.public_key(URK).hex()), actor=proposer, at=NOW
    )
    db.session.commit()
    one, other = {"witness_id": witness.id}, {"witness_id": stopping.id}
    signature = {"size": newest.size, "time": 1, "signature": "ab" * 64}
    old = {"size": first.size}
    pages = {
        "seal.index": Case(EVERYBODY),
        "seal.checkpoints": Case(EVERYBODY),
        "seal.witness": Case(EVERYBODY, args=one, form=signature),
        "seal.manage": Case(MANAGERS),
        "seal.new_witness": Case(MANAGERS, form={"name": "Griffie Urk", "public_key": "zz"}),
        "seal.witness_proposal": Case(MANAGERS, args={"proposal_id": proposal.id}, form={"decision": "drop"}),
        "seal.witness_email": Case(MANAGERS, args=one, form={"email": "griffie@example.nl"}),
        "seal.retire_witness": Case(MANAGERS, args=other),
    }
    files = {
        "seal.checkpoint": {},
        "seal.old_checkpoint": old,
        "seal.key": {},
        "seal.tile": {"level": 0, "number": "000"},
        "seal.entries": {"number": "000"},
        "seal.consistency": {},
        "seal.proof": {"index": 0},
        "seal.witness_list": {},
        "seal.script": {},
    }
    return pages | {name: Case(EVERYBODY, args=args, is_page=False) for name, args in files.items()}
