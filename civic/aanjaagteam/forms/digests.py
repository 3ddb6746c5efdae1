"""How often somebody wants what waits for them in one mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from civic.aanjaagteam.forms.core import ChoiceField
from civic.aanjaagteam.states.queue import Rhythm


class DigestForm(FlaskForm):
    rhythm = ChoiceField(
        _l("Overzicht per mail"),
        [Optional()],
        choices=[
            SelectChoice("", _l("Nooit")),
            SelectChoice(Rhythm.DAILY.value, _l("Elke werkdag")),
            SelectChoice(Rhythm.WEEKLY.value, _l("Elke week, op de eerste werkdag")),
        ],
    )

    @property
    def chosen(self) -> Rhythm | None:
        return Rhythm(self.rhythm.data) if self.rhythm.data else None
