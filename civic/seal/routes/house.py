"""What the pages and files of the sealed log share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, json
from flask_babel import lazy_gettext as _l

from civic.accounts.admin_links import ADMIN_LINKS, AdminLink
from civic.db import db
from civic.events.presentation import register_subject, register_titles
from civic.links import absolute
from civic.seal import policy, queries
from civic.seal.models import Checkpoint, Witness, WitnessProposal

bp = Blueprint("seal", __name__)
SHORT, YEAR = 10, 31_536_000

ADMIN_LINKS.append(
    AdminLink(
        "seal.manage",
        _l("Getuigen van het logboek"),
        _l("Publiceer de sleutels van wie controlepunten tekent."),
        policy.may_manage_witnesses,
    )
)
register_subject("witness", _l("Getuige"), lambda number: absolute("seal.witness", witness_id=number))
register_titles(
    "witness",
    {
        "witness_published": _l("De sleutel van een getuige is gepubliceerd"),
        "witness_retired": _l("Een getuige is gestopt"),
        "witness_email_changed": _l("Het mailadres van een getuige is veranderd"),
    },
    kinds={"witness_published": "positive", "witness_retired": "warning"},
)
register_subject("witness_proposal", _l("Voorstel voor een getuige"), lambda _number: absolute("seal.manage"))
register_titles(
    "witness_proposal",
    {
        "propose_witness": _l("Een beheerder stelde een getuige voor"),
        "drop_witness": _l("Het voorstel voor een getuige gaat niet door"),
    },
    kinds={"propose_witness": "info", "drop_witness": "neutral"},
)


def load_witness(witness_id: int) -> Witness:
    return db.get_or_404(Witness, witness_id)


def load_proposal(proposal_id: int) -> WitnessProposal:
    return db.get_or_404(WitnessProposal, proposal_id)


def newest_or_404() -> Checkpoint:
    newest = queries.newest_checkpoint()
    if newest is None:
        abort(404)
    return newest


def plain_text(content: str, seconds: int = SHORT) -> Response:
    return kept(Response(content, mimetype="text/plain"), seconds)


def binary(content: bytes, seconds: int) -> Response:
    return kept(Response(content, mimetype="application/octet-stream"), seconds)


def as_json(content: Any, status: int = 200, seconds: int = SHORT) -> Response:
    body = json.dumps(content, ensure_ascii=False)
    answer = Response(body, status=status, mimetype="application/json")
    return kept(answer, seconds) if status == 200 else answer


def kept(answer: Response, seconds: int) -> Response:
    """Anybody may keep a copy: it is the same for everybody. What never changes, for a year."""
    immutable = ", immutable" if seconds >= YEAR else ""
    answer.headers["Cache-Control"] = f"public, max-age={seconds}{immutable}"
    return answer
