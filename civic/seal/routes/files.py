"""The log for programs: checkpoints and tiles as C2SP writes them, proofs as JSON. Plain files, no cookies.

Nothing beyond the newest checkpoint is served: what is not signed yet is not promised yet.
"""

from __future__ import annotations

import re
from pathlib import Path

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.seal import letters, queries
from civic.seal.models import Witness
from civic.seal.routes.house import SHORT, YEAR, as_json, binary, bp, kept, newest_or_404, plain_text
from civic.seal.tree import HEIGHT, WIDTH, Tiles
from civic.web import public

NUMBER = re.compile(r"[0-9]{1,15}\Z")
# 1234067 is written x001/x234/067, so that no folder ever holds more than a thousand files
TILE = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z")
HIGHEST = 7
SCRIPT = Path(__file__).resolve().parent.parent / "getuige.py"


@bp.get("/verifieer/checkpoint")
@public
def checkpoint() -> ResponseReturnValue:
    """The newest, with the signatures that witnesses gave so far."""
    return plain_text(letters.note_of(newest_or_404()))


@bp.get("/verifieer/checkpoints/<int:size>")
@public
def old_checkpoint(size: int) -> ResponseReturnValue:
    found = queries.checkpoint_of_size(size)
    if found is None:
        abort(404)
    return plain_text(letters.note_of(found))


@bp.get("/verifieer/sleutel")
@public
def key() -> ResponseReturnValue:
    return plain_text(letters.log_verifier_key() + "\n")


@bp.get("/verifieer/tile/<int:level>/<path:number>")
@public
def tile(level: int, number: str) -> ResponseReturnValue:
    if level > HIGHEST:
        abort(404)
    place, width, seconds = _tile(number, newest_or_404().size >> (level * HEIGHT))
    hashes = Tiles().hashes(level, place)[:width]
    if len(hashes) < width:  # the log is broken; what is wrong is not for a file to say
        abort(404)
    return binary(b"".join(hashes), seconds)


@bp.get("/verifieer/tile/entries/<path:number>")
@public
def entries(number: str) -> ResponseReturnValue:
    """What is hashed into the leaves of a tile, each with its length before it (two bytes)."""
    place, width, seconds = _tile(number, newest_or_404().size)
    found = queries.entries(place, width)
    if len(found) < width:
        abort(404)
    return binary(b"".join(len(one).to_bytes(2, "big") + one for one in found), seconds)


def _tile(text: str, count: int) -> tuple[int, int, int]:
    """(number, hashes asked for, seconds to keep) of a tile in a level of `count` hashes; 404 beyond it."""
    found = TILE.match(text)
    if found is None:
        abort(404)
    number, width = int(re.sub(r"[x/]", "", found[1])), int(found[2] or WIDTH)
    has_zeros_in_front = "/" in found[1] and found[1].startswith("x000/")
    if has_zeros_in_front or width > WIDTH or (found[2] and width == WIDTH):
        abort(404)
    if number * WIDTH + width > count:
        abort(404)
    # a tile never changes, also not a part of one: the log only grows
    return number, width, YEAR


@bp.get("/verifieer/consistentie")
@public
def consistency() -> ResponseReturnValue:
    """?van= (or 1) and ?tot= (or all): that the log of the second size begins with that of the first."""
    newest = newest_or_404()
    first, second = _number(request.args.get("van"), 1), _number(request.args.get("tot"), newest.size)
    if first is None or second is None or not 0 < first <= second <= newest.size:
        sentence = _("Vul van en tot in: getallen van 1 tot en met %(size)s.", size=newest.size)
        return as_json({"error": str(sentence)}, 400)
    proof = [one.hex() for one in queries.consistency(first, second)]
    seconds = YEAR if "tot" in request.args else SHORT  # without it the answer is another tomorrow
    return as_json({"first": first, "proof": proof, "second": second}, seconds=seconds)


@bp.get("/verifieer/bewijs/<index>")
@public
def proof(index: str) -> ResponseReturnValue:
    """That entry `index` is in the log: under the newest checkpoint, or the one with ?tot= entries."""
    size = _number(request.args.get("tot"), newest_or_404().size)
    found = queries.checkpoint_of_size(size) if size else None
    record = queries.record_at(int(index), found) if found and NUMBER.match(index) else None
    if record is None:
        return as_json({"error": str(_("Deze regel staat niet onder dit controlepunt."))}, 404)
    return as_json(record)


def _number(value: str | None, otherwise: int) -> int | None:
    """From the address; None when it is no number."""
    if value is None:
        return otherwise
    return int(value) if NUMBER.match(value) else None


@bp.get("/verifieer/getuigen.json")
@public
def witness_list() -> ResponseReturnValue:
    return as_json([_facts(one) for one in queries.all_witnesses()])


def _facts(witness: Witness) -> dict[str, object]:
    return {
        "counts_from": int(queries.counts_from(witness).timestamp()),
        "id": witness.id,
        "key": witness.public_key,
        "name": witness.name,
        "published": int(witness.published_at.timestamp()),
        "retired": int(witness.retired_at.timestamp()) if witness.retired_at else None,
        "verifier_key": letters.verifier_key(witness),
    }


@bp.get("/verifieer/getuige.py")
@public
def script() -> ResponseReturnValue:
    """What a witness runs on its own computer."""
    answer = Response(SCRIPT.read_bytes(), mimetype="text/x-python")
    answer.headers["Content-Disposition"] = 'attachment; filename="getuige.py"'
    return kept(answer, 3600)
