"""What to look for in the log. A filter that makes no sense is left out, with a sentence."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

LARGEST_ID = 2**63 - 1
ACTOR_KINDS = (
    ("", _l("Iedereen")),
    ("user", _l("Iemand met een account")),
    ("system", _l("Het systeem")),
    ("anonymous", _l("Een bezoeker")),
)


class HistoryForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    class Meta:
        csrf = False  # a search is a GET: the filters stand in the address, to share and to bookmark

    soort = SelectField(_l("Waarover"), validators=[Optional()])
    nummer = IntegerField(
        _l("Nummer"), validators=[Optional(), NumberRange(1, LARGEST_ID, _l("Typ een heel getal, zoals 12."))]
    )
    actie = SelectField(_l("Wat er gebeurde"), validators=[Optional()])
    door = SelectField(_l("Door wie"), choices=list(ACTOR_KINDS), validators=[Optional()])
    vanaf = DateField(_l("Vanaf"), validators=[Optional()])
    tot = DateField(_l("Tot en met"), validators=[Optional()])

    def offer(self, subject_types: list[tuple[str, Any]], actions: list[tuple[str, Any]]) -> None:
        self.soort.choices = [("", _l("Alles")), *subject_types]
        self.actie.choices = [("", _l("Alles")), *actions]
