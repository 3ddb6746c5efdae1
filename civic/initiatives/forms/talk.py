"""The forms of the conversation."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from civic.forms import Needed, OneOf
from civic.initiatives.forms import at_most, clean, clean_line
from civic.initiatives.models.talk import COMMENT_LENGTH, COMMENT_NAME_LENGTH, REASON_LENGTH
from civic.initiatives.presentation.talk import (
    HIDE_REASONS,
    LEVEL_TEXTS,
    LEVELS,
    LOWER_REASONS,
    REPORT_REASONS,
)
from civic.initiatives.states.talk import HideReason, Level, LowerReason, ReportReason


class CommentForm(FlaskForm):
    name = StringField(
        _l("Uw naam, zoals anderen die zien"),
        filters=[clean_line],
        validators=[
            Needed(_l("Vul een naam in.")),
            Length(max=COMMENT_NAME_LENGTH, message=_l("Schrijf een kortere naam.")),
        ],
        description=_l("U mag ook alleen uw voornaam gebruiken."),
    )
    text = TextAreaField(
        _l("Uw reactie"),
        filters=[clean],
        validators=[Needed(_l("Schrijf uw reactie.")), at_most(COMMENT_LENGTH)],
        description=_l("Iedereen kan dit lezen. Schrijf geen privégegevens van uzelf of anderen."),
    )


class ReportCommentForm(FlaskForm):
    reason = RadioField(
        _l("Wat is er mis?"),
        choices=[SelectChoice(one.value, text) for one, text in REPORT_REASONS.items()],
        validators=[OneOf(_l("Kies wat er mis is."))],
        validate_choice=False,
    )

    def chosen(self) -> ReportReason:
        return ReportReason(self.reason.data)


class HideForm(FlaskForm):
    reason = RadioField(
        _l("Waarom haalt u deze reactie weg?"),
        choices=[SelectChoice(one.value, text) for one, text in HIDE_REASONS.items()],
        validators=[OneOf(_l("Kies een reden."))],
        validate_choice=False,
        description=_l("Deze reden staat op de pagina, voor iedereen."),
    )
    text = TextAreaField(
        _l("Uitleg voor de schrijver"),
        filters=[clean],
        validators=[Needed(_l("Leg uit waarom.")), at_most(REASON_LENGTH)],
        description=_l("De schrijver krijgt deze uitleg in een mail."),
    )

    def chosen(self) -> HideReason:
        return HideReason(self.reason.data)


class ObjectionForm(FlaskForm):
    text = TextAreaField(
        _l("Waarom mag uw reactie wel blijven staan?"),
        filters=[clean],
        validators=[Needed(_l("Schrijf waarom.")), at_most(REASON_LENGTH)],
        description=_l("Alleen wie hierover beslist, leest dit."),
    )


class LevelForm(FlaskForm):
    level = RadioField(
        _l("Wat doet de gemeente met de reacties?"),
        choices=[SelectChoice(one.value, LEVELS[one] + ". " + text) for one, text in LEVEL_TEXTS.items()],
        validators=[OneOf(_l("Kies wat de gemeente doet."))],
        validate_choice=False,
        description=_l("Meer beloven kan altijd. Minder beloven kan alleen met een reden."),
    )
    reason = RadioField(
        _l("Belooft u minder dan eerst? Kies waarom."),
        choices=[SelectChoice(one.value, text) for one, text in LOWER_REASONS.items()],
        validate_choice=False,
        description=_l("Iedereen ziet deze reden."),
    )

    def chosen(self) -> Level:
        return Level(self.level.data)

    def why(self) -> LowerReason | None:
        known = {one.value for one in LowerReason}
        return LowerReason(self.reason.data) if self.reason.data in known else None
