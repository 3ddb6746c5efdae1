"""The forms of going on together."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from civic.forms import Needed, OneOf
from civic.initiatives.forms import REVISION, at_most, clean, clean_line
from civic.initiatives.models import PLAN_LENGTH, TITLE_LENGTH, WISH_LENGTH, Initiative
from civic.initiatives.service.merge import JointText


class JointTextForm(FlaskForm):
    """The text that both go on with. `revision` is the one that was on the screen."""

    title = StringField(
        _l("Titel"),
        filters=[clean_line],
        validators=[Needed(_l("Geef het voorstel een titel.")), at_most(TITLE_LENGTH)],
    )
    wish = TextAreaField(
        _l("Wat wilt u samen bereiken?"),
        filters=[clean],
        validators=[Needed(_l("Vul in wat u samen wilt bereiken.")), at_most(WISH_LENGTH)],
    )
    plan = TextAreaField(
        _l("Hoe ziet het plan eruit?"),
        filters=[clean],
        validators=[Needed(_l("Vul in hoe het plan eruitziet.")), at_most(PLAN_LENGTH)],
    )
    revision = HiddenField()

    def text(self) -> JointText:
        return JointText(self.title.data, self.wish.data, self.plan.data)

    def seen(self) -> int:
        return int(self.revision.data) if REVISION.match(self.revision.data or "") else 0


class ProposeForm(JointTextForm):
    source = RadioField(
        _l("Met welk initiatief van u?"),
        validators=[OneOf(_l("Kies een van uw initiatieven."))],
        validate_choice=False,
    )

    def ask_for(self, mine: Iterable[Initiative]) -> None:
        self.source.choices = [SelectChoice(str(one.id), one.title) for one in mine]


class AgreeForm(FlaskForm):
    revision = HiddenField()

    def seen(self) -> int:
        return int(self.revision.data) if REVISION.match(self.revision.data or "") else 0
