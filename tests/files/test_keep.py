from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from civic.config import SettingsError, settings
from civic.db import db
from civic.events.service import Reference
from civic.files import service
from civic.files.jobs import sweep_files
from civic.files.models import Upload
from tests.conftest import NOW
from tests.files.samples import image, pdf

OWNER = Reference("initiative", 7)


@pytest.fixture(params=["database", "directory"])
def place(request: Any, app: Flask, tmp_path: Path) -> str:
    if request.param == "directory":
        app.config["FILES"] = str(tmp_path / "files")
    return str(request.param)


def kept(data: bytes = b"") -> Upload:
    upload = service.keep(service.check(data or image(), ""), OWNER, at=NOW)
    db.session.commit()
    return upload


def bytes_of(upload: Upload) -> bytes:
    found = service.content_of(upload)
    return found if isinstance(found, bytes) else found.read_bytes()


def test_what_goes_in_comes_out(app: Flask, place: str) -> None:
    with app.app_context():
        upload = kept(pdf())
        assert bytes_of(upload) == pdf()
        assert (upload.size, upload.media_type) == (len(pdf()), "application/pdf")
        assert (upload.content is None) == (place == "directory")


def test_in_a_directory_only_the_site_can_read_it(app: Flask, tmp_path: Path) -> None:
    app.config["FILES"] = str(tmp_path / "files")
    with app.app_context():
        path = service.content_of(kept())
        assert isinstance(path, Path)
        assert path.stat().st_mode & 0o777 == 0o600


def test_erased_is_gone_and_the_sweep_takes_the_file(app: Flask, place: str) -> None:
    with app.app_context():
        stays, goes = kept(), kept()
        left, gone = service.content_of(stays), service.content_of(goes)
        service.erase(goes.id)
        db.session.commit()
        assert db.session.query(Upload).count() == 1
        if isinstance(left, Path) and isinstance(gone, Path):
            os.utime(gone, (0, 0))
            os.utime(left, (0, 0))
            assert sweep_files(NOW) == {"removed": 1}
            assert (left.exists(), gone.exists()) == (True, False)
        else:
            assert sweep_files(NOW) == {"removed": 0}


def test_a_file_that_is_still_being_kept_is_not_swept(app: Flask, tmp_path: Path) -> None:
    app.config["FILES"] = str(tmp_path / "files")
    with app.app_context():
        path = service.content_of(service.keep(service.check(image(), ""), OWNER, at=NOW))
        db.session.rollback()
        assert isinstance(path, Path)
        stamp = (NOW - timedelta(minutes=5)).timestamp()
        os.utime(path, (stamp, stamp))
        assert sweep_files(NOW) == {"removed": 0}
        assert sweep_files(NOW + timedelta(hours=2)) == {"removed": 1}


def test_everything_of_an_owner(app: Flask) -> None:
    with app.app_context():
        kept()
        service.keep(service.check(image(), ""), Reference("initiative", 8), at=NOW)
        service.erase_all_of(OWNER)
        db.session.commit()
        assert [one.owner_id for one in db.session.query(Upload)] == [8]


def test_the_setting_is_a_whole_path(tmp_path: Path) -> None:
    assert settings({"INSTANCE": str(tmp_path), "FILES": "/srv/files"})["FILES"] == "/srv/files"
    with pytest.raises(SettingsError, match="CIVIC_FILES"):
        settings({"INSTANCE": str(tmp_path), "FILES": "files"})
