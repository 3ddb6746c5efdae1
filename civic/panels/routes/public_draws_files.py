"""The public folder of a draw, one by one and as a zip; and the auditor's list, which is in confidence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from civic.accounts.network import network_of
from civic.db import committing, now
from civic.limits import Limit, hit
from civic.panels.models import PublicDraw
from civic.panels.policy import public_draws as policy
from civic.panels.presentation import draws_check as checks
from civic.panels.queries import public_draws as queries
from civic.panels.routes.blueprint import bp
from civic.panels.routes.draws_public import ONE, load_public_draw
from civic.panels.routes.public_draws import load_for_staff
from civic.panels.service import public_draws_pool as pools
from civic.web import logs_read, person, public, require, require_step_up

KINDS = {"json": "application/json", "txt": "text/plain", "md": "text/plain", "py": "text/x-python"}
DAY, MINUTE = 86_400, 60
ZIPS_BY_ONE = Limit("panel_draw_zip", 60, 600)  # megabytes each; a hall has one address


@bp.get(f"{ONE}/bestanden/<name>")
@public
def public_draw_file(panel_id: int, public_draw_id: int, name: str) -> ResponseReturnValue:
    _panel, draw = load_public_draw(panel_id, public_draw_id)
    content = queries.file_of(draw, name) if name in queries.FILES else None
    if content is None:
        abort(404)
    response = Response(content, mimetype=KINDS.get(name.rpartition(".")[2], "text/plain"))
    # what is kept never changes; the log grows as witnesses sign
    keep = MINUTE if name in (queries.LOG, queries.SUMS) else DAY
    response.headers["Cache-Control"] = f"public, max-age={keep}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get(f"{ONE}/bestanden.zip")
@public
def public_draw_zip(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    load_public_draw(panel_id, public_draw_id)
    with committing():
        hit(ZIPS_BY_ONE, network_of(request.remote_addr), now())
    _panel, draw = load_public_draw(panel_id, public_draw_id)
    response = Response(zipped(queries.folder_of(draw), draw), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{checks.folder_name(draw)}.zip"'
    return response


def zipped(files: Mapping[str, bytes], draw: PublicDraw) -> bytes:
    """The same files give the same zip, whoever asks and whenever."""
    moment = (draw.committed_at or draw.proposed_at).astimezone(UTC).timetuple()[:6]
    folder, output = checks.folder_name(draw), io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", date_time=moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return output.getvalue()


@bp.get(f"{ONE}/controlelijst")
@logs_read
def auditor_list(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    """pool.json, with which `verify_draw.py --pool` opens all leaves; each read is in the log."""
    _panel, draw = load_for_staff(panel_id, public_draw_id)
    require(policy.may_read_pool, draw)
    require_step_up()
    name = f"vertrouwelijk-{checks.folder_name(draw)}-pool.json"
    with committing():
        content = pools.read_pool(draw, actor=person(), at=now())
    response = Response(content, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
