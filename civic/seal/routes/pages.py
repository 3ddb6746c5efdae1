"""The pages about the log: what it is, its checkpoints, and one for each witness."""

from __future__ import annotations

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.accounts.network import network_of
from civic.db import committing, now
from civic.errors import Invalid
from civic.keyset import cursor_from_request, links
from civic.limits import Limit, hit
from civic.pagecache import is_same_for_all
from civic.seal import letters, queries, service
from civic.seal.forms import CosignatureForm
from civic.seal.models import Cosignature, Witness
from civic.seal.routes.house import SHORT, bp, kept, load_witness
from civic.web import public

SIGNING = Limit("cosignature", 60, 600)


@bp.get("/verifieer")
@public
def index() -> ResponseReturnValue:
    is_plain = is_same_for_all()
    newest = queries.newest_checkpoint()
    page = render_template(
        "seal/index.html",
        newest=newest,
        note=letters.note_of(newest) if newest else "",
        key=letters.log_verifier_key(),
        witnesses=queries.all_witnesses(),
        signed=queries.last_signed_by_all(),
        check=queries.last_check(),
        least=queries.LEAST_WITNESSES,
        days=queries.KNOWN_AHEAD.days,
        counts_from=queries.counts_from,
    )
    return _shared(page) if is_plain else page


@bp.get("/verifieer/checkpoints")
@public
def checkpoints() -> ResponseReturnValue:
    is_plain = is_same_for_all()
    part = queries.checkpoints(cursor_from_request())
    pager = links(part, lambda line: line.checkpoint.id)
    page = render_template("seal/checkpoints.html", lines=part.rows, page=pager)
    return _shared(page) if is_plain else page


def _shared(page: str) -> Response:
    return kept(make_response(page), SHORT)


@bp.route("/verifieer/getuigen/<int:witness_id>", methods=["GET", "POST"])
@public
def witness(witness_id: int) -> ResponseReturnValue:
    """The page of a witness; a POST hands in a signature."""
    if request.method == "POST":
        return _cosign(witness_id)
    return _witness_page(load_witness(witness_id), CosignatureForm())


def _witness_page(found: Witness, form: CosignatureForm) -> str:
    newest, last = queries.newest_checkpoint(), queries.last_signed(found)
    if newest is not None and request.method == "GET":
        form.size.data = str(newest.size)
    return render_template(
        "seal/witness.html",
        witness=found,
        verifier_key=letters.verifier_key(found),
        newest=newest,
        last=last,
        counts_from=queries.counts_from(found),
        steps=_steps(last, newest.size) if newest else [],
        form=form,
        site_url=current_app.config["SITE_URL"],
    )


def _steps(last: Cosignature | None, size: int) -> list[str]:
    """The proof from what this witness signed last to now."""
    return [one.hex() for one in queries.consistency(last.checkpoint.size, size)] if last else []


def _cosign(witness_id: int) -> ResponseReturnValue:
    """Take in a signature. The script of a witness asks for plain text, and gets the same sentences."""
    at = now()
    with committing():
        hit(SIGNING, network_of(request.remote_addr), at)
    found, form = load_witness(witness_id), CosignatureForm()
    if form.validate_on_submit():
        try:
            with committing():
                _take_in(found, form)
        except Invalid as error:
            for name, sentences in error.errors.items():
                form._fields[name].errors = sentences
        else:
            return _taken(witness_id)
    if _wants_text():
        return Response("\n".join(_sentences(form)) + "\n", status=422, mimetype="text/plain")
    return _witness_page(load_witness(witness_id), form), 422


def _take_in(found: Witness, form: CosignatureForm) -> None:
    checkpoint = queries.checkpoint_of_size(int(form.size.data or 0))
    if checkpoint is None:
        raise Invalid({"size": [_("Dit controlepunt kennen wij niet. Neem het nieuwste.")]})
    service.add_cosignature(checkpoint, found, int(form.time.data or 0), form.signature.data or "", now())


def _taken(witness_id: int) -> ResponseReturnValue:
    sentence = _("Dank u. Uw handtekening staat onder het controlepunt.")
    if _wants_text():
        return Response(f"{sentence}\n", mimetype="text/plain")
    flash(sentence, "positive")
    return redirect(url_for(".witness", witness_id=witness_id), code=303)


def _wants_text() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "text/plain"], "text/html") == "text/plain"


def _sentences(form: CosignatureForm) -> list[str]:
    return [str(one) for field in form for one in field.errors]
