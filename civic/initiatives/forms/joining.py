"""Joining what others started, and answering who did."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from civic.accounts.models import User
from civic.forms import EmailAddress, Needed, OneOf, squeezed
from civic.initiatives.forms import at_most, clean, clean_line
from civic.initiatives.models.joining import JOINER_NAME_LENGTH, MESSAGE_LENGTH
from civic.initiatives.presentation.joining import CHANNELS
from civic.initiatives.service.joining import Offer
from civic.initiatives.states.joining import SourceChannel


def _channels(validators: list[Any]) -> RadioField:
    return RadioField(
        _l("Hoe hoorde u hiervan?"),
        choices=[SelectChoice(one.value, text) for one, text in CHANNELS.items() if one is not None],
        validators=validators,
        validate_choice=False,
    )


class JoinAtOnceForm(FlaskForm):
    """For who is signed in: the address is known, and one click is enough."""

    name = StringField(
        _l("Uw naam"),
        filters=[clean_line],
        validators=[
            Needed(_l("Vul uw naam in.")),
            Length(max=JOINER_NAME_LENGTH, message=_l("Schrijf een kortere naam.")),
        ],
        description=_l("Alleen de schrijvers van dit initiatief zien uw naam."),
    )
    message = TextAreaField(
        _l("Wat wilt u zeggen of doen?"),
        filters=[clean],
        validators=[at_most(MESSAGE_LENGTH)],
        description=_l("Bijvoorbeeld: “Ik kan op zaterdag helpen met planten.”"),
    )
    channel = _channels([])

    def offer(self, user: User) -> Offer:
        return Offer(str(self.name.data), user.email or "", str(self.message.data), self.heard())

    def heard(self) -> SourceChannel | None:
        known = {one.value: one for one in SourceChannel}
        return known.get(self.channel.data or "")


class JoinForm(JoinAtOnceForm):
    channel = _channels([OneOf(_l("Kies hoe u hiervan hoorde."))])
    email = EmailField(
        _l("Uw mailadres"),
        filters=[squeezed],
        validators=[Needed(_l("Vul uw mailadres in.")), EmailAddress()],
        description=_l("We sturen u een mail om te bevestigen. De schrijvers zien dit adres niet."),
    )

    def typed(self) -> Offer:
        return Offer(str(self.name.data), str(self.email.data), str(self.message.data), self.heard())


class AnswerForm(FlaskForm):
    text = TextAreaField(
        _l("Uw antwoord"),
        filters=[clean],
        validators=[Needed(_l("Schrijf uw antwoord.")), at_most(MESSAGE_LENGTH)],
        description=_l("Schrijf erbij hoe men u kan bereiken, als u dat wilt. De site deelt uw adres niet."),
    )
