"""The forms of the conversation, of "is it solved?" and of "me too"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from civic.aanjaagteam.forms.core import ChoiceField, clean_line, clean_text
from civic.aanjaagteam.forms.intake import month_choices
from civic.aanjaagteam.models.voices import MESSAGE_LENGTH, REASON_LENGTH
from civic.forms import EmailAddress, Needed, squeezed


class MessageForm(FlaskForm):
    """What the reporter writes. `token` makes the same post twice one message."""

    text = TextAreaField(
        _l("Uw bericht"),
        [
            DataRequired(message=_l("Schrijf uw bericht.")),
            Length(
                max=MESSAGE_LENGTH, message=_l("Maak deze tekst korter. Hij mag %(max)d tekens lang zijn.")
            ),
        ],
        filters=[clean_text],
    )
    token = HiddenField()


class CodedMessageForm(MessageForm):
    """Where the device forgot whose report it was: the code once more, what was typed is still there."""

    code = StringField(_l("Uw code"), [DataRequired(message=_l("Vul uw code in."))], filters=[clean_line])


class NotSolvedForm(FlaskForm):
    """ "No, it is not solved": why not may stay empty."""

    reason = TextAreaField(
        _l("Wat is er nog niet opgelost?"),
        [
            Optional(),
            Length(
                max=REASON_LENGTH, message=_l("Maak deze tekst korter. Hij mag %(max)d tekens lang zijn.")
            ),
        ],
        filters=[clean_text],
    )


class OfficialMessageForm(MessageForm):
    """What the team writes; a question makes the report wait for the reporter."""

    is_question = BooleanField(_l("De melding wacht nu op de melder"))


class SinceForm(FlaskForm):
    """Also for who is signed in: their address is known."""

    since = ChoiceField(_l("Sinds wanneer loopt u hierop vast?"), [Optional()])

    def fill(self, on: date) -> None:
        self.since.choices = month_choices(on)

    @property
    def since_on(self) -> date | None:
        return date.fromisoformat(f"{self.since.data}-01") if self.since.data else None


class MeTooForm(SinceForm):
    email = EmailField(
        _l("Uw mailadres"),
        [Needed(_l("Vul uw mailadres in.")), EmailAddress()],
        filters=[squeezed],
        description=_l("We sturen u een mail om te bevestigen."),
    )


def chosen_text(texts: Iterable[object], wanted: str | None) -> str:
    """The ready sentence with this number in an address; nothing for anything else."""
    known = list(texts)
    number = int(wanted) if wanted and wanted.isascii() and wanted.isdecimal() and len(wanted) < 3 else 0
    return str(known[number - 1]) if 1 <= number <= len(known) else ""
