"""Files over the web: how much a request may bring, and how a file goes out."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, request, send_file

from civic.files.kinds import JPEG, MOST_BYTES, PDF, WEBP
from civic.files.models import Upload
from civic.files.service import content_of

View = TypeVar("View", bound=Callable[..., Any])
# the other fields of the form, and a file that is a little too large: that gets its sentence at the field
ROOM = 2 * 1024 * 1024
KNOWN = frozenset({JPEG, WEBP, PDF})
# whatever it holds, a browser that opens it runs nothing and loads nothing
SANDBOX = "default-src 'none'; sandbox"


def takes_file(view: View) -> View:
    """A POST to this view may bring one file; any other form stays within MAX_CONTENT_LENGTH."""
    view.takes_file = True  # type: ignore[attr-defined]  # a mark on the function, read below
    return view


def init_files(app: Flask) -> None:
    """Before the CSRF check, which is the first to read the form."""
    app.before_request(_allow_file)


def _allow_file() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_file", False):
        request.max_content_length = MOST_BYTES + ROOM


def send(upload: Upload, *, name: str, is_download: bool, cache: str) -> Response:
    """A file as it was kept: 304 for who has it, parts for who asks parts, nothing that can run."""
    tag = f"{upload.id}-{upload.size}"  # the bytes of a row never change
    if request.if_none_match.contains(tag):
        response = Response(status=304)
    else:
        response = _whole(upload, name, is_download)
    response.set_etag(tag)
    response.headers["Cache-Control"] = cache
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _whole(upload: Upload, name: str, is_download: bool) -> Response:
    found = content_of(upload)
    if isinstance(found, Path) and not found.is_file():
        current_app.logger.error("upload %s has no file", upload.id)
        abort(404)
    return send_file(
        found if isinstance(found, Path) else BytesIO(found),
        mimetype=upload.media_type if upload.media_type in KNOWN else "application/octet-stream",
        as_attachment=is_download,
        download_name=name,
        etag=False,
        last_modified=upload.created_at,
    )
