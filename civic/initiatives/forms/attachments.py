"""One file and the words that belong to it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import Length

from civic.files.kinds import MOST_BYTES
from civic.forms import Needed
from civic.initiatives.forms import Asked, clean_line
from civic.initiatives.models.attachments import DESCRIPTION_LENGTH


class AttachForm(FlaskForm):
    file = FileField(
        _l("Foto of PDF"),
        description=_l("Een foto (JPEG, PNG, WebP) of een PDF, hooguit 10 MB."),
        validators=[Asked()],
        render_kw={"accept": ".jpg,.jpeg,.png,.webp,.pdf"},
    )
    description = StringField(
        _l("Wat staat erop?"),
        filters=[clean_line],
        validators=[
            Needed(_l("Beschrijf wat erop staat.")),
            Length(
                max=DESCRIPTION_LENGTH, message=_l("Schrijf het korter: gebruik hoogstens %(max)d tekens.")
            ),
        ],
        description=_l("Voor wie de foto niet kan zien. Bij een PDF: de naam van het document."),
    )

    def given(self) -> tuple[bytes, str] | None:
        """The bytes and the name; None when no file was chosen. Never more than one byte too many."""
        chosen = self.file.data
        if not chosen or not chosen.filename:
            return None
        return chosen.stream.read(MOST_BYTES + 1), chosen.filename
